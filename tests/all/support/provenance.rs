//! An executor of schedule trees that computes versions instead of numbers.
//!
//! Each element holds a tag: a hash of the operation that wrote it and of the tags of all that it read. An element of an
//! argument begins with a tag of its own. So two elements have one tag only if they are computed in the same way from the same
//! versions, whatever numbers the arguments hold. A schedule is right if all arguments end with the tags of the naive schedule,
//! and if host functions and checks of indexes saw the same.
//!
//! - Iterations of a loop without an order run in several ones: see [`Order`]. No two of them write one element.
//! - Storage is that of the tree: a register, a plane, a window. An element that is overwritten there is gone. A temporary that is
//!   not set to zero begins with a tag of nothing.
//! - Nothing depends on data: a write under a condition makes a version of the condition, the new value and the old one. An access
//!   at a computed level or component reads, or writes, all elements that it may touch.
//! - What depends on positions and scalars alone is computed: loops and branches of the program, boxes.

mod machine;
mod memory;
mod point;
mod tag;

pub use machine::Order;

use machine::{Fault, Machine};
use memory::Memory;
use std::collections::BTreeSet;
use tag::{Map, Symbol, Tag};
use tradewind::differential::Random;
use tradewind::ir::{DType, Domain, Param, Scope, Value};
use tradewind::schedule::Tree;

/// What a program is run on: sizes, and values of its scalars. Fields need none.
#[derive(Clone, Debug)]
pub struct Input {
    pub domain: Domain,
    scalars: Vec<Value>,
}

impl Input {
    /// Scalars that are all different.
    pub fn new(tree: &Tree, domain: Domain, seed: u64) -> Input {
        let scalars = tree.params.iter().filter_map(|p| if let Param::Scalar(id) = p { Some(*id) } else { None });
        let value = |(n, dtype): (i64, DType)| match dtype {
            DType::Bool => Value::Bool((seed as i64 + n) % 2 == 0),
            DType::F32 | DType::F64 => Value::F64(0.3 * (seed % 7) as f64 + n as f64).cast(dtype),
            _ => Value::I64(1 + (seed as i64 % 3 + n) % 4).cast(dtype),
        };
        let scalars = (0..).zip(scalars.map(|id| tree.scalars[id].dtype)).map(value).collect();
        Input { domain, scalars }
    }
}

/// What is left after a run.
pub struct Versions {
    /// Of each argument the name, and point, component and version of its elements.
    arguments: Vec<(String, Vec<Element>)>,
    calls: Vec<Tag>,
    checks: BTreeSet<Tag>,
    /// The sum of all versions that statements wrote.
    written: u64,
}

/// What must be the same in two schedules.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Same {
    /// What the program leaves in its arguments, and what host functions and checks see.
    Results,
    /// All that statements write as well, also where nothing reads it. Schedules that do work twice, or leave it out, differ.
    Statements,
}

type Element = ([i64; 3], u32, Tag);

/// The versions that the naive schedule of a program leaves; nothing if the program ends with an error.
pub fn reference(naive: &Tree, input: &Input) -> Option<Versions> {
    match run(naive, input, Order::Ascending) {
        Ok(versions) => Some(versions),
        Err(Fault::Program(_)) => None,
        Err(Fault::Tree(message)) => panic!("the naive schedule: {message}\n{naive}"),
    }
}

/// Whether a schedule gives these versions in every order of its free iterations.
///
/// # Errors
/// The first difference.
pub fn confirm(expected: &Versions, tree: &Tree, input: &Input, same: Same) -> Result<(), String> {
    for order in [Order::Ascending, Order::Descending, Order::Shuffled(1), Order::Shuffled(2)] {
        let fail = |what: String| Err(format!("on {:?}, free iterations {order:?}: {what}", input.domain));
        match run(tree, input, order) {
            Ok(found) => {
                if let Some(what) = difference(expected, &found, same) {
                    return fail(what);
                }
            }
            Err(Fault::Program(message) | Fault::Tree(message)) => return fail(message),
        }
    }
    Ok(())
}

fn run(tree: &Tree, input: &Input, order: Order) -> Result<Versions, Fault> {
    let seed = if let Order::Shuffled(seed) = order { seed } else { 0 };
    let own = tree.fields.iter().filter(|(_, f)| f.scope != Scope::Temporary);
    let mut machine = Machine {
        tree,
        domain: input.domain,
        memory: own.map(|(id, f)| (id, Memory::of(f, input.domain))).collect(),
        scalars: tree.scalars.values().map(|s| Value::zero(s.dtype)).collect(),
        known: Map::default(),
        point: [0; 3],
        iteration: [].into(),
        free_loops: 0,
        guards: Vec::new(),
        checks: BTreeSet::new(),
        calls: Vec::new(),
        written: 0,
        order,
        random: Random::new(seed),
    };
    tree.fields.values().for_each(|f| {
        let zero = Value::zero(f.dtype);
        machine.known.insert(Symbol::Known(zero).tag(), zero);
    });
    let mut scalars = input.scalars.iter();
    for param in &tree.params {
        match param {
            Param::Scalar(id) => machine.scalars[*id] = scalars.next().copied().unwrap_or(Value::I64(0)),
            Param::Field(id) => {
                let Some(memory) = machine.memory.get_mut(id) else { continue };
                for (point, component) in memory.elements() {
                    let tag = Tag::of(("argument", &tree.fields[*id].name, point, component), &[]);
                    memory.cells.set(point, component, tag.into());
                }
            }
        }
    }
    machine.node(tree.root)?;
    let fields = tree.params.iter().filter_map(|p| if let Param::Field(id) = p { Some(*id) } else { None });
    let left = |memory: &Memory| -> Vec<Element> {
        let elements = memory.elements();
        elements.filter_map(|(point, component)| Some((point, component, memory.get(point, component)?))).collect()
    };
    let arguments = fields.filter_map(|id| Some((tree.fields[id].name.clone(), left(machine.memory.get(&id)?))));
    Ok(Versions { arguments: arguments.collect(), calls: machine.calls, checks: machine.checks, written: machine.written })
}

fn difference(expected: &Versions, found: &Versions, same: Same) -> Option<String> {
    for ((name, expected), (_, found)) in expected.arguments.iter().zip(&found.arguments) {
        let different = expected.iter().zip(found).filter(|(a, b)| a != b);
        if let Some(((point, component, _), _)) = different.clone().next() {
            let count = different.count();
            return Some(format!("`{name}` at {point:?}, component {component}, has another version ({count} elements do)"));
        }
    }
    let others = [
        (expected.calls != found.calls, "a host function sees other versions"),
        (expected.checks != found.checks, "other checks are made"),
        (same == Same::Statements && expected.written != found.written, "a statement writes other versions"),
    ];
    others.iter().find(|(differs, _)| *differs).map(|(_, what)| what.to_string())
}
