//! Runs a kernel's host plan: launches on threads, loops and branches, halo updates, copies, swaps, callbacks.

use crate::call_error::{CallError, CallErrorKind};
use crate::interrupt::{Stop, Watch};
use crate::memory::BoundField;
use crate::observe::{CallbackArguments, Callbacks, FieldReader, Observer, Passed};
use crate::workers::Workers;
use std::collections::BTreeSet;
use std::ops::Range;
use tradewind_codegen::cpu::{Division, Excerpt, Frame, HostStep, Kernel, Launch, LaunchCode, LaunchId, Sink, View};
use tradewind_dataflow::{CheckId, Graph};
use tradewind_ir::diagnostic::render;
use tradewind_ir::eval::uniform;
use tradewind_ir::ids::Id;
use tradewind_ir::{
    Axis, Code, Counter, Diagnostic, Domain, Expr, FieldId, Fills, First, ScalarId, Scope, Sources, Steps, Value, Window,
};

/// Parts of a parallel range for each thread: more than one, so that a late thread holds up little.
pub const PARTS_PER_THREAD: i64 = 4;

/// Operations of a part of a launch, if its range can be divided so far: some milliseconds' at most, so that the run can be
/// interrupted.
const PART: f64 = (1 << 23) as f64;
/// What a step counts beside what a launch does, in operations.
const STEP: u64 = 256;

/// A program in the middle of a run.
pub(crate) struct Runner<'a> {
    kernel: &'a Kernel,
    graph: &'a Graph,
    /// The domain on which launches run, and where it starts in the program's.
    domain: Domain,
    corner: [i64; 3],
    workers: &'a mut Workers,
    /// Where each container is now.
    bound: Vec<Option<BoundField>>,
    scalars: Vec<Value>,
    observer: &'a mut dyn Observer,
    callbacks: &'a Callbacks,
    /// Of all launches, as it suits their strides and domains.
    code: Vec<LaunchCode<'a>>,
    /// Of the launch that is running.
    excerpt: Excerpt,
    /// What spans in the graph point into.
    sources: &'a Sources,
    stop: &'a Stop,
    /// Asks the host, if this is the caller's thread.
    watch: Option<Watch<'a>>,
    /// How many sweeps are around, and where they stand.
    swept: usize,
    position: [i64; 3],
    /// The first data-dependent index that does not exist, found by the step that is running.
    first: First<CheckId>,
}

/// What a run starts from.
pub(crate) struct Start<'a> {
    pub kernel: &'a Kernel,
    pub graph: &'a Graph,
    pub domain: Domain,
    pub scalars: Vec<(ScalarId, Value)>,
    /// Where each container is; those without memory of their own (registers, private temporaries) are `None`.
    pub bound: Vec<Option<BoundField>>,
    pub workers: &'a mut Workers,
    pub sources: &'a Sources,
    pub stop: &'a Stop,
    /// Asks the host, if the run is on the caller's thread.
    pub watch: Option<Watch<'a>>,
}

type Done = Result<(), CallError>;

