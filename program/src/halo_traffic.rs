//! What the halo updates of a program exchange: its host steps are followed for some rounds of its outermost loops, without stencils.

use std::ops::AddAssign;
use tradewind_ir::ids::Id;
use tradewind_ir::{Axis, Domain, Expr, Extent, FieldId, HostStep, Program, ProgramStmt, ScalarKind, Value, eval};

/// What is exchanged in a round of the outermost loops, as the mean over the rounds that were followed; in the whole program, if it has no
/// loop. An update of several fields counts once for each.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct HaloTraffic {
    pub updates: f64,
    /// Points of halos that are filled, all levels and components.
    pub points: f64,
    pub bytes: f64,
}

/// The rounds of each outermost loop that are followed: directions that alternate from round to round have the right mean.
const ROUNDS: usize = 24;
/// Steps after which nothing more is followed.
const STEPS: usize = 1 << 20;

/// What a program exchanges with these scalar arguments, in their order, on a domain. `halo` says how far the storage of a field reaches.
/// Nothing where a round is too long to be followed, or a loop has a step of zero.
pub fn halo_traffic(
    program: &Program,
    arguments: &[Value],
    domain: Domain,
    halo: &dyn Fn(FieldId) -> Extent,
) -> Option<HaloTraffic> {
    let mut arguments = arguments.iter();
    let start = program.scalars.values().map(|scalar| match scalar.kind {
        ScalarKind::Argument => arguments.next().map_or(Value::zero(scalar.dtype), |value| value.cast(scalar.dtype)),
        ScalarKind::Variable => Value::zero(scalar.dtype),
    });
    let scalars = start.collect();
    let nothing = HaloTraffic::default();
    let mut walk = Walk { program, scalars, domain, halo, loops: 0, rounds: 0, steps: 0, inside: nothing, outside: nothing };
    walk.body(&program.body)?;
    Some(match walk.rounds {
        0 => walk.outside,
        rounds => walk.inside.per(rounds as f64),
    })
}

/// The way through a program.
struct Walk<'a> {
    program: &'a Program,
    scalars: Vec<Value>,
    domain: Domain,
    halo: &'a dyn Fn(FieldId) -> Extent,
    /// The loops around a step.
    loops: usize,
    /// Rounds of outermost loops, and steps, that were followed.
    rounds: usize,
    steps: usize,
    inside: HaloTraffic,
    outside: HaloTraffic,
}

