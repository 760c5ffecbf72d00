//! Which reads may come before any write.
//!
//! The analysis walks a stencil in program order and keeps, for each field, the levels that are written for certain, each with
//! the *path* on which that is so: the masks, boxes and `while`s around the write. Two writes under a mask and its negation
//! join into one without it. A read is covered if the levels it reaches are, on paths that hold wherever the read is made; a
//! read of another point or level needs writes on paths that are the same everywhere: conditions of scalars, or none. Along K
//! the analysis is exact for intervals and constant offsets, values carried from level to level included. Boxes count as
//! conditions, unless they cover the whole extended domain. That a write is made on as many points as later reads need is what
//! extents are for.

mod coverage;
mod path;

use crate::diagnostic::{Code, Diagnostic};
use crate::domain::{Anchor, Axes, Axis, Bound, Extent, Range};
use crate::expr::{Access, Component, Expr, ExprKind, KIndex};
use crate::ids::{FieldId, Id};
use crate::reach;
use crate::source::Span;
use crate::stencil::{HorizontalExecution, Order, Section, Stencil, Stmt, StmtKind, VerticalLoop};
use crate::types::DType;
use coverage::{Coverage, FieldLevels, When};
use path::{Conditions, Path};
use std::collections::{HashMap, HashSet};

/// What the analysis found.
#[derive(Clone, Debug)]
pub struct Definedness {
    /// Reads that may come before a write, in program order.
    pub early: Vec<Early>,
    complete: Vec<bool>,
}

/// A read that may come before a write.
#[derive(Clone, Copy, Debug)]
pub struct Early {
    pub field: FieldId,
    pub span: Span,
    /// Whether some write may come before it.
    pub possible: bool,
    /// Its number among all reads of the stencil, in the order of [`crate::footprint::uses`].
    pub number: usize,
}

impl Definedness {
    /// Whether some read of the field may meet the value from before the call.
    pub fn reads_old(&self, id: FieldId) -> bool {
        self.early.iter().any(|e| e.field == id)
    }
    /// Whether every point of the domain is written for certain.
    pub fn is_complete(&self, id: FieldId) -> bool {
        self.complete.get(id.index()).copied().unwrap_or(false)
    }
}

/// The temporaries that must hold zero before the stencil runs, because some read may come before a write.
pub fn needs_zero(stencil: &Stencil) -> Vec<FieldId> {
    let early: HashSet<FieldId> = analyze(stencil).early.into_iter().map(|e| e.field).collect();
    stencil.fields.iter().filter(|(id, f)| f.is_temporary() && early.contains(id)).map(|(id, _)| id).collect()
}

/// An error for each temporary with a read that no write can come before; a warning for each with a read that some path (a
/// branch, a region, an interval) leaves unwritten.
pub fn diagnose(stencil: &Stencil) -> Vec<Diagnostic> {
    diagnose_as(stencil, &|_| None, &HashSet::new())
}

/// The same, with the names that the source has for the temporaries: those inside an inlined function have another one here.
/// Those of `left_out` are also written by code that constants leave out here.
pub fn diagnose_as<'a>(
    stencil: &'a Stencil,
    name_of: &dyn Fn(FieldId) -> Option<&'a str>,
    left_out: &HashSet<FieldId>,
) -> Vec<Diagnostic> {
    let found = analyze(stencil);
    if found.early.is_empty() {
        return Vec::new();
    }
    let writes = first_writes(stencil);
    let mut early: HashMap<(FieldId, bool), Span> = HashMap::new();
    found.early.iter().for_each(|e| {
        early.entry((e.field, e.possible || left_out.contains(&e.field))).or_insert(e.span);
    });
    let mut diagnostics = Vec::new();
    for (id, field) in stencil.fields.iter().filter(|(_, f)| f.is_temporary()) {
        let of = |possible: bool| early.get(&(id, possible)).copied();
        let name = name_of(id).unwrap_or(&field.name);
        let diagnostic = match (of(false), of(true)) {
            (Some(span), _) => {
                let error = Diagnostic::error(
                    Code::NEVER_WRITTEN,
                    format!("`{name}` is read before it is written"),
                    span,
                    "no write comes before this",
                );
                error.help(format!("assign `{name}` first"))
            }
            (None, Some(span)) => {
                let message = format!("`{name}` may be read where it is not written yet");
                let warning = Diagnostic::warning(
                    Code::MAYBE_UNWRITTEN,
                    message,
                    span,
                    "some branch, region or level before this does not write it",
                );
                warning.note("a temporary that is not written yet holds zero")
            }
            (None, None) => continue,
        };
        diagnostics.push(match writes.get(&id) {
            Some(span) => diagnostic.label(*span, "first written here"),
            None => diagnostic,
        });
    }
    diagnostics
}

