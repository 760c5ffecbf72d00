//! A limit on the depth of a file's syntax tree, computed from its tokens. Deeper files are refused, so that no recursion over
//! the tree can exhaust the stack. Real stencils are far below the limit.

use ruff_python_ast::token::{TokenKind, Tokens};
use ruff_text_size::{Ranged, TextRange};

/// Brackets, prefix operators, ternaries and the like inside one another.
pub const EXPRESSION_LIMIT: u32 = 200;
/// Operations one after another in one expression, `a + b + c`: each stands in the next one, on its left.
pub const CHAIN_LIMIT: u32 = 2_000;
/// Blocks inside one another, each `elif` being one.
pub const BLOCK_LIMIT: u32 = 100;

/// What is too deep.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum TooDeep {
    Expression,
    Chain,
    Blocks,
}

/// The first token at which a limit is passed.
pub fn check(tokens: &Tokens) -> Result<(), (TooDeep, TextRange)> {
    let (mut line, mut blocks, mut starts_line) = (Line::new(), Blocks::new(), true);
    for token in tokens.iter() {
        let kind = token.kind();
        line.see(kind);
        blocks.see(kind, starts_line);
        let Depth { nested, chained } = line.bound();
        if nested > EXPRESSION_LIMIT {
            return Err((TooDeep::Expression, token.range()));
        }
        if chained > CHAIN_LIMIT {
            return Err((TooDeep::Chain, token.range()));
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

/// How deep a tree is.
#[derive(Clone, Copy, Default)]
struct Depth {
    /// By what stands inside something else.
    nested: u32,
    /// By operations of which each is the left operand of the next.
    chained: u32,
}

impl Depth {
    fn max(self, other: Depth) -> Depth {
        Depth { nested: self.nested.max(other.nested), chained: self.chained.max(other.chained) }
    }
    fn plus(self, other: Depth) -> Depth {
        Depth { nested: self.nested + other.nested, chained: self.chained + other.chained }
    }
}

/// One logical line: its open brackets, the innermost last, the first standing for the line itself.
struct Line {
    open: Vec<Bracket>,
    /// What stands in open brackets but the innermost.
    around: Depth,
    lambdas: u32,
    /// Whether the last token ends an operand: a sign after it is an operation on two.
    after_operand: bool,
}

/// What has been seen inside one bracket.
#[derive(Clone, Copy, Default)]
struct Bracket {
    /// Ternaries and the like since the last comma: an operand is deeper than its neighbour only by what is between.
    nested: u32,
    /// Brackets, signs, powers and dots since the last operator that binds less, and the most of them before.
    tight: u32,
    tightest: u32,
    /// Whether there was a comparison, an `and` or an `or`, whose operands are neighbours.
    compares: bool,
    /// Sums since the last of these or comma.
    sums: u32,
    /// Products since the last sum, and the most of them in one term.
    products: u32,
    longest: u32,
    /// The depth of the deepest bracket closed since the last comma.
    operand: Depth,
    /// The depth of the deepest item before.
    items: Depth,
}

impl Bracket {
    fn own(self) -> Depth {
        let nested = self.nested + u32::from(self.compares) + self.tightest.max(self.tight);
        Depth { nested, chained: self.sums + self.longest.max(self.products) }
    }
    fn depth(self) -> Depth {
        self.items.max(self.own().plus(self.operand))
    }
    /// An operator that binds less than brackets, signs, powers and dots.
    fn end_operand(&mut self) {
        self.tightest = self.tightest.max(self.tight);
        self.tight = 0;
    }
    /// A comma, or an operator whose operands are neighbours.
    fn separate(&mut self) {
        self.items = self.depth();
        self.end_operand();
        (self.sums, self.products, self.longest) = (0, 0, 0);
    }
}

impl Line {
    fn new() -> Line {
        Line { open: vec![Bracket::default()], around: Depth::default(), lambdas: 0, after_operand: false }
    }

    fn see(&mut self, kind: TokenKind) {
        use TokenKind::*;
        let is_binary = std::mem::replace(&mut self.after_operand, false);
        match kind {
            Newline | Semi => *self = Line::new(),
            Lpar | Lsqb | Lbrace | FStringStart | TStringStart => {
                self.change(|top| top.tight += 1);
                self.around = self.open.last().map_or(self.around, |top| self.around.plus(top.own()));
                self.open.push(Bracket::default());
            }
            Rpar | Rsqb | Rbrace | FStringEnd | TStringEnd => {
                self.close();
                self.after_operand = true;
            }
            Comma => self.change(|top| {
                top.separate();
                *top = Bracket { items: top.items, ..Bracket::default() };
            }),
            Lambda => self.lambdas += 1,
            Name | Int | Float | Complex | String | Ellipsis | True | False | None => self.after_operand = true,
            Comment | NonLogicalNewline => self.after_operand = is_binary,
            FStringMiddle | TStringMiddle | Indent | Dedent => {}
            Plus | Minus | Vbar | Amper | CircumFlex | LeftShift | RightShift if is_binary => self.change(|top| {
                top.end_operand();
                top.longest = top.longest.max(top.products);
                (top.sums, top.products) = (top.sums + 1, 0);
            }),
            Star | Slash | DoubleSlash | Percent | At if is_binary => self.change(|top| {
                top.end_operand();
                top.products += 1;
            }),
            Plus | Minus | Tilde | DoubleStar | Dot => self.change(|top| top.tight += 1),
            And | Or | EqEqual | NotEqual | Less | LessEqual | Greater | GreaterEqual | Is | In => self.change(|top| {
                top.separate();
                top.compares = true;
            }),
            _ => self.change(|top| top.nested += 1),
        }
    }

    fn change(&mut self, change: impl FnOnce(&mut Bracket)) {
        if let Some(top) = self.open.last_mut() {
            change(top);
        }
    }

    fn close(&mut self) {
        if self.open.len() > 1
            && let Some(closed) = self.open.pop()
            && let Some(outer) = self.open.last_mut()
        {
            let own = outer.own();
            outer.operand = outer.operand.max(closed.depth());
            self.around.nested -= own.nested;
            self.around.chained -= own.chained;
        }
    }

    fn bound(&self) -> Depth {
        let inner = self.open.last().map_or(Depth::default(), |top| top.depth());
        self.around.plus(inner).plus(Depth { nested: self.lambdas, chained: 0 })
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
