//! How far beyond the compute domain each execution must run, computed backward from the parameters.
//!
//! A parameter is needed on the compute domain, and is written nowhere else: reads beyond the domain give the values of the
//! caller. An execution runs where any field that it writes is needed. A temporary that it reads is needed there, shifted by the
//! offset and limited to the boxes around the read. A temporary is needed where any of its readers runs. Its readers are the
//! executions after the writer, and in a `forward` or `backward` loop also those that read the value at a later level of the same
//! loop.

use crate::diagnostic::{Code, Diagnostic};
use crate::domain::{Axis, Extent, Range};
use crate::footprint::{Clip, Use, uses};
use crate::ids::{FieldId, Id};
use crate::source::Span;
use crate::stencil::{Order, Stencil, StmtKind, VerticalLoop};

/// How far something reaches along I and J.
type Plane = [(i32, i32); 2];

/// Rounds over a loop beyond its number of executions after which an extent is taken to grow for ever: boxes in the halo
/// can stop the growth late.
const EXTRA_ROUNDS: usize = 64;

/// Sets the extent of every execution, and drops statements in regions that cannot meet the extended domain.
///
/// Errors: an extent that grows with each level; a parameter written in an execution that must run beyond the domain.
pub fn compute(stencil: &mut Stencil) -> Vec<Diagnostic> {
    loop {
        let found = enter_extents(stencil);
        if !found.is_empty() {
            return found;
        }
        // A mask around what is dropped has been a reader as well: without it the extents may be smaller.
        if !drop_unreachable(stencil) {
            return written_beyond(stencil);
        }
    }
}

/// Sets the extent of every execution; errors for those that grow with each level.
fn enter_extents(stencil: &mut Stencil) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    let mut needed: Vec<Option<Plane>> = stencil.fields.values().map(|f| (!f.is_temporary()).then_some(ZERO)).collect();
    for n in (0..stencil.loops.len()).rev() {
        let nodes = nodes(&stencil.loops[n], stencil);
        let (extents, growing) = solve(&nodes, &mut needed);
        if !growing.is_empty() {
            found.push(growth_error(stencil, &growing));
        }
        let executions = stencil.loops[n].sections.iter_mut().flat_map(|s| &mut s.executions);
        for (execution, [i, j]) in executions.zip(extents) {
            execution.extent = Extent([i, j, (0, 0)]);
        }
    }
    found
}

const ZERO: Plane = [(0, 0); 2];

fn union(a: Plane, b: Plane) -> Plane {
    [0, 1].map(|n| (a[n].0.min(b[n].0), a[n].1.max(b[n].1)))
}

/// One execution of a loop, as far as extents are concerned.
struct Node {
    reads: Vec<Read>,
    writes: Vec<FieldId>,
}

struct Read {
    field: FieldId,
    offset: [i32; 2],
    clip: [Clip; 2],
    span: Span,
    is_temporary: bool,
    /// The executions of the same loop that write what this reads, if it is a temporary.
    writers: Vec<usize>,
}

impl Read {
    /// Where the read reaches from an execution of extent `from`; `None` if its boxes have no points there.
    fn reach(&self, from: Plane) -> Option<Plane> {
        let [i, j] = [0, 1].map(|n| self.clip[n].reach(from[n], self.offset[n]));
        Some([i?, j?])
    }
}

