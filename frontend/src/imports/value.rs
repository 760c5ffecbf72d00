//! What a binding gives its name.

use super::load::{FILE_LIMIT, Target, Which};
use super::view::{View, entered, unknown};
use crate::annotation::Types;
use crate::constant::{Constant, Lookup, evaluate};
use crate::function_ref::{FileId, FunctionRef};
use crate::names::{Binding, Names, language};
use crate::outline::{Site, SiteId, UnpackIndex, What};
use crate::syntax::{Expr, ExprKind, Function, Name, StmtKind, walk_stmts};
use crate::unknown::{Unknown, Why};
use crate::words::Word;
use std::collections::BTreeMap;
use std::sync::Arc;
use tradewind_ir::Span;

/// How many files a message about the limit shows.
const SHOWN: usize = 6;

impl View<'_> {
    /// What the binding at this place gives its name.
    pub(super) fn bound(&self) -> Option<Binding> {
        let (id, outline) = (self.at, self.outline()?);
        let site = &outline.sites[id];
        let here = self.elsewhere(self.file, site.at);
        Some(match &site.what {
            What::Function(def) => here.function(def),
            What::Class { above, values } => here.class(above, values),
            What::Value(e, path) if path.is_empty() => here.assigned(&site.name, e),
            What::Value(e, path) => here.part(site, e, path),
            What::LastItem(items, path) => match here.items(items) {
                Some((there, items)) => match items.last() {
                    Some(last) => there.part(site, last, path),
                    None => unknown(&site.name.text, site.name.span, Why::Statement("bound by a `for` over nothing")),
                },
                None => here.last_of_range(items).unwrap_or_else(|| computed(&site.name, items.span)),
            },
            What::Import { module, has_alias } => self.imported(id, site, module, *has_alias)?,
            What::From { module, level, name } => self.imported_from(id, site, (module, *level), name)?,
            What::Entry(target, value) => {
                let before = here.own(&site.name.text);
                if let Some(Binding::File(_)) = before {
                    return before;
                }
                let path = target.dotted().unwrap_or_default();
                let (_, path) = path.split_once('.').unwrap_or_default();
                entered(before, path, here.value(&site.name.text, value))
            }
            What::Opaque(what) => unknown(&site.name.text, site.name.span, Why::Statement(what)),
            What::Star { .. } => return None,
        })
    }

    /// A function: a stencil, a program or a plain one, by its decorators, else by what it holds.
    fn function(&self, def: &Arc<Function>) -> Binding {
        let made = def.decorators.iter().find_map(|decorator| self.decorator(decorator));
        let (role, options) = match made {
            Some(maker) => (maker.role, maker.options),
            None if self.computes(def) => (Word::Stencil, Vec::new()),
            None => (Word::Function, Vec::new()),
        };
        let function = FunctionRef { file: self.file, def: def.clone(), options: options.into() };
        super::made::as_role(role, function)
    }

    fn computes(&self, def: &Function) -> bool {
        let mut found = false;
        walk_stmts(&def.body, &mut |stmt| {
            if let StmtKind::With(items, _) = &stmt.kind {
                found |= items.iter().any(|item| match &item.kind {
                    ExprKind::Call(f, ..) => self.word(f) == Some(Word::Computation),
                    _ => false,
                });
            }
        });
        found
    }

    /// The values in the body of a class by name; each may use those before it.
    fn class(&self, above: &[Expr], values: &[(Name, Expr)]) -> Binding {
        let mut scope = ClassScope { view: self, members: BTreeMap::new() };
        for (name, value) in values {
            let value = evaluate(value, &scope).unwrap_or(Constant::Unknown);
            scope.members.insert(name.text.clone(), value);
        }
        let values = scope.members.into_iter().collect();
        let is_enumeration = above.iter().any(is_enumeration);
        Binding::Constant(if is_enumeration { Constant::Enumeration(values) } else { Constant::Table(values) })
    }

    /// `name = value`
    pub(super) fn assigned(&self, name: &Name, e: &Expr) -> Binding {
        self.made(name, e).unwrap_or_else(|| self.value(&name.text, e))
    }

    /// What a value is: what it names, a type, a constant.
    pub(super) fn value(&self, name: &str, e: &Expr) -> Binding {
        if let Some(known) = self.resolve(e) {
            return known;
        }
        let types = Types { names: *self, options: self.load.options, constants: self };
        if let Ok(known) = types.read(e) {
            return Binding::Type(known);
        }
        if let Ok((dtype, data)) = types.element(e) {
            return Binding::Elements(dtype, data);
        }
        match evaluate(e, self) {
            Ok(known) => Binding::Constant(known),
            Err(not) => self.cause(e, not.span).unwrap_or_else(|| unknown(name, e.span, Why::Computed)),
        }
    }

    /// A name in a value, all of it or at the place where it is no constant, that is unknown by itself.
    fn cause(&self, e: &Expr, at: Span) -> Option<Binding> {
        let is_type = matches!(e.kind, ExprKind::Subscript(..));
        let mut found = None;
        e.walk(&mut |inner| {
            if found.is_none() && (is_type || inner.span == at) {
                found = self.resolve(inner).filter(|b| matches!(b, Binding::Unknown(u) if u.why != Why::Computed));
            }
        });
        found
    }

    /// A part of a value that is taken apart.
    fn part(&self, site: &Site, e: &Expr, path: &[UnpackIndex]) -> Binding {
        let Some((part, rest)) = path.split_first() else { return self.value(&site.name.text, e) };
        let Some((there, items)) = self.items(e) else { return computed(&site.name, e.span) };
        let item = match *part {
            UnpackIndex::Item(n, count) if items.len() == count => items.get(n),
            UnpackIndex::Item(..) => None,
            UnpackIndex::FromStart(n) => items.get(n),
            UnpackIndex::FromEnd(n) => items.len().checked_sub(n).and_then(|n| items.get(n)),
        };
        match item {
            Some(item) => there.part(site, item, rest),
            None => computed(&site.name, e.span),
        }
    }

    /// The items of a tuple or list that is written out or has a name, and where they are evaluated.
    fn items<'e>(&self, e: &'e Expr) -> Option<(Self, &'e [Expr])>
    where
        Self: 'e,
    {
        match &e.kind {
            ExprKind::Tuple(items) => Some((*self, items)),
            ExprKind::Name(name) => {
                let outline = self.outline()?;
                let last = outline.bindings(name, self.at).into_iter().next()?;
                let site = &outline.sites[last];
                match &site.what {
                    What::Value(e, path) if path.is_empty() && site.block.is_none() => match &e.kind {
                        ExprKind::Tuple(items) => Some((self.elsewhere(self.file, site.at), items)),
                        _ => None,
                    },
                    _ => None,
                }
            }
            _ => None,
        }
    }

    /// The last number of `range(…)`.
    fn last_of_range(&self, e: &Expr) -> Option<Binding> {
        let ExprKind::Call(f, args, _) = &e.kind else { return None };
        let end = match (self.word(f), args.as_slice()) {
            (Some(Word::Range), [end] | [_, end]) => evaluate(end, self).ok()?,
            _ => return None,
        };
        let start = if args.len() == 2 { evaluate(&args[0], self).ok()? } else { Constant::Int(0) };
        match (start, end) {
            (Constant::Int(start), Constant::Int(end)) if start < end => Some(Binding::Constant(Constant::Int(end - 1))),
            _ => None,
        }
    }

    /// `import module`, `import module as name`
    fn imported(&self, id: SiteId, site: &Site, module: &Name, has_alias: bool) -> Option<Binding> {
        let is_package = !has_alias && module.text.contains('.');
        Some(match self.target(id, Which::Module)? {
            Target::File(_) if is_package => match self.target(id, Which::Package)? {
                Target::File(package) => Binding::File(package),
                _ => self.no_file(site, &module.text, Target::None),
            },
            Target::File(file) => Binding::File(file),
            Target::Language => Binding::Language,
            missing => self.no_file(site, &module.text, missing),
        })
    }

    /// `from module import name`
    fn imported_from(&self, id: SiteId, site: &Site, (module, level): (&Name, u32), name: &Name) -> Option<Binding> {
        let target = self.target(id, Which::Module)?;
        if target == Target::Language {
            return Some(self.word_of(site, module, &name.text));
        }
        if let Target::File(other) = target {
            let known = self.elsewhere(self.file, site.at).attribute(other, &name.text);
            if known.is_some() || self.is_waiting() {
                return known.map(|known| placed(known, site));
            }
        }
        let submodule = match target {
            Target::File(_) | Target::None => self.target(id, Which::Submodule)?,
            other => other,
        };
        Some(match (target, submodule) {
            (_, Target::File(file)) => Binding::File(file),
            (Target::File(other), _) => self.not_there(site, other, &name.text),
            (missing, _) => {
                let dots = ".".repeat(level as usize);
                self.no_file(site, &format!("{dots}{}", module.text), missing)
            }
        })
    }

    /// `from gt4py.cartesian.gtscript import name`
    fn word_of(&self, site: &Site, module: &Name, name: &str) -> Binding {
        match (module.text.as_str(), name) {
            ("__externals__", _) => unknown(name, module.span, Why::ExternalPlace),
            (_, "gtscript") => Binding::Language,
            _ => language(name).unwrap_or_else(|| {
                let module = module.text.clone();
                unknown(&site.name.text, site.name.span, Why::NoWord { module })
            }),
        }
    }

    fn not_there(&self, site: &Site, other: FileId, name: &str) -> Binding {
        let (file, meant) = (self.load.units[other].file.name.clone(), self.nearest_in(other, name));
        unknown(name, site.name.span, Why::NotThere { file, meant })
    }

    /// A name whose module is not read.
    fn no_file(&self, site: &Site, module: &str, target: Target) -> Binding {
        let why = match target {
            Target::Standard => Why::Computed,
            Target::Limit => self.limit(),
            _ => Why::NoFile { module: module.to_string() },
        };
        unknown(&site.name.text, site.name.span, why)
    }

    /// That too many files were read, and the files whose imports lead to this one, the first one first.
    pub(super) fn limit(&self) -> Why {
        let mut path = vec![self.load.units[self.file].file.name.clone()];
        let mut file = self.file;
        while let Some((importer, _)) = self.load.units[file].importer {
            path.push(self.load.units[importer].file.name.clone());
            file = importer;
        }
        path.reverse();
        if path.len() > SHOWN {
            path.splice(SHOWN / 2..path.len() - SHOWN / 2, ["…".to_string()]);
        }
        Why::Limit { limit: FILE_LIMIT, path }
    }
}

