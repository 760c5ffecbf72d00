//! A stencil or program that can be called, with the output of every stage.
//!
//! A call that binds one array to several arguments runs the program in which they are one field. This program is compiled at the
//! first such call and kept.

use crate::argument::Argument;
use crate::call::{BoundCall, bind};
use crate::call_error::{CallError, failure, wrong_value};
use crate::error::Error;
use crate::interrupt::{Interrupt, Stop, Watch};
use crate::lock::unless_locked;
use crate::merge;
use crate::observe::{Callback, Callbacks, Observer};
use crate::placement::{CallOptions, Placement};
use crate::run::{Run, Violations};
use crate::runner::{Caller, Runner};
use crate::settings::Halos;
use crate::signature::Signature;
use crate::spare::{Memory, Spare};
use crate::toolchain::{Stages, Timings, Toolchain};
use crate::transport::{self, Exchange, PeriodicBox, Transport, exchanges};
use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tradewind_codegen::threads;
use tradewind_dataflow::plan::Plan;
use tradewind_ir::identify::Twins;
use tradewind_ir::ids::Id;
use tradewind_ir::{Code, Diagnostic, Domain, Program, Sources, Stmt, StmtKind, Tile, Value, Verify};

/// Operations of a call below which one thread is faster than several: at about a nanosecond each, some times what it takes to
/// hand work to another thread.
const ONE_THREAD: u64 = 1 << 16;

/// A compiled stencil or program. Calls may run at the same time from several threads; clones share the code, and the memory that
/// is kept for the program's own fields and temporaries from one call to the next.
#[derive(Clone)]
pub struct Compiled {
    shared: Arc<Shared>,
    callbacks: Callbacks,
    transport: Arc<dyn Transport>,
}

struct Shared {
    toolchain: Toolchain,
    stages: Stages,
    /// The steps of the graph in the order of a run.
    plan: Plan,
    sources: Arc<Sources>,
    warnings: Vec<Diagnostic>,
    /// Whether it has loops at points, which may have no end.
    has_loops: bool,
    spare: Spare,
    exchanges: Arc<[Exchange]>,
    /// The program in which some arguments are one field, or why there is none.
    merged: Mutex<HashMap<Twins, Result<Compiled, CallError>>>,
}

