//! The graph interpreter: it runs a graph, one point after another.
//!
//! It is one of the executors that must agree to the bit. Where a graph allows several behaviours, the interpreter chooses
//! unusual ones, to find errors: temporaries that need not start as zero start as garbage, and maps run in either direction.

mod conflicts;
mod flat;
mod point;
mod registers;

use crate::code::CheckId;
use crate::graph::{Graph, SlotId};
use flat::{FlatBlock, FlatGraph, FlatStep};
use registers::Registers;
use std::cell::RefCell;
use std::collections::HashMap;
use tradewind_ir::array::each;
use tradewind_ir::interpret::{Callback, halo_update};
use tradewind_ir::program::HALO_AXES;
use tradewind_ir::{
    Array, Axes, Axis, Container, DType, Diagnostic, Domain, Expr, Extent, FieldId, Fills, First, HostStep, IdVec, Param,
    Phase, ScalarId, Scope, Span, Tile, Value, Verified, diagnostic, eval,
};

pub use conflicts::{Conflict, Conflicts};

/// How to run.
pub struct Options<'a> {
    /// How many rounds a `while` of the program or of a tasklet may take.
    pub while_limit: u64,
    /// Stands for all registered host functions; without it, a callback is an error.
    pub callbacks: Option<&'a mut Callback<'a>>,
    /// Where the tile lies; the domain itself, unless that is a part of one.
    pub tile: Option<Tile>,
    /// Runs maps from their last point to their first; the result is the same.
    pub descending: bool,
    /// Takes note of the steps that access the same elements.
    pub conflicts: Option<&'a mut Conflicts>,
}

impl Default for Options<'_> {
    fn default() -> Self {
        let tradewind_ir::interpret::Options { while_limit, callbacks, tile } = Default::default();
        Options { while_limit, callbacks, tile, descending: false, conflicts: None }
    }
}

/// Runs a graph. `fields` and `scalars` are the arguments of each kind in the order of the program's parameters; what the
/// program writes is in `fields` afterwards. Scalars are converted to their parameters' types.
///
/// # Errors
/// Arguments that do not fit the parameters: too few or many, another type, other axes, too small for the domain and what the
/// program reads around it. On the way: a `while` that does not end in [`Options::while_limit`] rounds, a range with a step of
/// zero, a part of the domain that does not fit, a callback that fails or is not there.
pub fn run(
    graph: &Verified<Graph>,
    domain: Domain,
    fields: &mut [Array],
    scalars: &[Value],
    options: Options<'_>,
) -> Result<(), Diagnostic> {
    check_arguments(graph, domain, fields, scalars)?;
    let Options { while_limit, callbacks, tile, descending, conflicts } = options;
    let conflicts = conflicts.map(|conflicts| {
        conflicts.start();
        RefCell::new(conflicts)
    });
    let slots = graph.slots.iter().flat_map(|(slot, fields)| fields.iter().map(move |field| (*field, slot)));
    let flat = FlatGraph::of(graph);
    let mut machine = Machine {
        graph,
        domain,
        arrays: graph
            .fields
            .values()
            .map(|c| if c.scope == Scope::Transient { storage(c, domain) } else { nothing() })
            .collect(),
        scalars: graph.scalars.values().map(|s| Value::zero(s.dtype)).collect(),
        corner: [0; 3],
        tile: tile.unwrap_or(Tile::of_domain(domain)),
        point: [0; 3],
        depth: 0,
        first: First::default(),
        failed: false,
        registers: flat.codes.iter().map(|code| Registers::of(code)).collect(),
        flat: &flat,
        slots: slots.collect(),
        while_limit,
        callbacks,
        descending,
        conflicts,
    };
    let (mut next_field, mut next_scalar) = (0, scalars.iter());
    for param in &graph.params {
        match param {
            Param::Field(id) => {
                std::mem::swap(&mut machine.arrays[*id], &mut fields[next_field]);
                next_field += 1;
            }
            Param::Scalar(id) => {
                let value = next_scalar.next().copied().unwrap_or(Value::I64(0));
                machine.scalars[*id] = value.cast(graph.scalars[*id].dtype);
            }
        }
    }
    let result = machine.block(&flat.root);
    for (id, field) in field_params(graph).zip(fields) {
        std::mem::swap(&mut machine.arrays[id], field);
    }
    result
}

