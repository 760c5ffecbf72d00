//! Puts a temporary in the place of a value.

use super::values::{Repeated, Values};
use std::collections::HashMap;
use tradewind_ir::reach::{halos, min_size};
use tradewind_ir::{
    Access, Anchor, Axes, Bound, Expr, ExprKind, Extent, FieldId, FieldKind, FieldType, HorizontalExecution, KIndex, Order,
    Range, Section, Stencil, Stmt, VerticalLoop, extent,
};

/// The stencil with a value computed once, before its first use; nothing if that is not the same on all domains and arrays.
pub(super) fn shared(
    stencil: &Stencil,
    [at, section]: [usize; 2],
    values: &Values<'_>,
    value: &Repeated<'_, '_>,
) -> Option<Stencil> {
    let (old, origin) = (&stencil.loops[at].sections[section], origin(&value.points));
    let ahead = if value.has_levels() { Some(levels(old, origin, values, value)?) } else { None };
    let first = value.uses.iter().min_by_key(|u| u.place)?;
    let computed = value.uses.iter().find(|u| u.point() == origin)?.expr;
    let mut new = stencil.clone();
    let kind = FieldType::centred(computed.dtype, Axes::IJK);
    let field = new.fields.push(kind.field(name(stencil), FieldKind::Temporary, first.expr.span));
    let reads = value.uses.iter().map(|u| (std::ptr::from_ref(u.expr), element(field, u.point(), origin))).collect();
    let into = &mut new.loops[at].sections[section];
    for (old, into) in old.executions.iter().zip(&mut into.executions) {
        replace_in(&old.body, &mut into.body, &reads);
    }
    let stmt = Stmt::assign(Access::here(field), computed.clone(), first.expr.span);
    match ahead {
        None => insert(into, first.place, stmt),
        Some(interval) => {
            let sections = vec![Section { interval, executions: vec![execution(vec![stmt])] }];
            new.loops.insert(at, VerticalLoop { order: Order::Parallel, sections });
        }
    }
    settled(stencil, new)
}

/// Whether a value can be computed before all its uses.
pub(super) fn has_place(stencil: &Stencil, [at, section]: [usize; 2], values: &Values<'_>, value: &Repeated<'_, '_>) -> bool {
    let section = &stencil.loops[at].sections[section];
    !value.has_levels() || levels(section, origin(&value.points), values, value).is_some()
}

/// The levels on which a value that is used at several ones is computed ahead of the loop, which changes nothing that it reads; nothing
/// if they are not all levels of the domain.
fn levels(section: &Section, origin: [i32; 3], values: &Values<'_>, value: &Repeated<'_, '_>) -> Option<Range> {
    let apart = value.points.iter().map(|p| p[2] - origin[2]);
    let interval = section.interval.moved(apart.clone().min()?, apart.max()?);
    (!values.nodes[usize::from(value.id)].is_changing && is_inside(&interval)).then_some(interval)
}

/// The use that is stored as it is written, all others being so far from it: the one in the middle.
fn origin(points: &[[i32; 3]]) -> [i32; 3] {
    let apart = |a: &[i32; 3], b: &[i32; 3]| (0..3).map(|n| a[n].abs_diff(b[n])).max();
    let farthest = |a: &[i32; 3]| points.iter().filter_map(|b| apart(a, b)).max();
    points.iter().min_by_key(|a| farthest(a)).copied().unwrap_or_default()
}

/// `shared0`, or the next one that is free.
fn name(stencil: &Stencil) -> String {
    let mut names = (0..).map(|n| format!("shared{n}"));
    names.find(|name| stencil.field(name).is_none() && stencil.scalar(name).is_none()).unwrap_or_default()
}

/// The element of the temporary for the use at a point.
fn element(field: FieldId, point: [i32; 3], origin: [i32; 3]) -> Access {
    let [i, j, k] = [0, 1, 2].map(|n| point[n] - origin[n]);
    Access { offset: [i, j], k: KIndex::Offset(k), ..Access::here(field) }
}

type Reads = HashMap<*const Expr, Access>;

/// Replaces expressions of `old` in its copy `new`.
fn replace_in(old: &[Stmt], new: &mut [Stmt], reads: &Reads) {
    for (old, new) in old.iter().zip(new) {
        old.exprs().zip(new.exprs_mut()).for_each(|(old, new)| replace(old, new, reads));
        replace_in(old.body(), new.body_mut(), reads);
    }
}

fn replace(old: &Expr, new: &mut Expr, reads: &Reads) {
    match reads.get(&std::ptr::from_ref(old)) {
        Some(access) => new.kind = ExprKind::Field(access.clone()),
        None => old.children().into_iter().zip(new.children_mut()).for_each(|(old, new)| replace(old, new, reads)),
    }
}

fn execution(body: Vec<Stmt>) -> HorizontalExecution {
    HorizontalExecution { extent: Extent::ZERO, body }
}

/// Puts a statement, with an extent of its own, before the statement of this number.
fn insert(section: &mut Section, place: usize, stmt: Stmt) {
    let mut before = place;
    let mut at = 0;
    while before >= section.executions[at].body.len() {
        before -= section.executions[at].body.len();
        at += 1;
    }
    if before > 0 {
        let rest = section.executions[at].body.split_off(before);
        at += 1;
        section.executions.insert(at, execution(rest));
    }
    section.executions.insert(at, execution(vec![stmt]));
}

/// Whether the levels are levels of the domain, wherever there are as many as the interval's single bounds ask for.
fn is_inside(interval: &Range) -> bool {
    let one = |bounds: &[Bound], anchor| bounds.len() == 1 && bounds[0].anchor == anchor;
    (interval.lo.iter().any(|b| b.anchor == Anchor::Start && b.offset >= 0) || one(&interval.lo, Anchor::End))
        && (interval.hi.iter().any(|b| b.anchor == Anchor::End && b.offset <= 0) || one(&interval.hi, Anchor::Start))
}

/// The stencil with its extents; nothing if it needs other halos or a larger domain than before, or if its extents were not those that
/// follow from its reads.
fn settled(old: &Stencil, mut new: Stencil) -> Option<Stencil> {
    let mut same = old.clone();
    if !extent::compute(&mut same).is_empty() || same != *old || !extent::compute(&mut new).is_empty() {
        return None;
    }
    let parameters = old.fields.iter().filter(|(_, f)| !f.is_temporary()).map(|(id, _)| id.0 as usize);
    let (before, after) = (halos(old), halos(&new));
    let same = parameters.into_iter().all(|n| before[n] == after[n]) && min_size(old) == min_size(&new);
    same.then_some(new)
}
