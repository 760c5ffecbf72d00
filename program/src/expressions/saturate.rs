//! Applies rules until nothing new comes out, or up to limits that are counts: equal input gives equal output on any day.

use super::known::Types;
use super::rules;
use super::term::Term;
use egg::{BackoffScheduler, EGraph, Runner, StopReason};
use std::time::Duration;
use tradewind_ir::Numerics;

/// How far saturation may go.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// How often each rule is tried on the whole e-graph.
    pub rounds: usize,
    /// How many terms the e-graph may have before another round.
    pub terms: usize,
}

/// Why saturation ended.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Stop {
    /// No rule finds anything new.
    Saturated,
    /// [`Limits::rounds`].
    Rounds,
    /// [`Limits::terms`].
    Terms,
}

/// An e-graph with all that the rules of a mode find within the limits, and why they stopped.
pub fn saturate(egraph: EGraph<Term, Types>, mode: Numerics, limits: Limits) -> (EGraph<Term, Types>, Stop) {
    let runner = Runner::<Term, Types, ()>::new(Types::default())
        .with_egraph(egraph)
        .with_scheduler(BackoffScheduler::default())
        .with_iter_limit(limits.rounds)
        .with_node_limit(limits.terms)
        .with_time_limit(Duration::MAX)
        .run(rules::allowed(mode));
    let stop = match runner.stop_reason {
        Some(StopReason::Saturated) => Stop::Saturated,
        Some(StopReason::NodeLimit(_)) => Stop::Terms,
        _ => Stop::Rounds,
    };
    (runner.egraph, stop)
}