fn field_params(graph: &Graph) -> impl Iterator<Item = FieldId> + '_ {
    graph.params.iter().filter_map(|p| if let Param::Field(id) = p { Some(*id) } else { None })
}

fn check_arguments(graph: &Graph, domain: Domain, fields: &[Array], scalars: &[Value]) -> Result<(), Diagnostic> {
    let (want, want_scalars) = (field_params(graph).count(), graph.params.len() - field_params(graph).count());
    if (want, want_scalars) != (fields.len(), scalars.len()) {
        let message = format!(
            "`{}` takes {want} fields and {want_scalars} scalars, not {} and {}",
            graph.name,
            fields.len(),
            scalars.len()
        );
        return Err(Diagnostic::error(diagnostic::Code::CALL_ARGUMENTS, message, Span::NONE, "called here"));
    }
    for (c, array) in field_params(graph).map(|id| &graph.fields[id]).zip(fields) {
        let error = |what: String| {
            Err(Diagnostic::error(
                diagnostic::Code::CALL_ARGUMENTS,
                format!("the argument `{}` {what}", c.name),
                c.span,
                "this parameter",
            ))
        };
        if array.components() != c.components() {
            return error(format!("has {} elements at each point, not {}", array.components(), c.components()));
        }
        if (array.dtype(), array.axes()) != (c.dtype, c.axes) {
            return error(format!("is a field of {} over {}, not of {} over {}", array.dtype(), array.axes(), c.dtype, c.axes));
        }
        for axis in c.axes.iter() {
            let ((low, high), (first, last)) = (array.range(axis), c.extent.range(axis).at(domain[axis.index()]));
            if first < low || high < last {
                return error(format!("covers [{low}, {high}) along {axis}, but [{first}, {last}) is needed"));
            }
        }
    }
    Ok(())
}

/// The storage of a transient or temporary.
fn storage(container: &Container, domain: Domain) -> Array {
    let (domain, extent) = container.stored_size(domain);
    Array::zeros(container.dtype, container.stored_axes(), container.components(), domain, extent)
}

fn nothing() -> Array {
    Array::zeros(DType::Bool, Axes::NONE, 1, [0; 3], Extent::ZERO)
}

struct Machine<'a, 'o> {
    graph: &'a Graph,
    domain: Domain,
    arrays: IdVec<FieldId, Array>,
    scalars: IdVec<ScalarId, Value>,
    /// Where the part of the domain that is being computed starts.
    corner: [i64; 3],
    /// Counted from the start of the program's domain.
    tile: Tile,
    /// The current position of the loops and maps, counted from there.
    point: [i64; 3],
    /// How many loops and maps are around.
    depth: usize,
    /// The first data-dependent index that does not exist, found by the step of the host program that is running.
    first: First<CheckId>,
    /// Whether such an index was found at the point since the innermost loop at it began: the point leaves it.
    failed: bool,
    /// The values of each tasklet.
    registers: Vec<Registers>,
    flat: &'a FlatGraph<'a>,
    slots: HashMap<FieldId, SlotId>,
    while_limit: u64,
    callbacks: Option<&'o mut Callback<'o>>,
    descending: bool,
    conflicts: Option<RefCell<&'o mut Conflicts>>,
}

impl Machine<'_, '_> {
    fn block(&mut self, block: &FlatBlock<'_>) -> Result<(), Diagnostic> {
        for field in block.allocs {
            self.alloc(*field);
        }
        self.note(|conflicts| conflicts.enter(block.region));
        for (node, step) in &block.steps {
            self.note(|conflicts| conflicts.step(*node));
            self.step(step)?;
        }
        self.note(Conflicts::leave);
        Ok(())
    }

    fn note(&self, take: impl FnOnce(&mut Conflicts)) {
        if let Some(conflicts) = &self.conflicts {
            take(&mut conflicts.borrow_mut());
        }
    }

    /// An access to an element, `at` where the storage has it.
    fn touch(&self, field: FieldId, at: [i64; 3], component: u32, is_write: bool) {
        self.note(|conflicts| {
            let array = &self.arrays[field];
            let index = Axis::ALL.map(|axis| at[axis.index()] - array.range(axis).0);
            conflicts.element(field, index, component, is_write);
            if let Some(slot) = self.slots.get(&field) {
                conflicts.slot(*slot, field);
            }
        });
    }

