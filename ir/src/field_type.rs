//! Types of fields: elements, axes, the position along each axis, data dimensions.

use crate::container::Container;
use crate::domain::{Axes, Extent};
use crate::program::{Lifetime, ProgramField};
use crate::source::Span;
use crate::stencil::{Field, FieldKind};
use crate::types::DType;
use std::fmt;

/// The type of a field.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FieldType {
    pub dtype: DType,
    pub axes: Axes,
    /// The axes along which it lives at the interfaces between the points of the domain: the first interface lies before the first
    /// point, the last one behind the last, so there is one more. Along its other axes it lives at the points, the centres.
    pub interfaces: Axes,
    /// Sizes of the data dimensions: each point holds one element for every combination of indexes into them. None: one element.
    pub data: Vec<u32>,
}

impl FieldType {
    /// One element at each point of the domain.
    pub fn centred(dtype: DType, axes: Axes) -> FieldType {
        FieldType { dtype, axes, interfaces: Axes::NONE, data: Vec::new() }
    }
    /// A field of a stencil of this type.
    pub fn field(self, name: String, kind: FieldKind, span: Span) -> Field {
        let FieldType { dtype, axes, interfaces, data } = self;
        Field { name, dtype, axes, interfaces, data, kind, span }
    }
    /// A field of a program of this type.
    pub fn program_field(self, name: String, lifetime: Lifetime, span: Span) -> ProgramField {
        let FieldType { dtype, axes, interfaces, data } = self;
        ProgramField { name, dtype, axes, interfaces, data, lifetime, halo: Extent::ZERO, span }
    }
    /// Whether a parameter of this type takes fields of another. One that is not declared at interfaces takes fields at any position: a
    /// call may compute the interfaces themselves.
    pub fn takes(&self, given: &FieldType) -> bool {
        let placed = self.interfaces.iter().all(|axis| given.interfaces.has(axis));
        placed && (self.dtype, self.axes, &self.data) == (given.dtype, given.axes, &given.data)
    }
}

impl fmt::Display for FieldType {
    /// `field<f64, IJK>`, `field<f64, IJK, interfaces K>`, `field<f64, IJK, [3, 2]>`, `field<f64>` without axes and data dimensions.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let FieldType { dtype, axes, interfaces, data } = self;
        write!(f, "field<{dtype}")?;
        if *axes != Axes::NONE || !data.is_empty() {
            write!(f, ", {axes}")?;
        }
        if *interfaces != Axes::NONE {
            write!(f, ", interfaces {interfaces}")?;
        }
        if !data.is_empty() {
            write!(f, ", {data:?}")?;
        }
        f.write_str(">")
    }
}

impl Extent {
    /// How far the points of a field reach beyond the domain that lives at interfaces along these axes: one point past its end.
    pub fn of_interfaces(interfaces: Axes) -> Extent {
        Extent::ZERO.beyond_interfaces(interfaces)
    }
    /// The extent from there on: what reaches so far around the points of such a field, as an extent around the domain.
    pub fn beyond_interfaces(mut self, interfaces: Axes) -> Extent {
        interfaces.iter().for_each(|axis| self.0[axis.index()].1 += 1);
        self
    }
}

macro_rules! typed {
    ($($kind:ty),*) => { $(impl $kind {
        /// Its type.
        pub fn field_type(&self) -> FieldType {
            FieldType { dtype: self.dtype, axes: self.axes, interfaces: self.interfaces, data: self.data.clone() }
        }
    })* };
}
typed!(Field, ProgramField, Container);
