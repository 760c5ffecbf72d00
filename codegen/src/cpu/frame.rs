//! The table through which compiled code finds its data: 8-byte slots, read-only while code runs.
//!
//! The host fills one [`Frame`] for the program. Each launch gets an [`Excerpt`] in the same layout. It numbers the
//! scalars and containers that the launch uses in the order of their first use, so that nests that differ only in names have
//! the same code.
//!
//! | slots | contents |
//! | --- | --- |
//! | 0–2 | NI, NJ, NK: points of the domain on each axis |
//! | 3–5 | the current position on I, J, K of loops that the host runs |
//! | 6 | address of the [`Sink`] of data-dependent indexes that do not exist |
//! | 7 | address of the flag that ends loops at points early |
//! | 8–11 | where the tile begins and ends along I, then along J, counted from the start of the domain |
//! | one per scalar | its bits, as [`Value::bits`] has them |
//! | twelve per container | address of point (0, 0, 0); bytes from point to point on I, J, K; lowest and highest level that exists; of a private temporary, start and bytes of its storage; bytes from one index to the next along each data dimension |
//!
//! The address of a *private* temporary (one that is allocated inside a launched loop nest, see [`super::scratch`]) is relative
//! to the scratch memory that the call passes in addition to the table.

use std::ops::Range;
use std::sync::atomic::AtomicBool;
use tradewind_ir::ids::Id;
use tradewind_ir::stencil::MAX_DATA_DIMENSIONS;
use tradewind_ir::{Axis, Domain, FieldId, ScalarId, Tile, TileEdge, Value};

use super::launch::Launch;
use super::sink::Sink;

/// Where each thing's slots start.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct FrameLayout {
    scalars: usize,
    fields: usize,
}

/// Slots of one container, counted from [`FrameLayout::field`].
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum FieldSlot {
    Address,
    /// Bytes to the next point on an axis; zero where the container has one element along it.
    Stride(Axis),
    LowestLevel,
    HighestLevel,
    /// Of a private temporary: where its storage starts.
    Start,
    /// Of a private temporary: bytes of storage.
    Bytes,
    /// Bytes from one index to the next along a data dimension.
    Data(usize),
}

/// A container in memory.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct View {
    /// Address of the point (0, 0, 0), which need not exist; along the axis of a window, of the first slot.
    pub address: u64,
    /// Bytes from one point to the next on each axis.
    pub strides: [i64; 3],
    /// Lowest and highest level that exists, for data-dependent levels.
    pub levels: (i64, i64),
    /// Bytes from one index to the next along each data dimension.
    pub data: [i64; MAX_DATA_DIMENSIONS],
}

/// The table for one program, filled by whoever runs it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Frame {
    layout: FrameLayout,
    slots: Vec<u64>,
}

const POSITION: usize = 3;
const SINK: usize = 6;
const STOP: usize = 7;
const TILE: usize = 8;
const SCALARS: usize = 12;

/// For frames of runs that go on to their end.
static NEVER: AtomicBool = AtomicBool::new(false);
const DATA: usize = 8;
const PER_FIELD: usize = DATA + MAX_DATA_DIMENSIONS;

impl FrameLayout {
    /// The layout for so many scalars and containers.
    pub fn new(scalars: usize, fields: usize) -> FrameLayout {
        FrameLayout { scalars, fields }
    }
    /// The slot of the domain's size on an axis.
    pub fn size(self, axis: Axis) -> usize {
        axis.index()
    }
    /// The slot of the host's position on an axis.
    pub fn position(self, axis: Axis) -> usize {
        POSITION + axis.index()
    }
    /// The slot of the address of the sink.
    pub(super) fn sink(self) -> usize {
        SINK
    }
    /// The slot of the address of the flag that ends loops at points.
    pub(super) fn stop(self) -> usize {
        STOP
    }
    /// The slot of an edge of the tile along I or J.
    pub(super) fn tile(self, axis: Axis, edge: TileEdge) -> usize {
        TILE + 2 * axis.index() + edge as usize
    }
    /// The slot of a scalar.
    pub fn scalar(self, scalar: ScalarId) -> usize {
        SCALARS + scalar.index()
    }
    /// A slot of a container.
    pub fn field(self, field: FieldId, slot: FieldSlot) -> usize {
        let within = match slot {
            FieldSlot::Address => 0,
            FieldSlot::Stride(axis) => 1 + axis.index(),
            FieldSlot::LowestLevel => 4,
            FieldSlot::HighestLevel => 5,
            FieldSlot::Start => 6,
            FieldSlot::Bytes => 7,
            FieldSlot::Data(dimension) => DATA + dimension,
        };
        SCALARS + self.scalars + PER_FIELD * field.index() + within
    }
    /// How many slots there are.
    pub fn len(self) -> usize {
        SCALARS + self.scalars + PER_FIELD * self.fields
    }
    /// Whether there are no slots; never so.
    pub fn is_empty(self) -> bool {
        self.len() == 0
    }
}

