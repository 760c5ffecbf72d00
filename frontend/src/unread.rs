//! Temporaries on which no parameter depends: most often a mistyped output.

use crate::lower::Lower;
use crate::scope::Role;
use crate::syntax::{Expr, Stmt, walk_stmts};
use std::collections::HashSet;
use tradewind_ir as ir;
use tradewind_ir::ids::Id;
use tradewind_ir::suggest::hint;
use tradewind_ir::{Code, Diagnostic, FieldId, StmtKind};

impl Lower<'_> {
    /// Warns of temporaries that are written in vain. One that is read for another such name only is not named itself.
    pub fn warn_unread(&mut self) {
        let flow = Flow::of(&self.stencil);
        let is_alive = flow.reached(self.outputs(&flow));
        // Names that only code assigns which is left out are not written at all.
        let is_name = |id: &FieldId| {
            let is_of_source = self.names.get(id).is_some_and(|named| named.role != Role::Argument);
            is_of_source && flow.written[id.index()]
        };
        let mut lost: Vec<FieldId> = self.names.keys().copied().filter(|id| is_name(id) && !is_alive[id.index()]).collect();
        if lost.is_empty() {
            return;
        }
        lost.sort();
        let readers = flow.readers(&is_alive);
        // The ends of chains first: they explain what is read for them. What is left are rings.
        let (mut ends, rest): (Vec<_>, Vec<_>) = lost.iter().partition(|id| is_end(**id, &readers, &is_name));
        let mut is_explained = flow.reached(ends.clone());
        for id in rest.into_iter().rev() {
            if !is_explained[id.index()] {
                let more = flow.reached(vec![id]);
                is_explained.iter_mut().zip(more).for_each(|(known, new)| *known |= new);
                ends.push(id);
            }
        }
        // A function's temporary may be of use in another call.
        let in_use: HashSet<ir::Span> =
            self.names.keys().filter(|id| is_alive[id.index()]).map(|id| self.stencil.fields[*id].span).collect();
        ends.retain(|id| !in_use.contains(&self.stencil.fields[*id].span));
        ends.sort();
        let found: Vec<Diagnostic> = ends.iter().filter_map(|id| self.lost(*id, readers[id.index()].is_empty())).collect();
        found.into_iter().for_each(|d| self.report(d));
    }

    /// The branch that is taken where a condition is known; the other one is left out.
    pub fn taken<'e>(&mut self, decided: bool, then: &'e [Stmt], otherwise: &'e [Stmt]) -> &'e [Stmt] {
        let (taken, other) = if decided { (then, otherwise) } else { (otherwise, then) };
        self.leave_out(other);
        taken
    }

    /// The value of a ternary whose condition is known; the other one is left out.
    pub fn value_of<'e>(&mut self, decided: bool, then: &'e Expr, otherwise: &'e Expr) -> &'e Expr {
        let (value, other) = if decided { (then, otherwise) } else { (otherwise, then) };
        self.leave_out_value(other);
        value
    }

    /// Notes statements that constants leave out. What they read is of use where other constants are given.
    pub fn leave_out(&mut self, body: &[Stmt]) {
        walk_stmts(body, &mut |stmt| stmt.values().into_iter().for_each(|e| self.leave_out_value(e)));
    }

    /// The same for an expression.
    pub fn leave_out_value(&mut self, e: &Expr) {
        let names = &mut self.locals().left_out;
        e.walk(&mut |e| names.extend(e.name().map(String::from)));
    }

    /// The fields whose values are of use by themselves.
    fn outputs(&self, flow: &Flow) -> Vec<FieldId> {
        let params = self.stencil.fields.iter().filter(|(_, f)| !f.is_temporary()).map(|(id, _)| id);
        let left_out = self.scopes.iter().flat_map(|scope| scope.fields_left_out()).chain(self.left_out.iter().copied());
        // What computes a condition or an argument is read for nothing where that is left out.
        let unread = flow.unread().filter(|id| !self.names.contains_key(id));
        params.chain(left_out).chain(unread).chain(flow.checked.iter().copied()).collect()
    }

    fn lost(&self, id: FieldId, is_unread: bool) -> Option<Diagnostic> {
        let named = self.names.get(&id).filter(|named| !named.name.starts_with('_'))?;
        let message = match is_unread {
            true => format!("the temporary `{}` is written and never read", named.name),
            false => format!("no parameter depends on the temporary `{}`", named.name),
        };
        let span = self.stencil.fields[id].span;
        let warning = Diagnostic::warning(Code::NEVER_READ, message, span, "assigned here, and the value is lost");
        let params = self.stencil.fields.values().filter(|f| !f.is_temporary()).map(|f| f.name.as_str());
        let (near, help) = match named.role {
            Role::Function => (warning, "a function returns results only by its `return`"),
            _ => (hint(warning, &named.name, params), "a stencil returns results only in its field parameters"),
        };
        match near.help.is_empty() {
            true => (!named.is_one_of_several).then(|| near.help(help)),
            false => Some(near),
        }
    }
}

