//! Calls of stencils: loops, executions, statements.

use crate::array::{Array, PointBox, each};
use crate::diagnostic::{Code, Diagnostic};
use crate::domain::{Axis, Domain};
use crate::element::Element;
use crate::expr::{Access, Expr};
use crate::horizontal_box::{Edge, HorizontalBox};
use crate::ids::{FieldId, Id};
use crate::reach;
use crate::source::Span;
use crate::stencil::{Assign, Order, Stencil, Stmt, StmtKind};
use crate::tile::Tile;
use crate::value::Value;
use crate::violation::{First, Violation};
use crate::with_element;
use std::collections::HashSet;

/// Runs a stencil on the part of the program's domain given by first points and ends. `fields` are the program's, `bound` says
/// which of them are the parameters. The tile counts from the start of the program's domain. A part without points is left alone.
pub(super) fn call(
    stencil: &Stencil,
    fields: &mut [Array],
    bound: &[FieldId],
    scalars: &[Value],
    (part, tile): (PointBox, Tile),
    while_limit: u64,
    span: Span,
) -> Result<(), Diagnostic> {
    let size = part.map(|(first, end)| end - first);
    if size.iter().any(|size| *size <= 0) {
        return Ok(());
    }
    let min = reach::min_size(stencil);
    if size.iter().zip(min).any(|(size, min)| *size < min) {
        let message = format!("`{}` is called on {size:?} points, and needs {min:?}", stencil.name);
        return Err(Diagnostic::error(Code::DOMAIN_TOO_SMALL, message, span, "called here"));
    }
    let halos = reach::halos(stencil);
    let temporaries = stencil.fields.iter().filter(|(_, f)| f.is_temporary());
    let temporaries =
        temporaries.map(|(id, f)| Array::zeros(f.dtype, f.axes, f.components(), size, halos[id.index()])).collect();
    let corner = part.map(|(first, _)| first);
    let mut memory = CallMemory {
        fields,
        bound,
        temporaries,
        scalars,
        corner,
        size,
        tile: tile.seen_from(corner),
        while_limit,
        first: First::default(),
        failed: HashSet::new(),
    };
    memory.loops(stencil)?;
    match memory.first.get() {
        None => Ok(()),
        Some((span, found, field)) => {
            let field = &stencil.fields[field];
            Err(found.moved(corner).diagnostic(&stencil.name, (&field.name, &field.data), span))
        }
    }
}

/// The memory that a call sees.
pub(super) struct CallMemory<'a> {
    fields: &'a mut [Array],
    bound: &'a [FieldId],
    temporaries: Vec<Array>,
    pub(super) scalars: &'a [Value],
    /// Where the call's point (0, 0, 0) lies in the program's fields.
    corner: [i64; 3],
    pub(super) size: Domain,
    /// Counted from the corner.
    pub(super) tile: Tile,
    while_limit: u64,
    /// The first index outside of its field.
    first: First<FieldId>,
    /// The points with such an index since the innermost `while` around began: they leave it.
    failed: HashSet<[i64; 3]>,
}

/// Points of a plane or block, and which of them take part.
pub(super) struct Points {
    pub(super) all: PointBox,
    active: Option<Vec<bool>>,
}

