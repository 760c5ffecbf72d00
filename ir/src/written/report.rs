//! The errors and warnings of what is read and not written.

use super::block::Block;
use super::walk::{Name, Unwritten};
use crate::diagnostic::{Code, Diagnostic};
use crate::domain::{Anchor, Axis, Bound, Range};
use crate::footprint::Clip;
use crate::program::Program;
use std::collections::BTreeMap;

/// One diagnostic for each name: of the first error, or of the first warning.
pub fn diagnostics(program: &Program, found: &[Unwritten]) -> Vec<Diagnostic> {
    let mut first: BTreeMap<Name, usize> = BTreeMap::new();
    for (n, read) in found.iter().enumerate() {
        let known = first.entry(read.name).or_insert(n);
        if read.never && !found[*known].never {
            *known = n;
        }
    }
    let mut chosen: Vec<usize> = first.into_values().collect();
    chosen.sort_unstable();
    chosen.into_iter().map(|n| diagnostic(program, &found[n])).collect()
}

fn diagnostic(program: &Program, read: &Unwritten) -> Diagnostic {
    match read.name {
        Name::Field(id) => of_field(&program.fields[id].name, read),
        Name::Scalar(id) => of_scalar(&program.scalars[id].name, read),
    }
}

fn of_scalar(name: &str, read: &Unwritten) -> Diagnostic {
    if read.never {
        let message = format!("`{name}` is read before it is assigned");
        let found = Diagnostic::error(Code::SCALAR_UNASSIGNED, message, read.access, "nothing before this assigns it");
        return found.help(format!("assign `{name}` first"));
    }
    let message = format!("`{name}` may be read before it is assigned");
    let found = Diagnostic::warning(Code::SCALAR_MAYBE_UNASSIGNED, message, read.access, "read here");
    let found = match read.last {
        Some((span, _)) => found.label(span, "assigned only here, which may not run before that"),
        None => found,
    };
    found.note("a scalar that is not assigned holds zero").help(format!("assign `{name}` before the loop or branch"))
}

fn of_field(name: &str, read: &Unwritten) -> Diagnostic {
    let points = points(read.missing, read.block).map_or_else(String::new, |points| format!(" at {points}"));
    let found = match (read.never, read.last) {
        (true, None) => {
            let message = format!("`{name}` is read and never written before");
            Diagnostic::error(Code::FIELD_UNWRITTEN, message, read.step, format!("this reads `{name}`{points}"))
        }
        (true, Some(_)) => {
            let message = format!("`{name}` is read where nothing has written it");
            Diagnostic::error(Code::FIELD_UNWRITTEN, message, read.step, format!("this reads `{name}`{points}"))
        }
        (false, _) => {
            let message = format!("`{name}` may be read where nothing has written it");
            let label = format!("this reads `{name}`{points}");
            let found = Diagnostic::warning(Code::FIELD_MAYBE_UNWRITTEN, message, read.step, label);
            let note = match read.missing.has_points_on_large() {
                true => "some branch, loop, condition or callback before this may not write these points; they then hold zeros",
                false => "on a small domain, the steps before this do not write some points; they then hold zeros",
            };
            found.note(note)
        }
    };
    let found = match read.last {
        Some((span, written)) => found.label(span, written_here(read.missing, read.block, written)),
        None => found,
    };
    let found = if read.access == read.step { found } else { found.label(read.access, "by this access") };
    found.help(help(name, read.missing))
}

fn written_here(missing: Block, read: Block, written: Block) -> String {
    let apart = |axis: &Axis| missing.0[axis.index()] != read.0[axis.index()];
    let sides = Axis::ALL.into_iter().filter(apart).filter_map(|axis| side(axis, written.0[axis.index()]));
    let sides: Vec<String> = sides.collect();
    if sides.is_empty() {
        return "the last step before it that writes the field".to_string();
    }
    format!("the last step before it that writes the field, at {}", sides.join(", "))
}

fn help(name: &str, missing: Block) -> String {
    let beyond = |axis: Axis| {
        let (lo, hi) = missing.0[axis.index()].on_large();
        let below = hi.is_some_and(|hi| hi.anchor == Anchor::Start && hi.offset <= 0);
        below || lo.is_some_and(|lo| lo.anchor == Anchor::End && lo.offset >= 0)
    };
    if beyond(Axis::I) || beyond(Axis::J) {
        return format!(
            "fill the halo with `halo_update({name})` or `callback(\"…\", {name}, fills=\"halo\")`, or write these points by a call \
             with `origin=` and `domain=`"
        );
    }
    if beyond(Axis::K) {
        return "write these levels by a call with `origin=` and `domain=`".to_string();
    }
    format!("write `{name}` at these points first")
}

/// The points that are missing, on the axes along which these are not those that are read; else along those that are not read from
/// end to end.
fn points(missing: Block, read: Block) -> Option<String> {
    let full = Clip::of_range(&Range::full());
    let lost = |axis: &Axis| missing.0[axis.index()] != read.0[axis.index()];
    let part = |axis: &Axis| missing.0[axis.index()] != full;
    let axes: Vec<Axis> = if Axis::ALL.iter().any(lost) {
        Axis::ALL.into_iter().filter(lost).collect()
    } else {
        Axis::ALL.into_iter().filter(part).collect()
    };
    let sides: Vec<String> = axes.into_iter().filter_map(|axis| side(axis, missing.0[axis.index()])).collect();
    (!sides.is_empty()).then(|| sides.join(", "))
}

/// `I = NI`, `K = 0 to NK - 1`; nothing for a side without bounds.
fn side(axis: Axis, side: Clip) -> Option<String> {
    let letter = ["I", "J", "K"][axis.index()];
    let place = |bound: Bound| match (bound.anchor, bound.offset) {
        (Anchor::Start, n) => n.to_string(),
        (Anchor::End, 0) => format!("N{letter}"),
        (Anchor::End, n) if n < 0 => format!("N{letter} - {}", n.unsigned_abs()),
        (Anchor::End, n) => format!("N{letter} + {n}"),
    };
    let (Some(first), Some(end)) = side.on_large() else { return None };
    let last = end.shift(-1);
    Some(if first == last {
        format!("{letter} = {}", place(first))
    } else {
        format!("{letter} = {} to {}", place(first), place(last))
    })
}
