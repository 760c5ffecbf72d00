//! The reference interpreter: it executes the meaning of a program literally.
//!
//! Every assignment evaluates its right-hand side over the whole plane (in `parallel` loops: the whole block) and then stores
//! it. Every other executor is compared with this one, to the bit.

mod evaluate;
mod halo;
mod stencil;

pub use halo::halo_update;

use crate::access::ProgramSummary;
use crate::array::{Array, PointBox};
use crate::diagnostic::{Code, Diagnostic};
use crate::domain::{Axes, Axis, Domain, Extent};
use crate::eval;
use crate::expr::Expr;
use crate::fills::Fills;
use crate::host::HostStep;
use crate::ids::{FieldId, Id};
use crate::program::{Lifetime, Program, ProgramStmt, ScalarKind};
use crate::source::Span;
use crate::tile::Tile;
use crate::types::DType;
use crate::value::Value;
use crate::verified::Verified;

/// A host function: its registered name, the fields and the scalars that the program passes. A message fails the run.
pub type Callback<'a> = dyn FnMut(&str, &mut [Array], &[Value]) -> Result<(), String> + 'a;

/// What a run may do.
pub struct Options<'a> {
    /// How many rounds a `while` of a program or a stencil may take.
    pub while_limit: u64,
    /// Stands for all registered host functions; without it, a callback is an error.
    pub callbacks: Option<&'a mut Callback<'a>>,
    /// Where the tile lies; the domain itself, unless that is a part of one.
    pub tile: Option<Tile>,
}

impl Default for Options<'_> {
    fn default() -> Self {
        Options { while_limit: 1_000_000, callbacks: None, tile: None }
    }
}

/// Runs a program on a domain. `fields` and `scalars` are the arguments of each kind in order; (0, 0, 0) of the arrays is the
/// first point of the domain. A domain without points is legal: calls then do nothing.
///
/// # Errors
/// Before anything runs: a domain smaller than the program's smallest, and arguments of the wrong number, type, axes or halo.
/// On the way: a `while` that does not end in [`Options::while_limit`] rounds, a range with a step of zero, a part of the
/// domain that does not fit, a callback that fails or is not there. The fields then hold what was computed so far.
pub fn run_program(
    program: &Verified<Program>,
    domain: Domain,
    fields: &mut [Array],
    scalars: &[Value],
    options: Options<'_>,
) -> Result<(), Diagnostic> {
    let summary = program.summary();
    check_arguments(program, summary, domain, fields, scalars)?;
    let empty = || Array::zeros(DType::Bool, Axes::NONE, 1, [1; 3], Extent::ZERO);
    let arguments = fields.iter_mut().map(|f| std::mem::replace(f, empty()));
    let transients = program.fields.iter().filter(|(_, f)| f.lifetime == Lifetime::Transient);
    let transients = transients.filter_map(|(id, _)| summary.storage(id, domain));
    let values = program.scalars.values().filter(|s| s.kind == ScalarKind::Variable).map(|s| Value::zero(s.dtype));
    let mut run = Run {
        program,
        summary,
        domain,
        part: domain.map(|size| (0, size)),
        fields: arguments.chain(transients).collect(),
        scalars: scalars.iter().copied().chain(values).collect(),
        options,
    };
    let result = run.body(&program.body);
    for (argument, array) in fields.iter_mut().zip(run.fields) {
        *argument = array;
    }
    result
}

impl ProgramSummary {
    /// Zeros with the halo that the program needs of a field; `None` if there is no such field.
    pub fn storage(&self, id: FieldId, domain: Domain) -> Option<Array> {
        self.fields.get(id).map(|f| Array::zeros(f.dtype, f.axes, f.components(), domain, f.halo))
    }
}

fn check_arguments(
    program: &Program,
    summary: &ProgramSummary,
    domain: Domain,
    fields: &[Array],
    scalars: &[Value],
) -> Result<(), Diagnostic> {
    let error = |message: String, span: Span| Err(Diagnostic::error(Code::CALL_ARGUMENTS, message, span, "of this program"));
    if !domain.contains(&0) && domain.iter().zip(summary.min_size).any(|(size, min)| *size < min) {
        let [i, j, k] = summary.min_size;
        return error(format!("the domain {domain:?} is smaller than {i}, {j}, {k} points along I, J, K"), program.span);
    }
    let arguments = || program.fields.iter().filter(|(_, f)| f.lifetime == Lifetime::Argument);
    let values = || program.scalars.values().filter(|s| s.kind == ScalarKind::Argument);
    if (arguments().count(), values().count()) != (fields.len(), scalars.len()) {
        let (f, s) = (arguments().count(), values().count());
        let message =
            format!("`{}` takes {f} fields and {s} scalars, not {} and {}", program.name, fields.len(), scalars.len());
        return error(message, program.span);
    }
    for ((id, field), array) in arguments().zip(fields) {
        let name = &field.name;
        if (array.dtype(), array.axes()) != (field.dtype, field.axes) {
            let have = format!("{} on {}", array.dtype(), array.axes());
            return error(format!("`{name}` is {} on {}, its array is {have}", field.dtype, field.axes), field.span);
        }
        for axis in field.axes.iter() {
            let (n, (first, last)) = (axis.index(), array.range(axis));
            let (low, high) = summary.fields[id].halo.0[n];
            let (below, above) = (first - i64::from(low), domain[n] + i64::from(high) - last);
            if below > 0 || above > 0 {
                let (below, above) = (below.max(0), above.max(0));
                let message = format!("the array of `{name}` lacks {below} points below and {above} above along {axis}");
                return error(message, field.span);
            }
        }
    }
    match values().zip(scalars).find(|(s, value)| s.dtype != value.dtype()) {
        Some((s, value)) => error(format!("`{}` is {}, its value is {}", s.name, s.dtype, value.dtype()), s.span),
        None => Ok(()),
    }
}

