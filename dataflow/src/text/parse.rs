//! Text into graphs. The result is well formed but not verified.

use crate::code::CheckId;
use crate::graph::{Check, Components, Edge, Graph, Map, MapKind, Memlet, Node, Region, SequentialLoop, Subset, SubsetDim};
use petgraph::stable_graph::NodeIndex;
use tradewind_ir::text::{NameTable, Parsed, Parser, TokenKind};
use tradewind_ir::{
    Axis, Blocking, Bound, Container, DType, Diagnostic, Expr, FieldId, FieldType, HostStep, Param, Place, Range, ScalarKind,
    ScalarSlot, Scope, SourceId, diagnostic,
};

/// The graph that `text` holds. Spans point into `source`.
///
/// # Errors
/// The first thing that is not in the grammar, and every unknown name before it.
pub fn parse(text: &str, source: SourceId) -> Result<Graph, Vec<Diagnostic>> {
    let mut parser = Parser::new(text, source).map_err(|d| vec![d])?;
    let mut reader = Reader { graph: Graph::default(), names: NameTable::default() };
    let result = reader.graph(&mut parser);
    parser.finish(result.map(|()| reader.graph))
}

pub(super) struct Reader {
    pub(super) graph: Graph,
    pub(super) names: NameTable,
}

type P<'a, 't> = &'a mut Parser<'t>;

impl Reader {
    fn graph(&mut self, p: P<'_, '_>) -> Parsed<()> {
        p.expect_word("graph")?;
        self.graph.name = p.word("the graph's name")?.to_string();
        p.expect("(")?;
        let params = p.list(")", |p| match p.kind() {
            TokenKind::Scalar(_) => self.scalar(p, ScalarKind::Argument),
            _ => self.container(p, Scope::Argument),
        })?;
        self.graph.params = params;
        p.expect("{")?;
        loop {
            if p.eat_word("transient") {
                self.container(p, Scope::Transient)?;
            } else if p.eat_word("temp") {
                self.container(p, Scope::Temporary)?;
            } else if p.eat_word("var") {
                self.scalar(p, ScalarKind::Variable)?;
            } else if p.eat_word("check") {
                self.declare_check(p)?;
            } else if p.eat_word("slot") {
                let fields = self.fields(p)?;
                self.graph.slots.push(fields);
            } else {
                break;
            }
        }
        self.graph.root = self.region(p)?;
        Ok(())
    }

    /// `c0: %a in "smooth"`.
    fn declare_check(&mut self, p: P<'_, '_>) -> Parsed<()> {
        let (error, span) = (p.expected(&format!("`c{}`", self.graph.checks.len())), p.span());
        if p.word("a check")?.strip_prefix('c') != Some(self.graph.checks.len().to_string().as_str()) {
            return Err(error);
        }
        p.expect(":")?;
        let field = self.field(p)?;
        p.expect_word("in")?;
        self.graph.checks.push(Check { field, label: p.text()?.to_string(), span });
        Ok(())
    }

    /// `$name: f64`.
    fn scalar(&mut self, p: P<'_, '_>, kind: ScalarKind) -> Parsed<Param> {
        let span = p.span();
        let name = p.scalar_name()?.to_string();
        p.expect(":")?;
        let dtype = p.dtype()?;
        let id = self.graph.scalars.push(ScalarSlot { name: name.clone(), dtype, kind });
        if self.names.scalars.insert(name.clone(), (id, dtype)).is_some() {
            p.report(Diagnostic::error(
                diagnostic::Code::IR_TEXT,
                format!("`${name}` is declared twice"),
                span,
                "second declaration",
            ));
        }
        Ok(Param::Scalar(id))
    }

    /// `%name: field<f64, IJK> row zero i(-1,1) j(0,0) k(0,0)`.
    fn container(&mut self, p: P<'_, '_>, scope: Scope) -> Parsed<Param> {
        let span = p.span();
        let name = p.field_name()?.to_string();
        p.expect(":")?;
        let FieldType { dtype, axes, interfaces, data } = p.field_type()?;
        let place = p.place()?;
        let (zero, extent) = (p.eat_word("zero"), p.extent()?);
        let place = place.unwrap_or(Place::whole(axes));
        let container = Container { name: name.clone(), dtype, axes, interfaces, data, scope, extent, zero, place, span };
        let id = self.graph.fields.push(container);
        if self.names.fields.insert(name.clone(), (id, dtype)).is_some() {
            p.report(Diagnostic::error(
                diagnostic::Code::IR_TEXT,
                format!("`%{name}` is declared twice"),
                span,
                "second declaration",
            ));
        }
        Ok(Param::Field(id))
    }

