//! Equality saturation on the expressions of tasklets.
//!
//! The pass splits code into chunks of straight-line instructions (the parts of a loop are separate chunks). Each chunk becomes
//! an e-graph; values from outside the chunk are its leaves. The cheapest equal code replaces the chunk, if it is cheaper.
//! Chunks are short enough that the time is linear in the length of the code. Value numbering finds equal operations of
//! different chunks.

mod chunk;
mod term;

use crate::code::{Carried, CheckId, Inst, Op, Rename, TaskletCode, ValueId};
use crate::connect::{Edit, edit};
use crate::graph::{Graph, Node};
use crate::memlet::code_effects;
use crate::numbering::Numbering;
use std::collections::{HashMap, HashSet};
use std::hash::Hash;
use tradewind_ir::pass::Pass;
use tradewind_ir::{DType, Diagnostic, FieldId, ScalarId, Value};

/// The pass `simplify`.
pub struct Simplify;

impl Pass<Graph> for Simplify {
    fn name(&self) -> &'static str {
        "simplify"
    }
    fn doc(&self) -> &'static str {
        "rewrite the expressions of tasklets into cheaper ones that give the same bits, by equality saturation"
    }
    fn run(&self, graph: &mut Graph) -> Result<usize, Vec<Diagnostic>> {
        let mut changes = 0;
        let mut known = Known::new();
        edit(graph, &mut |node, fields| {
            let Node::Tasklet { code, .. } = node else { return Edit::Nothing };
            let better = simplified(code, &mut known);
            if better == *code {
                return Edit::Nothing;
            }
            changes += 1;
            let same = code_effects(code, fields) == code_effects(&better, fields);
            *code = better;
            if same { Edit::Inside } else { Edit::Effects }
        });
        Ok(changes)
    }
}

/// What was made of code, by its instructions and the types of its values.
type Known = HashMap<(Vec<Inst>, Vec<DType>), TaskletCode>;

/// [`simplify`], at once for code that differs from code seen before in nothing but the names of containers and scalars, as
/// that of a stencil called for several tracers does.
fn simplified(code: &TaskletCode, known: &mut Known) -> TaskletCode {
    let mut names = NumberedNames::default();
    let plain = code.renamed(&mut names);
    let key = (plain.body.clone(), plain.values.values().copied().collect());
    let better = known.entry(key).or_insert_with(|| simplify(&plain));
    better.renamed(&mut OriginalNames(&names))
}

/// What code refers to, numbered in the order in which it is met.
#[derive(Default)]
struct NumberedNames {
    fields: Numbers<FieldId>,
    scalars: Numbers<ScalarId>,
    checks: Numbers<CheckId>,
}

impl Rename for NumberedNames {
    fn field(&mut self, field: FieldId) -> FieldId {
        FieldId(self.fields.of(field))
    }
    fn scalar(&mut self, scalar: ScalarId) -> ScalarId {
        ScalarId(self.scalars.of(scalar))
    }
    fn check(&mut self, check: CheckId) -> CheckId {
        CheckId(self.checks.of(check))
    }
}

/// The names behind the numbers.
struct OriginalNames<'n>(&'n NumberedNames);

impl Rename for OriginalNames<'_> {
    fn field(&mut self, field: FieldId) -> FieldId {
        self.0.fields.all[field.0 as usize]
    }
    fn scalar(&mut self, scalar: ScalarId) -> ScalarId {
        self.0.scalars.all[scalar.0 as usize]
    }
    fn check(&mut self, check: CheckId) -> CheckId {
        self.0.checks.all[check.0 as usize]
    }
}

/// Things numbered in the order in which they were met.
struct Numbers<T> {
    all: Vec<T>,
    known: HashMap<T, u32>,
}

impl<T> Default for Numbers<T> {
    fn default() -> Self {
        Numbers { all: Vec::new(), known: HashMap::new() }
    }
}

impl<T: Copy + Eq + Hash> Numbers<T> {
    fn of(&mut self, it: T) -> u32 {
        *self.known.entry(it).or_insert_with(|| {
            self.all.push(it);
            self.all.len() as u32 - 1
        })
    }
}

/// Code that does the same at less cost.
pub fn simplify(code: &TaskletCode) -> TaskletCode {
    let mut writer =
        Writer { old: code, out: Numbering::new(), new: HashMap::new(), versions: HashMap::new(), constants: HashMap::new() };
    writer.body(&code.body, &[]);
    writer.out.code
}

/// Writes new code from old.
struct Writer<'c> {
    old: &'c TaskletCode,
    out: Numbering,
    /// The new values that stand for old ones.
    new: HashMap<ValueId, ValueId>,
    /// How often a container was stored to.
    versions: HashMap<FieldId, u32>,
    /// The new values that are constants.
    constants: HashMap<ValueId, Value>,
}

