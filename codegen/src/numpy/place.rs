//! Where a statement runs, and the parts of arrays that it sees from there.

use super::plan::Plan;
use super::storage::{Levels, Storage};
use crate::python::bounds::{arguments, position, slice, sum};
use crate::python::expression::{Points, helper};
use crate::python::text::{Kind, Level, Text, numpy_name};
use crate::python::{Head, bounds};
use tradewind_ir::ids::Id;
use tradewind_ir::{
    Access, Anchor, Axes, Axis, Bound, DType, Expr, Extent, FieldId, HorizontalBox, KIndex, Range, ScalarId, Value,
};

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
pub struct Place {
    /// Along I and J.
    pub plane: [Range; 2],
    pub on: On,
}

impl Place {
    /// The whole plane of an extent.
    pub fn of_extent(extent: Extent, on: On) -> Place {
        Place { plane: [extent.range(Axis::I), extent.range(Axis::J)], on }
    }
    /// The part that lies in a box as well.
    pub fn within(&self, region: &HorizontalBox) -> Place {
        let [i, j] = &self.plane;
        Place { plane: [region.clip(Axis::I, i), region.clip(Axis::J, j)], on: self.on.clone() }
    }
    fn is_block(&self) -> bool {
        matches!(self.on, On::Block(_))
    }
    /// The dimensions of arrays here.
    pub fn axes(&self) -> Axes {
        if self.is_block() { Axes::IJK } else { Axes::IJ }
    }
}

/// Expressions at a place.
pub struct At<'a> {
    pub head: &'a Head<'a>,
    pub plan: &'a Plan<'a>,
    pub place: &'a Place,
}

impl At<'_> {
    /// The part of a field's array at an offset from here, lined up with the dimensions of this place.
    fn part(&self, id: FieldId, offset: [i32; 3]) -> String {
        let storage = &self.plan.storages[id.index()];
        let axes = storage.axes(&self.plan.stencil.fields[id]);
        let mut entries: Vec<String> = Vec::new();
        for axis in Axis::ALL {
            let n = axis.index();
            if axis == Axis::K && !self.place.is_block() {
                entries.extend(axes.has(Axis::K).then(|| self.level(id, storage, offset[2])));
            } else if !axes.has(axis) {
                // In front, missing dimensions need not be said.
                entries.extend((!entries.is_empty()).then(|| "None".to_string()));
            } else if axis == Axis::K {
                entries.push(self.levels(id, storage, offset[2]));
            } else {
                entries.push(slice(axis, &self.place.plane[n], offset[n], storage.side(axis), self.head.min));
            }
        }
        indexed(self.head.field(id), entries)
    }
    /// The array of a field on all its levels, with three dimensions.
    fn all_levels(&self, access: &Access) -> String {
        let storage = &self.plan.storages[access.field.index()];
        let axes = self.plan.stencil.fields[access.field].axes;
        let side = |axis: Axis| match axes.has(axis) {
            true => {
                slice(axis, &self.place.plane[axis.index()], access.offset[axis.index()], storage.side(axis), self.head.min)
            }
            false => "None".to_string(),
        };
        indexed(self.head.field(access.field), vec![side(Axis::I), side(Axis::J)])
    }
    fn levels(&self, id: FieldId, storage: &Storage, offset: i32) -> String {
        let On::Block(range) = &self.place.on else { return String::new() };
        match (&storage.levels, self.head.first_level(id)) {
            (Levels::Domain, Some(first)) => {
                let (lo, hi) = bounds::ends(Axis::K, range, i64::from(offset), self.head.min);
                format!("{}:{}", joined(first, &lo), joined(first, &hi))
            }
            (Levels::Domain, None) => slice(Axis::K, range, offset, storage.side(Axis::K), self.head.min),
            _ => ":".to_string(),
        }
    }
    fn level(&self, id: FieldId, storage: &Storage, offset: i32) -> String {
        let ((low, high), offset) = (storage.side(Axis::K), i64::from(offset));
        match (&self.place.on, self.head.first_level(id)) {
            (On::Each(k), Some(first)) => sum(&joined(first, k), offset),
            (On::One(bound), Some(first)) => joined(first, &position(Axis::K, *bound, offset)),
            (On::Each(k), None) => sum(k, offset - i64::from(low)),
            (On::One(Bound { anchor: Anchor::Start, offset: at }), None) => {
                (i64::from(*at) + offset - i64::from(low)).to_string()
            }
            (On::One(Bound { offset: at, .. }), None) => (i64::from(*at) + offset - i64::from(high)).to_string(),
            (On::Block(_), _) => String::new(),
        }
    }
    /// The elements at levels found at run time.
    fn gathered(&self, access: &Access, index: &Expr, relative: bool) -> Text {
        let index = crate::python::expression::expression(index, self);
        let storage = &self.plan.storages[access.field.index()];
        let low = i64::from(-storage.side(Axis::K).0);
        let first = |by: i64| self.head.first_level(access.field).map_or_else(|| by.to_string(), str::to_string);
        let (base, along) = match &self.place.on {
            _ if !relative => (first(low), Axes::NONE),
            On::Block(range) if self.head.first_level(access.field).is_some() => {
                let (lo, hi) = bounds::ends(Axis::K, range, 0, self.head.min);
                let name = first(0);
                (format!("np.arange({}, {})", joined(&name, &lo), joined(&name, &hi)), Axes::NONE.with(Axis::K))
            }
            On::Block(range) => {
                (format!("np.arange({})", arguments(Axis::K, range, low, self.head.min)), Axes::NONE.with(Axis::K))
            }
            _ => (self.level(access.field, storage, 0), Axes::NONE),
        };
        let base = match &self.place.on {
            // From the end of the domain, an index is negative; levels are compared.
            On::One(bound) if relative => match self.head.first_level(access.field) {
                Some(name) => joined(name, &position(Axis::K, *bound, 0)),
                None => position(Axis::K, *bound, low),
            },
            _ => base,
        };
        let name = if self.place.is_block() { "gather" } else { "gather_plane" };
        let axes = self.plan.stencil.fields[access.field].axes.without(Axis::K);
        let axes = Axis::ALL.into_iter().filter(|a| index.axes.has(*a) || along.has(*a)).fold(axes, Axes::with);
        let args = [Text::array(self.all_levels(access), axes), Text::atom(base, Kind::Number), index];
        helper(name, &args)
    }
    /// What is assigned to, and what it holds.
    pub fn target(&self, access: &Access) -> Text {
        self.field(access)
    }
    /// An array of positions along an axis, lined up.
    fn positions(&self, axis: Axis, dtype: DType) -> Text {
        let range = match (&self.place.on, axis) {
            (On::Block(range), Axis::K) => range,
            _ => &self.place.plane[axis.index().min(1)],
        };
        let code = format!("np.arange({}, dtype={})", arguments(axis, range, 0, self.head.min), numpy_name(dtype));
        let behind = self.place.axes().rank() - 1 - axis.index();
        let code = if behind == 0 { code } else { format!("{code}[:{}]", ", None".repeat(behind)) };
        Text::array(code, Axes::NONE.with(axis))
    }
}

