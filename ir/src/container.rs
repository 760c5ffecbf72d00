//! Containers: what fields become once calls are inlined, shared by the schedule tree and the dataflow graph.

use crate::domain::{Axes, Axis, Domain, Extent};
use crate::program::ScalarKind;
use crate::source::Span;
use crate::stencil::are_data_sizes;
use crate::types::DType;
use std::fmt;

/// A field of a whole program after inlining: an argument, a transient of the run, or a stencil's temporary.
///
/// All containers share the program's coordinates: the element at point (i, j, k) belongs to that grid point, whichever
/// call uses it.
#[derive(Clone, Debug)]
pub struct Container {
    /// Unique within the tree or graph.
    pub name: String,
    pub dtype: DType,
    pub axes: Axes,
    /// The axes along which it lives at interfaces, see [`FieldType`](crate::FieldType).
    pub interfaces: Axes,
    /// Sizes of the data dimensions, see [`crate::Field::data`].
    pub data: Vec<u32>,
    pub scope: Scope,
    /// How far beyond the program's domain the storage must reach, on all three axes.
    pub extent: Extent,
    /// Whether a temporary must be set to zero at its allocation: some read may come before every write.
    pub zero: bool,
    /// The storage of a temporary. Arguments and transients are always on the heap, with all their axes.
    pub place: Place,
    pub span: Span,
}

impl Container {
    /// What is wrong with the data dimensions: they have no elements or too many, or are a register's.
    pub fn data_fault(&self) -> Option<String> {
        let (name, data) = (&self.name, &self.data);
        if !are_data_sizes(data) {
            return Some(format!("`%{name}` has data dimensions of the sizes {data:?}"));
        }
        let register = self.place.is_register() && self.axes != Axes::NONE;
        (register && self.components() > 1).then(|| format!("`%{name}` is a register with data dimensions"))
    }
    /// What is wrong with the window: its axis, its slots, or the container does not allow one.
    pub fn window_fault(&self) -> Option<String> {
        let (name, RollingWindow { axis, slots }) = (&self.name, self.place.window?);
        if self.scope != Scope::Temporary {
            return Some(format!("`%{name}` stores its last elements along {axis}, but is not a temporary"));
        }
        if axis == Axis::I || !self.place.keep.has(axis) {
            return Some(format!("`%{name}` stores its last elements along {axis}, which must be j or k, and kept"));
        }
        if !slots.is_power_of_two() {
            return Some(format!("`%{name}` stores {slots} elements along {axis}, which is not a power of two"));
        }
        self.zero.then(|| format!("`%{name}` stores its last elements along {axis}, and cannot start as zero"))
    }
}

/// The owner and the lifetime of a container.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Scope {
    /// Passed in by the caller.
    Argument,
    /// Exists during the whole run, zero at its start.
    Transient,
    /// Exists from its allocation to the end of the sequence that contains the allocation, each time anew.
    Temporary,
}

/// The storage of a temporary, given by the axes along which it has more than one element. An axis of the container that is
/// not kept is contracted: the allocation is inside a loop over that axis, and all iterations use one element.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Place {
    /// A subset of the container's axes.
    pub keep: Axes,
    /// A kept axis along which only some elements are stored at a time.
    pub window: Option<RollingWindow>,
}

/// The elements along one axis that a temporary stores at a time, while a loop goes along the axis: the element at point `p` is
/// in slot `p mod slots`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct RollingWindow {
    /// J or K.
    pub axis: Axis,
    /// A power of two.
    pub slots: u32,
}

impl RollingWindow {
    /// Where the element at a position along the axis is.
    pub fn slot(self, position: i64) -> i64 {
        position.rem_euclid(i64::from(self.slots).max(1))
    }
}

impl Place {
    /// The place that stores all elements along the axes `keep`.
    pub fn whole(keep: Axes) -> Place {
        Place { keep, window: None }
    }
    /// How many slots there are along an axis, if not all elements are stored.
    pub fn slots(self, axis: Axis) -> Option<u32> {
        self.window.filter(|window| window.axis == axis).map(|window| window.slots)
    }
    /// The name by what is kept: nothing `register`, I `row`, J `line`, K `column`, IJ `plane`, IK `slab`, JK `wall`, IJK
    /// `heap`.
    pub fn name(self) -> &'static str {
        const NAMES: [(Axes, &str); 8] = [
            (Axes::NONE, "register"),
            (Axes::I, "row"),
            (Axes::J, "line"),
            (Axes::K, "column"),
            (Axes::IJ, "plane"),
            (Axes::IK, "slab"),
            (Axes::JK, "wall"),
            (Axes::IJK, "heap"),
        ];
        NAMES.iter().find(|(axes, _)| *axes == self.keep).map_or("?", |(_, name)| name)
    }
    /// The place with this name.
    pub fn from_name(name: &str) -> Option<Place> {
        (0..8).map(Axes::from_bits).map(Place::whole).find(|p| p.name() == name)
    }
    /// Whether the temporary is one value, held in a register.
    pub fn is_register(self) -> bool {
        self.keep == Axes::NONE
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())?;
        match self.window {
            Some(RollingWindow { axis, slots }) => write!(f, " last {slots} along {axis}"),
            None => Ok(()),
        }
    }
}

/// A scalar of a whole program after inlining.
#[derive(Clone, Debug)]
pub struct ScalarSlot {
    /// Unique within the tree or graph.
    pub name: String,
    pub dtype: DType,
    pub kind: ScalarKind,
}

impl ScalarSlot {
    /// Whether it can be the size of blocks: an integer, and the same throughout a run.
    pub fn is_size(&self) -> bool {
        self.kind == ScalarKind::Argument && self.dtype.is_int()
    }
}

impl Container {
    /// The axes along which the container has more than one element.
    pub fn stored_axes(&self) -> Axes {
        self.place.keep
    }
    /// The domain that the storage covers, and how far it reaches beyond it: along the axis of a window, the slots.
    pub fn stored_size(&self, mut domain: Domain) -> (Domain, Extent) {
        let mut extent = self.extent;
        if let Some(RollingWindow { axis, slots }) = self.place.window {
            (domain[axis.index()], extent.0[axis.index()]) = (slots.into(), (0, 0));
        }
        (domain, extent)
    }
    /// How many elements each point holds.
    pub fn components(&self) -> u32 {
        crate::stencil::components(&self.data)
    }
}

impl PartialEq for Container {
    fn eq(&self, o: &Self) -> bool {
        (&self.name, self.field_type(), self.scope, self.extent, self.zero, self.place)
            == (&o.name, o.field_type(), o.scope, o.extent, o.zero, o.place)
    }
}

impl PartialEq for ScalarSlot {
    fn eq(&self, o: &Self) -> bool {
        (&self.name, self.dtype, self.kind) == (&o.name, o.dtype, o.kind)
    }
}
