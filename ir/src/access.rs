//! How a stencil or program uses its fields: access, halo, and the smallest domain on which it runs.

use crate::defined;
use crate::domain::{Axes, Extent};
use crate::footprint::uses;
use crate::ids::{FieldId, Id, IdVec};
use crate::reach::{halos, min_size};
use crate::stencil::Stencil;
use crate::types::DType;
use crate::written::{Touched, touched};

pub use program::ProgramSummary;
pub(crate) use program::beyond;

mod program;

/// How a field is used.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Mode {
    /// Not at all.
    None,
    Read,
    /// Every point of the domain is written, and no value from before is used.
    Write,
    /// Written, and a value from before may be used or remain.
    ReadWrite,
}

impl Mode {
    /// Whether values from before the call may be used or remain.
    pub fn reads(self) -> bool {
        matches!(self, Mode::Read | Mode::ReadWrite)
    }
    /// Whether the field is written.
    pub fn writes(self) -> bool {
        matches!(self, Mode::Write | Mode::ReadWrite)
    }
}

impl std::fmt::Display for Mode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Mode::None => "none",
            Mode::Read => "read",
            Mode::Write => "write",
            Mode::ReadWrite => "read-write",
        })
    }
}

/// What is asked of one field.
#[derive(Clone, PartialEq, Debug)]
pub struct FieldAccess {
    pub name: String,
    pub dtype: DType,
    pub axes: Axes,
    /// The axes along which it lives at interfaces, see [`FieldType`](crate::FieldType).
    pub interfaces: Axes,
    /// Sizes of the data dimensions, see [`crate::Field::data`].
    pub data: Vec<u32>,
    pub mode: Mode,
    /// How far beyond the domain the storage must reach, in points, on the axes that the field has. The last interface of a program's
    /// field lies beyond the domain.
    pub halo: Extent,
}

impl FieldAccess {
    /// How many elements each point holds.
    pub fn components(&self) -> u32 {
        crate::stencil::components(&self.data)
    }
}

/// What a stencil asks of its fields, temporaries included.
#[derive(Clone, PartialEq, Debug)]
pub struct Summary {
    pub fields: IdVec<FieldId, FieldAccess>,
    /// The smallest domain the stencil may run on, in points: intervals must not cross, and reads next to one end of the
    /// domain, in an interval or a region, must not reach beyond the other. At least one point on each axis.
    pub min_size: [i64; 3],
    /// Which points of its parameters it reads and writes, in the order of its fields.
    pub touched: Vec<Touched>,
}

impl Summary {
    /// The summary of a stencil whose extents are set.
    pub(crate) fn of(stencil: &Stencil) -> Summary {
        let halos = halos(stencil);
        let definedness = defined::analyze(stencil);
        let used = used(stencil);
        let field = |(id, f): (FieldId, &crate::stencil::Field)| {
            let mode = match used[id.index()] {
                (false, false) => Mode::None,
                (true, false) => Mode::Read,
                _ if definedness.reads_old(id) || !definedness.is_complete(id) => Mode::ReadWrite,
                _ => Mode::Write,
            };
            let (name, data, halo) = (f.name.clone(), f.data.clone(), halos[id.index()]);
            FieldAccess { name, dtype: f.dtype, axes: f.axes, interfaces: f.interfaces, data, mode, halo }
        };
        let touched = touched(stencil, &definedness);
        Summary { fields: stencil.fields.iter().map(field).collect(), min_size: min_size(stencil), touched }
    }
}

/// Whether each field is read, and written.
fn used(stencil: &Stencil) -> Vec<(bool, bool)> {
    let mut used = vec![(false, false); stencil.fields.len()];
    for u in stencil.executions().flat_map(|(_, _, e)| uses(&e.body)) {
        if let Some((read, written)) = used.get_mut(u.access.field.index()) {
            *read |= !u.write;
            *written |= u.write;
        }
    }
    used
}

#[cfg(test)]
mod tests;
