//! Graphs as text.

use super::print_code;
use crate::graph::{Components, Edge, Graph, Map, MapKind, Memlet, Node, Region, SequentialLoop, Subset, SubsetDim};
use std::fmt::{self, Write};
use tradewind_ir::text::{Names, print_blocking, print_counter, print_enclosed, print_expr, print_reach, print_window};
use tradewind_ir::{Bound, Container, Expr, Extent, FieldId, HostStep, Param, Range, ScalarId, ScalarKind, Scope};

impl Names for Graph {
    fn field(&self, id: FieldId) -> Option<&str> {
        self.fields.get(id).map(|f| f.name.as_str())
    }
    fn scalar(&self, id: ScalarId) -> Option<&str> {
        self.scalars.get(id).map(|s| s.name.as_str())
    }
}

impl fmt::Display for Graph {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Printer { out: f, indent: 0, graph: self }.graph()
    }
}

impl fmt::Display for MapKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            MapKind::Any => "any",
            MapKind::Parallel => "parallel",
            MapKind::Vector => "vector",
        })
    }
}

impl fmt::Display for Subset {
    /// `[-1..1, start:end+1, *]`, `[0, 0]{2}`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let dims: Vec<String> = self.0.iter().flatten().map(SubsetDim::to_string).collect();
        write!(f, "[{}]", dims.join(", "))?;
        match self.1 {
            Components::One(0) => Ok(()),
            Components::One(n) => write!(f, "{{{n}}}"),
            Components::All => f.write_str("{*}"),
        }
    }
}

impl fmt::Display for SubsetDim {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            SubsetDim::Here { lo, hi } if lo == hi => write!(f, "{lo}"),
            SubsetDim::Here { lo, hi } => write!(f, "{lo}..{hi}"),
            SubsetDim::Range(Range { lo, hi }) => write!(f, "{}:{}", side("max", lo), side("min", hi)),
            SubsetDim::All => f.write_str("*"),
        }
    }
}

/// One bound, or `max(start, end-3)`.
fn side(word: &str, bounds: &[Bound]) -> String {
    let texts: Vec<String> = bounds.iter().map(Bound::to_string).collect();
    if let [one] = &texts[..] { one.clone() } else { format!("{word}({})", texts.join(", ")) }
}

/// `field<f64, IJK> row zero i(-1,1) j(0,0) k(0,0)`; the place of temporaries only, the extent where it is not zero.
pub(super) fn container_type(c: &Container) -> String {
    let mut text = c.field_type().to_string();
    if c.scope == Scope::Temporary {
        text += &format!(" {}", c.place);
    }
    text += if c.zero { " zero" } else { "" };
    if c.extent != Extent::ZERO {
        text += &format!(" {}", c.extent);
    }
    text
}

/// What orders two steps: `%a[start:end, 0]`, `anti %a`.
pub fn edge_text(edge: &Edge, graph: &Graph) -> String {
    Printer { out: &mut String::new(), indent: 0, graph }.edge(edge)
}

pub(super) struct Printer<'a> {
    out: &'a mut dyn Write,
    indent: usize,
    graph: &'a Graph,
}

