//! Trees as text.

use crate::access::accesses_of;
use crate::tree::{Loop, LoopKind, Node, NodeId, Tree};
use std::collections::HashSet;
use std::fmt::{self, Write};
use tradewind_ir::text::{Names, print_blocking, print_counter, print_expr, print_reach, print_stmt, print_window};
use tradewind_ir::{Container, Expr, Extent, FieldId, HostStep, Param, ScalarId, ScalarKind, Scope};

/// The tree in the text form.
pub fn print(tree: &Tree) -> String {
    let mut printer = Printer { tree, out: String::new(), indent: 0 };
    match printer.tree() {
        Ok(()) => printer.out,
        Err(fmt::Error) => unreachable!("a string takes all that is written"),
    }
}

impl fmt::Display for Tree {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&print(self))
    }
}

impl Names for Tree {
    fn field(&self, id: FieldId) -> Option<&str> {
        self.fields.get(id).map(|f| f.name.as_str())
    }
    fn scalar(&self, id: ScalarId) -> Option<&str> {
        self.scalars.get(id).map(|s| s.name.as_str())
    }
}

/// A loop without its body: `for j in [start, end) parallel`, `at j+1 in [start, end)`.
pub fn loop_head(tree: &Tree, l: &Loop) -> String {
    match l.blocking.shift() {
        Some(0) => format!("at {} in {}", l.axis, l.range),
        Some(by) => format!("at {}{by:+} in {}", l.axis, l.range),
        None => format!("for {} in {}{} {}", l.axis, l.range, print_blocking(l.blocking, tree), l.kind),
    }
}

struct Printer<'t> {
    tree: &'t Tree,
    out: String,
    indent: usize,
}

