//! Functions of the files of a module.

use crate::syntax::{Expr, Function, Name};
use std::hash::{Hash, Hasher};
use std::sync::Arc;

/// A file of a module: the one asked for, or an imported one. The number is its place in [`crate::names::Files`].
pub type FileId = usize;

/// A function of a file.
#[derive(Clone, Debug)]
pub struct FunctionRef {
    pub file: FileId,
    pub def: Arc<Function>,
    /// The options that made it a stencil or program.
    pub options: Arc<[DecoratorOption]>,
}

/// An option of a decorator, `externals={…}`, and the file that its names are of.
#[derive(Clone, Debug)]
pub struct DecoratorOption {
    pub file: FileId,
    pub name: Name,
    pub value: Arc<Expr>,
}

impl PartialEq for FunctionRef {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.def, &other.def)
    }
}

impl Eq for FunctionRef {}

impl Hash for FunctionRef {
    fn hash<H: Hasher>(&self, state: &mut H) {
        Arc::as_ptr(&self.def).hash(state);
    }
}
