//! How a program uses its fields: the union over its calls.

use super::{FieldAccess, Mode, Summary};
use crate::domain::{Anchor, Axes, Axis, Bound, Extent, Range};
use crate::groups::Groups;
use crate::host::HostStep;
use crate::ids::{FieldId, Id, IdVec, StencilId};
use crate::program::{Program, ProgramField, ProgramStmt};
use crate::window::{Limits, Stretch, Window};
use crate::written::{self, Facts, Found, Unwritten};

/// What a program asks of its fields, transients included.
#[derive(Clone, PartialEq, Debug)]
pub struct ProgramSummary {
    /// Halos are relative to the program's domain. Fields that are copied to or swapped with each other have equal halos.
    pub fields: IdVec<FieldId, FieldAccess>,
    /// The smallest domain on which every call has a part that is large enough, in points.
    pub min_size: [i64; 3],
    /// The summaries of the program's stencils.
    pub stencils: IdVec<StencilId, Summary>,
    /// The program's own fields that must hold zeros when a run starts: the run may use values of theirs that it has not written,
    /// or hand them to the caller. All others may hold anything. A callback may use all that its fields hold; what the host looks
    /// at between two rounds of a loop is not taken into account.
    pub zeroed: Vec<FieldId>,
    /// Reads of own fields and scalars where nothing, or not every way, has written them.
    pub unwritten: Vec<Unwritten>,
}

impl ProgramSummary {
    /// The summary of a program whose stencils' extents are set.
    pub(crate) fn of(program: &Program) -> ProgramSummary {
        let stencils: IdVec<StencilId, Summary> = program.stencils.values().map(Summary::of).collect();
        let halos = vec![Extent::ZERO; program.fields.len()];
        let mut walk = Walk { program, stencils: &stencils, halos, min_size: [1; 3] };
        program.fields.iter().for_each(|(id, f)| walk.need(id, f.halo.union(Extent::of_interfaces(f.interfaces))));
        walk.body(&program.body);
        walk.share(Groups::of(program));
        let (halos, min_size) = (walk.halos, walk.min_size);
        let Found { modes, zeroed, unwritten } =
            written::find(Facts { program, stencils: &stencils, halos: &halos, min: min_size });
        let field = |(id, f): (FieldId, &ProgramField)| {
            let (name, data, mode, halo) = (f.name.clone(), f.data.clone(), modes[id.index()], halos[id.index()]);
            FieldAccess { name, dtype: f.dtype, axes: f.axes, interfaces: f.interfaces, data, mode, halo }
        };
        let fields = program.fields.iter().map(field).collect();
        ProgramSummary { fields, min_size, stencils, zeroed, unwritten }
    }

    /// A part of the domain found at run time, with what these calls on it compute and what is allowed along each axis.
    pub fn window(&self, program: &Program, written: &Window, calls: &[ProgramStmt]) -> Box<Window> {
        let limited = |stretch: &Stretch| Stretch { limits: self.limits(calls, stretch.axis), ..stretch.clone() };
        let called =
            calls.iter().find_map(|step| if let ProgramStmt::Call { stencil, .. } = step { Some(*stencil) } else { None });
        let label = called.and_then(|id| program.stencils.get(id)).map_or_else(String::new, |s| s.name.clone());
        Box::new(Window { label, stretches: written.stretches.iter().map(limited).collect(), span: written.span })
    }

    fn limits(&self, calls: &[ProgramStmt], axis: Axis) -> Limits {
        let (n, mut least, mut reach) = (axis.index(), 1, None::<(i32, i32)>);
        for step in calls {
            let ProgramStmt::Call { stencil, fields, .. } = step else { continue };
            let Some(summary) = self.stencils.get(*stencil) else { continue };
            least = least.max(summary.min_size[n]);
            let used = fields.iter().zip(summary.fields.values()).filter(|(_, a)| a.axes.has(axis) && a.mode != Mode::None);
            for (field, access) in used {
                let (Some(has), (low, high)) = (self.fields.get(*field).map(|f| f.halo.0[n]), access.halo.0[n]) else {
                    continue;
                };
                let free = (has.0.saturating_sub(low).min(0), has.1.saturating_sub(high).max(0));
                reach = Some(reach.map_or(free, |known| (known.0.max(free.0), known.1.min(free.1))));
            }
        }
        Limits { least: u32::try_from(least).unwrap_or(u32::MAX), reach: reach.unwrap_or((0, 0)) }
    }
}

/// Halos and sizes, whatever the order of steps.
struct Walk<'a> {
    program: &'a Program,
    stencils: &'a IdVec<StencilId, Summary>,
    halos: Vec<Extent>,
    min_size: [i64; 3],
}

