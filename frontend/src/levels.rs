//! Statements and accesses in an interval whose bounds are known only at run time.

use crate::emitted::Emitted;
use crate::lower::Lower;
use crate::vertical_interval::VerticalInterval;
use tradewind_ir as ir;
use tradewind_ir::{Access, Axis, FieldId, KIndex, Span, StmtKind, Value};

impl Lower<'_> {
    /// Statements, run on those levels alone.
    pub fn on_levels(&self, interval: &VerticalInterval, emitted: Vec<Emitted>, span: Span) -> Vec<Emitted> {
        let Some(condition) = interval.condition(self.options, span) else { return emitted };
        let under = |body| StmtKind::Mask { condition: condition.clone(), body };
        emitted.into_iter().map(|emitted| emitted.within(under)).collect()
    }

    /// The level `k` away from the current one, of a field.
    pub fn level_at(&self, field: FieldId, k: i32, span: Span) -> KIndex {
        let interval = self.block.as_ref().map(|block| &block.interval);
        let towards_open = |interval: &VerticalInterval| k < 0 && interval.first.is_some() || k > 0 && interval.end.is_some();
        match interval.is_some_and(towards_open) && self.stencil.fields[field].axes.has(Axis::K) {
            true => KIndex::Relative(Box::new(ir::Expr::literal(Value::I32(k), span))),
            false => KIndex::Offset(k),
        }
    }

    /// A field's element at a constant offset.
    pub fn element_at(&self, field: FieldId, [i, j, k]: [i32; 3], span: Span) -> Access {
        Access { offset: [i, j], k: self.level_at(field, k, span), ..Access::here(field) }
    }
}
