//! A compiled program.

use once_cell::race::OnceBox;
use std::ops::Range;
use std::sync::Arc;
use tradewind_dataflow::plan::{LaunchId, Plan};
use tradewind_dataflow::{Graph, memory};
use tradewind_ir::ids::Id;
use tradewind_ir::{Axis, Diagnostic, Domain, FieldId, Verified};

use super::compile::{Compiled, compile};
use super::frame::{Frame, FrameLayout};
use super::jit::LaunchCode;
use super::launch::Launch;
use super::print::Symbol;
use super::scratch;
use super::settings::{Settings, Variant};
use super::survey::Private;

/// The loop nests of a program as machine code.
pub struct Kernel {
    graph: Graph,
    settings: Settings,
    launches: Vec<Launch>,
    contiguous: Compiled,
    /// For each launch, its strided code once a run has needed it. No thread ever waits for another one here: in a process that was
    /// forked, that may be a thread of its parent.
    strided: Vec<OnceBox<Strided>>,
}

/// Where the strided code of a launch is: launches whose code was needed at the same time are compiled together.
struct Strided {
    compiled: Arc<Compiled>,
    function: usize,
}

impl Kernel {
    /// Compiles a program for this machine.
    ///
    /// # Errors
    /// Steps of the host program inside a loop over an axis; whatever Cranelift cannot do.
    pub fn compile(graph: &Verified<Graph>, settings: Settings) -> Result<Kernel, Vec<Diagnostic>> {
        Kernel::of(graph, settings)
    }

    pub(super) fn of(graph: &Graph, settings: Settings) -> Result<Kernel, Vec<Diagnostic>> {
        let (_, nests) = Plan::of(graph);
        let launch = |(n, nest)| Launch::of(graph, LaunchId::from_index(n), nest);
        let launches = nests.iter().enumerate().map(launch).collect::<Result<Vec<_>, _>>()?;
        let all: Vec<_> = launches.iter().zip(nests.iter().map(|nest| nest.node)).collect();
        let contiguous = compile(graph, &all, Variant::Contiguous, settings)?;
        let strided = launches.iter().map(|_| OnceBox::new()).collect();
        Ok(Kernel { graph: graph.clone(), settings, launches, contiguous, strided })
    }

    /// All launches, in the order of their ids.
    pub fn launches(&self) -> &[Launch] {
        &self.launches
    }

    /// A launch of the graph's plan.
    pub fn launch(&self, id: LaunchId) -> &Launch {
        &self.launches[id.index()]
    }

    /// A frame for a domain, with the private temporaries placed; scalars and all other containers are to be set.
    pub fn frame(&self, domain: Domain) -> Frame {
        let mut frame = Frame::new(FrameLayout::new(self.graph.scalars.len(), self.graph.fields.len()), domain);
        self.place_private(&mut frame, 0..self.launches.len());
        frame
    }

    /// Places the private temporaries of some launches for the frame's domain.
    pub fn place_private(&self, frame: &mut Frame, launches: Range<usize>) {
        let domain = frame.domain();
        for launch in &self.launches[launches] {
            scratch::place(&self.graph, &launch.private, domain, |field, view, storage| {
                frame.set_private(field, view, storage)
            });
        }
    }

    /// The bytes of the elements of private temporaries that each call of any launch needs on a domain, padding left out.
    pub fn private_bytes(&self, domain: Domain) -> f64 {
        let bytes = |p: &Private| memory::bytes(&self.graph.fields[p.field], domain);
        let all = |launch: &Launch| launch.private.iter().map(bytes).sum::<f64>();
        self.launches.iter().map(all).fold(0.0, f64::max)
    }

    /// Bytes of scratch memory, aligned to 64, that each call of any launch needs on a domain.
    pub fn scratch_bytes(&self, domain: Domain) -> usize {
        let bytes = |launch: &Launch| scratch::place(&self.graph, &launch.private, launch.largest(domain), |_, _, _| ());
        self.launches.iter().map(bytes).max().unwrap_or(0)
    }

    /// Compiles, on all threads, what a run with this frame needs and is missing: strided code for the launches that the frame does not let run
    /// contiguous code, or that run on a part of the domain whose rows may be too short for it. A caller has no part of a launch
    /// running, and holds no lock.
    ///
    /// # Errors
    /// A variant could not be compiled.
    pub fn prepare(&self, frame: &Frame) -> Result<(), Vec<Diagnostic>> {
        let may_be_strided = |launch: &Launch| {
            self.variant_for(launch, frame) == Variant::Strided || launch.part.is_some() && !launch.rows.is_empty()
        };
        let missing = |n: &usize| self.strided[*n].get().is_none() && may_be_strided(&self.launches[*n]);
        let missing: Vec<usize> = (0..self.launches.len()).filter(missing).collect();
        if missing.is_empty() { Ok(()) } else { self.compile_strided(&missing) }
    }

    /// The code of a launch in the variant that suits its strides in a frame and the frame's domain: that for which the kernel was prepared,
    /// or a part of it.
    pub fn code_of(&self, id: LaunchId, frame: &Frame) -> LaunchCode<'_> {
        match self.variant_for(self.launch(id), frame) {
            Variant::Contiguous => LaunchCode::new(&self.contiguous.code, id.index()),
            Variant::Strided => {
                let Strided { compiled, function } = self.strided[id.index()].get().expect("the kernel was prepared");
                LaunchCode::new(&compiled.code, *function)
            }
        }
    }

    /// The variant that suits a launch: the contiguous one if its strides in a frame and the frame's domain allow it.
    fn variant_for(&self, launch: &Launch, frame: &Frame) -> Variant {
        let contiguous = |id: &FieldId| {
            let container = &self.graph.fields[*id];
            let size = container.dtype.size() as i64;
            !container.stored_axes().has(Axis::I) || frame.field(*id).strides[Axis::I.index()] == size
        };
        let filled = |(range, lanes): &(tradewind_ir::Range, u8)| {
            let (lo, hi) = range.at(frame.domain()[Axis::I.index()]);
            hi <= lo || hi - lo >= i64::from(*lanes)
        };
        let suits = launch.fields.iter().all(contiguous) && launch.rows.iter().all(filled);
        if suits { Variant::Contiguous } else { Variant::Strided }
    }

    /// Compiles the strided code of some launches, unless another thread is first.
    fn compile_strided(&self, launches: &[usize]) -> Result<(), Vec<Diagnostic>> {
        let (_, nests) = Plan::of(&self.graph);
        let wanted: Vec<_> = launches.iter().map(|n| (&self.launches[*n], nests[*n].node)).collect();
        let compiled = Arc::new(compile(&self.graph, &wanted, Variant::Strided, self.settings)?);
        for (function, n) in launches.iter().enumerate() {
            // Code that another thread has compiled meanwhile is as good.
            let _ = self.strided[*n].set(Box::new(Strided { compiled: compiled.clone(), function }));
        }
        Ok(())
    }

    /// The functions of contiguous code: the launches in order (those that share code once), then mathematical functions.
    pub fn symbols(&self) -> &[Symbol] {
        &self.contiguous.symbols
    }

    /// What it was compiled from.
    #[cfg(test)]
    pub(super) fn graph(&self) -> &Graph {
        &self.graph
    }

    /// Whether a launch's strided code has been compiled.
    #[cfg(test)]
    pub(super) fn has_strided(&self, launch: LaunchId) -> bool {
        self.strided[launch.index()].get().is_some()
    }
}
