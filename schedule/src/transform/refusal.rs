//! The reasons for refusing a transformation.

use crate::dependence::{Dependence, Distance};
use crate::tree::{Node, NodeId, Tree};
use tradewind_ir::{Axis, Code, Diagnostic, FieldId, Span};

/// A transformation that would change what the program means, or that makes no sense where it was asked for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Refusal {
    /// The transformation's name.
    pub transformation: &'static str,
    pub cause: Cause,
    /// What would make it legal, or what to do instead.
    pub help: &'static str,
}

/// What forbids a transformation.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Cause {
    /// Two statements would touch an element in the wrong order.
    Order { dependence: Dependence, axis: Axis },
    /// The tree does not have the shape asked for.
    Shape { message: String, span: Span },
}

impl Refusal {
    /// Two statements stand in the way, on one axis.
    pub(super) fn order(transformation: &'static str, dependence: Dependence, axis: Axis, help: &'static str) -> Refusal {
        Refusal { transformation, cause: Cause::Order { dependence, axis }, help }
    }
    /// The tree is not of the right shape at a node.
    pub(super) fn shape(
        transformation: &'static str,
        tree: &Tree,
        at: NodeId,
        message: impl Into<String>,
        help: &'static str,
    ) -> Refusal {
        let cause = Cause::Shape { message: message.into(), span: span_below(tree, at) };
        Refusal { transformation, cause, help }
    }

    /// A statement is not of the right shape.
    pub(super) fn at(transformation: &'static str, span: Span, message: impl Into<String>, help: &'static str) -> Refusal {
        Refusal { transformation, cause: Cause::Shape { message: message.into(), span }, help }
    }

    /// A container does not allow it.
    pub(super) fn field(
        transformation: &'static str,
        tree: &Tree,
        field: FieldId,
        message: &str,
        help: &'static str,
    ) -> Refusal {
        let (name, span) = tree.fields.get(field).map_or(("?", Span::NONE), |f| (f.name.as_str(), f.span));
        Refusal { transformation, cause: Cause::Shape { message: format!("`{name}`: {message}"), span }, help }
    }

    /// The refusal for people: the statements with their lines, the axis, the distance, what would help.
    pub fn diagnostic(&self, tree: &Tree) -> Diagnostic {
        match &self.cause {
            Cause::Shape { message, span } => Diagnostic::error(
                Code::NOT_LEGAL,
                format!("`{}` is not possible: {message}", self.transformation),
                *span,
                "here",
            )
            .help(self.help),
            Cause::Order { dependence: d, axis } => {
                let field = tree.fields.get(d.field).map_or("?", |f| f.name.as_str());
                let message = format!("`{}` is not legal: it would reorder accesses of `{field}`", self.transformation);
                let what = match d.along(*axis) {
                    Distance::Exact(n) if n < 0 => format!("this {}, {} before it along {axis}", d.kind.describe(), -n),
                    Distance::Exact(0) => format!("this {} at the same point along {axis}", d.kind.describe()),
                    Distance::Exact(n) => format!("this {}, {n} after it along {axis}", d.kind.describe()),
                    Distance::Any => format!("this {} in every iteration along {axis}", d.kind.describe()),
                    Distance::Unknown => format!("this {} at a distance along {axis} that depends on data", d.kind.describe()),
                };
                let distance = d.distance.map(|n| n.to_string()).join(", ");
                let both = Diagnostic::error(Code::NOT_LEGAL, message, d.second, what);
                let both = if d.first == d.second { both } else { both.label(d.first, "this runs first") };
                both.note(format!("the distance from the first to the second statement is ({distance}) in i, j, k"))
                    .help(self.help)
            }
        }
    }
}

/// Where the statements below a node were written: the first leaf's place.
fn span_below(tree: &Tree, at: NodeId) -> Span {
    let mut found = Span::NONE;
    tree.walk(at, &mut |_, node| {
        if let Node::Leaf(leaf) = node
            && found.is_none()
        {
            found = leaf.span;
        }
    });
    found
}
