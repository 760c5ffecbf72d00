//! One input, every executor: interpreter, graph interpreter and compiled code, compared to the bit.

use crate::call_error::{CallError, CallErrorKind};
use crate::compiled::Compiled;
use crate::error::Error;
use crate::guard::{Flush, Guarded};
use crate::placement::CallOptions;
use crate::signature::{FieldInfo, Signature};
use crate::view::ArrayView;
use tradewind_ir::array::each;
use tradewind_ir::diagnostic::render;
use tradewind_ir::memory;
use tradewind_ir::stencil::data_indexes;
use tradewind_ir::{Array, Axis, Code, DType, Diagnostic, Domain, Value};

/// How compiled code finds its arrays.
#[derive(Clone, Copy)]
struct Arrangement {
    /// The order of axes, from the fastest on: of the first array, the third and so on, and of the others.
    orders: [[Axis; 3]; 2],
    /// The side that is flush against an inaccessible page.
    flush: Flush,
    threads: usize,
}

const IJK: [Axis; 3] = [Axis::I, Axis::J, Axis::K];
const KJI: [Axis; 3] = [Axis::K, Axis::J, Axis::I];
const JIK: [Axis; 3] = [Axis::J, Axis::I, Axis::K];

const ARRANGEMENTS: [Arrangement; 5] = [
    Arrangement { orders: [IJK, IJK], flush: Flush::High, threads: 1 },
    Arrangement { orders: [IJK, IJK], flush: Flush::Low, threads: 2 },
    Arrangement { orders: [IJK, KJI], flush: Flush::Low, threads: 2 },
    Arrangement { orders: [KJI, KJI], flush: Flush::High, threads: 2 },
    Arrangement { orders: [JIK, JIK], flush: Flush::Low, threads: 1 },
];

/// Of these, so many from the first on are for steps in a random order.
const IN_RANDOM_ORDER: usize = 2;

impl std::fmt::Display for Arrangement {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let [a, b] = self.orders.map(|[a, b, c]| format!("{a} fastest, then {b}, {c}"));
        let orders = if a == b { a } else { format!("by turns {a}, and {b}") };
        write!(f, "{orders}; {} threads", self.threads)
    }
}

/// Where an executor first disagreed with the interpreter.
#[derive(Clone, Debug)]
pub struct Disagreement {
    /// Which executor, and how it was run.
    pub executor: String,
    pub difference: Difference,
}

/// In what an executor disagrees.
#[derive(Clone, Debug)]
pub enum Difference {
    /// In an element.
    Element {
        field: String,
        /// Relative to the start of the domain.
        point: [i64; 3],
        expected: Value,
        found: Value,
        /// How many elements of all fields differ.
        count: usize,
    },
    /// In how the run ends: the error, or nothing if there is none.
    Outcome { expected: Option<String>, found: Option<String> },
}

impl std::fmt::Display for Disagreement {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let executor = &self.executor;
        match &self.difference {
            Difference::Element { field, point: [i, j, k], expected, found, count } => write!(
                f,
                "{executor}: `{field}` at ({i}, {j}, {k}) is {found:?}, and {expected:?} in the interpreter ({count} \
                 elements differ)"
            ),
            Difference::Outcome { expected, found } => {
                let text = |outcome: &Option<String>| outcome.clone().unwrap_or("no error".to_string());
                write!(f, "{executor} ends with {}\nthe interpreter with {}", text(found), text(expected))
            }
        }
    }
}

/// Whether there is memory for the arguments of a program on a domain, and for its own fields.
///
/// # Errors
/// There is not.
pub fn check_memory(compiled: &Compiled, domain: Domain) -> Result<(), Error> {
    let (own, bytes) = compiled.memory(domain);
    let of = |f: &FieldInfo| memory::bytes(f.dtype.size() * f.components() as usize, f.axes, domain, f.halo);
    let fields = &compiled.signature().fields;
    Ok(memory::check(own + fields.len(), bytes + fields.iter().map(of).sum::<f64>()).map_err(CallError::from)?)
}

/// Random arguments for a signature on a domain: exactly the halo that it asks for. There must be memory for them, see
/// [`check_memory`].
pub fn random_input(signature: &Signature, domain: Domain, seed: u64) -> (Vec<Array>, Vec<Value>) {
    let mut random = Random::new(seed);
    let mut arrays = Vec::new();
    for field in &signature.fields {
        let mut array = Array::zeros(field.dtype, field.axes, field.components(), domain, field.halo);
        for (component, point) in elements(&array) {
            array.set(point, component, random.value(field.dtype));
        }
        arrays.push(array);
    }
    let scalars = signature.scalars.iter().map(|s| random.value(s.dtype)).collect();
    (arrays, scalars)
}