impl Points for At<'_> {
    fn scalar(&self, id: ScalarId) -> Text {
        self.head.scalar(id)
    }
    fn field(&self, access: &Access) -> Text {
        let offset = match &access.k {
            KIndex::Offset(k) => [access.offset[0], access.offset[1], *k],
            KIndex::Relative(index) => return self.gathered(access, index, true),
            KIndex::Absolute(index) => return self.gathered(access, index, false),
        };
        let axes = self.plan.stencil.fields[access.field].axes;
        let axes = if self.place.is_block() { axes } else { axes.without(Axis::K) };
        let kind = if axes == Axes::NONE { Kind::Scalar } else { Kind::Array };
        Text { axes, ..Text::atom(self.part(access.field, offset), kind) }
    }
    fn index(&self, axis: Axis, dtype: DType) -> Text {
        let number = |code: String, level: Level| match dtype.is_float() {
            true => Text::atom(format!("float({code})"), Kind::Number),
            false => Text { level, ..Text::atom(code, Kind::Number) },
        };
        match (&self.place.on, axis) {
            (On::Each(k), Axis::K) => number(k.clone(), Level::Atom),
            (On::One(bound), Axis::K) if bound.anchor == Anchor::Start => Text::constant(Value::I32(bound.offset).cast(dtype)),
            (On::One(bound), Axis::K) => number(position(Axis::K, *bound, 0), Level::Sum),
            _ => self.positions(axis, dtype),
        }
    }
    fn bound(&self, axis: Axis, bound: Bound) -> Text {
        match bound.anchor {
            Anchor::Start => Text::constant(Value::I32(bound.offset)),
            Anchor::End => Text { level: Level::Sum, ..Text::atom(position(axis, bound, 0), Kind::Number) },
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

/// `name[entries]`; whole dimensions at the end are left out.
pub fn indexed(name: &str, mut entries: Vec<String>) -> String {
    while entries.last().is_some_and(|e| e == ":") {
        entries.pop();
    }
    if entries.is_empty() { name.to_string() } else { format!("{name}[{}]", entries.join(", ")) }
}

/// `first + position`
fn joined(first: &str, position: &str) -> String {
    match position {
        "0" => first.to_string(),
        p if p.starts_with('-') => format!("{first} - {}", &p[1..]),
        p => format!("{first} + {p}"),
    }
}
