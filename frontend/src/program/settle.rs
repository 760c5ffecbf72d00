//! Names that stand for fields, tuples and numbers. What they stand for is known when compiling, and so it must be the same
//! wherever branches and rounds of loops come together; a name that stands for different things there is unsettled, and an
//! error where it is used.

use super::ProgramLower;
use super::loops::{Bindings, Rebound};
use crate::scope::Local;
use crate::syntax::{Expr, Stmt, assigned_names};

impl ProgramLower<'_> {
    /// Binds a name in the innermost scope.
    pub(super) fn bind(&mut self, name: &str, local: Local) {
        let before = self.names.locals().names.insert(name.to_string(), local);
        self.note(name, before);
    }

    /// Binds the names of a loop to an item.
    pub(super) fn bind_item(&mut self, target: &Expr, item: Local) -> Option<()> {
        let mut names = Vec::new();
        target.walk(&mut |e| names.extend(e.name().map(|name| (name, self.names.local(name).cloned()))));
        let bound = self.names.bind_item(target, item);
        names.into_iter().for_each(|(name, before)| self.note(name, before));
        bound
    }

    /// Takes note of what a name stood for before it was bound.
    fn note(&mut self, name: &str, before: Option<Local>) {
        if [self.names.local(name), before.as_ref()].into_iter().flatten().any(is_known) {
            self.rebound.push(Rebound { name: name.to_string(), before });
        }
    }

    /// What the names bound since `mark` (a length of `rebound`) mean at this point.
    pub(super) fn bindings(&self, mark: usize) -> Bindings {
        self.rebound[mark..].iter().map(|r| (r.name.clone(), self.names.local(&r.name).cloned())).collect()
    }

    /// Takes back what was bound since `mark`; what the names stood for until now.
    pub(super) fn unbind(&mut self, mark: usize) -> Bindings {
        let now = self.bindings(mark);
        while self.rebound.len() > mark
            && let Some(Rebound { name, before }) = self.rebound.pop()
        {
            let names = &mut self.names.locals().names;
            match before {
                Some(local) => drop(names.insert(name, local)),
                None => drop(names.remove(&name)),
            }
        }
        now
    }

    /// Goes on where several ends come together: a name keeps its meaning if it is the same at all ends at which it has one.
    pub(super) fn join(&mut self, ends: &[Bindings]) {
        let mut names: Vec<&String> = ends.iter().flat_map(|end| end.keys()).collect();
        names.sort_unstable();
        names.dedup();
        for name in names {
            let here = self.names.local(name).cloned();
            let mut meanings = ends.iter().filter_map(|end| end.get(name).unwrap_or(&here).as_ref());
            let Some(first) = meanings.next() else { continue };
            let joined = if meanings.all(|other| same(first, other)) { first.clone() } else { Local::Unsettled };
            self.bind(name, joined);
        }
    }

    /// Before a loop that runs: what its rounds bind anew may stand for something else from the second round on.
    pub(super) fn unsettle(&mut self, body: &[Stmt]) {
        for (name, _) in assigned_names(body) {
            if self.names.local(name).is_some_and(is_known) {
                self.bind(name, Local::Unsettled);
            }
        }
    }
}

/// Whether a name stands for something that is known when compiling; a scalar variable, by contrast, has its value at run time.
fn is_known(local: &Local) -> bool {
    !matches!(local, Local::Scalar(_) | Local::Broken)
}

fn same(a: &Local, b: &Local) -> bool {
    match (a, b) {
        (Local::Field { id, .. }, Local::Field { id: other, .. }) => id == other,
        (Local::Scalar(a), Local::Scalar(b)) => a == b,
        (Local::Constant(a), Local::Constant(b)) => a == b,
        (Local::Exchange(a), Local::Exchange(b)) => a == b,
        (Local::Tuple(a), Local::Tuple(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b)),
        (Local::Broken, _) | (_, Local::Broken) => true,
        _ => false,
    }
}
