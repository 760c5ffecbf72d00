//! Runs a plan on memory of the host.
//!
//! Every thread of a run walks through the whole plan, with host scalars, views of fields and positions of loops of its own: these are the
//! same on all. Where a step has work, the threads share it ([`crate::progress`]); a thread waits only for the steps that the plan names, at
//! the end of each round of a loop, and where the host observes what has been done. What only the host may do (callbacks, what an observer
//! sees) is done by the thread that made the call.

use crate::call_error::{CallError, CallErrorKind, failure};
use crate::interrupt::{Stop, Watch};
use crate::memory::BoundField;
use crate::observe::{CallbackArguments, Callbacks, FieldReader, Observer, Passed};
use crate::progress::Tally;
use crate::run::{Run, publish};
use crate::scratch::Seat;
use crossbeam_utils::Backoff;
use std::time::Duration;
use tradewind_codegen::cpu::{Division, Excerpt, Frame, Launch, LaunchCode, Sink};
use tradewind_dataflow::plan::{Body, LaunchId, PlanStep, Work};
use tradewind_ir::diagnostic::render;
use tradewind_ir::eval::uniform;
use tradewind_ir::ids::Id;
use tradewind_ir::{Axis, Counter, Diagnostic, Domain, Expr, FieldId, Fills, HostStep, ScalarId, Steps, Value, Window};

/// Parts of a parallel range for each thread: more than one, so that a late thread holds up little.
pub const PARTS_PER_THREAD: i64 = 4;

/// Operations of a part of a launch, if its range can be divided so far: some milliseconds' at most, so that the run can be
/// interrupted.
const PART: f64 = (1 << 23) as f64;
/// What a step counts beside what a launch does, in operations.
const STEP: u64 = 256;
/// How long a thread that has waited for long sleeps before it looks again.
const NAP: Duration = Duration::from_micros(200);
/// Looks, some milliseconds' worth, before a thread with a part in the work sleeps.
const PATIENCE: u32 = 10_000;

/// What the thread that made the call does beside the work.
pub(crate) struct Caller<'c> {
    pub observer: &'c mut dyn Observer,
    pub callbacks: &'c Callbacks,
    /// Asks the host whether to go on.
    pub watch: Watch<'c>,
}

