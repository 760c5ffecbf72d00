//! The parser's core: tokens, names, and the parts of the grammar that every IR shares.

use super::lex::{Token, TokenKind, tokens};
use super::module::Module;
use crate::blocking::{BlockSize, Blocking, Near};
use crate::container::{Place, RollingWindow};
use crate::diagnostic::{Code, Diagnostic};
use crate::domain::Axis;
use crate::domain::{Axes, Bound, Extent, Range};
use crate::field_type::FieldType;
use crate::horizontal_box::{Edge, HorizontalBox, Side};
use crate::ids::{FieldId, ScalarId};
use crate::phase::Phase;
use crate::source::{SourceId, Span};
use crate::tile::TileEdge;
use crate::types::DType;
use std::collections::HashMap;

/// How deep expressions and statements may nest.
pub const MAX_DEPTH: usize = 256;

/// What the names in an expression stand for.
pub trait Resolve {
    /// The field named `name` and its type.
    fn field(&self, name: &str) -> Option<(FieldId, DType)>;
    /// The scalar named `name` and its type.
    fn scalar(&self, name: &str) -> Option<(ScalarId, DType)>;
}

/// Names collected while their declarations are read.
#[derive(Clone, Default, Debug)]
pub struct NameTable {
    pub fields: HashMap<String, (FieldId, DType)>,
    pub scalars: HashMap<String, (ScalarId, DType)>,
}

impl Resolve for NameTable {
    fn field(&self, name: &str) -> Option<(FieldId, DType)> {
        self.fields.get(name).copied()
    }
    fn scalar(&self, name: &str) -> Option<(ScalarId, DType)> {
        self.scalars.get(name).copied()
    }
}

/// A reader of tokens. Methods named for a part of the grammar read that part or say what stands in its place.
pub struct Parser<'t> {
    tokens: Vec<Token<'t>>,
    at: usize,
    depth: usize,
    /// Errors that reading goes on after: unknown names.
    errors: Vec<Diagnostic>,
}

/// What a part of the grammar gives, or the error that ends the reading.
pub type Parsed<T> = Result<T, Diagnostic>;