    /// Accesses to all elements of a container that are at some points.
    fn touch_all(&self, field: FieldId, is_write: bool, is_at: impl Fn([i64; 3]) -> bool) {
        if self.conflicts.is_some() {
            let array = &self.arrays[field];
            for at in each(array.points()).filter(|at| is_at(*at)) {
                (0..array.components()).for_each(|component| self.touch(field, at, component, is_write));
            }
        }
    }

    /// Accesses of a halo update, or of a phase of one.
    fn touch_update(&self, field: FieldId, reach: Option<Extent>, phase: Phase) {
        let (axes, domain) = (self.graph.fields[field].axes, self.domain);
        let beside = |at: [i64; 3], axis: Axis| {
            let n = axis.index();
            axes.has(axis) && !(0..domain[n]).contains(&at[n])
        };
        let reached = |at: [i64; 3], axis: Axis| {
            let n = axis.index();
            reach.is_none_or(|reach| (i64::from(reach.0[n].0)..domain[n] + i64::from(reach.0[n].1)).contains(&at[n]))
        };
        let is_beside = |at| HALO_AXES.into_iter().any(|axis| beside(at, axis));
        let is_filled = |at| is_beside(at) && HALO_AXES.into_iter().all(|axis| !axes.has(axis) || reached(at, axis));
        self.touch_all(field, false, |at| !is_beside(at) || phase.fills() && is_filled(at));
        self.touch_all(field, true, is_filled);
    }

    /// Brings a temporary to life: a register that starts as zero as that, any other one as garbage.
    fn alloc(&mut self, field: FieldId) {
        let container = &self.graph.fields[field];
        let array = &self.arrays[field];
        let (domain, extent) = container.stored_size(self.domain);
        let points = Axis::ALL.map(|axis| match container.stored_axes().has(axis) {
            true => extent.range(axis).at(domain[axis.index()]),
            false => (0, 1),
        });
        let kind = (array.dtype(), array.axes(), array.components(), array.points());
        if kind != (container.dtype, container.stored_axes(), container.components(), points) {
            self.arrays[field] = storage(container, self.domain);
        }
        let zero = container.zero && container.place.is_register();
        self.arrays[field].bytes_mut().fill(if zero { 0 } else { 0xFF });
    }

    fn step(&mut self, step: &FlatStep<'_>) -> Result<(), Diagnostic> {
        match step {
            FlatStep::Tasklet(n) => {
                self.tasklet(*n)?;
                self.violated()
            }
            FlatStep::Over { axis, range, blocking, ordered, backward, body } => {
                let outer = self.point[axis.index()];
                let range = range.at(self.domain[axis.index()]);
                let steps = blocking.steps(range, outer, |size| self.scalars[size].as_i64());
                let backward = if *ordered { *backward } else { self.descending };
                self.depth += 1;
                for position in steps.each(backward) {
                    self.point[axis.index()] = position;
                    self.block(body)?;
                }
                self.point[axis.index()] = outer;
                self.depth -= 1;
                self.violated()
            }
            FlatStep::Zero(field) => {
                self.touch_all(*field, true, |_| true);
                self.arrays[*field].bytes_mut().fill(0);
                Ok(())
            }
            FlatStep::Host { step, fields } => self.host(step, fields),
        }
    }

