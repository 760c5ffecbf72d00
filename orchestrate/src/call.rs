//! The checked call: everything that can be wrong with the arguments is found before anything runs.

use crate::memory::{Bound, Data};
use crate::overlap::share_memory;
use crate::placement::Placement;
use crate::signature::{FieldInfo, Position, Signature};
use crate::view::ArrayView;
use std::fmt;
use tradewind_ir::access::Mode;
use tradewind_ir::{Axis, Code, DType, Domain, FieldId, Value};

/// One argument of a call.
#[derive(Clone, Debug)]
pub enum Argument<'a> {
    Field(ArrayView<'a>),
    /// Converted to the parameter's type, if it can hold the value's kind (an integer may become a float, not vice versa).
    Scalar(Value),
    /// Nothing, for a parameter that the program does not touch.
    Absent,
}

/// Why a call was refused, or failed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CallError {
    pub code: Code,
    pub kind: CallErrorKind,
    /// The argument it is about, if it is about one.
    pub argument: Option<String>,
    /// What is wrong and how to mend it.
    pub message: String,
}

/// What a call error is about.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum CallErrorKind {
    /// A wrong number of arguments, a field for a scalar, a wrong type or rank.
    Type,
    /// Arrays too small, a wrong origin or domain, overlapping or read-only outputs.
    Value,
    /// A failure while running: a callback's error.
    Run,
    /// A data-dependent index that does not exist; the outputs hold what was computed so far.
    Index,
}

impl fmt::Display for CallError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.argument {
            Some(name) => write!(f, "argument `{name}`: {}", self.message),
            None => f.write_str(&self.message),
        }
    }
}

impl std::error::Error for CallError {}

/// Arguments that passed all checks.
pub(crate) struct BoundCall {
    pub domain: Domain,
    /// All fields but those that are absent.
    pub fields: Vec<(FieldId, Bound)>,
    /// In the order of the signature's scalars, of their types.
    pub scalars: Vec<Value>,
}

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
        let message =
            format!("`{}` takes {} arguments ({}), {} given", signature.name, names.len(), names.join(", "), arguments.len());
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
                return Err(not_given(&signature.fields[n].name, "is left out, but the program uses it"));
            }
            (Position::Scalar(n), Argument::Absent) => {
                return Err(not_given(&signature.scalars[n].name, "is left out, but the program uses it"));
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
    let tight = (0..3).find(|n| domain[*n] > 0 && domain[*n] < signature.min_size[*n]);
    if let Some(n) = tight.filter(|_| !domain.contains(&0)) {
        let (letter, needs, has) = (["I", "J", "K"][n], signature.min_size[n], domain[n]);
        let message =
            format!("`{}` needs at least {needs} points along {letter}, the domain {domain:?} has {has}", signature.name);
        return Err(wrong_value(Code::DOMAIN_TOO_SMALL, None, message));
    }
    let mut fields = Vec::new();
    for ((info, view), origin) in present.iter().zip(&origins) {
        fields.push((info.id, bind_field(info, view, origin, domain)?));
    }
    check_aliasing(&present, &|n| {
        if signature.stays_near { used(present[n], &origins[n], domain) } else { present[n].1.clone() }
    })?;
    Ok(BoundCall { domain, fields, scalars: scalars.into_iter().flatten().collect() })
}

/// Of an argument that is not what its parameter takes, or is not there.
fn not_given(name: &str, message: &str) -> CallError {
    wrong_type(Code::CALL_ARGUMENTS, name, message)
}

fn wrong_type(code: Code, name: &str, message: impl Into<String>) -> CallError {
    CallError { code, kind: CallErrorKind::Type, argument: Some(name.to_string()), message: message.into() }
}

pub(crate) fn wrong_value(code: Code, name: Option<&str>, message: impl Into<String>) -> CallError {
    CallError { code, kind: CallErrorKind::Value, argument: name.map(str::to_string), message: message.into() }
}

