//! What is known of scalars and fields at a step of a program.

use crate::analyzed::Analyzed;
use std::collections::BTreeMap;
use tradewind_ir::ids::Id;
use tradewind_ir::written::Block;
use tradewind_ir::{Expr, ExprKind, FieldId, IdVec, Lifetime, ScalarId, ScalarKind, Value};

/// A scalar or a field.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(super) enum Name {
    Scalar(ScalarId),
    Field(FieldId),
}

/// What is known of one of them.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) enum Fact {
    /// Of a field: nothing.
    Unknown,
    /// A scalar holds this.
    Constant(Value),
    /// A scalar holds what the scalar `of` got when the number was given.
    Copy { of: ScalarId, number: u32 },
    /// All points of a box of a field hold this.
    Filled { value: Value, block: Block },
}

/// What some steps changed, by what they changed.
pub(super) type Changes = BTreeMap<Name, Fact>;

/// What is known of all of them.
pub(super) struct Facts {
    scalars: IdVec<ScalarId, Fact>,
    fields: IdVec<FieldId, Fact>,
    /// What was known before each change.
    log: Vec<(Name, Fact)>,
    /// How many numbers were given.
    numbers: u32,
    min: [i64; 3],
}

impl Facts {
    /// At the start of a program its own fields and variables hold zeros. What arguments hold is not known.
    pub fn at_start(of: &Analyzed) -> Facts {
        let field = |f: &tradewind_ir::ProgramField| match f.lifetime {
            Lifetime::Argument => Fact::Unknown,
            Lifetime::Transient => Fact::Filled { value: Value::zero(f.dtype), block: Block::ALL },
        };
        let scalar = |(id, s): (ScalarId, &tradewind_ir::ProgramScalar)| match s.kind {
            ScalarKind::Argument => Fact::Copy { of: id, number: id.index() as u32 },
            ScalarKind::Variable => Fact::Constant(Value::zero(s.dtype)),
        };
        let program = &of.program;
        let (scalars, fields) = (program.scalars.iter().map(scalar).collect(), program.fields.values().map(field).collect());
        Facts { scalars, fields, log: Vec::new(), numbers: program.scalars.len() as u32, min: of.min_size }
    }

    pub fn of(&self, name: Name) -> Fact {
        match name {
            Name::Scalar(id) => self.scalars[id],
            Name::Field(id) => self.fields[id],
        }
    }

    pub fn set(&mut self, name: Name, fact: Fact) {
        let place = match name {
            Name::Scalar(id) => &mut self.scalars[id],
            Name::Field(id) => &mut self.fields[id],
        };
        self.log.push((name, std::mem::replace(place, fact)));
    }

    /// From here on it holds something that is not known.
    pub fn forget(&mut self, name: Name) {
        let fact = match name {
            Name::Scalar(of) => {
                self.numbers += 1;
                Fact::Copy { of, number: self.numbers }
            }
            Name::Field(_) => Fact::Unknown,
        };
        self.set(name, fact);
    }

    /// A value is assigned to a scalar.
    pub fn assign(&mut self, scalar: ScalarId, value: &Expr) {
        match value.kind {
            ExprKind::Literal(value) => self.set(Name::Scalar(scalar), Fact::Constant(value)),
            ExprKind::Scalar(from) => self.set(Name::Scalar(scalar), self.scalars[from]),
            _ => self.forget(Name::Scalar(scalar)),
        }
    }

    /// What a scalar is instead: a constant, or another scalar that holds the same.
    pub fn known(&self, expr: &Expr) -> Option<ExprKind> {
        let ExprKind::Scalar(id) = expr.kind else { return None };
        match *self.scalars.get(id)? {
            Fact::Constant(value) => Some(ExprKind::Literal(value)),
            fact @ Fact::Copy { of, .. } if of != id && self.scalars[of] == fact => Some(ExprKind::Scalar(of)),
            _ => None,
        }
    }

    /// A point in the log.
    pub fn mark(&self) -> usize {
        self.log.len()
    }

    /// Takes back all changes since a mark, and says what they were.
    pub fn take_back(&mut self, mark: usize) -> Changes {
        let mut changes = Changes::new();
        while self.log.len() > mark
            && let Some((name, before)) = self.log.pop()
        {
            changes.entry(name).or_insert(self.of(name));
            match name {
                Name::Scalar(id) => self.scalars[id] = before,
                Name::Field(id) => self.fields[id] = before,
            }
        }
        changes
    }

    /// Two ways meet: what holds at the end of both.
    pub fn join(&mut self, one: &Changes, other: &Changes) {
        for name in one.keys().chain(other.keys().filter(|name| !one.contains_key(name))) {
            let of = |changes: &Changes| changes.get(name).copied().unwrap_or(self.of(*name));
            match (of(one), of(other)) {
                (a, b) if a == b => self.set(*name, a),
                (Fact::Filled { value, block: a }, Fact::Filled { value: same, block: b })
                    if value == same && a.meets(b, self.min) =>
                {
                    self.set(*name, Fact::Filled { value, block: a.and(b) });
                }
                _ => self.forget(*name),
            }
        }
    }
}
