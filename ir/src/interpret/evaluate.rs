//! Expressions over all points of a plane or block at once.

use super::stencil::CallMemory;
use crate::array::{PointBox, count, each};
use crate::domain::Axis;
use crate::element::Element;
use crate::expr::{Access, BinaryOp, Component, Expr, ExprKind, KIndex, UnaryOp};
use crate::ids::Id;
use crate::value::Value;
use crate::with_element;

/// Which component each point touches.
pub(super) enum Components {
    /// The same one.
    One(u32),
    Each(Vec<u32>),
}

impl Components {
    /// That of the point number `n`.
    pub(super) fn at(&self, n: usize) -> u32 {
        match self {
            Components::One(component) => *component,
            Components::Each(list) => list[n],
        }
    }
}

impl CallMemory<'_> {
    /// The expression's value at each point, I fastest. `T` is the expression's type.
    pub(super) fn evaluate<T: Element>(&self, expr: &Expr, points: PointBox) -> Vec<T> {
        let all = |value: Value| vec![T::of(value); count(points)];
        match &expr.kind {
            ExprKind::Literal(value) => all(*value),
            ExprKind::Scalar(id) => all(self.scalars[id.index()]),
            ExprKind::Bound(axis, bound) => all(Value::I64(bound.at(self.size[axis.index()]))),
            ExprKind::Field(access) => self.field(access, points),
            ExprKind::Index(axis) => each(points).map(|p| T::of(Value::I64(p[axis.index()]))).collect(),
            ExprKind::Inside(region) => each(points).map(|p| T::of(Value::Bool(region.has(p, self.size, self.tile)))).collect(),
            ExprKind::Unary(UnaryOp::Neg, a) => map(self.evaluate(a, points), T::neg),
            ExprKind::Unary(UnaryOp::Not, a) => map(self.evaluate(a, points), |a: bool| T::of(Value::Bool(!a))),
            ExprKind::Binary(op, a, b) => self.binary(*op, a, b, points),
            ExprKind::Ternary(c, a, b) => {
                let held: Vec<bool> = self.evaluate(c, points);
                let values = zip(self.evaluate(a, points), self.evaluate(b, points), |a: T, b: T| (a, b));
                zip(held, values, |held, (a, b)| if held { a } else { b })
            }
            ExprKind::Cast(a) => with_element!(a.dtype, U => map(self.evaluate(a, points), |a: U| T::of(a.value()))),
            ExprKind::Call(native, args) => match args.as_slice() {
                [a] if native.is_predicate() => {
                    let holds = |held: bool| T::of(Value::Bool(held));
                    with_element!(a.dtype, U => map(self.evaluate(a, points), |a: U| holds(U::predicate(*native, a))))
                }
                [a] => map(self.evaluate(a, points), |a| T::native(*native, [a, T::default(), T::default()])),
                [a, b] => {
                    zip(self.evaluate(a, points), self.evaluate(b, points), |a, b| T::native(*native, [a, b, T::default()]))
                }
                [a, b, c] => {
                    let pairs = zip(self.evaluate(a, points), self.evaluate(b, points), |a: T, b: T| (a, b));
                    zip(pairs, self.evaluate(c, points), |(a, b), c| T::native(*native, [a, b, c]))
                }
                _ => all(Value::zero(expr.dtype)),
            },
        }
    }

    fn binary<T: Element>(&self, op: BinaryOp, a: &Expr, b: &Expr, points: PointBox) -> Vec<T> {
        if !op.is_comparison() && !matches!(op, BinaryOp::And | BinaryOp::Or) {
            return zip(self.evaluate(a, points), self.evaluate(b, points), |a, b| T::binary(op, a, b));
        }
        let compare = |held: bool| T::of(Value::Bool(held));
        with_element!(a.dtype, U => {
            zip(self.evaluate(a, points), self.evaluate(b, points), |a: U, b: U| compare(U::compare(op, a, b)))
        })
    }

    fn field<T: Element>(&self, access: &Access, points: PointBox) -> Vec<T> {
        let [i, j] = access.offset;
        match (&access.k, self.components(access, points)) {
            (KIndex::Offset(k), Components::One(component)) => self.read(access.field, [i, j, *k], component, points),
            (_, components) => {
                let levels = self.levels(access, points);
                let (array, corner) = self.array(access.field);
                let element = |(n, (p, level)): (usize, ([i64; 3], i64))| {
                    array.element([p[0] + corner[0] + i64::from(i), p[1] + corner[1] + i64::from(j), level], components.at(n))
                };
                each(points).zip(levels).enumerate().map(element).collect()
            }
        }
    }

    /// The level of the array that an access touches from each point, clamped where it depends on data.
    pub(super) fn levels(&self, access: &Access, points: PointBox) -> Vec<i64> {
        let (array, corner) = self.array(access.field);
        let offset = i64::from(access.k.known().unwrap_or(0));
        let Some((given, absolute)) = self.given_level(access, points) else {
            return each(points).map(|p| p[2] + corner[2] + offset).collect();
        };
        let (first, end) = array.range(Axis::K);
        let level = |(p, index): ([i64; 3], i64)| {
            let level = index.saturating_add(if absolute { 0 } else { p[2] }).saturating_add(corner[2]);
            level.clamp(first, (end - 1).max(first))
        };
        each(points).zip(given).map(level).collect()
    }

    /// The index of a data-dependent level at each point, and whether it is absolute.
    pub(super) fn given_level(&self, access: &Access, points: PointBox) -> Option<(Vec<i64>, bool)> {
        match &access.k {
            KIndex::Offset(_) => None,
            KIndex::Relative(index) => Some((self.integers(index, points), false)),
            KIndex::Absolute(index) => Some((self.integers(index, points), true)),
        }
    }

    /// The component that an access touches from each point, clamped where it depends on data.
    pub(super) fn components(&self, access: &Access, points: PointBox) -> Components {
        match &access.component {
            Component::Static(n) => Components::One(*n),
            Component::Computed(index) => {
                let last = i64::from(self.array(access.field).0.components()) - 1;
                Components::Each(map(self.integers(index, points), |n| n.clamp(0, last) as u32))
            }
        }
    }

    /// The value of an expression of integers at each point.
    pub(super) fn integers(&self, expr: &Expr, points: PointBox) -> Vec<i64> {
        with_element!(expr.dtype, U => map(self.evaluate(expr, points), |n: U| n.value().as_i64()))
    }
}

fn map<A, T>(a: Vec<A>, f: impl Fn(A) -> T) -> Vec<T> {
    a.into_iter().map(f).collect()
}

fn zip<A, B, T>(a: Vec<A>, b: Vec<B>, f: impl Fn(A, B) -> T) -> Vec<T> {
    a.into_iter().zip(b).map(|(a, b)| f(a, b)).collect()
}
