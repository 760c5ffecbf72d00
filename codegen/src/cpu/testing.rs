//! Graphs built by hand, and a way to run them on arrays.

use super::{Division, Excerpt, Frame, Kernel, LaunchCode, Settings, Sink, View};
use petgraph::stable_graph::StableDiGraph;
use tradewind_dataflow::connect::connect;
use tradewind_dataflow::plan::{Body, LaunchId, Plan, Work};
use tradewind_dataflow::{
    ComponentIndex, Edge, Graph, Inst, KOffset, Map, MapKind, Node, Op, Region, SequentialLoop, TaskletCode, ValueId,
};
use tradewind_ir::array::Array;
use tradewind_ir::ids::Id;
use tradewind_ir::{
    Axes, Axis, Blocking, Container, DType, Domain, Extent, FieldId, IdVec, Place, Range, ScalarId, ScalarSlot, Scope, Span,
    Value,
};

/// Steps, and what orders them.
pub type Steps = StableDiGraph<Node, Edge>;

/// A graph under construction.
pub struct Draft {
    pub fields: IdVec<FieldId, Container>,
    pub scalars: IdVec<ScalarId, ScalarSlot>,
}

impl Draft {
    pub fn new() -> Draft {
        Draft { fields: IdVec::new(), scalars: IdVec::new() }
    }
    pub fn field(&mut self, name: &str, dtype: DType, axes: Axes, extent: Extent) -> FieldId {
        let (scope, place) = (Scope::Argument, Place::whole(axes));
        self.fields.push(Container {
            name: name.into(),
            dtype,
            axes,
            interfaces: Axes::NONE,
            data: vec![],
            scope,
            extent,
            zero: false,
            place,
            span: Span::NONE,
        })
    }
    pub fn temporary(&mut self, name: &str, dtype: DType, keep: Axes, extent: Extent) -> FieldId {
        let id = self.field(name, dtype, Axes::IJK, extent);
        let container = &mut self.fields[id];
        (container.scope, container.place, container.zero) = (Scope::Temporary, Place::whole(keep), true);
        id
    }
    pub fn nodes(&self, nodes: Vec<Node>) -> Steps {
        connect(nodes, &self.fields)
    }
    pub fn map(&self, axis: Axis, range: Range, kind: MapKind, allocs: &[FieldId], graph: Steps) -> Node {
        let body = Region { allocs: allocs.to_vec(), graph };
        Node::Map(Map { axis, range, blocking: Blocking::POINTS, kind, body })
    }
    /// Maps over K (parallel), J and I (vector) around a tasklet.
    pub fn pointwise(&self, code: TaskletCode) -> Node {
        let full = Range::full;
        let inner = self.nodes(vec![Node::Tasklet { label: "point".into(), code }]);
        let inner = self.nodes(vec![self.map(Axis::I, full(), MapKind::Vector, &[], inner)]);
        let inner = self.nodes(vec![self.map(Axis::J, full(), MapKind::Any, &[], inner)]);
        self.map(Axis::K, full(), MapKind::Parallel, &[], inner)
    }
    pub fn graph(&self, root: Region) -> Graph {
        let (fields, scalars) = (self.fields.clone(), self.scalars.clone());
        Graph { name: "test".into(), fields, scalars, params: vec![], checks: IdVec::new(), slots: IdVec::new(), root }
    }
    pub fn kernel(&self, root: Region) -> Kernel {
        self.kernel_for(root, Settings::default())
    }
    /// The same, with settings of one's own.
    pub fn kernel_for(&self, root: Region, settings: Settings) -> Kernel {
        Kernel::of(&self.graph(root), Settings { verify: true, ..settings }).unwrap_or_else(|e| panic!("{e:?}"))
    }
}

/// Appends an operation.
pub fn push(code: &mut TaskletCode, dtype: DType, op: Op) -> ValueId {
    let id = code.values.push(dtype);
    code.body.push(Inst::Let(id, op));
    id
}

/// Appends a load at a constant offset.
pub fn load(code: &mut TaskletCode, dtype: DType, field: FieldId, [i, j, k]: [i32; 3]) -> ValueId {
    push(code, dtype, Op::Load { field, offset: [i, j], k: KOffset::Constant(k), component: ComponentIndex::Constant(0) })
}

/// Appends a store at the current point.
pub fn store(code: &mut TaskletCode, field: FieldId, value: ValueId) {
    code.body.push(Inst::Store {
        field,
        k: KOffset::Constant(0),
        component: ComponentIndex::Constant(0),
        value,
        predicate: None,
    });
}

/// A sequential loop over K.
pub fn over_k(backward: bool, body: Region) -> Node {
    Node::Loop(SequentialLoop { axis: Axis::K, range: Range::full(), blocking: Blocking::POINTS, backward, body })
}

/// An array in which bytes around the elements are watched, with strides that may leave gaps.
pub struct Guarded {
    pub array: Array,
    memory: Vec<u64>,
    start: usize,
    strides: [usize; 3],
}

const GUARD: u8 = 0xA5;
const MARGIN: usize = 256;

