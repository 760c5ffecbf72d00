//! What a compiled program tells about its arguments.

use serde::Serialize;
use tradewind_ir::{Axes, Axis, DType, Extent, Param};

/// The arguments of a compiled stencil or program.
#[derive(Clone, Debug)]
pub struct Signature {
    pub name: String,
    pub fields: Vec<FieldInfo>,
    pub scalars: Vec<ScalarInfo>,
    /// Fields and scalars by their position in the two lists, in the order of the call.
    pub params: Vec<Position>,
    /// The fewest levels that the program can run on.
    pub min_levels: i64,
}

/// Where an argument is described.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Position {
    Field(usize),
    Scalar(usize),
}

/// A field argument.
#[derive(Clone, Debug)]
pub struct FieldInfo {
    pub name: String,
    pub dtype: DType,
    pub axes: Axes,
    pub access: Access,
    /// How far beyond the compute domain the program reads or writes, in points.
    pub halo: Extent,
}

/// What a program does with an argument.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Access {
    None,
    Read,
    Write,
    ReadWrite,
}

/// A scalar argument.
#[derive(Clone, Debug)]
pub struct ScalarInfo {
    pub name: String,
    pub dtype: DType,
}

impl Access {
    /// Whether elements are written.
    pub fn writes(self) -> bool {
        matches!(self, Access::Write | Access::ReadWrite)
    }
    /// `read`, `write`, `read-write` or `none`.
    pub fn name(self) -> &'static str {
        match self {
            Access::None => "none",
            Access::Read => "read",
            Access::Write => "write",
            Access::ReadWrite => "read-write",
        }
    }
}

impl FieldInfo {
    /// The default origin: as many points as the program reaches below the domain, one entry per axis of the field.
    pub fn default_origin(&self) -> Vec<i64> {
        self.axes.iter().map(|a| -self.halo.0[a.index()].0 as i64).collect()
    }
    /// Points needed below and above the domain on one axis.
    pub fn reach(&self, axis: Axis) -> (i64, i64) {
        let (low, high) = self.halo.0[axis.index()];
        (-low as i64, high as i64)
    }
}

impl Signature {
    /// The name of each argument, in the order of the call.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.params.iter().map(|p| match *p {
            Position::Field(n) => self.fields[n].name.as_str(),
            Position::Scalar(n) => self.scalars[n].name.as_str(),
        })
    }
    /// The positions for a program's parameters, whose ids are the positions in the two lists.
    pub(crate) fn positions(params: &[Param]) -> Vec<Position> {
        let position = |p: &Param| match p {
            Param::Field(id) => Position::Field(id.0 as usize),
            Param::Scalar(id) => Position::Scalar(id.0 as usize),
        };
        params.iter().map(position).collect()
    }
}
