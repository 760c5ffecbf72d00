//! Steps: transformations with their arguments, as they were made.

use crate::transform::{Args, Transformation};

/// One transformation of one tree. Its ids are those of the tree before the step.
#[derive(Clone, Debug)]
pub struct Step {
    pub transformation: &'static dyn Transformation,
    pub args: Args,
}
