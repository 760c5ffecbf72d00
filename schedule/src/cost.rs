//! What a schedule is chosen for: a machine, sizes, threads.

pub mod machine;
pub mod predict;

pub use machine::Machine;

use std::fmt;
use tradewind_ir::Domain;

/// The sizes for which schedules are chosen where nobody gives others.
pub const REFERENCE_DOMAIN: Domain = [128, 128, 80];

/// The machine, the sizes and the number of threads for which the time of a schedule is predicted. A program compiled for
/// one target runs on every domain, with any number of threads, and gives the same bits.
#[derive(Clone, PartialEq, Debug)]
pub struct Target {
    pub machine: Machine,
    /// Points of the compute domain along I, J and K.
    pub domain: Domain,
    /// At least 1.
    pub threads: usize,
}

impl Target {
    /// All threads of a machine, on the reference domain.
    pub fn of(machine: Machine) -> Target {
        Target { threads: machine.threads.count, machine, domain: REFERENCE_DOMAIN }
    }
    /// The reference machine with all its threads, on the reference domain: the same on every computer.
    pub fn reference() -> Target {
        Target::of(Machine::reference())
    }
}

/// One line that names the sizes and the figures of the machine that matter most.
impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ([i, j, k], machine) = (self.domain, &self.machine);
        write!(f, "{i} x {j} x {k} points, {} of {} threads at ", self.threads, machine.threads.count)?;
        write!(f, "{} GHz, memory at {} GB/s", machine.core.clock_ghz, machine.memory.rate.at(self.threads))
    }
}
