//! The points on which a statement runs, and the slices of arrays that it accesses there.

use super::printed::PrintedStencil;
use crate::python::Head;
use crate::python::bounds::{arguments, position};
use crate::python::expression::Points;
use crate::python::text::{Kind, Level, Text, numpy_name};
use tradewind_ir::{Access, Anchor, Axes, Axis, Bound, DType, Extent, HorizontalBox, Range, ScalarId, Stmt, StmtKind, Value};

/// Levels that a statement runs on.
#[derive(Clone, PartialEq, Debug)]
pub enum On {
    /// All levels of an interval at once: arrays have the dimensions I, J, K.
    Block(Range),
    /// One level, which a variable counts from the start of the domain: arrays have the dimensions I, J.
    Each(String),
    /// One level.
    One(Bound),
}

/// Points that a statement runs on.
#[derive(Clone, PartialEq, Debug)]
pub struct IterationDomain {
    /// Along I and J.
    pub plane: [Range; 2],
    pub on: On,
}

impl IterationDomain {
    /// The whole plane of an extent.
    pub fn of_extent(extent: Extent, on: On) -> IterationDomain {
        IterationDomain { plane: [extent.range(Axis::I), extent.range(Axis::J)], on }
    }
    /// The part that lies in a box as well.
    pub fn within(&self, region: &HorizontalBox) -> IterationDomain {
        let [i, j] = &self.plane;
        IterationDomain { plane: [region.clip(Axis::I, i), region.clip(Axis::J, j)], on: self.on.clone() }
    }
    /// Whether it has many levels.
    pub fn is_block(&self) -> bool {
        matches!(self.on, On::Block(_))
    }
    /// The dimensions of arrays here.
    pub fn axes(&self) -> Axes {
        if self.is_block() { Axes::IJK } else { Axes::IJ }
    }
}

/// The statements that a statement of an extent consists of, without the boxes around them, each with its points of the plane.
pub fn leaves(stmt: &Stmt, extent: Extent) -> Vec<([Range; 2], &Stmt)> {
    fn add<'a>(stmt: &'a Stmt, domain: &IterationDomain, found: &mut Vec<([Range; 2], &'a Stmt)>) {
        match &stmt.kind {
            StmtKind::Restrict { region, body } => body.iter().for_each(|inner| add(inner, &domain.within(region), found)),
            _ => found.push((domain.plane.clone(), stmt)),
        }
    }
    let mut found = Vec::new();
    add(stmt, &IterationDomain::of_extent(extent, On::One(Bound::START)), &mut found);
    found
}

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
            let (lo, hi) = region.side(axis);
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