fn nodes(vertical: &VerticalLoop, stencil: &Stencil) -> Vec<Node> {
    let executions: Vec<(usize, &Range, Vec<Use<'_>>)> = vertical
        .sections
        .iter()
        .enumerate()
        .flat_map(|(n, s)| s.executions.iter().map(move |e| (n, &s.interval, uses(&e.body))))
        .collect();
    let mut writes: Vec<Vec<(usize, usize, Use<'_>)>> = vec![Vec::new(); stencil.fields.len()];
    for (n, (section, _, uses)) in executions.iter().enumerate() {
        for write in uses.iter().filter(|u| u.write) {
            if let Some(list) = writes.get_mut(write.access.field.index()) {
                list.push((n, *section, *write));
            }
        }
    }
    let node = |n: usize, section: usize, interval: &Range, uses: &[Use<'_>]| {
        let read = |r: &Use<'_>| {
            let field = stencil.fields.get(r.access.field);
            let has_k = field.is_some_and(|f| f.axes.has(Axis::K));
            let is_temporary = field.is_some_and(|f| f.is_temporary());
            let all = writes.get(r.access.field.index()).filter(|_| is_temporary).map_or(&[][..], |list| list);
            let feeds = all.iter().filter(|(m, s, w)| match () {
                _ if *m < n => true,
                _ if *s != section => false,
                _ if *m == n && w.order < r.order && w.repeated.is_none() => true,
                _ => carried(vertical.order, interval, has_k, w, r),
            });
            let mut writers: Vec<usize> = feeds.map(|(m, ..)| *m).collect();
            writers.dedup();
            Read { field: r.access.field, offset: r.access.offset, clip: r.clip, span: r.span, is_temporary, writers }
        };
        let reads = uses.iter().filter(|u| !u.write).map(read).collect();
        Node { reads, writes: uses.iter().filter(|u| u.write).map(|u| u.access.field).collect() }
    };
    executions.iter().enumerate().map(|(n, (section, interval, uses))| node(n, *section, interval, uses)).collect()
}

/// Whether a read may meet what a write of the same section left at an earlier level of the loop.
fn carried(order: Order, interval: &Range, has_k: bool, write: &Use<'_>, read: &Use<'_>) -> bool {
    let distance = |from: i32, to: i32| i64::from(from) - i64::from(to);
    let levels = match (write.access.constant_offset(), read.access.constant_offset()) {
        (Some(w), Some(r)) if has_k && order == Order::Forward => distance(w[2], r[2]),
        (Some(w), Some(r)) if has_k => distance(r[2], w[2]),
        _ => 1,
    };
    order != Order::Parallel && levels > 0 && interval.levels().is_none_or(|count| levels < count)
}

/// The executions' extents, entered into `needed` as well, and the reads whose reach never stops growing.
fn solve(nodes: &[Node], needed: &mut [Option<Plane>]) -> (Vec<Plane>, Vec<(FieldId, Span)>) {
    let wanted = |f: &FieldId| needed.get(f.index()).copied().flatten();
    let mut extents: Vec<Plane> = nodes.iter().map(|n| n.writes.iter().filter_map(wanted).fold(ZERO, union)).collect();
    let mut growing = Vec::new();
    for _ in 0..nodes.len() + EXTRA_ROUNDS {
        growing.clear();
        for n in (0..nodes.len()).rev() {
            for read in &nodes[n].reads {
                let Some(reach) = read.reach(extents[n]) else {
                    continue;
                };
                for writer in &read.writers {
                    let grown = union(extents[*writer], reach);
                    if grown != extents[*writer] {
                        extents[*writer] = grown;
                        growing.push((read.field, read.span));
                    }
                }
            }
        }
        if growing.is_empty() {
            break;
        }
    }
    for (node, extent) in nodes.iter().zip(&extents) {
        for read in node.reads.iter().filter(|read| read.is_temporary) {
            if let (Some(reach), Some(slot)) = (read.reach(*extent), needed.get_mut(read.field.index())) {
                *slot = Some(union(slot.unwrap_or(ZERO), reach));
            }
        }
    }
    (extents, growing)
}

fn growth_error(stencil: &Stencil, growing: &[(FieldId, Span)]) -> Diagnostic {
    let name = |id: FieldId| stencil.fields.get(id).map_or_else(|| id.to_string(), |f| format!("`{}`", f.name));
    let (first, span) = growing[0];
    let message = format!("the horizontal extent of {} grows with each level", name(first));
    let mut error =
        Diagnostic::error(Code::CARRIED_EXTENT, message, span, "this read reaches one step further at every level of the loop");
    let mut seen = vec![span];
    for (field, span) in growing {
        if !seen.contains(span) {
            seen.push(*span);
            error = error.label(*span, format!("and this read depends on {}", name(*field)));
        }
    }
    error
        .note("no finite halo is enough: each level reads its neighbours on the level before, which read their own neighbours")
        .help("read the field at the same horizontal point, or keep the carried value in a parameter with its own halo update")
}

/// Removes statements in regions without points, then executions without statements. Whether there were any.
fn drop_unreachable(stencil: &mut Stencil) -> bool {
    stencil.retain(&|stmt, extent| match &stmt.kind {
        StmtKind::Restrict { region, .. } => {
            let meets = |axis: Axis| Clip::default().within(region, axis).meets(extent.0[axis.index()]);
            meets(Axis::I) && meets(Axis::J)
        }
        _ => true,
    })
}

/// Parameters that are written beyond the domain.
fn written_beyond(stencil: &Stencil) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    let mut seen = vec![false; stencil.fields.len()];
    for (_, _, execution) in stencil.executions().filter(|(_, _, e)| e.extent != Extent::ZERO) {
        for u in uses(&execution.body).iter().filter(|u| u.write) {
            let Some(field) = stencil.fields.get(u.access.field).filter(|f| !f.is_temporary()) else { continue };
            if std::mem::replace(&mut seen[u.access.field.index()], true) {
                continue;
            }
            let (name, extent) = (&field.name, execution.extent);
            let message = format!("`{name}` would be written beyond the compute domain");
            let label = format!("this statement runs on {extent} because another field that it writes is needed there");
            let help = format!("write a temporary here, and assign it to `{name}` in another statement");
            found.push(Diagnostic::error(Code::WRITE_BEYOND_DOMAIN, message, u.span, label).help(help));
        }
    }
    found
}

#[cfg(test)]
mod tests;
