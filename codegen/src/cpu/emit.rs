//! The state of emitting one function: what its entry block has loaded, and how values are held.

use cranelift_codegen::ir::{
    AbiParam, AliasRegionData, Endianness, InstBuilder, MemFlagsData, Signature, StackSlot, Type, Value, types,
};
use cranelift_codegen::isa::CallConv;
use cranelift_frontend::{FunctionBuilder, Variable};
use std::collections::HashMap;
use tradewind_dataflow::{CheckId, Graph};
use tradewind_ir::ids::Id;
use tradewind_ir::stencil::MAX_DATA_DIMENSIONS;
use tradewind_ir::{Anchor, Axes, Axis, Bound, DType, Edge, FieldId, RollingWindow, ScalarId};

use super::frame::{FieldSlot, FrameLayout};
use super::host::{Host, HostFunction};
use super::launch::Launch;
use super::mode::{Mode, scalar_type};
use super::settings::Variant;

/// A container as one function sees it; values are of the entry block.
#[derive(Clone, Copy)]
pub(super) struct Placed {
    pub field: FieldId,
    pub dtype: DType,
    /// Axes with more than one element.
    pub stored: Axes,
    /// Only the last elements along an axis are stored.
    pub window: Option<RollingWindow>,
    /// Address of point (0, 0, 0).
    pub address: Value,
    /// Bytes from point to point, where stored.
    pub strides: [Value; 3],
    pub levels: (Value, Value),
    /// Bytes from one index to the next along each data dimension; of containers that have any.
    pub data: Option<[Value; MAX_DATA_DIMENSIONS]>,
    /// For loads and stores: a container overlaps no other.
    pub flags: MemFlagsData,
    /// An element is a whole vector: a private temporary inside a vector map.
    pub vector: bool,
    /// Start and bytes of a private temporary's storage.
    pub storage: Option<(Value, Value)>,
}

/// A temporary without memory.
#[derive(Clone, Copy)]
pub(super) struct Register {
    pub variable: Variable,
    pub mode: Mode,
}

/// Emits one function.
pub(super) struct Emitter<'a, 'f> {
    pub b: FunctionBuilder<'f>,
    pub graph: &'a Graph,
    pub host: &'a Host,
    pub variant: Variant,
    /// The address of the frame, and its layout.
    frame: (Value, FrameLayout),
    /// NI, NJ, NK.
    pub domain: [Value; 3],
    /// Positions of loops that the host runs; zero on the other axes.
    pub position: [Value; 3],
    /// Axes of loops that the host runs.
    pub swept: Axes,
    pub scalars: HashMap<ScalarId, Value>,
    /// In the launch's order.
    pub placed: Vec<Placed>,
    /// Where a container stands among them.
    place_of: HashMap<FieldId, usize>,
    pub registers: HashMap<FieldId, Register>,
    /// The launched range.
    pub range: (Value, Value),
    /// The address of the sink.
    pub sink: Value,
    /// The address of a byte that is not zero when the run is to end.
    pub stop: Value,
    /// The launch's checks.
    pub checks: Vec<CheckId>,
    /// Inside a loop at a point: whether an index that does not exist has been reported there.
    pub stopped: Option<Variable>,
    /// Where the function's reports of violations lie, once there is one.
    pub report: Option<StackSlot>,
}

/// Containers that are told apart where loads and stores are ordered; more of them share. Cranelift's analysis takes time for each
/// of them in each block.
const ALIAS_REGIONS: usize = 64;

/// `extern "C" fn(frame: *const u64, lo: i64, hi: i64, scratch: *mut u8)`.
pub(super) fn signature(call_conv: CallConv) -> Signature {
    let mut signature = Signature::new(call_conv);
    signature.params = vec![AbiParam::new(types::I64); 4];
    signature
}

