//! The checked call: everything that can be wrong with the arguments is found before anything runs.

use crate::argument::Argument;
use crate::call_error::{CallError, CallErrorKind, not_given, wrong_type, wrong_value};
use crate::memory::{BoundField, Data};
use crate::overlap::share_memory;
use crate::placement::Placement;
use crate::signature::{FieldInfo, Position, Signature};
use crate::view::ArrayView;
use tradewind_ir::access::Mode;
use tradewind_ir::identify::Twins;
use tradewind_ir::{Axis, Code, DType, Domain, FieldId, Value};

/// No size of a domain is greater, in points.
const MOST_POINTS: i64 = 1 << 40;

/// Arguments that passed all checks.
pub(crate) struct BoundCall {
    pub domain: Domain,
    /// All fields but those that are absent; none where the domain has no points.
    pub fields: Vec<(FieldId, BoundField)>,
    /// In the order of the signature's scalars, of their types.
    pub scalars: Vec<Value>,
    /// The fields that are one array, which the program writes.
    pub twins: Twins,
}

impl BoundCall {
    /// The call of the program in which twins are one field.
    pub fn merged(self) -> BoundCall {
        let BoundCall { domain, fields, scalars, twins } = self;
        let first = fields.into_iter().filter(|(id, _)| twins.first(*id) == *id);
        let fields = first.map(|(id, bound)| (twins.renumbered(id), bound)).collect();
        BoundCall { domain, fields, scalars, twins: Twins::default() }
    }
}

/// The axes as they are written.
const LETTERS: [&str; 3] = ["I", "J", "K"];

/// A field of the signature and its array.
type Present<'a> = (&'a FieldInfo, &'a ArrayView<'a>);

/// Checks the arguments of a call and binds them.
///
/// # Errors
/// The first thing that is wrong, naming the argument, what it is and what it should be.
pub(crate) fn bind(signature: &Signature, arguments: &[Argument], placement: &Placement) -> Result<BoundCall, CallError> {
    let (mut views, mut scalars) = (vec![None; signature.fields.len()], vec![None; signature.scalars.len()]);
    if arguments.len() != signature.params.len() {
        let names: Vec<_> = signature.names().collect();
        let message = format!(
            "`{}` takes {} arguments ({}), and {} were given",
            signature.name,
            names.len(),
            names.join(", "),
            arguments.len()
        );
        return Err(CallError { code: Code::CALL_ARGUMENTS, kind: CallErrorKind::Type, argument: None, message });
    }
    for (position, argument) in signature.params.iter().zip(arguments) {
        match (*position, argument) {
            (Position::Field(n), Argument::Field(view)) => {
                check_view(&signature.fields[n], view)?;
                views[n] = Some(view);
            }
            (Position::Scalar(n), Argument::Scalar(value)) => {
                let info = &signature.scalars[n];
                scalars[n] = Some(check_scalar(&info.name, info.dtype, *value)?);
            }
            (Position::Field(n), Argument::Scalar(_)) => {
                return Err(not_given(&signature.fields[n].name, "is a field: pass an array, not a number"));
            }
            (Position::Scalar(n), Argument::Field(_)) => {
                return Err(not_given(&signature.scalars[n].name, "is a scalar: pass a number, not an array"));
            }
            (Position::Field(n), Argument::Absent) if signature.fields[n].access == Mode::None => {}
            (Position::Scalar(n), Argument::Absent) if signature.scalars[n].default.is_some() => {
                let info = &signature.scalars[n];
                scalars[n] = info.default.map(|value| check_scalar(&info.name, info.dtype, value)).transpose()?;
            }
            (Position::Scalar(n), Argument::Absent) if !signature.scalars[n].used => {
                scalars[n] = Some(Value::zero(signature.scalars[n].dtype));
            }
            (Position::Field(n), Argument::Absent) => {
                return Err(not_given(&signature.fields[n].name, "is missing, and the program uses it"));
            }
            (Position::Scalar(n), Argument::Absent) => {
                return Err(not_given(&signature.scalars[n].name, "is missing, and the program uses it"));
            }
        }
    }
    let is_here = |n: &usize| views[*n].is_some();
    let given: Vec<_> = (0..views.len()).filter(is_here).map(|n| placement.origins.get(n)?.as_ref()).collect();
    let present: Vec<Present> = signature.fields.iter().zip(views).filter_map(|(info, view)| Some((info, view?))).collect();
    let origins = origins(&present, &given)?;
    let domain = match placement.domain {
        Some(domain) => domain,
        None => largest_domain(&present, &origins)?,
    };
    if domain.iter().any(|n| *n < 0) {
        return Err(wrong_value(Code::CALL_ORIGIN, None, format!("the domain {domain:?} has a negative size")));
    }
    if domain.iter().any(|n| *n > MOST_POINTS) {
        return Err(wrong_value(Code::CALL_ORIGIN, None, format!("the domain {domain:?} has a size above {MOST_POINTS}")));
    }
    let scalars = scalars.into_iter().flatten().collect();
    if domain.contains(&0) {
        return Ok(BoundCall { domain, fields: Vec::new(), scalars, twins: Twins::default() });
    }
    if let Some(n) = (0..3).find(|n| domain[*n] < signature.min_size[*n]) {
        let (letter, needs, has) = (LETTERS[n], signature.min_size[n], domain[n]);
        let message =
            format!("`{}` needs at least {needs} points along {letter}, and the domain {domain:?} has {has}", signature.name);
        return Err(wrong_value(Code::DOMAIN_TOO_SMALL, None, message));
    }
    let mut fields = Vec::new();
    for ((info, view), origin) in present.iter().zip(&origins) {
        fields.push((info.id, bind_field(info, view, origin, domain)?));
    }
    let used = |n: usize| if signature.stays_near { used(present[n], &origins[n], domain) } else { present[n].1.clone() };
    let twins = twins(&present, &fields, &used)?;
    Ok(BoundCall { domain, fields, scalars, twins })
}

