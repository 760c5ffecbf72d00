//! One place at the top level of a file, and what names stand for there.

use super::load::{Load, Need, Needs, Runs, Target, Which};
use crate::constant::Constant;
use crate::function_ref::FileId;
use crate::names::{Binding, Names, entry};
use crate::outline::{END, Outline, SiteId, What};
use crate::syntax::{Expr, Name};
use crate::unknown::{Unknown, Why};
use crate::words;
use std::path::Path;
use tradewind_ir::Span;
use tradewind_ir::suggest::nearest;

/// A place in a file: names are those that are bound before. What is not settled is noted in `needs`, and the answer is worth
/// nothing then.
#[derive(Clone, Copy)]
pub struct View<'l> {
    pub(super) load: &'l Load<'l>,
    pub(super) file: FileId,
    pub(super) at: SiteId,
    /// The first file may set names of other files, `module.G = 9.8`: those that it has set before this place of it are seen.
    pub(super) patched_at: SiteId,
    pub(super) needs: &'l Needs,
}

impl<'l> View<'l> {
    pub(super) fn elsewhere(&self, file: FileId, at: SiteId) -> View<'l> {
        let patched_at = if file == 0 { at.min(self.patched_at) } else { self.patched_at };
        View { file, at, patched_at, ..*self }
    }

    pub(super) fn need<T>(&self, need: Need) -> Option<T> {
        self.needs.borrow_mut().push(need);
        None
    }

    pub(super) fn is_waiting(&self) -> bool {
        !self.needs.borrow().is_empty()
    }

    pub(super) fn outline(&self) -> Option<&'l Outline> {
        self.load.units[self.file].outline.as_ref().or_else(|| self.need(Need::Outline(self.file)))
    }

    pub(super) fn target(&self, site: SiteId, which: Which) -> Option<Target> {
        let known = self.load.units[self.file].targets.get(&(site, which)).copied();
        known.or_else(|| self.need(Need::Target(self.file, site, which)))
    }

    pub(super) fn site(&self, site: SiteId) -> Option<Binding> {
        let known = self.load.units[self.file].sites.get(&site).cloned();
        known.or_else(|| self.need(Need::Site(self.file, site)))
    }

    /// What the file itself binds to a name before this place.
    pub(super) fn own(&self, name: &str) -> Option<Binding> {
        let patched = if self.at == END && self.file != 0 { self.patched(name) } else { None };
        if patched.is_some() || self.is_waiting() {
            return patched;
        }
        self.unpatched(name)
    }

    fn unpatched(&self, name: &str) -> Option<Binding> {
        let outline = self.outline()?;
        if name == "__name__" {
            let stem = Path::new(&self.load.units[self.file].file.name).file_stem().unwrap_or_default();
            return Some(Binding::Constant(Constant::Text(stem.to_string_lossy().into_owned())));
        }
        let mut from_star = None;
        for id in outline.bindings(name, self.at) {
            let site = &outline.sites[id];
            match self.runs(outline, id, name)? {
                Runs::No => continue,
                Runs::Maybe { what, head } => return Some(unknown(name, site.name.span, Why::Conditional { what, head })),
                _ => {}
            }
            if let What::Star { .. } = &site.what {
                match self.through_star(id, name) {
                    _ if self.is_waiting() => return None,
                    Some(Ok(binding)) => return Some(binding),
                    Some(Err(why)) => from_star = from_star.or(Some(unknown(name, site.name.span, why))),
                    None => {}
                }
                continue;
            }
            // What is bound below such a function is taken as the last word.
            let declared = outline.globals.get(name).filter(|at| self.at == END && at.start > site.name.span.start);
            if let Some(declared) = declared {
                return Some(unknown(name, site.name.span, Why::Global { declared: *declared }));
            }
            return self.site(id);
        }
        from_star.filter(|_| words::find(name).is_none())
    }

    /// What `from module import *` brings in for a name, or why that is not known.
    fn through_star(&self, id: SiteId, name: &str) -> Option<Result<Binding, Why>> {
        match self.target(id, Which::Module)? {
            Target::File(other) => {
                let there = self.elsewhere(other, END);
                if there.outline()?.exports(name) { self.attribute(other, name).map(Ok) } else { None }
            }
            Target::None => match &self.outline()?.sites[id].what {
                What::Star { module, .. } => Some(Err(Why::NoFile { module: module.text.clone() })),
                _ => None,
            },
            Target::Limit => Some(Err(self.limit())),
            Target::Language | Target::Standard => None,
        }
    }

    /// What the file asked for has set a name of this file to: `module.G = 9.8`.
    fn patched(&self, name: &str) -> Option<Binding> {
        let mut patched = None;
        for id in self.load.patches.get(name)?.iter().filter(|id| **id < self.patched_at) {
            // The value of `module.f = stencil(module.f)` is made of what was there before.
            let root = self.elsewhere(0, *id);
            let Some(What::Entry(target, value)) = root.outline()?.sites.get(*id).map(|site| &site.what) else { continue };
            let Some((base, rest)) = parts(target, name) else { continue };
            let is_this = matches!(root.resolve(base), Some(Binding::File(file)) if file == self.file);
            if self.is_waiting() {
                return None;
            }
            if !is_this {
                continue;
            }
            let value = root.assigned(&Name { text: name.to_string(), span: target.span }, value);
            patched = match rest {
                None => Some(value),
                Some(rest) => {
                    let before = patched.or_else(|| self.unpatched(name));
                    Some(entered(before, &rest, value))
                }
            };
        }
        patched
    }

    /// The time up to which the top level of another file has run when this place is reached: an import that is running when this
    /// file is read has run up to the import.
    fn time_in(&self, other: FileId) -> SiteId {
        if self.at == END {
            return END;
        }
        if other == self.file {
            return self.at;
        }
        let mut file = self.file;
        while let Some((importer, site)) = self.load.units[file].importer {
            if importer == other {
                return site;
            }
            file = importer;
        }
        END
    }

    /// A name that is bound in another file only after an import there that seems to lead here: as Python has it.
    fn too_early(&self, other: FileId, name: &str, bound: Binding) -> Option<Binding> {
        let Some(order) = self.load.orders.get(&self.file) else { return self.need(Need::Order(self.file)) };
        let running = order.iter().flatten().find(|(file, _)| *file == other);
        let Some((_, site)) = running else { return Some(bound) };
        let then = self.elsewhere(other, *site);
        let known = then.own(name);
        if known.is_some() || self.is_waiting() {
            return known;
        }
        let outline = then.outline()?;
        let later = outline.bindings(name, END).last().map(|id| outline.sites[*id].name.span);
        let (import, file) = (outline.sites[*site].name.span, self.load.units[other].file.name.clone());
        Some(unknown(name, Span::NONE, Why::Circular { file, import, bound: later.unwrap_or(import) }))
    }

    /// The name in a file that is nearest to one that is not there.
    pub(super) fn nearest_in(&self, file: FileId, name: &str) -> Option<String> {
        let outline = self.elsewhere(file, END).outline()?;
        nearest(name, outline.names()).map(String::from)
    }
}

