//! What the file asked for defines, and the names that this needs, from whatever file.

use super::Items;
use super::load::{Load, Need, Runs};
use crate::constant::Constant;
use crate::function_ref::{FileId, FunctionRef};
use crate::names::{Binding, Names};
use crate::options::ExternalValue;
use crate::outline::{END, Outline, What};
use crate::syntax::{Expr, ExprKind, Function, Name, StmtKind, assigned_names, walk_stmts};
use crate::unknown::Why;
use std::collections::HashSet;
use std::sync::Arc;
use tradewind_ir::{Code, Diagnostic};

impl Load<'_> {
    /// The stencils and programs of the first file.
    pub(super) fn items(&mut self, diagnostics: &mut Vec<Diagnostic>) -> Items {
        let mut items = Items::default();
        let Some(outline) = &self.units[0].outline else { return items };
        let defining: Vec<usize> = (0..outline.sites.len()).filter(|id| may_define(outline, *id)).collect();
        items.tables = table_names(outline);
        for id in defining {
            let found = self.settled(|load, needs| {
                let view = load.view(0, END, needs);
                let outline = view.outline()?;
                match view.runs(outline, id, "")? {
                    Runs::No | Runs::Maybe { .. } => None,
                    _ => Some((outline.sites[id].name.text.clone(), view.site(id)?)),
                }
            });
            match &found {
                Some((_, Binding::Stencil(function))) => define(&mut items.stencils, function, "stencil", diagnostics),
                Some((_, Binding::Program(function))) => define(&mut items.programs, function, "program", diagnostics),
                _ => {}
            }
            if let Some((name, Binding::Stencil(_) | Binding::Program(_) | Binding::Function(_))) = found {
                self.name(0, &name);
            }
        }
        items
    }

    /// Settles all names that the stencils and programs use, directly and through functions.
    pub(super) fn reach(&mut self, items: &Items) {
        let mut reach = Reach::default();
        for function in items.stencils.iter().chain(&items.programs) {
            reach.queue.push(function.clone());
        }
        let given = self.options.externals.iter();
        let functions: Vec<String> =
            given.filter_map(|(_, v)| if let ExternalValue::Function(f) = v { Some(f.clone()) } else { None }).collect();
        for name in functions {
            let binding = self.name(0, &name);
            reach.follow(binding);
        }
        while let Some(function) = reach.queue.pop() {
            if reach.functions.insert(Arc::as_ptr(&function.def)) {
                self.names_of(&function, &mut reach);
            }
        }
    }

    fn names_of(&mut self, function: &FunctionRef, reach: &mut Reach) {
        if function.def.is_broken {
            self.units[function.file].is_in_the_way = true;
        }
        let local = local_names(&function.def);
        for e in used(&function.def) {
            self.use_names(function.file, e, &local, reach);
        }
        for given in function.options.iter() {
            self.use_names(given.file, &given.value, &HashSet::new(), reach);
        }
        // The table of externals is the file's own.
        let outline = self.units[function.file].outline.as_ref();
        if outline.is_some_and(|outline| outline.binds("externals", END))
            && reach.names.insert((function.file, "externals".to_string()))
        {
            let table = self.name(function.file, "externals");
            reach.follow(table);
        }
    }

    /// Settles the names in an expression of a function. Its local names are looked up if the file itself binds them, for one may
    /// be read before it is assigned, and not through stars.
    fn use_names(&mut self, file: FileId, e: &Expr, local: &HashSet<&str>, reach: &mut Reach) {
        self.settle(vec![Need::Outline(file)]);
        let outline = self.units[file].outline.as_ref();
        let is_local =
            |e: &Expr| e.root().is_some_and(|n| local.contains(n) && !outline.is_some_and(|outline| outline.binds(n, END)));
        let mut found = Vec::new();
        e.walk(&mut |inner| {
            let dotted = match &inner.kind {
                ExprKind::Name(name) | ExprKind::Text(name) => Some(name.clone()),
                ExprKind::Attribute(..) => inner.dotted(),
                _ => None,
            };
            if let Some(dotted) = dotted
                && !is_local(inner)
                && reach.names.insert((file, dotted))
            {
                found.push(inner);
            }
        });
        for inner in found {
            let binding = match &inner.kind {
                ExprKind::Text(name) => self.name(file, name),
                _ => self.dotted(file, inner),
            };
            reach.follow(binding);
        }
    }

    /// Settles a name of a file, as functions see it.
    fn name(&mut self, file: FileId, name: &str) -> Option<Binding> {
        let binding = self.settled(|load, needs| load.view(file, END, needs).own(name))?;
        if let Binding::Unknown(unknown) = &binding
            && let Why::NotThere { file, .. } = &unknown.why
            && let Some(other) = self.by_name.get(file)
        {
            self.units[*other].is_in_the_way = true;
        }
        self.units[file].file.bindings.insert(name.to_string(), binding.clone());
        Some(binding)
    }

    /// Settles a name or a dotted name, and the names on the way.
    fn dotted(&mut self, file: FileId, e: &Expr) -> Option<Binding> {
        match &e.kind {
            ExprKind::Name(name) => self.name(file, name),
            ExprKind::Attribute(base, attribute) => {
                let above = self.dotted(file, base);
                let dotted = e.dotted()?;
                if let Some(module) = self.settled(|load, needs| load.view(file, END, needs).module(&dotted)) {
                    self.units[file].file.modules.insert(dotted, module);
                    return Some(Binding::File(module));
                }
                match above {
                    Some(Binding::File(other)) => self.name(other, &attribute.text),
                    _ => self.settled(|load, needs| load.view(file, END, needs).resolve(e)),
                }
            }
            _ => None,
        }
    }
}