impl Placed {
    /// The axes along which loops move the pointer to the current point; a window's slots are found at each access.
    pub(super) fn moves(self) -> Axes {
        self.window.map_or(self.stored, |window| self.stored.without(window.axis))
    }
}

impl<'a, 'f> Emitter<'a, 'f> {
    /// Starts a function: its entry block loads everything that the frame says about the launch's containers.
    pub(super) fn start(
        mut b: FunctionBuilder<'f>,
        graph: &'a Graph,
        host: &'a Host,
        variant: Variant,
        launch: &Launch,
    ) -> Self {
        let entry = b.create_block();
        b.append_block_params_for_function_params(entry);
        b.switch_to_block(entry);
        b.seal_block(entry);
        let (frame, lo, hi, scratch) = match *b.block_params(entry) {
            [frame, lo, hi, scratch] => (frame, lo, hi, scratch),
            _ => unreachable!("the signature has four parameters"),
        };
        let layout = launch.layout();
        let mut load = |slot: usize, ty: Type| from_frame(&mut b, frame, slot, ty);
        let domain = Axis::ALL.map(|axis| load(layout.size(axis), types::I64));
        let swept = launch.swept;
        let position = Axis::ALL.map(|axis| swept.has(axis).then(|| load(layout.position(axis), types::I64)));
        let numbered = launch.scalars.iter().enumerate();
        let scalars = numbered.map(|(n, id)| {
            let slot = layout.scalar(ScalarId::from_index(n));
            (*id, load(slot, scalar_type(graph.scalars[*id].dtype)))
        });
        let scalars = scalars.collect();
        let (sink, stop) = (load(layout.sink(), types::I64), load(layout.stop(), types::I64));
        let checks = launch.checks.clone();
        let mut placed = Vec::new();
        for (n, field) in launch.containers().enumerate() {
            let mut slot = |slot| load(layout.field(FieldId::from_index(n), slot), types::I64);
            let address = slot(FieldSlot::Address);
            let strides = Axis::ALL.map(|axis| slot(FieldSlot::Stride(axis)));
            let levels = (slot(FieldSlot::LowestLevel), slot(FieldSlot::HighestLevel));
            let private = n.checked_sub(launch.fields.len()).map(|n| &launch.private[n]);
            let storage = private.map(|_| (slot(FieldSlot::Start), slot(FieldSlot::Bytes)));
            let container = &graph.fields[field];
            let (dtype, stored, window) = (container.dtype, container.stored_axes(), container.place.window);
            let vector = private.is_some_and(|p| p.element != dtype.size());
            let dimensions = !container.data.is_empty();
            let data = dimensions.then(|| std::array::from_fn(|n| slot(FieldSlot::Data(n))));
            let flags = MemFlagsData::new();
            placed.push(Placed { field, dtype, stored, window, address, strides, levels, data, flags, vector, storage });
        }
        let region = |n: usize| AliasRegionData { user_id: n as u32, description: format!("container {n}").into() };
        let regions = 0..placed.len().min(ALIAS_REGIONS);
        let regions: Vec<_> = regions.map(|n| b.func.dfg.alias_regions.insert(region(n))).collect();
        for (n, place) in placed.iter_mut().enumerate() {
            let region = regions[n % ALIAS_REGIONS];
            place.flags = MemFlagsData::new().with_notrap().with_alias_region(Some(region));
            if let Some((start, _)) = &mut place.storage {
                place.address = b.ins().iadd(scratch, place.address);
                *start = b.ins().iadd(scratch, *start);
            }
        }
        let position = position.map(|p| p.unwrap_or_else(|| b.ins().iconst(types::I64, 0)));
        let registers = HashMap::new();
        let range = (lo, hi);
        let place_of = placed.iter().enumerate().map(|(n, place)| (place.field, n)).collect();
        Emitter {
            b,
            graph,
            host,
            variant,
            frame: (frame, layout),
            domain,
            position,
            swept,
            scalars,
            placed,
            place_of,
            registers,
            range,
            sink,
            stop,
            checks,
            stopped: None,
            report: None,
        }
    }

