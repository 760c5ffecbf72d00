//! Fields with data dimensions as a whole: `out = matrix @ vector`, `out = matrix.T`, `out = 2.0 * q`, `out = turned(q)`.
//!
//! Operations on several elements are split: an assignment becomes one assignment for each component, and a product becomes the
//! sum of its terms in the order of the index. Values that depend on the target are computed before the first assignment.

use crate::lower::{DEPTH_LIMIT, Lower};
use crate::scope::Local;
use crate::syntax::{BinaryOp, Expr, ExprKind, UnaryOp};
use tradewind_ir as ir;
use tradewind_ir::stencil::components;
use tradewind_ir::{Access, Axes, Code, Component, Diagnostic, Span};

/// How many terms the elements of one value may have together.
pub const TERM_LIMIT: usize = 1_000_000;

/// A value: elements in the order in which the last data index runs fastest.
#[derive(Clone)]
pub struct Elements {
    /// Sizes of the data dimensions; none: one value.
    pub sizes: Vec<u32>,
    pub values: Vec<ir::Expr>,
}

impl Elements {
    /// One value.
    pub fn one(value: ir::Expr) -> Elements {
        Elements { sizes: Vec::new(), values: vec![value] }
    }
    /// The value, if it is one.
    pub fn single(&self) -> Option<&ir::Expr> {
        self.values.first().filter(|_| self.sizes.is_empty())
    }
    /// The element of a number; one value stands for each.
    fn pick(&self, n: usize) -> Option<ir::Expr> {
        self.values.get(n).or(self.values.first()).cloned()
    }
    /// How many operands and operations the values consist of.
    fn terms(&self) -> usize {
        let mut terms = 0;
        self.values.iter().for_each(|value| value.walk(&mut |_| terms += 1));
        terms
    }
}

