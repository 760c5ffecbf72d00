//! Which points of its fields a call reads and writes, as boxes of the program's domain.

use crate::analyzed::Analyzed;
use tradewind_ir::footprint::Clip;
use tradewind_ir::written::{Block, Touched, bound};
use tradewind_ir::{Axis, Domain, Extent, FieldId, ProgramField, Range, StencilId};

/// Points of a field that a step writes.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Written {
    pub field: FieldId,
    pub block: Block,
    /// Whether every component of every point of the box is written whenever the step runs.
    pub certain: bool,
}

/// What a call reads and writes.
#[derive(Clone, Default, Debug)]
pub struct Effects {
    /// Values from before the call.
    pub reads: Vec<(FieldId, Block)>,
    pub writes: Vec<Written>,
}

impl Effects {
    /// Those of a call. On a part of the domain that is found at run time (`placed` is false) it may read and write any points, and
    /// writes none for certain.
    pub fn of_call(of: &Analyzed, stencil: StencilId, fields: &[FieldId], domain: &[Range; 3], placed: bool) -> Effects {
        let mut effects = Effects::default();
        let (Some(called), Some(summary)) = (of.program.stencils.get(stencil), of.stencils.get(stencil)) else {
            return effects;
        };
        let on = |block: Block| match placed {
            true => Block(std::array::from_fn(|n| block.0[n].of_part(&domain[n]))),
            false => Block::ALL,
        };
        for (parameter, (field, Touched { reads, writes, complete })) in
            called.fields.ids().zip(bound(called, &summary.touched, fields))
        {
            let Some(declared) = of.program.fields.get(field) else { continue };
            // A level found at run time may be any that the array has, beyond the domain, too.
            let is_indexed = of.indexed[stencil].contains(&parameter);
            let read = |block: Block| if is_indexed { block.with(Axis::K, Clip::ALL) } else { block };
            effects.reads.extend(reads.iter().map(|r| (field, read(on(r.block)))));
            let alone = placed && declared.components() == 1;
            let written = |block, certain| Written { field, block: on(block), certain };
            effects.writes.extend(writes.iter().map(|write| written(write.block, write.certain && alone)));
            if placed && *complete && !writes.is_empty() {
                effects.writes.push(written(inside(declared), true));
            }
        }
        effects
    }
}

/// What a halo update of a field reads, and the parts of the halo that it writes.
pub fn updated(field: &ProgramField, reach: Option<Extent>, min: Domain) -> (Block, Vec<Block>) {
    let all_levels = |block: Block| block.with(Axis::K, Clip::ALL);
    let domain = all_levels(inside(field));
    let within = reach.map_or(Block::ALL, |reach| all_levels(around(field, reach)));
    (domain, within.without(domain, min).collect())
}

/// The compute domain, on the axes of a field.
pub fn inside(field: &ProgramField) -> Block {
    around(field, Extent::ZERO)
}

/// The compute domain and the points around it, on the axes of a field.
pub fn around(field: &ProgramField, extent: Extent) -> Block {
    field.axes.iter().fold(Block::ALL, |block, axis: Axis| block.with(axis, Clip::of_range(&extent.range(axis))))
}
