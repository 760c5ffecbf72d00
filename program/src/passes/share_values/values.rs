//! The values of an interval of levels: expressions that are equal but for the point.

use crate::expressions::term::Term;
use egg::{Id, Language};
use std::collections::{BTreeMap, HashMap};
use tradewind_ir::{Access, Axis, Component, Expr, ExprKind, FieldId, KIndex, Section, Stencil, Stmt, StmtKind};

/// By how many points an expression is moved along each axis; nothing where it is the same at all points.
pub(super) type Shift = [Option<i32>; 3];

/// All values of a section of a loop.
pub(super) struct Values<'s> {
    stencil: &'s Stencil,
    ids: HashMap<Key, Id>,
    leaves: HashMap<Leaf, u32>,
    pub nodes: Vec<Node>,
    uses: BTreeMap<Id, Vec<Use<'s>>>,
    /// The fields that the loop writes.
    written: Vec<bool>,
    /// How often the section has written each field so far.
    versions: Vec<u32>,
    /// The number of the statement of the section.
    place: usize,
}

/// A value: an operation on other values.
pub(super) struct Node {
    pub term: Term,
    /// The operands, each with its distance from the value.
    pub operands: Vec<(Id, Shift)>,
    /// Whether a field that the loop writes is read.
    pub is_changing: bool,
}

/// A place where a value is written out.
#[derive(Clone, Copy)]
pub(super) struct Use<'s> {
    pub shift: Shift,
    /// The statement, of those of the section.
    pub place: usize,
    pub expr: &'s Expr,
}

impl Use<'_> {
    /// The point of the value; the first one where it is the same at all.
    pub fn point(&self) -> [i32; 3] {
        self.shift.map(|by| by.unwrap_or(0))
    }
}

/// A value that is written out at several points.
pub(super) struct Repeated<'v, 's> {
    pub id: Id,
    pub uses: &'v [Use<'s>],
    /// The points, in ascending order.
    pub points: Vec<[i32; 3]>,
}

impl Repeated<'_, '_> {
    /// Whether it occurs at several levels.
    pub fn has_levels(&self) -> bool {
        self.points.iter().any(|point| point[2] != self.points[0][2])
    }
}

#[derive(PartialEq, Eq, Hash)]
struct Key {
    term: Term,
    operands: Vec<Shift>,
}

#[derive(PartialEq, Eq, Hash)]
enum Leaf {
    Scalar(tradewind_ir::ScalarId),
    /// With its component, the level where that cannot be moved, and how often it was written.
    Field(FieldId, u32, i32, u32),
}