/// Runs a compiled program on an input through every executor.
///
/// The first executor that does not agree with the interpreter on every element, halo included, or on the error of the program:
/// a data-dependent index that does not exist, a part of the domain that does not fit, a step of zero.
///
/// # Errors
/// Any other error while running.
pub fn compare(
    compiled: &Compiled,
    domain: Domain,
    arrays: &[Array],
    scalars: &[Value],
) -> Result<Option<Disagreement>, Error> {
    let (fields, bytes) = compiled.memory(domain);
    let given: f64 = arrays.iter().map(|array| array.bytes().len() as f64).sum();
    memory::check(fields + 3 * arrays.len(), 2.0 * bytes + 2.0 * given).map_err(CallError::from)?;
    let stages = compiled.stages();
    let failed = |d| Error::Source { sources: compiled.sources(), diagnostics: vec![d] };
    let mut expected = arrays.to_vec();
    let options = tradewind_ir::interpret::Options::default();
    let outcome = tradewind_ir::interpret::run_program(&stages.rounded, domain, &mut expected, scalars, options);
    let of_program = [Code::INDEX_OUTSIDE, Code::CALL_DOMAIN, Code::DOMAIN_TOO_SMALL, Code::PROGRAM_LOOP];
    if let Err(found) = &outcome
        && !of_program.contains(&found.code)
    {
        return Err(failed(found.clone()));
    }
    let said = |d: &Diagnostic| render(&compiled.sources(), std::slice::from_ref(d), false).trim_end().to_string();
    let outcome = outcome.err().map(|d| said(&d));
    let names: Vec<&str> = compiled.signature().fields.iter().map(|f| f.name.as_str()).collect();
    // The graph's steps as they come, and in another order that its edges allow.
    let mut random = Random::new(arrays.len() as u64 + 1);
    let reordered = compiled.reordered(&mut |steps| random.below(steps))?;
    for (compiled, order) in [(compiled, ""), (&reordered, ", steps in a random order")] {
        for descending in [false, true] {
            let mut found = arrays.to_vec();
            let options = tradewind_dataflow::interpret::Options { descending, ..Default::default() };
            let ended = tradewind_dataflow::interpret::run(&compiled.stages().graph, domain, &mut found, scalars, options);
            let (ended, executor) = (ended.err().map(|d| said(&d)), format!("graph interpreter{order}"));
            if let Some(d) = disagreement(&executor, &names, (&outcome, &expected), (&ended, &found)) {
                return Ok(Some(d));
            }
        }
        let last = if order.is_empty() { ARRANGEMENTS.len() } else { IN_RANDOM_ORDER };
        for arrangement in &ARRANGEMENTS[..last] {
            let (ended, found) = run_guarded(compiled, domain, arrays, scalars, *arrangement)?;
            let executor = format!("machine code{order} ({arrangement})");
            if let Some(d) = disagreement(&executor, &names, (&outcome, &expected), (&ended, &found)) {
                return Ok(Some(d));
            }
        }
    }
    Ok(None)
}

/// How a run ended, and what the arguments hold then.
type Ended<'a> = (&'a Option<String>, &'a [Array]);

/// A failed run may have stopped early: what its arguments hold is not compared.
fn disagreement(executor: &str, names: &[&str], expected: Ended, found: Ended) -> Option<Disagreement> {
    let difference = match (expected.0, found.0) {
        (None, None) => elements_that_differ(names, expected.1, found.1)?,
        (a, b) if a == b => return None,
        (a, b) => Difference::Outcome { expected: a.clone(), found: b.clone() },
    };
    Some(Disagreement { executor: executor.to_string(), difference })
}

/// The first element that differs, and how many do.
fn elements_that_differ(names: &[&str], expected: &[Array], found: &[Array]) -> Option<Difference> {
    let mut first: Option<Difference> = None;
    for ((name, expected), found) in names.iter().zip(expected).zip(found) {
        for (component, point) in elements(expected) {
            let (Some(e), Some(f)) = (expected.get(point, component), found.get(point, component)) else { continue };
            if e == f {
                continue;
            }
            let field = if expected.components() > 1 { format!("{name}{{{component}}}") } else { name.to_string() };
            let here = || Difference::Element { field, point, expected: e, found: f, count: 0 };
            if let Difference::Element { count, .. } = first.get_or_insert_with(here) {
                *count += 1;
            }
        }
    }
    first
}