impl<'a> Runner<'a> {
    /// A run that has not begun.
    pub fn new(start: Start<'a>, observer: &'a mut dyn Observer, callbacks: &'a Callbacks) -> Runner<'a> {
        let Start { kernel, graph, domain, scalars: given, bound, workers, sources, stop, watch } = start;
        let mut scalars: Vec<Value> = graph.scalars.values().map(|s| Value::zero(s.dtype)).collect();
        for (id, value) in given {
            scalars[id.index()] = value;
        }
        Runner {
            kernel,
            graph,
            domain,
            corner: [0; 3],
            workers,
            bound,
            scalars,
            observer,
            callbacks,
            code: Vec::new(),
            excerpt: Excerpt::default(),
            sources,
            stop,
            watch,
            swept: 0,
            position: [0; 3],
            first: First::default(),
        }
    }

    /// Runs the whole plan, or as far as it comes, then brings the arguments' contents back to where the caller has them.
    ///
    /// # Errors
    /// Code for the strides at hand could not be compiled; what a callback reports; a data-dependent index that does not exist; a
    /// range whose step is zero; a part of the domain that does not fit; that the host has interrupted the run.
    pub fn run(&mut self) -> Done {
        let at_start = self.bound.clone();
        let mut frame = self.kernel.frame(self.domain);
        frame.set_stop(self.stop.flag());
        for (n, value) in self.scalars.iter().enumerate() {
            frame.set_scalar(Id::from_index(n), *value);
        }
        // Temporaries inside a nest live in its scratch memory, where the kernel has placed them.
        for private in self.kernel.plan().launches.iter().flat_map(|l| &l.private) {
            self.bound[private.field.index()] = None;
        }
        for n in 0..self.bound.len() {
            self.publish(&mut frame, Id::from_index(n));
        }
        let kernel = self.kernel;
        self.code = kernel.code_for(&frame, 0..kernel.plan().launches.len()).map_err(no_code)?;
        let done = self.steps(&kernel.plan().steps, &mut frame, true);
        self.undo_swaps(&at_start);
        done
    }

    /// Places a container in the frame as it is seen from the corner of the part that is being computed; temporaries live on
    /// that part only.
    fn publish(&self, frame: &mut Frame, field: FieldId) {
        let Some(bound) = &self.bound[field.index()] else { return };
        let container = &self.graph.fields[field];
        let (corner, levels) = match container.scope {
            Scope::Temporary => ([0; 3], container.extent.range(Axis::K).at(self.domain[Axis::K.index()])),
            _ => {
                let [_, _, k] = self.corner;
                (self.corner, (bound.low[Axis::K.index()] - k, bound.high[Axis::K.index()] - k))
            }
        };
        let bound = bound.seen_from(corner);
        let strides = Axis::ALL.map(|axis| bound.strides[axis.index()] as i64);
        let data = bound.data.strides().map(|stride| stride as i64);
        frame.set_field(field, View { address: bound.base as u64, strides, levels: (levels.0, levels.1 - 1), data });
    }

    fn steps(&mut self, steps: &[HostStep], frame: &mut Frame, outermost: bool) -> Done {
        self.goes_on()?;
        for step in steps {
            self.step(step, frame, outermost)?;
            self.goes_on()?;
            if self.swept == 0 {
                self.violated()?;
            }
        }
        Ok(())
    }

    /// Whether the host lets the run go on.
    fn goes_on(&mut self) -> Done {
        self.worked(STEP);
        self.stop.check()
    }

    /// Takes note of so many operations; the host is asked now and then.
    fn worked(&mut self, operations: u64) {
        if let Some(watch) = &mut self.watch {
            watch.worked(operations, self.stop);
        }
    }

    /// The error of a data-dependent index that does not exist.
    fn violated(&self) -> Done {
        self.graph.violated(&self.first).map_or(Ok(()), |found| Err(self.failed(&found, CallErrorKind::Index)))
    }

    /// A diagnostic of the running program as the error of the call.
    fn failed(&self, found: &Diagnostic, kind: CallErrorKind) -> CallError {
        let message = render(self.sources, std::slice::from_ref(found), false).trim_end().to_string();
        CallError { code: found.code, kind, argument: None, message }
    }

    fn step(&mut self, step: &HostStep, frame: &mut Frame, outermost: bool) -> Done {
        match step {
            HostStep::Launch(id) => self.launch(*id, frame),
            HostStep::Sweep { over, backward, body } => {
                let around = self.position[over.axis.index()];
                self.swept += 1;
                let steps = over.steps(self.domain, self.position, |size| self.scalars[size.index()].as_i64());
                for position in steps.each(*backward) {
                    self.stand(frame, over.axis, position);
                    self.steps(body, frame, false)?;
                }
                self.stand(frame, over.axis, around);
                self.swept -= 1;
            }
            HostStep::Zero(field) => {
                if let Some(bound) = &self.bound[field.index()] {
                    bound.zero(self.workers.count());
                }
            }
            HostStep::For { counter, body } => self.count(counter, body, frame, outermost)?,
            HostStep::Within { window, launches, body } => self.within(window, launches.clone(), body, frame)?,
            HostStep::Branch { condition, then, otherwise } => {
                let chosen = if self.value(condition)?.is_true() { then } else { otherwise };
                self.steps(chosen, frame, outermost)?;
            }
            HostStep::While { condition, body } => {
                while self.value(condition)?.is_true() {
                    self.steps(body, frame, false)?;
                }
            }
            HostStep::Let { scalar, value } => {
                let value = self.value(value)?;
                self.set(frame, *scalar, value);
            }
            HostStep::Exchange { fields, reach } => {
                for bound in fields.iter().filter_map(|f| self.bound[f.index()].as_ref()) {
                    bound.exchange_periodic(self.domain, *reach);
                }
            }
            HostStep::Copy { to, from } => {
                if let (Some(to), Some(from)) = (&self.bound[to.index()], &self.bound[from.index()]) {
                    to.copy_from(from);
                }
            }
            HostStep::Swap { a, b } => self.swap(frame, *a, *b),
            HostStep::Callback { name, fields, scalars, fills } => self.callback(name, fields, *fills, scalars)?,
        }
        Ok(())
    }

    /// Notes where the innermost sweep over an axis stands.
    fn stand(&mut self, frame: &mut Frame, axis: Axis, position: i64) {
        self.position[axis.index()] = position;
        frame.set_position(axis, position);
    }

    fn count(&mut self, counter: &Counter, body: &[HostStep], frame: &mut Frame, outermost: bool) -> Done {
        let [from, to, step] = counter.bounds();
        let rounds = counter.rounds([self.value(from)?, self.value(to)?, self.value(step)?]);
        let rounds = rounds.map_err(|found| self.failed(&found, CallErrorKind::Value))?;
        let total = i64::try_from(rounds.count()).unwrap_or(i64::MAX);
        let mut done = 0;
        for position in rounds.positions() {
            if outermost {
                self.show(done, total);
            }
            self.set(frame, counter.var, Value::I64(position));
            self.steps(body, frame, false)?;
            done += 1;
            if let Some(until) = &counter.until
                && self.value(until)?.is_true()
            {
                break;
            }
        }
        if outermost && done > 0 {
            self.show(done, done);
        }
        Ok(())
    }

    /// Runs steps on a part of the domain: it stands for the domain in the frame, and fields count from its corner.
    fn within(&mut self, window: &Window, launches: Range<usize>, body: &[HostStep], frame: &mut Frame) -> Done {
        let value = |e: &Expr| uniform(e, &|id| self.scalars[id.index()], self.domain).unwrap_or(Value::zero(e.dtype));
        let placed = window.place(self.domain, value).map_err(|found| self.failed(&found, CallErrorKind::Value))?;
        let Some(part) = placed else { return Ok(()) };
        let kernel = self.kernel;
        let used = kernel.plan().launches[launches.clone()].iter().flat_map(|launch| &launch.fields).copied();
        let fields: BTreeSet<FieldId> = used.collect();
        let whole = self.domain;
        self.domain = part.map(|(first, end)| end - first);
        self.corner = part.map(|(first, _)| first);
        frame.set_domain(self.domain);
        fields.iter().for_each(|field| self.publish(frame, *field));
        kernel.place_private(frame, launches.clone());
        let code = kernel.code_for(frame, launches.clone()).map_err(no_code)?;
        self.code[launches].copy_from_slice(&code);
        self.steps(body, frame, false)?;
        (self.domain, self.corner) = (whole, [0; 3]);
        frame.set_domain(whole);
        fields.iter().for_each(|field| self.publish(frame, *field));
        Ok(())
    }

    fn launch(&mut self, id: LaunchId, frame: &Frame) {
        let launch = self.kernel.launch(id);
        let steps = launch.steps(self.domain, self.position, |size| self.scalars[size.index()].as_i64());
        if steps.count() == 0 {
            return;
        }
        let (parts, operations) = self.parts(launch, steps);
        let (code, stop, sink) = (self.code[id.index()], self.stop, Sink::new(self.graph, launch));
        let Runner { workers, excerpt, watch, first, .. } = self;
        excerpt.fill(frame, launch, &sink);
        let part = |n: i64, scratch: &mut [u8]| {
            if !stop.is_set() {
                // SAFETY: the excerpt is this launch's, of the frame for which the code was asked; all containers are bound to memory of
                // the extent that the signature (arguments, checked) and the memory plan (the rest) say; scratch has the size asked for;
                // and the parts run as the launch allows.
                unsafe { code.run(excerpt, steps.part(n, parts), scratch) }
            }
        };
        if launch.division == Division::Parallel && workers.count() > 1 && parts > 1 {
            workers.share(parts, part);
        } else {
            for n in 0..parts {
                if let Some(watch) = watch {
                    watch.worked(operations, stop);
                }
                workers.run(|scratch| part(if launch.division == Division::Descending { parts - 1 - n } else { n }, scratch));
            }
        }
        first.join(sink.into_found().moved(self.corner));
    }

    /// Into how many parts a launch is divided; and the operations of each.
    fn parts(&self, launch: &Launch, steps: Steps) -> (i64, u64) {
        let outer = launch.outer.as_ref().map(|outer| outer.axis);
        let inside = |axis: &Axis| !launch.swept.has(*axis) && Some(*axis) != outer;
        let points: f64 = launch.axes.iter().filter(inside).map(|axis| self.domain[axis.index()] as f64).product();
        let operations = points * (steps.hi - steps.lo) as f64 * launch.operations as f64;
        let threads = self.workers.count() as i64;
        let least = if launch.division == Division::Parallel && threads > 1 { threads * PARTS_PER_THREAD } else { 1 };
        let parts = match launch.division {
            Division::Whole => 1,
            _ => least.max((operations / PART) as i64).min(steps.count()),
        };
        (parts, (operations / parts as f64) as u64)
    }

    fn value(&self, expr: &Expr) -> Result<Value, CallError> {
        let value = uniform(expr, &|id| self.scalars[id.index()], self.domain);
        value.ok_or_else(|| failure("a host expression depends on the point".to_string()))
    }

    fn set(&mut self, frame: &mut Frame, scalar: ScalarId, value: Value) {
        let slot = &mut self.scalars[scalar.index()];
        *slot = value.cast(slot.dtype());
        frame.set_scalar(scalar, *slot);
    }

    fn swap(&mut self, frame: &mut Frame, a: FieldId, b: FieldId) {
        let (Some(first), Some(second)) = (self.bound[a.index()], self.bound[b.index()]) else { return };
        if first.swaps_by_address(&second) {
            self.bound.swap(a.index(), b.index());
            self.publish(frame, a);
            self.publish(frame, b);
        } else {
            first.swap_with(&second);
        }
    }

    /// Swaps exchanged addresses; now each argument's contents go back to its own address. A cycle of exchanged addresses is
    /// resolved by swapping contents along it.
    fn undo_swaps(&mut self, at_start: &[Option<BoundField>]) {
        for (n, home) in at_start.iter().enumerate() {
            let Some(home) = home.filter(|_| self.graph.fields[Id::from_index(n)].scope == Scope::Argument) else { continue };
            while let Some(now) = self.bound[n].filter(|now| now.base != home.base) {
                let Some(other) = self.bound.iter().position(|b| b.is_some_and(|b| b.base == home.base)) else { break };
                now.swap_with(&home);
                self.bound.swap(n, other);
            }
        }
    }

    fn callback(&mut self, name: &str, fields: &[FieldId], fills: Fills, scalars: &[Expr]) -> Done {
        let scalars = scalars.iter().map(|e| self.value(e)).collect::<Result<Vec<_>, _>>()?;
        let passed = |id: &FieldId| {
            let container = &self.graph.fields[*id];
            let (name, bound) = (container.name.clone(), self.bound[id.index()]?);
            Some(Passed { name, bound, interfaces: container.interfaces, halo: container.extent })
        };
        let fields = fields.iter().filter_map(passed).collect();
        let arguments = CallbackArguments { domain: self.domain, fields, scalars, fills };
        self.callbacks.call(name, &arguments)
    }

    fn show(&mut self, done: i64, total: i64) {
        let reader = FieldReader { graph: self.graph, bound: &self.bound };
        self.observer.iteration(done, total, &reader);
    }
}

fn failure(message: String) -> CallError {
    CallError { code: Code::RUN_FAILED, kind: CallErrorKind::Run, argument: None, message }
}

/// Of code that was needed in a run and could not be compiled.
fn no_code(found: Vec<Diagnostic>) -> CallError {
    failure(found.first().map_or("no machine code".to_string(), |d| d.message.clone()))
}