/// A run: the program's memory.
struct Run<'p, 'o> {
    program: &'p Program,
    summary: &'p ProgramSummary,
    domain: Domain,
    /// The part of the domain that calls run on.
    part: PointBox,
    fields: Vec<Array>,
    scalars: Vec<Value>,
    options: Options<'o>,
}

impl Run<'_, '_> {
    fn body(&mut self, body: &[ProgramStmt]) -> Result<(), Diagnostic> {
        body.iter().try_for_each(|step| self.step(step))
    }

    fn step(&mut self, step: &ProgramStmt) -> Result<(), Diagnostic> {
        match step {
            ProgramStmt::Call { stencil, fields, scalars, domain, span } => {
                let scalars: Vec<Value> = scalars.iter().map(|e| self.value(e)).collect();
                let part = [0, 1, 2].map(|n| {
                    let (first, end) = self.part[n];
                    let (low, high) = domain[n].at(end - first);
                    (first + low, first + high)
                });
                let stencil = &self.program.stencils[*stencil];
                let tile = self.options.tile.unwrap_or(Tile::of_domain(self.domain));
                stencil::call(stencil, &mut self.fields, fields, &scalars, (part, tile), self.options.while_limit, *span)?;
            }
            ProgramStmt::Host(step, span) => self.host(step, *span)?,
        }
        Ok(())
    }

    fn host(&mut self, step: &HostStep<Vec<ProgramStmt>>, span: Span) -> Result<(), Diagnostic> {
        match step {
            HostStep::Within { window, body } => {
                let window = self.summary.window(self.program, window, body);
                if let Some(part) = window.place(self.domain, |e| self.value(e))? {
                    let whole = std::mem::replace(&mut self.part, part);
                    self.body(body)?;
                    self.part = whole;
                }
            }
            HostStep::Exchange { fields, reach, phase, .. } => {
                for field in fields.iter().filter(|_| phase.fills()) {
                    halo_update(&mut self.fields[field.index()], self.domain, *reach);
                }
            }
            HostStep::For { counter, body } => {
                let bounds = counter.bounds().map(|e| self.value(e));
                for n in counter.rounds(bounds)?.positions() {
                    self.scalars[counter.var.index()] = Value::I64(n).cast(bounds[0].dtype());
                    self.body(body)?;
                    if counter.until.as_ref().is_some_and(|e| self.value(e).is_true()) {
                        break;
                    }
                }
            }
            HostStep::Branch { condition, then, otherwise } => {
                self.body(if self.value(condition).is_true() { then } else { otherwise })?;
            }
            HostStep::While { condition, body } => {
                let mut rounds = 0;
                while self.value(condition).is_true() {
                    rounds += 1;
                    if rounds > self.options.while_limit {
                        return Err(stencil::endless(self.options.while_limit, span));
                    }
                    self.body(body)?;
                }
            }
            HostStep::Let { scalar, value } => self.scalars[scalar.index()] = self.value(value),
            HostStep::Copy { to, from } => {
                let common = common(&self.fields[to.index()], &self.fields[from.index()]);
                let from = self.fields[from.index()].clone();
                self.fields[to.index()].copy_points(&from, common);
            }
            HostStep::Swap { a, b } => {
                let common = common(&self.fields[a.index()], &self.fields[b.index()]);
                let (old_a, old_b) = (self.fields[a.index()].clone(), self.fields[b.index()].clone());
                self.fields[a.index()].copy_points(&old_b, common);
                self.fields[b.index()].copy_points(&old_a, common);
            }
            HostStep::Callback { name, fields, scalars, fills } => self.callback(name, fields, *fills, scalars, span)?,
        }
        Ok(())
    }

    fn value(&self, expr: &Expr) -> Value {
        let value = eval::uniform(expr, &|id| self.scalars[id.index()], self.domain);
        value.unwrap_or(Value::zero(expr.dtype))
    }

    fn callback(
        &mut self,
        name: &str,
        fields: &[FieldId],
        fills: Fills,
        scalars: &[Expr],
        span: Span,
    ) -> Result<(), Diagnostic> {
        let scalars: Vec<Value> = scalars.iter().map(|e| self.value(e)).collect();
        let mut arrays: Vec<Array> = fields.iter().map(|f| self.fields[f.index()].clone()).collect();
        let Some(call) = self.options.callbacks.as_mut() else {
            return Err(Diagnostic::error(
                Code::RUN_FAILED,
                format!("no host function is registered as \"{name}\""),
                span,
                "called here",
            ));
        };
        let failed = |message| {
            Diagnostic::error(Code::RUN_FAILED, format!("the host function \"{name}\" failed: {message}"), span, "called here")
        };
        call(name, &mut arrays, &scalars).map_err(failed)?;
        for (field, array) in fields.iter().zip(arrays).filter(|_| fills.writes()) {
            let points = common(&self.fields[field.index()], &array);
            self.fields[field.index()].copy_points(&array, points);
        }
        Ok(())
    }
}

/// The points that two arrays have.
fn common(a: &Array, b: &Array) -> PointBox {
    Axis::ALL.map(|axis| (a.range(axis).0.max(b.range(axis).0), a.range(axis).1.min(b.range(axis).1)))
}

#[cfg(test)]
mod tests;