    fn host(&mut self, step: &HostStep<FlatBlock<'_>>, touched: &[FieldId]) -> Result<(), Diagnostic> {
        match step {
            HostStep::For { counter, body } => {
                let rounds = counter.rounds(counter.bounds().map(|e| self.uniform(e)))?;
                for n in rounds.positions() {
                    self.note(|conflicts| conflicts.scalar(counter.var, true));
                    self.scalars[counter.var] = Value::I64(n).cast(self.graph.scalars[counter.var].dtype);
                    self.block(body)?;
                    if counter.until.as_ref().is_some_and(|e| self.uniform(e).is_true()) {
                        break;
                    }
                }
                Ok(())
            }
            HostStep::Within { window, body } => {
                let Some(part) = window.place(self.domain, |e| self.uniform(e))? else { return Ok(()) };
                let whole = std::mem::replace(&mut self.domain, part.map(|(first, end)| end - first));
                self.corner = part.map(|(first, _)| first);
                self.move_origins(touched, self.corner);
                self.block(body)?;
                self.move_origins(touched, self.corner.map(|n| -n));
                (self.domain, self.corner) = (whole, [0; 3]);
                Ok(())
            }
            HostStep::Branch { condition, then, otherwise } => {
                let taken = if self.uniform(condition).is_true() { then } else { otherwise };
                self.block(taken)
            }
            HostStep::While { condition, body } => {
                let mut rounds = 0;
                while self.uniform(condition).is_true() {
                    self.count(&mut rounds)?;
                    self.block(body)?;
                }
                Ok(())
            }
            HostStep::Let { scalar, value } => {
                self.scalars[*scalar] = self.uniform(value);
                self.note(|conflicts| conflicts.scalar(*scalar, true));
                Ok(())
            }
            HostStep::Exchange { fields, reach, phase, .. } => {
                for field in fields {
                    self.touch_update(*field, *reach, *phase);
                    // Of the two, the one at which the halo is filled must not matter.
                    if phase.fills() == self.descending {
                        halo_update(&mut self.arrays[*field], self.domain, *reach);
                    }
                }
                Ok(())
            }
            HostStep::Copy { to, from } => {
                self.touch_all(*from, false, |_| true);
                self.touch_all(*to, true, |_| true);
                let from = self.arrays[*from].clone();
                copy(&mut self.arrays[*to], &from);
                Ok(())
            }
            HostStep::Swap { a, b } => {
                [a, b].into_iter().for_each(|field| self.touch_all(*field, true, |_| true));
                let (old_a, old_b) = (self.arrays[*a].clone(), self.arrays[*b].clone());
                copy(&mut self.arrays[*a], &old_b);
                copy(&mut self.arrays[*b], &old_a);
                Ok(())
            }
            HostStep::Callback { name, fields, scalars, fills } => self.callback(name, fields, *fills, scalars),
        }
    }

    /// The error of an index that does not exist, once the step that found it is done.
    fn violated(&self) -> Result<(), Diagnostic> {
        match self.graph.violated(&self.first) {
            Some(found) if self.depth == 0 => Err(found),
            _ => Ok(()),
        }
    }

    /// Counts the points of containers from another one on.
    fn move_origins(&mut self, fields: &[FieldId], to: [i64; 3]) {
        fields.iter().for_each(|field| self.arrays[*field].move_origin(to));
    }

    fn uniform(&self, expr: &Expr) -> Value {
        self.note(|conflicts| expr.scalars().into_iter().for_each(|scalar| conflicts.scalar(scalar, false)));
        eval::uniform(expr, &|id| self.scalars[id], self.domain).unwrap_or(Value::zero(expr.dtype))
    }

    fn callback(&mut self, name: &str, fields: &[FieldId], fills: Fills, scalars: &[Expr]) -> Result<(), Diagnostic> {
        let scalars: Vec<Value> = scalars.iter().map(|s| self.uniform(s)).collect();
        for field in fields {
            self.touch_all(*field, false, |_| true);
            self.touch_all(*field, true, |_| fills.writes());
        }
        let mut arrays: Vec<Array> = fields.iter().map(|f| self.arrays[*f].clone()).collect();
        let error = |message| Diagnostic::error(diagnostic::Code::CALL_ARGUMENTS, message, Span::NONE, "called here");
        let Some(call) = &mut self.callbacks else {
            return Err(error(format!("no host function is registered as \"{name}\"")));
        };
        let failed = |message| error(format!("the host function \"{name}\" failed: {message}"));
        call(name, &mut arrays, &scalars).map_err(failed)?;
        fields.iter().zip(&arrays).filter(|_| fills.writes()).for_each(|(f, array)| copy(&mut self.arrays[*f], array));
        Ok(())
    }

    /// Counts a round of a `while`.
    fn count(&self, rounds: &mut u64) -> Result<(), Diagnostic> {
        *rounds += 1;
        let limit = self.while_limit;
        let endless = || {
            Diagnostic::error(
                diagnostic::Code::ENDLESS_WHILE,
                format!("a `while` has not ended after {limit} iterations"),
                Span::NONE,
                "this loop",
            )
        };
        if *rounds > limit { Err(endless()) } else { Ok(()) }
    }
}

/// Sets the points that both arrays have.
fn copy(to: &mut Array, from: &Array) {
    let both = Axis::ALL.map(|axis| {
        let (a, b) = (to.range(axis), from.range(axis));
        (a.0.max(b.0), a.1.min(b.1))
    });
    to.copy_points(from, both);
}
