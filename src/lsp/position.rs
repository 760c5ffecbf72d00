//! Bytes of a text as the protocol's positions and back: lines from 0, columns in UTF-16 units.

use lsp_types::{Position, Range};

/// The position of a byte; of the end of the text for one beyond it.
pub fn position(text: &str, byte: usize) -> Position {
    let before = text.get(..byte).unwrap_or(text);
    let start = before.rfind('\n').map_or(0, |n| n + 1);
    let line = before.bytes().filter(|b| *b == b'\n').count();
    Position { line: line as u32, character: before[start..].encode_utf16().count() as u32 }
}

/// The range of the bytes `start..end`.
pub fn range(text: &str, start: usize, end: usize) -> Range {
    Range { start: position(text, start), end: position(text, end) }
}

/// The byte at a position: the end of the line for a column beyond it; nothing for a line beyond the text.
pub fn byte(text: &str, position: Position) -> Option<usize> {
    let mut start = 0;
    for _ in 0..position.line {
        start += text.get(start..)?.find('\n')? + 1;
    }
    let line = text.get(start..)?.split('\n').next()?;
    let mut left = position.character as usize;
    for (at, c) in line.char_indices() {
        if left < c.len_utf16() {
            return Some(start + at);
        }
        left -= c.len_utf16();
    }
    Some(start + line.len())
}

/// The identifier that a byte lies in or directly behind.
pub fn word(text: &str, byte: usize) -> Option<(usize, usize)> {
    let part = |c: char| c.is_alphanumeric() || c == '_';
    let before = text.get(..byte)?;
    let start = byte - before.chars().rev().take_while(|c| part(*c)).map(char::len_utf8).sum::<usize>();
    let end = byte + text.get(byte..)?.chars().take_while(|c| part(*c)).map(char::len_utf8).sum::<usize>();
    (start < end).then_some((start, end))
}