impl Names for View<'_> {
    fn named(&self, name: &str) -> Option<Binding> {
        let own = self.own(name);
        if own.is_some() || self.is_waiting() { own } else { words::find(name).map(Binding::Word) }
    }
    fn module(&self, dotted: &str) -> Option<FileId> {
        let site = self.outline()?.dotted(dotted).filter(|site| *site < self.at)?;
        match self.target(site, Which::Module)? {
            Target::File(file) => Some(file),
            _ => None,
        }
    }
    fn attribute(&self, file: FileId, name: &str) -> Option<Binding> {
        let time = self.time_in(file);
        let known = self.elsewhere(file, time).own(name);
        if known.is_some() || self.is_waiting() || time == END || file == self.file {
            return known;
        }
        let bound = self.elsewhere(file, END).own(name)?;
        self.too_early(file, name, bound)
    }
}

/// Nothing known, under a name.
pub fn unknown(name: &str, span: Span, why: Why) -> Binding {
    Binding::Unknown(Box::new(Unknown { name: name.to_string(), span, why }))
}

/// The part of `a.b.name.c.d` before a name, and what follows it.
fn parts<'e>(target: &'e Expr, name: &str) -> Option<(&'e Expr, Option<String>)> {
    let (mut e, mut rest) = (target, None);
    while let crate::syntax::ExprKind::Attribute(base, attribute) = &e.kind {
        if attribute.text == name {
            return Some((base, rest));
        }
        rest = Some(match rest {
            None => attribute.text.clone(),
            Some(rest) => format!("{}.{rest}", attribute.text),
        });
        e = base;
    }
    None
}

/// A table with an entry set, what was no table replaced by one. Modules and functions may have attributes in Python, which mean
/// nothing here.
pub fn entered(before: Option<Binding>, path: &str, value: Binding) -> Binding {
    let mut table = match before {
        None | Some(Binding::Unknown(_)) => Constant::Table(Vec::new()),
        Some(Binding::Constant(known)) => known,
        Some(other) => return other,
    };
    table.enter(path, entry(value));
    Binding::Constant(table)
}
