//! The conditions under which a statement runs.

use crate::domain::{Axis, Extent};
use crate::expr::{Access, BinaryOp, Expr, ExprKind, KIndex, UnaryOp};
use crate::footprint::Clip;
use crate::horizontal_box::HorizontalBox;
use crate::ids::{FieldId, Id};
use crate::stencil::Stencil;
use std::collections::HashMap;

/// One condition.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) enum Literal {
    /// The condition of that number holds, or does not.
    Mask(usize, bool),
    /// In a box.
    Box(HorizontalBox),
    /// In a certain `while`.
    While(usize),
}

impl Literal {
    /// The opposite of a mask.
    fn negated(self) -> Literal {
        match self {
            Literal::Mask(n, held) => Literal::Mask(n, !held),
            other => other,
        }
    }
    /// Whether this one holds wherever `other` does.
    fn follows_from(&self, other: &Literal) -> bool {
        match (self, other) {
            (Literal::Box(outer), Literal::Box(inner)) => inner.lies_in(outer),
            _ => self == other,
        }
    }
}

/// Conditions that all hold; a set.
#[derive(Clone, Default, Debug)]
pub(super) struct Path {
    own: Vec<Literal>,
    /// What follows from these: the operands of a conjunction that holds, or of a disjunction that does not.
    implied: Vec<Literal>,
}

impl Path {
    /// The path where a condition holds too.
    pub(super) fn with(&self, literal: Literal, conditions: &Conditions<'_>) -> Path {
        let mut path = self.clone();
        if !path.own.contains(&literal) {
            path.own.push(literal);
            path.implied.extend(conditions.implied_by(literal));
        }
        path
    }
    /// Whether this path holds wherever `other` does.
    pub(super) fn holds_on(&self, other: &Path) -> bool {
        let holds = |literal: &Literal| other.own.iter().any(|o| literal.follows_from(o)) || other.implied.contains(literal);
        self.own.iter().all(holds)
    }
    /// The path that holds where this one or `other` does, if that is one: they differ in one mask only, or in boxes side by side.
    pub(super) fn join(&self, other: &Path) -> Option<Path> {
        let (own, theirs) = (self.without(other), other.without(self));
        let joined = match (&own[..], &theirs[..]) {
            ([Literal::Mask(n, held)], [Literal::Mask(m, opposite)]) if n == m && held != opposite => None,
            ([Literal::Box(a)], [Literal::Box(b)]) => Some(Literal::Box(a.joined(b).or_else(|| b.joined(a))?)),
            _ => return None,
        };
        let rest = self.own.iter().copied().filter(|literal| *literal != own[0]);
        Some(Path { own: rest.chain(joined).collect(), implied: Vec::new() })
    }
    /// The literals that `other` does not have.
    fn without(&self, other: &Path) -> Vec<Literal> {
        self.own.iter().copied().filter(|literal| !other.own.contains(literal)).collect()
    }
    /// The conditions that are the same at all points and levels.
    pub(super) fn uniform(&self, conditions: &Conditions<'_>) -> Path {
        self.only(|literal| conditions.is_uniform(literal))
    }
    /// The conditions that are the same at all levels of a column while `written` is written.
    pub(super) fn of_column(&self, conditions: &Conditions<'_>, written: &[FieldId]) -> Path {
        self.only(|literal| conditions.is_of_column(literal, written))
    }
    fn only(&self, is_kept: impl Fn(Literal) -> bool) -> Path {
        let kept = |list: &[Literal]| list.iter().copied().filter(|literal| is_kept(*literal)).collect();
        Path { own: kept(&self.own), implied: kept(&self.implied) }
    }
    /// Whether all conditions are the same at all levels of a column while `written` is written.
    pub(super) fn is_of_column(&self, conditions: &Conditions<'_>, written: &[FieldId]) -> bool {
        self.own.iter().all(|literal| conditions.is_of_column(*literal, written))
    }
    /// The path without boxes that hold all of the domain extended by `extent`.
    pub(super) fn without_boxes_that_cover(&self, extent: Extent) -> Path {
        let covers = |region: &HorizontalBox| {
            !region.has_tile_edges()
                && [Axis::I, Axis::J]
                    .into_iter()
                    .all(|axis| Clip::default().within(region, axis).covers(extent.0[axis.index()]))
        };
        let cuts = |literal: &Literal| !matches!(literal, Literal::Box(region) if covers(region));
        Path { own: self.own.iter().copied().filter(cuts).collect(), implied: self.implied.clone() }
    }
    /// Whether all conditions stay what they are when fields are written.
    pub(super) fn outlives(&self, written: &[FieldId], conditions: &Conditions<'_>) -> bool {
        self.own.iter().all(|literal| conditions.outlives(*literal, written))
    }
}