fn check_view(info: &FieldInfo, view: &ArrayView) -> Result<(), CallError> {
    if view.dtype() != info.dtype {
        let message = format!("holds {}, the parameter is declared {}: convert the array first", view.dtype(), info.dtype);
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
            format!("has {has} dimensions, its axes {axes} ask for {rank}{data}"),
        ));
    }
    let given = &view.shape()[rank..];
    if given.iter().zip(&info.data).any(|(given, size)| *given != *size as usize) {
        let message = format!("has the sizes {given:?} along its data dimensions, the parameter is declared {:?}", info.data);
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
        return Err(wrong_type(Code::CALL_TYPE, name, format!("is declared {dtype}, a {given} was passed")));
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

/// The origins of the fields that are there, given or by default; they must lie within the arrays.
fn origins(present: &[Present], given: &[Option<&Vec<i64>>]) -> Result<Vec<Vec<i64>>, CallError> {
    let origin = |((info, view), given): (&Present, &Option<&Vec<i64>>)| {
        let origin = given.cloned().unwrap_or_else(|| info.default_origin());
        if origin.len() != info.axes.rank() {
            let (axes, rank, has) = (info.axes, info.axes.rank(), origin.len());
            let message = format!("its origin {origin:?} has {has} entries, its axes {axes} ask for {rank}");
            return Err(wrong_value(Code::CALL_ORIGIN, Some(&info.name), message));
        }
        if let Some((o, n)) = origin.iter().zip(view.shape()).find(|(o, n)| **o < 0 || **o > **n as i64) {
            let message = format!("its origin {origin:?} lies outside: {o} is not within 0 to {n}");
            return Err(wrong_value(Code::CALL_ORIGIN, Some(&info.name), message));
        }
        Ok(origin)
    };
    present.iter().zip(given).map(origin).collect()
}

fn largest_domain(present: &[Present], origins: &[Vec<i64>]) -> Result<Domain, CallError> {
    let mut domain: [Option<i64>; 3] = [None; 3];
    for ((info, view), origin) in present.iter().zip(origins) {
        for ((axis, size), origin) in info.axes.iter().zip(view.shape()).zip(origin) {
            let fits = *size as i64 - origin - info.reach(axis).1;
            let slot = &mut domain[axis.index()];
            *slot = Some(slot.map_or(fits, |n| n.min(fits)));
        }
    }
    let letters = ["I", "J", "K"];
    let mut sizes = [0; 3];
    for (n, size) in domain.into_iter().enumerate() {
        // Planes alone are computed on one level.
        sizes[n] = size.or((n == 2).then_some(1)).ok_or_else(|| {
            wrong_value(
                Code::CALL_ORIGIN,
                None,
                format!("no field has the axis {}: pass the sizes of the domain with `domain`", letters[n]),
            )
        })?;
        if sizes[n] < 0 {
            let short = -sizes[n];
            let message = format!("the fields have no room for any domain: {short} points are missing along {}", letters[n]);
            return Err(wrong_value(Code::ARRAY_TOO_SMALL, None, message));
        }
    }
    Ok(sizes)
}

fn bind_field(info: &FieldInfo, view: &ArrayView, origin: &[i64], domain: Domain) -> Result<Bound, CallError> {
    let mut bound = Bound {
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
        let (below, above) = info.reach(axis);
        let missing_below = below - origin[d];
        let needed = if axis == Axis::K { info.levels.needed(domain[n]) } else { domain[n].saturating_add(above) };
        let missing_above = origin[d].saturating_add(needed) - size;
        if missing_below.max(missing_above) > 0 {
            let (missing, side) = if missing_below > 0 { (missing_below, "below") } else { (missing_above, "above") };
            let letter = ["I", "J", "K"][n];
            let message = format!(
                "{missing} points are missing along {letter}, {side} the domain: the array has {size}, its origin is {}, the domain {} \
                 and the program reaches {below} below and {above} above it",
                origin[d], domain[n]
            );
            return Err(wrong_value(Code::ARRAY_TOO_SMALL, Some(&info.name), message));
        }
        bound.strides[n] = view.strides()[d];
        bound.low[n] = -origin[d];
        bound.high[n] = size - origin[d];
        bound.base = bound.base.wrapping_offset(origin[d] as isize * view.strides()[d]);
    }
    Ok(bound)
}

/// An output may share no memory with what is `used` of any other argument: what the others would hold depends on the schedule.
fn check_aliasing<'a>(present: &[Present<'a>], used: &dyn Fn(usize) -> ArrayView<'a>) -> Result<(), CallError> {
    let ranges: Vec<_> = present.iter().map(|(_, view)| view.layout().bytes()).collect();
    for (n, (info, view)) in present.iter().enumerate().filter(|(_, (info, _))| info.access.writes()) {
        let near = |m: usize| m != n && ranges[m].start < ranges[n].end && ranges[n].start < ranges[m].end;
        let shares =
            |m: &usize| near(*m) && present[*m].0.access != Mode::None && share_memory(used(*m).layout(), used(n).layout());
        if let Some(m) = (0..present.len()).find(shares) {
            let message = format!("is written and shares memory with `{}`: pass a copy", present[m].0.name);
            return Err(wrong_value(Code::SHARED_MEMORY, Some(&info.name), message));
        }
        if view.shape().iter().zip(view.strides()).any(|(n, s)| *n > 1 && *s == 0) {
            return Err(wrong_value(
                Code::SHARED_MEMORY,
                Some(&info.name),
                "is written and has several elements at one address (a stride of zero)",
            ));
        }
    }
    Ok(())
}

/// The part of an array that a stencil uses on a domain: in I and J what it reaches, all levels. It fits.
fn used<'a>((info, view): Present<'a>, origin: &[i64], domain: Domain) -> ArrayView<'a> {
    let horizontal = info.axes.iter().enumerate().filter(|(_, axis)| *axis != Axis::K);
    horizontal.fold(view.clone(), |view, (d, axis)| {
        let (below, above) = info.reach(axis);
        let points = below + domain[axis.index()] + above;
        view.part(d, (origin[d] - below) as usize, points as usize)
    })
}
