//! Gives each live range of a field of the program's own a field of its own, if one sequence of calls writes and reads it: work arrays that
//! are used again for another purpose.
//!
//! ```text
//! call @flux_x(%q, %work)               call @flux_x(%q, %work)
//! call @add(%work, %q)                  call @add(%work, %q)
//! halo_update %q                 =>     halo_update %q
//! call @flux_y(%q, %work)               call @flux_y(%q, %work.2)
//! call @add(%work, %q)                  call @add(%work.2, %q)
//! ```
//!
//! Each of them can then become a temporary of its sequence, which may shrink to some rows (the transformation `localize`), and the sequences no
//! longer have to keep their order for the sake of the array. A live range that a halo update, a copy, a swap, a callback, a loop or a branch
//! takes part in keeps its field, as does one of a call whose stencil reports errors about computed indexes, because the errors name the field.

use crate::analyzed::Analyzed;
use crate::effects::Effects;
use crate::live::{Live, Place, Walk};
use crate::passes::dead_steps::reports;
use std::collections::{HashMap, HashSet};
use tradewind_ir::pass::Pass;
use tradewind_ir::{Diagnostic, FieldId, Lifetime, ProgramField, ProgramStmt};

/// The pass `rename-fields`.
pub struct RenameFields;

impl Pass<Analyzed> for RenameFields {
    fn name(&self) -> &'static str {
        "rename-fields"
    }
    fn doc(&self) -> &'static str {
        "give each live range of the program's own fields a field of its own, if one sequence of calls writes and reads it"
    }
    fn run(&self, of: &mut Analyzed) -> Result<usize, Vec<Diagnostic>> {
        let mut steps = std::mem::take(&mut of.program.body);
        let mut ends = Ends::default();
        Walk::new(of).steps(
            &mut steps,
            Some(&mut |step: &ProgramStmt, live: &Live| {
                ends.note(of, step, live);
                None
            }),
        );
        let mut uses = HashMap::new();
        let mut count = |step: &ProgramStmt| step.fields().into_iter().for_each(|field| *uses.entry(field).or_default() += 1);
        steps.iter().for_each(|step| step.walk(&mut count));
        let mut renamed = Renamed { of, ends: &ends, uses, fresh: Vec::new(), fields: of.program.fields.len() };
        renamed.list(&mut steps);
        let fresh = renamed.fresh;
        let changes = fresh.len();
        add(of, fresh);
        of.program.body = steps;
        Ok(changes)
    }
}

/// Where live ranges of fields begin and end.
#[derive(Default)]
struct Ends {
    /// Calls before which a field that they write is not live.
    first: HashSet<(Place, FieldId)>,
    /// Calls behind which a field that they touch is not live.
    last: HashSet<(Place, FieldId)>,
}

impl Ends {
    fn note(&mut self, of: &Analyzed, step: &ProgramStmt, live: &Live) {
        let ProgramStmt::Call { stencil, fields, domain, .. } = step else { return };
        let effects = Effects::of_call(of, *stencil, fields, domain, true);
        for field in fields.iter().filter(|field| of.program.fields[**field].lifetime == Lifetime::Transient) {
            if !live.has(*field) {
                self.last.insert((step, *field));
            }
            let is_read = effects.reads.iter().any(|(read, _)| read == field);
            let certain = effects.writes.iter().filter(|w| w.field == *field && w.certain).map(|w| w.block);
            if !is_read && live.is_dead_without(*field, certain) {
                self.first.insert((step, *field));
            }
        }
    }
}

struct Renamed<'a> {
    of: &'a Analyzed,
    ends: &'a Ends,
    /// How many steps name a field.
    uses: HashMap<FieldId, usize>,
    /// For each new field the one that it is made of, in the order of their numbers.
    fresh: Vec<FieldId>,
    /// How many fields the program had.
    fields: usize,
}

impl Renamed<'_> {
    fn list(&mut self, steps: &mut [ProgramStmt]) {
        // The calls of the live range of each field that has begun.
        let mut open: HashMap<FieldId, Vec<usize>> = HashMap::new();
        let mut ranges = Vec::new();
        for (at, step) in steps.iter().enumerate() {
            let mut named: HashSet<FieldId> = HashSet::new();
            step.walk(&mut |step| named.extend(step.fields()));
            if !self.may_rename(step) {
                named.iter().for_each(|field| drop(open.remove(field)));
                continue;
            }
            for field in named {
                if self.ends.first.contains(&(step, field)) {
                    open.insert(field, Vec::new());
                }
                let Some(calls) = open.get_mut(&field) else { continue };
                calls.push(at);
                if self.ends.last.contains(&(step, field))
                    && let Some(calls) = open.remove(&field)
                {
                    ranges.push((calls, field));
                }
            }
        }
        ranges.sort();
        for (calls, field) in ranges {
            // The last range of a field keeps it.
            if self.uses.get(&field).is_some_and(|uses| *uses > calls.len()) {
                self.uses.entry(field).and_modify(|uses| *uses -= calls.len());
                let to = FieldId((self.fields + self.fresh.len()) as u32);
                self.fresh.push(field);
                for at in calls {
                    if let ProgramStmt::Call { fields, .. } = &mut steps[at] {
                        fields.iter_mut().filter(|bound| **bound == field).for_each(|bound| *bound = to);
                    }
                }
            }
        }
        steps.iter_mut().flat_map(ProgramStmt::bodies_mut).for_each(|body| self.list(body));
    }

    /// Whether a step is a call that may have other fields. Errors about computed indexes name the fields of the program.
    fn may_rename(&self, step: &ProgramStmt) -> bool {
        let ProgramStmt::Call { stencil, .. } = step else { return false };
        self.of.program.stencils.get(*stencil).is_some_and(|called| !reports(called))
    }
}

/// Adds a field like each of some, by a name that is free.
fn add(of: &mut Analyzed, like: Vec<FieldId>) {
    let mut known: HashSet<String> = of.program.fields.values().map(|field| field.name.clone()).collect();
    for from in like {
        let like = of.program.fields[from].clone();
        let mut names = (2..).map(|n| format!("{}.{n}", like.name));
        let name = names.find(|name| known.insert(name.clone())).unwrap_or_default();
        of.program.fields.push(ProgramField { name, ..like });
        of.halos.push(of.halos[from]);
        of.fixed.push(false);
    }
}