    /// A container of the launch.
    pub(super) fn place(&self, field: FieldId) -> Placed {
        self.placed(field).expect("the survey has found all containers")
    }

    /// A container of the launch; nothing for registers.
    pub(super) fn placed(&self, field: FieldId) -> Option<Placed> {
        self.place_of.get(&field).map(|n| self.placed[*n])
    }

    /// Ends the function.
    pub(super) fn finish(mut self) {
        self.b.ins().return_(&[]);
        self.b.finalize(self.host.config());
    }

    /// The scalar's value.
    pub(super) fn scalar(&self, scalar: ScalarId) -> Value {
        self.scalars[&scalar]
    }

    /// A 64-bit integer.
    pub(super) fn int(&mut self, n: i64) -> Value {
        self.b.ins().iconst(types::I64, n)
    }

    /// The zero of a Cranelift type.
    pub(super) fn zero(&mut self, ty: Type) -> Value {
        match ty {
            types::F32 => self.b.ins().f32const(0.0),
            types::F64 => self.b.ins().f64const(0.0),
            _ if ty.is_vector() => self.vector_const(ty, 0),
            _ => self.b.ins().iconst(ty, 0),
        }
    }

    /// The position of a bound.
    pub(super) fn bound(&mut self, axis: Axis, bound: Bound) -> Value {
        match bound.anchor {
            Anchor::Start => self.int(bound.offset.into()),
            Anchor::End => self.b.ins().iadd_imm_s(self.domain[axis.index()], i64::from(bound.offset)),
        }
    }

    /// The position of an edge of a box.
    pub(super) fn edge(&mut self, axis: Axis, edge: Edge) -> Value {
        match edge {
            Edge::Domain(bound) => self.bound(axis, bound),
            Edge::Tile(edge, offset) => {
                let (frame, layout) = self.frame;
                let at = from_frame(&mut self.b, frame, layout.tile(axis, edge), types::I64);
                self.b.ins().iadd_imm_s(at, i64::from(offset))
            }
        }
    }

    /// Calls a function of the host or of the module.
    pub(super) fn host_call(&mut self, function: HostFunction, args: &[Value]) -> Value {
        let callee = self.host.import(function, self.b.func);
        let call = self.b.ins().call(callee, args);
        self.b.inst_results(call)[0]
    }

    /// The same bits as another type of the same size.
    pub(super) fn bitcast(&mut self, ty: Type, value: Value) -> Value {
        bitcast(&mut self.b, ty, value)
    }

    /// A constant vector.
    pub(super) fn vector_const(&mut self, ty: Type, lane: u64) -> Value {
        vector_const(&mut self.b, ty, lane)
    }
}

/// What a slot of the frame holds.
fn from_frame(b: &mut FunctionBuilder<'_>, frame: Value, slot: usize, ty: Type) -> Value {
    let flags = MemFlagsData::trusted().with_readonly().with_can_move();
    b.ins().load(ty, flags, frame, 8 * slot as i32)
}

/// The same bits as another type of the same size.
pub(super) fn bitcast(b: &mut FunctionBuilder<'_>, ty: Type, value: Value) -> Value {
    if b.func.dfg.value_type(value) == ty {
        return value;
    }
    let flags = MemFlagsData::new().with_endianness(Endianness::Little);
    b.ins().bitcast(ty, flags, value)
}

/// The low bits of `lane` in every lane of a vector.
pub(super) fn vector_const(b: &mut FunctionBuilder<'_>, ty: Type, lane: u64) -> Value {
    let width = ty.lane_type().bytes() as usize;
    let bytes: Vec<u8> = lane.to_le_bytes()[..width].iter().copied().cycle().take(16).collect();
    let constant = b.func.dfg.constants.insert(bytes.into());
    b.ins().vconst(ty, constant)
}
