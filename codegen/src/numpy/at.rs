//! Expressions at a place: positions along the axes, and the slices of arrays that a statement accesses there.

use super::iteration::{IterationDomain, On};
use super::printed::PrintedStencil;
use crate::python::Head;
use crate::python::bounds::{arguments, position};
use crate::python::expression::Points;
use crate::python::text::{Kind, Level, Text, numpy_name};
use tradewind_ir::{Access, Anchor, Axes, Axis, DType, HorizontalBox, Range, ScalarId, Value};

/// Expressions at a place.
pub struct At<'a> {
    pub head: &'a Head<'a>,
    pub printed: &'a PrintedStencil<'a>,
    pub domain: &'a IterationDomain,
}

impl At<'_> {
    /// The points of this domain, for the helpers that check.
    pub fn points(&self) -> String {
        let range = |axis: Axis, range: &Range| format!("range({})", arguments(axis, range, 0, self.head.min));
        let levels = match &self.domain.on {
            On::Block(levels) => range(Axis::K, levels),
            On::Each(k) => k.clone(),
            On::One(bound) => position(Axis::K, *bound, 0),
        };
        format!("({}, {}, {levels})", range(Axis::I, &self.domain.plane[0]), range(Axis::J, &self.domain.plane[1]))
    }
    /// An array of positions along an axis, lined up.
    fn positions(&self, axis: Axis, dtype: DType) -> Text {
        let range = match (&self.domain.on, axis) {
            (On::Block(range), Axis::K) => range,
            _ => &self.domain.plane[axis.index().min(1)],
        };
        let code = format!("np.arange({}, dtype={})", arguments(axis, range, 0, self.head.min), numpy_name(dtype));
        let behind = self.domain.axes().rank() - 1 - axis.index();
        let code = if behind == 0 { code } else { format!("{code}[:{}]", ", None".repeat(behind)) };
        Text::array(code, Axes::NONE.with(axis))
    }
}

impl Points for At<'_> {
    fn scalar(&self, id: ScalarId) -> Text {
        self.head.scalar(id)
    }
    fn field(&self, access: &Access) -> Text {
        self.elements(access)
    }
    fn index(&self, axis: Axis, dtype: DType) -> Text {
        let number = |code: String, level: Level| match dtype.is_float() {
            true => Text::atom(format!("float({code})"), Kind::Number),
            false => Text { level, ..Text::atom(code, Kind::Number) },
        };
        match (&self.domain.on, axis) {
            (On::Each(k), Axis::K) => number(k.clone(), Level::Atom),
            (On::One(bound), Axis::K) if bound.anchor == Anchor::Start => Text::constant(Value::I32(bound.offset).cast(dtype)),
            (On::One(bound), Axis::K) => number(position(Axis::K, *bound, 0), Level::Sum),
            _ => self.positions(axis, dtype),
        }
    }
    fn inside(&self, region: &HorizontalBox) -> Text {
        let mut tests = Vec::new();
        let mut axes = Axes::NONE;
        for axis in [Axis::I, Axis::J] {
            let at = self.positions(axis, DType::I64).code;
            let (lo, hi) = region.bounds(axis);
            tests.extend(lo.map(|b| format!("({at} >= {})", position(axis, b, 0))));
            tests.extend(hi.map(|b| format!("({at} < {})", position(axis, b, 0))));
            axes = if (lo, hi) == (None, None) { axes } else { axes.with(axis) };
        }
        match tests.is_empty() {
            true => Text::constant(Value::Bool(true)),
            false => Text { level: Level::BitAnd, ..Text::array(tests.join(" & "), axes) },
        }
    }
}