fn computed(name: &Name, value: Span) -> Binding {
    unknown(&name.text, value, Why::Computed)
}

/// What is imported, with the import as the place of what is unknown only because of it.
fn placed(known: Binding, site: &Site) -> Binding {
    match known {
        Binding::Unknown(unknown) if matches!(unknown.why, Why::Circular { .. }) => {
            Binding::Unknown(Box::new(Unknown { span: site.name.span, ..*unknown }))
        }
        other => other,
    }
}

/// The names in the body of a class: its own so far, then those of the file.
struct ClassScope<'a, 'l> {
    view: &'a View<'l>,
    members: BTreeMap<String, Constant>,
}

impl Lookup for ClassScope<'_, '_> {
    fn constant(&self, e: &Expr) -> Option<Constant> {
        let own = e.name().and_then(|name| self.members.get(name));
        own.cloned().or_else(|| self.view.constant(e))
    }
    fn word(&self, e: &Expr) -> Option<Word> {
        self.view.word(e)
    }
}

/// Whether a decorator or base makes a class an enumeration: `@gtscript.enum`, `IntEnum`.
fn is_enumeration(e: &Expr) -> bool {
    let callee = if let ExprKind::Call(callee, ..) = &e.kind { callee } else { e };
    callee.last_name().is_some_and(|name| matches!(name, "enum" | "Enum" | "IntEnum"))
}