/// What is left to look through, and what has been.
#[derive(Default)]
struct Reach {
    queue: Vec<FunctionRef>,
    functions: HashSet<*const Function>,
    names: HashSet<(FileId, String)>,
}

impl Reach {
    /// Looks through functions, and those in tables.
    fn follow(&mut self, binding: Option<Binding>) {
        match binding {
            Some(Binding::Function(f) | Binding::Stencil(f) | Binding::Program(f)) => self.queue.push(f),
            Some(Binding::Constant(known)) => self.follow_constant(&known),
            _ => {}
        }
    }
    fn follow_constant(&mut self, known: &Constant) {
        match known {
            Constant::Function(function) => self.queue.push(function.clone()),
            Constant::Table(entries) => entries.iter().for_each(|(_, entry)| self.follow_constant(entry)),
            _ => {}
        }
    }
}

/// Whether a binding may be a stencil or program: a function, or a call with a function.
fn may_define(outline: &Outline, id: usize) -> bool {
    let is_function = |e: &Expr| {
        let last = e.root().and_then(|root| outline.bindings(root, id).first().copied());
        let what = last.map(|last| &outline.sites[last].what);
        matches!(what, Some(What::Function(_) | What::From { .. } | What::Import { .. }))
    };
    match &outline.sites[id].what {
        What::Function(_) => true,
        What::Value(e, path) if path.is_empty() => match &e.kind {
            ExprKind::Call(_, args, named) => args.iter().chain(named.iter().map(|(_, value)| value)).any(is_function),
            _ => false,
        },
        _ => false,
    }
}

fn define(list: &mut Vec<FunctionRef>, new: &FunctionRef, what: &str, diagnostics: &mut Vec<Diagnostic>) {
    let Some(old) = list.iter_mut().find(|old| old.def.name.text == new.def.name.text) else {
        return list.push(new.clone());
    };
    if old == new {
        *old = new.clone();
        return;
    }
    let message = format!("the {what} `{}` is defined twice", new.def.name.text);
    let found = Diagnostic::error(Code::DEFINED_TWICE, message, new.def.name.span, "defined again here");
    diagnostics.push(found.label(old.def.name.span, "first defined here").help("rename one of them"));
}

/// The keys of the table of tables `externals`.
fn table_names(outline: &Outline) -> Vec<Name> {
    let last = outline.bindings("externals", END).into_iter().find_map(|id| match &outline.sites[id].what {
        What::Value(e, path) if path.is_empty() => Some(e),
        _ => None,
    });
    let Some(ExprKind::Dict(entries)) = last.map(|e| &e.kind) else { return Vec::new() };
    let keys = entries.iter().filter(|(_, v)| matches!(v.kind, ExprKind::Dict(_))).map(|(key, _)| match &key.kind {
        ExprKind::Text(text) => Some(Name { text: text.clone(), span: key.span }),
        _ => None,
    });
    keys.flatten().collect()
}

/// The names of a function's parameters and of what it assigns.
fn local_names(def: &Function) -> HashSet<&str> {
    let params = def.params.iter().map(|param| param.name.text.as_str());
    params.chain(assigned_names(&def.body).into_iter().map(|(name, _)| name)).collect()
}

/// The expressions that a function evaluates or reads types from.
fn used(def: &Function) -> Vec<&Expr> {
    let mut found = Vec::new();
    for param in &def.params {
        found.extend(param.annotation.iter().chain(&param.default));
    }
    walk_stmts(&def.body, &mut |stmt| {
        found.extend(stmt.values());
        if let StmtKind::Declare(_, annotation, _) = &stmt.kind {
            found.push(annotation);
        }
    });
    found
}
