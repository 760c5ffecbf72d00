//! The slices of arrays that a statement accesses at its place.

use super::at::At;
use super::iteration::On;
use super::storage::{Storage, StoredLevels};
use crate::python::bounds::{self, arguments, joined, position, slice, sum};
use crate::python::expression::{Points, expression, helper};
use crate::python::text::{Kind, Level, Text, joint};
use tradewind_ir::ids::Id;
use tradewind_ir::{Access, Anchor, Axes, Axis, Bound, Component, DType, FieldId, KIndex};

impl At<'_> {
    /// The elements that an access names from the points of this place.
    pub fn elements(&self, access: &Access) -> Text {
        if let Some(levels) = self.column(access) {
            return self.gathered(access, levels);
        }
        let offset = access.constant_offset().unwrap_or_default();
        if let Component::Computed(component) = &access.component {
            let [field, dimensions] = self.components(access);
            return helper("pick", &[field, dimensions, expression(component, self)]);
        }
        let axes = self.dimensions(access.field);
        let kind = if axes == Axes::NONE { Kind::Scalar } else { Kind::Array };
        Text { axes, ..Text::atom(self.part(access.field, offset, self.head.known_component(access)), kind) }
    }
    /// A statement that sets the elements that an access with a data-dependent level or component names, where a mask holds.
    pub fn put(&self, target: &Access, value: &Text, mask: Option<&Text>) -> String {
        let component = target.component.expr().map(|component| expression(component, self).code);
        let mask = mask.map(|mask| format!(", where={}", mask.code)).unwrap_or_default();
        if let Some(column) = self.column(target) {
            let [field, base, index] = column.map(|text| text.code);
            let component = component.map(|component| format!(", component={component}")).unwrap_or_default();
            return format!("put_plane({field}, {base}, {index}, {}{mask}{component})", value.code);
        }
        let [field, dimensions] = self.components(target).map(|text| text.code);
        format!("put({field}, {dimensions}, {}, {}{mask})", component.unwrap_or_default(), value.code)
    }
    /// All components of the points that an access names, and the number of data dimensions.
    pub fn components(&self, access: &Access) -> [Text; 2] {
        let dimensions = self.head.stencil.fields[access.field].data.len();
        let k = access.k.known().unwrap_or(0);
        let part = self.part(access.field, [access.offset[0], access.offset[1], k], Vec::new());
        [Text::array(part, self.dimensions(access.field)), Text::atom(dimensions.to_string(), Kind::Number)]
    }
    /// The level that an access asks for, counted from the start of the domain.
    pub fn asked_level(&self, access: &Access) -> Option<Text> {
        let index = access.k.expr()?;
        let relative = matches!(access.k, KIndex::Relative(_));
        let index = expression(index, self);
        let here = self.index(Axis::K, DType::I64);
        let code = format!("{} + np.int64({})", here.code, index.code);
        Some(if relative { Text { level: Level::Sum, ..Text::array(code, joint(&[&here, &index])) } } else { index })
    }

    /// The axes along which a field differs here.
    fn dimensions(&self, id: FieldId) -> Axes {
        let axes = self.head.stencil.fields[id].axes;
        if self.domain.is_block() { axes } else { axes.without(Axis::K) }
    }
    /// The part of a field's array at an offset from here, lined up with the dimensions of this place; all components unless
    /// their indexes are given.
    fn part(&self, id: FieldId, offset: [i32; 3], data: Vec<String>) -> String {
        let storage = &self.printed.storages[id.index()];
        let axes = storage.axes(&self.head.stencil.fields[id]);
        let mut entries: Vec<String> = Vec::new();
        for axis in Axis::ALL {
            let n = axis.index();
            if axis == Axis::K && axes.has(axis) {
                entries.push(self.levels(id, storage, offset[2]));
            } else if !axes.has(axis) {
                // In front, and where there are no levels, missing dimensions need not be said.
                let said = !entries.is_empty() && (axis != Axis::K || self.domain.is_block());
                entries.extend(said.then(|| "None".to_string()));
            } else {
                entries.push(slice(axis, &self.domain.plane[n], offset[n], &storage.range(axis), self.head.min));
            }
        }
        entries.extend(data);
        indexed(self.head.field(id), entries)
    }
    /// The array of a field on all its levels, with three dimensions and those of the data if the component is not known.
    fn all_levels(&self, access: &Access) -> String {
        let storage = &self.printed.storages[access.field.index()];
        let axes = self.head.stencil.fields[access.field].axes;
        let side = |axis: Axis| {
            let (n, min) = (axis.index(), self.head.min);
            let part = || slice(axis, &self.domain.plane[n], access.offset[n], &storage.range(axis), min);
            if axes.has(axis) { part() } else { "None".to_string() }
        };
        let entries = [side(Axis::I), side(Axis::J), ":".to_string()].into_iter().chain(self.head.known_component(access));
        indexed(self.head.field(access.field), entries.collect())
    }
    /// The levels of this domain, moved by `offset`: a slice in a block, an index elsewhere.
    fn levels(&self, id: FieldId, storage: &Storage, offset: i32) -> String {
        let (side, by) = (storage.vertical, i64::from(offset));
        let (low, high) = (i64::from(side.0), i64::from(side.1));
        match (&self.domain.on, self.head.first_level(id)) {
            (On::Block(_), _) if storage.levels != StoredLevels::Domain => ":".to_string(),
            (On::Block(range), Some(first)) => {
                let (lo, hi) = bounds::ends(Axis::K, range, by, self.head.min);
                format!("{}:{}", joined(first, &lo), joined(first, &hi))
            }
            (On::Block(range), None) => slice(Axis::K, range, offset, &storage.range(Axis::K), self.head.min),
            (On::Each(k), Some(first)) => sum(&joined(first, k), by),
            (On::One(bound), Some(first)) => joined(first, &position(Axis::K, *bound, by)),
            (On::Each(k), None) => sum(k, by - low),
            (On::One(Bound { anchor: Anchor::Start, offset: at }), None) => (i64::from(*at) + by - low).to_string(),
            (On::One(Bound { offset: at, .. }), None) => (i64::from(*at) + by - high).to_string(),
        }
    }
    /// For an access at a level found at run time: the columns of its field, the index in them that an index is added to, and that
    /// index.
    pub fn column(&self, access: &Access) -> Option<[Text; 3]> {
        let index = access.k.expr()?;
        let relative = matches!(access.k, KIndex::Relative(_));
        let index = expression(index, self);
        let (base, along) = self.base(access.field, relative);
        let axes = self.head.stencil.fields[access.field].axes.without(Axis::K);
        let axes = axes.union(index.axes).union(along);
        Some([Text::array(self.all_levels(access), axes), Text::atom(base, Kind::Number), index])
    }
    /// The elements at levels found at run time.
    fn gathered(&self, access: &Access, [field, base, index]: [Text; 3]) -> Text {
        let Component::Computed(component) = &access.component else {
            return helper(if self.domain.is_block() { "gather" } else { "gather_plane" }, &[field, base, index]);
        };
        let component = expression(component, self);
        if self.domain.is_block() {
            return helper("gather_pick", &[field, base, index, component]);
        }
        let as_block = |t: Text| Text { code: format!("np.asarray({})[..., None]", t.code), ..t };
        let found = helper("gather_pick", &[field, base, as_block(index), as_block(component)]);
        Text { code: format!("{}[..., 0]", found.code), ..found }
    }
    /// The index in a field's array of the level that an index is added to, and the axes along which it differs.
    fn base(&self, id: FieldId, relative: bool) -> (String, Axes) {
        let low = i64::from(-self.printed.storages[id.index()].vertical.0);
        let first = self.head.first_level(id);
        let from = |text: &str, otherwise: String| first.map_or(otherwise, |first| joined(first, text));
        match &self.domain.on {
            _ if !relative => (from("0", low.to_string()), Axes::NONE),
            On::Each(k) => (from(k, sum(k, low)), Axes::NONE),
            On::One(bound) => (from(&position(Axis::K, *bound, 0), position(Axis::K, *bound, low)), Axes::NONE),
            On::Block(range) => {
                let (lo, hi) = bounds::ends(Axis::K, range, 0, self.head.min);
                let levels = match first {
                    Some(first) => format!("{}, {}", joined(first, &lo), joined(first, &hi)),
                    None => arguments(Axis::K, range, low, self.head.min),
                };
                (format!("np.arange({levels})"), Axes::NONE.with(Axis::K))
            }
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
