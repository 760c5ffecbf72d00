//! One field for several parameters.
//!
//! A call may bind one array to several fields of a program, or one field of a program to several parameters of a stencil. If
//! one of them is written, they are one field: the program that runs is the one in which each access names the first of them. It
//! means what any program means, see [the crate's documentation](crate): a right-hand side is evaluated on the whole plane before
//! anything is assigned.
//!
//! ```text
//! stencil corner(%q_in: field<f64, IJK>, %q_out: field<f64, IJK>) { … %q_out = %q_in[0,3,0] … }
//! stencil corner(%q_in: field<f64, IJK>) { … %q_in = %q_in[0,3,0] … }
//! ```

use crate::diagnostic::{Code, Diagnostic};
use crate::domain::Axes;
use crate::expr::{Access, Expr, ExprKind};
use crate::footprint::uses;
use crate::host::HostStep;
use crate::ids::{FieldId, Id, IdVec, StencilId};
use crate::program::{Program, ProgramStmt};
use crate::races;
use crate::source::Span;
use crate::stencil::{Param, Stencil};
use crate::verified::Verify;
use std::collections::{HashMap, HashSet};
use std::convert::Infallible;

/// Which fields are one: each with the first field that it is.
#[derive(Clone, PartialEq, Eq, Hash, Default, Debug)]
pub struct Twins {
    /// By the later one's id.
    pairs: Vec<(FieldId, FieldId)>,
}

impl Twins {
    /// The twins among a stencil's parameters to which these fields are bound: fields that occur twice and are written.
    pub fn of_call(stencil: &Stencil, fields: &[FieldId]) -> Twins {
        let written: Vec<FieldId> =
            stencil.executions().flat_map(|(_, _, e)| uses(&e.body)).filter(|u| u.write).map(|u| u.access.field).collect();
        let bound: Vec<(FieldId, FieldId)> = stencil.fields.ids().zip(fields.iter().copied()).collect();
        let mut twins = Twins::default();
        for (param, field) in bound.iter().filter(|(param, _)| written.contains(param)) {
            bound.iter().filter(|(other, f)| f == field && other != param).for_each(|(other, _)| twins.add(*other, *param));
        }
        twins
    }
    /// Makes one of two fields, and of those that are one with either.
    pub fn add(&mut self, a: FieldId, b: FieldId) {
        let (a, b) = (self.first(a), self.first(b));
        let (first, later) = (a.min(b), a.max(b));
        if first != later {
            self.pairs.iter_mut().filter(|(_, f)| *f == later).for_each(|(_, f)| *f = first);
            self.pairs.push((later, first));
            self.pairs.sort_unstable();
        }
    }
    /// Whether all fields are different ones.
    pub fn is_empty(&self) -> bool {
        self.pairs.is_empty()
    }
    /// The fields that are an earlier one, each with that one.
    pub fn pairs(&self) -> &[(FieldId, FieldId)] {
        &self.pairs
    }
    /// The first field that is the same as this one; it may be itself.
    pub fn first(&self, id: FieldId) -> FieldId {
        self.pairs.iter().find(|(later, _)| *later == id).map_or(id, |(_, first)| *first)
    }
    /// The id of a field where twins are one.
    pub fn renumbered(&self, id: FieldId) -> FieldId {
        let first = self.first(id);
        FieldId::from_index(first.index() - self.pairs.iter().filter(|(later, _)| *later < first).count())
    }
    fn keeps(&self, param: &Param) -> bool {
        if let Param::Field(id) = param { self.first(*id) == *id } else { true }
    }
    fn params(&self, params: &[Param]) -> Vec<Param> {
        let renumbered = |param: &Param| match *param {
            Param::Field(id) => Param::Field(self.renumbered(id)),
            scalar => scalar,
        };
        params.iter().filter(|param| self.keeps(param)).map(renumbered).collect()
    }
    /// The fields that are left. One lives at the interfaces that any of its twins lives at; `interfaces` are those of a field.
    fn fields<T: Clone>(&self, fields: &IdVec<FieldId, T>, interfaces: impl Fn(&mut T) -> &mut Axes) -> IdVec<FieldId, T> {
        let mut all = fields.clone();
        for (later, first) in &self.pairs {
            let also = *interfaces(&mut all[*later]);
            let known = interfaces(&mut all[*first]);
            *known = known.union(also);
        }
        all.iter().filter(|(id, _)| self.first(*id) == *id).map(|(_, field)| field.clone()).collect()
    }
}

