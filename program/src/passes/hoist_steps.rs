//! Moves calls and halo updates out of loops if every round does the same: what they read does not change in the loop, and nothing else in
//! the loop writes what they write.
//!
//! ```text
//! for $n in [0, $nt) {                  call @metric(%x, %area)
//!   call @metric(%x, %area)             for $n in [0, $nt) {
//!   call @advect(%q, %area, %r)    =>     call @advect(%q, %area, %r)
//!   swap %q, %r                           swap %q, %r
//! }                                     }
//! ```
//!
//! A loop may run no round. If something behind the loop reads what a step writes, the steps come under the condition that the loop runs. A call stays if
//! its stencil reports errors about computed indexes, and if it writes arguments: an observer may look at them before the first round.

use crate::analyzed::Analyzed;
use crate::live::{Live, Walk};
use crate::passes::dead_steps::reports;
use crate::touched::Touched;
use crate::updates;
use std::collections::{HashMap, HashSet};
use tradewind_ir::pass::Pass;
use tradewind_ir::written::Block;
use tradewind_ir::{
    BinaryOp, Counter, DType, Diagnostic, Expr, ExprKind, FieldId, HostStep, Lifetime, Phase, ProgramStmt, ScalarId, Value,
};

/// The pass `hoist-steps`.
pub struct HoistSteps;

impl Pass<Analyzed> for HoistSteps {
    fn name(&self) -> &'static str {
        "hoist-steps"
    }
    fn doc(&self) -> &'static str {
        "move calls and halo updates that do the same in every round out of loops"
    }
    fn run(&self, of: &mut Analyzed) -> Result<usize, Vec<Diagnostic>> {
        let (mut steps, mut changes) = (std::mem::take(&mut of.program.body), 0);
        updates::split(&mut steps);
        let visit = &mut |step: &ProgramStmt, live: &Live| {
            let (body, var, runs) = match step {
                ProgramStmt::Host(HostStep::For { counter, body }, _) => (body, Some(counter.var), Runs::of(counter)),
                ProgramStmt::Host(HostStep::While { body, .. }, _) => (body, None, Runs::Unknown),
                _ => return None,
            };
            let is_used = |touched: &Touched| touched.writes.iter().any(|w| live.meets(w.field, w.block));
            let all: Vec<Touched> = body.iter().map(|step| Touched::of(of, step)).collect();
            let moved = invariant(of, body, &all, var, &|step, touched| {
                let is_own = |field| of.program.fields.get(field).is_some_and(|f| f.lifetime == Lifetime::Transient);
                let is_seen = !matches!(step, ProgramStmt::Host(HostStep::Exchange { .. }, _))
                    && !touched.writes.iter().all(|w| is_own(w.field));
                !is_seen && (runs != Runs::Unknown || !is_used(touched))
            });
            changes += moved.iter().filter(|moves| **moves).count();
            let condition = match runs {
                Runs::If(condition) if all.iter().zip(&moved).any(|(touched, moves)| *moves && is_used(touched)) => {
                    Some(condition)
                }
                _ => None,
            };
            moved.contains(&true).then(|| hoisted(step.clone(), &moved, condition))
        };
        Walk::new(of).steps(&mut steps, Some(visit));
        updates::merge(&mut steps);
        of.program.body = steps;
        Ok(changes)
    }
}

/// When a loop runs a round.
#[derive(Clone, PartialEq, Debug)]
enum Runs {
    Always,
    /// Where this holds before the loop.
    If(Expr),
    Unknown,
}

impl Runs {
    fn of(counter: &Counter) -> Runs {
        if let Some(rounds) = counter.known_rounds() {
            return if rounds.count() > 0 { Runs::Always } else { Runs::Unknown };
        }
        let (low, high) = match counter.step.known().map(Value::as_i64) {
            Some(step) if step > 0 => (&counter.from, &counter.to),
            Some(step) if step < 0 => (&counter.to, &counter.from),
            _ => return Runs::Unknown,
        };
        let kind = ExprKind::Binary(BinaryOp::Lt, Box::new(low.clone()), Box::new(high.clone()));
        Runs::If(Expr { kind, dtype: DType::Bool, span: low.span })
    }
}

/// The steps to move, in their order and perhaps under a condition, and the loop without them.
fn hoisted(mut step: ProgramStmt, moved: &[bool], condition: Option<Expr>) -> Vec<ProgramStmt> {
    let mut found = Vec::new();
    if let ProgramStmt::Host(HostStep::For { body, .. } | HostStep::While { body, .. }, _) = &mut step {
        let steps = std::mem::take(body).into_iter().zip(moved);
        steps.for_each(|(inner, moves)| if *moves { found.push(inner) } else { body.push(inner) });
    }
    if let Some(condition) = condition {
        let branch = HostStep::Branch { condition, then: found, otherwise: Vec::new() };
        found = vec![ProgramStmt::Host(branch, step.span())];
    }
    found.push(step);
    found
}

/// For each step of a loop's body, and what it touches, whether it can come before the loop. `free` says whether that may be done although the
/// loop may run no round and an observer may look at the fields before the first one.
fn invariant(
    of: &Analyzed,
    body: &[ProgramStmt],
    all: &[Touched],
    var: Option<ScalarId>,
    free: &dyn Fn(&ProgramStmt, &Touched) -> bool,
) -> Vec<bool> {
    let mut sets: HashSet<ScalarId> = var.into_iter().collect();
    all.iter().for_each(|touched| sets.extend(&touched.sets));
    let (mut reads, mut writes) = (Boxes::new(), Boxes::new());
    for (at, touched) in all.iter().enumerate() {
        touched.reads.iter().for_each(|(field, block)| reads.entry(*field).or_default().push((at, *block)));
        touched.writes.iter().for_each(|w| writes.entry(w.field).or_default().push((at, w.block)));
    }
    let mut moved = vec![false; body.len()];
    for (at, (step, touched)) in body.iter().zip(all).enumerate() {
        let candidate = match step {
            ProgramStmt::Call { stencil, .. } => of.program.stencils.get(*stencil).is_some_and(|called| !reports(called)),
            ProgramStmt::Host(HostStep::Exchange { phase, .. }, _) => *phase == Phase::Whole,
            _ => false,
        };
        // Whether one of these steps, of those that stay in the loop, touches points of a box.
        let touches = |boxes: &Boxes, (field, block): (FieldId, Block), which: &dyn Fn(usize) -> bool| {
            let found = boxes.get(&field).into_iter().flatten();
            found.into_iter().any(|(other, there)| !moved[*other] && which(*other) && there.meets(block, of.min_size))
        };
        moved[at] = candidate
            && touched.reads_scalars.is_disjoint(&sets)
            && !touched.reads.iter().any(|read| touches(&writes, *read, &|_| true))
            && !touched.writes.iter().any(|w| {
                let written = (w.field, w.block);
                touches(&writes, written, &|other| other != at) || touches(&reads, written, &|other| other < at)
            })
            && free(step, touched);
    }
    moved
}

/// Boxes of each field, with the step that touches them.
type Boxes = HashMap<FieldId, Vec<(usize, Block)>>;
