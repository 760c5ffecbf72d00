//! A stencil or program that can be called, and every stage it went through.
//!
//! A call that binds one array to several arguments runs the program in which they are one field: made at the first such call, kept
//! with the program.

use crate::call::{Argument, BoundCall, CallError, CallErrorKind, bind};
use crate::effort::Effort;
use crate::memory::{Bound, Data, STALE};
use crate::merge;
use crate::observe::{Callback, Callbacks, Observer};
use crate::placement::{CallOptions, Placement};
use crate::pool;
use crate::runner::{Runner, Start};
use crate::signature::Signature;
use crate::toolchain::{Stages, Timings, Toolchain};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tradewind_dataflow::memory::{Arena, MemoryPlan};
use tradewind_ir::identify::Twins;
use tradewind_ir::ids::Id;
use tradewind_ir::{Axis, Code, Diagnostic, Domain, Sources};

/// A compiled stencil or program. Calls may run at the same time from several threads; clones share the code.
#[derive(Clone)]
pub struct Compiled {
    shared: Arc<Shared>,
    callbacks: Callbacks,
}

struct Shared {
    toolchain: Toolchain,
    signature: Signature,
    stages: Stages,
    sources: Arc<Sources>,
    warnings: Vec<Diagnostic>,
    plan: MemoryPlan,
    effort: Effort,
    /// Memory of finished calls, for the next one.
    spare: Mutex<Vec<Memory>>,
    /// The program in which some arguments are one field, or why there is none.
    merged: Mutex<HashMap<Twins, Result<Compiled, CallError>>>,
}

/// One cache line; what arenas are made of, so that they are aligned.
#[derive(Clone, Copy)]
#[repr(C, align(64))]
struct Line([u8; 64]);

/// Temporaries and transients for one domain.
struct Memory {
    domain: Domain,
    arena: Arena,
    lines: Vec<Line>,
}

