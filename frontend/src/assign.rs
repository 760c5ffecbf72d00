//! Assignments and declarations: which values go to which names.

use crate::annotation::Types;
use crate::declared_type::Type;
use crate::lower::Lower;
use crate::scope::{Local, Named, Role};
use crate::syntax::{Expr, ExprKind};
use crate::vector::Elements;
use tradewind_ir::{Axes, Code, DType, Diagnostic, FieldId, FieldType, Span};

impl Lower<'_> {
    /// `a = b = value`, `a, b = values`
    pub fn assign_all(&mut self, targets: &[Expr], value: &Expr, span: Span) {
        if let [target] = targets
            && let ExprKind::Tuple(list) = &target.kind
        {
            return self.unpack(list, value, span);
        }
        let lowered = self.elements(value);
        for (n, target) in targets.iter().enumerate() {
            match &lowered {
                // `a = b = value`: the later names are copies, in case the value reads what was just assigned.
                Some(_) if n > 0 => {
                    if let Some(copy) = self.elements(&targets[0]) {
                        self.assign_elements(target, copy, value.span, span);
                    }
                }
                Some(known) => self.assign_elements(target, known.clone(), value.span, span),
                None => self.give_up(target),
            }
        }
    }

    /// `a, b = values`: all values are taken before the first assignment.
    fn unpack(&mut self, targets: &[Expr], value: &Expr, span: Span) {
        let Some(values) = self.values(value) else {
            return targets.iter().for_each(|target| self.give_up(target));
        };
        if values.len() != targets.len() {
            let message = format!("{} values are assigned to {} names", values.len(), targets.len());
            let at = targets.first().map_or(span, |t| t.span).to(targets.last().map_or(span, |t| t.span));
            self.report(Diagnostic::error(Code::VALUE_COUNT, message, value.span, "the values").label(at, "the names"));
            return targets.iter().for_each(|target| self.give_up(target));
        }
        let values = self.keep_apart(targets, values, span);
        for (target, known) in targets.iter().zip(values) {
            let is_new = self.field_of(target).is_none();
            self.assign_elements(target, known, value.span, span);
            if is_new
                && matches!(value.kind, ExprKind::Call(..))
                && let Some(named) = self.field_of(target).and_then(|id| self.names.get_mut(&id))
            {
                named.is_one_of_several = true;
            }
        }
    }

    /// Moves values to temporaries where a later value reads what an earlier assignment changes.
    fn keep_apart(&mut self, targets: &[Expr], values: Vec<Elements>, span: Span) -> Vec<Elements> {
        let written: Vec<Option<FieldId>> = targets.iter().map(|t| self.field_of(t)).collect();
        let reads = |value: &Elements, fields: &[Option<FieldId>]| {
            value.values.iter().flat_map(|v| v.accesses()).any(|access| fields.contains(&Some(access.field)))
        };
        if !values.iter().enumerate().any(|(n, value)| reads(value, &written[..n])) {
            return values;
        }
        values.into_iter().map(|value| self.keep_elements("value", value, span)).collect()
    }

    fn field_of(&self, target: &Expr) -> Option<FieldId> {
        let name = match &target.kind {
            ExprKind::Subscript(base, _) => base.name()?,
            _ => target.name()?,
        };
        match self.local(name)? {
            Local::Field { id, .. } => Some(*id),
            _ => None,
        }
    }

    /// The values of the right-hand side of `a, b = …`.
    fn values(&mut self, value: &Expr) -> Option<Vec<Elements>> {
        match &value.kind {
            ExprKind::Tuple(list) => {
                let lowered: Vec<Option<Elements>> = list.iter().map(|e| self.elements(e)).collect();
                lowered.into_iter().collect()
            }
            ExprKind::Call(f, args, named) if self.is_function(f) => self.inline(value, f, args, named).map(|r| r.values),
            _ if self.blame(value) => None,
            _ => {
                let found = Diagnostic::error(
                    Code::VALUE_COUNT,
                    "one value is assigned to several names",
                    value.span,
                    "this is one value",
                );
                self.fail(found.help("write as many values as names, or call a function that returns a tuple"))
            }
        }
    }

    /// After an error in its value: the name is known, but nothing more is said about it.
    pub fn give_up(&mut self, target: &Expr) {
        if let Some(name) = target.name()
            && self.local(name).is_none()
        {
            self.locals().names.insert(name.to_string(), Local::Broken);
        }
    }

    /// `target: annotation = value`
    pub fn declare(&mut self, target: &Expr, annotation: &Expr, value: Option<&Expr>, span: Span) {
        let types = Types { names: self.scope(), options: self.options, constants: self };
        let known = match types.read(annotation) {
            Ok(known) => known,
            Err(found) => {
                self.report(found);
                return self.give_up(target);
            }
        };
        let Some(name) = target.name() else {
            return self.report(Diagnostic::error(
                Code::ASSIGN_TARGET,
                "only a name can be declared",
                target.span,
                "not a name",
            ));
        };
        let FieldType { dtype, axes, interfaces, data } = match known {
            Type::Scalar(dtype) => FieldType::centred(dtype, Axes::IJK),
            Type::Field(ty) => ty,
        };
        if interfaces != Axes::NONE {
            let message = "a temporary does not live at interfaces";
            let found = Diagnostic::error(Code::UNKNOWN_AXES, message, annotation.span, "declared at interfaces");
            self.report(found.help(format!("write the axes as `{axes}`: a temporary is computed wherever it is read")));
            return self.give_up(target);
        }
        if let Some(Local::Field { id, .. }) = self.local(name).cloned() {
            let field = &self.stencil.fields[id];
            let is_own = self.is_own_temporary(name, id);
            // The branches of an `if`, and computations, may each say the type.
            if is_own && (field.dtype, field.axes, &field.data) == (dtype, axes, &data) {
                return value.into_iter().for_each(|value| self.assign_all(std::slice::from_ref(target), value, span));
            }
            let found = Diagnostic::error(
                Code::DEFINED_TWICE,
                format!("`{name}` is declared twice"),
                target.span,
                if is_own { "declared again here, with another type" } else { "declared again here" },
            );
            return self.report(found.label(field.span, "first declared here").help("assign to it without a type"));
        }
        // One value is lowered while the name is not known yet; several elements are taken apart by their assignment.
        let single = value.filter(|_| data.is_empty()).map(|v| self.expr(v));
        let id = self.declare_temporary(name, dtype, axes, target.span);
        self.stencil.fields[id].data = data;
        match (single, value) {
            (Some(Some(value)), _) => self.assign(target, value, span),
            (None, Some(value)) => {
                let elements = self.elements(value);
                elements.into_iter().for_each(|elements| self.assign_elements(target, elements, value.span, span));
            }
            _ => {}
        }
    }

    /// Whether a name stands for a temporary that the innermost scope has assigned itself.
    fn is_own_temporary(&self, name: &str, id: FieldId) -> bool {
        let function = self.scopes.last().and_then(|f| f.function.as_ref());
        let is_param = function.is_some_and(|f| f.params.iter().any(|p| p.name.text == name));
        !is_param && self.stencil.fields[id].is_temporary()
    }

    /// A temporary of the source, in scope from now on.
    pub fn declare_temporary(&mut self, name: &str, dtype: DType, axes: Axes, span: Span) -> FieldId {
        let inner = self.scopes.last().and_then(|f| f.function.as_ref()).map(|f| format!("{}_{name}", f.name.text));
        let role = if inner.is_some() { Role::Function } else { Role::Stencil };
        let printed = match inner {
            Some(stem) => self.fresh(&stem),
            None => name.to_string(),
        };
        let id = self.temporary(printed, dtype, axes, span);
        self.names.insert(id, Named { name: name.to_string(), role, is_one_of_several: false });
        self.locals().names.insert(name.to_string(), Local::Field { id, offset: [0; 3] });
        id
    }
}