impl<'s> Values<'s> {
    /// Numbers what the section of the loop computes.
    pub fn of(stencil: &'s Stencil, [at, section]: [usize; 2]) -> Values<'s> {
        let mut written = vec![false; stencil.fields.len()];
        let vertical = &stencil.loops[at];
        vertical.sections.iter().flat_map(statements).for_each(|stmt| mark(stmt, &mut |id| written[id.0 as usize] = true));
        let versions = vec![0; stencil.fields.len()];
        let (ids, leaves, nodes, uses) = Default::default();
        let mut values = Values { stencil, ids, leaves, nodes, uses, written, versions, place: 0 };
        for (place, stmt) in statements(&vertical.sections[section]).enumerate() {
            values.place = place;
            values.statement(stmt);
        }
        values
    }

    /// The values that occur at more than one point.
    pub fn repeated(&self) -> impl Iterator<Item = Repeated<'_, 's>> {
        self.uses.iter().filter_map(|(id, uses)| {
            let mut points: Vec<[i32; 3]> = uses.iter().map(Use::point).collect();
            points.sort_unstable();
            points.dedup();
            (points.len() > 1).then_some(Repeated { id: *id, uses, points })
        })
    }

    fn statement(&mut self, stmt: &'s Stmt) {
        match &stmt.kind {
            StmtKind::Assign(assign) => {
                self.value(&assign.value);
                self.versions[assign.target.field.0 as usize] += 1;
            }
            StmtKind::Mask { condition, body } => {
                self.value(condition);
                body.iter().for_each(|inner| self.statement(inner));
            }
            StmtKind::Restrict { .. } | StmtKind::While { .. } => mark(stmt, &mut |id| self.versions[id.0 as usize] += 1),
            StmtKind::Check { .. } => {}
        }
    }

    /// The number of an expression, and where its value is; nothing if it cannot be moved.
    fn value(&mut self, expr: &'s Expr) -> Option<(Id, Shift)> {
        let operands: Vec<Option<(Id, Shift)>> = match &expr.kind {
            // Indexes are computed for one access.
            ExprKind::Field(_) => Vec::new(),
            _ => expr.children().into_iter().map(|operand| self.value(operand)).collect(),
        };
        let operands: Vec<(Id, Shift)> = operands.into_iter().collect::<Option<_>>()?;
        let of = |n: usize| operands[n].0;
        let mut changing = operands.iter().any(|(id, _)| self.nodes[usize::from(*id)].is_changing);
        let mut shift = [0, 1, 2].map(|axis| operands.iter().find_map(|(_, shift)| shift[axis]));
        let term = match &expr.kind {
            ExprKind::Literal(value) => Term::constant(*value),
            ExprKind::Scalar(id) => self.leaf(Leaf::Scalar(*id)),
            ExprKind::Field(access) => {
                let leaf;
                (leaf, shift) = self.element(access)?;
                changing = self.written[access.field.0 as usize];
                self.leaf(leaf)
            }
            ExprKind::Unary(op, _) => Term::Unary(*op, [of(0)]),
            ExprKind::Binary(op, ..) => Term::Binary(*op, [of(0), of(1)]),
            ExprKind::Ternary(..) => Term::Select([of(0), of(1), of(2)]),
            ExprKind::Cast(_) => Term::Cast(expr.dtype, [of(0)]),
            ExprKind::Call(native, args) => match args.len() {
                1 => Term::Call1(*native, [of(0)]),
                2 => Term::Call2(*native, [of(0), of(1)]),
                3 => Term::Call3(*native, [of(0), of(1), of(2)]),
                _ => return None,
            },
            ExprKind::Index(_) | ExprKind::Bound(..) | ExprKind::Inside(_) => return None,
        };
        let id = self.number(term, &operands, shift, changing);
        if expr.dtype.is_float() && !self.nodes[usize::from(id)].term.is_leaf() {
            self.uses.entry(id).or_default().push(Use { shift, place: self.place, expr });
        }
        Some((id, shift))
    }

    fn number(&mut self, term: Term, operands: &[(Id, Shift)], shift: Shift, is_changing: bool) -> Id {
        let apart = |by: &Shift| [0, 1, 2].map(|axis| Some(by[axis]? - shift[axis]?));
        let operands: Vec<(Id, Shift)> = operands.iter().map(|(id, by)| (*id, apart(by))).collect();
        let key = Key { term: term.clone(), operands: operands.iter().map(|(_, by)| *by).collect() };
        let nodes = &mut self.nodes;
        *self.ids.entry(key).or_insert_with(|| {
            nodes.push(Node { term, operands, is_changing });
            Id::from(nodes.len() - 1)
        })
    }

    fn leaf(&mut self, leaf: Leaf) -> Term {
        let next = self.leaves.len() as u32;
        Term::Leaf(*self.leaves.entry(leaf).or_insert(next))
    }

    /// An element of a field, and where it is. In a field that the loop writes, levels are apart.
    fn element(&self, access: &Access) -> Option<(Leaf, Shift)> {
        let (KIndex::Offset(k), Component::Static(component)) = (&access.k, &access.component) else { return None };
        let (n, axes) = (access.field.0 as usize, self.stencil.fields[access.field].axes);
        let (moves, level) = if self.written[n] { (0, *k) } else { (*k, 0) };
        let offset = [access.offset[0], access.offset[1], moves];
        let shift = Axis::ALL.map(|axis| axes.has(axis).then_some(offset[axis.index()]));
        Some((Leaf::Field(access.field, *component, level, self.versions[n]), shift))
    }
}

/// The statements of a section.
pub(super) fn statements(section: &Section) -> impl Iterator<Item = &Stmt> {
    section.executions.iter().flat_map(|execution| &execution.body)
}

/// Calls `visit` with every field that a statement assigns.
fn mark(stmt: &Stmt, visit: &mut impl FnMut(FieldId)) {
    stmt.walk(&mut |inner| {
        if let StmtKind::Assign(assign) = &inner.kind {
            visit(assign.target.field);
        }
    });
}