impl<'t> Parser<'t> {
    /// A parser at the start of `text`, whose spans point into `source`.
    ///
    /// # Errors
    /// A character that begins no token.
    pub fn new(text: &'t str, source: SourceId) -> Parsed<Parser<'t>> {
        Ok(Parser { tokens: tokens(text, source)?, at: 0, depth: 0, errors: Vec::new() })
    }
    /// The result of a whole text: an error if anything was wrong or any token is left.
    ///
    /// # Errors
    /// Unknown names met on the way, then the error in `result` or what stands behind the end.
    pub fn finish<T>(mut self, result: Parsed<T>) -> Result<T, Vec<Diagnostic>> {
        let result = result.and_then(|value| match self.kind() {
            TokenKind::End => Ok(value),
            _ => Err(self.expected("the end of the text")),
        });
        match result {
            Ok(value) if self.errors.is_empty() => Ok(value),
            Ok(_) => Err(self.errors),
            Err(last) => {
                self.errors.push(last);
                Err(self.errors)
            }
        }
    }
    /// The next token.
    pub fn peek(&self) -> Token<'t> {
        self.tokens[self.at]
    }
    /// What the next token is.
    pub fn kind(&self) -> TokenKind<'t> {
        self.peek().kind
    }
    /// Where the next token stands.
    pub fn span(&self) -> Span {
        self.peek().span
    }
    /// Where the token before the next one stands.
    pub fn last_span(&self) -> Span {
        self.tokens[self.at.saturating_sub(1)].span
    }
    /// Takes the next token; the end stays.
    pub fn advance(&mut self) -> Token<'t> {
        let token = self.peek();
        self.at = (self.at + 1).min(self.tokens.len() - 1);
        token
    }
    /// The error that `what` should stand here.
    pub fn expected(&self, what: &str) -> Diagnostic {
        Diagnostic::error(
            Code::IR_TEXT,
            format!("expected {what}, found {}", self.kind()),
            self.span(),
            format!("expected {what}"),
        )
    }
    /// Records an error that reading can go on after.
    pub fn report(&mut self, error: Diagnostic) {
        self.errors.push(error);
    }
    /// Takes the punctuation if it is next.
    pub fn eat(&mut self, punct: &str) -> bool {
        let found = self.kind() == TokenKind::Punct(punct_of(punct));
        if found {
            self.advance();
        }
        found
    }
    /// Takes the punctuation.
    pub fn expect(&mut self, punct: &str) -> Parsed<()> {
        if self.eat(punct) { Ok(()) } else { Err(self.expected(&format!("`{punct}`"))) }
    }
    /// Takes the word if it is next.
    pub fn eat_word(&mut self, word: &str) -> bool {
        let found = self.kind() == TokenKind::Word(word);
        if found {
            self.advance();
        }
        found
    }
    /// Takes the word.
    pub fn expect_word(&mut self, word: &str) -> Parsed<()> {
        if self.eat_word(word) { Ok(()) } else { Err(self.expected(&format!("`{word}`"))) }
    }
    /// Any word; `what` names it in the error.
    pub fn word(&mut self, what: &str) -> Parsed<&'t str> {
        let TokenKind::Word(word) = self.kind() else {
            return Err(self.expected(what));
        };
        self.advance();
        Ok(word)
    }
    /// `%name`, without the sigil.
    pub fn field_name(&mut self) -> Parsed<&'t str> {
        let TokenKind::Field(name) = self.kind() else {
            return Err(self.expected("a field (`%name`)"));
        };
        self.advance();
        Ok(name)
    }
    /// `$name`, without the sigil.
    pub fn scalar_name(&mut self) -> Parsed<&'t str> {
        let TokenKind::Scalar(name) = self.kind() else {
            return Err(self.expected("a scalar (`$name`)"));
        };
        self.advance();
        Ok(name)
    }
    /// `%name` of a known field. An unknown one is recorded as an error, and reading goes on.
    pub fn field(&mut self, names: &dyn Resolve) -> Parsed<(FieldId, DType)> {
        let (span, name) = (self.span(), self.field_name()?);
        Ok(names.field(name).unwrap_or_else(|| {
            self.report(Diagnostic::error(Code::IR_TEXT, format!("unknown field `%{name}`"), span, "not declared above"));
            (FieldId(u32::MAX), DType::F64)
        }))
    }
    /// `$name` of a known scalar. An unknown one is recorded as an error, and reading goes on.
    pub fn scalar(&mut self, names: &dyn Resolve) -> Parsed<(ScalarId, DType)> {
        let (span, name) = (self.span(), self.scalar_name()?);
        Ok(names.scalar(name).unwrap_or_else(|| {
            self.report(Diagnostic::error(Code::IR_TEXT, format!("unknown scalar `${name}`"), span, "not declared above"));
            (ScalarId(u32::MAX), DType::F64)
        }))
    }
    /// A whole number with an optional sign.
    pub fn integer<T: TryFrom<i64>>(&mut self) -> Parsed<T> {
        let (start, negative) = (self.span(), self.eat("-"));
        let TokenKind::Number(digits) = self.kind() else {
            return Err(self.expected("a whole number"));
        };
        let span = start.to(self.advance().span);
        let value = digits.parse::<i64>().ok().and_then(|n| T::try_from(if negative { -n } else { n }).ok());
        value.ok_or_else(|| Diagnostic::error(Code::IR_TEXT, "not a whole number in range", span, "here"))
    }
    /// `"text"`.
    pub fn text(&mut self) -> Parsed<&'t str> {
        let TokenKind::Text(text) = self.kind() else {
            return Err(self.expected("a string"));
        };
        self.advance();
        Ok(text)
    }
    /// `f64`, `i32`, `bool` …
    pub fn dtype(&mut self) -> Parsed<DType> {
        let error = self.expected("a type (`f64`, `f32`, `i64`, `i32`, `i16`, `i8`, `bool`)");
        DType::from_name(self.word("a type")?).ok_or(error)
    }
    /// `field<f64, IJK>`, `field<f64, IJK, interfaces K, [3, 2]>`.
    pub fn field_type(&mut self) -> Parsed<FieldType> {
        self.expect_word("field")?;
        self.expect("<")?;
        let mut ty = FieldType::centred(self.dtype()?, Axes::NONE);
        if self.eat(",") && !self.eat("-") {
            ty.axes = self.axes()?;
        }
        let mut more = self.eat(",");
        if more && self.eat_word("interfaces") {
            ty.interfaces = self.axes()?;
            more = self.eat(",");
        }
        if more {
            self.expect("[")?;
            ty.data = self.list("]", Self::integer)?;
        }
        self.expect(">")?;
        Ok(ty)
    }
    fn axes(&mut self) -> Parsed<Axes> {
        let error = self.expected("axes (`IJK`, `IJ`, `K` …, `-`)");
        Axes::from_name(self.word("axes")?).ok_or(error)
    }
    /// `start`, `end-1`.
    pub fn bound(&mut self) -> Parsed<Bound> {
        let error = self.expected("a bound (`start`, `end-1` …)");
        let bound = match self.word("a bound")? {
            "start" => Bound::START,
            "end" => Bound::END,
            _ => return Err(error),
        };
        self.offset_of(bound, Bound::shift)
    }
    /// `[start, end)`, `[max(start, end-3), end)`.
    pub fn range(&mut self) -> Parsed<Range> {
        self.expect("[")?;
        let lo = self.range_side("max")?;
        self.expect(",")?;
        let hi = self.range_side("min")?;
        self.expect(")")?;
        Ok(Range { lo, hi })
    }
    fn range_side(&mut self, word: &str) -> Parsed<Vec<Bound>> {
        if !self.eat_word(word) {
            return Ok(vec![self.bound()?]);
        }
        self.expect("(")?;
        let bounds = self.list(")", Self::bound)?;
        if bounds.is_empty() { Err(self.expected("a bound")) } else { Ok(bounds) }
    }
    /// ` step 16`, ` near [0, 16)`, ` near [0, $size)`: the positions of a loop inside its range; nothing at all is every point.
    pub fn blocking(&mut self, names: &dyn Resolve) -> Parsed<Blocking> {
        let mut blocking = Blocking::POINTS;
        if self.eat_word("step") {
            blocking.step = match self.kind() {
                TokenKind::Scalar(_) => BlockSize::Scalar(self.scalar(names)?.0),
                _ => BlockSize::Points(self.integer()?),
            };
        }
        if self.eat_word("near") {
            self.expect("[")?;
            let first = self.integer()?;
            self.expect(",")?;
            blocking.near = Some(match self.kind() {
                TokenKind::Scalar(_) if first == 0 => Near::Block(self.scalar(names)?.0),
                _ => Near::Points(first, self.integer()?),
            });
            self.expect(")")?;
        }
        Ok(blocking)
    }
    /// `i`, `j`, `k`.
    pub fn axis(&mut self) -> Parsed<Axis> {
        let error = self.expected("an axis (`i`, `j`, `k`)");
        let word = self.word("an axis")?;
        Axis::ALL.into_iter().find(|a| a.to_string() == word).ok_or(error)
    }
    /// `plane`, `plane last 2 along j`: the storage of a temporary, if it stands here.
    pub fn place(&mut self) -> Parsed<Option<Place>> {
        let TokenKind::Word(word) = self.kind() else { return Ok(None) };
        let Some(mut place) = Place::from_name(word) else { return Ok(None) };
        self.advance();
        if self.eat_word("last") {
            let slots = self.integer()?;
            self.expect_word("along")?;
            place.window = Some(RollingWindow { axis: self.axis()?, slots });
        }
        Ok(Some(place))
    }
    /// `i(-1,1) j(0,0)` with an optional `k(0,0)`; nothing at all is zero.
    pub fn extent(&mut self) -> Parsed<Extent> {
        let mut extent = Extent::ZERO;
        for (side, word) in extent.0.iter_mut().zip(["i", "j", "k"]) {
            if self.eat_word(word) {
                self.expect("(")?;
                side.0 = self.integer()?;
                self.expect(",")?;
                side.1 = self.integer()?;
                self.expect(")")?;
            }
        }
        Ok(extent)
    }
    /// `width 2`, `reach i(-1,0) j(0,0)`: how far a halo update goes, if that stands here.
    pub fn reach(&mut self) -> Parsed<Option<Extent>> {
        if self.eat_word("width") {
            let width: u32 = self.integer()?;
            return Ok(Some(Extent::around(i32::try_from(width).unwrap_or(i32::MAX))));
        }
        if self.eat_word("reach") { self.extent().map(Some) } else { Ok(None) }
    }
    /// `start 0`, `wait 0`, or nothing, behind the word for a halo update.
    pub fn phase(&mut self) -> Parsed<Phase> {
        if self.eat_word("start") {
            return Ok(Phase::Start(self.integer()?));
        }
        if self.eat_word("wait") { self.integer().map(Phase::Wait) } else { Ok(Phase::Whole) }
    }
    /// `[start:start+1, tile_end-2:]`.
    pub fn horizontal_box(&mut self) -> Parsed<HorizontalBox> {
        self.expect("[")?;
        let i = self.box_side(",")?;
        self.expect(",")?;
        let j = self.box_side("]")?;
        self.expect("]")?;
        Ok(HorizontalBox { i, j })
    }
    fn box_side(&mut self, end: &str) -> Parsed<Side> {
        let lo = if self.kind() == TokenKind::Punct(":") { None } else { Some(self.edge()?) };
        self.expect(":")?;
        let hi = if self.kind() == TokenKind::Punct(punct_of(end)) { None } else { Some(self.edge()?) };
        Ok((lo, hi))
    }
    /// `start+1`, `tile_end-2`.
    fn edge(&mut self) -> Parsed<Edge> {
        let edge = match () {
            () if self.eat_word("tile_start") => Edge::Tile(TileEdge::Start, 0),
            () if self.eat_word("tile_end") => Edge::Tile(TileEdge::End, 0),
            () => return self.bound().map(Edge::Domain),
        };
        self.offset_of(edge, Edge::shift)
    }
    /// `+1`, `-2`, or nothing, behind what it moves.
    fn offset_of<T>(&mut self, base: T, shift: impl Fn(T, i32) -> T) -> Parsed<T> {
        let negative = self.kind() == TokenKind::Punct("-");
        Ok(if self.eat("+") || negative { shift(base, self.integer()?) } else { base })
    }
    /// Items separated by commas, up to and with `end`.
    pub fn list<T>(&mut self, end: &str, mut item: impl FnMut(&mut Self) -> Parsed<T>) -> Parsed<Vec<T>> {
        let mut items = Vec::new();
        while !self.eat(end) {
            if !items.is_empty() {
                self.expect(",")?;
            }
            items.push(item(self)?);
        }
        Ok(items)
    }
    /// `{`, items, `}`.
    pub fn block<T>(&mut self, mut item: impl FnMut(&mut Self) -> Parsed<T>) -> Parsed<Vec<T>> {
        self.expect("{")?;
        let mut items = Vec::new();
        while !self.eat("}") {
            items.push(item(self)?);
        }
        Ok(items)
    }
    /// Reads something that may hold itself, to a depth of [`MAX_DEPTH`].
    pub fn nested<T>(&mut self, read: impl FnOnce(&mut Self) -> Parsed<T>) -> Parsed<T> {
        // Parentheses around a negated literal add one level to what the IR counts.
        if self.depth > MAX_DEPTH + 1 {
            return Err(Diagnostic::error(Code::LIMIT, format!("nested deeper than {MAX_DEPTH} levels"), self.span(), "here"));
        }
        self.depth += 1;
        let read = read(self);
        self.depth -= 1;
        read
    }
    /// A stencil or a program.
    pub(super) fn module(&mut self) -> Parsed<Module> {
        match self.kind() {
            TokenKind::Word("stencil") => self.stencil().map(Module::Stencil),
            TokenKind::Word("program") => self.program().map(Module::Program),
            _ => Err(self.expected("`stencil` or `program`")),
        }
    }
}

/// The lexer's own copy of a punctuation, so that tokens compare; empty (no token) if there is none.
fn punct_of(punct: &str) -> &'static str {
    super::lex::PUNCTUATION.into_iter().find(|p| *p == punct).unwrap_or("")
}