/// One thread's walk through the plan of a run.
pub(crate) struct Runner<'a, 'c> {
    run: &'a Run<'a>,
    /// The thread's number among those that share the work, and its scratch memory; nothing if it has no part in it.
    seat: Option<(usize, Seat<'a>)>,
    /// Of the thread that made the call.
    caller: Option<Caller<'c>>,
    tally: Tally,
    frame: Frame,
    /// The domain on which launches run, and where it starts in the program's.
    domain: Domain,
    corner: [i64; 3],
    /// Where each container is now.
    bound: Vec<Option<BoundField>>,
    scalars: Vec<Value>,
    /// Of all launches, as it suits their strides and domains.
    code: Vec<LaunchCode<'a>>,
    /// Of the launch that is running.
    excerpt: Excerpt,
    /// How many sweeps are around, and where they stand.
    swept: usize,
    position: [i64; 3],
}

type Done = Result<(), CallError>;

impl<'a, 'c> Runner<'a, 'c> {
    /// A walk that has not begun, from what [`Run::prepare`] gave.
    pub fn new(
        run: &'a Run<'a>,
        (frame, code): (Frame, Vec<LaunchCode<'a>>),
        seat: Option<(usize, Seat<'a>)>,
        caller: Option<Caller<'c>>,
    ) -> Runner<'a, 'c> {
        Runner {
            run,
            seat,
            caller,
            tally: run.progress.tally(),
            frame,
            domain: run.domain,
            corner: [0; 3],
            bound: run.bound.clone(),
            scalars: run.scalars.clone(),
            code,
            excerpt: Excerpt::default(),
            swept: 0,
            position: [0; 3],
        }
    }

    /// Walks to the end of the plan, or as far as the run comes. Where each container is then is of use when all threads have ended.
    ///
    /// # Errors
    /// What a callback reports; a data-dependent index that does not exist; a range whose step is zero; a part of the domain that does not fit; that the host has interrupted the run. All threads end then.
    pub fn walk(mut self) -> (Done, Vec<Option<BoundField>>) {
        let _in_panic = StopInPanic(self.run.stop);
        let done = self.all();
        // What a thread finds wrong the caller's finds too, and that one says it: then nobody waits for it any longer.
        if done.is_err() && self.caller.is_some() {
            self.run.stop.set();
        }
        (done, self.bound)
    }

    fn all(&mut self) -> Done {
        let plan = self.run.plan;
        let first = plan.body.ids.end;
        for (n, field) in self.run.stale.iter().enumerate() {
            self.move_data(first + n, self.bound[field.index()], |bound, part| bound.zero(part));
        }
        self.finish(first..first + self.run.stale.len())?;
        self.body(&plan.body, true)?;
        if self.caller.is_some() {
            // While others are not done, the host may still end the run.
            self.finish(plan.body.ids.clone())?;
        }
        self.goes_on()
    }

    /// Places a container in the frame as it is seen from the corner of the part that is being computed.
    fn publish(&mut self, field: FieldId) {
        publish(self.run.graph, (&self.bound, self.domain, self.corner), &mut self.frame, field);
    }

    fn body(&mut self, body: &Body, outermost: bool) -> Done {
        body.steps.iter().try_for_each(|step| self.step(step, outermost))
    }

    /// Whether the host lets the run go on.
    fn goes_on(&mut self) -> Done {
        self.worked(STEP);
        self.run.stop.check()
    }

    /// Takes note of so many operations; the host is asked now and then.
    fn worked(&mut self, operations: u64) {
        if let Some(caller) = &mut self.caller {
            caller.watch.worked(operations, self.run.stop);
        }
    }

    /// Waits until steps are done.
    fn finish(&mut self, steps: impl IntoIterator<Item = usize>) -> Done {
        let run = self.run;
        for step in steps {
            let (backoff, mut looks) = (Backoff::new(), 0);
            while !run.progress.is_done(&self.tally, step) {
                run.stop.check()?;
                if let Some(caller) = &mut self.caller
                    && backoff.is_completed()
                {
                    caller.watch.waited(run.stop);
                }
                // A thread without a part in the work soon leaves its processor to the others; any other one when it waits for long, as
                // for a host function.
                let patience = if self.seat.is_some() { PATIENCE } else { 0 };
                match backoff.is_completed() && looks > patience {
                    true => std::thread::sleep(NAP),
                    false => backoff.snooze(),
                }
                looks += 1;
            }
        }
        Ok(())
    }

    /// Runs parts of a step as long as there are any left.
    fn share(&mut self, step: usize, parts: u64, mut part: impl FnMut(&mut Self, u64)) {
        let run = self.run;
        let mut done = 0;
        if let Some((thread, _)) = self.seat {
            while let Some(n) = run.progress.take(&self.tally, step, parts, thread) {
                part(self, n);
                done += 1;
            }
        }
        run.progress.pass(&mut self.tally, step, parts);
        if done > 0 {
            run.progress.finish(step, done);
        }
    }

    /// Something that only the thread which made the call does.
    fn alone(&mut self, step: usize, act: impl FnOnce(&mut Caller<'c>, &Self) -> Done) -> Done {
        self.run.progress.pass(&mut self.tally, step, 1);
        let Some(mut caller) = self.caller.take() else { return Ok(()) };
        let done = act(&mut caller, self);
        self.caller = Some(caller);
        self.run.progress.finish(step, 1);
        done
    }

    /// An operation on all elements of a container.
    fn move_data(&mut self, step: usize, bound: Option<BoundField>, act: impl Fn(&BoundField, (u64, u64))) {
        let Some(bound) = bound else { return };
        let parts = bound.parts(self.run.progress.threads());
        self.share(step, parts, |runner, n| {
            if !runner.run.stop.is_set() {
                act(&bound, (n, parts));
            }
        });
    }

    /// The error of a data-dependent index that does not exist.
    fn violated(&self) -> Done {
        self.run.violations.get(self.run.graph).map_or(Ok(()), |found| Err(self.failed(&found, CallErrorKind::Index)))
    }

    /// A diagnostic of the running program as the error of the call.
    fn failed(&self, found: &Diagnostic, kind: CallErrorKind) -> CallError {
        let message = render(self.run.sources, std::slice::from_ref(found), false).trim_end().to_string();
        CallError { code: found.code, kind, argument: None, message }
    }

    fn step(&mut self, step: &PlanStep, outermost: bool) -> Done {
        self.goes_on()?;
        self.finish(step.after.iter().copied())?;
        let id = step.ids.start;
        match &step.work {
            Work::Launch(launch) => self.launch(id, *launch),
            Work::Sweep { over, backward, body } => {
                let around = self.position[over.axis.index()];
                self.swept += 1;
                let steps = over.steps(self.domain, self.position, |size| self.scalars[size.index()].as_i64());
                for position in steps.each(*backward) {
                    self.finish(body.ids.clone())?;
                    self.stand(over.axis, position);
                    self.body(body, false)?;
                }
                self.stand(over.axis, around);
                self.swept -= 1;
            }
            Work::Zero(field) => self.move_data(id, self.bound[field.index()], |bound, part| bound.zero(part)),
            Work::Host(host) => self.host(id, host, outermost)?,
        }
        if step.is_checked && self.swept == 0 {
            self.finish(step.ids.clone())?;
            self.violated()?;
        }
        Ok(())
    }

    fn host(&mut self, id: usize, step: &HostStep<Body>, outermost: bool) -> Done {
        match step {
            HostStep::For { counter, body } => self.count(id, counter, body, outermost)?,
            HostStep::Within { window, body } => self.within(window, body)?,
            HostStep::Branch { condition, then, otherwise } => {
                let chosen = if self.value(condition)?.is_true() { then } else { otherwise };
                self.body(chosen, outermost)?;
            }
            HostStep::While { condition, body } => {
                while self.value(condition)?.is_true() {
                    self.finish(body.ids.clone())?;
                    self.body(body, false)?;
                }
            }
            HostStep::Let { scalar, value } => {
                let value = self.value(value)?;
                self.set(*scalar, value);
            }
            HostStep::Exchange { fields, reach, .. } => {
                let (domain, reach) = (self.domain, *reach);
                for field in fields {
                    self.move_data(id, self.bound[field.index()], |bound, part| bound.exchange_periodic(domain, reach, part));
                }
            }
            HostStep::Copy { to, from } => {
                if let Some(from) = self.bound[from.index()] {
                    self.move_data(id, self.bound[to.index()], |to, part| to.copy_from(&from, part));
                }
            }
            HostStep::Swap { a, b } => self.swap(id, *a, *b),
            HostStep::Callback { name, fields, scalars, fills } => self.callback(id, name, fields, *fills, scalars)?,
        }
        Ok(())
    }

    /// Notes where the innermost sweep over an axis stands.
    fn stand(&mut self, axis: Axis, position: i64) {
        self.position[axis.index()] = position;
        self.frame.set_position(axis, position);
    }

    fn count(&mut self, id: usize, counter: &Counter, body: &Body, outermost: bool) -> Done {
        let [from, to, step] = counter.bounds();
        let rounds = counter.rounds([self.value(from)?, self.value(to)?, self.value(step)?]);
        let rounds = rounds.map_err(|found| self.failed(&found, CallErrorKind::Value))?;
        let total = i64::try_from(rounds.count()).unwrap_or(i64::MAX);
        let mut done = 0;
        for position in rounds.positions() {
            self.finish(body.ids.clone())?;
            if outermost {
                self.show(id, done, total)?;
            }
            self.set(counter.var, Value::I64(position));
            self.body(body, false)?;
            done += 1;
            if let Some(until) = &counter.until
                && self.value(until)?.is_true()
            {
                break;
            }
        }
        if outermost && done > 0 {
            self.finish(body.ids.clone())?;
            self.show(id, done, done)?;
        }
        Ok(())
    }

    /// Lets the observer see the fields; all threads wait until it has.
    fn show(&mut self, id: usize, done: i64, total: i64) -> Done {
        self.alone(id, |caller, runner| {
            let reader = FieldReader { graph: runner.run.graph, bound: &runner.bound };
            caller.observer.iteration(done, total, &reader);
            Ok(())
        })?;
        self.finish([id])
    }

    /// Runs steps on a part of the domain: it stands for the domain in the frame, and fields count from its corner.
    fn within(&mut self, window: &Window, body: &Body) -> Done {
        let value = |e: &Expr| uniform(e, &|id| self.scalars[id.index()], self.domain).unwrap_or(Value::zero(e.dtype));
        let placed = window.place(self.domain, value).map_err(|found| self.failed(&found, CallErrorKind::Value))?;
        let Some(part) = placed else { return Ok(()) };
        let kernel = self.run.kernel;
        let launches = body.launches.clone();
        let whole = self.domain;
        self.domain = part.map(|(first, end)| end - first);
        self.corner = part.map(|(first, _)| first);
        self.frame.set_domain(self.domain);
        self.frame.set_tile(self.run.tile.seen_from(self.corner));
        let fields = || kernel.launches()[launches.clone()].iter().flat_map(|launch| &launch.fields);
        fields().for_each(|field| self.publish(*field));
        kernel.place_private(&mut self.frame, launches.clone());
        launches.clone().for_each(|n| self.code[n] = kernel.code_of(Id::from_index(n), &self.frame));
        self.body(body, false)?;
        (self.domain, self.corner) = (whole, [0; 3]);
        self.frame.set_domain(whole);
        self.frame.set_tile(self.run.tile);
        fields().for_each(|field| self.publish(*field));
        Ok(())
    }

    fn launch(&mut self, id: usize, launch: LaunchId) {
        let run = self.run;
        let (code, launch) = (self.code[launch.index()], run.kernel.launch(launch));
        let steps = launch.steps(self.domain, self.position, |size| self.scalars[size.index()].as_i64());
        if steps.count() == 0 {
            return;
        }
        let (parts, operations) = self.parts(launch, steps);
        let is_shared = launch.division == Division::Parallel;
        let sink = Sink::new(run.graph, launch);
        let mut is_filled = false;
        self.share(id, if is_shared { parts as u64 } else { 1 }, |runner, n| {
            if !std::mem::replace(&mut is_filled, true) {
                runner.excerpt.fill(&runner.frame, launch, &sink);
            }
            let own = if is_shared { n as i64..n as i64 + 1 } else { 0..parts };
            for n in own {
                runner.worked(operations);
                let Some((_, seat)) = &mut runner.seat else { break };
                let n = if launch.division == Division::Descending { parts - 1 - n } else { n };
                if !run.stop.is_set() {
                    // SAFETY: the excerpt is this launch's, of the frame for which the code was asked; all containers are bound to memory
                    // of the extent that the signature (arguments, checked) and the memory plan (the rest) say; scratch has the size asked
                    // for; the parts run as the launch allows; and whatever else touches what this part writes, or writes what it reads,
                    // comes before it or after it by the plan, as the verifier of the graph has found.
                    unsafe { code.run(&runner.excerpt, steps.part(n, parts), seat.memory()) }
                }
            }
            if !launch.checks.is_empty() {
                run.violations.add(&sink.found().moved(runner.corner));
            }
        });
    }

    /// Into how many parts a launch is divided; and the operations of each.
    fn parts(&self, launch: &Launch, steps: Steps) -> (i64, u64) {
        let outer = launch.outer.as_ref().map(|outer| outer.axis);
        let inside = |axis: &Axis| !launch.swept.has(*axis) && Some(*axis) != outer;
        let points: f64 = launch.axes.iter().filter(inside).map(|axis| self.domain[axis.index()] as f64).product();
        let operations = points * (steps.hi - steps.lo) as f64 * launch.operations as f64;
        let threads = self.run.progress.threads() as i64;
        let least = if launch.division == Division::Parallel && threads > 1 { threads * PARTS_PER_THREAD } else { 1 };
        let parts = match launch.division {
            Division::Whole => 1,
            _ => least.max((operations / PART) as i64).min(steps.count()),
        };
        (parts, (operations / parts as f64) as u64)
    }

    fn value(&self, expr: &Expr) -> Result<Value, CallError> {
        let value = uniform(expr, &|id| self.scalars[id.index()], self.domain);
        value.ok_or_else(|| failure("a host expression depends on the point"))
    }

    fn set(&mut self, scalar: ScalarId, value: Value) {
        let slot = &mut self.scalars[scalar.index()];
        *slot = value.cast(slot.dtype());
        self.frame.set_scalar(scalar, *slot);
    }

    fn swap(&mut self, id: usize, a: FieldId, b: FieldId) {
        let (Some(first), Some(second)) = (self.bound[a.index()], self.bound[b.index()]) else { return };
        if first.swaps_by_address(&second) {
            self.bound.swap(a.index(), b.index());
            self.publish(a);
            self.publish(b);
        } else {
            self.move_data(id, Some(first), |first, part| first.swap_with(&second, part));
        }
    }

    fn callback(&mut self, id: usize, name: &str, fields: &[FieldId], fills: Fills, scalars: &[Expr]) -> Done {
        let scalars = scalars.iter().map(|e| self.value(e)).collect::<Result<Vec<_>, _>>()?;
        self.alone(id, |caller, runner| {
            let passed = |id: &FieldId| {
                let container = &runner.run.graph.fields[*id];
                let (name, bound) = (container.name.clone(), runner.bound[id.index()]?);
                Some(Passed { name, bound, interfaces: container.interfaces, halo: container.extent })
            };
            let fields = fields.iter().filter_map(passed).collect();
            caller.callbacks.call(name, &CallbackArguments { domain: runner.domain, fields, scalars, fills })
        })
    }
}

/// Ends a run whose thread panics: the others wait for it no longer.
struct StopInPanic<'a>(&'a Stop);

impl Drop for StopInPanic<'_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.0.set();
        }
    }
}
