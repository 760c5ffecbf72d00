//! The points on which a statement runs.

use tradewind_ir::{Axes, Axis, Bound, Extent, HorizontalBox, Range, Stmt, StmtKind};

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
