//! Halo updates that the host makes: they become calls of a host function, whose first scalar is the number of the update.
//!
//! ```text
//! halo_update %q width 2                callback "halo_update"(%q; 0i64)
//! halo_start 0 %u                 =>    callback "halo_start"(%u; 1i64) fills nothing
//! call @double(%u, %r)                  call @double(%u, %r)
//! halo_wait 0 %u                        callback "halo_wait"(%u; 1i64)
//! ```
//!
//! Updates of the components of a vector come together ([`tradewind_ir::pairs`]). Passes know nothing of what the host puts into a halo, and
//! leave all updates where they are.

use std::collections::{BTreeSet, HashMap, HashSet};
use tradewind_ir::pairs::together;
use tradewind_ir::{
    Code, Diagnostic, Expr, Extent, FieldId, Fills, HostStep, IdVec, Phase, Program, ProgramStmt, Span, Value, Verified, Verify,
};

/// The names of the host functions for a whole update, its start and its wait.
pub const HOST_FUNCTIONS: [&str; 3] = ["halo_update", "halo_start", "halo_wait"];

/// The halo updates of a program, in the order of their numbers: those that come in one step, and the starts of the others. Components of
/// vectors make one update of several steps.
pub fn updates(program: &Program) -> Vec<&[ProgramStmt]> {
    let mut found = Vec::new();
    gather(&program.body, &mut found);
    found
}

fn gather<'p>(mut steps: &'p [ProgramStmt], found: &mut Vec<&'p [ProgramStmt]>) {
    while let Some(first) = steps.first() {
        let (update, rest) = steps.split_at(together(steps));
        match first {
            ProgramStmt::Host(HostStep::Exchange { phase: Phase::Whole | Phase::Start(_), .. }, _) => found.push(update),
            step => step.bodies().for_each(|body| gather(body, found)),
        }
        steps = rest;
    }
}

/// The fields of an update, each once, with how far they are filled: what its host function is given.
pub fn fields(update: &[ProgramStmt]) -> Vec<(FieldId, Option<Extent>)> {
    let mut known = HashSet::new();
    let step = |step: &ProgramStmt| match step {
        ProgramStmt::Host(HostStep::Exchange { fields, reach, .. }, _) => fields.iter().map(|f| (*f, *reach)).collect(),
        _ => Vec::new(),
    };
    update.iter().flat_map(step).filter(|(field, _)| known.insert(*field)).collect()
}

/// The program whose halo updates the host makes. The fields keep the halo that they have with the updates.
///
/// # Errors
/// A callback of the program that has the name of a host function for updates.
pub fn by_host(program: &Verified<Program>) -> Result<Verified<Program>, Vec<Diagnostic>> {
    let summary = program.summary();
    let mut made = Program::clone(program);
    let mut calls = Calls::default();
    calls.steps(&mut made.body);
    if !calls.found.is_empty() {
        return Err(calls.found);
    }
    let halos: IdVec<FieldId, _> = summary.fields.values().map(|field| field.halo).collect();
    calls.exchanged.iter().for_each(|field| made.fields[*field].halo = halos[*field]);
    made.verify()
}

#[derive(Default)]
struct Calls {
    /// How many updates there were so far.
    count: i64,
    /// The numbers of the updates that were started.
    started: HashMap<u32, i64>,
    exchanged: BTreeSet<FieldId>,
    found: Vec<Diagnostic>,
}

impl Calls {
    fn steps(&mut self, steps: &mut Vec<ProgramStmt>) {
        let mut at = 0;
        while at < steps.len() {
            let update = at..at + together(&steps[at..]);
            match &mut steps[at] {
                ProgramStmt::Host(HostStep::Exchange { .. }, span) => {
                    let span = *span;
                    let call = self.call(&steps[update.clone()], span);
                    steps.splice(update, [call]);
                }
                ProgramStmt::Host(HostStep::Callback { name, .. }, span) if HOST_FUNCTIONS.contains(&name.as_str()) => {
                    let message = format!("\"{name}\" is the name of the host function for halo updates");
                    let found = Diagnostic::error(Code::CALLBACK, message, *span, "called here");
                    self.found.push(found.help("give the callback another name"));
                }
                step => step.bodies_mut().for_each(|body| self.steps(body)),
            }
            at += 1;
        }
    }

    fn call(&mut self, update: &[ProgramStmt], span: Span) -> ProgramStmt {
        let fields: Vec<FieldId> = fields(update).into_iter().map(|(field, _)| field).collect();
        self.exchanged.extend(&fields);
        let phase = |step: &ProgramStmt| match step {
            ProgramStmt::Host(HostStep::Exchange { phase, .. }, _) => *phase,
            _ => Phase::Whole,
        };
        let phases: Vec<Phase> = update.iter().map(phase).collect();
        let [whole, start, wait] = HOST_FUNCTIONS;
        let (name, number, fills) = match phases[0] {
            Phase::Wait(label) => (wait, self.started.get(&label).copied().unwrap_or_default(), Fills::Some),
            Phase::Start(_) => {
                let labels = phases.iter().filter_map(|p| if let Phase::Start(label) = p { Some(*label) } else { None });
                self.started.extend(labels.map(|label| (label, self.count)));
                (start, self.next(), Fills::Nothing)
            }
            Phase::Whole => (whole, self.next(), Fills::Some),
        };
        let scalars = vec![Expr::literal(Value::I64(number), span)];
        ProgramStmt::Host(HostStep::Callback { name: name.to_string(), fields, scalars, fills }, span)
    }

    /// The number of an update.
    fn next(&mut self) -> i64 {
        self.count += 1;
        self.count - 1
    }
}
