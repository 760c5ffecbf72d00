//! `for`: over a range at run time, over a tuple by unrolling.

use super::branch::{Left, unless};
use super::items::enumerate_start;
use super::leave::set_flag;
use super::loops::{Exits, Loop};
use super::{ProgramLower, scalar_value};
use crate::constant::Constant;
use crate::convert;
use crate::scope::Local;
use crate::syntax::{BinaryOp, Expr, ExprKind, Stmt};
use crate::words::Word;
use std::collections::HashMap;
use tradewind_ir as ir;
use tradewind_ir::{Code, Counter, DType, Diagnostic, HostStep, ProgramStmt, ScalarId, ScalarKind, Span};

/// A loop over a range: `range(…)`, in it `reversed(…)` or not, and around it `enumerate(…, start)` or not.
struct Counting<'e> {
    range: &'e Expr,
    args: &'e [Expr],
    reversed: bool,
    /// The first number of the rounds, if they are numbered; nothing in it for zero.
    numbered: Option<Option<&'e Expr>>,
}

impl ProgramLower<'_> {
    /// A loop over a range, or over a tuple, which is unrolled.
    pub(super) fn repeat(&mut self, target: &Expr, iter: &Expr, body: &[Stmt], span: Span, out: &mut Vec<ProgramStmt>) -> Left {
        if let Some(counting) = self.counting(iter) {
            return self.count_loop(target, counting, body, span, out);
        }
        if let Some(items) = self.items(iter) {
            return self.unroll(target, items, body, span, out);
        }
        if let Some(Local::Unsettled) = iter.name().and_then(|name| self.names.local(name)) {
            self.names.unsettled::<()>(iter);
            return Left::Never;
        }
        if self.names.blame(iter) {
            return Left::Never;
        }
        let found = Diagnostic::error(
            Code::PROGRAM_LOOP,
            "this loop runs over neither a range nor a tuple",
            iter.span,
            "not known here",
        );
        let found = found.help("write `for n in range(nt):` or `for q in (q1, q2):`");
        self.names.report(found.help("`enumerate`, `reversed` and `zip` may surround these"));
        Left::Never
    }

    fn counting<'e>(&self, e: &'e Expr) -> Option<Counting<'e>> {
        match self.word_call(e)? {
            (Word::Range, args, []) => Some(Counting { range: e, args, reversed: false, numbered: None }),
            (Word::Reversed, [inner], []) => {
                let inner = self.counting(inner).filter(|c| !c.reversed && c.numbered.is_none())?;
                Some(Counting { reversed: true, ..inner })
            }
            (Word::Enumerate, args @ [inner, ..], named) => {
                let inner = self.counting(inner).filter(|c| c.numbered.is_none())?;
                Some(Counting { numbered: Some(enumerate_start(args, named)?), ..inner })
            }
            _ => None,
        }
    }

    fn count_loop(
        &mut self,
        target: &Expr,
        counting: Counting<'_>,
        body: &[Stmt],
        span: Span,
        out: &mut Vec<ProgramStmt>,
    ) -> Left {
        let mut bounds = self.bounds(&counting);
        let start = counting.numbered.map(|start| match start {
            Some(start) => self.integer(start),
            None => Some(convert::int(0, self.options, counting.range.span)),
        });
        let (number, name) = match (&target.kind, &start) {
            (ExprKind::Name(name), None) => (None, name),
            (ExprKind::Tuple(names), Some(_)) if let [number, name] = &names[..] => match (number.name(), &name.kind) {
                (Some(number), ExprKind::Name(name)) => (Some(number), name),
                _ => return self.wrong_target(target),
            },
            _ => return self.wrong_target(target),
        };
        let var = self.loop_variable(name, target.span, out);
        let number = number.map(|name| self.loop_variable(name, target.span, out));
        let mut start = start.flatten();
        if number.is_some() {
            bounds = bounds.map(|[from, to, step]| [self.held(from, out), to, self.held(step, out)]);
            start = start.map(|start| self.held(start, out));
        }
        let (inner, stop) = self.rounds(body, span, |this, inner| {
            let known = number.zip(bounds.clone()).zip(start);
            inner.extend(known.and_then(|((number, [from, _, step]), start)| this.number(number, var, [from, step, start])));
        });
        let Some([from, to, step]) = bounds else { return stop.map_or(Left::Never, Left::Perhaps) };
        let dtype = self.program.scalars[var].dtype;
        let [from, to, step] = [from, to, step].map(|e| convert::cast(e, dtype));
        out.extend(stop.map(|stop| set_flag(stop, false, span)));
        let until = stop.map(|stop| scalar_value(stop, DType::Bool, span));
        let counter = Box::new(Counter { var, from, to, step, until });
        out.push(ProgramStmt::Host(HostStep::For { counter, body: inner }, span));
        stop.map_or(Left::Never, Left::Perhaps)
    }

    fn wrong_target(&mut self, target: &Expr) -> Left {
        let label = "one name, or two of an `enumerate`";
        let found = Diagnostic::error(Code::PROGRAM_LOOP, "a loop over a range counts one variable", target.span, label);
        self.names.report(found);
        Left::Never
    }

    /// `from`, `to` and `step` of a range.
    fn bounds(&mut self, counting: &Counting<'_>) -> Option<[ir::Expr; 3]> {
        let (at, number) = (counting.range.span, |n| convert::int(n, self.options, counting.range.span));
        let (zero, one) = (number(0), number(1));
        let [from, to, step] = match counting.args {
            [to] => [Some(zero), self.integer(to), Some(one)],
            [from, to] => [self.integer(from), self.integer(to), Some(one)],
            [from, to, step] => [self.integer(from), self.integer(to), self.integer(step)],
            _ => {
                let message = "`range` takes one to three numbers";
                let found = Diagnostic::error(Code::PROGRAM_LOOP, message, at, "in this range");
                return self.names.fail(found.help("write `range(nt)`, `range(first, end)` or `range(first, end, step)`"));
            }
        };
        let (from, to, step) = (from?, to?, step?);
        match convert::int_literal(&step) {
            Some(0) => {
                let found = Diagnostic::error(Code::PROGRAM_LOOP, "the step of a range is zero", step.span, "here");
                self.names.fail(found.help("count up with a positive step, down with a negative one"))
            }
            Some(known) if counting.reversed => self.reversed(from, to, known),
            None if counting.reversed => {
                let message = "the step of a reversed range must be known at compile time";
                let found = Diagnostic::error(Code::PROGRAM_LOOP, message, step.span, "known only at run time");
                self.names.fail(found.help("write the range in the opposite direction"))
            }
            _ => Some([from, to, step]),
        }
    }

    /// The range that takes the same values from the last to the first.
    fn reversed(&mut self, from: ir::Expr, to: ir::Expr, step: i64) -> Option<[ir::Expr; 3]> {
        let (options, at) = (self.options, from.span.to(to.span));
        let number = |n: i64| convert::int(n, options, at);
        let mut op = |op, a: ir::Expr, b: ir::Expr| self.names.binary(op, a, b, at);
        let last = match step {
            1 | -1 => op(BinaryOp::Sub, to, number(step))?,
            _ => {
                let distance = op(BinaryOp::Sub, to, from.clone())?;
                let short = op(BinaryOp::Sub, distance, number(step.signum()))?;
                let steps = op(BinaryOp::FloorDiv, short, number(step))?;
                let reach = op(BinaryOp::Mul, steps, number(step))?;
                op(BinaryOp::Add, from.clone(), reach)?
            }
        };
        Some([last, op(BinaryOp::Sub, from, number(step))?, number(step.checked_neg()?)])
    }

    /// An integer known at run time at the latest.
    fn integer(&mut self, e: &Expr) -> Option<ir::Expr> {
        let value = self.value(e)?;
        if value.dtype.is_int() {
            return Some(value);
        }
        let label = format!("this is of type {}", value.dtype);
        let found =
            Diagnostic::error(Code::PROGRAM_LOOP, "the bounds and the step of a range must be integers", value.span, label);
        self.names.fail(found.help("convert it: `int(…)`"))
    }

    /// The variable that a loop sets: the one of that name, or a new one.
    fn loop_variable(&mut self, name: &str, span: Span, out: &mut Vec<ProgramStmt>) -> ScalarId {
        match self.names.local(name).cloned() {
            Some(Local::Scalar(id)) if self.program.scalars[id].kind == ScalarKind::Variable => id,
            Some(Local::Constant(Constant::Int(value))) => {
                // Without a round the name keeps its number.
                let id = self.variable(name, self.options.int, span);
                let value = convert::cast(convert::int(value, self.options, span), self.options.int);
                out.push(ProgramStmt::Host(HostStep::Let { scalar: id, value }, span));
                id
            }
            _ => self.variable(name, self.options.int, span),
        }
    }

    /// A value that may be asked for in any round: a literal, an argument, or a variable that holds it.
    fn held(&mut self, value: ir::Expr, out: &mut Vec<ProgramStmt>) -> ir::Expr {
        match value.kind {
            ir::ExprKind::Literal(_) => return value,
            ir::ExprKind::Scalar(id) if self.program.scalars[id].kind == ScalarKind::Argument => return value,
            _ => {}
        }
        let (dtype, span) = (value.dtype, value.span);
        scalar_value(self.variable_from("held", value, out), dtype, span)
    }

    /// Sets the number of a round, counted from `start`.
    fn number(&mut self, number: ScalarId, var: ScalarId, [from, step, start]: [ir::Expr; 3]) -> Option<ProgramStmt> {
        let span = from.span;
        let is = |e: &ir::Expr, n| convert::int_literal(e) == Some(n);
        let mut value = scalar_value(var, self.program.scalars[var].dtype, span);
        if !is(&from, 0) {
            value = self.names.binary(BinaryOp::Sub, value, from, span)?;
        }
        if !is(&step, 1) {
            value = self.names.binary(BinaryOp::FloorDiv, value, step, span)?;
        }
        if !is(&start, 0) {
            value = self.names.binary(BinaryOp::Add, value, start, span)?;
        }
        let value = convert::cast(value, self.program.scalars[number].dtype);
        Some(ProgramStmt::Host(HostStep::Let { scalar: number, value }, span))
    }

    /// One round after another.
    fn unroll(&mut self, target: &Expr, items: Vec<Local>, body: &[Stmt], span: Span, out: &mut Vec<ProgramStmt>) -> Left {
        let (mark, first) = (self.rebound.len(), out.len());
        let numbers = if Exits::of(body).breaks { self.last_numbers(target, &items) } else { HashMap::new() };
        self.loops.push(Loop::new(body, true, mark));
        for item in &items {
            match self.loops.last().map(|l| (l.ended, l.stop)) {
                Some((true, _)) => break,
                Some((false, Some(stop))) => {
                    let (mark, mut round) = (self.rebound.len(), Vec::new());
                    self.under_condition(|this| this.round(target, item, body, &numbers, &mut round));
                    let end = self.unbind(mark);
                    self.join(&[end, HashMap::new()]);
                    let branch = HostStep::Branch { condition: unless(stop, span), then: round, otherwise: Vec::new() };
                    out.push(ProgramStmt::Host(branch, span));
                }
                _ => self.round(target, item, body, &numbers, out),
            }
        }
        let Some(Loop { stop, breaks, ended, .. }) = self.loops.pop() else { return Left::Never };
        if !breaks.is_empty() {
            let mut ends = vec![self.unbind(mark)];
            ends.extend(breaks);
            self.join(&ends);
            // Which number came last is known when it runs.
            numbers.into_iter().for_each(|(name, id)| self.bind(&name, Local::Scalar(id)));
        }
        out.splice(first..first, stop.map(|stop| set_flag(stop, false, span)));
        match stop {
            _ if ended => Left::Always,
            Some(stop) => Left::Perhaps(stop),
            None => Left::Never,
        }
    }

    fn round(
        &mut self,
        target: &Expr,
        item: &Local,
        body: &[Stmt],
        numbers: &HashMap<String, ScalarId>,
        out: &mut Vec<ProgramStmt>,
    ) {
        let (mark, first) = (self.rebound.len(), out.len());
        if let Some(around) = self.loops.last_mut() {
            (around.marks[1], around.guards) = (mark, around.conditions);
        }
        let bound = self.bind_item(target, item.clone());
        for (name, id) in numbers {
            let value = self.names.local(name).cloned().and_then(|local| self.number_of(&local, target.span));
            let value = value.map(|value| convert::cast(value, self.program.scalars[*id].dtype));
            out.extend(value.map(|value| ProgramStmt::Host(HostStep::Let { scalar: *id, value }, target.span)));
        }
        if bound.is_some() {
            self.body(body, out);
        }
        let Some(around) = self.loops.last_mut() else { return };
        let continues = std::mem::take(&mut around.continues);
        let skip = around.skip;
        if !continues.is_empty() {
            let mut ends = vec![self.unbind(mark)];
            ends.extend(continues);
            self.join(&ends);
        }
        out.splice(first..first, skip.map(|skip| set_flag(skip, false, target.span)));
    }

    /// Variables for the names of a loop that stand for numbers: they hold the last ones, should the loop be left early.
    fn last_numbers(&mut self, target: &Expr, items: &[Local]) -> HashMap<String, ScalarId> {
        let mut numbers = HashMap::new();
        self.each_number(target, items, &mut numbers);
        numbers
    }

    fn each_number(&mut self, target: &Expr, items: &[Local], numbers: &mut HashMap<String, ScalarId>) {
        match &target.kind {
            ExprKind::Name(name) => {
                let values: Option<Vec<ir::Expr>> = items.iter().map(|item| self.number_of(item, target.span)).collect();
                let dtype = values.into_iter().flatten().map(|value| value.dtype).reduce(DType::promote);
                if let Some(dtype) = dtype {
                    let printed = self.printed(name);
                    numbers.insert(name.clone(), self.scalar(printed, dtype, ScalarKind::Variable, target.span));
                }
            }
            ExprKind::Tuple(names) => {
                for (n, name) in names.iter().enumerate() {
                    let nth = |item: &Local| if let Local::Tuple(parts) = item { parts.get(n).cloned() } else { None };
                    let parts: Option<Vec<Local>> = items.iter().map(nth).collect();
                    self.each_number(name, &parts.unwrap_or_default(), numbers);
                }
            }
            _ => {}
        }
    }

    /// The value of a name that stands for a number.
    fn number_of(&self, local: &Local, span: Span) -> Option<ir::Expr> {
        match local {
            Local::Scalar(id) => Some(scalar_value(*id, self.program.scalars[*id].dtype, span)),
            Local::Constant(Constant::Int(v)) => Some(convert::int(*v, self.options, span)),
            Local::Constant(Constant::Float(v)) => Some(convert::float(*v, self.options, span)),
            Local::Constant(Constant::Bool(v)) => Some(ir::Expr::literal(ir::Value::Bool(*v), span)),
            _ => None,
        }
    }
}
