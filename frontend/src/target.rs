//! Targets of assignments: which ones are allowed, and the assignment itself.

use crate::access::axes_of;
use crate::constant::Constant;
use crate::convert;
use crate::loss;
use crate::lower::Lower;
use crate::scope::Local;
use crate::syntax::{Expr, ExprKind};
use crate::words::type_name;
use tradewind_ir as ir;
use tradewind_ir::{Access, Axes, Axis, Code, Diagnostic, FieldId, KIndex, Order, Span};

impl Lower<'_> {
    /// `target = value`, with the value converted to the target's type; an unknown name becomes a temporary.
    pub fn assign(&mut self, target: &Expr, value: ir::Expr, span: Span) {
        let access = match &target.kind {
            ExprKind::Name(name) if self.local(name).is_none() => {
                let id = self.declare_temporary(name, value.dtype, Axes::IJK, target.span);
                Some(Access::here(id))
            }
            ExprKind::Name(name) => self.target(target, name, target),
            // `t[0, 0, 0] = …` is the same as `t = …`.
            ExprKind::Subscript(base, indices) if self.is_new(base) && self.is_here(indices) => {
                let name = base.name().unwrap_or_default();
                Some(Access::here(self.declare_temporary(name, value.dtype, Axes::IJK, base.span)))
            }
            ExprKind::Subscript(base, indices) => match field_name(base) {
                Some(name) if self.local(name).is_some() => {
                    let checked = self.target(target, name, base);
                    checked.and_then(|_| self.access(target, base, indices)).and_then(|a| self.writable(target, a))
                }
                Some(name) => self.unknown(base, name),
                None => self.access(target, base, indices),
            },
            _ => self.fail(Diagnostic::error(
                Code::ASSIGN_TARGET,
                "this cannot be assigned to",
                target.span,
                "not a field or a temporary",
            )),
        };
        let Some(access) = access else { return };
        self.assign_to(access, value, span);
    }

    /// Assigns a value to an element, converted to its type.
    pub fn assign_to(&mut self, access: Access, value: ir::Expr, span: Span) {
        self.warn_of_loss(access.field, &value, span);
        let dtype = self.stencil.fields[access.field].dtype;
        self.emit(ir::Stmt::assign(access, convert::cast(value, dtype), span));
    }

    /// Warns where the type of the target cannot hold what is assigned to it.
    fn warn_of_loss(&mut self, target: FieldId, value: &ir::Expr, span: Span) {
        let field = &self.stencil.fields[target];
        let Some(lost) = loss::of(value, field.dtype) else { return };
        let message = format!("`{}` holds {}: {lost}", field.name, loss::kind(field.dtype));
        let found = Diagnostic::warning(Code::PRECISION_LOST, message, span, format!("a value of type {}", value.dtype));
        let cast = format!("write the conversion: `{}(…)`", type_name(field.dtype));
        let (declared, help) = if !field.is_temporary() {
            (format!("declared as {}", field.dtype), cast)
        } else if field.dtype.is_int() && value.dtype.is_float() {
            (format!("{} from here on", field.dtype), format!("start it with a float, such as `0.0`, or {cast}"))
        } else {
            (format!("{} from here on", field.dtype), cast)
        };
        let found = found.label(field.span, declared).help(help);
        self.report(found);
    }

    fn is_new(&self, base: &Expr) -> bool {
        base.name().is_some_and(|name| self.local(name).is_none())
    }

    /// Whether indices are three zeros.
    fn is_here(&self, indices: &[Expr]) -> bool {
        indices.len() == 3 && indices.iter().all(|index| matches!(self.constant(index), Ok(Constant::Int(0))))
    }

    /// Checks that a known name may be assigned.
    pub fn target(&mut self, target: &Expr, name: &str, base: &Expr) -> Option<Access> {
        match self.local(name).cloned()? {
            Local::Field { id, .. } => self.writable_axes(base, id).map(|()| Access::here(id)),
            Local::Broken => None,
            Local::Scalar(id) => {
                let declared = self.stencil.scalars[id].span;
                let found = Diagnostic::error(
                    Code::SCALAR_ASSIGNED,
                    format!("the scalar parameter `{name}` is assigned"),
                    target.span,
                    "assigned here",
                );
                let found = found.label(declared, "a scalar is the same at every point and cannot change");
                self.fail(found.help("assign to a temporary with another name, or make the parameter a field"))
            }
            Local::Constant(_) | Local::Value(_) | Local::Tuple(_) | Local::Exchange(_) | Local::Unsettled => {
                let found = Diagnostic::error(
                    Code::SCALAR_ASSIGNED,
                    format!("the constant `{name}` is assigned"),
                    target.span,
                    "assigned here",
                );
                self.fail(found.help("choose another name for the temporary"))
            }
        }
    }

    /// Fields IJK may be written in any order of levels, fields IJ in FORWARD and BACKWARD, other fields never.
    fn writable_axes(&mut self, at: &Expr, id: FieldId) -> Option<()> {
        let (f, order) = (&self.stencil.fields[id], self.block.as_ref().map(|p| p.order));
        let refused = |message: String| {
            Diagnostic::error(Code::WRITE_AXES, message, at.span, "written here").label(f.span, "declared here")
        };
        let found = match f.axes {
            Axes::IJK => return Some(()),
            Axes::IJ if order != Some(Order::Parallel) => return Some(()),
            Axes::IJ => refused(format!("the two-dimensional field `{}` is written in a PARALLEL computation", f.name))
                .help("every level would write the same points: use FORWARD or BACKWARD"),
            axes => refused(format!("`{}` has {} and cannot be written", f.name, axes_of(axes)))
                .note(format!(
                    "all points along {} share each element of `{}`: each of them would write it, in no fixed order, so the result \
                     would be the value of any one of them",
                    missing(axes),
                    f.name
                ))
                .help("write a field with the axes I, J and K, such as a temporary, and read that")
                .help("compute values that all columns share with NumPy before the call, and pass them to the stencil"),
        };
        self.fail(found)
    }

    /// Checks the offset at which a field is written.
    pub fn writable(&mut self, target: &Expr, access: Access) -> Option<Access> {
        let parallel = self.block.as_ref().is_some_and(|p| p.order == Order::Parallel);
        let found = match &access.k {
            _ if access.offset != [0, 0] => Diagnostic::error(
                Code::WRITE_HORIZONTAL,
                "a field is written at a horizontal offset",
                target.span,
                "written here",
            )
            .help("write the point itself and shift the reads instead"),
            KIndex::Offset(0) => return Some(access),
            _ if parallel => Diagnostic::error(
                Code::WRITE_OFFSET_PARALLEL,
                "a field is written at another level in a PARALLEL computation",
                target.span,
                "written here",
            )
            .help("use FORWARD or BACKWARD, where levels have an order"),
            _ => return Some(access),
        };
        self.fail(found)
    }
}

/// The axes that a field does not have: `I and J`.
fn missing(axes: Axes) -> String {
    let letters: Vec<_> =
        Axis::ALL.into_iter().filter(|axis| !axes.has(*axis)).map(|axis| axis.to_string().to_uppercase()).collect();
    match &letters[..] {
        [first @ .., last] if !first.is_empty() => format!("{} and {last}", first.join(", ")),
        _ => letters.concat(),
    }
}

/// The name of the field in `f[offset]`, `f[offset][data index]` or `f.A[data index]`, without the last brackets.
fn field_name(base: &Expr) -> Option<&str> {
    match &base.kind {
        ExprKind::Subscript(field, _) | ExprKind::Attribute(field, _) => field.name(),
        _ => base.name(),
    }
}
