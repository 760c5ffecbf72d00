//! Fields with data dimensions as a whole: `out = matrix @ vector`, `out = matrix.T`, `out = 2.0 * q`.
//!
//! What stands for several elements is taken apart: an assignment becomes one for each component, a product the sum of its terms in
//! the order of the index. Values are taken before the first assignment where they depend on what is assigned.

use crate::lower::{DEPTH_LIMIT, Lower};
use crate::scope::Local;
use crate::syntax::{BinaryOp, Expr, ExprKind, UnaryOp};
use tradewind_ir as ir;
use tradewind_ir::stencil::components;
use tradewind_ir::{Access, Axes, Code, Component, Diagnostic, Span};

/// How many terms the elements of one value may have together.
const TERM_LIMIT: usize = 1_000_000;

/// Elements in the order in which the last data index runs fastest.
struct Elements {
    /// Sizes of the data dimensions; none: one value.
    sizes: Vec<u32>,
    values: Vec<ir::Expr>,
}

impl Elements {
    /// How many operands and operations the values consist of.
    fn terms(&self) -> usize {
        let mut terms = 0;
        self.values.iter().for_each(|value| value.walk(&mut |_| terms += 1));
        terms
    }
}

impl Lower<'_> {
    /// Whether an assignment is one of several elements, and then makes it.
    pub fn assign_elements(&mut self, target: &Expr, value: &Expr, span: Span) -> bool {
        let name = match &target.kind {
            ExprKind::Subscript(base, _) => base.name(),
            _ => target.name(),
        };
        let known = match name.and_then(|name| self.local(name)) {
            Some(Local::Field { id, .. }) => !self.stencil.fields[*id].data.is_empty(),
            Some(_) => false,
            None => name == target.name() && self.is_vector(value),
        };
        if known {
            self.assign_known_elements(target, value, span);
        }
        known
    }

    fn assign_known_elements(&mut self, target: &Expr, value: &Expr, span: Span) {
        let Some(found) = self.elements(value) else { return self.give_up(target) };
        let Some(access) = self.whole_target(target, &found) else { return };
        let field = &self.stencil.fields[access.field];
        let (name, declared, data) = (field.name.clone(), field.span, field.data.clone());
        if !found.sizes.is_empty() && found.sizes != data {
            let message = format!("`{name}` has data dimensions of the sizes {data:?}, this value of {:?}", found.sizes);
            let found = Diagnostic::error(Code::DATA_INDEX, message, value.span, "assigned here");
            return self.report(found.label(declared, "the field"));
        }
        let clash = found.values.iter().any(|v| v.accesses().iter().any(|a| a.field == access.field));
        let mut values = found.values;
        if clash && values.len() > 1 {
            values = values.into_iter().map(|value| self.keep("value", value, span)).collect();
        }
        for n in 0..components(&data) {
            let value = values.get(n as usize).or(values.first()).cloned();
            let element = Access { component: Component::Static(n), ..access.clone() };
            value.into_iter().for_each(|value| self.assign_to(element.clone(), value, span));
        }
    }

    /// The target as a whole; a new name becomes a temporary with as many elements as the value.
    fn whole_target(&mut self, target: &Expr, value: &Elements) -> Option<Access> {
        match &target.kind {
            ExprKind::Name(name) if self.local(name).is_none() => {
                let dtype = value.values.first()?.dtype;
                let id = self.declare_temporary(name, dtype, Axes::IJK, target.span);
                self.stencil.fields[id].data.clone_from(&value.sizes);
                Some(Access::here(id))
            }
            ExprKind::Name(name) => self.target(target, name, target),
            ExprKind::Subscript(base, indices) => {
                let name = base.name()?;
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
            _ => false,
        }
    }

    fn is_table(&self, e: &Expr) -> bool {
        let field = e.name().and_then(|name| self.local(name));
        matches!(field, Some(Local::Field { id, .. }) if self.stencil.fields[*id].axes == Axes::NONE)
    }

    fn elements(&mut self, e: &Expr) -> Option<Elements> {
        if !self.is_vector(e) {
            return Some(Elements { sizes: Vec::new(), values: vec![self.expr(e)?] });
        }
        match &e.kind {
            ExprKind::Name(_) => self.whole_field(e).map(|access| self.all_of(access, e.span)),
            ExprKind::Subscript(base, indices) => self.access_at(e, base, indices).map(|access| self.all_of(access, e.span)),
            ExprKind::Attribute(base, _) => self.transposed(e, base),
            ExprKind::Unary(UnaryOp::Not, _) => self.not_elements(e, "`not` takes one boolean"),
            ExprKind::Unary(UnaryOp::Plus, a) => self.elements(a),
            ExprKind::Unary(UnaryOp::Minus, a) => {
                let Elements { sizes, values } = self.elements(a)?;
                let values = values.into_iter().map(|v| crate::convert::negate(v, self.options, e.span)).collect();
                Some(Elements { sizes, values })
            }
            ExprKind::Binary(BinaryOp::MatMul, a, b) => {
                let (a, b) = (self.elements(a), self.elements(b));
                self.product(e, a?, b?)
            }
            ExprKind::Binary(op, a, b) => {
                let (a, b) = (self.elements(a), self.elements(b));
                self.each_pair(e, *op, a?, b?)
            }
            _ => None,
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

    /// Matrix times vector or matrix: sums of products in the order of the index.
    fn product(&mut self, e: &Expr, a: Elements, b: Elements) -> Option<Elements> {
        let (rows, inner, columns) = match (&a.sizes[..], &b.sizes[..]) {
            ([rows, inner], [length]) if inner == length => (*rows, *inner as usize, 1),
            ([rows, inner], [length, columns]) if inner == length => (*rows, *inner as usize, *columns),
            _ => return self.not_elements(e, "`@` takes a matrix and a vector (or matrix) whose sizes fit"),
        };
        if inner > DEPTH_LIMIT as usize {
            let message = format!("a product here is the sum of at most {DEPTH_LIMIT} terms, not of {inner}");
            let found = Diagnostic::error(Code::LIMIT, message, e.span, "the limit is passed here");
            return self.fail(found.help("give the parts of the sum names: assign them to temporaries first"));
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
    fn each_pair(&mut self, e: &Expr, op: BinaryOp, a: Elements, b: Elements) -> Option<Elements> {
        if !a.sizes.is_empty() && !b.sizes.is_empty() && a.sizes != b.sizes {
            return self.not_elements(e, "the two sides differ in the sizes of their data dimensions");
        }
        let sizes = if a.sizes.is_empty() { b.sizes.clone() } else { a.sizes.clone() };
        let times = |side: &Elements| components(&sizes) as usize / side.values.len().max(1);
        self.limit_terms(e, a.terms().saturating_mul(times(&a)), b.terms().saturating_mul(times(&b)))?;
        let pick = |values: &[ir::Expr], n: usize| values.get(n).or(values.first()).cloned();
        let mut values = Vec::new();
        for n in 0..components(&sizes) as usize {
            values.push(self.binary(op, pick(&a.values, n)?, pick(&b.values, n)?, e.span)?);
        }
        Some(Elements { sizes, values })
    }

    /// Fails where the elements made from so many terms of both sides would pass the limit.
    fn limit_terms(&mut self, e: &Expr, left: usize, right: usize) -> Option<()> {
        if left.saturating_add(right) <= TERM_LIMIT {
            return Some(());
        }
        let message = format!("the elements of this value have more than {TERM_LIMIT} terms together");
        let found = Diagnostic::error(Code::LIMIT, message, e.span, "the limit is passed here");
        self.fail(found.help("give its parts names: assign them to temporaries first"))
    }

    fn not_elements<T>(&mut self, e: &Expr, message: &str) -> Option<T> {
        self.fail(Diagnostic::error(Code::DATA_INDEX, message, e.span, "here"))
    }
}
