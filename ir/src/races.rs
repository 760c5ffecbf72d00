//! What a source may not say, though OIR gives it a meaning: results that depend on the order of points or levels.
//!
//! In OIR a statement is finished on its plane before the next one starts, so a field may be written and read beside what is
//! written. A source that does so with a parameter is more often wrong than not: the neighbour is new inside the domain and old in
//! the halo. The front end refuses it. Programs of other front ends, and those in which two parameters are one field
//! ([`crate::identify`]), mean what they say.

use crate::diagnostic::{Code, Diagnostic};
use crate::domain::{Extent, Range};
use crate::expr::KIndex;
use crate::footprint::{Use, uses};
use crate::ids::{FieldId, Id};
use crate::reach::min_apart;
use crate::source::Span;
use crate::stencil::{HorizontalExecution, Order, Section, Stencil, VerticalLoop};

/// The races of a stencil whose extents are set: a parameter that is written and read at a horizontal offset, directly, through
/// a temporary or from a region; a field that a parallel loop writes and reads at another level.
pub fn find(stencil: &Stencil) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    of_points(stencil, &mut found);
    stencil.loops.iter().for_each(|vertical| of_levels(stencil, vertical, &mut found));
    found
}

/// Parameters that are written where their neighbours are read.
fn of_points(stencil: &Stencil, found: &mut Vec<Diagnostic>) {
    let mut by_field: Vec<Vec<(&HorizontalExecution, Use<'_>)>> = vec![Vec::new(); stencil.fields.len()];
    for (e, u) in stencil.executions().flat_map(|(_, _, e)| uses(&e.body).into_iter().map(move |u| (e, u))) {
        if let Some(list) = by_field.get_mut(u.access.field.index()) {
            list.push((e, u));
        }
    }
    for (field, all) in stencil.fields.values().zip(by_field).filter(|(f, _)| !f.is_temporary()) {
        let Some((_, write)) = all.iter().find(|(_, u)| u.write) else {
            continue;
        };
        let name = &field.name;
        if let Some((text, span)) = all.iter().filter(|(_, u)| !u.write).find_map(|(e, u)| Some((far_read(e, u)?, u.span))) {
            let message = format!("one stencil writes `{name}` and reads it at a horizontal offset");
            let note = "it would depend on the order of points whether a neighbour holds the old or the new value";
            let help = format!("write the result to another field, or split the stencil where `{name}` is complete");
            found.push(
                Diagnostic::error(Code::RACE, message, span, text).label(write.span, "written here").note(note).help(help),
            );
        }
    }
}

/// What to say of a read that reaches another point than its own.
fn far_read(execution: &HorizontalExecution, read: &Use<'_>) -> Option<String> {
    let [i, j] = read.access.offset;
    if (i, j) != (0, 0) {
        return Some(format!("read here at the offset [{i}, {j}]"));
    }
    let [ei, ej, _] = execution.extent.0;
    let (i, j) = (read.clip[0].reach(ei, 0)?, read.clip[1].reach(ej, 0)?);
    let reach = Extent([i, j, (0, 0)]);
    (reach != Extent::ZERO).then(|| format!("read here on {reach}, because later statements read the result at an offset"))
}

/// Whether reads from an interval, at `k`, may be on levels of another interval.
fn may_meet(from: &Range, k: &KIndex, other: &Range) -> bool {
    let KIndex::Offset(k) = *k else { return true };
    let read = from.moved(k, k);
    min_apart(&read, other).min(min_apart(other, &read)) > 1
}

/// Whether a parallel loop reads at another level what it writes.
pub(crate) fn has_level_race(stencil: &Stencil, vertical: &VerticalLoop) -> bool {
    let mut found = Vec::new();
    of_levels(stencil, vertical, &mut found);
    !found.is_empty()
}

/// Reads at another level of what a parallel loop writes: in the same interval, or on levels of another one. An interval of one
/// level comes before or after the others.
fn of_levels(stencil: &Stencil, vertical: &VerticalLoop, found: &mut Vec<Diagnostic>) {
    for (n, section) in vertical.sections.iter().enumerate().filter(|(_, s)| s.interval.levels() != Some(1)) {
        let meets = |m: usize, k: &KIndex| m == n || may_meet(&section.interval, k, &vertical.sections[m].interval);
        for (field, read, write) in level_reads(vertical, n, &meets) {
            let name = &stencil.fields[field].name;
            let message = format!("`{name}` is written in a parallel loop that reads it at another level");
            let error = Diagnostic::error(Code::LEVEL_RACE, message, read, "read here").label(write, "written here");
            found.push(error.help("use `computation(FORWARD)` or `computation(BACKWARD)`, or two computations"));
        }
    }
}

/// The first of these fields that an interval of a parallel loop reads on levels that another interval of the loop writes.
pub(crate) fn between_intervals(stencil: &Stencil, fields: &[FieldId]) -> Option<Diagnostic> {
    for vertical in &stencil.loops {
        for (n, section) in vertical.sections.iter().enumerate() {
            let meets = |m: usize, k: &KIndex| m != n && may_meet(&section.interval, k, &vertical.sections[m].interval);
            let mut reads = level_reads(vertical, n, &meets).into_iter();
            if let Some((field, read, write)) = reads.find(|(field, ..)| fields.contains(field)) {
                let name = &stencil.fields[field].name;
                let message = format!("one interval of a parallel loop reads `{name}` on levels that another interval writes");
                return Some(Diagnostic::error(Code::LEVEL_RACE, message, read, "read here").label(write, "written here"));
            }
        }
    }
    None
}

/// The reads of a section of a parallel loop at another level, of fields that a section for which `meets` holds writes: the
/// field, where it is read and where it is written.
fn level_reads(vertical: &VerticalLoop, section: usize, meets: &dyn Fn(usize, &KIndex) -> bool) -> Vec<(FieldId, Span, Span)> {
    if vertical.order != Order::Parallel {
        return Vec::new();
    }
    let of = |s: &'_ Section| -> Vec<(bool, FieldId, KIndex, Span)> {
        let all = s.executions.iter().flat_map(|e| uses(&e.body));
        all.map(|u| (u.write, u.access.field, u.access.k.clone(), u.span)).collect()
    };
    let writes = |n| of(&vertical.sections[n]).into_iter().filter(|u| u.0).map(move |(_, field, _, span)| (n, field, span));
    let written: Vec<(usize, FieldId, Span)> = (0..vertical.sections.len()).flat_map(writes).collect();
    let reads = of(&vertical.sections[section]).into_iter().filter(|(write, _, k, _)| !write && *k != KIndex::Offset(0));
    let race = |(_, field, k, span): (bool, FieldId, KIndex, Span)| {
        let (.., write) = written.iter().find(|(m, f, _)| *f == field && meets(*m, &k))?;
        Some((field, span, *write))
    };
    reads.filter_map(race).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::SourceId;
    use crate::text::parse_stencil;

    /// The messages about one statement after another in a parallel loop on all levels.
    fn races(statements: &[&str]) -> String {
        let body: Vec<String> = statements.iter().map(|s| format!("execute {{ {s} }}")).collect();
        let text = format!(
            "stencil x(%a: field<f64, IJK>, %out: field<f64, IJK>) {{ temp %t: field<f64, IJK>
             parallel {{ interval [start, end) {{ {} }} }} }}",
            body.join(" ")
        );
        let mut stencil = parse_stencil(&text, SourceId(0)).expect("parses");
        assert_eq!(stencil.find_extents(), []);
        find(&stencil).into_iter().map(|d| d.message).collect::<Vec<_>>().join("; ")
    }

    #[test]
    fn neighbours_of_a_written_parameter() {
        let race = "one stencil writes `a` and reads it at a horizontal offset";
        assert_eq!(races(&["%out = %a[1,0,0]", "%a = 0.0f64"]), race);
        assert_eq!(races(&["%t = %a", "%a = %t[1,0,0]"]), race);
        assert_eq!(races(&["restrict [end-1:, :] { %out = %a[-1,0,0] }", "%a = 0.0f64"]), race);
        assert_eq!(races(&["%t = %a[1,0,0]", "%out = %t[1,0,0]"]), "");
    }

    #[test]
    fn levels_of_a_written_field() {
        let race = |name| format!("`{name}` is written in a parallel loop that reads it at another level");
        assert_eq!(races(&["%t = %a", "%out = %t[0,0,-1]"]), race("t"));
        assert_eq!(races(&["%out = %a[0,0,1]", "%a = 1.0f64"]), race("a"));
    }
}