/// Numbers for conditions: equal for equal expressions as long as no field that they read is written.
pub(super) struct Conditions<'a> {
    stencil: &'a Stencil,
    known: Vec<(&'a Expr, Vec<u32>)>,
    /// By number of a condition, what follows where it holds, and where it does not.
    implied: Vec<[Vec<Literal>; 2]>,
    versions: Vec<u32>,
    /// The conditions that temporaries hold, and the path on which each was assigned.
    held: HashMap<FieldId, (Literal, Path)>,
    unique: usize,
}

impl<'a> Conditions<'a> {
    /// Nothing known yet.
    pub(super) fn new(stencil: &'a Stencil) -> Conditions<'a> {
        let versions = vec![0; stencil.fields.len()];
        Conditions { stencil, known: Vec::new(), implied: Vec::new(), versions, held: HashMap::new(), unique: 0 }
    }
    /// That a field has been written.
    pub(super) fn changed(&mut self, field: FieldId) {
        if let Some(version) = self.versions.get_mut(field.index()) {
            *version += 1;
        }
        self.held.remove(&field);
    }
    /// That a temporary holds a condition from here on, at the points of the statement.
    pub(super) fn holds(&mut self, field: FieldId, condition: Literal, path: &Path) {
        self.held.insert(field, (condition, path.clone()));
    }
    /// That what temporaries hold is not known any more.
    pub(super) fn forget_held(&mut self) {
        self.held.clear();
    }
    /// Whether a condition is the same at all points and levels.
    fn is_uniform(&self, literal: Literal) -> bool {
        matches!(literal, Literal::Mask(n, _) if self.known[n].0.is_uniform())
    }
    /// Whether a condition is the same at all levels of a column while `written` is written.
    fn is_of_column(&self, literal: Literal, written: &[FieldId]) -> bool {
        let has_levels = |access: &Access| self.stencil.fields.get(access.field).is_none_or(|f| f.axes.has(Axis::K));
        let mut same = self.outlives(literal, written);
        if let Literal::Mask(n, _) = literal {
            self.known[n].0.walk(&mut |e| match &e.kind {
                ExprKind::Field(access) => same &= !has_levels(access),
                ExprKind::Index(axis) => same &= *axis != Axis::K,
                _ => {}
            });
        }
        same
    }
    /// Whether a condition stays what it is when fields are written: it reads none of them.
    fn outlives(&self, literal: Literal, written: &[FieldId]) -> bool {
        match literal {
            Literal::Mask(n, _) => !self.known[n].0.accesses().iter().any(|a| written.contains(&a.field)),
            Literal::Box(_) => true,
            Literal::While(_) => false,
        }
    }
    /// That `condition` holds, for a statement on a path.
    pub(super) fn literal(&mut self, condition: &'a Expr, path: &Path) -> Literal {
        if let ExprKind::Field(access) = &condition.kind
            && (access.offset, &access.k, access.component.known()) == ([0, 0], &KIndex::Offset(0), Some(0))
            && let Some((literal, assigned)) = self.held.get(&access.field)
            && assigned.holds_on(path)
        {
            return *literal;
        }
        if let ExprKind::Unary(UnaryOp::Not, inner) = &condition.kind {
            return self.literal(inner, path).negated();
        }
        let version = |field: FieldId| self.versions.get(field.index()).copied().unwrap_or(0);
        let versions: Vec<u32> = condition.accesses().into_iter().map(|a| version(a.field)).collect();
        let old = self.known.iter().position(|(e, v)| *e == condition && *v == versions);
        let number = old.unwrap_or_else(|| {
            let implied = self.operands(condition, path);
            self.known.push((condition, versions));
            self.implied.push(implied);
            self.known.len() - 1
        });
        Literal::Mask(number, true)
    }
    /// What follows where a new condition holds, and where it does not: its operands.
    fn operands(&mut self, condition: &'a Expr, path: &Path) -> [Vec<Literal>; 2] {
        let ExprKind::Binary(op @ (BinaryOp::And | BinaryOp::Or), a, b) = &condition.kind else { return Default::default() };
        let operands = [self.literal(a, path), self.literal(b, path)];
        let held = *op == BinaryOp::And;
        let direct = operands.map(|literal| if held { literal } else { literal.negated() });
        let all = direct.iter().flat_map(|literal| [*literal].into_iter().chain(self.implied_by(*literal))).collect();
        if held { [all, Vec::new()] } else { [Vec::new(), all] }
    }
    /// What follows from a condition.
    fn implied_by(&self, literal: Literal) -> Vec<Literal> {
        match literal {
            Literal::Mask(n, held) => self.implied[n][usize::from(!held)].clone(),
            _ => Vec::new(),
        }
    }
    /// A condition that equals no other.
    pub(super) fn unique(&mut self) -> Literal {
        self.unique += 1;
        Literal::While(self.unique)
    }
}
