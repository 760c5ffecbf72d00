//! Parts of a program's domain whose place and size are found at run time.

use crate::array::PointBox;
use crate::diagnostic::{Code, Diagnostic};
use crate::domain::{Axes, Axis, Domain};
use crate::expr::Expr;
use crate::source::Span;
use crate::value::Value;

/// Points in a row along one axis: `size` of them from `first` on, counted from the start of the program's domain. Both are
/// integers, evaluated when the step runs.
#[derive(Clone, PartialEq, Debug)]
pub struct Stretch {
    pub axis: Axis,
    pub first: Expr,
    pub size: Expr,
    pub limits: Limits,
}

/// Which stretches along an axis are allowed, besides those without points.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Limits {
    /// The fewest points.
    pub least: u32,
    /// How far the stretch may reach below the start of the program's domain (zero or negative) and beyond its end (zero or
    /// positive): as far as the fields have points for what is read and written around it.
    pub reach: (i32, i32),
}

impl Limits {
    /// Any points: the limits of a stretch in a program, where they follow from what is computed there.
    pub const NONE: Limits = Limits { least: 1, reach: (i32::MIN, i32::MAX) };
}

/// The part of the domain on which calls are computed. Along an axis without a stretch it is the whole domain. Along one with a
/// stretch, the point 0, the start and the end are those of the stretch.
///
/// In a program it has neither label nor limits: [`ProgramSummary::window`](crate::access::ProgramSummary::window) finds both.
#[derive(Clone, Debug)]
pub struct Window {
    /// What is computed there: the name of the stencil.
    pub label: String,
    /// In the order of the axes, at most one for each.
    pub stretches: Vec<Stretch>,
    pub span: Span,
}

impl Window {
    /// A part of the domain as it is written in a program.
    pub fn written(stretches: Vec<Stretch>, span: Span) -> Box<Window> {
        Box::new(Window { label: String::new(), stretches, span })
    }
    /// The axes that have a stretch.
    pub fn axes(&self) -> Axes {
        self.stretches.iter().map(|stretch| stretch.axis).collect()
    }
    /// The expressions that are evaluated before the calls.
    pub fn exprs(&self) -> impl Iterator<Item = &Expr> {
        self.stretches.iter().flat_map(Stretch::exprs)
    }
    /// How many points more than the program's domain the part may have along each axis.
    pub fn surplus(&self) -> Domain {
        let mut surplus = [0; 3];
        for Stretch { axis, limits: Limits { reach: (low, high), .. }, .. } in &self.stretches {
            surplus[axis.index()] = i64::from(*high) - i64::from(*low);
        }
        surplus
    }
    /// The points of the program's domain that make the part; nothing if there are none. `value` evaluates expressions.
    ///
    /// # Errors
    /// A stretch that the fields do not have; a part that has points, but too few along an axis.
    pub fn place(&self, domain: Domain, value: impl Fn(&Expr) -> Value) -> Result<Option<PointBox>, Diagnostic> {
        let mut part = domain.map(|size| (0, size));
        if domain.iter().any(|size| *size <= 0) {
            return Ok(None);
        }
        for stretch in &self.stretches {
            let [first, size] = stretch.exprs().map(|e| value(e).as_i64());
            let (low, high) = stretch.limits.reach;
            let (low, high) = (i64::from(low), domain[stretch.axis.index()] + i64::from(high));
            let fits = |end: &i64| size == 0 || size > 0 && low <= first && *end <= high;
            let end = first.checked_add(size).filter(fits);
            part[stretch.axis.index()] = (first, end.ok_or_else(|| self.misplaced(stretch, (first, size), (low, high)))?);
        }
        if part.iter().any(|(first, end)| first == end) {
            return Ok(None);
        }
        let small = |stretch: &&Stretch| {
            let (first, end) = part[stretch.axis.index()];
            end - first < i64::from(stretch.limits.least)
        };
        match self.stretches.iter().find(small) {
            None => Ok(Some(part)),
            Some(Stretch { axis, size, limits: Limits { least, .. }, .. }) => {
                let (first, end) = part[axis.index()];
                let message = format!("`{}` is called on {} points along {axis}, and needs {least}", self.label, end - first);
                Err(Diagnostic::error(Code::DOMAIN_TOO_SMALL, message, self.span, "called here").label(size.span, "the size"))
            }
        }
    }

    fn misplaced(&self, stretch: &Stretch, (first, size): (i64, i64), (low, high): (i64, i64)) -> Diagnostic {
        let (label, axis) = (&self.label, stretch.axis);
        let message = format!("`{label}` is called on {size} points along {axis} from {first} on");
        let found =
            Diagnostic::error(Code::CALL_DOMAIN, message, self.span, "called here").label(stretch.size.span, "the size");
        let found = found.note(format!("it may be called on points from {low} up to, not including, {high}"));
        found.help("limit the size with `min` and `max`; a size of 0 computes nothing")
    }
}

impl Stretch {
    /// The first point and the size.
    pub fn exprs(&self) -> [&Expr; 2] {
        [&self.first, &self.size]
    }
}

impl PartialEq for Window {
    fn eq(&self, o: &Self) -> bool {
        (&self.label, &self.stretches) == (&o.label, &o.stretches)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(first: i64, size: i64) -> Result<Option<(i64, i64)>, String> {
        let [first, size] = [first, size].map(|n| Expr::literal(Value::I64(n), Span::NONE));
        let limits = Limits { least: 2, reach: (-1, 3) };
        let stretches = vec![Stretch { axis: Axis::J, first, size, limits }];
        let window = Window { label: "s".into(), stretches, span: Span::NONE };
        let literal = |e: &Expr| if let crate::expr::ExprKind::Literal(v) = e.kind { v } else { Value::I64(0) };
        let placed = window.place([4, 8, 5], literal).map_err(|d| d.message)?;
        Ok(placed.map(|part| {
            assert_eq!((part[0], part[2]), ((0, 4), (0, 5)));
            part[1]
        }))
    }

    #[test]
    fn a_part_lies_where_the_fields_have_points() {
        assert_eq!(place(0, 8), Ok(Some((0, 8))));
        assert_eq!(place(-1, 12), Ok(Some((-1, 11))));
        assert_eq!(place(9, 2), Ok(Some((9, 11))));
        assert_eq!(place(3, 0), Ok(None));
        assert_eq!(place(20, 0), Ok(None));
        for (first, size) in [(0, 12), (-2, 3), (0, -1), (11, 1), (i64::MAX, 1), (0, i64::MIN)] {
            assert_eq!(place(first, size), Err(format!("`s` is called on {size} points along j from {first} on")));
        }
        assert_eq!(place(0, 1), Err("`s` is called on 1 points along j, and needs 2".to_string()));
    }
}