fn check_view(info: &FieldInfo, view: &ArrayView) -> Result<(), CallError> {
    if view.dtype() != info.dtype {
        let message = format!(
            "has elements of type {}, and the parameter is declared {}: convert the array first",
            view.dtype(),
            info.dtype
        );
        return Err(wrong_type(Code::CALL_TYPE, &info.name, message));
    }
    let (axes, rank, has) = (info.axes, info.axes.rank(), view.shape().len());
    if has != rank + info.data.len() {
        let data = match info.data.len() {
            0 => String::new(),
            n => format!(" and {n} more for its data dimensions {:?}", info.data),
        };
        return Err(wrong_type(
            Code::CALL_TYPE,
            &info.name,
            format!("has {has} dimensions, and its axes {axes} need {rank}{data}"),
        ));
    }
    let given = &view.shape()[rank..];
    if given.iter().zip(&info.data).any(|(given, size)| *given != *size as usize) {
        let message =
            format!("has the sizes {given:?} along its data dimensions, and the parameter is declared {:?}", info.data);
        return Err(wrong_type(Code::CALL_TYPE, &info.name, message));
    }
    if info.access.writes() && !view.is_writable() {
        return Err(wrong_value(
            Code::READ_ONLY,
            Some(&info.name),
            "is read-only, but the program writes it: pass a writable array",
        ));
    }
    Ok(())
}

fn check_scalar(name: &str, dtype: DType, value: Value) -> Result<Value, CallError> {
    let given = value.dtype();
    if !dtype.takes(given) {
        return Err(wrong_type(Code::CALL_TYPE, name, format!("is declared {dtype}, and a {given} was passed")));
    }
    let converted = value.cast(dtype);
    if given.is_int() && dtype.is_int() && converted.as_i64() != value.as_i64() {
        return Err(wrong_value(Code::CALL_TYPE, Some(name), format!("{} does not fit into {dtype}", value.as_i64())));
    }
    if given.is_float() && value.as_f64().is_finite() && !converted.as_f64().is_finite() {
        return Err(wrong_value(Code::CALL_TYPE, Some(name), format!("{} does not fit into {dtype}", value.as_f64())));
    }
    Ok(converted)
}

/// The origins of the fields that are there, given or by default.
fn origins(present: &[Present], given: &[Option<&Vec<i64>>]) -> Result<Vec<Vec<i64>>, CallError> {
    let origin = |((info, _), given): (&Present, &Option<&Vec<i64>>)| {
        let origin = given.cloned().unwrap_or_else(|| info.default_origin());
        if origin.len() != info.axes.rank() {
            let (axes, rank, has) = (info.axes, info.axes.rank(), origin.len());
            let message = format!("its origin {origin:?} has {has} entries, and its axes {axes} need {rank}");
            return Err(wrong_value(Code::CALL_ORIGIN, Some(&info.name), message));
        }
        Ok(origin)
    };
    present.iter().zip(given).map(origin).collect()
}

/// The largest domain that all fields have room for. An array without points has no room and wants none; any other one has
/// room for a point.
fn largest_domain(present: &[Present], origins: &[Vec<i64>]) -> Result<Domain, CallError> {
    let mut domain: [Option<i64>; 3] = [None; 3];
    for ((info, view), origin) in present.iter().zip(origins) {
        for ((axis, size), origin) in info.axes.iter().zip(view.shape()).zip(origin) {
            let room = (*size as i64).saturating_sub(*origin).saturating_sub(info.reach(axis).1);
            let fits = if *size == 0 { 0 } else { room };
            if *size > 0 && fits <= 0 {
                return Err(no_room(info, axis, (*size as i64, *origin, 1), 0, fits.saturating_neg().saturating_add(1)));
            }
            let slot = &mut domain[axis.index()];
            *slot = Some(slot.map_or(fits, |n| n.min(fits)));
        }
    }
    let mut sizes = [0; 3];
    for (n, size) in domain.into_iter().enumerate() {
        // Planes alone are computed on one level.
        sizes[n] = size.or((n == 2).then_some(1)).ok_or_else(|| {
            wrong_value(
                Code::CALL_ORIGIN,
                None,
                format!("no field has the axis {}: pass the sizes of the domain with `domain`", LETTERS[n]),
            )
        })?;
    }
    Ok(sizes)
}

