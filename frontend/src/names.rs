//! What the names of a file stand for.

use crate::annotation::Type;
use crate::constant::Constant;
use crate::syntax::{Expr, ExprKind, Function};
use crate::words::{self, Word};
use std::collections::HashMap;
use std::sync::Arc;
use tradewind_ir::{DType, Span};

/// A file of a module: the one asked for, or an imported one. The number is its place in [`Files`].
pub type FileId = usize;

/// A function of a file.
#[derive(Clone, Debug)]
pub struct FunctionRef {
    pub file: FileId,
    pub def: Arc<Function>,
}

/// What a name of a file stands for.
#[derive(Clone, Debug)]
pub enum Binding {
    Word(Word),
    /// `import numpy as np`, `import gt4py.cartesian.gtscript as gtscript`: its attributes are words of the language.
    Language,
    /// `import helpers`
    File(FileId),
    Function(FunctionRef),
    Stencil(FunctionRef),
    Program(FunctionRef),
    Constant(Constant),
    Type(Type),
    /// Elements with data dimensions: `V = (np.float64, (2,))`.
    Elements(DType, Vec<u32>),
    /// Imported from a module that has no file here.
    Missing {
        module: String,
        span: Span,
    },
    /// Something is wrong with it, which has been reported.
    Broken,
    /// Assigned a value that is not known at compile time.
    Opaque(Span),
}

/// One file and its names.
#[derive(Clone, Debug)]
pub struct File {
    /// The name in messages, usually the path.
    pub name: String,
    pub bindings: HashMap<String, Binding>,
    /// `import package.module`, by the dotted name.
    pub modules: HashMap<String, FileId>,
}

/// All files of a module; the first is the one asked for.
pub type Files = Vec<File>;

/// What `name` stands for in a file: its own binding, else a word of the language.
pub fn lookup(files: &Files, file: FileId, name: &str) -> Option<Binding> {
    let own = files.get(file).and_then(|f| f.bindings.get(name)).cloned();
    own.or_else(|| words::find(name).map(Binding::Word))
}

/// What `name` or `namespace.name` stands for in a file.
pub fn resolve(files: &Files, file: FileId, e: &Expr) -> Option<Binding> {
    match &e.kind {
        ExprKind::Name(name) => lookup(files, file, name),
        ExprKind::Attribute(..) if let Some(module) = module(files, file, e) => Some(Binding::File(module)),
        ExprKind::Attribute(base, attribute) => match resolve(files, file, base)? {
            Binding::Language => language(&attribute.text),
            Binding::File(other) => files.get(other)?.bindings.get(&attribute.text).cloned(),
            Binding::Constant(table) => table.entry(&attribute.text).map(|entry| match entry {
                Constant::Axis(axis) => Binding::Word(Word::Axis(*axis)),
                other => Binding::Constant(other.clone()),
            }),
            _ => None,
        },
        _ => None,
    }
}

/// The file that `package.module` names, where that was imported as such.
fn module(files: &Files, file: FileId, e: &Expr) -> Option<FileId> {
    let modules = &files.get(file)?.modules;
    if modules.is_empty() { None } else { modules.get(&e.dotted()?).copied() }
}

/// The word of the language that `e` is in a file.
pub fn word(files: &Files, file: FileId, e: &Expr) -> Option<Word> {
    match resolve(files, file, e) {
        Some(Binding::Word(word)) => Some(word),
        _ => None,
    }
}

/// What an attribute of `gtscript`, `numpy` or `math` is.
pub fn language(name: &str) -> Option<Binding> {
    let constant = |v| Some(Binding::Constant(Constant::Float(v)));
    match name {
        "pi" => constant(std::f64::consts::PI),
        "e" => constant(std::f64::consts::E),
        "inf" => constant(f64::INFINITY),
        "nan" => constant(f64::NAN),
        // Packages on the way: `gt4py.cartesian.gtscript.PARALLEL`.
        "cartesian" | "gtscript" | "dsl" | "gt4py" | "typing" => Some(Binding::Language),
        _ => words::find(name).map(Binding::Word),
    }
}

impl PartialEq for FunctionRef {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.def, &other.def)
    }
}