impl Guarded {
    /// The array's elements in memory; with `gap`, I is not contiguous.
    pub fn new(array: Array, gap: bool) -> Guarded {
        let strides = array.strides().map(|s| if gap { s * 3 } else { s });
        let bytes = 2 * MARGIN + array.bytes().len() * if gap { 3 } else { 1 };
        let memory = vec![u64::from_ne_bytes([GUARD; 8]); bytes.div_ceil(8)];
        let mut guarded = Guarded { array, memory, start: MARGIN, strides };
        guarded.copy(true);
        guarded
    }
    fn copy(&mut self, to_memory: bool) {
        let size = self.array.dtype().size();
        let (shape, from) = (self.array.shape(), self.array.strides());
        for n in 0..shape.iter().product::<usize>() {
            let index = [n % shape[0], n / shape[0] % shape[1], n / shape[0] / shape[1]];
            let at = |strides: [usize; 3]| (0..3).map(|a| index[a] * strides[a]).sum::<usize>();
            for byte in 0..size {
                let (word, shift) = ((self.start + at(self.strides) + byte) / 8, (self.start + at(self.strides) + byte) % 8);
                let mut bytes = self.memory[word].to_ne_bytes();
                if to_memory {
                    bytes[shift] = self.array.bytes()[at(from) + byte];
                } else {
                    self.array.bytes_mut()[at(from) + byte] = bytes[shift];
                    bytes[shift] = GUARD;
                }
                self.memory[word] = u64::from_ne_bytes(bytes);
            }
        }
    }
    pub fn view(&mut self) -> View {
        let origin: usize = (0..3).map(|a| self.array.origin()[a] as usize * self.strides[a]).sum();
        let address = self.memory.as_mut_ptr() as u64 + (self.start + origin) as u64;
        let (low, high) = self.array.range(Axis::K);
        View { address, strides: self.strides.map(|s| s as i64), levels: (low, high - 1), data: [0; 4] }
    }
    /// The array as it is now; fails if anything beside it was written.
    pub fn finish(mut self) -> Array {
        self.copy(false);
        assert!(self.memory.iter().all(|word| word.to_ne_bytes() == [GUARD; 8]), "a store outside the array");
        self.array
    }
}

/// Runs a kernel on arrays, one for each container that is not private, whose number of launches is split in two where parallel.
pub fn run(kernel: &Kernel, domain: Domain, scalars: &[Value], arrays: Vec<(FieldId, Array)>, gap: bool) -> Vec<Array> {
    let mut frame = kernel.frame(domain);
    for (n, value) in scalars.iter().enumerate() {
        frame.set_scalar(ScalarId(n as u32), *value);
    }
    let mut guarded: Vec<(FieldId, Guarded)> = arrays.into_iter().map(|(id, a)| (id, Guarded::new(a, gap))).collect();
    for (id, memory) in &mut guarded {
        frame.set_field(*id, memory.view());
    }
    let launches = kernel.launches().len();
    kernel.prepare(&frame).unwrap_or_else(|e| panic!("{e:?}"));
    let code: Vec<_> = (0..launches).map(|n| kernel.code_of(LaunchId(n as u32), &frame)).collect();
    assert!(!gap || (0..launches).all(|n| kernel.has_strided(LaunchId(n as u32))));
    let (plan, _) = Plan::of(kernel.graph());
    steps(kernel, &plan.body, &code, (&mut frame, scalars), [0; 3]);
    guarded.into_iter().map(|(_, memory)| memory.finish()).collect()
}

fn steps(kernel: &Kernel, body: &Body, code: &[LaunchCode<'_>], (frame, scalars): (&mut Frame, &[Value]), around: [i64; 3]) {
    let (domain, size) = (frame.domain(), |scalar: ScalarId| scalars[scalar.index()].as_i64());
    for step in &body.steps {
        match &step.work {
            Work::Launch(id) => {
                let launch = kernel.launch(*id);
                let all = launch.steps(domain, around, size);
                let count = if launch.division == Division::Whole { 1 } else { 2 };
                let graph = Graph::default();
                let mut parts: Vec<(i64, i64)> = (0..count).map(|n| all.part(n, count)).collect();
                if launch.division == Division::Descending {
                    parts.reverse();
                }
                let mut scratch = vec![[0x5A5A_5A5A_u64; 8]; kernel.scratch_bytes(domain) / 64 + 1];
                let (sink, mut excerpt) = (Sink::new(&graph, launch), Excerpt::default());
                excerpt.fill(frame, launch, &sink);
                for part in parts {
                    let bytes = scratch.as_flattened_mut();
                    // SAFETY: the frame's views are of arrays that cover the domain and every extent that the tests read.
                    unsafe { code[id.index()].run(&excerpt, part, as_bytes(bytes)) };
                }
            }
            Work::Sweep { over, backward, body } => {
                let mut inside = around;
                for position in over.steps(domain, around, size).each(*backward) {
                    inside[over.axis.index()] = position;
                    frame.set_position(over.axis, position);
                    steps(kernel, body, code, (&mut *frame, scalars), inside);
                }
                frame.set_position(over.axis, around[over.axis.index()]);
            }
            other => panic!("not in these tests: {other:?}"),
        }
    }
}

fn as_bytes(words: &mut [u64]) -> &mut [u8] {
    // SAFETY: any initialized memory is bytes; the length is the same memory's.
    unsafe { std::slice::from_raw_parts_mut(words.as_mut_ptr().cast(), size_of_val(words)) }
}