impl CallMemory<'_> {
    fn loops(&mut self, stencil: &Stencil) -> Result<(), Diagnostic> {
        for vertical in &stencil.loops {
            for section in &vertical.sections {
                let (first, end) = section.interval.at(self.size[2]);
                let blocks: Vec<(i64, i64)> = match vertical.order {
                    Order::Parallel => vec![(first, end)],
                    Order::Forward => (first..end).map(|k| (k, k + 1)).collect(),
                    Order::Backward => (first..end).rev().map(|k| (k, k + 1)).collect(),
                };
                for levels in blocks {
                    for execution in &section.executions {
                        let side = |axis: Axis| execution.extent.range(axis).at(self.size[axis.index()]);
                        let all = [side(Axis::I), side(Axis::J), levels];
                        self.body(&execution.body, &Points { all, active: None })?;
                    }
                }
            }
        }
        Ok(())
    }

    fn body(&mut self, body: &[Stmt], points: &Points) -> Result<(), Diagnostic> {
        body.iter().try_for_each(|stmt| self.stmt(stmt, points))
    }

    fn stmt(&mut self, stmt: &Stmt, points: &Points) -> Result<(), Diagnostic> {
        match &stmt.kind {
            StmtKind::Assign(assign) => {
                with_element!(assign.value.dtype, T => self.assign::<T>(assign, points));
                Ok(())
            }
            StmtKind::Mask { condition, body } => {
                let active = self.holds(condition, points);
                self.body(body, &Points { all: points.all, active: Some(active) })
            }
            StmtKind::Restrict { region, body } => self.body(body, &points.within(region, self.size, self.tile)),
            StmtKind::While { condition, body } => self.repeat(condition, body, points, stmt.span),
            StmtKind::Check { access, guard } => {
                self.check(access, guard, points, stmt.span);
                Ok(())
            }
        }
    }

    fn assign<T: Element>(&mut self, Assign { target, value }: &Assign, points: &Points) {
        let values: Vec<T> = self.evaluate(value, points.all);
        let (levels, components) = (self.levels(target, points.all), self.components(target, points.all));
        let (array, corner) = self.array_mut(target.field);
        let places = each(points.all).zip(levels).map(|(p, level)| [p[0] + corner[0], p[1] + corner[1], level]);
        let elements = places.enumerate().map(|(n, place)| (place, components.at(n))).zip(values).enumerate();
        array.write(elements.filter(|(n, _)| points.is_active(*n)).map(|(_, element)| element));
    }

    /// Notes the points that take part, and where the guard holds, whose index is not in the field.
    fn check(&mut self, access: &Access, guard: &Expr, points: &Points, span: Span) {
        let held = self.holds(guard, points);
        let (array, corner) = self.array(access.field);
        let mut found = Vec::new();
        if let Some((levels, absolute)) = self.given_level(access, points.all) {
            let (first, end) = array.range(Axis::K);
            let (first, last) = (first - corner[2], end - 1 - corner[2]);
            let level = |(p, given): ([i64; 3], i64)| (p, if absolute { given } else { given.saturating_add(p[2]) });
            let given = each(points.all).zip(levels).map(level);
            found.extend(outside(given, &held, (first, last), true));
        }
        if let Some(given) = access.component.expr() {
            let given = each(points.all).zip(self.integers(given, points.all));
            found.extend(outside(given, &held, (0, i64::from(array.components()) - 1), false));
        }
        for violation in found {
            self.first.note(span, violation, access.field);
            self.failed.insert(violation.point);
        }
    }

    /// Where the condition holds, of the points that take part.
    fn holds(&self, condition: &Expr, points: &Points) -> Vec<bool> {
        let mut held: Vec<bool> = self.evaluate(condition, points.all);
        held.iter_mut().enumerate().for_each(|(n, held)| *held &= points.is_active(n));
        held
    }

    fn repeat(&mut self, condition: &Expr, body: &[Stmt], points: &Points, span: Span) -> Result<(), Diagnostic> {
        let mut inside = Points { all: points.all, active: Some(self.holds(condition, points)) };
        let mut rounds = 0;
        let before = std::mem::take(&mut self.failed);
        while inside.any() {
            rounds += 1;
            if rounds > self.while_limit {
                return Err(endless(self.while_limit, span));
            }
            self.body(body, &inside)?;
            let held = self.holds(condition, &inside).into_iter().zip(each(points.all));
            inside.active = Some(held.map(|(held, point)| held && !self.failed.contains(&point)).collect());
        }
        self.failed.extend(before);
        Ok(())
    }

    /// The array behind a field of the stencil, and where the call's point (0, 0, 0) lies in it.
    pub(super) fn array(&self, id: FieldId) -> (&Array, [i64; 3]) {
        match self.bound.get(id.index()) {
            Some(field) => (&self.fields[field.index()], self.corner),
            None => (&self.temporaries[id.index() - self.bound.len()], [0; 3]),
        }
    }
    fn array_mut(&mut self, id: FieldId) -> (&mut Array, [i64; 3]) {
        match self.bound.get(id.index()) {
            Some(field) => (&mut self.fields[field.index()], self.corner),
            None => (&mut self.temporaries[id.index() - self.bound.len()], [0; 3]),
        }
    }
    /// A component's elements that an access with a constant offset reads from each of the points.
    pub(super) fn read<T: Element>(&self, field: FieldId, offset: [i32; 3], component: u32, points: PointBox) -> Vec<T> {
        let (array, corner) = self.array(field);
        array.read(shift(points, corner, offset.map(i64::from)), component)
    }
}

/// The violations of the points that are held and whose index is not among those that exist.
fn outside(
    given: impl Iterator<Item = ([i64; 3], i64)>,
    held: &[bool],
    exists: (i64, i64),
    is_level: bool,
) -> impl Iterator<Item = Violation> {
    let held = given.zip(held).filter(|(_, held)| **held).map(|(given, _)| given);
    let outside = held.filter(move |(_, index)| *index < exists.0 || exists.1 < *index);
    outside.map(move |(point, index)| Violation { point, is_level, index, exists })
}

fn shift(points: PointBox, corner: [i64; 3], offset: [i64; 3]) -> PointBox {
    [0, 1, 2].map(|n| (points[n].0 + corner[n] + offset[n], points[n].1 + corner[n] + offset[n]))
}

impl Points {
    fn is_active(&self, n: usize) -> bool {
        self.active.as_ref().is_none_or(|active| active[n])
    }
    fn any(&self) -> bool {
        self.active.as_ref().is_none_or(|active| active.contains(&true))
    }
    /// The points that lie in a box as well.
    fn within(&self, region: &HorizontalBox, size: Domain, tile: Tile) -> Points {
        let mut all = self.all;
        for axis in [Axis::I, Axis::J] {
            let (n, (lo, hi)) = (axis.index(), region.side(axis));
            let at = |edge: Edge| edge.at(axis, size[n], tile);
            all[n] = (lo.map_or(all[n].0, |b| at(b).max(all[n].0)), hi.map_or(all[n].1, |b| at(b).min(all[n].1)));
        }
        let active = self.active.as_ref().map(|active| {
            let inside = |p: &[i64; 3]| (0..3).all(|n| all[n].0 <= p[n] && p[n] < all[n].1);
            each(self.all).zip(active).filter(|(p, _)| inside(p)).map(|(_, active)| *active).collect()
        });
        Points { all, active }
    }
}

/// What is wrong with a loop that goes on.
pub(super) fn endless(limit: u64, span: Span) -> Diagnostic {
    Diagnostic::error(Code::ENDLESS_WHILE, format!("a `while` has not ended after {limit} iterations"), span, "this loop")
}
