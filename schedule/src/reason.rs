//! Why two nests are not one.

use crate::transform::Refusal;

/// Why two nests are not one.
#[derive(Debug)]
pub enum Reason {
    /// The judge's answer.
    Illegal(Refusal),
    /// It is legal. Nanoseconds, predicted: as two nests, and as one.
    NotWorth { apart: f64, joined: f64 },
    /// A nest of both would have more statements or containers than a prediction is made for.
    TooLarge,
    /// They stand in different parts of the program.
    HostProgram,
}
