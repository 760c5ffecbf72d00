//! The head of a counted loop of the host program.

use crate::diagnostic::{Code, Diagnostic};
use crate::expr::{Expr, ExprKind};
use crate::ids::ScalarId;
use crate::value::Value;

/// Which values a loop's variable takes: `from`, `from + step`, `from + 2 * step`, … as far as they lie before `to`, or above
/// it where the step is negative. The three are of the variable's integer type and evaluated once, before the first round. A
/// step of zero is an error when the loop starts.
#[derive(Clone, PartialEq, Debug)]
pub struct Counter {
    pub var: ScalarId,
    pub from: Expr,
    pub to: Expr,
    pub step: Expr,
    /// A condition, evaluated after each round: the loop ends with the first round after which it holds.
    pub until: Option<Expr>,
}

impl Counter {
    /// The expressions that are evaluated before the first round.
    pub fn bounds(&self) -> [&Expr; 3] {
        [&self.from, &self.to, &self.step]
    }
    /// All expressions of the head.
    pub fn exprs(&self) -> impl Iterator<Item = &Expr> {
        self.bounds().into_iter().chain(&self.until)
    }
    /// Whether the step is the number 1.
    pub fn is_plain(&self) -> bool {
        matches!(self.step.kind, ExprKind::Literal(one) if one.as_i64() == 1)
    }
    /// The rounds, for the values of [`Counter::bounds`].
    ///
    /// # Errors
    /// The step is zero.
    pub fn rounds(&self, [from, to, step]: [Value; 3]) -> Result<Rounds, Diagnostic> {
        Counter::rounds_of(from.as_i64(), to.as_i64(), step.as_i64()).ok_or_else(|| {
            Diagnostic::error(Code::PROGRAM_LOOP, "the step of a range is zero", self.step.span, "zero in this run")
        })
    }
    /// The rounds, as far as nothing ends them early, if the bounds are literals and the step is not zero.
    pub fn known_rounds(&self) -> Option<Rounds> {
        let [from, to, step] = self.bounds().map(|bound| bound.known().map(Value::as_i64));
        Counter::rounds_of(from?, to?, step?)
    }
    /// The rounds of `range(from, to, step)`; nothing for a step of zero.
    pub fn rounds_of(from: i64, to: i64, step: i64) -> Option<Rounds> {
        let distance = if step > 0 { i128::from(to) - i128::from(from) } else { i128::from(from) - i128::from(to) };
        let stride = i128::from(step.unsigned_abs());
        let count = if step == 0 { return None } else { (distance.max(0) + stride - 1) / stride };
        Some(Rounds { from, step, count: u64::try_from(count).unwrap_or(u64::MAX) })
    }
}

/// The rounds of a counted loop that nothing ends early.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Rounds {
    from: i64,
    step: i64,
    count: u64,
}

impl Rounds {
    /// How many there are.
    pub fn count(self) -> u64 {
        self.count
    }
    /// The values of the variable.
    pub fn positions(self) -> impl Iterator<Item = i64> {
        // The product may wrap on the way to a sum that does not.
        (0..self.count).map(move |n| self.from.wrapping_add(self.step.wrapping_mul(n as i64)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_pythons() {
        let of = |from, to, step| Counter::rounds_of(from, to, step).unwrap().positions().collect::<Vec<_>>();
        assert_eq!(of(0, 5, 2), [0, 2, 4]);
        assert_eq!(of(0, 6, 2), [0, 2, 4]);
        assert_eq!(of(5, 0, -2), [5, 3, 1]);
        assert_eq!(of(5, 1, -2), [5, 3]);
        assert_eq!(of(3, 3, 1), []);
        assert_eq!(of(0, 5, -1), []);
        assert_eq!(of(5, 0, 1), []);
        assert_eq!(of(i64::MAX - 1, i64::MAX, i64::MAX), [i64::MAX - 1]);
        assert_eq!(of(i64::MIN, i64::MAX, i64::MAX), [i64::MIN, -1, i64::MAX - 1]);
        assert_eq!(of(i64::MAX, i64::MIN, i64::MIN), [i64::MAX, -1]);
        assert_eq!(Counter::rounds_of(0, 5, 0), None);
        assert_eq!(Counter::rounds_of(i64::MIN, i64::MAX, 1).unwrap().count(), u64::MAX);
    }
}
