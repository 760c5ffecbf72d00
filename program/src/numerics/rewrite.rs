//! One statement's value through the e-graph and back.

use super::Report;
use super::kept::kept;
use super::table::Table;
use crate::expressions::cost::{Cost, X86_64};
use crate::expressions::extract::{Choice, cheapest};
use crate::expressions::known::Types;
use crate::expressions::saturate::{Limits, saturate};
use crate::expressions::term::Term;
use egg::{EGraph, Id, Language};
use std::collections::{HashMap, HashSet};
use tradewind_ir::{DType, Expr, ExprKind, Numerics, Span, Stencil, UnaryOp, Value};

/// Limits of one search.
const LIMITS: Limits = Limits { rounds: 8, terms: 1200 };

/// A new value is nested at most so deep, or as deep as the old one.
const DEPTH: usize = 64;

/// Rewrites the values of one stencil.
pub(super) struct Rewriter<'s> {
    mode: Numerics,
    table: Table<'s>,
    kept: HashSet<Id>,
    /// What became of a value: equal ones are rewritten alike.
    known: HashMap<Id, Rewritten>,
}

/// What became of a value.
#[derive(Clone)]
struct Rewritten {
    /// Nothing if it stays.
    value: Option<Expr>,
    /// Operations before and after.
    operations: (usize, usize),
}

impl<'s> Rewriter<'s> {
    pub(super) fn new(stencil: &'s Stencil, mode: Numerics) -> Rewriter<'s> {
        let mut table = Table::default();
        let kept = kept(stencil, &mut table);
        Rewriter { mode, table, kept, known: HashMap::new() }
    }

    /// The new value of an assignment; nothing if it stays.
    pub(super) fn value(&mut self, old: &'s Expr, report: &mut Report) -> Option<Expr> {
        if !old.dtype.is_float() {
            return None;
        }
        let id = self.table.id(old);
        if !self.known.contains_key(&id) {
            let rewritten = self.rewritten(id, old, report);
            self.known.insert(id, rewritten);
        }
        let Rewritten { value, operations: (before, after) } = self.known.get(&id)?;
        report.statements += 1;
        report.changed += usize::from(value.is_some());
        report.operations = (report.operations.0 + before, report.operations.1 + after);
        value.clone().map(|value| placed(value, old.span))
    }

    fn rewritten(&self, id: Id, old: &Expr, report: &mut Report) -> Rewritten {
        let mut graph =
            Terms { rewriter: self, egraph: EGraph::default(), classes: HashMap::new(), cost: Cost::default(), leaves: vec![] };
        let root = graph.class(id);
        let Terms { mut egraph, cost: before, leaves, .. } = graph;
        let operations = egraph.classes().filter(|class| is_operation(&class.nodes[0])).count();
        egraph.rebuild();
        let same = Rewritten { value: None, operations: (operations, operations) };
        if operations == 0 {
            return same;
        }
        let (egraph, stop) = saturate(egraph, self.mode, LIMITS);
        report.stopped(stop);
        let Some((choice, after)) = cheapest(&egraph, &X86_64, &[root]) else { return same };
        if after.throughput >= before.throughput {
            return same;
        }
        let mut writer =
            Writer { choice: &choice, leaves: &leaves, rewriter: self, used: HashSet::new(), room: 4 * size(old) + 16 };
        let value = writer.expr(choice.find(root), DEPTH.max(depth(old)));
        let after = writer.used.iter().filter(|class| choice.term(**class).is_some_and(is_operation)).count();
        let value = value.filter(|value| reads_as_much(value, old));
        value.map_or(same, |value| Rewritten { value: Some(value), operations: (operations, after) })
    }
}

/// Whether a term counts as an operation; negations are part of a fused multiply-add.
fn is_operation(term: &Term) -> bool {
    !matches!(term, Term::Const(..) | Term::Leaf(_) | Term::Unary(UnaryOp::Neg, _))
}

/// An e-graph in the making.
struct Terms<'a, 's> {
    rewriter: &'a Rewriter<'s>,
    egraph: EGraph<Term, Types>,
    /// The classes of the table's numbers.
    classes: HashMap<Id, Id>,
    /// Of all terms so far; the latency is nobody's concern.
    cost: Cost,
    /// The table's number of each leaf.
    leaves: Vec<Id>,
}

impl Terms<'_, '_> {
    fn class(&mut self, id: Id) -> Id {
        if let Some(class) = self.classes.get(&id) {
            return *class;
        }
        let (term, expr) = self.rewriter.table.get(id);
        let term = match term {
            Term::Const(..) => term.clone(),
            Term::Leaf(_) => self.leaf(id, expr.dtype),
            _ if self.rewriter.kept.contains(&id) => self.leaf(id, expr.dtype),
            _ => term.clone().map_children(|child| self.class(child)),
        };
        self.cost = self.cost + X86_64.term(&term, &|_| false);
        let class = self.egraph.add(term);
        self.classes.insert(id, class);
        class
    }

