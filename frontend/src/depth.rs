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

/// One logical line: its open brackets, the innermost last, the first standing for the line itself.
struct Line {
    open: Vec<Bracket>,
    /// Operators in all open brackets.
    operators: u32,
    lambdas: u32,
}

/// What has been seen inside one bracket.
#[derive(Clone, Copy, Default)]
struct Bracket {
    /// Operators since the last comma: an operand is deeper than its neighbour only by the operators between.
    operators: u32,
    /// The depth of the deepest bracket closed since the last comma.
    operand: u32,
    /// The depth of the deepest item before the last comma.
    items: u32,
}

impl Bracket {
    fn depth(self) -> u32 {
        self.items.max(self.operators + self.operand)
    }
}

impl Line {
    fn new() -> Line {
        Line { open: vec![Bracket::default()], operators: 0, lambdas: 0 }
    }

    fn see(&mut self, kind: TokenKind) {
        use TokenKind::*;
        match kind {
            Newline | Semi => *self = Line::new(),
            Lpar | Lsqb | Lbrace | FStringStart | TStringStart => {
                self.count();
                self.open.push(Bracket::default());
            }
            Rpar | Rsqb | Rbrace | FStringEnd | TStringEnd => self.close(),
            Comma => {
                if let Some(top) = self.open.last_mut() {
                    self.operators -= top.operators;
                    *top = Bracket { items: top.depth(), ..Bracket::default() };
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
            top.operators += 1;
            self.operators += 1;
        }
    }

    fn close(&mut self) {
        let depth = self.open.last().map_or(0, |top| top.depth());
        if self.open.len() > 1
            && let Some(closed) = self.open.pop()
            && let Some(outer) = self.open.last_mut()
        {
            self.operators -= closed.operators;
            outer.operand = outer.operand.max(depth);
        }
    }

    fn bound(&self) -> u32 {
        self.operators + self.lambdas + self.open.last().map_or(0, |top| top.operand)
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