impl<'a> Printer<'a> {
    /// A printer of code that stands for itself.
    pub(super) fn of_code(graph: &'a Graph, out: &'a mut dyn Write) -> Printer<'a> {
        Printer { out, indent: 0, graph }
    }
    pub(super) fn line(&mut self, text: impl fmt::Display) -> fmt::Result {
        writeln!(self.out, "{:indent$}{text}", "", indent = 2 * self.indent)
    }
    /// `head {`, what `body` prints, `}`.
    pub(super) fn block(&mut self, head: impl fmt::Display, body: impl FnOnce(&mut Self) -> fmt::Result) -> fmt::Result {
        self.line(format_args!("{head} {{"))?;
        self.indented(body)?;
        self.line("}")
    }
    pub(super) fn indented(&mut self, body: impl FnOnce(&mut Self) -> fmt::Result) -> fmt::Result {
        self.indent += 1;
        body(self)?;
        self.indent -= 1;
        Ok(())
    }
    pub(super) fn field(&self, id: FieldId) -> String {
        Names::field(self.graph, id).map_or_else(|| id.to_string(), |name| format!("%{name}"))
    }
    pub(super) fn scalar(&self, id: ScalarId) -> String {
        Names::scalar(self.graph, id).map_or_else(|| id.to_string(), |name| format!("${name}"))
    }
    fn fields(&self, ids: &[FieldId]) -> String {
        ids.iter().map(|f| self.field(*f)).collect::<Vec<_>>().join(", ")
    }
    fn expr(&self, expr: &Expr) -> String {
        print_expr(expr, self.graph)
    }

    fn graph(&mut self) -> fmt::Result {
        let graph = self.graph;
        let params: Vec<String> = graph.params.iter().map(|p| self.param(*p)).collect();
        self.block(format_args!("graph {}({})", graph.name, params.join(", ")), |p| {
            for c in graph.fields.values() {
                match c.scope {
                    Scope::Argument => {}
                    Scope::Transient => p.line(format_args!("transient %{}: {}", c.name, container_type(c)))?,
                    Scope::Temporary => p.line(format_args!("temp %{}: {}", c.name, container_type(c)))?,
                }
            }
            for s in graph.scalars.values().filter(|s| s.kind == ScalarKind::Variable) {
                p.line(format_args!("var ${}: {}", s.name, s.dtype))?;
            }
            for (id, check) in graph.checks.iter() {
                p.line(format_args!("check {id}: {} in \"{}\"", p.field(check.field), check.label))?;
            }
            for slot in graph.slots.values() {
                p.line(format_args!("slot {}", p.fields(slot)))?;
            }
            p.region(&graph.root)
        })
    }
    fn param(&self, param: Param) -> String {
        match param {
            Param::Field(id) => match self.graph.fields.get(id) {
                Some(c) => format!("%{}: {}", c.name, container_type(c)),
                None => id.to_string(),
            },
            Param::Scalar(id) => match self.graph.scalars.get(id) {
                Some(s) => format!("${}: {}", s.name, s.dtype),
                None => id.to_string(),
            },
        }
    }

    fn region(&mut self, region: &Region) -> fmt::Result {
        for field in &region.allocs {
            self.line(format_args!("alloc {}", self.field(*field)))?;
        }
        for n in region.graph.node_indices() {
            self.node(n.index(), &region.graph[n])?;
        }
        for e in region.graph.edge_indices() {
            if let Some((from, to)) = region.graph.edge_endpoints(e) {
                let edge = self.edge(&region.graph[e]);
                self.line(format_args!("n{} -> n{}: {edge}", from.index(), to.index()))?;
            }
        }
        Ok(())
    }
    fn edge(&self, edge: &Edge) -> String {
        match edge {
            Edge::Flow(Memlet { field, subset }) => format!("{}{subset}", self.field(*field)),
            Edge::Anti(field) => format!("anti {}", self.field(*field)),
            Edge::Output(field) => format!("output {}", self.field(*field)),
            Edge::Scalar(scalar) => self.scalar(*scalar),
            Edge::Host => "host".to_string(),
            Edge::Reuse { before, after } => format!("reuse {}, {}", self.field(*before), self.field(*after)),
        }
    }
    fn node(&mut self, n: usize, node: &Node) -> fmt::Result {
        match node {
            Node::Tasklet { label, code } => {
                self.block(format_args!("n{n}: tasklet \"{label}\""), |p| print_code::body(p, &code.body, &code.values))
            }
            Node::Map(map) => {
                let Map { axis, range, blocking, kind, body } = map;
                let blocking = print_blocking(*blocking, self.graph);
                self.block(format_args!("n{n}: map {axis} in {range}{blocking} {kind}"), |p| p.region(body))
            }
            Node::Loop(l) => {
                let SequentialLoop { axis, range, blocking, backward, body } = l;
                let (order, blocking) = (if *backward { "backward" } else { "forward" }, print_blocking(*blocking, self.graph));
                self.block(format_args!("n{n}: loop {axis} in {range}{blocking} {order}"), |p| p.region(body))
            }
            Node::Zero(field) => self.line(format_args!("n{n}: zero {}", self.field(*field))),
            Node::Host(step) => self.host(n, step),
        }
    }
    fn host(&mut self, n: usize, step: &HostStep<Region>) -> fmt::Result {
        match step {
            HostStep::For { counter, body } => {
                self.block(format_args!("n{n}: for {}", print_counter(counter, self.graph)), |p| p.region(body))
            }
            HostStep::Within { window, body } => {
                self.block(format_args!("n{n}: within {}", print_window(window, self.graph)), |p| p.region(body))
            }
            HostStep::Branch { condition, then, otherwise } => {
                self.line(format_args!("n{n}: if {} {{", print_enclosed(condition, self.graph)))?;
                self.indented(|p| p.region(then))?;
                if !otherwise.is_empty() {
                    self.line("} else {")?;
                    self.indented(|p| p.region(otherwise))?;
                }
                self.line("}")
            }
            HostStep::While { condition, body } => {
                self.block(format_args!("n{n}: while {}", print_enclosed(condition, self.graph)), |p| p.region(body))
            }
            HostStep::Let { scalar, value } => {
                self.line(format_args!("n{n}: let {} = {}", self.scalar(*scalar), self.expr(value)))
            }
            HostStep::Exchange { fields, reach, phase, .. } => {
                self.line(format_args!("n{n}: exchange{phase} {}{}", self.fields(fields), print_reach(*reach)))
            }
            HostStep::Copy { to, from } => self.line(format_args!("n{n}: copy {} = {}", self.field(*to), self.field(*from))),
            HostStep::Swap { a, b } => self.line(format_args!("n{n}: swap {}, {}", self.field(*a), self.field(*b))),
            HostStep::Callback { name, fields, scalars, fills } => {
                let scalars: Vec<String> = scalars.iter().map(|s| self.expr(s)).collect();
                let fields = self.fields(fields);
                let tail = if scalars.is_empty() { String::new() } else { format!("; {}", scalars.join(", ")) };
                self.line(format_args!("n{n}: callback \"{name}\"({fields}{tail}){fills}"))
            }
        }
    }
}
