//! A program with what passes ask of it.

use crate::translation::is_invariant;
use std::collections::HashSet;
use tradewind_ir::access::Summary;
use tradewind_ir::footprint::uses;
use tradewind_ir::groups::Groups;
use tradewind_ir::{
    Diagnostic, Domain, Extent, FieldId, HostStep, IdVec, Lifetime, Program, ProgramStmt, Stencil, StencilId, Verified, Verify,
};

/// A program whose steps may change, with facts about it that do not.
#[derive(Clone, Debug)]
pub struct Analyzed {
    pub program: Program,
    /// The summaries of its stencils.
    pub stencils: IdVec<StencilId, Summary>,
    /// The smallest domain on which it may run, in points.
    pub min_size: Domain,
    /// The sizes that decisions are made for, in points.
    pub domain: Domain,
    /// The stencils that do the same at every point of the horizontal plane.
    pub invariant: IdVec<StencilId, bool>,
    /// The parameters of each stencil that are read at levels found at run time: at any that the array has.
    pub indexed: IdVec<StencilId, HashSet<FieldId>>,
    /// How far the storage of each field reaches around the domain, in points; of an array of the caller, at least.
    pub halos: IdVec<FieldId, Extent>,
    /// The fields whose storage cannot reach further than in the program as it is written: arguments, fields that host functions see, and
    /// those that copies and swaps connect with them.
    pub fixed: IdVec<FieldId, bool>,
}

impl Analyzed {
    /// A program to be rewritten. Arguments and fields that host functions see keep their halo, all fields their levels, whatever steps are
    /// left out.
    pub fn of(program: &Verified<Program>, domain: Domain) -> Analyzed {
        let summary = program.summary();
        let (stencils, min_size) = (summary.stencils.clone(), summary.min_size);
        let mut program = Program::clone(program);
        let mut seen: HashSet<FieldId> = HashSet::new();
        let mut parts = false;
        without_pairs(&mut program.body);
        let mut note = |step: &ProgramStmt| match step {
            ProgramStmt::Host(HostStep::Callback { fields, .. }, _) => seen.extend(fields),
            // Where a part of the domain that is found at run time may lie follows from the halos of all fields.
            ProgramStmt::Host(HostStep::Within { .. }, _) => parts = true,
            _ => {}
        };
        program.body.iter().for_each(|step| step.walk(&mut note));
        for (id, field) in program.fields.iter_mut() {
            let whole = parts || field.lifetime == Lifetime::Argument || seen.contains(&id);
            let Extent([i, j, k]) = summary.fields[id].halo;
            field.halo = if whole { Extent([i, j, k]) } else { Extent([(0, 0), (0, 0), k]) };
        }
        let mut groups = Groups::of(&program);
        let outer = program.fields.iter().filter(|(id, f)| f.lifetime == Lifetime::Argument || seen.contains(id));
        let outer: HashSet<FieldId> = outer.map(|(id, _)| groups.leader(id)).collect();
        let fixed = program.fields.ids().map(|id| outer.contains(&groups.leader(id))).collect();
        let halos = summary.fields.values().map(|field| field.halo).collect();
        let invariant = program.stencils.values().map(is_invariant).collect();
        let indexed = program.stencils.values().map(indexed).collect();
        Analyzed { program, stencils, min_size, domain, invariant, indexed, halos, fixed }
    }

    /// Puts another stencil in the place of one, whose parameters stay.
    pub fn replace(&mut self, id: StencilId, stencil: Stencil) {
        self.stencils[id] = stencil.summarize();
        self.invariant[id] = is_invariant(&stencil);
        self.indexed[id] = indexed(&stencil);
        self.program.stencils[id] = stencil;
    }
}

/// The fields of which a stencil finds levels at run time.
fn indexed(stencil: &Stencil) -> HashSet<FieldId> {
    let used = stencil.executions().flat_map(|(_, _, execution)| uses(&execution.body));
    used.filter(|u| u.access.k.known().is_none()).map(|u| u.access.field).collect()
}

/// Leaves out which fields of halo updates are components of vectors: periodic halos are filled field by field.
fn without_pairs(steps: &mut [ProgramStmt]) {
    for step in steps {
        match step {
            ProgramStmt::Host(HostStep::Exchange { pairs, .. }, _) => pairs.clear(),
            step => step.bodies_mut().for_each(|body| without_pairs(body)),
        }
    }
}

/// The checks of programs.
impl Verify for Analyzed {
    type Summary = ();

    fn check(&self) -> Vec<Diagnostic> {
        self.program.check()
    }
    fn summarize(&self) {}
}