impl Lower<'_> {
    /// `target = value`: of one element, or of all of a field with data dimensions.
    pub fn assign_elements(&mut self, target: &Expr, value: Elements, at: Span, span: Span) {
        let name = match &target.kind {
            ExprKind::Subscript(base, _) => base.name(),
            _ => target.name(),
        };
        let is_whole = match name.and_then(|name| self.local(name)) {
            Some(Local::Field { id, .. }) => !self.stencil.fields[*id].data.is_empty(),
            _ => false,
        };
        match value.single() {
            Some(one) if !is_whole => self.assign(target, one.clone(), span),
            _ => self.assign_whole(target, value, at, span),
        }
    }

    fn assign_whole(&mut self, target: &Expr, value: Elements, at: Span, span: Span) {
        let Some(access) = self.whole_target(target, &value, at) else { return };
        let field = &self.stencil.fields[access.field];
        let (name, declared, data) = (field.name.clone(), field.span, field.data.clone());
        if !value.sizes.is_empty() && value.sizes != data {
            let found = if data.is_empty() {
                let message = format!("`{name}` holds one element at each point, and this value {}", value.values.len());
                let help = "select one by an index after the offset, or give the field data dimensions";
                Diagnostic::error(Code::DATA_INDEX, message, at, "assigned here").help(help)
            } else {
                let message =
                    format!("`{name}` has data dimensions of the sizes {data:?}, and this value has {:?}", value.sizes);
                Diagnostic::error(Code::DATA_INDEX, message, at, "assigned here")
            };
            return self.report(found.label(declared, "the field"));
        }
        let clash = value.values.iter().any(|v| v.accesses().iter().any(|a| a.field == access.field));
        let value = if clash && value.values.len() > 1 { self.keep_elements("value", value, span) } else { value };
        for n in 0..components(&data) {
            let element = Access { component: Component::Static(n), ..access.clone() };
            value.pick(n as usize).into_iter().for_each(|value| self.assign_to(element.clone(), value, span));
        }
    }

    /// Assigns each element to a new temporary, and gives what reads these.
    pub fn keep_elements(&mut self, stem: &str, value: Elements, span: Span) -> Elements {
        let values = value.values.into_iter().map(|value| self.keep(stem, value, span)).collect();
        Elements { values, ..value }
    }

    /// The target as a whole; a new name becomes a temporary with as many elements as the value.
    fn whole_target(&mut self, target: &Expr, value: &Elements, at: Span) -> Option<Access> {
        match &target.kind {
            ExprKind::Name(name) if self.local(name).is_none() => {
                let dtype = value.values.first()?.dtype;
                let id = self.declare_temporary(name, dtype, Axes::IJK, target.span);
                self.stencil.fields[id].data.clone_from(&value.sizes);
                Some(Access::here(id))
            }
            ExprKind::Name(name) => self.target(target, name, target),
            ExprKind::Subscript(base, indices) => {
                let Some(name) = base.name() else { return self.several_elements(at) };
                self.target(target, name, base)?;
                self.access_at(target, base, indices).and_then(|access| self.writable(target, access))
            }
            _ => None,
        }
    }

    /// Whether a value is several elements.
    pub fn is_vector(&self, e: &Expr) -> bool {
        let whole = |e: &Expr| match e.name().and_then(|name| self.local(name)) {
            Some(Local::Field { id, .. }) => !self.stencil.fields[*id].data.is_empty(),
            _ => false,
        };
        match &e.kind {
            ExprKind::Name(_) => whole(e),
            ExprKind::Subscript(base, indices) => whole(base) && !indices.is_empty() && !self.is_table(base),
            ExprKind::Attribute(base, name) => name.text == "T" && self.is_vector(base),
            ExprKind::Unary(_, a) => self.is_vector(a),
            ExprKind::Binary(_, a, b) => self.is_vector(a) || self.is_vector(b),
            ExprKind::Chain(first, rest) => self.is_vector(first) || rest.iter().any(|(_, e)| self.is_vector(e)),
            _ => false,
        }
    }

    fn is_table(&self, e: &Expr) -> bool {
        let field = e.name().and_then(|name| self.local(name));
        matches!(field, Some(Local::Field { id, .. }) if self.stencil.fields[*id].axes == Axes::NONE)
    }

    /// Whether a value is, or may be, several elements: what a function returns is known only when it is put in place.
    fn may_be_several(&self, e: &Expr) -> bool {
        match &e.kind {
            ExprKind::Call(f, ..) => self.is_function(f),
            ExprKind::Unary(_, a) => self.may_be_several(a),
            ExprKind::Binary(_, a, b) => self.may_be_several(a) || self.may_be_several(b),
            ExprKind::Chain(first, rest) => self.may_be_several(first) || rest.iter().any(|(_, e)| self.may_be_several(e)),
            ExprKind::Ternary { then, otherwise, .. } => self.may_be_several(then) || self.may_be_several(otherwise),
            _ => self.is_vector(e),
        }
    }

    /// The value of `e`, which may be several elements.
    pub fn elements(&mut self, e: &Expr) -> Option<Elements> {
        if !self.may_be_several(e) {
            return self.expr(e).map(Elements::one);
        }
        self.deeper(e.span, |this| this.elements_here(e))
    }

    fn elements_here(&mut self, e: &Expr) -> Option<Elements> {
        match &e.kind {
            ExprKind::Name(_) => self.whole_field(e).map(|access| self.all_of(access, e.span)),
            ExprKind::Subscript(base, indices) => self.access_at(e, base, indices).map(|access| self.all_of(access, e.span)),
            ExprKind::Attribute(base, _) => self.transposed(e, base),
            ExprKind::Call(f, args, named) => self.called(e, f, args, named),
            ExprKind::Unary(UnaryOp::Not, a) if self.is_vector(a) => self.not_elements(e, "`not` takes one boolean"),
            ExprKind::Unary(UnaryOp::Plus, a) => self.elements(a),
            ExprKind::Unary(UnaryOp::Minus, a) => {
                let Elements { sizes, values } = self.elements(a)?;
                let values = values.into_iter().map(|v| crate::convert::negate(v, self.options, e.span)).collect();
                Some(Elements { sizes, values })
            }
            ExprKind::Binary(op, a, b) => {
                let (a, b) = (self.elements(a), self.elements(b));
                self.operation(e, *op, a?, b?)
            }
            ExprKind::Chain(first, rest) => {
                let mut value = self.elements(first);
                for (op, next) in rest {
                    let next = self.elements(next);
                    value = value.zip(next).and_then(|(value, next)| self.operation(e, *op, value, next));
                }
                value
            }
            ExprKind::Ternary { condition, then, otherwise } => {
                if let Some(decided) = self.decided(condition)? {
                    let value = self.value_of(decided, then, otherwise);
                    return self.elements(value);
                }
                let c = self.condition(condition);
                let (a, b) = self.guarded(|this| (this.elements(then), this.elements(otherwise)));
                let c = c?;
                self.each_pair(e, a?, b?, |_, a, b| Some(crate::convert::ternary(c.clone(), a, b, e.span)))
            }
            _ => self.expr(e).map(Elements::one),
        }
    }

    /// All components of an access.
    fn all_of(&self, access: Access, span: Span) -> Elements {
        let field = &self.stencil.fields[access.field];
        let element = |n| self.element(Access { component: Component::Static(n), ..access.clone() }, span);
        Elements { sizes: field.data.clone(), values: (0..field.components()).map(element).collect() }
    }

    fn transposed(&mut self, e: &Expr, base: &Expr) -> Option<Elements> {
        let Elements { sizes, values } = self.elements(base)?;
        let [rows, columns] = sizes[..] else { return self.not_elements(e, "`.T` takes a matrix: two data dimensions") };
        let at = |n: usize| values[n % rows as usize * columns as usize + n / rows as usize].clone();
        let values = (0..values.len()).map(at).collect();
        Some(Elements { sizes: vec![columns, rows], values })
    }

    fn operation(&mut self, e: &Expr, op: BinaryOp, a: Elements, b: Elements) -> Option<Elements> {
        match op {
            BinaryOp::MatMul => self.product(e, a, b),
            _ => self.each_pair(e, a, b, |this, a, b| this.binary(op, a, b, e.span)),
        }
    }

    /// Matrix times vector or matrix: sums of products in the order of the index.
    fn product(&mut self, e: &Expr, a: Elements, b: Elements) -> Option<Elements> {
        let (rows, inner, columns) = match (&a.sizes[..], &b.sizes[..]) {
            ([rows, inner], [length]) if inner == length => (*rows, *inner as usize, 1),
            ([rows, inner], [length, columns]) if inner == length => (*rows, *inner as usize, *columns),
            _ => return self.not_elements(e, "`@` takes a matrix and a vector (or matrix) whose sizes fit"),
        };
        if inner > DEPTH_LIMIT as usize {
            let message = format!("a product is the sum of at most {DEPTH_LIMIT} terms, and this one has {inner}");
            let found = Diagnostic::error(Code::LIMIT, message, e.span, "the limit is passed here");
            return self.fail(found.help("assign parts of the sum to temporaries first"));
        }
        self.limit_terms(e, a.terms().saturating_mul(columns as usize), b.terms().saturating_mul(rows as usize))?;
        let mut values = Vec::new();
        for (row, column) in (0..rows as usize).flat_map(|r| (0..columns as usize).map(move |c| (r, c))) {
            let mut sum: Option<ir::Expr> = None;
            for n in 0..inner {
                let (x, y) = (a.values[row * inner + n].clone(), b.values[n * columns as usize + column].clone());
                let term = self.binary(BinaryOp::Mul, x, y, e.span)?;
                sum = Some(match sum {
                    Some(sum) => self.binary(BinaryOp::Add, sum, term, e.span)?,
                    None => term,
                });
            }
            values.extend(sum);
        }
        let sizes = if b.sizes.len() == 1 { vec![rows] } else { vec![rows, columns] };
        Some(Elements { sizes, values })
    }

    /// An operation element by element; one value goes with every element.
    fn each_pair(
        &mut self,
        e: &Expr,
        a: Elements,
        b: Elements,
        operation: impl Fn(&mut Self, ir::Expr, ir::Expr) -> Option<ir::Expr>,
    ) -> Option<Elements> {
        if let (Some(a), Some(b)) = (a.single(), b.single()) {
            return operation(self, a.clone(), b.clone()).map(Elements::one);
        }
        if !a.sizes.is_empty() && !b.sizes.is_empty() && a.sizes != b.sizes {
            return self.not_elements(e, "the two sides differ in the sizes of their data dimensions");
        }
        let sizes = if a.sizes.is_empty() { b.sizes.clone() } else { a.sizes.clone() };
        let times = |side: &Elements| components(&sizes) as usize / side.values.len().max(1);
        self.limit_terms(e, a.terms().saturating_mul(times(&a)), b.terms().saturating_mul(times(&b)))?;
        let mut values = Vec::new();
        for n in 0..components(&sizes) as usize {
            values.push(operation(self, a.pick(n)?, b.pick(n)?)?);
        }
        Some(Elements { sizes, values })
    }

    /// Fails where the elements made from so many terms of both sides would pass the limit.
    fn limit_terms(&mut self, e: &Expr, left: usize, right: usize) -> Option<()> {
        if left.saturating_add(right) <= TERM_LIMIT {
            return Some(());
        }
        let message = format!("the elements of this value have more than {TERM_LIMIT} terms in total");
        let found = Diagnostic::error(Code::LIMIT, message, e.span, "the limit is passed here");
        self.fail(found.help("assign its parts to temporaries first"))
    }

    fn not_elements<T>(&mut self, e: &Expr, message: &str) -> Option<T> {
        self.fail(Diagnostic::error(Code::DATA_INDEX, message, e.span, "here"))
    }
}