/// The place of the first write of each field that is written.
fn first_writes(stencil: &Stencil) -> HashMap<FieldId, Span> {
    let mut found = HashMap::new();
    let all = stencil.executions().flat_map(|(_, _, e)| crate::footprint::uses(&e.body));
    all.filter(|u| u.write).for_each(|u| {
        found.entry(u.access.field).or_insert(u.span);
    });
    found
}

/// Follows the stencil's writes and reads; extents must be set.
pub fn analyze(stencil: &Stencil) -> Definedness {
    let mut analysis = Analysis {
        stencil,
        min_levels: reach::min_size(stencil)[Axis::K.index()],
        halos: reach::halos(stencil),
        coverage: stencil.fields.values().map(|f| vec![Coverage::default(); f.components() as usize]).collect(),
        written: vec![false; stencil.fields.len()],
        conditions: Conditions::new(stencil),
        early: Vec::new(),
        reads: 0,
    };
    for vertical in &stencil.loops {
        for section in &vertical.sections {
            analysis.section(vertical, section);
        }
    }
    let complete = |(id, field): (FieldId, &crate::stencil::Field)| {
        let all = FieldLevels::of(field, Bound::START, Bound::END);
        analysis.coverage[id.index()].iter().all(|c| c.covers(&all, &Path::default(), analysis.min_levels, |_| true))
    };
    Definedness { complete: stencil.fields.iter().map(complete).collect(), early: analysis.early }
}

struct Analysis<'a> {
    stencil: &'a Stencil,
    min_levels: i64,
    halos: Vec<Extent>,
    /// By field and component.
    coverage: Vec<Vec<Coverage>>,
    /// Whether any write, certain or not, came before.
    written: Vec<bool>,
    conditions: Conditions<'a>,
    early: Vec<Early>,
    /// How many reads came before.
    reads: usize,
}

/// Where in the stencil a statement stands.
#[derive(Clone, Copy)]
struct Here<'a> {
    section: &'a Section,
    execution: &'a HorizontalExecution,
    /// The order of the levels, if there are several, one after another.
    sequential: Option<Order>,
    /// What earlier levels of the same section have written, in a sequential loop.
    carried: &'a [Carried],
    /// What the section writes.
    written: &'a [FieldId],
}

/// A write of a sequential section: the field, its component where that is known, and the level's offset.
struct Carried {
    field: FieldId,
    component: Option<u32>,
    offset: i32,
    /// On which it is made at each level, if it is on any.
    paths: Vec<Path>,
    order: Order,
}

impl<'a> Analysis<'a> {
    fn section(&mut self, vertical: &VerticalLoop, section: &'a Section) {
        let several = vertical.order != Order::Parallel && section.interval.levels().is_none_or(|n| n > 1);
        let sequential = several.then_some(vertical.order);
        let uses = section.executions.iter().flat_map(|e| crate::footprint::uses(&e.body));
        let written: Vec<FieldId> = uses.filter(|u| u.write).map(|u| u.access.field).collect();
        let carried = sequential.map(|order| self.carried(order, section, &written)).unwrap_or_default();
        self.enter(several, &written);
        for execution in &section.executions {
            let here = Here { section, execution, sequential, carried: &carried, written: &written };
            self.body(&execution.body, &here, &Path::default());
        }
        if vertical.order != Order::Parallel {
            let outlives = |path: &Path, is_plane: bool| match is_plane {
                true => path.is_of_column(&self.conditions, &written),
                false => path.outlives(&written, &self.conditions),
            };
            self.coverage.iter_mut().flatten().for_each(|c| c.finish(outlives));
        }
    }

    /// Forgets of conditions what does not hold at every level of a section.
    fn enter(&mut self, several: bool, written: &[FieldId]) {
        if several {
            // What a later level finds in these fields is not what the first one does.
            written.iter().for_each(|field| self.conditions.changed(*field));
        }
        self.conditions.forget_held();
    }

