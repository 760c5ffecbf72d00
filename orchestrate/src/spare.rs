//! Memory of a program's own fields and temporaries, which is kept from one call to the next.

use crate::call_error::CallError;
use crate::lock::unless_locked;
use crate::memory::{BoundField, Data, STALE};
use crate::progress::Progress;
use crate::scratch::Scratch;
use std::sync::Mutex;
use tradewind_codegen::cpu::Kernel;
use tradewind_dataflow::Graph;
use tradewind_dataflow::memory::{Arena, MemoryPlan};
use tradewind_dataflow::plan::Plan;
use tradewind_ir::ids::Id;
use tradewind_ir::memory::{self, LINE, Line, OutOfMemory};
use tradewind_ir::{Axis, Domain, FieldId, Scope};

/// How many pieces of memory are kept for calls to come, those that were used last.
const KEPT: usize = 4;

/// What a compiled program needs of memory, and what finished calls have left.
pub(crate) struct Spare {
    plan: MemoryPlan,
    /// Own fields that start at zero; the others are written before they are read.
    zeroed: Vec<FieldId>,
    /// The piece that was used last comes last.
    kept: Mutex<Vec<Memory>>,
}

/// Temporaries and own fields for one domain and number of threads.
pub(crate) struct Memory {
    domain: Domain,
    arena: Arena,
    lines: Vec<Line>,
    /// Of the threads.
    pub scratch: Scratch,
    pub progress: Progress,
    /// Whether nothing has been written to it.
    is_fresh: bool,
}

impl Spare {
    /// Nothing yet, for a program whose own fields `zeroed` start at zero.
    pub fn new(graph: &Graph, zeroed: Vec<FieldId>) -> Spare {
        Spare { plan: MemoryPlan::of(graph), zeroed, kept: Mutex::default() }
    }
    /// How many containers there are, and the bytes that a call on a domain needs for them on so many threads.
    pub fn needs(&self, graph: &Graph, kernel: &Kernel, domain: Domain, threads: usize) -> (usize, f64) {
        let count = graph.fields.values().filter(|c| c.scope != Scope::Argument && !c.place.is_register()).count();
        (count, self.plan.bytes(&graph.fields, domain) + threads as f64 * kernel.private_bytes(domain))
    }
    /// Memory for a call on so many threads.
    ///
    /// # Errors
    /// There is not so much.
    pub fn take(
        &self,
        plan: &Plan,
        (graph, kernel): (&Graph, &Kernel),
        domain: Domain,
        threads: usize,
    ) -> Result<Memory, CallError> {
        let known = unless_locked(&self.kept, |kept| {
            let fits = |memory: &Memory| memory.domain == domain && memory.progress.threads() == threads;
            let place = kept.iter().rposition(fits)?;
            Some(kept.remove(place))
        });
        if let Some(memory) = known.flatten() {
            return Ok(memory);
        }
        let (fields, bytes) = self.needs(graph, kernel, domain, threads);
        if memory::check(fields, bytes).is_err() {
            self.release();
            memory::check(fields, bytes)?;
        }
        let arena = self.plan.arena(&graph.fields, domain);
        let (count, scratch) = (arena.bytes.div_ceil(LINE), kernel.scratch_bytes(domain));
        let all = || Some((memory::zeros(count)?, Scratch::new(threads, scratch)?));
        let made = all().or_else(|| {
            self.release();
            all()
        });
        let (lines, scratch) = made.ok_or(OutOfMemory { fields, bytes, available: memory::available() })?;
        let progress = Progress::new(plan.body.ids.end + self.zeroed.len(), threads);
        Ok(Memory { domain, arena, lines, scratch, progress, is_fresh: true })
    }
    /// Takes memory back.
    pub fn put(&self, memory: Memory) {
        unless_locked(&self.kept, |kept| {
            kept.push(memory);
            if kept.len() > KEPT {
                kept.remove(0);
            }
        });
    }
    /// Gives all memory that is kept back to the system.
    pub fn release(&self) {
        unless_locked(&self.kept, Vec::clear);
    }
    /// Binds temporaries and own fields to their places.
    pub fn bind(&self, memory: &mut Memory, graph: &Graph, bound: &mut [Option<BoundField>]) {
        if cfg!(debug_assertions) {
            memory.lines.fill(Line([STALE; LINE]));
            memory.is_fresh = false;
        }
        memory.bind(graph, &self.plan, bound);
        memory.progress.reset();
    }
    /// Own fields that a run must set to zero before it starts: none in memory that is zero.
    pub fn stale(&self, memory: &mut Memory) -> &[FieldId] {
        if std::mem::take(&mut memory.is_fresh) { &[] } else { &self.zeroed }
    }
}

impl Memory {
    fn bind(&mut self, graph: &Graph, plan: &MemoryPlan, bound: &mut [Option<BoundField>]) {
        let start: *mut u8 = self.lines.as_mut_ptr().cast();
        for (field, at, layout) in &self.arena.placed {
            let container = &graph.fields[*field];
            let stored = |n: usize| container.stored_axes().has(Axis::ALL[n]);
            let (size, extent) = container.stored_size(plan.largest(*field, self.domain));
            bound[field.index()] = Some(BoundField {
                base: start.wrapping_add(at + layout.origin),
                dtype: container.dtype,
                axes: container.stored_axes(),
                strides: layout.strides.map(|s| s as isize),
                data: Data::new(&container.data, &layout.data.map(|s| s as isize)),
                low: std::array::from_fn(|n| if stored(n) { extent.0[n].0 as i64 } else { 0 }),
                high: std::array::from_fn(|n| if stored(n) { size[n] + extent.0[n].1 as i64 } else { 1 }),
            });
        }
    }
}