impl Compiled {
    /// A compiled program from the toolchain that made it, its stages, what it tells of its arguments, and what there was to say
    /// about its source.
    pub fn new(
        toolchain: Toolchain,
        stages: Stages,
        signature: Signature,
        sources: Arc<Sources>,
        warnings: Vec<Diagnostic>,
    ) -> Compiled {
        let (plan, effort) = (MemoryPlan::of(&stages.graph), Effort::of(&stages.program));
        let (spare, merged) = (Mutex::default(), Mutex::default());
        let shared = Shared { toolchain, signature, stages, sources, warnings, plan, effort, spare, merged };
        Compiled { shared: Arc::new(shared), callbacks: Callbacks::default() }
    }
    /// The toolchain that made it.
    pub fn toolchain(&self) -> &Toolchain {
        &self.shared.toolchain
    }
    /// What arguments it takes.
    pub fn signature(&self) -> &Signature {
        &self.shared.signature
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
    /// Runs the program on the arguments, which are in the order of the signature's parameters.
    ///
    /// # Errors
    /// Anything wrong with the arguments, before anything runs; what a callback reports, and a data-dependent index that does not
    /// exist, in the middle.
    pub fn call(&self, arguments: &[Argument], options: &CallOptions) -> Result<(), CallError> {
        self.call_observed(arguments, options, &mut ())
    }
    /// Runs the program where a placement says, which is quicker than options whose names are looked up in each call.
    ///
    /// # Errors
    /// Those of [`Compiled::call`].
    pub fn call_at(&self, arguments: &[Argument], placement: &Placement) -> Result<(), CallError> {
        self.call_placed(arguments, placement, &mut ())
    }
    /// Runs the program while someone watches its outermost loop.
    ///
    /// # Errors
    /// Those of [`Compiled::call`].
    pub fn call_observed(
        &self,
        arguments: &[Argument],
        options: &CallOptions,
        observer: &mut (dyn Observer + Send),
    ) -> Result<(), CallError> {
        self.call_placed(arguments, &options.place(&self.shared.signature)?, observer)
    }

    fn call_placed(
        &self,
        arguments: &[Argument],
        placement: &Placement,
        observer: &mut (dyn Observer + Send),
    ) -> Result<(), CallError> {
        let call = bind(&self.shared.signature, arguments, placement)?;
        if call.domain.contains(&0) {
            return Ok(());
        }
        match call.twins.is_empty() {
            true => self.start(call, placement, observer),
            false => self.merged(&call.twins)?.start(call.merged(), placement, observer),
        }
    }

    /// The program in which these arguments are one field.
    fn merged(&self, twins: &Twins) -> Result<Compiled, CallError> {
        let mut known = self.shared.merged.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = known.get(twins) {
            return known.clone().map(|compiled| Compiled { callbacks: self.callbacks.clone(), ..compiled });
        }
        let made = self.make_merged(twins);
        known.insert(twins.clone(), made.clone());
        made.map(|compiled| Compiled { callbacks: self.callbacks.clone(), ..compiled })
    }

    fn make_merged(&self, twins: &Twins) -> Result<Compiled, CallError> {
        let Shared { toolchain, stages, sources, .. } = &*self.shared;
        let program = merge::program(&stages.program, twins)?;
        let signature = Signature::of(&program);
        let mut sources = (**sources).clone();
        let stages = toolchain.stages(Arc::new(program), Duration::ZERO, &mut sources);
        let stages = stages.map_err(|found| merge::refusal(&self.shared.stages.program, twins, &found))?;
        Ok(Compiled::new(toolchain.clone(), stages, signature, Arc::new(sources), Vec::new()))
    }

    /// Runs a call whose domain has points and whose fields are all different ones.
    fn start(&self, call: BoundCall, placement: &Placement, observer: &mut (dyn Observer + Send)) -> Result<(), CallError> {
        // Unless told otherwise, a small call stays on the caller's thread.
        let small = placement.threads.is_none() && self.shared.effort.is_small(call.domain);
        let pool = pool::of(if small { Some(1) } else { placement.threads }).map_err(|e| CallError {
            code: Code::RUN_FAILED,
            kind: CallErrorKind::Run,
            argument: None,
            message: format!("cannot start threads: {e}"),
        })?;
        let mut memory = self.memory(call.domain);
        if cfg!(debug_assertions) {
            memory.lines.fill(Line([STALE; 64]));
        }
        let result = match &pool {
            None => self.run(call, &mut memory, 1, observer),
            Some(pool) => pool.install(|| self.run(call, &mut memory, pool.current_num_threads(), observer)),
        };
        self.shared.spare.lock().unwrap_or_else(PoisonError::into_inner).push(memory);
        result
    }

    fn run(&self, call: BoundCall, memory: &mut Memory, threads: usize, observer: &mut dyn Observer) -> Result<(), CallError> {
        let stages = &self.shared.stages;
        let mut bound = vec![None; stages.graph.fields.len()];
        for (id, field) in &call.fields {
            bound[id.index()] = Some(*field);
        }
        memory.bind(&stages.graph, &mut bound);
        let (kernel, graph) = (&*stages.kernel, &*stages.graph);
        let ids = self.shared.signature.scalars.iter().map(|s| s.id);
        let scalars = ids.zip(call.scalars).collect();
        let (domain, sources) = (call.domain, &*self.shared.sources);
        let start = Start { kernel, graph, domain, bound, scalars, threads, sources };
        Runner::new(start, observer, &self.callbacks).run()
    }

    fn memory(&self, domain: Domain) -> Memory {
        let mut spare = self.shared.spare.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(n) = spare.iter().position(|m| m.domain == domain) {
            return spare.swap_remove(n);
        }
        spare.clear();
        let arena = self.shared.plan.arena(&self.shared.stages.graph.fields, domain);
        let lines = vec![Line([0; 64]); arena.bytes.div_ceil(64)];
        Memory { domain, arena, lines }
    }
}

impl Memory {
    /// Binds temporaries and transients to their places; transients start at zero.
    fn bind(&mut self, graph: &tradewind_dataflow::Graph, bound: &mut [Option<Bound>]) {
        let start: *mut u8 = self.lines.as_mut_ptr().cast();
        for (field, at, layout) in &self.arena.placed {
            let container = &graph.fields[*field];
            let stored = |n: usize| container.stored_axes().has(Axis::ALL[n]);
            let place = Bound {
                base: start.wrapping_add(at + layout.origin),
                dtype: container.dtype,
                axes: container.stored_axes(),
                strides: layout.strides.map(|s| s as isize),
                data: Data::new(&container.data, &layout.data.map(|s| s as isize)),
                low: std::array::from_fn(|n| if stored(n) { container.extent.0[n].0 as i64 } else { 0 }),
                high: std::array::from_fn(|n| if stored(n) { self.domain[n] + container.extent.0[n].1 as i64 } else { 1 }),
            };
            if container.scope == tradewind_ir::Scope::Transient {
                place.zero();
            }
            bound[field.index()] = Some(place);
        }
    }
}
