//! Measurements by turns: several ways to do the same are run one after another, round by round, and compared round by round, so
//! that what else the machine does meets all of them alike.

use crate::estimate::Estimate;
use std::time::{Duration, Instant};

const LEAST_ROUNDS: usize = 11;
const MOST_ROUNDS: usize = 200;

/// The seconds that each way took in each round.
pub struct Rounds(Vec<Vec<f64>>);

impl Rounds {
    /// Runs so many ways by turns, after one round that does not count, for about the time given. `run` returns the seconds of the
    /// way of a number. Every other round goes through the ways from the last to the first.
    ///
    /// # Errors
    /// The first error of `run`.
    pub fn measure<E>(ways: usize, time: Duration, mut run: impl FnMut(usize) -> Result<f64, E>) -> Result<Rounds, E> {
        (0..ways).try_for_each(|way| run(way).map(|_| ()))?;
        let (mut rounds, begin) = (Vec::new(), Instant::now());
        while rounds.len() < LEAST_ROUNDS || (begin.elapsed() < time && rounds.len() < MOST_ROUNDS) {
            let mut round = vec![0.0; ways];
            for turn in 0..ways {
                let way = if rounds.len() % 2 == 0 { turn } else { ways - 1 - turn };
                round[way] = run(way)?;
            }
            rounds.push(round);
        }
        Ok(Rounds(rounds))
    }
    /// The median time of a way, in milliseconds.
    pub fn milliseconds(&self, way: usize) -> f64 {
        1e3 * Estimate::of(self.0.iter().map(|round| round[way])).median
    }
    /// The time of a way over that of another one, from the ratio of each round.
    pub fn ratio(&self, way: usize, other: usize) -> Estimate {
        Estimate::of(self.0.iter().map(|round| round[way] / round[other]))
    }
}