    /// Allocations, steps and edges, up to and with `}`.
    fn region(&mut self, p: P<'_, '_>) -> Parsed<Region> {
        p.nested(|p| {
            let mut region = Region::default();
            while p.eat_word("alloc") {
                region.allocs.push(self.field(p)?);
            }
            while !p.eat("}") {
                let n = self.node_name(p)?;
                if p.eat("->") {
                    self.edge(p, n, &mut region)?;
                    continue;
                }
                if n.index() != region.graph.node_count() {
                    let message = format!("steps are numbered in order: expected `n{}`", region.graph.node_count());
                    return Err(Diagnostic::error(diagnostic::Code::IR_TEXT, message, p.last_span(), "here"));
                }
                p.expect(":")?;
                let node = self.node(p)?;
                region.graph.add_node(node);
            }
            Ok(region)
        })
    }

    /// What comes after `n0 ->`.
    fn edge(&mut self, p: P<'_, '_>, from: NodeIndex, region: &mut Region) -> Parsed<()> {
        let to = self.node_name(p)?;
        p.expect(":")?;
        let error = p.expected("what orders the steps (`%a[…]`, `anti %a`, `output %a`, `reuse %a, %b`, `$n`, `host`)");
        let edge = match p.kind() {
            TokenKind::Field(_) => Edge::Flow(self.memlet(p)?),
            TokenKind::Scalar(_) => Edge::Scalar(p.scalar(&self.names)?.0),
            _ => match p.word("what orders the steps")? {
                "anti" => Edge::Anti(self.field(p)?),
                "output" => Edge::Output(self.field(p)?),
                "reuse" => {
                    let before = self.field(p)?;
                    p.expect(",")?;
                    Edge::Reuse { before, after: self.field(p)? }
                }
                "host" => Edge::Host,
                _ => return Err(error),
            },
        };
        if region.graph.contains_node(from) && region.graph.contains_node(to) {
            region.graph.add_edge(from, to, edge);
        } else {
            p.report(Diagnostic::error(
                diagnostic::Code::IR_TEXT,
                "an edge joins two steps of its region",
                p.last_span(),
                "unknown step",
            ));
        }
        Ok(())
    }

    fn steps(&mut self, p: P<'_, '_>) -> Parsed<Region> {
        p.expect("{")?;
        self.region(p)
    }

    fn condition(&mut self, p: P<'_, '_>) -> Parsed<Expr> {
        p.expect("(")?;
        let condition = p.expr(&self.names)?;
        p.expect(")")?;
        Ok(condition)
    }

    /// `k in [start, end)`, `j in [start, end) near [0, 16)`.
    fn positions(&mut self, p: P<'_, '_>) -> Parsed<(Axis, Range, Blocking)> {
        let axis = p.axis()?;
        p.expect_word("in")?;
        Ok((axis, p.range()?, p.blocking(&self.names)?))
    }

    /// `n7`.
    fn node_name(&mut self, p: P<'_, '_>) -> Parsed<NodeIndex> {
        let error = p.expected("a step (`n0`)");
        let number = p.word("a step (`n0`)")?.strip_prefix('n').and_then(|digits| digits.parse::<u32>().ok());
        number.map(|n| NodeIndex::new(n as usize)).ok_or(error)
    }

    fn node(&mut self, p: P<'_, '_>) -> Parsed<Node> {
        Ok(match p.kind() {
            TokenKind::Word("tasklet") => {
                p.expect_word("tasklet")?;
                let label = p.text()?.to_string();
                Node::Tasklet { label, code: self.code(p)? }
            }
            TokenKind::Word("map") => {
                p.expect_word("map")?;
                let (axis, range, blocking) = self.positions(p)?;
                let error = p.expected("`any`, `parallel` or `vector`");
                let word = p.word("a kind")?;
                let kinds = [MapKind::Any, MapKind::Parallel, MapKind::Vector];
                let kind = kinds.into_iter().find(|k| k.to_string() == word).ok_or(error)?;
                Node::Map(Map { axis, range, blocking, kind, body: self.steps(p)? })
            }
            TokenKind::Word("loop") => {
                p.expect_word("loop")?;
                let (axis, range, blocking) = self.positions(p)?;
                let backward = p.eat_word("backward");
                if !backward {
                    p.expect_word("forward")?;
                }
                Node::Loop(SequentialLoop { axis, range, blocking, backward, body: self.steps(p)? })
            }
            TokenKind::Word("zero") => {
                p.expect_word("zero")?;
                Node::Zero(self.field(p)?)
            }
            _ => Node::Host(self.host(p)?),
        })
    }

