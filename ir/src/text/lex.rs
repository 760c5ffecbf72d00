//! Text into tokens.

use crate::diagnostic::{Code, Diagnostic};
use crate::source::{SourceId, Span};

/// A token and where it stands.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Token<'t> {
    pub kind: TokenKind<'t>,
    pub span: Span,
}

/// What a token is; names come without their sigil.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum TokenKind<'t> {
    /// `interval`, `f64`, `IJK`.
    Word(&'t str),
    /// `%name`.
    Field(&'t str),
    /// `$name`.
    Scalar(&'t str),
    /// `@name`.
    Stencil(&'t str),
    /// Digits with what belongs to them, such as `1`, `2.5e-3f64`.
    Number(&'t str),
    /// What stands between double quotes; there are no escapes.
    Text(&'t str),
    Punct(&'static str),
    End,
}

impl std::fmt::Display for TokenKind<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            TokenKind::Word(s) | TokenKind::Number(s) => write!(f, "`{s}`"),
            TokenKind::Field(s) => write!(f, "`%{s}`"),
            TokenKind::Scalar(s) => write!(f, "`${s}`"),
            TokenKind::Stencil(s) => write!(f, "`@{s}`"),
            TokenKind::Text(s) => write!(f, "\"{s}\""),
            TokenKind::Punct(s) => write!(f, "`{s}`"),
            TokenKind::End => f.write_str("the end of the text"),
        }
    }
}

/// Punctuation, longer before its own beginnings.
pub(super) const PUNCTUATION: [&str; 31] = [
    "%%", "&&", "||", "==", "!=", "<=", ">=", "//", "->", "=>", "..", "(", ")", "[", "]", "{", "}", "<", ">", ",", ";", ":",
    "=", "+", "-", "*", "/", "!", "?", "|", "&",
];

/// All tokens of a text, the last one being [`TokenKind::End`].
///
/// # Errors
/// A character that begins no token, or a string without an end.
pub(super) fn tokens(text: &str, source: SourceId) -> Result<Vec<Token<'_>>, Diagnostic> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(first) = text[at..].chars().next() {
        let rest = &text[at..];
        let length = match first {
            '#' => rest.find('\n').unwrap_or(rest.len()),
            c if c.is_whitespace() => c.len_utf8(),
            _ => {
                let (kind, length) = token(rest).ok_or_else(|| {
                    let span = Span::new(source, at, at + first.len_utf8());
                    Diagnostic::error(
                        Code::IR_TEXT,
                        format!("unexpected character {first:?}"),
                        span,
                        "no token begins like this",
                    )
                })?;
                found.push(Token { kind, span: Span::new(source, at, at + length) });
                length
            }
        };
        at += length;
    }
    found.push(Token { kind: TokenKind::End, span: Span::new(source, text.len(), text.len()) });
    Ok(found)
}

/// The token at the start of `rest` and its length in bytes.
fn token(rest: &str) -> Option<(TokenKind<'_>, usize)> {
    let first = rest.chars().next()?;
    if first.is_ascii_digit() {
        let length = number(rest);
        return Some((TokenKind::Number(&rest[..length]), length));
    }
    if is_name_start(first) {
        let length = name(rest);
        return Some((TokenKind::Word(&rest[..length]), length));
    }
    if first == '"' {
        let length = rest[1..].find('"')?;
        return Some((TokenKind::Text(&rest[1..1 + length]), length + 2));
    }
    let kind = match first {
        '%' => TokenKind::Field as fn(_) -> _,
        '$' => TokenKind::Scalar,
        '@' => TokenKind::Stencil,
        _ => return punctuation(rest),
    };
    match name(&rest[1..]) {
        0 => punctuation(rest),
        length => Some((kind(&rest[1..1 + length]), length + 1)),
    }
}

fn punctuation(rest: &str) -> Option<(TokenKind<'_>, usize)> {
    let found = PUNCTUATION.into_iter().find(|p| rest.starts_with(p))?;
    Some((TokenKind::Punct(found), found.len()))
}

fn is_name_start(c: char) -> bool {
    c.is_alphabetic() || c == '_'
}

/// The length of the name at the start of `rest`: a letter or `_`, then letters, digits, `_` and inner dots.
fn name(rest: &str) -> usize {
    if !rest.starts_with(is_name_start) {
        return 0;
    }
    let length = rest.find(|c: char| !(c.is_alphanumeric() || c == '_' || c == '.')).unwrap_or(rest.len());
    rest[..length].trim_end_matches('.').len()
}

/// Whether `text` can stand behind a sigil or as the name of a stencil or program.
pub fn is_name(text: &str) -> bool {
    !text.is_empty() && name(text) == text.len()
}

/// The length of the number at the start of `rest`: digits, a fraction, an exponent, a type.
fn number(rest: &str) -> usize {
    let digits = |from: usize| from + rest[from..].bytes().take_while(u8::is_ascii_digit).count();
    let mut at = digits(0);
    if rest[at..].starts_with('.') && digits(at + 1) > at + 1 {
        at = digits(at + 1);
    }
    if rest[at..].starts_with('e') {
        let sign = usize::from(rest[at + 1..].starts_with(['+', '-']));
        if digits(at + 1 + sign) > at + 1 + sign {
            at = digits(at + 1 + sign);
        }
    }
    at + rest[at..].bytes().take_while(u8::is_ascii_alphanumeric).count()
}
