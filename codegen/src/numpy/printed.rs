//! A stencil in the form in which it is printed: branches are joined, and storage is chosen.

use super::merge::merge;
use super::section::{PrintedSection, made_by_writing};
use super::storage::{self, Storage};
use crate::python::Head;
use tradewind_ir::defined::needs_zero;
use tradewind_ir::ids::Id;

/// What is printed, and where things are.
pub struct PrintedStencil<'a> {
    pub sections: Vec<PrintedSection<'a>>,
    pub storages: Vec<Storage>,
    /// Whether some statement makes a field by writing all of it first; nothing for fields that are not used.
    pub made: Vec<Option<bool>>,
    /// Temporaries that must be zero before they are written.
    pub zero: Vec<bool>,
}

impl<'a> PrintedStencil<'a> {
    /// Joins branches, and chooses storage.
    pub fn new(head: &Head<'a>) -> PrintedStencil<'a> {
        let stencil = head.stencil;
        let storages = storage::storages(head);
        let mut zero = vec![false; stencil.fields.len()];
        needs_zero(stencil).into_iter().for_each(|id| zero[id.index()] = true);
        let mut sections = Vec::new();
        for vertical in &stencil.loops {
            for section in &vertical.sections {
                let all = section.executions.iter().flat_map(|e| e.body.iter().map(|stmt| (e.extent, stmt.clone())));
                let mut statements = all.collect();
                merge(&mut statements);
                sections.push(PrintedSection { order: vertical.order, interval: &section.interval, statements });
            }
        }
        let made = made_by_writing(&storages, head, &sections);
        PrintedStencil { sections, storages, made, zero }
    }
}
