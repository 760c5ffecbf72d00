//! What compiling a program has saved: loop nests, halo updates, memory.

use crate::cli::runfile::RunFile;
use serde::Serialize;
use tradewind::Compiled;
use tradewind::dataflow::memory;
use tradewind::ir::{FieldId, Lifetime, ProgramStmt, Scope, Value};
use tradewind::program::{HaloTraffic, halo_traffic};
use tradewind::schedule::{explain, lift};

/// A program before and after.
#[derive(Serialize, Debug)]
pub struct Savings {
    pub fused: Fused,
    /// Nothing where the loops are too long to be followed.
    pub exchanged: Option<Exchanged>,
    pub allocated: Allocated,
}

/// Loop nests: each is one pass over its points.
#[derive(Serialize, Debug)]
pub struct Fused {
    /// Calls of stencils, as the program is written.
    pub calls: usize,
    /// One for each statement or column computation of the calls that are left.
    pub nests_before: usize,
    pub nests_after: usize,
    /// Nests after fusing that compute something of several calls.
    pub shared_nests: usize,
}

/// Halo updates of one field each, in a round of the outermost loops.
#[derive(Serialize, Debug)]
pub struct Exchanged {
    pub updates_written: f64,
    pub updates_done: f64,
    pub points_written: f64,
    pub points_done: f64,
    pub bytes_written: f64,
    pub bytes_done: f64,
}

/// Bytes of elements, without padding.
#[derive(Serialize, Debug)]
pub struct Allocated {
    /// Fields of the program's own and temporaries that are in memory.
    pub fields: usize,
    /// If each had its own memory.
    pub bytes_apart: f64,
    /// As it is: those that are not needed at the same time share memory.
    pub bytes_shared: f64,
    pub bytes_of_arguments: f64,
}

impl Savings {
    /// Those of a compiled program that is called with these scalars.
    pub fn of(compiled: &Compiled, run: &RunFile, scalars: &[Value]) -> Savings {
        Savings { fused: fused(compiled), exchanged: exchanged(compiled, run, scalars), allocated: allocated(compiled, run) }
    }

    /// As lines for a person.
    pub fn print(&self) {
        let Fused { calls, nests_before, nests_after, shared_nests } = self.fused;
        say!(
            "fused      {calls} calls: {nests_before} loop nests became {nests_after}, {shared_nests} of them for several calls"
        );
        match &self.exchanged {
            Some(e) if e.updates_written > 0.0 => {
                let points = |n: f64, bytes: f64| format!("{} ({} points)", size(bytes), short(n));
                let (before, after) = (points(e.points_written, e.bytes_written), points(e.points_done, e.bytes_done));
                let (written, done) = (short(e.updates_written), short(e.updates_done));
                say!("exchanged  {done} of {written} halo updates a step, {after} instead of {before}");
            }
            Some(_) => say!("exchanged  nothing: the program has no halo updates"),
            None => say!("exchanged  unknown: a step has too many rounds to be followed"),
        }
        let Allocated { fields, bytes_apart, bytes_shared, bytes_of_arguments } = self.allocated;
        let (apart, shared, arguments) = (size(bytes_apart), size(bytes_shared), size(bytes_of_arguments));
        if fields == 0 {
            say!("allocated  nothing besides the arguments, {arguments}");
        } else {
            say!(
                "allocated  {shared} for {fields} fields and temporaries, {apart} if none shared memory; arguments {arguments}"
            );
        }
    }
}

fn fused(compiled: &Compiled) -> Fused {
    let stages = compiled.stages();
    let mut calls = 0;
    let mut count = |step: &ProgramStmt| calls += usize::from(matches!(step, ProgramStmt::Call { .. }));
    stages.program.body.iter().for_each(|step| step.walk(&mut count));
    let (nests_after, shared_nests) = explain::count(&stages.tree);
    Fused { calls, nests_before: explain::count(&lift(&stages.rewritten)).0, nests_after, shared_nests }
}

fn exchanged(compiled: &Compiled, run: &RunFile, scalars: &[Value]) -> Option<Exchanged> {
    let (stages, domain) = (compiled.stages(), run.domain());
    let written = halo_traffic(&stages.program, scalars, domain, &|id| stages.program.summary().fields[id].halo)?;
    // Arguments are as large as the program that was written needs them.
    let is_argument = |id: FieldId| stages.rewritten.fields[id].lifetime == Lifetime::Argument;
    let halo = |id: FieldId| if is_argument(id) { &stages.program } else { &stages.rewritten }.summary().fields[id].halo;
    let done = halo_traffic(&stages.rewritten, scalars, domain, &halo)?;
    let HaloTraffic { updates, points, bytes } = written;
    Some(Exchanged {
        updates_written: updates,
        updates_done: done.updates,
        points_written: points,
        points_done: done.points,
        bytes_written: bytes,
        bytes_done: done.bytes,
    })
}

fn allocated(compiled: &Compiled, run: &RunFile) -> Allocated {
    let domain = run.domain();
    let containers = || compiled.stages().graph.fields.values().filter(|container| !container.place.is_register());
    let bytes = |argument: bool| {
        let chosen = containers().filter(|container| (container.scope == Scope::Argument) == argument);
        chosen.map(|container| memory::bytes(container, domain)).fold(0.0, |sum, bytes| sum + bytes)
    };
    let (fields, bytes_shared) = compiled.memory(domain);
    Allocated { fields, bytes_apart: bytes(false), bytes_shared, bytes_of_arguments: bytes(true) }
}

/// Without decimals where there is nothing behind the point.
fn short(n: f64) -> String {
    if n.fract() == 0.0 { format!("{n:.0}") } else { format!("{n:.1}") }
}

/// Bytes in a unit that leaves few digits.
fn size(bytes: f64) -> String {
    match bytes {
        _ if bytes < 1e3 => format!("{bytes:.0} B"),
        _ if bytes < 1e6 => format!("{:.1} kB", bytes / 1e3),
        _ if bytes < 1e9 => format!("{:.1} MB", bytes / 1e6),
        _ => format!("{:.1} GB", bytes / 1e9),
    }
}
