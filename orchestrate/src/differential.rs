//! One input, every executor: interpreter, graph interpreter and compiled code, compared to the bit.

use crate::call::{Argument, CallOptions};
use crate::compiled::Compiled;
use crate::error::Error;
use crate::guard::{Flush, Guarded};
use crate::signature::Position;
use crate::view::ArrayView;
use tradewind_ir::array::each;
use tradewind_ir::{Array, Axis, DType, Domain, Value};

/// How compiled code meets its arrays: the order of axes from the fastest on, the side that is flush against an inaccessible
/// page, and the number of threads.
const MEETINGS: [([Axis; 3], Flush, usize); 4] = [
    ([Axis::I, Axis::J, Axis::K], Flush::High, 1),
    ([Axis::I, Axis::J, Axis::K], Flush::Low, 2),
    ([Axis::K, Axis::J, Axis::I], Flush::High, 2),
    ([Axis::J, Axis::I, Axis::K], Flush::Low, 1),
];

/// Where an executor first disagreed with the interpreter.
#[derive(Clone, Debug)]
pub struct Disagreement {
    /// Which executor, and how it was run.
    pub executor: String,
    pub field: String,
    /// Relative to the start of the domain.
    pub point: [i64; 3],
    pub expected: Value,
    pub found: Value,
    /// How many elements of all fields differ.
    pub count: usize,
}

impl std::fmt::Display for Disagreement {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Disagreement { executor, field, point, expected, found, count } = self;
        let [i, j, k] = point;
        write!(
            f,
            "{executor}: `{field}` at ({i}, {j}, {k}) is {found:?}, the interpreter says {expected:?} ({count} elements differ)"
        )
    }
}

/// Random input for a compiled program on a domain: exactly the halo that its signature asks for.
pub fn random_input(compiled: &Compiled, domain: Domain, seed: u64) -> (Vec<Array>, Vec<Value>) {
    let mut random = Random::new(seed);
    let signature = compiled.signature();
    let mut arrays = Vec::new();
    for field in &signature.fields {
        let mut array = Array::zeros(field.dtype, field.axes, domain, field.halo);
        for point in each(array.points()) {
            array.set(point, random.value(field.dtype));
        }
        arrays.push(array);
    }
    let scalars = signature.scalars.iter().map(|s| random.value(s.dtype)).collect();
    (arrays, scalars)
}

/// Runs a compiled program on an input through every executor.
///
/// # Errors
/// The first executor that does not agree with the interpreter on every element, halo included; or an error while running.
pub fn compare(
    compiled: &Compiled,
    domain: Domain,
    arrays: &[Array],
    scalars: &[Value],
) -> Result<Option<Disagreement>, Error> {
    let stages = compiled.stages();
    let failed = |d| Error::Source { sources: compiled.sources(), diagnostics: vec![d] };
    let mut expected = arrays.to_vec();
    let options = tradewind_ir::interpret::Options::default();
    tradewind_ir::interpret::run_program(&stages.program, domain, &mut expected, scalars, options).map_err(failed)?;
    let names: Vec<&str> = compiled.signature().fields.iter().map(|f| f.name.as_str()).collect();
    for descending in [false, true] {
        let mut found = arrays.to_vec();
        let options = tradewind_dataflow::interpret::Options { descending, ..Default::default() };
        tradewind_dataflow::interpret::run(&stages.graph, domain, &mut found, scalars, options).map_err(failed)?;
        if let Some(d) = difference("graph interpreter", &names, &expected, &found) {
            return Ok(Some(d));
        }
    }
    for (order, flush, threads) in MEETINGS {
        let found = run_guarded(compiled, domain, arrays, scalars, order, flush, threads)?;
        let [a, b, c] = order;
        let executor = format!("machine code ({a} fastest, then {b}, {c}; {threads} threads)");
        if let Some(d) = difference(&executor, &names, &expected, &found) {
            return Ok(Some(d));
        }
    }
    Ok(None)
}

fn difference(executor: &str, names: &[&str], expected: &[Array], found: &[Array]) -> Option<Disagreement> {
    let mut first: Option<Disagreement> = None;
    for ((name, expected), found) in names.iter().zip(expected).zip(found) {
        for point in each(expected.points()) {
            let (Some(e), Some(f)) = (expected.get(point), found.get(point)) else { continue };
            if e == f {
                continue;
            }
            let here =
                || Disagreement { executor: executor.into(), field: name.to_string(), point, expected: e, found: f, count: 0 };
            first.get_or_insert_with(here).count += 1;
        }
    }
    first
}

