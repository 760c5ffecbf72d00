//! Ending a run before it is done.
//!
//! The host is asked on the thread that made the call, as signals of Python reach their handlers on the main thread only: between steps,
//! between the parts of long launches, and while that thread waits for others.

use crate::call_error::{CallError, CallErrorKind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};
use tradewind_ir::Code;

/// Whether a run is to end. It is asked on the thread that makes the call, some twenty times a second while the run lasts.
pub type Interrupt<'a> = dyn FnMut() -> bool + 'a;

/// The time between two questions.
const PERIOD: Duration = Duration::from_millis(40);
/// Operations between two looks at the clock: about a millisecond's.
const OPERATIONS: u64 = 1 << 20;

/// Whether a run is to end; all its threads see it.
#[derive(Default, Debug)]
pub(crate) struct Stop(AtomicBool);

impl Stop {
    /// What machine code reads.
    pub fn flag(&self) -> &AtomicBool {
        &self.0
    }
    pub fn is_set(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
    /// Ends the run.
    pub fn set(&self) {
        self.0.store(true, Ordering::Relaxed);
    }
    /// The error of a run that ends early.
    pub fn check(&self) -> Result<(), CallError> {
        if !self.is_set() {
            return Ok(());
        }
        let message = "interrupted: the fields hold what was computed so far".to_string();
        Err(CallError { code: Code::INTERRUPTED, kind: CallErrorKind::Interrupted, argument: None, message })
    }
}

/// Asks the host now and then.
pub(crate) struct Watch<'a> {
    interrupt: Box<Interrupt<'a>>,
    asked: Instant,
    /// Operations until the next look at the clock.
    left: u64,
}

impl<'a> Watch<'a> {
    pub fn new(interrupt: &'a mut Interrupt<'_>) -> Watch<'a> {
        Watch { interrupt: Box::new(interrupt), asked: Instant::now(), left: OPERATIONS }
    }
    /// Takes note of so many operations that were done.
    pub fn worked(&mut self, operations: u64, stop: &Stop) {
        self.left = self.left.saturating_sub(operations);
        if self.left > 0 {
            return;
        }
        self.left = OPERATIONS;
        self.waited(stop);
    }
    /// Asks, if it is time to.
    pub fn waited(&mut self, stop: &Stop) {
        if self.asked.elapsed() >= PERIOD {
            self.asked = Instant::now();
            if (self.interrupt)() {
                stop.set();
            }
        }
    }
}