impl Compiled {
    /// A compiled program from the toolchain that made it, its stages, and what there was to say about its source.
    pub fn new(toolchain: Toolchain, stages: Stages, sources: Arc<Sources>, warnings: Vec<Diagnostic>) -> Compiled {
        let zeroed = stages.program.summary().zeroed.clone();
        let spare = Spare::new(&stages.graph, zeroed);
        let (has_loops, merged) = (has_loops(&stages.program), Mutex::default());
        let exchanges: Arc<[Exchange]> = exchanges(&stages.program).into();
        let (plan, _) = Plan::of(&stages.graph);
        let shared = Shared { toolchain, stages, plan, sources, warnings, has_loops, spare, exchanges, merged };
        let compiled = Compiled { shared: Arc::new(shared), callbacks: Callbacks::default(), transport: Arc::new(PeriodicBox) };
        compiled.connected()
    }
    /// With the host functions that its own halo updates call, if the host fills halos.
    fn connected(mut self) -> Compiled {
        if self.shared.toolchain.settings().halos == Halos::Host {
            transport::register(&mut self.callbacks, &self.shared.exchanges, &self.transport);
        }
        self
    }
    /// The toolchain that made it.
    pub fn toolchain(&self) -> &Toolchain {
        &self.shared.toolchain
    }
    /// What arguments it takes.
    pub fn signature(&self) -> &Signature {
        &self.shared.stages.signature
    }
    /// How long each stage took.
    pub fn timings(&self) -> Timings {
        self.shared.stages.timings
    }
    /// The program at every stage.
    pub fn stages(&self) -> &Stages {
        &self.shared.stages
    }
    /// The texts that spans in the stages point into.
    pub fn sources(&self) -> Arc<Sources> {
        self.shared.sources.clone()
    }
    /// What is probably not meant as it is written.
    pub fn warnings(&self) -> &[Diagnostic] {
        &self.shared.warnings
    }
    /// Registers a host function under the name that the program calls it by.
    pub fn register(&mut self, name: &str, function: Callback) {
        self.callbacks.register(name, function);
    }
    /// The halo updates of the program as it is written, by their numbers.
    pub fn exchanges(&self) -> &[Exchange] {
        &self.shared.exchanges
    }
    /// Lets a transport fill halos in place of the [`PeriodicBox`].
    ///
    /// # Errors
    /// The program was compiled for a periodic box ([`Halos`]).
    pub fn set_transport(&mut self, transport: Arc<dyn Transport>) -> Result<(), CallError> {
        if self.shared.toolchain.settings().halos != Halos::Host {
            let message = "the program was compiled for a periodic box: compile it with halos of the host (`halos=\"host\"`)";
            return Err(wrong_value(Code::CALL_ARGUMENTS, None, message));
        }
        *self = Compiled { transport, ..self.clone() }.connected();
        Ok(())
    }
    /// Gives the memory back that finished calls have kept for the next ones. It also goes when the last clone does.
    pub fn release(&self) {
        self.shared.spare.release();
        let release = |compiled: &Compiled| compiled.release();
        unless_locked(&self.shared.merged, |merged| merged.values().flatten().for_each(release));
    }
    /// How many fields of its own and temporaries the program has in memory, and the bytes that a call on a domain needs for them
    /// on one thread.
    pub fn memory(&self, domain: Domain) -> (usize, f64) {
        let stages = &self.shared.stages;
        self.shared.spare.needs(&stages.graph, &stages.kernel, domain, 1)
    }
    /// The same program with the steps of its graph in another order that the edges allow: it gives the same bits. `choose` is given a
    /// number of steps that may run next, and says which of them does.
    ///
    /// # Errors
    /// The code generator cannot compile it.
    pub fn reordered(&self, choose: &mut dyn FnMut(usize) -> usize) -> Result<Compiled, Error> {
        let Shared { toolchain, stages, sources, .. } = &*self.shared;
        let failed = |diagnostics| Error::Source { sources: sources.clone(), diagnostics };
        let graph = tradewind_dataflow::reordered(&stages.graph, choose).verify().map_err(failed)?;
        let kernel = toolchain.kernel(&graph, &mut Sources::clone(sources)).map_err(failed)?;
        let stages = Stages { graph: Arc::new(graph), kernel: Arc::new(kernel), ..stages.clone() };
        Ok(self.with_host(Compiled::new(toolchain.clone(), stages, sources.clone(), Vec::new())))
    }
    /// Another program with the host functions and the transport of this one.
    fn with_host(&self, other: Compiled) -> Compiled {
        let (callbacks, transport) = (self.callbacks.clone(), self.transport.clone());
        Compiled { callbacks, transport, ..other }.connected()
    }
    /// Runs the program on the arguments, which are in the order of the signature's parameters.
    ///
    /// # Errors
    /// Anything wrong with the arguments, or less memory than the program's own fields need, before anything runs; what a callback
    /// reports, and a data-dependent index that does not exist, in the middle.
    pub fn call(&self, arguments: &[Argument], options: &CallOptions) -> Result<(), CallError> {
        self.call_at(arguments, &options.place(self.signature())?, &mut || false)
    }
    /// Runs the program where a placement says, which is quicker than options whose names are looked up in each call, until it is
    /// done or the host interrupts it.
    ///
    /// # Errors
    /// Those of [`Compiled::call`], and that the host has interrupted the run.
    pub fn call_at(
        &self,
        arguments: &[Argument],
        placement: &Placement,
        interrupt: &mut Interrupt<'_>,
    ) -> Result<(), CallError> {
        self.call_observed(arguments, placement, &mut (), interrupt)
    }
    /// Runs the program while someone watches its outermost loop.
    ///
    /// # Errors
    /// Those of [`Compiled::call_at`].
    pub fn call_observed(
        &self,
        arguments: &[Argument],
        placement: &Placement,
        observer: &mut (dyn Observer + Send),
        interrupt: &mut Interrupt<'_>,
    ) -> Result<(), CallError> {
        let call = bind(self.signature(), arguments, placement)?;
        if call.domain.contains(&0) {
            return Ok(());
        }
        match call.twins.is_empty() {
            true => self.start(call, placement, observer, interrupt),
            false => self.merged(&call.twins)?.start(call.merged(), placement, observer, interrupt),
        }
    }

    /// The program in which these arguments are one field.
    fn merged(&self, twins: &Twins) -> Result<Compiled, CallError> {
        let known = unless_locked(&self.shared.merged, |known| known.get(twins).cloned());
        let merged = known.flatten().unwrap_or_else(|| {
            let made = self.make_merged(twins);
            unless_locked(&self.shared.merged, |known| known.insert(twins.clone(), made.clone()));
            made
        });
        merged.map(|compiled| self.with_host(compiled))
    }