/// The stencil in which twins are one field, called by the first one's name. Extents stay as they are: neither what is computed
/// beyond the domain nor how far depends on what the parameters are bound to.
///
/// # Errors
/// What the verifier finds: a `while` that writes what it reads at a neighbour. An interval of a `parallel` loop that reads twins
/// on levels that another one writes: it may be a part of one interval of the source ([`crate::narrow`]), which has no such order.
pub fn stencil(stencil: &Stencil, twins: &Twins) -> Result<Stencil, Vec<Diagnostic>> {
    let one = renamed(stencil, twins);
    let merged: Vec<FieldId> = twins.pairs.iter().map(|(_, first)| twins.renumbered(*first)).collect();
    let found: Vec<Diagnostic> = one.check().into_iter().chain(races::between_intervals(&one, &merged)).collect();
    if found.is_empty() { Ok(one) } else { Err(found) }
}

fn renamed(stencil: &Stencil, twins: &Twins) -> Stencil {
    let mut one = Stencil {
        fields: twins.fields(&stencil.fields, |f| &mut f.interfaces),
        params: twins.params(&stencil.params),
        ..stencil.clone()
    };
    let rename = |access: &mut Access| access.field = twins.renumbered(access.field);
    let executions = one.loops.iter_mut().flat_map(|l| &mut l.sections).flat_map(|s| &mut s.executions);
    for stmt in executions.flat_map(|e| &mut e.body) {
        stmt.walk_mut(&mut |stmt| {
            stmt.exprs_mut().for_each(|e| {
                e.walk_mut(&mut |e: &mut Expr| {
                    if let ExprKind::Field(access) = &mut e.kind {
                        rename(access);
                    }
                })
            });
            stmt.target_mut().into_iter().for_each(rename);
        });
    }
    one
}

/// The program in which twins are one field, called by the first one's name, and so for the stencils that it calls.
///
/// # Errors
/// A callback that gets one field twice; those of [`stencil`].
pub fn program(program: &Program, twins: &Twins) -> Result<Program, Vec<Diagnostic>> {
    let mut merger = Merger { program, twins, stencils: IdVec::new(), known: HashMap::new(), found: Vec::new() };
    let body = merger.body(&program.body);
    if !merger.found.is_empty() {
        return Err(merger.found);
    }
    let stencils = merger.stencils;
    let (fields, params) = (twins.fields(&program.fields, |f| &mut f.interfaces), twins.params(&program.params));
    Ok(Program { fields, params, stencils, body, ..program.clone() })
}

struct Merger<'a> {
    program: &'a Program,
    twins: &'a Twins,
    /// Those of the new program.
    stencils: IdVec<StencilId, Stencil>,
    known: HashMap<(StencilId, Twins), StencilId>,
    found: Vec<Diagnostic>,
}

