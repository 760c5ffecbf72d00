//! Loading a file, and what it imports as far as code needs it, and giving names a meaning.
//!
//! Nothing of a file is read before something asks for it: a name that a stencil, program or function uses ([`reach`]) asks for its
//! binding, the binding for the names in its value ([`value`]), an import for the file that it names. Each of these is a [`Need`],
//! settled once by [`Load::settle`] with a stack of its own, so that long chains do not nest. A [`View`] is one place at which names
//! are looked up; it answers from what is settled and notes what is not.

mod flow;
mod load;
mod made;
mod order;
mod reach;
mod target;
mod value;
mod view;

use crate::function_ref::{FileId, FunctionRef};
use crate::names::{Binding, File, Files};
use crate::options::{Loader, Options};
use crate::outline::{END, SiteId, What};
use crate::python;
use crate::syntax::Name;
use crate::unknown::{Unknown, Why};
use load::{Load, Need, Needs, Runs, Unit};
use std::collections::{HashMap, HashSet};
use tradewind_ir::{Diagnostic, Sources, Span};
use view::View;

/// What the top level of the file asked for defines, in order.
#[derive(Default)]
pub struct Items {
    pub stencils: Vec<FunctionRef>,
    pub programs: Vec<FunctionRef>,
    /// The keys of the table `externals`, each the name of a stencil.
    pub tables: Vec<Name>,
}

/// A file that is loaded, with what its code needs of others.
pub struct Loaded {
    pub sources: Sources,
    pub files: Files,
    /// What is wrong with the files as such.
    pub diagnostics: Vec<Diagnostic>,
    pub items: Items,
}

/// Reads a file and what its stencils and programs need of those that it imports.
pub fn load(name: &str, text: &str, options: &Options, loader: &dyn Loader) -> Loaded {
    let (sources, by_name) = (Sources::default(), HashMap::new());
    let (patches, orders) = (HashMap::new(), HashMap::new());
    let mut load = Load { options, loader, sources, units: Vec::new(), by_name, patches, orders };
    load.add(name, text.to_string(), None);
    load.parse(0);
    let mut diagnostics = std::mem::take(&mut load.units[0].errors);
    diagnostics.extend(load.misplaced_externals());
    let items = load.items(&mut diagnostics);
    load.reach(&items);
    let mut files = Vec::new();
    for unit in load.units {
        if unit.is_in_the_way {
            diagnostics.extend(unit.errors);
        }
        files.push(unit.file);
    }
    Loaded { sources: load.sources, files, diagnostics, items }
}

impl Load<'_> {
    fn add(&mut self, name: &str, text: String, importer: Option<(FileId, SiteId)>) -> FileId {
        let id = self.units.len();
        let file = File { name: name.to_string(), bindings: HashMap::new(), modules: HashMap::new(), known: Vec::new() };
        self.by_name.insert(name.to_string(), id);
        self.units.push(Unit {
            file,
            text,
            outline: None,
            errors: Vec::new(),
            is_in_the_way: false,
            sites: HashMap::new(),
            blocks: HashMap::new(),
            targets: HashMap::new(),
            importer,
        });
        id
    }

    fn parse(&mut self, file: FileId) {
        let unit = &mut self.units[file];
        let text = std::mem::take(&mut unit.text);
        let source = self.sources.add(&unit.file.name, &text);
        let (outline, errors) = python::parse(source, &text);
        for (id, site) in outline.sites.iter().enumerate().filter(|_| file == 0) {
            if let What::Entry(target, _) = &site.what {
                let dotted = target.dotted().unwrap_or_default();
                for name in dotted.split('.').skip(1) {
                    self.patches.entry(name.to_string()).or_default().push(id);
                }
            }
        }
        unit.file.known = outline.known_names();
        unit.errors = errors;
        unit.outline = Some(outline);
    }

    /// `from __externals__ import …` outside of a stencil.
    fn misplaced_externals(&self) -> Option<Diagnostic> {
        let sites = self.units[0].outline.iter().flat_map(|outline| &outline.sites);
        let mut modules = sites.filter_map(|site| match &site.what {
            What::From { module, level: 0, .. } | What::Star { module, level: 0 } => Some((module, &site.name)),
            _ => None,
        });
        let (module, name) = modules.find(|(module, _)| module.text == "__externals__")?;
        let unknown = Unknown { name: name.text.clone(), span: module.span, why: Why::ExternalPlace };
        Some(unknown.diagnose(Span::NONE))
    }

    /// The answer of a lookup, once all that it needs is settled.
    fn settled<T>(&mut self, ask: impl Fn(&Self, &Needs) -> T) -> T {
        loop {
            let needs = Needs::default();
            let answer = ask(self, &needs);
            let needs = needs.into_inner();
            if needs.is_empty() {
                return answer;
            }
            self.settle(needs);
        }
    }

    /// Settles what is needed and all that this needs in turn. What needs itself stays unknown.
    fn settle(&mut self, mut stack: Vec<Need>) {
        let mut waiting = HashSet::new();
        while let Some(need) = stack.last().copied() {
            let inner = if self.is_settled(need) { Vec::new() } else { self.work(need) };
            if inner.is_empty() {
                stack.pop();
                waiting.remove(&need);
                continue;
            }
            waiting.insert(need);
            for next in inner {
                if waiting.contains(&next) {
                    self.give_up(next);
                } else {
                    stack.push(next);
                }
            }
        }
    }

    fn is_settled(&self, need: Need) -> bool {
        match need {
            Need::Outline(file) => self.units[file].outline.is_some(),
            Need::Target(file, site, which) => self.units[file].targets.contains_key(&(site, which)),
            Need::Site(file, site) => self.units[file].sites.contains_key(&site),
            Need::Block(file, block) => self.units[file].blocks.contains_key(&block),
            Need::Order(file) => self.orders.contains_key(&file),
        }
    }

    /// Settles something, or gives what that needs first.
    fn work(&mut self, need: Need) -> Vec<Need> {
        let needs = Needs::default();
        match need {
            Need::Outline(file) => self.parse(file),
            Need::Target(file, site, which) => self.find_target(file, site, which),
            Need::Order(file) => {
                let order = self.order_of(file);
                self.orders.insert(file, order);
            }
            Need::Site(file, site) => {
                let binding = self.view(file, site, &needs).bound();
                if let (Some(binding), true) = (binding, needs.borrow().is_empty()) {
                    self.units[file].sites.insert(site, binding);
                }
            }
            Need::Block(file, block) => {
                let runs = self.view(file, 0, &needs).block_runs(block);
                if let (Some(runs), true) = (runs, needs.borrow().is_empty()) {
                    self.units[file].blocks.insert(block, runs);
                }
            }
        }
        needs.into_inner()
    }

    /// Something that needs itself.
    fn give_up(&mut self, need: Need) {
        match need {
            Need::Site(file, id) => {
                let Some(site) = self.units[file].outline.as_ref().and_then(|outline| outline.sites.get(id)) else { return };
                let unknown = Unknown { name: site.name.text.clone(), span: site.name.span, why: Why::Computed };
                self.units[file].sites.insert(id, Binding::Unknown(Box::new(unknown)));
            }
            Need::Block(file, block) => {
                self.units[file].blocks.insert(block, Runs::Yes);
            }
            Need::Order(file) => {
                self.orders.insert(file, None);
            }
            Need::Outline(_) | Need::Target(..) => {}
        }
    }

    /// The names at a place of a file.
    fn view<'l>(&'l self, file: FileId, at: SiteId, needs: &'l Needs) -> View<'l> {
        View { load: self, file, at, patched_at: END, needs }
    }
}
