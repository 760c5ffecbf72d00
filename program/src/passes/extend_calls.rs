//! Lets a call compute the halo of its results in place of a halo update: a few points are computed twice, and the calls before and behind the
//! update can become one loop nest.
//!
//! ```text
//! halo_update %q                        halo_update %q
//! call @flux(%q, %f)             =>     call @flux(%q, %f) on [start, end+1), [start, end+1), [start, end)
//! halo_update %f                        call @update(%f, %out)
//! call @update(%f, %out)
//! ```
//!
//! The stencil does the same at every point of the plane, and what it reads is valid as far as it then reads: the halo of its results is, to the
//! bit, what the update would copy from the opposite edge. Its results are fields of the program's own
//! that are not copied to or swapped with arguments, and nothing reads their old halo any more. On
//! domains of the size that decisions are made for, it computes at most a tenth more points.

use crate::analyzed::Analyzed;
use crate::halo::{self, Valid, is_periodic, needed};
use crate::live::{self, Live, Place};
use crate::touched::Touched;
use std::collections::{HashMap, HashSet};
use tradewind_ir::pass::Pass;
use tradewind_ir::program::HALO_AXES;
use tradewind_ir::{Axis, Bound, Diagnostic, Extent, FieldId, HostStep, Phase, ProgramStmt, Range, StencilId};

/// The pass `extend-calls`.
pub struct ExtendCalls;

/// The share of a call's points that it may compute twice.
const MOST: f64 = 0.1;

impl Pass<Analyzed> for ExtendCalls {
    fn name(&self) -> &'static str {
        "extend-calls"
    }
    fn doc(&self) -> &'static str {
        "let calls compute the halo of their results in place of a halo update"
    }
    fn run(&self, of: &mut Analyzed) -> Result<usize, Vec<Diagnostic>> {
        let (mut steps, mut changes) = (std::mem::take(&mut of.program.body), 0);
        let found = Found::of(of, &mut steps);
        let mut extended: HashMap<Place, Extent> = HashMap::new();
        let visit = &mut |step: &ProgramStmt, live: &Live| match step {
            ProgramStmt::Host(HostStep::Exchange { fields, reach, phase: Phase::Whole, .. }, span) => {
                let mut left = fields.clone();
                for (call, fields) in found.producers(step, fields) {
                    let mut needed = extended.get(&call).copied().unwrap_or(Extent::ZERO);
                    let reaches = fields.iter().map(|field| live.halo(&of.program.fields[*field], *field, *reach));
                    // A halo of which all is live has no end.
                    let Some(reaches) = reaches.collect::<Option<Vec<Extent>>>() else { continue };
                    reaches.into_iter().for_each(|reach| needed = needed.union(reach));
                    if needed != Extent::ZERO && found.may_reach(of, call, needed) {
                        extended.insert(call, needed);
                        left.retain(|field| !fields.contains(field));
                    }
                }
                changes += fields.len() - left.len();
                let all = fields.len();
                let update = |fields| HostStep::Exchange { fields, reach: *reach, phase: Phase::Whole, pairs: Vec::new() };
                match left.len() {
                    n if n == all => None,
                    0 => Some(Vec::new()),
                    _ => Some(vec![ProgramStmt::Host(update(left), *span)]),
                }
            }
            ProgramStmt::Call { .. } => extended.get(&(step as Place)).map(|reach| vec![on(step, *reach)]),
            _ => None,
        };
        live::Walk::new(of).steps(&mut steps, Some(visit));
        let grown: Vec<(FieldId, Extent)> =
            extended.iter().flat_map(|(call, reach)| found.storage(of, *call, *reach)).collect();
        grown.into_iter().for_each(|(field, extent)| of.halos[field] = of.halos[field].union(extent));
        of.program.body = steps;
        Ok(changes)
    }
}

/// A call, on the domain and so many points around it.
fn on(step: &ProgramStmt, reach: Extent) -> ProgramStmt {
    let mut step = step.clone();
    if let ProgramStmt::Call { domain, .. } = &mut step {
        for axis in HALO_AXES {
            let (low, high) = reach.0[axis.index()];
            domain[axis.index()] = Range::new(Bound::start(low), Bound::end(high));
        }
    }
    step
}

/// A call that may compute a halo.
struct Producer {
    stencil: StencilId,
    /// The fields that are bound, with how far the halo of each is valid before the call.
    fields: Vec<(FieldId, Extent)>,
}