impl Merger<'_> {
    fn body(&mut self, body: &[ProgramStmt]) -> Vec<ProgramStmt> {
        body.iter().filter_map(|step| self.step(step)).collect()
    }

    /// A step with twins as one field; nothing if it does nothing then.
    fn step(&mut self, step: &ProgramStmt) -> Option<ProgramStmt> {
        Some(match step {
            ProgramStmt::Call { stencil, fields, scalars, domain, span } => {
                let fields = fields.iter().map(|id| self.twins.renumbered(*id)).collect();
                self.call(*stencil, fields, scalars.clone(), domain.clone(), *span)
            }
            ProgramStmt::Host(step, span) => ProgramStmt::Host(self.host(step, *span)?, *span),
        })
    }

    fn host(&mut self, step: &HostStep<Vec<ProgramStmt>>, span: Span) -> Option<HostStep<Vec<ProgramStmt>>> {
        let step: Result<_, Infallible> = step.with_bodies(|body| Ok(self.body(body)));
        let Ok(mut step) = step;
        if let HostStep::Callback { name, fields, .. } = &step {
            self.check_callback(name, fields, span);
        }
        step.fields_mut().for_each(|id| *id = self.twins.renumbered(*id));
        match &mut step {
            HostStep::Exchange { fields, pairs, .. } => {
                let (mut once, mut paired) = (HashSet::new(), HashSet::new());
                fields.retain(|field| once.insert(*field));
                pairs.retain(|[a, b]| paired.insert(*a) && paired.insert(*b));
            }
            HostStep::Copy { to: a, from: b } | HostStep::Swap { a, b } if a == b => return None,
            _ => {}
        }
        Some(step)
    }

    /// A callback gets no field twice.
    fn check_callback(&mut self, name: &str, fields: &[FieldId], span: Span) {
        let first: Vec<FieldId> = fields.iter().map(|id| self.twins.first(*id)).collect();
        if let Some(twice) = (0..first.len()).find(|n| first[..*n].contains(&first[*n])) {
            let field = &self.program.fields[fields[twice]].name;
            let message = format!("the callback \"{name}\" gets one array twice, as `{field}` and under another name");
            self.found.push(Diagnostic::error(Code::ALIAS, message, span, "called here"));
        }
    }

    fn call(
        &mut self,
        stencil: StencilId,
        fields: Vec<FieldId>,
        scalars: Vec<Expr>,
        domain: [crate::domain::Range; 3],
        span: Span,
    ) -> ProgramStmt {
        let twins = Twins::of_call(&self.program.stencils[stencil], &fields);
        let bound = self.program.stencils[stencil].fields.ids().zip(fields);
        let fields = bound.filter(|(param, _)| twins.first(*param) == *param).map(|(_, field)| field).collect();
        let stencil = self.stencil(stencil, twins);
        ProgramStmt::Call { stencil, fields, scalars, domain, span }
    }

    /// The stencil as part of the new program, under a name of its own.
    fn stencil(&mut self, id: StencilId, twins: Twins) -> StencilId {
        let known = (id, twins);
        if let Some(id) = self.known.get(&known) {
            return *id;
        }
        let original = &self.program.stencils[id];
        let mut one = stencil(original, &known.1).unwrap_or_else(|found| {
            self.found.extend(found);
            original.clone()
        });
        one.name = self.name(&one.name);
        let new = self.stencils.push(one);
        self.known.insert(known, new);
        new
    }

    fn name(&self, base: &str) -> String {
        let taken = |name: &String| self.stencils.values().any(|s| s.name == *name);
        let numbered = (2..).map(|n| format!("{base}_{n}"));
        std::iter::once(base.to_string()).chain(numbered).find(|name| !taken(name)).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::SourceId;
    use crate::text::{parse, parse_stencil};

    fn twins(pairs: &[(u32, u32)]) -> Twins {
        let mut twins = Twins::default();
        pairs.iter().for_each(|(a, b)| twins.add(FieldId(*a), FieldId(*b)));
        twins
    }

    #[test]
    fn twins_of_twins_are_one_field() {
        let all = twins(&[(4, 2), (3, 1), (3, 4)]);
        assert_eq!(all.pairs(), [2, 3, 4].map(|later| (FieldId(later), FieldId(1))));
        assert_eq!([0, 1, 2, 4, 5].map(|n| all.renumbered(FieldId(n)).0), [0, 1, 1, 1, 2]);
        assert!(twins(&[(1, 1)]).is_empty());
    }

    /// The stencil of statements in a parallel loop in which `%a` and `%out` are one, or why there is none.
    fn merged(sections: &str) -> String {
        let text = format!(
            "stencil x(%a: field<f64, IJK>, %b: field<f64, IJK>, %out: field<f64, IJK>) {{ temp %t: field<f64, IJK>
             parallel {{ {sections} }} }}"
        );
        let mut original = parse_stencil(&text, SourceId(0)).expect("parses");
        assert_eq!(original.find_extents(), []);
        match stencil(&original, &twins(&[(0, 2)])) {
            Ok(one) => one.to_string().split_whitespace().collect::<Vec<_>>().join(" "),
            Err(found) => found[0].message.clone(),
        }
    }

    #[test]
    fn statements_name_the_first_field() {
        let text = merged("interval [start, end) { execute { %t = (%a + %b) } execute { %out = %t[1,0,0] } }");
        assert!(text.starts_with("stencil x(%a: field<f64, IJK>, %b: field<f64, IJK>) {"), "{text}");
        assert!(text.contains("execute i(0,1) j(0,0) { %t = (%a + %b) }") && text.contains("%a = %t[1,0,0]"), "{text}");
    }

    #[test]
    fn what_depends_on_the_order_of_points_or_of_intervals_is_refused() {
        let endless = merged("interval [start, end) { execute { while (%out > 1.0f64) { %out = %a[1,0,0] } } }");
        assert_eq!(endless, "a `while` writes `a` and reads it at a horizontal offset");
        let cut =
            "interval [start, end-1) { execute { %out = %a[0,0,1] } } interval [end-1, end) { execute { %out = %a[0,0,-1] } }";
        assert_eq!(merged(cut), "one interval of a parallel loop reads `a` on levels that another interval writes");
    }

    #[test]
    fn steps_on_one_field_do_nothing_or_run_once() {
        let text = "program p(%q: field<f64, IJK>, %r: field<f64, IJK>, %s: field<f64, IJK>) {
          stencil double(%a: field<f64, IJK>, %out: field<f64, IJK>) {
            parallel { interval [start, end) { execute { %out = (2.0f64 * %a[1,0,0]) } } }
          }
          copy %q = %r  swap %r, %q  copy %s = %r
          halo_update %q, %r, %s
          call @double(%q, %r)  call @double(%r, %s)  call @double(%r, %q)
        }";
        let text = text.replace("{ execute", "{ execute i(0,0) j(0,0)");
        let original = parse(&text, SourceId(0)).expect("parses").into_program();
        let one = program(&original, &twins(&[(0, 1)])).expect("is valid");
        assert_eq!(one.check(), []);
        assert_eq!((one.body.len(), one.stencils.len(), one.params.len()), (5, 2, 2));
        let ProgramStmt::Host(HostStep::Exchange { fields, .. }, _) = &one.body[1] else { panic!("{one}") };
        assert_eq!(fields[..], [FieldId(0), FieldId(1)]);
    }
}