    /// What one round of a sequential section writes: found by walking it once on the side.
    fn carried(&mut self, order: Order, section: &'a Section, written: &[FieldId]) -> Vec<Carried> {
        self.enter(true, written);
        let mut side = Analysis {
            stencil: self.stencil,
            min_levels: self.min_levels,
            halos: Vec::new(),
            coverage: self.coverage.iter().map(|c| vec![Coverage::default(); c.len()]).collect(),
            written: vec![false; self.written.len()],
            conditions: std::mem::replace(&mut self.conditions, Conditions::new(self.stencil)),
            early: Vec::new(),
            reads: 0,
        };
        for execution in &section.executions {
            let here = Here { section, execution, sequential: Some(order), carried: &[], written };
            side.body(&execution.body, &here, &Path::default());
        }
        let uses = section.executions.iter().flat_map(|e| crate::footprint::uses(&e.body));
        let writes = uses.filter(|u| u.write).map(|u| (u.access, u.access.k.known().unwrap_or(0)));
        let carried = |(access, offset): (&Access, i32)| {
            let (field, component) = (access.field, access.component.known());
            let coverage = side.touched(access).take(usize::from(component.is_some()));
            let paths = coverage
                .flat_map(|c| c.paths_under_way(offset))
                .filter(|path| path.is_of_column(&side.conditions, written))
                .cloned()
                .collect();
            Carried { field, component, offset, paths, order }
        };
        let carried = writes.map(carried).collect();
        self.conditions = side.conditions;
        carried
    }

    fn body(&mut self, body: &'a [Stmt], here: &Here<'_>, path: &Path) {
        for stmt in body {
            match &stmt.kind {
                StmtKind::Assign(assign) => {
                    stmt.exprs().for_each(|e| self.reads(e, here, path));
                    let field = &self.stencil.fields[assign.target.field];
                    let is_mask = field.dtype == DType::Bool && field.axes == Axes::IJK && field.components() == 1;
                    let held = is_mask && assign.target.k == KIndex::Offset(0);
                    let held = held.then(|| self.conditions.literal(&assign.value, path));
                    self.write(&assign.target, here, path);
                    if let Some(held) = held {
                        self.conditions.holds(assign.target.field, held, path);
                    }
                }
                StmtKind::Mask { condition, body } => {
                    self.reads(condition, here, path);
                    let literal = self.conditions.literal(condition, path);
                    self.body(body, here, &path.with(literal, &self.conditions));
                }
                StmtKind::While { condition, body } => {
                    self.reads(condition, here, path);
                    let once = self.conditions.unique();
                    let path = path.with(once, &self.conditions);
                    // What a later round finds in these fields is not what the first one does.
                    crate::footprint::uses(body)
                        .iter()
                        .filter(|u| u.write)
                        .for_each(|u| self.conditions.changed(u.access.field));
                    self.body(body, here, &path);
                }
                StmtKind::Check { .. } => stmt.exprs().for_each(|e| self.reads(e, here, path)),
                StmtKind::Restrict { region, body } => {
                    self.body(body, here, &path.with(path::Literal::Box(*region), &self.conditions));
                }
            }
        }
    }

    fn reads(&mut self, expr: &'a Expr, here: &Here<'_>, path: &Path) {
        let mut found = Vec::new();
        expr.walk(&mut |e| {
            if let ExprKind::Field(access) = &e.kind {
                found.push((access, e.span));
            }
        });
        for (access, span) in found {
            if !self.is_covered(access, here, path) {
                let carried = here.carried.iter().any(|c| c.meets(access));
                let possible = carried || self.written.get(access.field.index()).copied().unwrap_or(false);
                self.early.push(Early { field: access.field, span, possible, number: self.reads });
            }
            self.reads += 1;
        }
    }

