//! Phases of a halo update: work that needs no halo may run between its start and the wait for it.

/// Which part of a halo update a step is. Between a start and its wait nothing writes the fields or touches their halo, so an executor
/// fills the halo when it likes.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Phase {
    /// All of it.
    Whole,
    /// From here on, the halo may be filled. The number tells starts from each other.
    Start(u32),
    /// The halo of the start with this number is filled behind this step.
    Wait(u32),
}

impl Phase {
    /// Whether the halo is filled behind a step of this phase.
    pub fn fills(self) -> bool {
        !matches!(self, Phase::Start(_))
    }
}
