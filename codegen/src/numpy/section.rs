//! The statements of an interval of levels, and the fields that they make by writing all of them.

use super::iteration::leaves;
use super::merge::single;
use super::storage::Storage;
use crate::python::Head;
use tradewind_ir::footprint::uses;
use tradewind_ir::ids::Id;
use tradewind_ir::{Extent, Order, Range, Stmt};

/// Statements of one interval of levels.
pub struct PrintedSection<'a> {
    pub order: Order,
    pub interval: &'a Range,
    /// Each with how far beyond the domain it runs.
    pub statements: Vec<(Extent, Stmt)>,
}

/// Whether some statement makes a field by writing all of it before anything else in these sections touches it; nothing for fields
/// that nothing touches.
pub fn made_by_writing(storages: &[Storage], head: &Head, sections: &[PrintedSection]) -> Vec<Option<bool>> {
    let mut made: Vec<Option<bool>> = vec![None; head.stencil.fields.len()];
    for section in sections {
        for (plane, stmt) in section.statements.iter().flat_map(|(extent, stmt)| leaves(stmt, *extent)) {
            let target = single(stmt).filter(|s| s.guards.iter().all(|g| !g.is_uniform()));
            for u in uses(std::slice::from_ref(stmt)) {
                let (id, field) = (u.access.field, &head.stencil.fields[u.access.field]);
                let writes = u.write && target.as_ref().is_some_and(|s| s.assign.target.field == id);
                let storage = &storages[id.index()];
                let covers = || storage.is_covered(field, section.order, section.interval, &plane, head.min);
                made[id.index()].get_or_insert_with(|| writes && covers());
            }
        }
    }
    made
}