/// The components and points of an array.
fn elements(array: &Array) -> impl Iterator<Item = (u32, [i64; 3])> + use<> {
    let (points, components) = (array.points(), array.components());
    (0..components).flat_map(move |component| each(points).map(move |point| (component, point)))
}

/// Runs compiled code on copies of the arrays between inaccessible pages.
fn run_guarded(
    compiled: &Compiled,
    domain: Domain,
    arrays: &[Array],
    scalars: &[Value],
    Arrangement { orders, flush, threads }: Arrangement,
) -> Result<(Option<String>, Vec<Array>), Error> {
    let mut memory = Vec::new();
    for ((array, field), order) in arrays.iter().zip(&compiled.signature().fields).zip(orders.into_iter().cycle()) {
        memory.push(
            GuardedArray::new(array, &field.data, order, flush).map_err(|e| Error::File(format!("cannot map memory: {e}")))?,
        );
    }
    let call = compiled.signature().in_order(memory.iter_mut().map(|m| m.view()).collect(), scalars);
    let options = CallOptions { domain: Some(domain), threads: Some(threads), ..CallOptions::default() };
    let ended = match compiled.call(&call, &options) {
        Err(error) if matches!(error.kind, CallErrorKind::Index | CallErrorKind::Value) => Some(error.message),
        other => other.map(|()| None)?,
    };
    drop(call);
    Ok((ended, memory.iter().zip(arrays).map(|(m, like)| m.read(like)).collect()))
}

/// An array without any padding, between inaccessible pages.
struct GuardedArray {
    memory: Guarded,
    dtype: DType,
    shape: Vec<usize>,
    /// Bytes, one entry per axis that the array has, then one for each data dimension.
    strides: Vec<usize>,
    data: Vec<u32>,
}

impl GuardedArray {
    /// The array's elements in the order given; the first data dimension runs faster than the axes where I does not run fastest,
    /// and all others slower.
    fn new(array: &Array, data: &[u32], order: [Axis; 3], flush: Flush) -> std::io::Result<GuardedArray> {
        let axes = array.axes();
        let (mut strides, mut inner) = ([0; 3], vec![0; data.len()]);
        let mut bytes = array.dtype().size();
        let mut dimension = |n: usize, bytes: &mut usize| {
            inner[n] = *bytes;
            *bytes *= data[n] as usize;
        };
        let early = usize::from(order[0] != Axis::I).min(data.len());
        (0..early).for_each(|n| dimension(n, &mut bytes));
        for axis in order.into_iter().filter(|a| axes.has(*a)) {
            strides[axis.index()] = bytes;
            bytes *= array.shape()[axis.index()];
        }
        (early..data.len()).for_each(|n| dimension(n, &mut bytes));
        let pick = |sizes: [usize; 3]| -> Vec<usize> { axes.iter().map(|a| sizes[a.index()]).collect() };
        let memory = Guarded::new(bytes, flush)?;
        let shape = pick(array.shape()).into_iter().chain(data.iter().map(|size| *size as usize)).collect();
        let strides = pick(strides).into_iter().chain(inner).collect();
        let mut guarded = GuardedArray { memory, dtype: array.dtype(), shape, strides, data: data.to_vec() };
        for (component, point) in elements(array) {
            let (at, size) = (guarded.position(array, point, component), guarded.dtype.size());
            let bits = array.get(point, component).map_or(0, Value::bits).to_le_bytes();
            guarded.memory.bytes_mut()[at..at + size].copy_from_slice(&bits[..size]);
        }
        Ok(guarded)
    }
    fn position(&self, like: &Array, point: [i64; 3], component: u32) -> usize {
        let along_axes = like.axes().iter().map(|a| (point[a.index()] + like.origin()[a.index()]) as usize);
        let along_data = data_indexes(component, &self.data).into_iter().map(|n| n as usize);
        along_axes.chain(along_data).zip(&self.strides).map(|(index, stride)| index * stride).sum()
    }
    fn view(&mut self) -> ArrayView<'_> {
        let strides: Vec<isize> = self.strides.iter().map(|s| *s as isize).collect();
        // SAFETY: the memory is borrowed exclusively and was sized for this shape and these strides.
        unsafe { ArrayView::from_raw(self.memory.start(), self.dtype, &self.shape, &strides, true) }
    }
    fn read(&self, like: &Array) -> Array {
        let mut array = like.clone();
        for (component, point) in elements(like) {
            let (at, size) = (self.position(like, point, component), self.dtype.size());
            let mut bits = [0; 8];
            bits[..size].copy_from_slice(&self.memory.bytes()[at..at + size]);
            array.set(point, component, Value::from_bits(self.dtype, u64::from_le_bytes(bits)));
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
