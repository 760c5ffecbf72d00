//! What a selector names, or why it names nothing.

use super::{Named, Selectors, is_axis};
use crate::tree::{NodeId, Unit};
use tradewind_ir::Axis;
use tradewind_ir::suggest::nearest;

/// Why a selector names nothing.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NotFound {
    /// What is wrong with it, and what there is instead.
    pub why: String,
    /// What may have been meant.
    pub meant: Option<String>,
}

impl From<String> for NotFound {
    fn from(why: String) -> NotFound {
        NotFound { why, meant: None }
    }
}

impl NotFound {
    /// What may have been meant is the name of a loop around a statement.
    fn at(self, position: &str) -> NotFound {
        NotFound { meant: self.meant.map(|meant| format!("{meant}/{position}")), ..self }
    }
}

impl Selectors<'_> {
    /// The loop that a selector names.
    ///
    /// # Errors
    /// What is wrong with it, and what there is instead.
    pub fn find_loop(&self, selector: &str) -> Result<NodeId, NotFound> {
        let Some((head, rest)) = selector.split_once('/') else {
            return Err("a selector is a call and an axis, such as `smooth/k` or `smooth/j.1`".to_string().into());
        };
        match rest.rsplit_once('/') {
            Some((statement, position)) if !is_axis(rest) && position.parse::<usize>().is_err() => {
                let (axis, level) = place(position)?;
                let unit = self.statement(head, statement).map_err(|found| found.at(position))?;
                self.around(unit, axis, level).map_err(|count| match count {
                    0 => format!("no loop over {axis} is around `{head}/{statement}`").into(),
                    _ => numbered(&format!("loops over {axis} around `{head}/{statement}`"), count),
                })
            }
            _ if !is_axis(rest) => {
                let message = format!("this names no loop; a loop around it is `{selector}/j`, for example");
                Err(message.into())
            }
            _ => {
                let (axis, number) = place(rest)?;
                self.nth(head, &axis.to_string(), number).map(Unit::node).map_err(|count| match count {
                    0 => self.unknown(head, axis),
                    _ => numbered(&format!("loops over {axis} with statements of `{head}`"), count),
                })
            }
        }
    }

    /// The loop, statement or step that a selector names.
    ///
    /// # Errors
    /// What is wrong with it, and what there is instead.
    pub fn find(&self, selector: &str) -> Result<Unit, NotFound> {
        match selector.split_once('/').filter(|(_, rest)| !is_axis(rest)) {
            Some((head, rest)) if rest.rsplit('/').next().is_none_or(|last| !is_position(last)) => self.statement(head, rest),
            _ => self.find_loop(selector).map(Unit::Node),
        }
    }

    /// The statement or step named `head/%tail` or `head/%tail/1`.
    fn statement(&self, head: &str, rest: &str) -> Result<Unit, NotFound> {
        let (tail, number) = rest.split_once('/').unwrap_or((rest, "0"));
        let Ok(number) = number.parse::<usize>() else {
            return Err(format!("`{number}` is not a number, as in `{head}/{tail}/1`").into());
        };
        self.nth(head, tail, number).map_err(|count| match count {
            0 => self.unknown_statement(head, tail),
            _ => numbered(&format!("statements or steps named `{head}/{tail}`"), count),
        })
    }

    /// One of the loops over an axis around a statement, from the outermost on; otherwise how many there are.
    fn around(&self, unit: Unit, axis: Axis, level: usize) -> Result<NodeId, usize> {
        let mut loops = self.tree.loops_around(unit.node());
        loops.retain(|id| self.tree.as_loop(*id).is_some_and(|l| l.axis == axis));
        loops.get(level).copied().ok_or(loops.len())
    }

    /// One of those with this name; otherwise how many there are.
    fn nth(&self, head: &str, tail: &str, number: usize) -> Result<Unit, usize> {
        let is_named = |named: &&Named| named.heads.contains(&head) && named.tails.iter().any(|t| t == tail);
        let mut here = self.named.iter().filter(is_named);
        let count = here.clone().count();
        here.nth(number).map(|named| named.unit).ok_or(count)
    }

    fn unknown(&self, call: &str, axis: Axis) -> NotFound {
        let loops = self.named.iter().filter(|named| named.tails.iter().any(|tail| is_axis(tail)));
        let mut calls: Vec<&str> = loops.flat_map(|named| named.heads.iter().copied()).collect();
        calls.sort_unstable();
        calls.dedup();
        if calls.contains(&call) {
            return format!("no loop over {axis} has statements of `{call}`").into();
        }
        let meant = nearest(call, calls.iter().copied()).map(|call| format!("{call}/{axis}"));
        let calls: Vec<String> = calls.iter().map(|c| format!("`{c}`")).collect();
        NotFound { why: format!("there is no call `{call}`; the calls are {}", calls.join(", ")), meant }
    }

    fn unknown_statement(&self, head: &str, tail: &str) -> NotFound {
        let all = || self.named.iter().filter(|named| named.tails.iter().any(|t| !is_axis(t)));
        let with_head = || all().filter(|named| named.heads.contains(&head)).flat_map(|named| &named.tails);
        let with_tail = || all().filter(|named| named.tails.iter().any(|t| t == tail)).flat_map(|named| &named.heads);
        let other_tail = nearest(tail, with_head().map(String::as_str)).map(|tail| format!("{head}/{tail}"));
        let meant = other_tail.or_else(|| nearest(head, with_tail().copied()).map(|head| format!("{head}/{tail}")));
        NotFound { why: format!("nothing of `{head}` writes or uses `{tail}`"), meant }
    }
}

/// An axis and a number: `j`, `j.1`.
fn place(position: &str) -> Result<(Axis, usize), NotFound> {
    let (name, number) = position.split_once('.').unwrap_or((position, "0"));
    match (Axis::ALL.into_iter().find(|a| a.to_string() == name), number.parse::<usize>()) {
        (Some(axis), Ok(number)) => Ok((axis, number)),
        _ => {
            let why = format!("`{position}` is not an axis (i, j, k) with an optional number, such as `j.1`");
            Err(why.into())
        }
    }
}

/// Whether the last part of a selector is an axis, with a number or without.
fn is_position(part: &str) -> bool {
    is_axis(part) && part.parse::<usize>().is_err()
}

fn numbered(what: &str, count: usize) -> NotFound {
    format!("{what}: {count}, numbered from 0").into()
}
