//! Python's parser, wrapped: text in, [`crate::outline`] and [`crate::syntax`] out. The only module that knows the parser.

mod convert;
mod outline;

use crate::depth::{self, TooDeep};
use crate::outline::Outline;
use convert::Convert;
use ruff_python_ast as py;
use ruff_python_parser::{Mode, ParseOptions, parse_unchecked};
use tradewind_ir::{Code, Diagnostic, SourceId, Span};

/// The longest text taken, in bytes.
const SIZE_LIMIT: usize = 1 << 24;

/// Parses a whole file. The parser recovers from errors: the outline is of the statements that it could make sense of.
pub fn parse(source: SourceId, text: &str) -> (Outline, Vec<Diagnostic>) {
    if text.len() > SIZE_LIMIT {
        let start = Span::new(source, 0, 1);
        let refused = Diagnostic::error(Code::LIMIT, "this file is too long", start, "more than 16 MiB of text");
        return (Outline::default(), vec![refused.help("split it into several files that import one another")]);
    }
    let parsed = parse_unchecked(text, ParseOptions::from(Mode::Module));
    let convert = Convert { source, text, errors: parsed.errors().iter().map(|e| e.location).collect() };
    if let Err((what, at)) = depth::check(parsed.tokens()) {
        // Dropping the tree recurses as deep as the tree is: a tree that was refused for its depth is leaked instead.
        std::mem::forget(parsed);
        return (Outline::default(), vec![too_deep(what, visible(text, convert.span(at)))]);
    }
    let errors = parsed.errors().iter().take(ERROR_LIMIT).map(|e| {
        let (at, what) = (visible(text, convert.span(e.location)), e.error.to_string());
        Diagnostic::error(Code::INVALID_PYTHON, format!("this is not valid Python: {}", lower_first(&what)), at, "here")
    });
    let errors = errors.collect();
    let outline = match parsed.syntax() {
        py::Mod::Module(module) => outline::read(&convert, &module.body),
        py::Mod::Expression(_) => Outline::default(),
    };
    (outline, errors)
}

/// How many syntax errors of one file are reported.
const ERROR_LIMIT: usize = 10;

fn too_deep(what: TooDeep, at: Span) -> Diagnostic {
    match what {
        TooDeep::Expression => {
            let message = format!("this expression is nested more than {} levels deep", depth::EXPRESSION_LIMIT);
            Diagnostic::error(Code::LIMIT, message, at, "the limit is passed here")
                .help("assign its parts to temporaries first")
        }
        TooDeep::Chain => {
            let message = format!("this expression is a chain of more than {} operations", depth::CHAIN_LIMIT);
            Diagnostic::error(Code::LIMIT, message, at, "the limit is passed here")
                .help("assign its parts to temporaries first")
        }
        TooDeep::Blocks => {
            let message = format!("this code is nested more than {} blocks deep", depth::BLOCK_LIMIT);
            let help = "move inner blocks to a function, or turn a long chain of `elif` into separate `if`s";
            Diagnostic::error(Code::LIMIT, message, at, "the limit is passed here").help(help)
        }
    }
}

/// The span, widened to one character where it is empty so that an excerpt can point at it.
fn visible(text: &str, mut span: Span) -> Span {
    if span.start == span.end {
        let rest = text.get(span.start as usize..).unwrap_or("");
        match rest.chars().next() {
            Some(c) if c != '\n' => span.end += c.len_utf8() as u32,
            _ => {
                let before = text.get(..span.start as usize).unwrap_or("").trim_end();
                let last = before.chars().next_back().map_or(0, char::len_utf8);
                (span.start, span.end) = ((before.len() - last) as u32, before.len() as u32);
            }
        }
    }
    span
}

fn lower_first(text: &str) -> String {
    let mut chars = text.chars();
    match chars.next() {
        Some(first) => first.to_lowercase().chain(chars).collect(),
        None => String::new(),
    }
}
