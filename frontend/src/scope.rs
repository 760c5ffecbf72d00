//! The names inside a stencil or an inlined function.

use crate::constant::Constant;
use crate::function_ref::FileId;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use tradewind_ir::{Expr, FieldId, ScalarId, Span};

/// What a local name stands for.
#[derive(Clone, Debug)]
pub enum Local {
    /// A field, read this many points away: arguments such as `q[1, 0, 0]` are passed to functions as they are.
    Field {
        id: FieldId,
        offset: [i32; 3],
    },
    Scalar(ScalarId),
    /// An argument without any field: it is put in place of the name.
    Value(Box<Expr>),
    Constant(Constant),
    /// Several things under one name, in programs: `tracers = (q1, q2)`.
    Tuple(Vec<Local>),
    /// A halo update that was started, in programs: the number of the start.
    Exchange(usize),
    /// A field, tuple or number of which it is known only at run time which one it is, in programs: branches or rounds of a
    /// loop gave the name to different ones.
    Unsettled,
    /// What it stands for could not be lowered, which has been reported.
    Broken,
}

impl Local {
    /// The constant, or the tuple of constants.
    pub fn constant(&self) -> Option<Constant> {
        match self {
            Local::Constant(known) => Some(known.clone()),
            Local::Tuple(items) => items.iter().map(Local::constant).collect::<Option<_>>().map(Constant::Tuple),
            _ => None,
        }
    }
}

/// What the source calls a temporary.
#[derive(Clone, Debug)]
pub struct Named {
    pub name: String,
    pub role: Role,
    /// Whether it takes one of several values that a function returns: not all of them need be of use.
    pub is_one_of_several: bool,
}

/// Where the name of a temporary comes from.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Role {
    /// Assigned in the stencil's own body.
    Stencil,
    /// Assigned in a function.
    Function,
    /// The parameter of a function, given a value that was computed for it.
    Argument,
}

/// A way out of a round of a loop.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Leave {
    Break,
    Continue,
}

/// What a `break` or `continue` leaves where it stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Leaves {
    /// No loop is around.
    Nothing,
    /// A round of the innermost loop.
    Loop,
    /// Nothing, because this place inside the loop is not the same in each round.
    Blocked(&'static str),
}

/// One scope: the stencil's body, or one call of a function.
#[derive(Clone, Debug)]
pub struct LocalScope {
    pub file: FileId,
    pub names: HashMap<String, Local>,
    /// The function that is being inlined.
    pub function: Option<Arc<crate::syntax::Function>>,
    /// Where each name is assigned first in the body, for names that are read too early.
    pub assigned: HashMap<String, Span>,
    /// The names that code reads which constants leave out: branches that are not taken, regions out of reach.
    pub left_out: HashSet<String>,
    /// The names that stand, or stood, for the items of loops.
    pub counted: HashSet<String>,
    pub leaves: Leaves,
}

impl LocalScope {
    /// A scope without names.
    pub fn new(file: FileId, function: Option<Arc<crate::syntax::Function>>) -> LocalScope {
        LocalScope {
            file,
            names: HashMap::new(),
            function,
            assigned: HashMap::new(),
            left_out: HashSet::new(),
            counted: HashSet::new(),
            leaves: Leaves::Nothing,
        }
    }
    /// The fields that code reads which constants leave out.
    pub fn fields_left_out(&self) -> impl Iterator<Item = FieldId> {
        self.left_out.iter().filter_map(|name| match self.names.get(name) {
            Some(Local::Field { id, .. }) => Some(*id),
            _ => None,
        })
    }
}
