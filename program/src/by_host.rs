//! Halo updates that the host makes: they become calls of a host function, whose first scalar is the number of the update.
//!
//! ```text
//! halo_update %q width 2                callback "halo_update"(%q; 0i64)
//! halo_start 0 %u                 =>    callback "halo_start"(%u; 1i64) fills nothing
//! call @double(%u, %r)                  call @double(%u, %r)
//! halo_wait 0 %u                        callback "halo_wait"(%u; 1i64)
//! ```
//!
//! Passes know nothing of what the host puts into a halo, and leave all updates where they are.

use std::collections::{BTreeSet, HashMap};
use tradewind_ir::{
    Code, Diagnostic, Expr, FieldId, Fills, HostStep, IdVec, Phase, Program, ProgramStmt, Span, Value, Verified, Verify,
};

/// The names of the host functions for a whole update, its start and its wait.
pub const HOST_FUNCTIONS: [&str; 3] = ["halo_update", "halo_start", "halo_wait"];

/// The halo updates of a program, in the order of their numbers: those that come in one step, and the starts of the others.
pub fn updates<'p>(program: &'p Program) -> Vec<&'p ProgramStmt> {
    let mut found: Vec<&'p ProgramStmt> = Vec::new();
    let mut visit = |step: &'p ProgramStmt| {
        if matches!(step, ProgramStmt::Host(HostStep::Exchange { phase: Phase::Whole | Phase::Start(_), .. }, _)) {
            found.push(step);
        }
    };
    program.body.iter().for_each(|step| step.walk(&mut visit));
    found
}

/// Fields without those that stand earlier in the list, in its order: what the host function of an update is given.
pub fn each_once(fields: &[FieldId]) -> Vec<FieldId> {
    let first = fields.iter().enumerate().filter(|(n, field)| !fields[..*n].contains(field));
    first.map(|(_, field)| *field).collect()
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
    fn steps(&mut self, steps: &mut [ProgramStmt]) {
        for step in steps {
            match step {
                ProgramStmt::Host(HostStep::Exchange { fields, phase, .. }, span) => *step = self.call(fields, *phase, *span),
                ProgramStmt::Host(HostStep::Callback { name, .. }, span) if HOST_FUNCTIONS.contains(&name.as_str()) => {
                    let message = format!("\"{name}\" is the name of the host function for halo updates");
                    let found = Diagnostic::error(Code::CALLBACK, message, *span, "called here");
                    self.found.push(found.help("give the callback another name"));
                }
                _ => step.bodies_mut().for_each(|body| self.steps(body)),
            }
        }
    }

    fn call(&mut self, fields: &[FieldId], phase: Phase, span: Span) -> ProgramStmt {
        let once = each_once(fields);
        self.exchanged.extend(&once);
        let number = match phase {
            Phase::Wait(start) => self.started.get(&start).copied().unwrap_or_default(),
            Phase::Whole | Phase::Start(_) => {
                self.count += 1;
                self.count - 1
            }
        };
        let [whole, start, wait] = HOST_FUNCTIONS;
        let (name, fills) = match phase {
            Phase::Whole => (whole, Fills::Some),
            Phase::Start(label) => {
                self.started.insert(label, number);
                (start, Fills::Nothing)
            }
            Phase::Wait(_) => (wait, Fills::Some),
        };
        let scalars = vec![Expr::literal(Value::I64(number), span)];
        ProgramStmt::Host(HostStep::Callback { name: name.to_string(), fields: once, scalars, fills }, span)
    }
}
