//! The state of loading files: what is settled, and what is asked for.

use crate::function_ref::FileId;
use crate::names::{Binding, File};
use crate::options::{Loader, Options};
use crate::outline::{BlockId, Outline, SiteId};
use std::cell::RefCell;
use std::collections::HashMap;
use tradewind_ir::{Diagnostic, Sources, Span};

/// What loading has found so far.
pub struct Load<'a> {
    pub options: &'a Options,
    pub loader: &'a dyn Loader,
    pub sources: Sources,
    pub units: Vec<Unit>,
    pub by_name: HashMap<String, FileId>,
    /// The bindings of the first file that may set names of other files, by each name in their targets: `module.G = 9.8`.
    pub patches: HashMap<String, Vec<SiteId>>,
    /// Which imports are running when the top level of a file does.
    pub orders: HashMap<FileId, Option<Vec<(FileId, SiteId)>>>,
}

/// A file on its way.
pub struct Unit {
    pub file: File,
    pub text: String,
    /// Once the text is parsed.
    pub outline: Option<Outline>,
    /// Syntax errors and the like.
    pub errors: Vec<Diagnostic>,
    /// Whether these are in the way of something that is needed.
    pub is_in_the_way: bool,
    pub sites: HashMap<SiteId, Binding>,
    pub blocks: HashMap<BlockId, Runs>,
    pub targets: HashMap<(SiteId, Which), Target>,
    /// The import that asked for it first.
    pub importer: Option<(FileId, SiteId)>,
}

/// Something that is not known yet.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Need {
    /// The outline of a file.
    Outline(FileId),
    /// The file that an import names.
    Target(FileId, SiteId, Which),
    /// What a binding gives its name.
    Site(FileId, SiteId),
    /// Whether a block runs.
    Block(FileId, BlockId),
    /// In which order files are imported, up to this one.
    Order(FileId),
}

/// The needs that lookups have met.
pub type Needs = RefCell<Vec<Need>>;

/// Whether a block runs.
#[derive(Clone, Copy, Debug)]
pub enum Runs {
    Yes,
    No,
    /// Up to this binding, which fails.
    Until(SiteId),
    /// From the binding `risk` on it may have been left. Names that are bound before `start` too mean one thing or the other.
    Risky {
        risk: SiteId,
        start: SiteId,
        head: Span,
    },
    /// That is known only when Python runs. The block is `what`, with its head there.
    Maybe {
        what: &'static str,
        head: Span,
    },
}

/// How many files are read for one module.
pub const FILE_LIMIT: usize = 200;

/// Which of the modules that an import may mean.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Which {
    /// `a.b` of `import a.b` and `from a.b import c`.
    Module,
    /// `a` of `import a.b`.
    Package,
    /// `a.b.c` of `from a.b import c`.
    Submodule,
}

/// What a module's name stands for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Target {
    File(FileId),
    /// Its names are words of the language, or mean nothing to a stencil.
    Language,
    /// A module of Python's own, which is not read.
    Standard,
    /// There is no file for it.
    None,
    /// Too many files were read.
    Limit,
}