    fn leaf(&mut self, id: Id, dtype: DType) -> Term {
        self.egraph.analysis.leaves.push(dtype);
        self.leaves.push(id);
        Term::Leaf(self.leaves.len() as u32 - 1)
    }
}

/// Writes chosen terms as an expression.
struct Writer<'a, 's> {
    choice: &'a Choice<'a>,
    leaves: &'a [Id],
    rewriter: &'a Rewriter<'s>,
    /// The classes that were written.
    used: HashSet<Id>,
    /// How many more nodes there may be: what is shared is written out each time.
    room: usize,
}

impl Writer<'_, '_> {
    /// Nothing if it became too long or, nested more than `depth` deep, too high.
    fn expr(&mut self, class: Id, depth: usize) -> Option<Expr> {
        self.room = self.room.checked_sub(1)?;
        self.used.insert(class);
        let choice = self.choice;
        let term = choice.term(class)?;
        let mut child = |id: &Id| self.expr(choice.find(*id), depth.checked_sub(1)?);
        let kind = match term {
            Term::Const(dtype, bits) => ExprKind::Literal(Value::from_bits(*dtype, *bits)),
            Term::Leaf(n) => return Some(self.rewriter.table.get(self.leaves[*n as usize]).1.clone()),
            Term::Unary(op, [a]) => ExprKind::Unary(*op, Box::new(child(a)?)),
            Term::Binary(op, [a, b]) => ExprKind::Binary(*op, Box::new(child(a)?), Box::new(child(b)?)),
            Term::Select([c, a, b]) => ExprKind::Ternary(Box::new(child(c)?), Box::new(child(a)?), Box::new(child(b)?)),
            Term::Cast(_, [a]) => ExprKind::Cast(Box::new(child(a)?)),
            Term::Call1(native, args) => ExprKind::Call(*native, args.iter().map(child).collect::<Option<_>>()?),
            Term::Call2(native, args) => ExprKind::Call(*native, args.iter().map(child).collect::<Option<_>>()?),
            Term::Call3(native, args) => ExprKind::Call(*native, args.iter().map(child).collect::<Option<_>>()?),
        };
        Some(Expr { kind, dtype: choice.dtype(class), span: Span::NONE })
    }
}

/// Whether a new value reads all that the old one does: what a statement reads decides on extents and halos.
fn reads_as_much(new: &Expr, old: &Expr) -> bool {
    let reads = new.accesses();
    old.accesses().iter().all(|access| reads.contains(access))
}

/// The expression with all its parts at one place of the source.
fn placed(mut expr: Expr, span: Span) -> Expr {
    expr.walk_mut(&mut |e| e.span = span);
    expr
}

fn size(expr: &Expr) -> usize {
    let mut size = 0;
    expr.walk(&mut |_| size += 1);
    size
}

fn depth(expr: &Expr) -> usize {
    expr.children().into_iter().map(depth).max().map_or(0, |depth| depth + 1)
}
