//! Data dimensions: `q[0, 0, 0][m]`, `table.A[i, j]`, and which component of a field that is.

use crate::access::count;
use crate::constant::Constant;
use crate::convert;
use crate::lower::Lower;
use crate::syntax::Expr;
use tradewind_ir as ir;
use tradewind_ir::{BinaryOp, Code, Component, DType, Diagnostic, FieldId, Span, Value, no_component};

impl Lower<'_> {
    /// The component that data indexes choose; `None` for indexes where none were written.
    pub fn component(&mut self, at: Span, field: FieldId, indexes: Option<&[Expr]>) -> Option<Component> {
        let f = &self.stencil.fields[field];
        let (name, declared, data) = (f.name.clone(), f.span, f.data.clone());
        let given = indexes.unwrap_or_default();
        if given.len() == data.len() {
            return self.chosen(&name, declared, &data, given);
        }
        let found = match (data.len(), indexes) {
            (0, _) => {
                Diagnostic::error(Code::DATA_INDEX, format!("`{name}` has no data dimensions"), at, "this is a data index")
            }
            (_, None) => {
                let message = format!("`{name}` holds several elements at each point, and no data index selects one");
                Diagnostic::error(Code::DATA_INDEX, message, at, "used here")
            }
            (n, _) => {
                let message = format!("`{name}` has {}", count(n, "data dimension", "data dimensions"));
                let label = format!("{} here", count(given.len(), "data index", "data indexes"));
                Diagnostic::error(Code::DATA_INDEX, message, at, label)
            }
        };
        let offset = vec!["0"; self.stencil.fields[field].axes.rank()].join(", ");
        let help = match (data.len(), offset.as_str()) {
            (0, _) => format!("write `{name}[{offset}]`"),
            (n, "") => format!("write one index for each: `{name}.A[{}]`", vec!["0"; n].join(", ")),
            (n, offset) => {
                format!("write one index for each after the offset: `{name}[{offset}][{}]`", vec!["0"; n].join(", "))
            }
        };
        self.fail(found.label(declared, "the field").help(help))
    }

    fn chosen(&mut self, name: &str, declared: Span, data: &[u32], indexes: &[Expr]) -> Option<Component> {
        let (mut known, mut computed): (u32, Option<ir::Expr>) = (0, None);
        let mut chosen = Vec::new();
        for (dimension, (index, size)) in indexes.iter().zip(data).enumerate() {
            known *= size;
            computed = computed.map(|e| self.with_int(BinaryOp::Mul, e, i64::from(*size)));
            match self.constant(index) {
                Ok(Constant::Int(n)) if (0..i64::from(*size)).contains(&n) => {
                    known += n as u32;
                    computed = computed.map(|e| self.with_int(BinaryOp::Add, e, n));
                }
                Ok(known) => {
                    let message = format!("`{name}` has the indexes 0 to {} along this data dimension", size - 1);
                    let label = match known {
                        Constant::Int(n) => format!("this is {n}"),
                        other => format!("this is {}", other.describe()),
                    };
                    let found = Diagnostic::error(Code::DATA_INDEX, message, index.span, label);
                    return self
                        .fail(found.label(declared, "the field").help("data indexes are whole numbers that count from zero"));
                }
                Err(_) => {
                    let value = self.integer(index, Code::DATA_INDEX, "a data index must be an integer")?;
                    let before = computed.take().or_else(|| (known > 0).then(|| self.whole(known.into(), index.span)));
                    chosen.push((dimension, value.clone(), *size));
                    computed = Some(match before {
                        Some(before) => convert::binary(BinaryOp::Add, before, value, self.options),
                        None => value,
                    });
                }
            }
        }
        let Some(index) = computed else { return Some(Component::Static(known)) };
        let index = if data.len() > 1 { self.existing(index, chosen) } else { index };
        Some(Component::Computed(Box::new(index)))
    }

    /// The position among all components, where each index exists along its dimension: elsewhere it would be that of another
    /// element.
    fn existing(&self, position: ir::Expr, chosen: Vec<(usize, ir::Expr, u32)>) -> ir::Expr {
        let span = position.span;
        let number = |n: i64| ir::Expr::literal(Value::I64(n), span);
        let arithmetic = |op, a, b| convert::binary(op, a, b, self.options);
        chosen.into_iter().rev().fold(convert::cast(position, DType::I64), |position, (dimension, index, size)| {
            let (base, steps) = no_component(dimension);
            let wide = convert::cast(index.clone(), DType::I64);
            let nowhere = arithmetic(BinaryOp::Sub, number(base), arithmetic(BinaryOp::Mul, wide, number(steps)));
            convert::ternary(self.fits(index, i64::from(size)), position, nowhere, span)
        })
    }

    fn fits(&self, value: ir::Expr, size: i64) -> ir::Expr {
        let compare = |op, value: ir::Expr, with| convert::binary(op, value, with, self.options);
        let (zero, size) = (self.whole(0, value.span), self.whole(size, value.span));
        convert::logic(BinaryOp::And, compare(BinaryOp::Ge, value.clone(), zero), compare(BinaryOp::Lt, value, size))
    }

    fn with_int(&self, op: BinaryOp, a: ir::Expr, n: i64) -> ir::Expr {
        let n = self.whole(n, a.span);
        convert::binary(op, a, n, self.options)
    }

    fn whole(&self, n: i64, span: Span) -> ir::Expr {
        ir::Expr::literal(Value::I64(n).cast(self.options.literal_int), span)
    }
}