/// The values that are used behind a chunk.
struct Later<'l> {
    /// The last instruction of the block that uses each value.
    last: &'l HashMap<ValueId, usize>,
    /// Where the chunk ends.
    end: usize,
}

impl Later<'_> {
    fn contains(&self, value: ValueId) -> bool {
        self.last.get(&value).is_some_and(|at| *at >= self.end)
    }
}

/// At most so many instructions make an e-graph.
const CHUNK: usize = 160;

impl Writer<'_> {
    /// Writes the instructions of one block, of which `results` are used behind it.
    fn body(&mut self, insts: &[Inst], results: &[ValueId]) {
        let mut last = HashMap::new();
        for (at, inst) in insts.iter().enumerate() {
            last.extend(free_values(inst).into_iter().map(|v| (v, at)));
        }
        last.extend(results.iter().map(|v| (*v, usize::MAX)));
        for (n, chunk) in insts.chunks(CHUNK).enumerate() {
            let end = n * CHUNK + chunk.len();
            self.chunk(chunk, &Later { last: &last, end });
        }
    }

    /// The new value of an old one that has been written.
    fn value(&self, old: ValueId) -> ValueId {
        self.new.get(&old).copied().unwrap_or(old)
    }

    /// The value of an old value that is a constant.
    fn constant(&self, old: ValueId) -> Option<Value> {
        self.new.get(&old).and_then(|new| self.constants.get(new)).copied()
    }

    fn pure(&mut self, op: Op, dtype: DType) -> ValueId {
        let value = self.out.value(op, dtype, 0);
        if let Op::Const(constant) = op {
            self.constants.insert(value, constant);
        }
        value
    }

    fn load(&mut self, old: ValueId, op: Op) {
        if let Op::Load { field, .. } = op {
            let version = self.versions.get(&field).copied().unwrap_or(0);
            let op = op.map_operands(|v| self.value(v));
            let value = self.out.value(op, self.old.values[old], version);
            self.new.insert(old, value);
        }
    }

    /// A store or a check; none where its predicate never holds.
    fn effect(&mut self, inst: &Inst) {
        let mut inst = inst.map_values(&|v| self.value(v));
        if let Inst::Store { predicate, .. } | Inst::Check { predicate, .. } = &mut inst {
            match predicate.and_then(|p| self.constants.get(&p)) {
                Some(Value::Bool(false)) => return,
                Some(_) => *predicate = None,
                None => {}
            }
        }
        if let Inst::Store { field, .. } = inst {
            *self.versions.entry(field).or_default() += 1;
        }
        self.out.code.body.push(inst);
    }

    /// A loop whose operands from outside have been written.
    fn repeat(&mut self, carried: &[Carried], head: &[Inst], condition: ValueId, body: &[Inst]) {
        let stored = stores(head).chain(stores(body)).collect::<Vec<_>>();
        self.stored(&stored);
        let inits: Vec<ValueId> = carried.iter().map(|c| self.value(c.init)).collect();
        for c in carried {
            let param = self.out.code.values.push(self.old.values[c.param]);
            self.new.insert(c.param, param);
        }
        let before = self.out.enter();
        let nexts: Vec<ValueId> = carried.iter().map(|c| c.next).collect();
        let results: Vec<ValueId> = body.iter().flat_map(free_values).chain([condition]).chain(nexts.iter().copied()).collect();
        self.body(head, &results);
        let (condition, head) = (self.value(condition), self.out.take());
        self.body(body, &nexts);
        let round = |(c, init): (&Carried, ValueId)| Carried { param: self.value(c.param), init, next: self.value(c.next) };
        let carried = carried.iter().zip(inits).map(round).collect();
        let body = self.out.leave(before);
        self.out.code.body.push(Inst::While { carried, head, condition, body });
        self.stored(&stored);
    }

    fn stored(&mut self, fields: &[FieldId]) {
        fields.iter().for_each(|f| *self.versions.entry(*f).or_default() += 1);
    }
}

/// The containers that instructions store to.
fn stores(insts: &[Inst]) -> impl Iterator<Item = FieldId> {
    let mut fields = Vec::new();
    for inst in insts {
        inst.walk(&mut |inst| {
            if let Inst::Store { field, .. } = inst {
                fields.push(*field);
            }
        });
    }
    fields.into_iter()
}

/// The values that an instruction takes from outside itself.
fn free_values(inst: &Inst) -> Vec<ValueId> {
    let (mut used, mut defined) = (Vec::new(), HashSet::new());
    inst.walk(&mut |inst| {
        used.extend(inst.operands());
        match inst {
            Inst::Let(v, _) => defined.extend([*v]),
            Inst::While { carried, .. } => defined.extend(carried.iter().map(|c| c.param)),
            Inst::Store { .. } | Inst::Check { .. } => {}
        }
    });
    used.retain(|v| !defined.contains(v));
    used
}

#[cfg(test)]
mod tests;