    fn host(&mut self, p: P<'_, '_>) -> Parsed<HostStep<Region>> {
        let error = p.expected(
            "a step (`tasklet`, `map`, `loop`, `zero`, `for`, `within`, `if`, `while`, `let`, `exchange`, `copy`, `swap`, `callback`)",
        );
        Ok(match p.word("a step")? {
            "for" => HostStep::For { counter: p.counter(&self.names)?, body: self.steps(p)? },
            "within" => HostStep::Within { window: p.window(&self.names)?, body: self.steps(p)? },
            "if" => {
                let condition = self.condition(p)?;
                let then = self.steps(p)?;
                let otherwise = if p.eat_word("else") { self.steps(p)? } else { Region::default() };
                HostStep::Branch { condition, then, otherwise }
            }
            "while" => HostStep::While { condition: self.condition(p)?, body: self.steps(p)? },
            "let" => {
                let (scalar, _) = p.scalar(&self.names)?;
                p.expect("=")?;
                HostStep::Let { scalar, value: p.expr(&self.names)? }
            }
            "exchange" => {
                let phase = p.phase()?;
                HostStep::Exchange { fields: self.fields(p)?, reach: p.reach()?, phase, pairs: Vec::new() }
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
            "callback" => self.callback(p)?,
            _ => return Err(error),
        })
    }

    fn callback(&mut self, p: P<'_, '_>) -> Parsed<HostStep<Region>> {
        let name = p.text()?.to_string();
        p.expect("(")?;
        let mut fields = Vec::new();
        while matches!(p.kind(), TokenKind::Field(_)) || (!fields.is_empty() && p.eat(",")) {
            fields.push(self.field(p)?);
        }
        let scalars = match p.eat(";") {
            true => p.list(")", |p| p.expr(&self.names))?,
            false => {
                p.expect(")")?;
                Vec::new()
            }
        };
        Ok(HostStep::Callback { name, fields, scalars, fills: p.fills()? })
    }

    /// `%a, %b`, at least one.
    fn fields(&mut self, p: P<'_, '_>) -> Parsed<Vec<FieldId>> {
        let mut fields = vec![self.field(p)?];
        while p.eat(",") {
            fields.push(self.field(p)?);
        }
        Ok(fields)
    }

    pub(super) fn field(&mut self, p: P<'_, '_>) -> Parsed<FieldId> {
        Ok(p.field(&self.names)?.0)
    }

    /// `c7`, declared in the graph's head.
    pub(super) fn check(&mut self, p: P<'_, '_>) -> Parsed<CheckId> {
        let error = p.expected("a check of the graph's head (`c0`)");
        let number = p.word("a check")?.strip_prefix('c').and_then(|digits| digits.parse::<u32>().ok()).map(CheckId);
        number.filter(|id| self.graph.checks.get(*id).is_some()).ok_or(error)
    }

    pub(super) fn field_type(&self, field: FieldId) -> DType {
        self.graph.fields.get(field).map_or(DType::F64, |c| c.dtype)
    }

    /// `%a[-1..1, start:end, *]`.
    fn memlet(&mut self, p: P<'_, '_>) -> Parsed<Memlet> {
        let field = self.field(p)?;
        let stored = self.graph.fields.get(field).map(|c| c.stored_axes()).unwrap_or_default();
        p.expect("[")?;
        let mut subset = Subset([None, None, None], Components::One(0));
        for (n, axis) in stored.iter().enumerate() {
            if n > 0 {
                p.expect(",")?;
            }
            subset.0[axis.index()] = Some(self.dim(p)?);
        }
        p.expect("]")?;
        if p.eat("{") {
            subset.1 = if p.eat("*") { Components::All } else { Components::One(p.integer()?) };
            p.expect("}")?;
        }
        Ok(Memlet { field, subset })
    }

    fn dim(&mut self, p: P<'_, '_>) -> Parsed<SubsetDim> {
        if p.eat("*") {
            return Ok(SubsetDim::All);
        }
        if let TokenKind::Word(_) = p.kind() {
            let lo = self.side(p, "max")?;
            p.expect(":")?;
            return Ok(SubsetDim::Range(Range { lo, hi: self.side(p, "min")? }));
        }
        let lo = p.integer()?;
        Ok(SubsetDim::Here { lo, hi: if p.eat("..") { p.integer()? } else { lo } })
    }

    fn side(&mut self, p: P<'_, '_>, word: &str) -> Parsed<Vec<Bound>> {
        if p.eat_word(word) {
            p.expect("(")?;
            return p.list(")", |p| p.bound());
        }
        Ok(vec![p.bound()?])
    }
}
