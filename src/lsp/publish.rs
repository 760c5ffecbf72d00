//! Diagnostics in the protocol's form.

use super::position::range;
use lsp_types::{
    DiagnosticRelatedInformation, DiagnosticSeverity, DiagnosticTag, Location, NumberOrString, Position, Range, Uri,
};
use tradewind::ir::{Code, Diagnostic, Label, SourceId, Sources};

/// The file that is open is the first of its sources; what it imports comes after it.
const OPEN: SourceId = SourceId(0);

/// A diagnostic of the open file `uri`. One that is about an imported file stands where the open one is mentioned, if it is.
pub fn diagnostic(sources: &Sources, uri: &Uri, d: &Diagnostic) -> lsp_types::Diagnostic {
    let place = d.labels.iter().position(|label| label.span.source == OPEN);
    let nowhere = Range { start: Position::default(), end: Position::default() };
    let at = place.and_then(|n| Some(location(sources, uri, d.labels.get(n)?)?.range)).unwrap_or(nowhere);
    let others = d.labels.iter().enumerate().filter(|(n, _)| Some(*n) != place);
    let related = others.filter_map(|(_, label)| {
        Some(DiagnosticRelatedInformation { location: location(sources, uri, label)?, message: label.text.clone() })
    });
    let related: Vec<_> = related.collect();
    lsp_types::Diagnostic {
        range: at,
        severity: Some(if d.is_error() { DiagnosticSeverity::ERROR } else { DiagnosticSeverity::WARNING }),
        code: Some(NumberOrString::String(d.code.to_string())),
        source: Some("tradewind".to_string()),
        message: message(d, place),
        related_information: (!related.is_empty()).then_some(related),
        tags: (d.code == Code::NEVER_READ).then(|| vec![DiagnosticTag::UNNECESSARY]),
        ..lsp_types::Diagnostic::default()
    }
}

fn message(d: &Diagnostic, place: Option<usize>) -> String {
    let mut text = d.message.clone();
    if let Some(label) = place.and_then(|n| d.labels.get(n)).filter(|label| !label.text.is_empty()) {
        text += &format!("\n{}", label.text);
    }
    d.notes.iter().for_each(|note| text += &format!("\nnote: {note}"));
    d.help.iter().for_each(|help| text += &format!("\nhelp: {help}"));
    text
}

fn location(sources: &Sources, open: &Uri, label: &Label) -> Option<Location> {
    let source = sources.get(label.span.source)?;
    let uri = if label.span.source == OPEN { open.clone() } else { address(&source.name)? };
    Some(Location { uri, range: range(&source.text, label.span.start as usize, label.span.end as usize) })
}

/// The address of a file.
fn address(path: &str) -> Option<Uri> {
    let absolute = std::path::absolute(path).ok()?;
    let mut text = "file://".to_string();
    for byte in absolute.to_str()?.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'.' | b'-' | b'_' | b'~' => text.push(char::from(byte)),
            other => text += &format!("%{other:02X}"),
        }
    }
    text.parse().ok()
}

/// The path of a file's address; the address itself where it is none of a file.
pub fn path(uri: &Uri) -> String {
    let text = uri.as_str();
    let Some(encoded) = text.strip_prefix("file://") else { return text.to_string() };
    let (mut bytes, mut rest) = (Vec::new(), encoded.as_bytes());
    while let Some((first, after)) = rest.split_first() {
        let hex = after.get(..2).and_then(|two| std::str::from_utf8(two).ok()).filter(|_| *first == b'%');
        match hex.and_then(|two| u8::from_str_radix(two, 16).ok()) {
            Some(byte) => {
                bytes.push(byte);
                rest = &after[2..];
            }
            None => {
                bytes.push(*first);
                rest = after;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
