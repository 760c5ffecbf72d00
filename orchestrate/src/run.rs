//! A run of a compiled program, as all its threads see it.

use crate::call_error::{CallError, failure};
use crate::interrupt::Stop;
use crate::memory::BoundField;
use crate::progress::Progress;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};
use tradewind_codegen::cpu::{Frame, Kernel, LaunchCode, View};
use tradewind_dataflow::plan::Plan;
use tradewind_dataflow::{CheckId, Graph};
use tradewind_ir::ids::Id;
use tradewind_ir::{Axis, Diagnostic, Domain, FieldId, First, Scope, Sources, Tile, Value};

/// A run, as all its threads see it.
pub(crate) struct Run<'a> {
    pub plan: &'a Plan,
    pub kernel: &'a Kernel,
    pub graph: &'a Graph,
    pub domain: Domain,
    /// Counted from the start of the domain.
    pub tile: Tile,
    pub scalars: Vec<Value>,
    /// Where each container is at the start; those without memory of their own (registers, private temporaries) are `None`.
    pub bound: Vec<Option<BoundField>>,
    /// Own fields to be set to zero first.
    pub stale: Vec<FieldId>,
    pub progress: &'a Progress,
    /// What spans in the graph point into.
    pub sources: &'a Sources,
    pub stop: &'a Stop,
    pub violations: Violations,
}

/// The first data-dependent index that does not exist, of all threads.
#[derive(Default)]
pub(crate) struct Violations {
    found: Mutex<First<CheckId>>,
    any: AtomicBool,
}

impl Violations {
    /// Takes note of what a thread has found.
    pub fn add(&self, found: &First<CheckId>) {
        if found.get().is_some() {
            self.found.lock().unwrap_or_else(PoisonError::into_inner).join(*found);
            self.any.store(true, Ordering::Release);
        }
    }
    /// The error that it is.
    pub fn get(&self, graph: &Graph) -> Option<Diagnostic> {
        let look = || graph.violated(&self.found.lock().unwrap_or_else(PoisonError::into_inner));
        if self.any.load(Ordering::Acquire) { look() } else { None }
    }
}

impl<'a> Run<'a> {
    /// The frame at the start, and the code of all launches.
    ///
    /// # Errors
    /// Code for the strides at hand could not be compiled.
    pub fn prepare(&mut self) -> Result<(Frame, Vec<LaunchCode<'a>>), CallError> {
        let kernel = self.kernel;
        let mut frame = kernel.frame(self.domain);
        frame.set_tile(self.tile);
        frame.set_stop(self.stop.flag());
        for (n, value) in self.scalars.iter().enumerate() {
            frame.set_scalar(Id::from_index(n), *value);
        }
        // Temporaries inside a nest live in its scratch memory, where the kernel has placed them.
        for private in kernel.launches().iter().flat_map(|l| &l.private) {
            self.bound[private.field.index()] = None;
        }
        for n in 0..self.bound.len() {
            publish(self.graph, (&self.bound, self.domain, [0; 3]), &mut frame, Id::from_index(n));
        }
        kernel.prepare(&frame).map_err(no_code)?;
        let code = self.plan.body.launches.clone().map(|n| kernel.code_of(Id::from_index(n), &frame)).collect();
        Ok((frame, code))
    }

    /// Swaps exchanged addresses; now each argument's contents go back to its own address. A cycle of exchanged addresses is
    /// resolved by swapping contents along it. `bound` says where each container is at the end.
    pub fn undo_swaps(&self, bound: &mut [Option<BoundField>]) {
        for (n, home) in self.bound.iter().enumerate() {
            let Some(home) = home.filter(|_| self.graph.fields[Id::from_index(n)].scope == Scope::Argument) else { continue };
            while let Some(now) = bound[n].filter(|now| now.base != home.base) {
                let Some(other) = bound.iter().position(|b| b.is_some_and(|b| b.base == home.base)) else { break };
                now.swap_with(&home, (0, 1));
                bound.swap(n, other);
            }
        }
    }
}

/// Places a container in a frame as it is seen from a corner of a domain; temporaries live on that domain only.
pub(crate) fn publish(
    graph: &Graph,
    (bound, domain, corner): (&[Option<BoundField>], Domain, [i64; 3]),
    frame: &mut Frame,
    field: FieldId,
) {
    let Some(bound) = &bound[field.index()] else { return };
    let container = &graph.fields[field];
    let (corner, levels) = match container.scope {
        Scope::Temporary => ([0; 3], container.extent.range(Axis::K).at(domain[Axis::K.index()])),
        _ => {
            let [_, _, k] = corner;
            (corner, (bound.low[Axis::K.index()] - k, bound.high[Axis::K.index()] - k))
        }
    };
    let bound = bound.seen_from(corner);
    let strides = Axis::ALL.map(|axis| bound.strides[axis.index()] as i64);
    let data = bound.data.strides().map(|stride| stride as i64);
    frame.set_field(field, View { address: bound.base as u64, strides, levels: (levels.0, levels.1 - 1), data });
}

/// Of code that was needed in a run and could not be compiled.
fn no_code(found: Vec<Diagnostic>) -> CallError {
    failure(found.first().map_or("no machine code".to_string(), |d| d.message.clone()))
}