impl Frame {
    /// A table for a domain, which is the tile, zero elsewhere.
    pub fn new(layout: FrameLayout, domain: Domain) -> Frame {
        let mut frame = Frame { layout, slots: vec![0; layout.len()] };
        frame.set_domain(domain);
        frame.set_tile(Tile::of_domain(domain));
        frame.set_stop(&NEVER);
        frame
    }
    /// The domain on which launches run.
    pub fn domain(&self) -> Domain {
        Axis::ALL.map(|axis| self.slots[self.layout.size(axis)] as i64)
    }
    /// Sets the domain on which launches run from here on.
    pub fn set_domain(&mut self, domain: Domain) {
        for axis in Axis::ALL {
            self.slots[self.layout.size(axis)] = domain[axis.index()] as u64;
        }
    }
    /// Sets where the tile lies, counted from the start of the domain.
    pub fn set_tile(&mut self, Tile(axes): Tile) {
        let edges = axes.into_iter().flat_map(|(first, end)| [first, end]);
        self.slots[TILE..SCALARS].iter_mut().zip(edges).for_each(|(slot, edge)| *slot = edge as u64);
    }
    /// Sets the flag that ends loops at points early, what they compute left as it is. It must outlive all that runs with the frame.
    pub fn set_stop(&mut self, flag: &AtomicBool) {
        self.slots[STOP] = flag.as_ptr() as u64;
    }
    /// Sets a scalar.
    pub fn set_scalar(&mut self, scalar: ScalarId, value: Value) {
        self.slots[self.layout.scalar(scalar)] = value.bits();
    }
    /// Sets the position on an axis of a loop that the host runs.
    pub fn set_position(&mut self, axis: Axis, position: i64) {
        self.slots[self.layout.position(axis)] = position as u64;
    }
    /// Places a container in memory.
    pub fn set_field(&mut self, field: FieldId, view: View) {
        let mut set = |slot, value| self.slots[self.layout.field(field, slot)] = value;
        set(FieldSlot::Address, view.address);
        for axis in Axis::ALL {
            set(FieldSlot::Stride(axis), view.strides[axis.index()] as u64);
        }
        set(FieldSlot::LowestLevel, view.levels.0 as u64);
        set(FieldSlot::HighestLevel, view.levels.1 as u64);
        view.data.iter().enumerate().for_each(|(n, stride)| set(FieldSlot::Data(n), *stride as u64));
    }
    /// Places a private temporary in scratch memory.
    pub(super) fn set_private(&mut self, field: FieldId, view: View, storage: Range<usize>) {
        self.set_field(field, view);
        self.slots[self.layout.field(field, FieldSlot::Start)] = storage.start as u64;
        self.slots[self.layout.field(field, FieldSlot::Bytes)] = storage.len() as u64;
    }
    /// Where a container is.
    pub fn field(&self, field: FieldId) -> View {
        let get = |slot| self.slots[self.layout.field(field, slot)];
        View {
            address: get(FieldSlot::Address),
            strides: Axis::ALL.map(|axis| get(FieldSlot::Stride(axis)) as i64),
            levels: (get(FieldSlot::LowestLevel) as i64, get(FieldSlot::HighestLevel) as i64),
            data: std::array::from_fn(|n| get(FieldSlot::Data(n)) as i64),
        }
    }
}

/// The part of a frame that one launch sees. One is enough for a run, as its launches follow each other.
#[derive(Default, Debug)]
pub struct Excerpt {
    slots: Vec<u64>,
}

impl Excerpt {
    /// Takes a launch's scalars and containers from a frame, in the launch's order; the launch reports to `sink`, which must outlive
    /// it.
    pub fn fill(&mut self, frame: &Frame, launch: &Launch, sink: &Sink<'_>) {
        let (slots, layout) = (&mut self.slots, frame.layout);
        slots.clear();
        slots.extend_from_slice(&frame.slots[..SCALARS]);
        slots[SINK] = std::ptr::from_ref(sink) as u64;
        slots.extend(launch.scalars.iter().map(|scalar| frame.slots[layout.scalar(*scalar)]));
        for field in launch.containers() {
            let start = layout.field(field, FieldSlot::Address);
            slots.extend_from_slice(&frame.slots[start..start + PER_FIELD]);
        }
    }

    /// What compiled code reads.
    pub(super) fn slots(&self) -> &[u64] {
        &self.slots
    }
}

impl Launch {
    /// The layout of the launch's excerpt; scalars and containers are numbered in its order.
    pub(super) fn layout(&self) -> FrameLayout {
        FrameLayout::new(self.scalars.len(), self.fields.len() + self.private.len())
    }
}
