//! `for` loops in stencils and functions: unrolled, over what is known at compile time.
//!
//! Each round is lowered as if its statements stood in the text, with the loop's variable standing for the item of the round. A
//! `break` or `continue` is decided at compile time as well: no condition that is known at run time only may stand around it.

use crate::constant::Constant;
use crate::inline::Returned;
use crate::lower::{Lower, ROUND_LIMIT};
use crate::scope::{Leave, Leaves, Local};
use crate::syntax::{Expr, ExprKind, Name, Stmt};
use crate::words::Word;
use tradewind_ir::{Code, Diagnostic, Label, Span};

impl Lower<'_> {
    /// `for target in iter: body`: calls `lower` for the body, once for each item.
    pub fn unroll(
        &mut self,
        target: &Expr,
        iter: &Expr,
        body: &[Stmt],
        mut lower: impl FnMut(&mut Self) -> Option<Returned>,
    ) -> Option<Returned> {
        let Some(items) = self.items(iter).filter(|_| self.may_count(target)) else {
            self.give_up(target);
            return None;
        };
        if items.is_empty() {
            self.leave_out(body);
        }
        for (n, item) in items.into_iter().enumerate() {
            self.count_round(iter.span)?;
            let round = target.name().zip(number(&item)).map(|(name, item)| format!("where `{name}` is {item}"));
            self.bind_item(target, item)?;
            let (outer, before) = (std::mem::replace(&mut self.locals().leaves, Leaves::Loop), self.found.len());
            let returned = lower(self);
            self.locals().leaves = outer;
            // What is wrong in the first round is most often wrong in all of them.
            if let Some(text) = round.filter(|_| n > 0) {
                let label = Label { span: target.span, text };
                self.found.iter_mut().skip(before).for_each(|found| found.labels.push(label.clone()));
            }
            let left = self.leaving.take();
            if returned.is_some() || left == Some(Leave::Break) {
                return returned;
            }
        }
        None
    }

    /// `break` and `continue`.
    pub fn leave(&mut self, leave: Leave, span: Span) {
        let word = if leave == Leave::Break { "break" } else { "continue" };
        let found = match self.locals().leaves {
            Leaves::Loop => {
                self.leaving = Some(leave);
                return;
            }
            Leaves::Nothing => {
                let message = format!("`{word}` is not inside a `for`");
                Diagnostic::error(Code::LOOP_LEFT, message, span, "no loop to leave")
                    .help("a `while` ends at each point where its condition no longer holds")
            }
            Leaves::Blocked(place) => {
                let message = format!("the compiler cannot decide this `{word}`");
                Diagnostic::error(Code::LOOP_LEFT, message, span, place)
                    .help("decide by constants or the variable of the loop, or put the statements after it under a condition")
            }
        };
        self.report(found);
    }

    /// Lowers statements in a `place` out of which no loop can be left.
    pub fn blocked<T>(&mut self, place: &'static str, lower: impl FnOnce(&mut Self) -> T) -> T {
        let outer = self.locals().leaves;
        if outer != Leaves::Nothing {
            self.locals().leaves = Leaves::Blocked(place);
        }
        let result = lower(self);
        self.locals().leaves = outer;
        result
    }

    /// Whether the names of a loop's target stand for nothing else.
    fn may_count(&mut self, target: &Expr) -> bool {
        let mut names = Vec::new();
        target.walk(&mut |e| names.extend(e.name().map(|name| (name.to_string(), e.span))));
        for (name, span) in names {
            if self.locals().counted.contains(&name) {
                continue;
            }
            let declared = match self.local(&name) {
                Some(Local::Field { id, .. }) => self.stencil.fields[*id].span,
                Some(Local::Scalar(id)) => self.stencil.scalars[*id].span,
                _ => continue,
            };
            let message = format!("`{name}` already has another meaning than the items of this loop");
            let found = Diagnostic::error(Code::DEFINED_TWICE, message, span, "the loop's variable");
            self.report(found.label(declared, "declared here").help("give the loop's variable another name"));
            return false;
        }
        true
    }

    /// Lets a name, or those of a tuple, stand for an item.
    pub fn bind_item(&mut self, target: &Expr, item: Local) -> Option<()> {
        match (&target.kind, item) {
            (ExprKind::Name(name), item) => {
                self.locals().counted.insert(name.clone());
                self.locals().names.insert(name.clone(), item);
                Some(())
            }
            (ExprKind::Tuple(names), Local::Tuple(items)) if names.len() == items.len() => {
                names.iter().zip(items).try_for_each(|(name, item)| self.bind_item(name, item))
            }
            _ => {
                let found = Diagnostic::error(
                    Code::VALUE_COUNT,
                    "the loop's names and the tuple's items do not match",
                    target.span,
                    "these names",
                );
                self.fail(found.help("each item must be a tuple with one value for each name"))
            }
        }
    }

    /// What a loop goes over.
    fn items(&mut self, iter: &Expr) -> Option<Vec<Local>> {
        if let ExprKind::Call(f, args, named) = &iter.kind {
            match (self.word(f), args.as_slice()) {
                (Some(Word::Range), _) => return self.range(iter, args, named),
                (Some(Word::Enumerate), [over]) if named.is_empty() => {
                    let number = |(n, item)| Local::Tuple(vec![Local::Constant(Constant::Int(n)), item]);
                    return Some((0..).zip(self.items(over)?).map(number).collect());
                }
                _ => {}
            }
        }
        let items = self.tuple(iter);
        if items.is_some() || self.blame(iter) {
            return items;
        }
        let message = "this loop runs over something that is not known at compile time";
        let found = Diagnostic::error(Code::LOOP_ITEMS, message, iter.span, "not a range, a tuple or an enumeration");
        self.fail(found.help("write `for n in range(3):`, `for q in (u, v):` or `for scheme in Scheme:`"))
    }

    /// The items of a tuple of fields, scalars, constants or tuples, or of an enumeration; written out or under a name.
    pub fn tuple(&self, e: &Expr) -> Option<Vec<Local>> {
        match &e.kind {
            ExprKind::Tuple(items) => return items.iter().map(|item| self.item(item)).collect(),
            ExprKind::Name(name) if let Some(Local::Tuple(items)) = self.local(name) => return Some(items.clone()),
            _ => {}
        }
        match self.constant(e).ok()? {
            Constant::Tuple(items) => Some(items.into_iter().map(constant_item).collect()),
            // A member with the value of an earlier one is another name for that.
            Constant::Enumeration(members) => {
                let is_first = |n: usize| members[..n].iter().all(|(_, earlier)| *earlier != members[n].1);
                let first = (0..members.len()).filter(|n| is_first(*n));
                Some(first.map(|n| Local::Constant(members[n].1.clone())).collect())
            }
            _ => None,
        }
    }

    fn item(&self, e: &Expr) -> Option<Local> {
        if let Some(items) = self.tuple(e) {
            return Some(Local::Tuple(items));
        }
        match e.name().and_then(|name| self.local(name)) {
            Some(local @ (Local::Field { .. } | Local::Scalar(_) | Local::Value(_) | Local::Constant(_))) => {
                Some(local.clone())
            }
            Some(_) => None,
            None => match self.constant(e).ok()? {
                Constant::Text(_) | Constant::None | Constant::Table(_) | Constant::Unknown => None,
                known => Some(Local::Constant(known)),
            },
        }
    }

    /// `range(end)`, `range(start, end)`, `range(start, end, step)`, of integers known at compile time.
    fn range(&mut self, iter: &Expr, args: &[Expr], named: &[(Name, Expr)]) -> Option<Vec<Local>> {
        let known: Vec<Option<i64>> = args.iter().map(|arg| self.range_bound(arg)).collect();
        let (start, end, step) = match known.into_iter().collect::<Option<Vec<i64>>>()?.as_slice() {
            [end] if named.is_empty() => (0, *end, 1),
            [start, end] if named.is_empty() => (*start, *end, 1),
            [start, end, step] if named.is_empty() && *step != 0 => (*start, *end, *step),
            [_, _, 0] => {
                return self.fail(Diagnostic::error(
                    Code::LOOP_ITEMS,
                    "the step of a range is zero",
                    iter.span,
                    "it would never end",
                ));
            }
            _ => {
                let message = "a range takes an end; a start and an end; or a start, an end and a step";
                return self.fail(Diagnostic::error(Code::LOOP_ITEMS, message, iter.span, "here").help("write `range(1, 4)`"));
            }
        };
        let rounds = (i128::from(end) - i128::from(start) + i128::from(step - step.signum())) / i128::from(step);
        if rounds > ROUND_LIMIT as i128 {
            return self.too_many_rounds(iter.span);
        }
        Some((0..rounds as i64).map(|n| Local::Constant(Constant::Int(start + n * step))).collect())
    }

    fn range_bound(&mut self, e: &Expr) -> Option<i64> {
        let found = match self.constant(e) {
            Ok(Constant::Int(n)) => return Some(n),
            Ok(other) => {
                let label = format!("this is {}", other.describe());
                Diagnostic::error(Code::LOOP_ITEMS, "the bounds of a range must be integers", e.span, label)
            }
            Err(_) if self.blame(e) => return None,
            Err(not) => {
                let message = "the bounds of a `for` in a stencil must be known at compile time";
                Diagnostic::error(Code::LOOP_ITEMS, message, not.span, not.why).help(
                    "take a constant or an external, or `q.shape[-1]` for the size of a data dimension; `interval` goes over \
                     levels, and a `while` loops at each point",
                )
            }
        };
        self.fail(found)
    }

    /// Counts one round of a loop, up to the limit.
    fn count_round(&mut self, span: Span) -> Option<()> {
        if self.is_full() {
            return None;
        }
        self.rounds += 1;
        if self.is_full() { self.too_many_rounds(span) } else { Some(()) }
    }

    fn too_many_rounds<T>(&mut self, span: Span) -> Option<T> {
        let message = format!("the loops of this stencil have more than {ROUND_LIMIT} iterations in total");
        let found = Diagnostic::error(Code::LIMIT, message, span, "the limit is passed here");
        self.fail(
            found
                .help("the compiler repeats the statements for each iteration: loop over levels by an `interval`, and over time in a `@program`"),
        )
    }
}

fn constant_item(known: Constant) -> Local {
    match known {
        Constant::Tuple(items) => Local::Tuple(items.into_iter().map(constant_item).collect()),
        other => Local::Constant(other),
    }
}

/// The number that an item is, for messages.
fn number(item: &Local) -> Option<String> {
    match item {
        Local::Constant(Constant::Int(n)) => Some(n.to_string()),
        Local::Constant(Constant::Float(x)) => Some(format!("{x:?}")),
        _ => None,
    }
}