impl Walk<'_> {
    fn body(&mut self, body: &[ProgramStmt]) {
        for step in body {
            match step {
                ProgramStmt::Call { stencil, fields, domain, .. } => self.call(*stencil, fields, domain),
                ProgramStmt::Host(HostStep::Within { window, body }, _) => {
                    // How large the part is, is asked when it runs.
                    let least = self.min_size;
                    self.body(body);
                    window.axes().iter().map(Axis::index).for_each(|n| self.min_size[n] = least[n]);
                }
                ProgramStmt::Host(HostStep::Exchange { fields, reach: Some(reach), .. }, _) => {
                    fields.iter().for_each(|f| self.need(*f, *reach));
                }
                ProgramStmt::Host(step, _) => step.bodies().for_each(|body| self.body(body)),
            }
        }
    }
    fn call(&mut self, stencil: StencilId, fields: &[FieldId], domain: &[Range; 3]) {
        let Some(summary) = self.stencils.get(stencil) else {
            return;
        };
        for (n, range) in domain.iter().enumerate() {
            self.min_size[n] = self.min_size[n].max(size_for(range, summary.min_size[n]));
        }
        // A parameter that no statement names asks for nothing.
        for (field, access) in fields.iter().zip(summary.fields.values()).filter(|(_, access)| access.mode != Mode::None) {
            let (need, min_size) = beyond(domain, access.axes, access.halo);
            self.min_size = std::array::from_fn(|n| self.min_size[n].max(min_size[n]));
            self.need(*field, need);
        }
    }
    /// Gives all fields of a group the halo that its members need together.
    fn share(&mut self, mut groups: Groups) {
        let leaders: Vec<FieldId> = self.program.fields.ids().map(|field| groups.leader(field)).collect();
        for (field, leader) in self.program.fields.ids().zip(&leaders) {
            self.need(*leader, self.halos[field.index()]);
        }
        for (field, leader) in self.program.fields.ids().zip(&leaders) {
            self.need(field, self.halos[leader.index()]);
        }
    }
    fn need(&mut self, id: FieldId, need: Extent) {
        if let (Some(field), Some(halo)) = (self.program.fields.get(id), self.halos.get_mut(id.index())) {
            let kept = |axis: Axis| if field.axes.has(axis) { need.0[axis.index()] } else { (0, 0) };
            *halo = halo.union(Extent(Axis::ALL.map(kept)));
        }
    }
}

/// The least domain size for which a part of it has at least `points` points; 1 if it has them whatever the size, or never.
fn size_for(range: &Range, points: i64) -> i64 {
    let pair = |lo: &Bound, hi: &Bound| match (lo.anchor, hi.anchor) {
        (Anchor::Start, Anchor::End) => points + i64::from(lo.offset) - i64::from(hi.offset),
        (Anchor::Start, Anchor::Start) => i64::from(hi.offset),
        (Anchor::End, Anchor::End) => -i64::from(lo.offset),
        (Anchor::End, Anchor::Start) => 1,
    };
    range.lo.iter().flat_map(|lo| range.hi.iter().map(move |hi| pair(lo, hi))).max().unwrap_or(1)
}

/// How far beyond the program's domain a call on a part of it reaches, that reaches so far beyond this part, and the least size of the domain
/// for which it is no further.
pub(crate) fn beyond(domain: &[Range; 3], axes: Axes, halo: Extent) -> (Extent, [i64; 3]) {
    let (mut need, mut min_size) = (Extent::ZERO, [1; 3]);
    for axis in axes.iter() {
        let n = axis.index();
        let (low, high) = halo.0[n];
        let (first, first_size) = below(&domain[n], low);
        let (last, last_size) = above(&domain[n], high);
        need.0[n] = (first, last);
        min_size[n] = first_size.max(last_size);
    }
    (need, min_size)
}

/// How far below the start a reach of `low` beyond a part of the domain goes, and the least size for which it is no further.
fn below(range: &Range, low: i32) -> (i32, i64) {
    let start = range.lo.iter().filter(|b| b.anchor == Anchor::Start).map(|b| b.offset.saturating_add(low)).max();
    let end = range.lo.iter().filter(|b| b.anchor == Anchor::End).map(|b| -i64::from(b.offset) - i64::from(low)).max();
    match start {
        Some(first) => (first.min(0), 1),
        None => (0, end.unwrap_or(1)),
    }
}

/// How far beyond the end a reach of `high` beyond a part of the domain goes, and the least size for which it is no further.
fn above(range: &Range, high: i32) -> (i32, i64) {
    let end = range.hi.iter().filter(|b| b.anchor == Anchor::End).map(|b| b.offset.saturating_add(high)).min();
    let start = range.hi.iter().filter(|b| b.anchor == Anchor::Start).map(|b| i64::from(b.offset) + i64::from(high)).max();
    match end {
        Some(last) => (last.max(0), 1),
        None => (0, start.unwrap_or(1)),
    }
}
