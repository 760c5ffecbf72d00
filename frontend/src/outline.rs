//! The top level of a file: the names that its statements bind, in the order in which they run.
//!
//! A name may be bound several times. Code that runs at the top level sees the last binding before it, functions see the last one of
//! all. A binding inside an `if` or a `try` has a block, which says when it runs.

use crate::syntax::{Expr, Function, Name};
use std::collections::HashMap;
use std::sync::Arc;
use tradewind_ir::Span;

/// A binding: its place in [`Outline::sites`].
pub type SiteId = usize;
/// A block: its place in [`Outline::blocks`].
pub type BlockId = usize;

/// Later than all bindings of a file: when functions run.
pub const END: SiteId = usize::MAX;

/// The top level of a file.
#[derive(Default, Debug)]
pub struct Outline {
    /// In the order in which they run.
    pub sites: Vec<Site>,
    pub blocks: Vec<Block>,
    pub tries: Vec<Try>,
    /// The names that functions assign as `global`, with the place where they say so.
    pub globals: HashMap<String, Span>,
    /// `__all__`, where that is a list of texts.
    pub exported: Option<Vec<String>>,
    names: HashMap<String, Vec<SiteId>>,
    stars: Vec<SiteId>,
    dotted: HashMap<String, SiteId>,
}

/// One binding.
#[derive(Debug)]
pub struct Site {
    /// What is bound, and where the text says so. For `from module import *`, the star.
    pub name: Name,
    pub what: What,
    /// The innermost block around it.
    pub block: Option<BlockId>,
    /// The first binding of its statement: what the statement evaluates sees the bindings before that one.
    pub at: SiteId,
}

/// What a binding gives its name.
#[derive(Clone, Debug)]
pub enum What {
    Function(Arc<Function>),
    Class {
        above: Vec<Expr>,
        values: Vec<(Name, Expr)>,
    },
    /// A value, or a part of it: `a, (b, c) = value`.
    Value(Arc<Expr>, Vec<UnpackIndex>),
    /// The last item of a loop's tuple, or a part of that.
    LastItem(Arc<Expr>, Vec<UnpackIndex>),
    /// `import a.b as c`. Without a name of its own, the first part of `a.b` is bound.
    Import {
        module: Name,
        has_alias: bool,
    },
    /// `from module import name`; `level` counts the leading dots.
    From {
        module: Name,
        level: u32,
        name: Name,
    },
    Star {
        module: Name,
        level: u32,
    },
    /// `name.path = value`: the target, and the value.
    Entry(Expr, Arc<Expr>),
    /// Nothing that is known from the text: what the statement does.
    Opaque(&'static str),
}

/// The place of an item in a tuple that is unpacked.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum UnpackIndex {
    /// The item of this number, of so many.
    Item(usize, usize),
    /// The item of this number, where a `*` before or behind takes some.
    FromStart(usize),
    /// The item of this number, counted from the end: 1 is the last.
    FromEnd(usize),
}

/// A body that may not run.
#[derive(Debug)]
pub struct Block {
    pub parent: Option<BlockId>,
    pub kind: BlockKind,
    /// The first binding in it; what decides about it sees the bindings before.
    pub at: SiteId,
    /// Its head, for messages.
    pub span: Span,
}

/// When a block runs.
#[derive(Debug)]
pub enum BlockKind {
    /// If the condition has this truth.
    Branch(Arc<Expr>, bool),
    /// The body of a `try`, by its number in [`Outline::tries`].
    TryBody(usize),
    /// After the body of a `try` without an exception.
    TryElse(usize),
    /// The handler of this number.
    Handler(usize, usize),
    /// `for`, `while`, `match`: any number of times.
    Repeated(&'static str),
}

/// A `try` statement.
#[derive(Debug)]
pub struct Try {
    pub steps: Vec<TryStep>,
    /// For each handler whether it catches an `ImportError`.
    pub handlers: Vec<bool>,
    /// The first binding in it.
    pub at: SiteId,
    pub span: Span,
}

/// What a statement in the body of a `try` may do.
#[derive(Debug)]
pub enum TryStep {
    /// The import of this number, which fails if there is no such module or name in it.
    Import(SiteId),
    /// The assignment of this number, which raises nothing if its value is a constant.
    Value(SiteId),
    /// It may raise an exception: the number of the first binding after it.
    Any(SiteId),
}

impl Outline {
    /// Adds a binding.
    pub fn push(&mut self, site: Site) -> SiteId {
        let id = self.sites.len();
        match &site.what {
            What::Star { .. } => self.stars.push(id),
            _ => self.names.entry(site.name.text.clone()).or_default().push(id),
        }
        if let What::Import { module, has_alias: false } = &site.what {
            self.dotted.entry(module.text.clone()).or_insert(id);
        }
        self.sites.push(site);
        id
    }
    /// The bindings of a name before `at`, `from module import *` among them, the last one first.
    pub fn bindings(&self, name: &str, at: SiteId) -> Vec<SiteId> {
        let own = self.names.get(name).map_or(&[][..], Vec::as_slice);
        let mut found: Vec<SiteId> = own.iter().chain(&self.stars).copied().filter(|id| *id < at).collect();
        if !self.stars.is_empty() {
            found.sort_unstable();
        }
        found.reverse();
        found
    }
    /// Whether a name is bound before `at`, apart from star imports.
    pub fn binds(&self, name: &str, at: SiteId) -> bool {
        self.names.get(name).is_some_and(|sites| sites.first().is_some_and(|first| *first < at))
    }
    /// The names that it binds.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.names.keys().map(String::as_str)
    }
    /// The names of functions, classes, values and what is imported from modules: for "did you mean".
    pub fn known_names(&self) -> Vec<String> {
        let is_value = |what: &What| match what {
            What::Function(_) | What::Class { .. } | What::From { .. } => true,
            What::Value(_, path) => path.is_empty(),
            _ => false,
        };
        let last = |sites: &Vec<SiteId>| sites.last().is_some_and(|last| is_value(&self.sites[*last].what));
        self.names.iter().filter(|(_, sites)| last(sites)).map(|(name, _)| name.clone()).collect()
    }
    /// The statement `import a.b.c` for a dotted name.
    pub fn dotted(&self, name: &str) -> Option<SiteId> {
        self.dotted.get(name).copied()
    }
    /// Whether `from module import *` brings in a name.
    pub fn exports(&self, name: &str) -> bool {
        match &self.exported {
            Some(listed) => listed.iter().any(|known| known == name),
            None => !name.starts_with('_'),
        }
    }
}
