//! Optional parameters: removes those that a stencil does not use.

use std::collections::HashSet;
use tradewind_ir::{Expr, ExprKind, FieldId, IdVec, Param, ScalarId, Stencil};

/// The stencil without the parameters in `optional` that no statement reads or writes.
pub fn prune(mut stencil: Stencil, optional: &[&str]) -> Stencil {
    let (used_fields, used_scalars) = used(&mut stencil);
    let droppable = |name: &str| optional.contains(&name);
    let drop_field = |id: FieldId, name: &str| droppable(name) && !used_fields.contains(&id);
    let drop_scalar = |id: ScalarId, name: &str| droppable(name) && !used_scalars.contains(&id);
    let fields = renumber(&stencil.fields, |id, f| drop_field(id, &f.name));
    let scalars = renumber(&stencil.scalars, |id, s| drop_scalar(id, &s.name));
    visit(&mut stencil, &mut |what| match what {
        Mention::Field(id) => *id = fields.1[id.0 as usize].unwrap_or(*id),
        Mention::Scalar(id) => *id = scalars.1[id.0 as usize].unwrap_or(*id),
    });
    let params = stencil.params.iter().filter_map(|param| match *param {
        Param::Field(id) => fields.1[id.0 as usize].map(Param::Field),
        Param::Scalar(id) => scalars.1[id.0 as usize].map(Param::Scalar),
    });
    Stencil { params: params.collect(), fields: fields.0, scalars: scalars.0, ..stencil }
}

/// A table without the dropped entries, and for each old id the new one.
fn renumber<I: tradewind_ir::ids::Id, T: Clone>(
    table: &IdVec<I, T>,
    drop: impl Fn(I, &T) -> bool,
) -> (IdVec<I, T>, Vec<Option<I>>) {
    let mut kept = IdVec::new();
    let ids = table.iter().map(|(id, entry)| (!drop(id, entry)).then(|| kept.push(entry.clone()))).collect();
    (kept, ids)
}

fn used(stencil: &mut Stencil) -> (HashSet<FieldId>, HashSet<ScalarId>) {
    let (mut fields, mut scalars) = (HashSet::new(), HashSet::new());
    visit(stencil, &mut |what| match what {
        Mention::Field(id) => drop(fields.insert(*id)),
        Mention::Scalar(id) => drop(scalars.insert(*id)),
    });
    (fields, scalars)
}

/// A place in a stencil's code that names a field or a scalar.
enum Mention<'a> {
    Field(&'a mut FieldId),
    Scalar(&'a mut ScalarId),
}

fn visit(stencil: &mut Stencil, see: &mut impl FnMut(Mention)) {
    let sections = stencil.loops.iter_mut().flat_map(|l| &mut l.sections);
    for stmt in sections.flat_map(|s| &mut s.executions).flat_map(|e| &mut e.body) {
        stmt.walk_mut(&mut |stmt| {
            stmt.exprs_mut().for_each(|e| expr(e, see));
            stmt.target_mut().into_iter().for_each(|target| see(Mention::Field(&mut target.field)));
        });
    }
}

fn expr(e: &mut Expr, see: &mut impl FnMut(Mention)) {
    e.walk_mut(&mut |e| match &mut e.kind {
        ExprKind::Field(access) => see(Mention::Field(&mut access.field)),
        ExprKind::Scalar(id) => see(Mention::Scalar(id)),
        _ => {}
    });
}