impl Walk<'_> {
    fn body(&mut self, body: &[ProgramStmt]) -> Option<()> {
        body.iter().try_for_each(|step| self.step(step))
    }

    fn step(&mut self, step: &ProgramStmt) -> Option<()> {
        self.steps += 1;
        if self.steps > STEPS {
            return None;
        }
        match step {
            ProgramStmt::Host(HostStep::Exchange { phase, .. }, _) if !phase.fills() => {}
            ProgramStmt::Host(HostStep::Exchange { fields, reach, .. }, _) => {
                let sum: Vec<HaloTraffic> = fields.iter().filter_map(|field| self.exchange(*field, *reach)).collect();
                let total = if self.loops > 0 { &mut self.inside } else { &mut self.outside };
                sum.into_iter().for_each(|one| *total += one);
            }
            ProgramStmt::Host(HostStep::For { counter, body }, _) => {
                let bounds = counter.bounds().map(|e| self.value(e));
                for n in counter.rounds(bounds).ok()?.positions().take(self.most()) {
                    self.scalars[counter.var.index()] = Value::I64(n).cast(bounds[0].dtype());
                    self.round(body)?;
                    if counter.until.as_ref().is_some_and(|e| self.value(e).is_true()) {
                        break;
                    }
                }
            }
            ProgramStmt::Host(HostStep::While { condition, body }, _) => {
                let most = self.most();
                let mut done = 0;
                while done < most && self.value(condition).is_true() {
                    self.round(body)?;
                    done += 1;
                }
            }
            ProgramStmt::Host(HostStep::Branch { condition, then, otherwise }, _) => {
                self.body(if self.value(condition).is_true() { then } else { otherwise })?;
            }
            ProgramStmt::Host(HostStep::Let { scalar, value }, _) => self.scalars[scalar.index()] = self.value(value),
            ProgramStmt::Call { .. }
            | ProgramStmt::Host(HostStep::Within { .. } | HostStep::Copy { .. }, _)
            | ProgramStmt::Host(HostStep::Swap { .. } | HostStep::Callback { .. }, _) => {}
        }
        Some(())
    }

    /// The most rounds of a loop that are followed.
    fn most(&self) -> usize {
        if self.loops == 0 { ROUNDS } else { STEPS }
    }

    fn round(&mut self, body: &[ProgramStmt]) -> Option<()> {
        self.rounds += usize::from(self.loops == 0);
        self.steps += 1;
        self.loops += 1;
        let followed = self.body(body);
        self.loops -= 1;
        followed.filter(|()| self.steps <= STEPS)
    }

    fn value(&self, expr: &Expr) -> Value {
        let value = eval::uniform(expr, &|id| self.scalars[id.index()], self.domain);
        value.unwrap_or(Value::zero(expr.dtype))
    }

    /// One update of a field: the sides in I beside the domain, then those in J with the corners.
    fn exchange(&self, id: FieldId, reach: Option<Extent>) -> Option<HaloTraffic> {
        let field = self.program.fields.get(id)?;
        let (have, asked) = ((self.halo)(id), reach);
        let widths = [Axis::I, Axis::J].map(|axis| {
            let n = axis.index();
            let (low, high) = have.0[n];
            let (least, most) = asked.map_or((low, high), |asked| (low.max(asked.0[n].0), high.min(asked.0[n].1)));
            if field.axes.has(axis) { (f64::from(most.max(0)) - f64::from(least.min(0))).max(0.0) } else { 0.0 }
        });
        let size = |axis: Axis| if field.axes.has(axis) { self.domain[axis.index()] as f64 } else { 1.0 };
        let levels =
            size(Axis::K) + if field.axes.has(Axis::K) { f64::from(have.0[2].1) - f64::from(have.0[2].0) } else { 0.0 };
        let rim = widths[0] * size(Axis::J) + widths[1] * (size(Axis::I) + widths[0]);
        let points = rim * levels * f64::from(field.components());
        Some(HaloTraffic { updates: 1.0, points, bytes: points * field.dtype.size() as f64 })
    }
}

impl HaloTraffic {
    fn per(self, rounds: f64) -> HaloTraffic {
        HaloTraffic { updates: self.updates / rounds, points: self.points / rounds, bytes: self.bytes / rounds }
    }
}

impl AddAssign for HaloTraffic {
    fn add_assign(&mut self, other: HaloTraffic) {
        self.updates += other.updates;
        self.points += other.points;
        self.bytes += other.bytes;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tradewind_ir::{SourceId, text};

    const SOURCE: &str = "
program run(%q: field<f64, IJK>, %s: field<f64, IJ>, $n: i64) {
  transient %own: field<f64, IJK>
  var $step: i64
  var $m: i64
  halo_update %s
  for $step in [0i64, $n) {
    if ($step == 0i64) {
      halo_start 0 %own
      halo_wait 0 %own
    }
    for $m in [0i64, 2i64) {
      halo_update %q reach i(-1,2) j(-1,1)
    }
  }
}
";

    fn found(n: i64) -> Option<HaloTraffic> {
        let module = text::parse(SOURCE, SourceId(0)).expect("the program is valid");
        halo_traffic(&module.into_program(), &[Value::I64(n)], [5, 4, 3], &|_| Extent([(-2, 2), (-2, 2), (0, 0)]))
    }

    #[test]
    fn rounds_are_followed_with_their_loops_and_branches() {
        // Along I 3 columns of 4 points, along J 2 rows of 5 + 3, on 3 levels; and once for the field of the program's own, 4 and 4 wide.
        let (q, own) = ((3 * 4 + 2 * 8) * 3, (4 * 4 + 4 * 9) * 3);
        let points = f64::from(4 * q + own) / 2.0;
        assert_eq!(found(2), Some(HaloTraffic { updates: 2.5, points, bytes: 8.0 * points }));
        // Of a loop without rounds nothing is known but what is outside.
        let points = f64::from(4 * 4 + 4 * 9);
        assert_eq!(found(0), Some(HaloTraffic { updates: 1.0, points, bytes: 8.0 * points }));
        assert!(found(i64::MAX).is_some(), "long loops are not followed to the end");
    }
}
