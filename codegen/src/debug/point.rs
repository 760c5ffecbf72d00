//! Expressions at one point.

use crate::python::Head;
use crate::python::bounds::{position, sum};
use crate::python::expression::{Points, expression};
use crate::python::text::{Kind, Level, Text};
use tradewind_ir::{Access, Axis, Bound, Component, DType, FieldId, HorizontalBox, KIndex, ScalarId, Value};

/// The point at which the loops' variables stand.
pub struct At<'a> {
    pub head: &'a Head<'a>,
    /// The variables of the loops over I, J, K.
    pub loops: &'a [String; 3],
    /// A field that is read from a copy, and the copy's name.
    pub copied: Option<(FieldId, &'a str)>,
}

impl Points for At<'_> {
    fn scalar(&self, id: ScalarId) -> Text {
        self.head.scalar(id)
    }
    fn field(&self, access: &Access) -> Text {
        let name = match self.copied {
            Some((id, copy)) if id == access.field => copy,
            _ => self.head.field(access.field),
        };
        let [i, j, k] = self.loops;
        let level = || match &access.k {
            KIndex::Offset(by) => sum(k, i64::from(*by)),
            KIndex::Relative(index) => format!("{name}.level({k} + int({}))", expression(index, self).code),
            KIndex::Absolute(index) => format!("{name}.level({})", expression(index, self).code),
        };
        let position = |axis: Axis| match axis {
            Axis::I => sum(i, i64::from(access.offset[0])),
            Axis::J => sum(j, i64::from(access.offset[1])),
            Axis::K => level(),
        };
        let field = &self.head.stencil.fields[access.field];
        let mut positions: Vec<String> = field.axes.iter().map(position).collect();
        let Component::Computed(component) = &access.component else {
            positions.extend(self.head.known_component(access));
            return Text::atom(format!("{name}[{}]", positions.join(", ")), Kind::Scalar);
        };
        let component = format!("{name}.component({})", expression(component, self).code);
        let point = match positions.as_slice() {
            [] => component,
            [one] => format!("({one},) + {component}"),
            many => format!("({}) + {component}", many.join(", ")),
        };
        Text::atom(format!("{name}[{point}]"), Kind::Scalar)
    }
    fn index(&self, axis: Axis, dtype: DType) -> Text {
        let name = &self.loops[axis.index()];
        Text::atom(if dtype.is_float() { format!("float({name})") } else { name.clone() }, Kind::Number)
    }
    fn inside(&self, region: &HorizontalBox) -> Text {
        let side = |axis: Axis| {
            let at = |b: Bound| position(axis, b, 0);
            let name = &self.loops[axis.index()];
            match region.bounds(axis) {
                (Some(lo), Some(hi)) => Some(format!("{} <= {name} < {}", at(lo), at(hi))),
                (Some(lo), None) => Some(format!("{name} >= {}", at(lo))),
                (None, Some(hi)) => Some(format!("{name} < {}", at(hi))),
                (None, None) => None,
            }
        };
        let tests: Vec<String> = [Axis::I, Axis::J].into_iter().filter_map(side).collect();
        match tests.is_empty() {
            true => Text::constant(Value::Bool(true)),
            false => Text { level: Level::And, ..Text::atom(tests.join(" and "), Kind::Number) },
        }
    }
}
