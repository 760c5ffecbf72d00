//! `f[1, 0, -1]`, `f[I+1, J, K-1]`, `f[0, 0, index]`: reading and writing a field at an offset.

use crate::constant::{Constant, LEVEL_LIMIT};
use crate::convert;
use crate::lower::Lower;
use crate::names::Binding;
use crate::scope::Local;
use crate::syntax::{BinaryOp, Expr, ExprKind, Name};
use crate::words::Word;
use tradewind_ir as ir;
use tradewind_ir::{Access, Axes, Axis, Code, Diagnostic, KIndex, Span};

/// One index of a field.
enum Index {
    Offset(i32),
    /// Of K only: an integer that differs from point to point.
    Variable(ir::Expr),
}

impl Lower<'_> {
    /// The element `base[indices]` as a value.
    pub fn subscript(&mut self, e: &Expr, base: &Expr, indices: &[Expr]) -> Option<ir::Expr> {
        match self.constant(e) {
            Ok(known) => return self.literal(&known, e),
            Err(not) if self.has_constant_items(base) => return self.not_constant(e, "this is not known at compile time", not),
            Err(_) => {}
        }
        let access = self.access(e, base, indices)?;
        Some(self.element(access, e.span))
    }

    /// Whether what is chosen from `e` by an index is a constant: from a tuple, or the sizes of a field.
    fn has_constant_items(&self, e: &Expr) -> bool {
        match &e.kind {
            ExprKind::Attribute(field, name) if name.text == "shape" => self.is_field(field),
            _ => matches!(self.constant(e), Ok(Constant::Tuple(_))),
        }
    }

    /// What an access reads.
    pub fn element(&self, access: Access, span: Span) -> ir::Expr {
        let dtype = self.stencil.fields[access.field].dtype;
        ir::Expr { kind: ir::ExprKind::Field(access), dtype, span }
    }

    /// An index that is found at run time: an integer value. `message` says that it must be one.
    pub fn integer(&mut self, e: &Expr, code: Code, message: &str) -> Option<ir::Expr> {
        let value = self.expr(e)?;
        if value.dtype.is_int() {
            return Some(value);
        }
        let label = format!("this is of type {}", value.dtype);
        self.fail(Diagnostic::error(code, message, e.span, label).help("convert it: `int32(…)`"))
    }

    /// The element `base[indices]` of a field; `base` may be an access itself, whose component the indices then choose.
    pub fn access(&mut self, e: &Expr, base: &Expr, indices: &[Expr]) -> Option<Access> {
        let (access, data) = match &base.kind {
            ExprKind::Subscript(field, _) | ExprKind::Attribute(field, _) if self.is_broken(field) => return None,
            ExprKind::Subscript(field, offset) if self.is_field(field) => (self.access_at(base, field, offset)?, Some(indices)),
            ExprKind::Attribute(field, name) if name.text == "A" && self.is_field(field) => {
                (self.whole_field(field)?, Some(indices))
            }
            _ => (self.access_at(e, base, indices)?, None),
        };
        let component = self.component(e.span, access.field, data)?;
        Some(Access { component, ..access })
    }

    /// `field.at(K=level, ddim=[indexes])`: an element at a level counted from the first one.
    pub fn access_at_level(&mut self, e: &Expr, field: &Expr, args: &[Expr], named: &[(Name, Expr)]) -> Option<Access> {
        let value = |name: &str| named.iter().find(|(key, _)| key.text == name).map(|(_, value)| value);
        let known = named.iter().all(|(key, _)| matches!(key.text.as_str(), "K" | "ddim"));
        let (Some(level), true, true) = (value("K"), args.is_empty(), known) else {
            let found =
                Diagnostic::error(Code::AT_LEVEL, "`.at` takes the level as `K=` and data indexes as `ddim=`", e.span, "here");
            return self.fail(found.help("write `f.at(K=level)` or `f.at(K=level, ddim=[m])`"));
        };
        let mut access = self.whole_field(field)?;
        if !self.stencil.fields[access.field].axes.has(Axis::K) {
            let message = format!("`{}` has no levels", self.stencil.fields[access.field].name);
            let found = Diagnostic::error(Code::AT_LEVEL, message, e.span, "this asks for a level");
            return self.fail(found.label(self.stencil.fields[access.field].span, "the field"));
        }
        let index = self.integer(level, Code::AT_LEVEL, "a level must be an integer")?;
        access.k = KIndex::Absolute(Box::new(index));
        let data = value("ddim")
            .map(|e| if let ExprKind::Tuple(items) = &e.kind { items.as_slice() } else { std::slice::from_ref(e) });
        let component = self.component(e.span, access.field, data)?;
        Some(Access { component, ..access })
    }

    /// A field by its name alone, at the point that the name stands for.
    pub fn whole_field(&mut self, e: &Expr) -> Option<Access> {
        match self.local(e.name()?)? {
            Local::Field { id, offset } => {
                let (id, offset) = (*id, *offset);
                Some(self.element_at(id, offset, e.span))
            }
            _ => None,
        }
    }

    /// Whether `e` is a name about which an error was reported.
    pub fn is_broken(&self, e: &Expr) -> bool {
        e.name().is_some_and(|name| matches!(self.local(name), Some(Local::Broken)))
    }

    /// Reports the names in `e` that stand for nothing known. Whether there are such, or names about which an error was reported:
    /// what is wrong besides follows from these.
    pub fn blame(&mut self, e: &Expr) -> bool {
        if self.is_broken(e) {
            return true;
        }
        if let Some(Binding::Unknown(unknown)) = self.global(e) {
            self.report(unknown.diagnose(e.span));
            return true;
        }
        let mut found = false;
        for inner in e.children() {
            found |= self.blame(inner);
        }
        found
    }

    /// Whether `e` is the name of a field.
    pub fn is_field(&self, e: &Expr) -> bool {
        e.name().is_some_and(|name| matches!(self.local(name), Some(Local::Field { .. })))
    }

    /// The point `base[indices]` of a field, its first component.
    pub fn access_at(&mut self, e: &Expr, base: &Expr, indices: &[Expr]) -> Option<Access> {
        let Some(name) = base.name() else {
            let found = match &base.kind {
                ExprKind::Call(..) => Diagnostic::error(
                    Code::NOT_INDEXABLE,
                    "the result of a call has no neighbours",
                    e.span,
                    "an index into a call",
                )
                .help("assign the result to a temporary and index that"),
                _ => Diagnostic::error(Code::NOT_INDEXABLE, "only fields can be indexed", base.span, "this is not a field"),
            };
            return self.fail(found);
        };
        match self.local(name).cloned() {
            Some(Local::Field { id, offset: [i, j, k] }) => {
                let access = self.indices(e, id, indices)?;
                let moved = match access.k {
                    KIndex::Offset(own) => self.level_at(id, own + k, e.span),
                    KIndex::Relative(expr) if k != 0 => {
                        let by = convert::int(i64::from(k), self.options, e.span);
                        KIndex::Relative(Box::new(convert::binary(ir::BinaryOp::Add, *expr, by, self.options)))
                    }
                    other => other,
                };
                let offset = [access.offset[0] + i, access.offset[1] + j];
                Some(Access { offset, k: moved, ..access })
            }
            Some(Local::Broken) => None,
            Some(_) => {
                let found = Diagnostic::error(
                    Code::NOT_INDEXABLE,
                    format!("`{name}` is not a field"),
                    base.span,
                    "only fields can be indexed",
                );
                self.fail(found.help(format!("a scalar has no neighbours: write `{name}`")))
            }
            None => match self.global(base) {
                Some(Binding::Unknown(unknown)) => self.fail(unknown.diagnose(base.span)),
                Some(_) => {
                    let found = Diagnostic::error(
                        Code::NOT_INDEXABLE,
                        "only fields can be indexed",
                        base.span,
                        format!("`{name}` is not a field"),
                    );
                    self.fail(found)
                }
                None => self.unknown(base, name),
            },
        }
    }

    fn indices(&mut self, e: &Expr, field: ir::FieldId, indices: &[Expr]) -> Option<Access> {
        let axes = self.stencil.fields[field].axes;
        let by_axis = self.index_axes(e, axes, field, indices)?;
        let mut access = Access::here(field);
        for (axis, index) in by_axis.into_iter().zip(indices) {
            match (axis, self.index(axis, index)?) {
                (Axis::K, Index::Offset(n)) => access.k = KIndex::Offset(n),
                (Axis::K, Index::Variable(expr)) => access.k = KIndex::Relative(Box::new(expr)),
                (axis, Index::Offset(n)) => access.offset[axis.index()] = n,
                (axis, Index::Variable(_)) => {
                    let message = format!(
                        "the offset along {axis} must be known at compile time",
                        axis = axis.to_string().to_uppercase()
                    );
                    let found = Diagnostic::error(Code::OFFSET_AT_RUN_TIME, message, index.span, "known only at run time");
                    return self.fail(found.help("only the last index, along K, may be computed"));
                }
            }
        }
        Some(access)
    }

    /// Which axis each index is for: those named by `I`, `J`, `K` in the indices, else the field's axes in order.
    fn index_axes(&mut self, e: &Expr, axes: Axes, field: ir::FieldId, indices: &[Expr]) -> Option<Vec<Axis>> {
        let named: Option<Vec<Axis>> = indices.iter().map(|index| self.named_axis(index)).collect();
        match named {
            Some(named) if named.iter().all(|a| axes.has(*a)) && named.windows(2).all(|w| w[0] < w[1]) => Some(named),
            _ if indices.len() == axes.rank() => Some(axes.iter().collect()),
            _ => {
                let f = &self.stencil.fields[field];
                let label = format!("{} here", count(indices.len(), "index", "indices"));
                let message =
                    format!("`{}` has {} and takes {}", f.name, axes_of(f.axes), count(axes.rank(), "index", "indices"));
                let found = Diagnostic::error(Code::INDEX_COUNT, message, e.span, label).label(f.span, "the field");
                let zeros = |n: usize| vec!["0"; n].join(", ");
                let help = match axes.rank() {
                    0 if !f.data.is_empty() => format!("select an entry of a table: `{}.A[{}]`", f.name, zeros(f.data.len())),
                    rank => format!("write one index for each of its axes, such as `{}[{}]`", f.name, zeros(rank)),
                };
                self.fail(found.help(help))
            }
        }
    }

    /// The axis that an index such as `K`, `K - 1`, `1 + I` is relative to.
    fn named_axis(&self, e: &Expr) -> Option<Axis> {
        match &e.kind {
            ExprKind::Binary(BinaryOp::Add, a, b) => self.named_axis(a).or_else(|| self.named_axis(b)),
            ExprKind::Binary(BinaryOp::Sub, a, _) => self.named_axis(a),
            _ => match self.word(e) {
                Some(Word::Axis(axis)) => Some(axis),
                _ => None,
            },
        }
    }

    /// The sum of the terms of an index.
    fn index(&mut self, axis: Axis, e: &Expr) -> Option<Index> {
        let (mut fixed, mut variable) = (0, None);
        for (negative, term) in self.terms(axis, e)? {
            match self.offset(term, negative)? {
                Index::Offset(n) => fixed += n,
                Index::Variable(value) => {
                    let sum = variable.map(|sum| convert::binary(ir::BinaryOp::Add, sum, value.clone(), self.options));
                    variable = Some(sum.unwrap_or(value));
                }
            }
        }
        Some(match variable {
            None => Index::Offset(fixed),
            Some(value) if fixed == 0 => Index::Variable(value),
            Some(value) => {
                let fixed = convert::int(i64::from(fixed), self.options, e.span);
                Index::Variable(convert::binary(ir::BinaryOp::Add, value, fixed, self.options))
            }
        })
    }

    /// What is added to (or, if negative, taken from) the axis in an index: the index itself unless it names the axis.
    fn terms<'e>(&mut self, axis: Axis, e: &'e Expr) -> Option<Vec<(bool, &'e Expr)>> {
        match &e.kind {
            _ if self.is_axis(e) => self.same_axis(axis, e).map(|()| Vec::new()),
            ExprKind::Binary(op @ (BinaryOp::Add | BinaryOp::Sub), a, b) if self.begins_with_axis(a) => {
                let mut terms = self.terms(axis, a)?;
                terms.push((*op == BinaryOp::Sub, b));
                Some(terms)
            }
            ExprKind::Binary(BinaryOp::Add, a, b) if self.is_axis(b) => {
                self.same_axis(axis, b).map(|()| vec![(false, a.as_ref())])
            }
            _ => Some(vec![(false, e)]),
        }
    }

    fn is_axis(&self, e: &Expr) -> bool {
        matches!(self.word(e), Some(Word::Axis(_)))
    }

    /// `K`, `K + …`, `… + K`, and what is added to or taken from these.
    fn begins_with_axis(&self, e: &Expr) -> bool {
        match &e.kind {
            ExprKind::Binary(BinaryOp::Add, a, b) => self.begins_with_axis(a) || self.is_axis(b),
            ExprKind::Binary(BinaryOp::Sub, a, _) => self.begins_with_axis(a),
            _ => self.is_axis(e),
        }
    }

    /// Whether an axis stands where it would be unclear what the index is relative to; `level - K` is clear.
    fn misplaces_axis(&self, e: &Expr) -> bool {
        match &e.kind {
            ExprKind::Binary(BinaryOp::Sub, a, b) if self.is_axis(b) => self.mentions_axis(a),
            _ => self.mentions_axis(e),
        }
    }

    /// Whether a bare `I`, `J` or `K` stands in `e`, outside the indices of other fields.
    fn mentions_axis(&self, e: &Expr) -> bool {
        self.is_axis(e)
            || (!matches!(e.kind, ExprKind::Subscript(..)) && e.children().into_iter().any(|child| self.mentions_axis(child)))
    }

    fn same_axis(&mut self, axis: Axis, e: &Expr) -> Option<()> {
        match self.word(e) {
            Some(Word::Axis(found)) if found == axis => Some(()),
            _ => {
                let expected = axis.to_string().to_uppercase();
                let found =
                    Diagnostic::error(Code::INDEX_AXIS, format!("this index is along {expected}"), e.span, "another axis");
                self.fail(found.help(format!("write `{expected}`, `{expected} + 1`, or a plain offset")))
            }
        }
    }

    fn offset(&mut self, e: &Expr, negative: bool) -> Option<Index> {
        match self.constant(e) {
            Ok(Constant::Int(n)) if n.abs() < i64::from(LEVEL_LIMIT) => {
                Some(Index::Offset(if negative { -n } else { n } as i32))
            }
            Ok(Constant::Int(_)) => {
                self.fail(Diagnostic::error(Code::OFFSET_TOO_FAR, "this offset is larger than any grid", e.span, "here"))
            }
            Ok(other) => {
                let label = format!("this is {}", other.describe());
                self.fail(
                    Diagnostic::error(Code::OFFSET_NOT_INTEGER, "an offset must be an integer", e.span, label)
                        .help("count whole points: `a[1, 0, 0]` is the next one"),
                )
            }
            Err(_) if matches!(e.kind, ExprKind::Slice(..)) => {
                let found = Diagnostic::error(Code::NOT_GTSCRIPT, "slices have no meaning in a stencil", e.span, "a slice");
                self.fail(found.help("a stencil is written for one point: index with offsets such as `[1, 0, 0]`"))
            }
            Err(_) if self.misplaces_axis(e) => {
                let found = Diagnostic::error(
                    Code::INDEX_AXIS,
                    "an axis in an index must be its first term, or be subtracted at its end",
                    e.span,
                    "this is neither",
                );
                self.fail(found.help("write `K + (…)` for levels above this one, `(…) - K` for a level counted from the first"))
            }
            Err(_) => {
                let value = self.integer(e, Code::OFFSET_NOT_INTEGER, "an offset must be an integer")?;
                let value = if negative { convert::negate(value, self.options, e.span) } else { value };
                Some(Index::Variable(value))
            }
        }
    }
}

/// `the axes IJK`, `no axes`.
pub fn axes_of(axes: Axes) -> String {
    if axes == Axes::NONE { "no axes".to_string() } else { format!("the axes {axes}") }
}

/// `1 index`, `2 indices`.
pub fn count(n: usize, one: &str, many: &str) -> String {
    if n == 1 { format!("1 {one}") } else { format!("{n} {many}") }
}