/// Runs compiled code on copies of the arrays between inaccessible pages.
fn run_guarded(
    compiled: &Compiled,
    domain: Domain,
    arrays: &[Array],
    scalars: &[Value],
    order: [Axis; 3],
    flush: Flush,
    threads: usize,
) -> Result<Vec<Array>, Error> {
    let mut memory = Vec::new();
    for array in arrays {
        memory.push(GuardedArray::new(array, order, flush).map_err(|e| Error::File(format!("cannot map memory: {e}")))?);
    }
    let signature = compiled.signature();
    let mut views: Vec<Option<ArrayView>> = memory.iter_mut().map(|m| Some(m.view())).collect();
    let argument = |p: &Position| match *p {
        Position::Field(n) => views[n].take().map(Argument::Field),
        Position::Scalar(n) => Some(Argument::Scalar(scalars[n])),
    };
    let call: Vec<Argument> = signature.params.iter().filter_map(argument).collect();
    let options = CallOptions { domain: Some(domain), threads: Some(threads), ..CallOptions::default() };
    compiled.call(&call, &options)?;
    drop(call);
    Ok(memory.iter().zip(arrays).map(|(m, like)| m.read(like)).collect())
}

/// An array without any padding, between inaccessible pages.
struct GuardedArray {
    memory: Guarded,
    dtype: DType,
    shape: Vec<usize>,
    /// Bytes, one entry per axis that the array has.
    strides: Vec<usize>,
}

impl GuardedArray {
    fn new(array: &Array, order: [Axis; 3], flush: Flush) -> std::io::Result<GuardedArray> {
        let axes = array.axes();
        let mut strides = [0; 3];
        let mut bytes = array.dtype().size();
        for axis in order.into_iter().filter(|a| axes.has(*a)) {
            strides[axis.index()] = bytes;
            bytes *= array.shape()[axis.index()];
        }
        let pick = |sizes: [usize; 3]| axes.iter().map(|a| sizes[a.index()]).collect();
        let memory = Guarded::new(bytes, flush)?;
        let (shape, strides) = (pick(array.shape()), pick(strides));
        let mut guarded = GuardedArray { memory, dtype: array.dtype(), shape, strides };
        for point in each(array.points()) {
            let (at, size) = (guarded.position(array, point), guarded.dtype.size());
            let bits = array.get(point).map_or(0, Value::bits).to_le_bytes();
            guarded.memory.bytes_mut()[at..at + size].copy_from_slice(&bits[..size]);
        }
        Ok(guarded)
    }
    fn position(&self, like: &Array, point: [i64; 3]) -> usize {
        let index = |a: Axis| (point[a.index()] + like.origin()[a.index()]) as usize;
        like.axes().iter().zip(&self.strides).map(|(a, stride)| index(a) * stride).sum()
    }
    fn view(&mut self) -> ArrayView<'_> {
        let strides: Vec<isize> = self.strides.iter().map(|s| *s as isize).collect();
        // SAFETY: the memory is borrowed exclusively and was sized for this shape and these strides.
        unsafe { ArrayView::from_raw(self.memory.start(), self.dtype, &self.shape, &strides, true) }
    }
    fn read(&self, like: &Array) -> Array {
        let mut array = like.clone();
        for point in each(like.points()) {
            let (at, size) = (self.position(like, point), self.dtype.size());
            let mut bits = [0; 8];
            bits[..size].copy_from_slice(&self.memory.bytes()[at..at + size]);
            array.set(point, Value::from_bits(self.dtype, u64::from_le_bytes(bits)));
        }
        array
    }
}

/// A small generator (xorshift64*) whose numbers are the same on every machine.
pub struct Random(u64);

impl Random {
    /// The generator with a seed.
    pub fn new(seed: u64) -> Random {
        Random((seed ^ 0x9e37_79b9_7f4a_7c15).max(1))
    }
    /// A number below `n`, which is not zero.
    pub fn below(&mut self, n: usize) -> usize {
        (self.next() >> 33) as usize % n
    }
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }
    /// Floats between 0.5 and 2, one in eight negative; integers from -4 to 11.
    fn value(&mut self, dtype: DType) -> Value {
        let bits = self.next();
        let unit = (bits >> 11) as f64 / (1u64 << 53) as f64;
        match dtype {
            DType::Bool => Value::Bool(bits >> 63 != 0),
            DType::F32 | DType::F64 => {
                let sign = if bits & 7 == 0 { -1.0 } else { 1.0 };
                Value::F64(sign * (0.5 + 1.5 * unit)).cast(dtype)
            }
            _ => Value::I64((bits >> 60) as i64 - 4).cast(dtype),
        }
    }
}
