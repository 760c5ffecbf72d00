//! Steps: transformations with their arguments, as they were made.

use crate::transform::{Args, Transformation};

/// One transformation of one tree. Its ids are those of the tree before the step.
#[derive(Clone)]
pub struct Step {
    pub transformation: &'static dyn Transformation,
    pub args: Args,
}

impl std::fmt::Debug for Step {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {:?}", self.transformation.name(), self.args)
    }
}
