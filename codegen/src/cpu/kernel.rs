//! A compiled program.

use std::ops::Range;
use std::sync::OnceLock;
use tradewind_dataflow::{Graph, memory};
use tradewind_ir::ids::Id;
use tradewind_ir::{Axis, Diagnostic, Domain, Verified};

use super::compile::{Compiled, compile};
use super::frame::{Frame, FrameLayout};
use super::plan::{self, Launch, LaunchId, Plan};
use super::print::Symbol;
use super::scratch::{self, Private};

/// What compiled code takes for granted about memory.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Variant {
    /// Neighbours along I lie side by side, in every container that has the axis; rows fill a vector.
    Contiguous,
    /// Any strides on every axis, and rows of any length.
    Strided,
}

/// How to compile.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Settings {
    /// Keep what [`Kernel::symbols`] shows beside names and sizes: Cranelift's IR and the disassembly.
    pub print: bool,
    /// Let Cranelift check the IR that it is given.
    pub verify: bool,
}

/// A program as a host plan and machine code.
pub struct Kernel {
    graph: Graph,
    settings: Settings,
    plan: Plan,
    contiguous: Compiled,
    /// Compiled when first asked for.
    strided: OnceLock<Result<Compiled, Vec<Diagnostic>>>,
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
        let (plan, nests) = plan::divide(graph)?;
        let contiguous = compile(graph, &plan, &nests, Variant::Contiguous, settings)?;
        Ok(Kernel { graph: graph.clone(), settings, plan, contiguous, strided: OnceLock::new() })
    }

    /// What the host does.
    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    /// A launch of the plan.
    pub fn launch(&self, id: LaunchId) -> &Launch {
        &self.plan.launches[id.index()]
    }

    /// A frame for a domain, with the private temporaries placed; scalars and all other containers are to be set.
    pub fn frame(&self, domain: Domain) -> Frame {
        let mut frame = Frame::new(FrameLayout::new(self.graph.scalars.len(), self.graph.fields.len()), domain);
        self.place_private(&mut frame, 0..self.plan.launches.len());
        frame
    }

    /// Places the private temporaries of some launches for the frame's domain.
    pub fn place_private(&self, frame: &mut Frame, launches: Range<usize>) {
        let domain = frame.domain();
        for launch in &self.plan.launches[launches] {
            for (field, view, storage) in scratch::place(&self.graph, &launch.private, domain).0 {
                frame.set_private(field, view, storage);
            }
        }
    }

    /// The bytes of the elements of private temporaries that each call of any launch needs on a domain, padding left out.
    pub fn private_bytes(&self, domain: Domain) -> f64 {
        let bytes = |p: &Private| memory::bytes(&self.graph.fields[p.field], domain);
        let all = |launch: &Launch| launch.private.iter().map(bytes).sum::<f64>();
        self.plan.launches.iter().map(all).fold(0.0, f64::max)
    }

    /// Bytes of scratch memory, aligned to 64, that each call of any launch needs on a domain.
    pub fn scratch_bytes(&self, domain: Domain) -> usize {
        let bytes = |launch: &Launch| scratch::place(&self.graph, &launch.private, launch.largest(domain)).1;
        self.plan.launches.iter().map(bytes).max().unwrap_or(0)
    }

    /// The variant that suits some launches in a frame: the contiguous one if the strides and the domain allow it.
    pub fn variant_for(&self, frame: &Frame, launches: Range<usize>) -> Variant {
        let fits = |launch: &Launch| {
            let contiguous = launch.fields.iter().all(|id| {
                let container = &self.graph.fields[*id];
                let size = container.dtype.size() as i64;
                !container.stored_axes().has(Axis::I) || frame.field(*id).strides[Axis::I.index()] == size
            });
            contiguous
                && launch.rows.iter().all(|(range, lanes)| {
                    let (lo, hi) = range.at(frame.domain()[Axis::I.index()]);
                    hi <= lo || hi - lo >= i64::from(*lanes)
                })
        };
        if self.plan.launches[launches].iter().all(fits) { Variant::Contiguous } else { Variant::Strided }
    }

    /// The functions of a variant: the launches in order (those that share code once), then mathematical functions.
    ///
    /// # Errors
    /// The variant could not be compiled.
    pub fn symbols(&self, variant: Variant) -> Result<&[Symbol], Vec<Diagnostic>> {
        Ok(&self.variant(variant)?.symbols)
    }

    /// The code of a variant, compiled now if it was not yet.
    pub(super) fn variant(&self, variant: Variant) -> Result<&Compiled, Vec<Diagnostic>> {
        match variant {
            Variant::Contiguous => Ok(&self.contiguous),
            Variant::Strided => match self.strided.get() {
                Some(known) => known.as_ref().map_err(Clone::clone),
                None => {
                    // Compiled before the lock is taken: in a process that was forked, a thread that held it would never end.
                    let made = self.compile_strided();
                    self.strided.get_or_init(|| made).as_ref().map_err(Clone::clone)
                }
            },
        }
    }

    fn compile_strided(&self) -> Result<Compiled, Vec<Diagnostic>> {
        let (plan, nests) = plan::divide(&self.graph)?;
        compile(&self.graph, &plan, &nests, Variant::Strided, self.settings)
    }
}
