//! A bound on how deep the tree of a file is, read off its tokens: what is deeper is refused, so that no recursion over the
//! tree can exhaust the stack. Real stencils stay far below.

use ruff_python_ast::token::{TokenKind, Tokens};
use ruff_text_size::{Ranged, TextRange};

/// Operators and brackets inside one another.
pub const EXPRESSION_LIMIT: u32 = 200;
/// Blocks inside one another, each `elif` being one.
pub const BLOCK_LIMIT: u32 = 100;

/// What is too deep.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum TooDeep {
    Expression,
    Blocks,
}

/// The first token at which a limit is passed.
pub fn check(tokens: &Tokens) -> Result<(), (TooDeep, TextRange)> {
    let (mut line, mut blocks, mut starts_line) = (Line::new(), Blocks::new(), true);
    for token in tokens.iter() {
        let kind = token.kind();
        line.see(kind);
        blocks.see(kind, starts_line);
        if line.bound() > EXPRESSION_LIMIT {
            return Err((TooDeep::Expression, token.range()));
        }
        if blocks.bound() > BLOCK_LIMIT {
            return Err((TooDeep::Blocks, token.range()));
        }
        starts_line = match kind {
            TokenKind::Newline | TokenKind::Indent | TokenKind::Dedent => true,
            TokenKind::NonLogicalNewline | TokenKind::Comment => starts_line,
            _ => false,
        };
    }
    Ok(())
}

/// One logical line: for each open bracket the operators since its last comma. Their sum bounds the depth, as an operand
/// is deeper than its neighbour only by the operators between.
struct Line {
    open: Vec<u32>,
    lambdas: u32,
}

impl Line {
    fn new() -> Line {
        Line { open: vec![0], lambdas: 0 }
    }

    fn see(&mut self, kind: TokenKind) {
        use TokenKind::*;
        match kind {
            Newline | Semi => *self = Line::new(),
            Lpar | Lsqb | Lbrace | FStringStart | TStringStart => {
                self.count();
                self.open.push(0);
            }
            Rpar | Rsqb | Rbrace | FStringEnd | TStringEnd => {
                if self.open.len() > 1 {
                    self.open.pop();
                }
            }
            Comma => {
                if let Some(top) = self.open.last_mut() {
                    *top = 0;
                }
            }
            Lambda => self.lambdas += 1,
            Name | Int | Float | Complex | String | Ellipsis | True | False | None | FStringMiddle | TStringMiddle
            | Comment | NonLogicalNewline | Indent | Dedent => {}
            _ => self.count(),
        }
    }

    fn count(&mut self) {
        if let Some(top) = self.open.last_mut() {
            *top += 1;
        }
    }

    fn bound(&self) -> u32 {
        self.open.iter().sum::<u32>() + self.lambdas
    }
}

/// The open blocks, each with the `elif`s seen since its last `if`.
struct Blocks {
    elifs: Vec<u32>,
}

impl Blocks {
    fn new() -> Blocks {
        Blocks { elifs: vec![0] }
    }

    fn see(&mut self, kind: TokenKind, starts_line: bool) {
        match kind {
            TokenKind::Indent => self.elifs.push(0),
            TokenKind::Dedent if self.elifs.len() > 1 => {
                self.elifs.pop();
            }
            TokenKind::Elif => self.set(|n| n + 1),
            TokenKind::If if starts_line => self.set(|_| 0),
            _ => {}
        }
    }

    fn set(&mut self, change: impl Fn(u32) -> u32) {
        if let Some(top) = self.elifs.last_mut() {
            *top = change(*top);
        }
    }

    fn bound(&self) -> u32 {
        self.elifs.iter().map(|n| n + 1).sum()
    }
}
