//! Phases of a halo update: work that needs no halo may run between its start and the wait for it.

use crate::domain::Extent;
use crate::ids::FieldId;
use std::fmt;

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

impl fmt::Display for Phase {
    /// ` start 0`, ` wait 0`, to come behind the word for an update; nothing for a whole one.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Phase::Whole => Ok(()),
            Phase::Start(number) => write!(f, " start {number}"),
            Phase::Wait(number) => write!(f, " wait {number}"),
        }
    }
}

/// The places of each start and of the wait for it, among halo updates that run one after another in one list of steps, each with its
/// fields and reach.
///
/// # Errors
/// Why they do not make pairs of a start and a later wait for the same.
pub fn matched<'a>(
    updates: impl IntoIterator<Item = (Phase, &'a [FieldId], Option<Extent>)>,
) -> Result<Vec<(usize, usize)>, &'static str> {
    let (mut open, mut found): (Vec<(usize, u32, _)>, _) = (Vec::new(), Vec::new());
    for (place, (phase, fields, reach)) in updates.into_iter().enumerate() {
        match phase {
            Phase::Whole => {}
            Phase::Start(number) => open.push((place, number, (fields, reach))),
            Phase::Wait(number) => {
                let at = open.iter().rposition(|(_, start, _)| *start == number);
                match at.map(|at| open.remove(at)) {
                    Some((start, _, of)) if of == (fields, reach) => found.push((start, place)),
                    Some(_) => return Err("a wait is for another halo update than the start with its number"),
                    None => return Err("a step waits for a halo update that has not been started"),
                }
            }
        }
    }
    if open.is_empty() { Ok(found) } else { Err("nothing waits for a halo update that is started") }
}
