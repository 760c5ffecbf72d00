//! Text as trees.

use crate::tree::{Leaf, Loop, LoopKind, Node, NodeId, Tables, Tree};
use tradewind_ir::text::{NameTable, Parsed, Parser, TokenKind};
use tradewind_ir::{
    Blocking, Code, Container, Diagnostic, Expr, FieldId, FieldType, HostStep, IdVec, Param, Place, ScalarId, ScalarKind,
    ScalarSlot, Scope, SourceId, Span,
};

/// The tree that `text` holds. Spans point into `source`. The result is well formed but not verified.
///
/// # Errors
/// The first thing that is not in the grammar, and every unknown name before it.
pub fn parse(text: &str, source: SourceId) -> Result<Tree, Vec<Diagnostic>> {
    let mut parser = Parser::new(text, source).map_err(|d| vec![d])?;
    let tree = Reader::default().tree(&mut parser);
    parser.finish(tree)
}

/// What was declared and made so far.
#[derive(Default)]
struct Reader {
    names: NameTable,
    fields: IdVec<FieldId, Container>,
    scalars: IdVec<ScalarId, ScalarSlot>,
    nodes: IdVec<NodeId, Node>,
}

impl Reader {
    fn tree(mut self, p: &mut Parser<'_>) -> Parsed<Tree> {
        p.expect_word("tree")?;
        let name = p.word("the tree's name")?.to_string();
        let mut params = Vec::new();
        p.expect("(")?;
        while !p.eat(")") {
            if !params.is_empty() {
                p.expect(",")?;
            }
            params.push(self.param(p)?);
        }
        p.expect("{")?;
        while self.declaration(p)? {}
        let mut children = Vec::new();
        while !p.eat("}") {
            children.push(self.node(p)?);
        }
        let root = self.nodes.push(Node::Seq(children));
        let tables = Tables { name, fields: self.fields, scalars: self.scalars, params };
        Ok(Tree::of(tables, self.nodes, root))
    }

    fn param(&mut self, p: &mut Parser<'_>) -> Parsed<Param> {
        if let TokenKind::Scalar(_) = p.kind() {
            return Ok(Param::Scalar(self.declare_scalar(p, ScalarKind::Argument)?));
        }
        Ok(Param::Field(self.declare_field(p, Scope::Argument)?))
    }

    /// One declaration, if one is next.
    fn declaration(&mut self, p: &mut Parser<'_>) -> Parsed<bool> {
        if p.eat_word("transient") {
            self.declare_field(p, Scope::Transient)?;
        } else if p.eat_word("temp") {
            self.declare_field(p, Scope::Temporary)?;
        } else if p.eat_word("var") {
            self.declare_scalar(p, ScalarKind::Variable)?;
        } else {
            return Ok(false);
        }
        Ok(true)
    }

    fn declare_scalar(&mut self, p: &mut Parser<'_>, kind: ScalarKind) -> Parsed<ScalarId> {
        let (span, name) = (p.span(), p.scalar_name()?.to_string());
        p.expect(":")?;
        let dtype = p.dtype()?;
        let id = self.scalars.push(ScalarSlot { name: name.clone(), dtype, kind });
        if self.names.scalars.insert(name, (id, dtype)).is_some() {
            p.report(Diagnostic::error(Code::IR_TEXT, "this name is taken", span, "declared before"));
        }
        Ok(id)
    }

    fn declare_field(&mut self, p: &mut Parser<'_>, scope: Scope) -> Parsed<FieldId> {
        let (span, name) = (p.span(), p.field_name()?.to_string());
        p.expect(":")?;
        let FieldType { dtype, axes, interfaces, data } = p.field_type()?;
        let place = if scope == Scope::Temporary { Self::place(p)? } else { Place::whole(axes) };
        let zero = p.eat_word("zero");
        let extent = p.extent()?;
        let id =
            self.fields.push(Container { name: name.clone(), dtype, axes, interfaces, data, scope, extent, zero, place, span });
        if self.names.fields.insert(name, (id, dtype)).is_some() {
            p.report(Diagnostic::error(Code::IR_TEXT, "this name is taken", span, "declared before"));
        }
        Ok(id)
    }

    fn place(p: &mut Parser<'_>) -> Parsed<Place> {
        let error = p.expected("a place (`register`, `row`, `plane`, `slab`, `heap` …)");
        p.place()?.ok_or(error)
    }

    /// Nodes in braces, as a sequence.
    fn block(&mut self, p: &mut Parser<'_>) -> Parsed<NodeId> {
        p.expect("{")?;
        let mut children = Vec::new();
        while !p.eat("}") {
            children.push(p.nested(|p| self.node(p))?);
        }
        Ok(self.nodes.push(Node::Seq(children)))
    }

    fn node(&mut self, p: &mut Parser<'_>) -> Parsed<NodeId> {
        let TokenKind::Word(word) = p.kind() else { return Err(Self::expected_node(p)) };
        let start = p.span();
        p.advance();
        let node = match word {
            "for" => self.any_for(p)?,
            "at" => self.at(p)?,
            "leaf" => self.leaf(p, start)?,
            "alloc" => Node::Alloc(self.field(p)?),
            "seq" => return self.block(p),
            "if" | "within" | "while" | "let" | "exchange" | "copy" | "swap" | "callback" => Node::Host(self.host(p, word)?),
            _ => {
                return Err(Diagnostic::error(
                    Code::IR_TEXT,
                    format!("`{word}` is not a node"),
                    start,
                    "expected `for`, `leaf`, `alloc` …",
                ));
            }
        };
        Ok(self.nodes.push(node))
    }

