//! The checks of halo updates that are started and waited for.

use crate::access::beyond;
use crate::diagnostic::{Code, Diagnostic};
use crate::domain::Extent;
use crate::footprint::uses;
use crate::host::HostStep;
use crate::ids::{FieldId, Id, IdVec, StencilId};
use crate::phase::Phase;
use crate::program::{HALO_AXES, Program, ProgramStmt};
use crate::reach::halos;
use crate::source::Span;

/// Starts without a wait and waits without a start in the same block of steps; steps between the two that write one of the fields or touch
/// its halo. The program's stencils are valid.
pub fn check(program: &Program) -> Vec<Diagnostic> {
    let has_phases = program.body.iter().any(|step| {
        let mut found = false;
        step.walk(&mut |s| {
            found |= matches!(s, ProgramStmt::Host(HostStep::Exchange { phase: Phase::Start(_) | Phase::Wait(_), .. }, _))
        });
        found
    });
    if !has_phases {
        return Vec::new();
    }
    let params = program.stencils.values().map(|stencil| {
        let written = stencil.executions().flat_map(|(_, _, e)| uses(&e.body)).filter(|u| u.write);
        let written: Vec<usize> = written.map(|u| u.access.field.index()).collect();
        halos(stencil).into_iter().enumerate().map(|(n, halo)| Param { halo, is_written: written.contains(&n) }).collect()
    });
    let mut checker = Checker { program, params: params.collect(), open: Vec::new(), found: Vec::new() };
    checker.list(&program.body);
    checker.found
}

/// What a stencil does to a parameter.
struct Param {
    halo: Extent,
    is_written: bool,
}

/// A halo update that was started.
#[derive(Clone)]
struct Open {
    number: u32,
    fields: Vec<FieldId>,
    reach: Option<Extent>,
    pairs: Vec<[FieldId; 2]>,
    span: Span,
}

struct Checker<'a> {
    program: &'a Program,
    params: IdVec<StencilId, Vec<Param>>,
    /// Those of the blocks around come first.
    open: Vec<Open>,
    found: Vec<Diagnostic>,
}

impl Checker<'_> {
    fn list(&mut self, steps: &[ProgramStmt]) {
        let around = self.open.len();
        for step in steps {
            match step {
                ProgramStmt::Host(HostStep::Exchange { fields, reach, phase: Phase::Start(number), pairs }, span) => {
                    self.touched(step);
                    let (number, fields, pairs) = (*number, fields.clone(), pairs.clone());
                    self.open.push(Open { number, fields, reach: *reach, pairs, span: *span });
                }
                ProgramStmt::Host(HostStep::Exchange { fields, reach, phase: Phase::Wait(number), pairs }, span) => {
                    let own = self.open[around..].iter().rposition(|open| open.number == *number);
                    match own.map(|at| self.open.remove(around + at)) {
                        Some(open) if (&open.fields, open.reach, &open.pairs) == (fields, *reach, pairs) => {}
                        Some(open) => {
                            let found = pair("a wait is for other fields than the start", *span, "waited for here");
                            self.found.push(found.label(open.span, "started here"));
                        }
                        None => self.unmatched(*number, *span),
                    }
                }
                _ => {
                    self.touched(step);
                    self.list_of(step);
                }
            }
        }
        for open in self.open.split_off(around) {
            let found = pair("nothing waits for this halo update", open.span, "started here");
            self.found.push(found.help("add `halo_wait` to the same block, before the halo is read"));
        }
    }
    fn list_of(&mut self, step: &ProgramStmt) {
        match step {
            ProgramStmt::Host(HostStep::Branch { then, otherwise, .. }, _) => {
                self.list(then);
                self.list(otherwise);
            }
            ProgramStmt::Host(HostStep::For { body, .. } | HostStep::While { body, .. }, _) => self.list(body),
            _ => {}
        }
    }
    /// Of a wait whose start is not in the same block.
    fn unmatched(&mut self, number: u32, span: Span) {
        let outer = self.open.iter().find(|open| open.number == number);
        self.found.push(match outer {
            Some(open) => pair("a halo update is started and waited for in different blocks", span, "waited for here")
                .label(open.span, "started here")
                .help("put both into the same block, so that each start has one wait"),
            None => pair("this waits for a halo update that is not under way", span, "waited for here")
                .help("each `halo_start` has one `halo_wait`, behind it in the same block"),
        });
    }
    /// What a step itself does to the fields whose halo updates are under way.
    fn touched(&mut self, step: &ProgramStmt) {
        for open in self.open.clone() {
            for field in &open.fields {
                if let Some(what) = self.conflict(step, *field) {
                    let name = self.program.fields.get(*field).map_or("", |f| f.name.as_str());
                    let message = format!("`{name}` is {what} while its halo is under way");
                    let found = Diagnostic::error(Code::HALO_UNDER_WAY, message, step.span(), "here");
                    let found = found.label(open.span, "the halo update is started here");
                    self.found.push(found.help("move this behind `halo_wait`, or before `halo_start`"));
                }
            }
        }
    }
    /// What a step does to a field that it may not do while the field's halo is under way.
    fn conflict(&self, step: &ProgramStmt, field: FieldId) -> Option<&'static str> {
        match step {
            ProgramStmt::Call { stencil, fields, domain, .. } => {
                let bound = || fields.iter().zip(&self.params[*stencil]).filter(|(bound, _)| **bound == field);
                if bound().any(|(_, param)| param.is_written) {
                    return Some("written");
                }
                let axes = self.program.fields.get(field)?.axes;
                let reaches = |param: &Param| {
                    let needed = beyond(domain, axes, param.halo).0;
                    HALO_AXES.into_iter().any(|axis| needed.0[axis.index()] != (0, 0))
                };
                bound().any(|(_, param)| reaches(param)).then_some("read beyond the domain")
            }
            ProgramStmt::Host(step, _) => match step {
                HostStep::Within { body, .. } => {
                    let used = body.iter().any(|step| step.fields().contains(&field));
                    used.then_some("used on a part of the domain that is found at run time")
                }
                HostStep::Exchange { fields, .. } => fields.contains(&field).then_some("exchanged again"),
                HostStep::Copy { to, .. } if *to == field => Some("written"),
                HostStep::Copy { from, .. } => (*from == field).then_some("copied, with its halo,"),
                HostStep::Swap { a, b } => [*a, *b].contains(&field).then_some("swapped"),
                HostStep::Callback { fields, .. } => fields.contains(&field).then_some("passed to a callback"),
                HostStep::For { .. } | HostStep::While { .. } | HostStep::Branch { .. } | HostStep::Let { .. } => None,
            },
        }
    }
}

fn pair(message: &str, span: Span, label: &str) -> Diagnostic {
    Diagnostic::error(Code::HALO_PAIR, message, span, label)
}
