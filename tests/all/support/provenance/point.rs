//! Statements and expressions at one point, over tags.

use super::machine::{Fault, Machine};
use super::memory::Refused;
use super::tag::{Symbol, Tag};
use tradewind::ir::stencil::StmtKind;
use tradewind::ir::{Access, BinaryOp, Component, DType, Expr, ExprKind, KIndex, Stmt, Tile, UnaryOp, Value, eval};

/// How often a `while` runs whose condition depends on the arguments: each round is under the conditions of those before.
const ROUNDS: usize = 2;
/// More rounds than a `while` with a known condition takes.
const MOST_ROUNDS: usize = 100;

/// The elements that an access may touch: point and component.
enum Elements {
    One([i64; 3], u32),
    /// What decides which of them it is; for each of them the choice that leads there as well.
    OneOf(Tag, Vec<([i64; 3], u32, Tag)>),
}

impl Machine<'_> {
    /// Runs statements, one after another.
    pub fn stmts(&mut self, stmts: &[Stmt]) -> Result<(), Fault> {
        stmts.iter().try_for_each(|stmt| self.stmt(stmt))
    }

    fn stmt(&mut self, stmt: &Stmt) -> Result<(), Fault> {
        match &stmt.kind {
            StmtKind::Assign(assign) => {
                let value = self.eval(&assign.value)?;
                self.write(&assign.target, value)
            }
            StmtKind::Mask { condition, body } => {
                let condition = self.eval(condition)?;
                self.under(condition, |machine| machine.stmts(body))
            }
            StmtKind::While { condition, body } => self.repeat(condition, body),
            StmtKind::Check { access, guard } => {
                let guard = self.eval(guard)?;
                if guard.known_truth() != Some(false) {
                    let indexes = access.indexes().map(|e| self.eval(e).map(Symbol::tag)).collect::<Result<Vec<_>, _>>()?;
                    let place = ("check", stmt.span.start, self.point, Tag::of("index", &indexes));
                    self.checks.insert(Tag::of(place, &[&self.guards[..], &[guard.tag()]].concat()));
                }
                Ok(())
            }
            StmtKind::Restrict { .. } => Err(Fault::Tree("a leaf contains a `restrict`".to_string())),
        }
    }

    /// Does something where a condition holds.
    fn under(&mut self, condition: Symbol, inside: impl FnOnce(&mut Self) -> Result<(), Fault>) -> Result<(), Fault> {
        match condition.known_truth() {
            Some(false) => Ok(()),
            Some(true) => inside(self),
            None => {
                self.guards.push(condition.tag());
                let result = inside(self);
                self.guards.pop();
                result
            }
        }
    }

    fn repeat(&mut self, condition: &Expr, body: &[Stmt]) -> Result<(), Fault> {
        let (guards, mut unknown) = (self.guards.len(), 0);
        for _ in 0..MOST_ROUNDS {
            let holds = self.eval(condition)?;
            if holds.known_truth() == Some(false) || unknown == ROUNDS {
                break;
            }
            if holds.known_truth().is_none() {
                unknown += 1;
                self.guards.push(holds.tag());
            }
            self.stmts(body)?;
        }
        self.guards.truncate(guards);
        Ok(())
    }

    fn write(&mut self, target: &Access, value: Symbol) -> Result<(), Fault> {
        let new = value.tag();
        self.written = self.written.wrapping_add(new.0);
        if let Symbol::Known(known) = value {
            self.known.insert(new, known);
        }
        match self.elements(target)? {
            Elements::One(point, component) => self.set(target, point, component, |_| new),
            Elements::OneOf(choice, all) => all.into_iter().try_for_each(|(point, component, here)| {
                self.set(target, point, component, |old| Tag::select(Tag::of("is", &[choice, here]), new, old))
            }),
        }
    }

    /// Writes an element, under the conditions that hold.
    fn set(&mut self, target: &Access, point: [i64; 3], component: u32, new: impl FnOnce(Tag) -> Tag) -> Result<(), Fault> {
        let old = self.element(target, point, component)?;
        let new = self.guards.iter().rev().fold(new(old), |new, guard| Tag::select(*guard, new, old));
        let memory = self.memory.get_mut(&target.field);
        let written = memory.ok_or(Refused::Outside).and_then(|m| m.set(point, component, new, &self.iteration));
        written.map_err(|refused| match refused {
            Refused::Outside => self.outside(target, point),
            Refused::Race => {
                let name = &self.tree.fields[target.field].name;
                Fault::Tree(format!("two iterations of a loop without an order write `{name}` at {point:?}"))
            }
        })
    }

    fn read(&mut self, access: &Access) -> Result<Symbol, Fault> {
        match self.elements(access)? {
            Elements::One(point, component) => {
                let tag = self.element(access, point, component)?;
                Ok(self.known.get(&tag).map_or(Symbol::Tagged(tag), |value| Symbol::Known(*value)))
            }
            Elements::OneOf(choice, all) => {
                let mut parts = vec![choice];
                for (point, component, here) in all {
                    parts.extend([here, self.element(access, point, component)?]);
                }
                Ok(Symbol::Tagged(Tag::of("pick", &parts)))
            }
        }
    }

    fn element(&self, access: &Access, point: [i64; 3], component: u32) -> Result<Tag, Fault> {
        let memory = self.memory.get(&access.field);
        memory.and_then(|memory| memory.get(point, component)).ok_or_else(|| self.outside(access, point))
    }

    fn outside(&self, access: &Access, point: [i64; 3]) -> Fault {
        let name = &self.tree.fields[access.field].name;
        Fault::Tree(format!("`{name}` is accessed at {point:?}, where it has no element"))
    }

    fn elements(&mut self, access: &Access) -> Result<Elements, Fault> {
        let [i, j, k] = self.point;
        let at = |level| [i + i64::from(access.offset[0]), j + i64::from(access.offset[1]), level];
        if let (KIndex::Offset(offset), Component::Static(n)) = (&access.k, &access.component) {
            return Ok(Elements::One(at(k + i64::from(*offset)), *n));
        }
        let (level, levels) = self.levels(access)?;
        let (component, components) = self.components(access)?;
        let of = |n: u32| levels.iter().map(move |(level, key)| (at(*level), n, Tag::of(("element", n), &[*key])));
        let all: Vec<_> = components.into_iter().flat_map(of).collect();
        match all[..] {
            [(point, component, _)] => Ok(Elements::One(point, component)),
            _ => Ok(Elements::OneOf(Tag::of("choice", &[level, component]), all)),
        }
    }

    /// What decides the level of an access; the levels that it may be, each with the index that leads there.
    fn levels(&mut self, access: &Access) -> Result<(Tag, Vec<(i64, Tag)>), Fault> {
        let (index, from) = match &access.k {
            KIndex::Offset(offset) => return Ok((Tag(0), vec![(self.point[2] + i64::from(*offset), Tag(0))])),
            KIndex::Relative(index) => (index, self.point[2]),
            KIndex::Absolute(index) => (index, 0),
        };
        let index = self.eval(index)?;
        let (first, end) = self.memory.get(&access.field).map_or((0, 1), |memory| memory.levels());
        let levels = match index {
            Symbol::Known(n) => vec![(from.saturating_add(n.as_i64()).min(end - 1).max(first), Tag(0))],
            Symbol::Tagged(_) => (first..end).map(|level| (level, Tag((level - from) as u64))).collect(),
        };
        Ok((index.tag(), levels))
    }

    /// What decides the component of an access; the components that it may be.
    fn components(&mut self, access: &Access) -> Result<(Tag, Vec<u32>), Fault> {
        let count = self.tree.fields[access.field].components();
        let index = match &access.component {
            Component::Static(n) => return Ok((Tag(0), vec![*n])),
            Component::Computed(index) => self.eval(index)?,
        };
        let components = match index {
            Symbol::Known(n) => vec![n.as_i64().clamp(0, i64::from(count) - 1) as u32],
            Symbol::Tagged(_) => (0..count).collect(),
        };
        Ok((index.tag(), components))
    }

    /// The value of an expression at the current point.
    fn eval(&mut self, e: &Expr) -> Result<Symbol, Fault> {
        let position = |n: i64| Symbol::Known(Value::I64(n).cast(DType::I32));
        Ok(match &e.kind {
            ExprKind::Literal(value) => Symbol::Known(*value),
            ExprKind::Scalar(id) => Symbol::Known(self.scalars[*id]),
            ExprKind::Bound(axis, bound) => position(bound.at(self.domain[axis.index()])),
            ExprKind::Index(axis) => position(self.point[axis.index()]),
            ExprKind::Inside(region) => {
                Symbol::Known(Value::Bool(region.has(self.point, self.domain, Tile::of_domain(self.domain))))
            }
            ExprKind::Field(access) => self.read(access)?,
            ExprKind::Unary(op, a) => match self.eval(a)? {
                Symbol::Known(a) => Symbol::Known(eval::unary(*op, a)),
                Symbol::Tagged(a) => Symbol::Tagged(Tag::of(if *op == UnaryOp::Neg { "neg" } else { "not" }, &[a])),
            },
            ExprKind::Binary(op, a, b) => binary(*op, self.eval(a)?, self.eval(b)?),
            ExprKind::Ternary(condition, a, b) => {
                let condition = self.eval(condition)?;
                let (a, b) = (self.eval(a)?, self.eval(b)?);
                match condition.known_truth() {
                    Some(true) => a,
                    Some(false) => b,
                    // A known value stays known: a reader must not depend on what else wrote this value before.
                    None if a.tag() == b.tag() => a,
                    None => Symbol::Tagged(Tag::select(condition.tag(), a.tag(), b.tag())),
                }
            }
            ExprKind::Cast(a) => match self.eval(a)? {
                Symbol::Known(value) => Symbol::Known(value.cast(e.dtype)),
                tagged if a.dtype == e.dtype => tagged,
                tagged => Symbol::Tagged(Tag::of(("cast", e.dtype as u8), &[tagged.tag()])),
            },
            ExprKind::Call(native, args) => {
                let args: Vec<Symbol> = args.iter().map(|a| self.eval(a)).collect::<Result<_, _>>()?;
                let known = args.iter().map(|a| if let Symbol::Known(value) = a { Some(*value) } else { None });
                match known.collect::<Option<Vec<Value>>>() {
                    Some(values) => Symbol::Known(eval::call(*native, &values)),
                    None => {
                        let args: Vec<Tag> = args.iter().map(|a| a.tag()).collect();
                        Symbol::Tagged(Tag::of(("call", native.name()), &args))
                    }
                }
            }
        })
    }
}

/// `a op b`; a known side that decides a condition decides it.
fn binary(op: BinaryOp, a: Symbol, b: Symbol) -> Symbol {
    let decides = op == BinaryOp::Or;
    let is_logic = matches!(op, BinaryOp::And | BinaryOp::Or);
    match (a, b) {
        (Symbol::Known(a), Symbol::Known(b)) => Symbol::Known(eval::binary(op, a, b)),
        (Symbol::Known(known), other) | (other, Symbol::Known(known)) if is_logic => {
            if known.is_true() == decides {
                Symbol::Known(known)
            } else {
                other
            }
        }
        _ => Symbol::Tagged(Tag::of(("binary", op.symbol()), &[a.tag(), b.tag()])),
    }
}