impl Printer<'_> {
    fn tree(&mut self) -> fmt::Result {
        let params: Vec<String> = self.tree.params.iter().map(|p| self.param(*p)).collect();
        self.block(format_args!("tree {}({})", self.tree.name, params.join(", ")), |p| {
            p.declarations()?;
            p.items(p.tree.root)
        })
    }

    fn param(&self, param: Param) -> String {
        match param {
            Param::Field(id) => self.tree.fields.get(id).map_or_else(|| id.to_string(), declaration),
            Param::Scalar(id) => {
                self.tree.scalars.get(id).map_or_else(|| id.to_string(), |s| format!("${}: {}", s.name, s.dtype))
            }
        }
    }

    fn declarations(&mut self) -> fmt::Result {
        let named = self.named();
        for (id, field) in self.tree.fields.iter() {
            match field.scope {
                Scope::Argument => {}
                Scope::Transient => self.line(format_args!("transient {}", declaration(field)))?,
                Scope::Temporary if !named.contains(&id) => {}
                Scope::Temporary => self.line(format_args!("temp {}", declaration(field)))?,
            }
        }
        for scalar in self.tree.scalars.values().filter(|s| s.kind == ScalarKind::Variable) {
            self.line(format_args!("var ${}: {}", scalar.name, scalar.dtype))?;
        }
        Ok(())
    }

    /// The containers that are allocated, or that statements name: a transformation may have left others behind.
    fn named(&self) -> HashSet<FieldId> {
        let mut named = HashSet::new();
        self.tree.walk(self.tree.root, &mut |_, node| match node {
            Node::Alloc(field) => {
                named.insert(*field);
            }
            Node::Leaf(leaf) => named.extend(leaf.stmts.iter().flat_map(accesses_of).map(|touch| touch.access.field)),
            _ => {}
        });
        named
    }

    fn items(&mut self, body: NodeId) -> fmt::Result {
        self.tree.items(&body).iter().try_for_each(|id| self.node(*id))
    }

    fn node(&mut self, id: NodeId) -> fmt::Result {
        let tree = self.tree;
        match &tree.nodes[id] {
            Node::Seq(_) => self.block(format_args!("seq"), |p| p.items(id)),
            Node::Loop(l) => {
                let head = loop_head(tree, l);
                self.block(format_args!("{head}"), |p| p.items(l.body))
            }
            Node::Leaf(leaf) => self.block(format_args!("leaf {}", leaf.label), |p| {
                leaf.stmts.iter().try_for_each(|s| writeln!(p.out, "{}", print_stmt(s, tree, p.indent)))
            }),
            Node::Alloc(field) => self.line(format_args!("alloc {}", self.field(*field))),
            Node::Host(step) => self.host(step),
        }
    }

    fn host(&mut self, step: &HostStep<NodeId>) -> fmt::Result {
        let tree = self.tree;
        match step {
            HostStep::For { counter, body } => {
                self.block(format_args!("for {}", print_counter(counter, tree)), |p| p.items(*body))
            }
            HostStep::Within { window, body } => {
                self.block(format_args!("within {}", print_window(window, tree)), |p| p.items(*body))
            }
            HostStep::Branch { condition, then, otherwise } => self.branch(condition, *then, *otherwise),
            HostStep::While { condition, body } => {
                let head = format!("while {}", self.enclosed(condition));
                self.block(format_args!("{head}"), |p| p.items(*body))
            }
            HostStep::Let { scalar, value } => self.line(format_args!("let {} = {}", self.scalar(*scalar), self.expr(value))),
            HostStep::Exchange { fields, reach, phase, .. } => {
                self.line(format_args!("exchange{phase} {}{}", self.fields(fields), print_reach(*reach)))
            }
            HostStep::Copy { to, from } => self.line(format_args!("copy {} = {}", self.field(*to), self.field(*from))),
            HostStep::Swap { a, b } => self.line(format_args!("swap {}, {}", self.field(*a), self.field(*b))),
            HostStep::Callback { name, fields, scalars, fills } => {
                let scalars: Vec<String> = scalars.iter().map(|s| self.expr(s)).collect();
                let scalars = if scalars.is_empty() { String::new() } else { format!("; {}", scalars.join(", ")) };
                self.line(format_args!("callback \"{name}\"({}{scalars}){fills}", self.fields(fields)))
            }
        }
    }

    fn branch(&mut self, condition: &Expr, then: NodeId, otherwise: NodeId) -> fmt::Result {
        self.line(format_args!("if {} {{", self.enclosed(condition)))?;
        self.indented(|p| p.items(then))?;
        if !self.tree.items(&otherwise).is_empty() {
            self.line(format_args!("}} else {{"))?;
            self.indented(|p| p.items(otherwise))?;
        }
        self.line(format_args!("}}"))
    }

    fn block(&mut self, head: fmt::Arguments<'_>, body: impl FnOnce(&mut Self) -> fmt::Result) -> fmt::Result {
        self.line(format_args!("{head} {{"))?;
        self.indented(body)?;
        self.line(format_args!("}}"))
    }
    fn indented(&mut self, body: impl FnOnce(&mut Self) -> fmt::Result) -> fmt::Result {
        self.indent += 1;
        body(self)?;
        self.indent -= 1;
        Ok(())
    }
    fn line(&mut self, text: fmt::Arguments<'_>) -> fmt::Result {
        writeln!(self.out, "{:width$}{text}", "", width = 2 * self.indent)
    }
    fn expr(&self, expr: &Expr) -> String {
        print_expr(expr, self.tree)
    }
    /// The expression in one pair of parentheses.
    fn enclosed(&self, expr: &Expr) -> String {
        let text = self.expr(expr);
        if text.starts_with('(') { text } else { format!("({text})") }
    }
    fn field(&self, id: FieldId) -> String {
        Names::field(self.tree, id).map_or_else(|| id.to_string(), |name| format!("%{name}"))
    }
    fn fields(&self, ids: &[FieldId]) -> String {
        ids.iter().map(|id| self.field(*id)).collect::<Vec<_>>().join(", ")
    }
    fn scalar(&self, id: ScalarId) -> String {
        Names::scalar(self.tree, id).map_or_else(|| id.to_string(), |name| format!("${name}"))
    }
}

/// `%lap: field<f64, IJK> row zero i(-1,1) j(0,0) k(0,0)`.
fn declaration(field: &Container) -> String {
    let place = if field.scope == Scope::Temporary { format!(" {}", field.place) } else { String::new() };
    let zero = if field.zero { " zero" } else { "" };
    let extent = if field.extent == Extent::ZERO { String::new() } else { format!(" {}", field.extent) };
    format!("%{}: {}{place}{zero}{extent}", field.name, field.field_type())
}

impl fmt::Display for LoopKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(LoopKind::WORDS.iter().find(|(kind, _)| kind == self).map_or("?", |(_, word)| word))
    }
}