/// The calls that may compute halos, and the updates of these.
#[derive(Default)]
struct Found {
    calls: HashMap<Place, Producer>,
    /// Of an update and a field the last step before it, in the same list, that writes the field.
    writers: HashMap<(Place, FieldId), Place>,
}

impl Found {
    fn of(of: &Analyzed, steps: &mut Vec<ProgramStmt>) -> Found {
        let mut found = Found::default();
        // The calls none of whose results has a halo that is read before it is written again.
        let mut free: HashSet<Place> = HashSet::new();
        live::Walk::new(of).steps(
            steps,
            Some(&mut |step: &ProgramStmt, live: &Live| {
                if let ProgramStmt::Call { stencil, fields, domain, .. } = step
                    && domain.iter().all(|range| *range == Range::full())
                    && is_free(of, *stencil, fields, live)
                {
                    free.insert(step);
                }
                None
            }),
        );
        halo::Walk::new(of).steps(
            steps,
            Some(&mut |step: &mut ProgramStmt, valid: &Valid| {
                let place: Place = step;
                if let ProgramStmt::Call { stencil, fields, .. } = step
                    && free.contains(&place)
                {
                    let fields = fields.iter().map(|field| (*field, valid.of(*field))).collect();
                    found.calls.insert(place, Producer { stencil: *stencil, fields });
                }
                true
            }),
        );
        found.list(of, steps);
        found
    }

    /// Finds the writers of the fields that the updates of a list name.
    fn list(&mut self, of: &Analyzed, steps: &mut [ProgramStmt]) {
        let mut last: HashMap<FieldId, Place> = HashMap::new();
        for step in steps {
            step.bodies_mut().for_each(|body| self.list(of, body));
            let place: Place = step;
            if let ProgramStmt::Host(HostStep::Exchange { fields, .. }, _) = step {
                let known = fields.iter().filter_map(|field| Some((*field, *last.get(field)?)));
                self.writers.extend(known.map(|(field, writer)| ((place, field), writer)));
                last.retain(|field, _| !fields.contains(field));
            } else {
                last.extend(Touched::of(of, step).writes.into_iter().map(|written| (written.field, place)));
            }
        }
    }

    /// The calls that have written fields of an update, with these fields.
    fn producers(&self, update: Place, fields: &[FieldId]) -> Vec<(Place, Vec<FieldId>)> {
        let mut found: Vec<(Place, Vec<FieldId>)> = Vec::new();
        for field in fields {
            let Some(writer) = self.writers.get(&(update, *field)).filter(|writer| self.calls.contains_key(writer)) else {
                continue;
            };
            match found.iter_mut().find(|(call, _)| call == writer) {
                Some((_, list)) => list.push(*field),
                None => found.push((*writer, vec![*field])),
            }
        }
        found
    }

    /// How far a call that computes so many points around the domain needs the storage of its fields.
    fn storage(&self, of: &Analyzed, call: Place, reach: Extent) -> Vec<(FieldId, Extent)> {
        let Some(Producer { stencil, fields }) = self.calls.get(&call) else { return Vec::new() };
        let accesses = of.stencils[*stencil].fields.values();
        fields.iter().zip(accesses).map(|((field, _), access)| (*field, needed(access, reach))).collect()
    }

    /// Whether a call may compute so many points around the domain, and few enough they are.
    fn may_reach(&self, of: &Analyzed, call: Place, reach: Extent) -> bool {
        let Some(Producer { stencil, fields }) = self.calls.get(&call) else { return false };
        let grown = HALO_AXES.map(|axis| {
            let ((low, high), size) = (reach.0[axis.index()], of.domain[axis.index()]);
            1.0 + f64::from(high - low) / size as f64
        });
        grown.iter().product::<f64>() <= 1.0 + MOST && is_periodic(of, *stencil, fields.iter().copied(), reach)
    }
}

/// Whether a call may write around the domain: it writes all points of fields of the program's own, whose halos nothing reads as they are.
fn is_free(of: &Analyzed, stencil: StencilId, fields: &[FieldId], live: &Live) -> bool {
    let Some(summary) = of.stencils.get(stencil).filter(|_| of.invariant[stencil]) else { return false };
    fields.iter().zip(&summary.touched).filter(|(_, touched)| !touched.writes.is_empty()).all(|(field, touched)| {
        let declared = &of.program.fields[*field];
        touched.complete
            && !of.fixed[*field]
            && HALO_AXES.into_iter().all(|axis| declared.axes.has(axis))
            && declared.halo.0[Axis::K.index()] == (0, 0)
            && live.halo(declared, *field, None) == Some(Extent::ZERO)
    })
}