    fn make_merged(&self, twins: &Twins) -> Result<Compiled, CallError> {
        let Shared { toolchain, stages, sources, .. } = &*self.shared;
        let program = merge::program(&stages.program, twins)?;
        let mut sources = (**sources).clone();
        let stages = toolchain.stages(Arc::new(program), Duration::ZERO, &mut sources);
        let stages = stages.map_err(|found| merge::refusal(&self.shared.stages.program, twins, &found))?;
        Ok(Compiled::new(toolchain.clone(), stages, Arc::new(sources), Vec::new()))
    }

    /// Runs a call whose domain has points and whose fields are all different ones.
    fn start(
        &self,
        call: BoundCall,
        placement: &Placement,
        observer: &mut (dyn Observer + Send),
        interrupt: &mut Interrupt<'_>,
    ) -> Result<(), CallError> {
        // Unless told otherwise, a small call stays on the caller's thread.
        let small = placement.threads.is_none() && self.is_small(call.domain);
        let threads = threads::number(if small { Some(1) } else { placement.threads });
        let Shared { stages, plan, spare, .. } = &*self.shared;
        let mut memory = spare.take(plan, (&stages.graph, &stages.kernel), call.domain, threads)?;
        let caller = Caller { observer, callbacks: &self.callbacks, watch: Watch::new(interrupt) };
        let result = self.run(call, placement.tile, &mut memory, caller);
        spare.put(memory);
        result
    }

    /// Whether a call on the domain is best left to the thread that makes it; each launch is counted once.
    fn is_small(&self, domain: Domain) -> bool {
        let operations: u64 = self.shared.stages.kernel.launches().iter().map(|launch| launch.operations).sum();
        let points = domain.iter().fold(1_u64, |points, n| points.saturating_mul(n.unsigned_abs()));
        operations.saturating_mul(points) < ONE_THREAD
    }

    fn run(&self, call: BoundCall, tile: Option<Tile>, memory: &mut Memory, caller: Caller<'_>) -> Result<(), CallError> {
        let stages = &self.shared.stages;
        let (plan, kernel, graph) = (&self.shared.plan, &*stages.kernel, &*stages.graph);
        let mut bound = vec![None; graph.fields.len()];
        for (id, field) in &call.fields {
            bound[id.index()] = Some(*field);
        }
        self.shared.spare.bind(memory, graph, &mut bound);
        let stale = self.shared.spare.stale(memory).to_vec();
        let mut scalars: Vec<Value> = graph.scalars.values().map(|s| Value::zero(s.dtype)).collect();
        for (info, value) in self.signature().scalars.iter().zip(&call.scalars) {
            scalars[info.id.index()] = *value;
        }
        let (domain, progress, stop) = (call.domain, &memory.progress, Stop::default());
        let tile = tile.unwrap_or(Tile::of_domain(domain));
        let (sources, violations) = (&*self.shared.sources, Violations::default());
        let mut run =
            Run { plan, kernel, graph, domain, tile, scalars, bound, stale, progress, sources, stop: &stop, violations };
        let start = run.prepare()?;
        let (threads, mut seats) = (progress.threads(), memory.scratch.seats().enumerate());
        // While a loop at a point runs, nobody asks the host on the same thread: the caller's then has no part in the work.
        let own = if self.shared.has_loops { None } else { seats.next() };
        let helpers = threads - usize::from(own.is_some());
        let least = usize::from(own.is_none());
        let help = |seat| {
            // Why a run ends is what the thread of the caller says.
            let _ = Runner::new(&run, start.clone(), Some(seat), None).walk();
        };
        let walk = || Runner::new(&run, start.clone(), own, Some(caller)).walk();
        let (done, mut bound) = match helpers {
            0 => walk(),
            count => threads::helpers(count)
                .map_err(|e| failure(format!("cannot start threads: {e}")))?
                .join(seats, least, help, walk),
        };
        run.undo_swaps(&mut bound);
        done
    }
}

fn has_loops(program: &Program) -> bool {
    let mut found = false;
    let mut visit = |stmt: &Stmt| found |= matches!(stmt.kind, StmtKind::While { .. });
    let executions = program.stencils.values().flat_map(|stencil| stencil.executions());
    executions.flat_map(|(_, _, execution)| &execution.body).for_each(|stmt| stmt.walk(&mut visit));
    found
}
