//! What the test binaries share.

pub mod edges;
pub mod generate;
pub mod inputs;
pub mod minimal;
pub mod provenance;
pub mod schedules;
pub mod steps;
pub mod sweeps;