/// What the fields of a stencil are computed from.
struct Flow {
    /// By field, what its assignments read, the conditions around them included.
    sources: Vec<Vec<FieldId>>,
    /// By field, whether anything assigns it.
    written: Vec<bool>,
    /// What decides whether a call fails.
    checked: Vec<FieldId>,
}

impl Flow {
    fn of(stencil: &ir::Stencil) -> Flow {
        let fields = stencil.fields.len();
        let mut flow = Flow { sources: vec![Vec::new(); fields], written: vec![false; fields], checked: Vec::new() };
        for (_, _, execution) in stencil.executions() {
            execution.body.iter().for_each(|stmt| flow.add(stmt, &mut Vec::new()));
        }
        flow
    }

    fn add(&mut self, stmt: &ir::Stmt, conditions: &mut Vec<FieldId>) {
        let reads = stmt.exprs().flat_map(|e| e.accesses()).map(|access| access.field);
        match &stmt.kind {
            StmtKind::Assign(assign) => {
                let target = assign.target.field.index();
                self.written[target] = true;
                let sources = &mut self.sources[target];
                sources.extend(reads.chain(conditions.iter().copied()));
            }
            StmtKind::Check { .. } => self.checked.extend(reads),
            StmtKind::Mask { .. } | StmtKind::While { .. } | StmtKind::Restrict { .. } => {
                let around = conditions.len();
                conditions.extend(reads);
                stmt.body().iter().for_each(|inner| self.add(inner, conditions));
                conditions.truncate(around);
            }
        }
    }

    /// The fields that nothing is computed from.
    fn unread(&self) -> impl Iterator<Item = FieldId> {
        let mut is_read = vec![false; self.sources.len()];
        self.sources.iter().flatten().for_each(|source| is_read[source.index()] = true);
        is_read.into_iter().enumerate().filter(|(_, is_read)| !is_read).map(|(n, _)| FieldId::from_index(n))
    }

    /// By field, whether it is one of `from` or is read for them.
    fn reached(&self, from: Vec<FieldId>) -> Vec<bool> {
        let mut reached = vec![false; self.sources.len()];
        let mut next = from;
        while let Some(id) = next.pop() {
            if !std::mem::replace(&mut reached[id.index()], true) {
                next.extend(&self.sources[id.index()]);
            }
        }
        reached
    }

    /// By field, what it is read for, of all that is of no use.
    fn readers(&self, is_alive: &[bool]) -> Vec<Vec<FieldId>> {
        let mut readers = vec![Vec::new(); self.sources.len()];
        for (n, sources) in self.sources.iter().enumerate().filter(|(n, _)| !is_alive[*n]) {
            sources.iter().for_each(|source| readers[source.index()].push(FieldId::from_index(n)));
        }
        readers
    }
}

/// Whether a field is read for no other name of the source, masks and the like in between left aside.
fn is_end(id: FieldId, readers: &[Vec<FieldId>], is_name: &impl Fn(&FieldId) -> bool) -> bool {
    let mut seen = HashSet::from([id]);
    let mut next = readers[id.index()].clone();
    while let Some(reader) = next.pop() {
        if seen.insert(reader) {
            if is_name(&reader) {
                return false;
            }
            next.extend(&readers[reader.index()]);
        }
    }
    true
}
