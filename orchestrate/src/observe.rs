//! The host's access to a running program: progress, the state of fields, callbacks.

use crate::call_error::{CallError, failure};
use crate::memory::{BoundField, Data};
use std::collections::HashMap;
use std::sync::Arc;
use tradewind_dataflow::Graph;
use tradewind_ir::array::each;
use tradewind_ir::ids::Id;
use tradewind_ir::{Axes, DType, Domain, Extent, Fills, Value};

/// Watches the outermost loop of a program.
pub trait Observer {
    /// Called before each iteration with the number done, and once after the last; `total` is how many there will be, unless
    /// the program leaves the loop early. `fields` shows the state between two.
    fn iteration(&mut self, done: i64, total: i64, fields: &FieldReader);
}

/// Watches nothing.
impl Observer for () {
    fn iteration(&mut self, _: i64, _: i64, _: &FieldReader) {}
}

/// The state of a program's fields in the middle of a run.
pub struct FieldReader<'a> {
    pub(crate) graph: &'a Graph,
    pub(crate) bound: &'a [Option<BoundField>],
}

impl FieldReader<'_> {
    /// The values of an argument or transient at all points of a domain, I fastest; those of the first element of its data
    /// dimensions. Nothing if there is no such field.
    pub fn values(&self, name: &str, domain: Domain) -> Option<Vec<f64>> {
        let (id, _) = self.graph.fields.iter().find(|(_, f)| f.name == name)?;
        let field = self.bound[id.index()]?;
        Some(each(domain.map(|n| (0, n))).filter_map(|point| field.get(point)).map(Value::as_f64).collect())
    }
}

/// A host function that a program calls by name.
pub type Callback = Arc<dyn Fn(&CallbackArguments) -> Result<(), String> + Send + Sync>;

/// Host functions by name.
#[derive(Clone, Default)]
pub struct Callbacks {
    functions: HashMap<String, Callback>,
}

/// What a callback gets.
pub struct CallbackArguments {
    pub domain: Domain,
    pub(crate) fields: Vec<Passed>,
    pub scalars: Vec<Value>,
    /// The points of the fields that the program expects it to write.
    pub fills: Fills,
}

/// A field that is passed to a callback.
pub(crate) struct Passed {
    /// Its name in the program.
    pub name: String,
    pub bound: BoundField,
    pub interfaces: Axes,
    pub halo: Extent,
}

/// A field's memory as a callback sees it. The element at point (i, j, k) relative to the domain's start is at
/// `base + i * strides[0] + j * strides[1] + k * strides[2]` bytes for `low <= point < high`.
#[derive(Clone, Copy, Debug)]
pub struct FieldMemory {
    pub base: *mut u8,
    pub dtype: DType,
    pub axes: Axes,
    /// The axes along which it lives at interfaces, one more than the domain has points.
    pub interfaces: Axes,
    pub strides: [isize; 3],
    pub low: [i64; 3],
    pub high: [i64; 3],
    /// The data dimensions.
    pub data: Data,
    /// How far beyond the domain the program uses the field, in points; an array that the caller passed may reach further.
    pub halo: Extent,
    /// Whether the callback may write.
    pub is_writable: bool,
}

impl Callbacks {
    /// Registers a function under the name that programs call it by.
    pub fn register(&mut self, name: &str, function: Callback) {
        self.functions.insert(name.to_string(), function);
    }
    pub(crate) fn call(&self, name: &str, arguments: &CallbackArguments) -> Result<(), CallError> {
        let function = self.functions.get(name);
        let function = function.ok_or_else(|| failure(format!("the program calls back `{name}`, which is not registered")))?;
        function(arguments).map_err(|e| failure(format!("callback `{name}`: {e}")))
    }
}

impl CallbackArguments {
    /// The names of the fields passed, in order.
    pub fn field_names(&self) -> impl Iterator<Item = &str> {
        self.fields.iter().map(|field| field.name.as_str())
    }
    /// The element of the `n`-th field at a point.
    pub fn get(&self, n: usize, point: [i64; 3]) -> Option<Value> {
        self.fields.get(n)?.bound.get(point)
    }
    /// Sets the element of the `n`-th field at a point, converting the value; says whether the field has the point and may be
    /// written.
    pub fn set(&self, n: usize, point: [i64; 3], value: Value) -> bool {
        self.fills.writes() && self.fields.get(n).is_some_and(|field| field.bound.set(point, value))
    }
    /// The memory of the `n`-th field, valid until the callback returns.
    pub fn memory(&self, n: usize) -> Option<FieldMemory> {
        let Passed { bound: BoundField { base, dtype, axes, strides, low, high, data }, interfaces, halo, .. } =
            *self.fields.get(n)?;
        Some(FieldMemory { base, dtype, axes, interfaces, strides, low, high, data, halo, is_writable: self.fills.writes() })
    }
}
