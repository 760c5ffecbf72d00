//! The meaning of the names of a file.

use crate::constant::{Constant, Lookup};
use crate::declared_type::Type;
use crate::function_ref::{DecoratorOption, FileId, FunctionRef};
use crate::syntax::{Expr, ExprKind};
use crate::unknown::Unknown;
use crate::words::{self, Word};
use std::collections::HashMap;
use tradewind_ir::DType;

/// What makes functions stencils, programs or functions of GTScript: a decorator with options.
#[derive(Clone, Debug)]
pub struct Maker {
    pub role: Word,
    pub options: Vec<DecoratorOption>,
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
    /// `orchestrate = functools.partial(tradewind.program, schedule="naive")`
    Maker(Maker),
    Constant(Constant),
    Type(Type),
    /// Elements with data dimensions: `V = (np.float64, (2,))`.
    Elements(DType, Vec<u32>),
    Unknown(Box<Unknown>),
}

/// One file and its names: those that the code in question uses.
#[derive(Clone, Debug)]
pub struct File {
    /// The name in messages, usually the path.
    pub name: String,
    pub bindings: HashMap<String, Binding>,
    /// `import package.module`, by the dotted name.
    pub modules: HashMap<String, FileId>,
    /// Names of values and functions, used or not: for "did you mean".
    pub known: Vec<String>,
}

/// All files of a module; the first is the one asked for.
pub type Files = Vec<File>;

/// Something with names: a file, or a place at its top level.
pub trait Names {
    /// What a name stands for: its own binding, else a word of the language.
    fn named(&self, name: &str) -> Option<Binding>;
    /// The file that `package.module` names, where that was imported as such.
    fn module(&self, dotted: &str) -> Option<FileId>;
    /// What another file calls so.
    fn attribute(&self, file: FileId, name: &str) -> Option<Binding>;

    /// What `name` or `namespace.name` stands for.
    fn resolve(&self, e: &Expr) -> Option<Binding> {
        match &e.kind {
            ExprKind::Name(name) => self.named(name),
            ExprKind::Attribute(base, attribute) => {
                if let Some(module) = e.dotted().and_then(|dotted| self.module(&dotted)) {
                    return Some(Binding::File(module));
                }
                match self.resolve(base)? {
                    Binding::Language => language(&attribute.text),
                    Binding::File(other) => self.attribute(other, &attribute.text),
                    Binding::Constant(table) => table.entry(&attribute.text).map(|entry| match entry {
                        Constant::Axis(axis) => Binding::Word(Word::Axis(*axis)),
                        other => Binding::Constant(other.clone()),
                    }),
                    unknown @ Binding::Unknown(_) => Some(unknown),
                    _ => None,
                }
            }
            _ => None,
        }
    }
}

impl<N: Names> Lookup for N {
    fn constant(&self, e: &Expr) -> Option<Constant> {
        match entry(self.resolve(e)?) {
            Constant::Unknown => None,
            known => Some(known),
        }
    }
    fn word(&self, e: &Expr) -> Option<Word> {
        match self.resolve(e) {
            Some(Binding::Word(word)) => Some(word),
            _ => None,
        }
    }
}

/// The names of one file, as its functions see them.
#[derive(Clone, Copy)]
pub struct FileScope<'a> {
    pub files: &'a Files,
    pub file: FileId,
}

impl Names for FileScope<'_> {
    fn named(&self, name: &str) -> Option<Binding> {
        self.attribute(self.file, name).or_else(|| words::find(name).map(Binding::Word))
    }
    fn module(&self, dotted: &str) -> Option<FileId> {
        self.files.get(self.file)?.modules.get(dotted).copied()
    }
    fn attribute(&self, file: FileId, name: &str) -> Option<Binding> {
        self.files.get(file)?.bindings.get(name).cloned()
    }
}

/// What a table holds for a name that is given such a value.
pub fn entry(value: Binding) -> Constant {
    match value {
        Binding::Constant(known) => known,
        Binding::Function(function) => Constant::Function(function),
        Binding::Word(Word::Axis(axis)) => Constant::Axis(axis),
        _ => Constant::Unknown,
    }
}

/// What an attribute of `gtscript`, `numpy`, `math` or `functools` is.
pub fn language(name: &str) -> Option<Binding> {
    let constant = |v| Some(Binding::Constant(Constant::Float(v)));
    match name {
        "pi" => constant(std::f64::consts::PI),
        "e" => constant(std::f64::consts::E),
        "inf" => constant(f64::INFINITY),
        "nan" => constant(f64::NAN),
        "TYPE_CHECKING" => Some(Binding::Constant(Constant::Bool(false))),
        "partial" => Some(Binding::Word(Word::Partial)),
        // Packages on the way: `gt4py.cartesian.gtscript.PARALLEL`.
        "cartesian" | "gtscript" | "dsl" | "gt4py" | "typing" => Some(Binding::Language),
        _ => words::find(name).map(Binding::Word),
    }
}