    fn is_covered(&self, access: &Access, here: &Here<'_>, path: &Path) -> bool {
        let offset = access.k.known();
        let levels = match offset {
            Some(k) => self.levels(&here.section.interval, access.field, k, false),
            None => self.halos.get(access.field.index()).map(|halo| {
                let (low, high) = halo.0[Axis::K.index()];
                FieldLevels::Between(Bound::start(low), Bound::end(high))
            }),
        };
        let Some(levels) = levels else {
            return false;
        };
        if self.may_be_beyond(access, here.execution) {
            return false;
        }
        let path = match (access.offset, offset) {
            ([0, 0], Some(0)) => path.clone(),
            ([0, 0], _) => path.of_column(&self.conditions, here.written),
            _ => path.uniform(&self.conditions),
        };
        let first = access.component.known().unwrap_or(0);
        let counts = |when: When| match (when, offset) {
            (When::Done, _) => true,
            (When::UnderWay(written), Some(k)) => {
                written == k || here.sequential.is_some_and(|order| reaches(order, k, written))
            }
            (When::UnderWay(_), None) => false,
        };
        self.touched(access).zip(first..).all(|(coverage, component)| {
            if coverage.covers(&levels, &path, self.min_levels, counts) {
                return true;
            }
            let before = here.carried.iter().filter(|c| {
                let same = (c.field, c.component) == (access.field, Some(component));
                same && offset.is_some_and(|k| reaches(c.order, k, c.offset))
            });
            let mut with_carried = coverage.clone();
            for c in before {
                if let Some(levels) = self.levels(&here.section.interval, access.field, c.offset, true) {
                    c.paths.iter().for_each(|path| with_carried.add(levels, When::Done, path.clone(), self.min_levels));
                }
            }
            with_carried.covers(&levels, &path, self.min_levels, counts)
        })
    }

    /// Whether a read may reach beyond the domain, where parameters are not written.
    fn may_be_beyond(&self, access: &Access, execution: &HorizontalExecution) -> bool {
        let is_parameter = self.stencil.fields.get(access.field).is_some_and(|field| !field.is_temporary());
        is_parameter && (access.offset != [0, 0] || execution.extent != Extent::ZERO)
    }

    /// What is known of the components that an access may touch.
    fn touched(&self, access: &Access) -> impl Iterator<Item = &Coverage> {
        let all = self.coverage.get(access.field.index()).map_or(&[][..], Vec::as_slice);
        match access.component.known() {
            Some(n) => all.get(n as usize..=n as usize).unwrap_or(&[]),
            None => all,
        }
        .iter()
    }

    fn write(&mut self, target: &Access, here: &Here<'_>, path: &Path) {
        self.conditions.changed(target.field);
        let path = path.without_boxes_that_cover(here.execution.extent);
        let offset = target.k.known();
        let levels = offset.and_then(|k| self.levels(&here.section.interval, target.field, k, true));
        if let Some(written) = self.written.get_mut(target.field.index()) {
            *written = true;
        }
        let component = target.component.known().map(|n| n as usize);
        let coverage = self.coverage.get_mut(target.field.index());
        if let (Some(levels), Some(coverage)) = (levels, coverage.and_then(|c| c.get_mut(component?))) {
            // A write at another level says nothing on conditions that belong to the level of the statement.
            if offset == Some(0) || path.is_of_column(&self.conditions, here.written) {
                let when = here.sequential.and(offset).map_or(When::Done, When::UnderWay);
                coverage.add(levels, when, path, self.min_levels);
            }
        }
    }

    /// The levels that an access at `offset` reaches from an interval; within it (`inner`) or at most. `None` where the
    /// interval cannot be written down.
    fn levels(&self, interval: &Range, field: FieldId, offset: i32, inner: bool) -> Option<FieldLevels> {
        let pick = |bounds: &[Bound], anchor: Anchor| match bounds {
            [one] => Some(*one),
            _ if inner => None,
            many => many.iter().copied().find(|b| b.anchor == anchor),
        };
        let (lo, hi) = (pick(&interval.lo, Anchor::Start)?, pick(&interval.hi, Anchor::End)?);
        Some(FieldLevels::of(self.stencil.fields.get(field)?, lo.shift(offset), hi.shift(offset)))
    }
}

impl Carried {
    /// Whether an access may touch what is written.
    fn meets(&self, access: &Access) -> bool {
        self.field == access.field && !Component::differ(self.component, access.component.known())
    }
}

/// Whether a read at the offset `read` meets a level that an earlier round has written at the offset `written`. A field without
/// levels is read and written at offset zero; its first round has no earlier one, so it never counts.
fn reaches(order: Order, read: i32, written: i32) -> bool {
    match order {
        Order::Forward => read < written,
        Order::Backward => read > written,
        Order::Parallel => false,
    }
}

#[cfg(test)]
mod tests;
