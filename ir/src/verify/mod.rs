//! The checks that a stencil or program passes before any other stage sees it.
//!
//! **Stencil**
//! - *names*: the stencil's name and those of its fields and scalars are names of the text form, and unique.
//! - *tables*: every id is in its table; the parameters are the first fields and scalars, each once and in order, and what
//!   follows them are temporaries.
//! - *types*: operands have the type that the operation takes and the result the type that it gives; conditions are boolean,
//!   data-dependent indexes integers, guards boolean, assigned values of the target's type.
//! - *offsets*: zero on axes that the field lacks, and at most [`MAX_OFFSET`]; only fields with a K axis have data-dependent
//!   levels.
//! - *interfaces*: along axes that the field has; a temporary has none.
//! - *data dimensions*: at most [`MAX_DATA_DIMENSIONS`], with at least one element at each point and at most [`MAX_COMPONENTS`]; known
//!   components exist.
//! - *targets*: no horizontal offset; a K offset or a data-dependent level in `forward` and `backward` loops only.
//! - *written axes*: an IJK field anywhere, an IJ field in `forward` and `backward` loops, other fields nowhere.
//! - *while*: the body and condition do not read at a horizontal offset a field that the body writes, nor in a `parallel` loop at
//!   another level, unless the interval has exactly one.
//! - *intervals*: within the domain, in execution order and disjoint for all sufficiently large domains.
//! - *depth*: expressions and statements nest at most [`MAX_DEPTH`] deep.
//! - *extents*: as [`crate::extent::compute`] finds them, which also refuses extents that grow and parameters written beyond the domain.
//!
//! **Program**
//! - *names*, *tables*, *types*, *depth*: as above; stencil names are unique too.
//! - *stencils*: each is valid.
//! - *calls*: as many fields and scalars as the stencil's parameters, of equal type and axes, at the interfaces that a parameter is
//!   declared at; a field that is bound twice is not written; the part of the domain has as many points as the stencil needs, where that does not depend on the size.
//! - *parts*: what runs on a part of the domain that is found at run time are calls, whole along the part's axes; its positions
//!   and sizes are integers.
//! - *uniform*: expressions are the same at every point.
//! - *variables*: `let` and `for` set variables, not arguments; a loop's variable, its bounds and its step are of one integer
//!   type, and the condition that ends it is boolean.
//! - *halo updates*: the fields have an I or J axis; each start has one wait, behind it in the same list, with the same fields and reach.
//!   Between the two no step writes the fields, reads them beyond the domain, copies, swaps or exchanges them, or passes them to a callback.
//! - *pairs* of vector components: both are in the halo update, once, with one type and the same axes.
//! - *callbacks*: each field is passed once.
//! - *copies*: `copy` and `swap` join two different fields of equal type, axes and interfaces.

mod exchanges;
mod pairs;
mod program;
mod stencil;
mod types;

pub use crate::text::MAX_DEPTH;

use crate::diagnostic::{Code, Diagnostic};
use crate::field_type::FieldType;
use crate::horizontal_box::Edge;
use crate::ids::{Id, IdVec};
use crate::source::Span;
use crate::stencil::{MAX_COMPONENTS, MAX_DATA_DIMENSIONS, Param, are_data_sizes};
use std::collections::HashMap;

/// The largest offset of an access or a bound, in points.
pub const MAX_OFFSET: i32 = 1 << 12;

/// Names that are no names, and names used twice.
fn check_names<'a>(names: impl IntoIterator<Item = (&'a str, Span)>, found: &mut Vec<Diagnostic>) {
    let mut seen: HashMap<&str, Span> = HashMap::new();
    for (name, span) in names {
        if !crate::text::is_name(name) {
            found.push(Diagnostic::error(
                Code::INVALID_OIR,
                format!("`{name}` is not a name"),
                span,
                "a name is a letter, then letters and digits",
            ));
        }
        if let Some(first) = seen.insert(name, span) {
            let error = Diagnostic::error(Code::INVALID_OIR, format!("`{name}` is declared twice"), span, "second declaration");
            found.push(error.label(first, "first declaration"));
        }
    }
}

/// Data dimensions without elements, or with more than any field has; interfaces along axes that the field lacks.
fn check_field_type(name: &str, FieldType { axes, interfaces, data, .. }: &FieldType, span: Span, found: &mut Vec<Diagnostic>) {
    if let Some(axis) = interfaces.iter().find(|axis| !axes.has(*axis)) {
        let message = format!("`{name}` lives at interfaces along {axis}, and lacks that axis");
        found.push(Diagnostic::error(Code::INVALID_OIR, message, span, format!("its axes are {axes}")));
    }
    if !are_data_sizes(data) {
        let message = format!("`{name}` has data dimensions of the sizes {data:?}");
        let limits = format!("at most {MAX_DATA_DIMENSIONS} dimensions, 1 to {MAX_COMPONENTS} elements at a point");
        found.push(Diagnostic::error(Code::INVALID_OIR, message, span, limits));
    }
}

/// Parameters that are not the first entries of their tables in order; `is_param` says what an entry is.
fn check_params<F, S, FI: Id, SI: Id>(
    params: &[Param],
    (fields, is_field_param): (&IdVec<FI, F>, impl Fn(&F) -> bool),
    (scalars, is_scalar_param): (&IdVec<SI, S>, impl Fn(&S) -> bool),
    span: Span,
    found: &mut Vec<Diagnostic>,
) {
    let field_params = params.iter().filter_map(|p| if let Param::Field(id) = p { Some(id.index()) } else { None });
    let scalar_params = params.iter().filter_map(|p| if let Param::Scalar(id) = p { Some(id.index()) } else { None });
    let (field_params, scalar_params): (Vec<_>, Vec<_>) = (field_params.collect(), scalar_params.collect());
    let fields_fit = fields.iter().all(|(id, f)| is_field_param(f) == (id.index() < field_params.len()));
    let scalars_fit = scalars.iter().all(|(id, s)| is_scalar_param(s) == (id.index() < scalar_params.len()));
    let in_order = |ids: &[usize], size: usize| ids.len() <= size && ids.iter().enumerate().all(|(n, id)| n == *id);
    if !(fields_fit && scalars_fit && in_order(&field_params, fields.len()) && in_order(&scalar_params, scalars.len())) {
        let message = "the parameters are not the first entries of the tables, in order";
        found.push(Diagnostic::error(Code::INVALID_OIR, message, span, "these tables"));
    }
}

/// Bounds further away than any domain is large.
fn check_bounds<E: Into<Edge>>(bounds: impl IntoIterator<Item = E>, span: Span, found: &mut Vec<Diagnostic>) {
    if let Some(far) = bounds.into_iter().map(Into::into).find(|edge| !is_near(edge.offset())) {
        found.push(Diagnostic::error(
            Code::INVALID_OIR,
            format!("the bound `{far}` is too far away"),
            span,
            format!("at most {MAX_OFFSET} points"),
        ));
    }
}

fn is_near(offset: i32) -> bool {
    offset.unsigned_abs() <= MAX_OFFSET.unsigned_abs()
}

#[cfg(test)]
mod tests;