fn bind_field(info: &FieldInfo, view: &ArrayView, origin: &[i64], domain: Domain) -> Result<BoundField, CallError> {
    let mut bound = BoundField {
        base: view.start(),
        dtype: info.dtype,
        axes: info.axes,
        strides: [0; 3],
        low: [0; 3],
        high: std::array::from_fn(|n| if info.axes.has(Axis::ALL[n]) { 0 } else { 1 }),
        data: Data::new(&info.data, &view.strides()[info.axes.rank()..]),
    };
    for (d, axis) in info.axes.iter().enumerate() {
        let (n, size) = (axis.index(), view.shape()[d] as i64);
        let (first, end) = info.needed(axis, domain[n]);
        let missing_below = origin[d].saturating_add(first).saturating_neg();
        let missing_above = origin[d].saturating_add(end).saturating_sub(size);
        if missing_below.max(missing_above) > 0 {
            return Err(no_room(info, axis, (size, origin[d], domain[n]), missing_below, missing_above));
        }
        bound.strides[n] = view.strides()[d];
        bound.low[n] = -origin[d];
        bound.high[n] = size - origin[d];
        bound.base = bound.base.wrapping_offset(origin[d] as isize * view.strides()[d]);
    }
    Ok(bound)
}

/// Of a field whose array of `size` points has too few of them before or after its origin.
fn no_room(info: &FieldInfo, axis: Axis, (size, origin, domain): (i64, i64, i64), below: i64, above: i64) -> CallError {
    let letter = LETTERS[axis.index()];
    if !(0..=size).contains(&origin) {
        let message = format!("its origin lies outside: {origin} is not within 0 to {size} along {letter}");
        return wrong_value(Code::CALL_ORIGIN, Some(&info.name), message);
    }
    let (missing, side) = if below > 0 { (below, "below") } else { (above, "above") };
    let (low, high) = info.reach(axis);
    let interfaces =
        if info.interfaces.has(axis) { "; it is a field at interfaces, one more than the domain has points" } else { "" };
    let message = format!(
        "{missing} points are missing along {letter}, {side} the domain: the array has {size}, its origin is {origin}, the domain \
         {domain} and the program reaches {low} below and {high} above it{interfaces}"
    );
    wrong_value(Code::ARRAY_TOO_SMALL, Some(&info.name), message)
}

/// The fields that are one array from the same point on, of which one is written. Any other output may share no memory with what
/// is `used` of another argument: what the others would hold depends on the schedule.
fn twins<'a>(
    present: &[Present<'a>],
    bound: &[(FieldId, BoundField)],
    used: &dyn Fn(usize) -> ArrayView<'a>,
) -> Result<Twins, CallError> {
    let mut twins = Twins::default();
    let ranges: Vec<_> = present.iter().map(|(_, view)| view.layout().bytes()).collect();
    for (n, (info, view)) in present.iter().enumerate().filter(|(_, (info, _))| info.access.writes()) {
        let near = |m: usize| m != n && ranges[m].start < ranges[n].end && ranges[n].start < ranges[m].end;
        for m in (0..present.len()).filter(|m| near(*m) && present[*m].0.access != Mode::None) {
            if bound[m].1.is_same(&bound[n].1) {
                twins.add(bound[m].0, bound[n].0);
            } else if share_memory(used(m).layout(), used(n).layout()) {
                return Err(shares_memory(info, present[m].0, &bound[n].1, &bound[m].1));
            }
        }
        if view.shape().iter().zip(view.strides()).any(|(n, s)| *n > 1 && *s == 0) {
            return Err(wrong_value(
                Code::SHARED_MEMORY,
                Some(&info.name),
                "is written, and several of its elements have one address (a stride of zero)",
            ));
        }
    }
    Ok(twins)
}

/// Of a written field, bound to memory that another one is bound to as well.
fn shares_memory(info: &FieldInfo, other: &FieldInfo, bound: &BoundField, other_bound: &BoundField) -> CallError {
    let advice = match bound.strides == other_bound.strides && bound.dtype == other_bound.dtype {
        true => "pass a copy, or the same array with the same origin for both",
        false => "pass a copy",
    };
    let message = format!("is written and shares memory with `{}`: {advice}", other.name);
    wrong_value(Code::SHARED_MEMORY, Some(&info.name), message)
}

/// The part of an array that a stencil uses on a domain: in I and J what it needs, all levels. It fits.
fn used<'a>((info, view): Present<'a>, origin: &[i64], domain: Domain) -> ArrayView<'a> {
    let horizontal = info.axes.iter().enumerate().filter(|(_, axis)| *axis != Axis::K);
    horizontal.fold(view.clone(), |view, (d, axis)| {
        let (first, end) = info.needed(axis, domain[axis.index()]);
        view.part(d, (origin[d] + first) as usize, (end - first).max(0) as usize)
    })
}