    /// A step of the host program that begins with this word: all but the loops.
    fn host(&mut self, p: &mut Parser<'_>, word: &str) -> Parsed<HostStep<NodeId>> {
        Ok(match word {
            "if" => {
                let condition = self.condition(p)?;
                let then = self.block(p)?;
                let otherwise = if p.eat_word("else") { self.block(p)? } else { self.nodes.push(Node::Seq(Vec::new())) };
                HostStep::Branch { condition, then, otherwise }
            }
            "within" => HostStep::Within { window: p.window(&self.names)?, body: self.block(p)? },
            "while" => HostStep::While { condition: self.condition(p)?, body: self.block(p)? },
            "let" => {
                let (scalar, _) = p.scalar(&self.names)?;
                p.expect("=")?;
                HostStep::Let { scalar, value: self.expr(p)? }
            }
            "exchange" => {
                let phase = p.phase()?;
                let fields = self.field_list(p)?;
                HostStep::Exchange { fields, reach: p.reach()?, phase, pairs: Vec::new() }
            }
            "copy" => {
                let to = self.field(p)?;
                p.expect("=")?;
                HostStep::Copy { to, from: self.field(p)? }
            }
            "swap" => {
                let a = self.field(p)?;
                p.expect(",")?;
                HostStep::Swap { a, b: self.field(p)? }
            }
            _ => return self.callback(p),
        })
    }

    fn expected_node(p: &Parser<'_>) -> Diagnostic {
        p.expected("a node (`for`, `leaf`, `alloc`, `if` …)")
    }

    fn any_for(&mut self, p: &mut Parser<'_>) -> Parsed<Node> {
        if let TokenKind::Scalar(_) = p.kind() {
            let counter = p.counter(&self.names)?;
            return Ok(Node::Host(HostStep::For { counter, body: self.block(p)? }));
        }
        let error = p.expected("an axis (`i`, `j`, `k`) or a scalar (`$name`)");
        let axis = p.axis().map_err(|_| error)?;
        p.expect_word("in")?;
        let (range, blocking) = (p.range()?, p.blocking(&self.names)?);
        let error = p.expected("an order (`any`, `forward`, `backward`, `parallel`, `vector`)");
        let word = p.word("an order")?;
        let (kind, _) = LoopKind::WORDS.into_iter().find(|(_, w)| *w == word).ok_or(error)?;
        Ok(Node::Loop(Loop { axis, range, blocking, kind, body: self.block(p)? }))
    }

    /// `at j+1 in [start, end)`: a loop of at most one iteration inside another one over its axis.
    fn at(&mut self, p: &mut Parser<'_>) -> Parsed<Node> {
        let axis = p.axis()?;
        let signed = p.kind() == TokenKind::Punct("-");
        let by = if p.eat("+") || signed { p.integer()? } else { 0 };
        p.expect_word("in")?;
        let range = p.range()?;
        Ok(Node::Loop(Loop { axis, range, blocking: Blocking::at(by), kind: LoopKind::Any, body: self.block(p)? }))
    }

    fn leaf(&mut self, p: &mut Parser<'_>, start: Span) -> Parsed<Node> {
        let mut label = p.word("a label")?.to_string();
        while p.eat("+") {
            label = format!("{label}+{}", p.word("a label")?);
        }
        let stmts = p.stmts(&self.names)?;
        Ok(Node::Leaf(Leaf { label, stmts, span: start.to(p.last_span()) }))
    }

    fn callback(&mut self, p: &mut Parser<'_>) -> Parsed<HostStep<NodeId>> {
        let name = p.text()?.to_string();
        p.expect("(")?;
        let fields = if let TokenKind::Field(_) = p.kind() { self.field_list(p)? } else { Vec::new() };
        let names = &self.names;
        let scalars = match p.eat(";") {
            true => p.list(")", |p| p.expr(names))?,
            false => {
                p.expect(")")?;
                Vec::new()
            }
        };
        Ok(HostStep::Callback { name, fields, scalars, fills: p.fills()? })
    }

    fn condition(&mut self, p: &mut Parser<'_>) -> Parsed<Expr> {
        p.expect("(")?;
        let condition = self.expr(p)?;
        p.expect(")")?;
        Ok(condition)
    }
    fn expr(&mut self, p: &mut Parser<'_>) -> Parsed<Expr> {
        p.expr(&self.names)
    }
    fn field(&mut self, p: &mut Parser<'_>) -> Parsed<FieldId> {
        p.field(&self.names).map(|(id, _)| id)
    }
    fn field_list(&mut self, p: &mut Parser<'_>) -> Parsed<Vec<FieldId>> {
        let mut fields = vec![self.field(p)?];
        while p.eat(",") {
            fields.push(self.field(p)?);
        }
        Ok(fields)
    }
}
