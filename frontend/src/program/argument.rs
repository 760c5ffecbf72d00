//! Binds arguments to parameters, and finds the part of the domain that a call computes.

use super::ProgramLower;
use crate::access::count;
use crate::constant::Constant;
use crate::convert;
use crate::inline::parameters;
use crate::syntax::{BinaryOp, Expr, ExprKind, Function, Name};
use std::sync::Arc;
use tradewind_ir as ir;
use tradewind_ir::suggest::hint;
use tradewind_ir::{Anchor, Axis, Bound, Code, DType, Diagnostic, Limits, Range, Span, Stretch};

const PART_HELP: &str = "write three of them, for I, J and K: `origin=(-1, 0, 0)`, `domain=(NI + 1, -1, None)`";

/// The part of the domain that a call computes: a range along each axis, or points of which the first or the number is known at
/// run time.
pub struct CallDomain {
    pub domain: [Range; 3],
    pub stretches: Vec<Stretch>,
}

/// A number of an `origin=` or a `domain=`.
enum Size {
    /// `None`
    Open,
    Known(Bound),
    Computed(ir::Expr),
}

impl ProgramLower<'_> {
    /// Which argument each parameter gets, defaults included.
    pub(super) fn arguments<'e>(
        &mut self,
        e: &Expr,
        def: &'e Arc<Function>,
        args: &'e [Expr],
        named: &'e [(Name, Expr)],
    ) -> Option<Vec<(String, &'e Expr)>> {
        let positional = def.params.iter().filter(|p| !p.keyword_only).count();
        if let Some(extra) = args.get(positional) {
            let takes = count(positional, "argument", "arguments");
            let message = format!("`{}` takes {takes}, and the call has {}", def.name.text, args.len());
            let found = Diagnostic::error(Code::WRONG_ARGUMENTS, message, extra.span, "this argument is one too many");
            return self.names.fail(found.label(def.name.span, "defined here"));
        }
        for (name, _) in named {
            match def.params.iter().position(|p| p.name.text == name.text) {
                None => {
                    let message = format!("`{}` has no parameter `{}`", def.name.text, name.text);
                    let found = Diagnostic::error(Code::WRONG_ARGUMENTS, message, name.span, "named here")
                        .label(def.name.span, "defined here");
                    let known = def.params.iter().map(|p| p.name.text.as_str()).chain(["origin", "domain"]);
                    return self.names.fail(hint(found, &name.text, known).note(parameters(def)));
                }
                Some(at) if at < args.len() => {
                    let message = format!("the argument `{}` is given twice", name.text);
                    let found = Diagnostic::error(Code::WRONG_ARGUMENTS, message, name.span, "by name here")
                        .label(args[at].span, "by position here");
                    return self.names.fail(found);
                }
                Some(_) => {}
            }
        }
        let mut given = Vec::new();
        for (n, param) in def.params.iter().enumerate() {
            let by_name = || named.iter().find(|(name, _)| name.text == param.name.text).map(|(_, value)| value);
            match args.get(n).filter(|_| !param.keyword_only).or_else(by_name).or(param.default.as_ref()) {
                Some(value) => given.push((param.name.text.clone(), value)),
                None => {
                    self.left_out(e, def, &param.name.text);
                    return None;
                }
            }
        }
        Some(given)
    }

    pub(super) fn left_out(&mut self, e: &Expr, def: &Arc<Function>, name: &str) {
        let message = format!("the argument `{name}` of `{}` is missing", def.name.text);
        let found = Diagnostic::error(Code::WRONG_ARGUMENTS, message, e.span, "in this call");
        let param = def.params.iter().find(|p| p.name.text == name);
        let found = match param {
            Some(param) if param.default.is_some() => found
                .label(param.name.span, "optional")
                .note("an optional argument may be left out only if the stencil does not use it"),
            Some(param) => found.label(param.name.span, "the parameter"),
            None => found,
        };
        self.names.report(found);
    }

    /// The part of the domain that `origin=` and `domain=` select, which may reach beyond it.
    pub(super) fn call_domain(&mut self, options: &[(Name, Expr)]) -> Option<CallDomain> {
        let given = |word: &str| options.iter().find(|(name, _)| name.text == word).map(|(_, e)| e);
        let (mut origins, mut sizes) = ([const { None }; 3], [const { None }; 3]);
        if let Some(e) = given("origin") {
            for (origin, (value, item)) in origins.iter_mut().zip(self.three(e)?) {
                if let Size::Open = value {
                    return self.refuse_part("an origin must be three positions", item, "this contains `None`");
                }
                *origin = Some((value, item));
            }
        }
        if let Some(e) = given("domain") {
            sizes = self.three(e)?.map(Some);
        }
        let mut call = CallDomain { domain: Axis::ALL.map(|_| Range::full()), stretches: Vec::new() };
        for ((axis, origin), size) in Axis::ALL.into_iter().zip(origins).zip(sizes) {
            let at = size.as_ref().or(origin.as_ref()).map_or(Span::NONE, |(_, item)| item.span);
            let ends = size.as_ref().map_or(at, |(_, item)| item.span);
            let (first, size) = (origin.map_or(Size::Known(Bound::START), |o| o.0), size.map_or(Size::Open, |s| s.0));
            match (first, size) {
                (Size::Known(first), Size::Known(size)) => {
                    let end = match (size.anchor, first.anchor) {
                        (Anchor::Start, _) if size.offset < 0 => Bound::end(size.offset),
                        (Anchor::Start, _) => first.shift(size.offset),
                        (Anchor::End, Anchor::Start) => size.shift(first.offset),
                        (Anchor::End, Anchor::End) => {
                            let found = Diagnostic::error(
                                Code::CALL_DOMAIN,
                                "this part has no end",
                                ends,
                                "it starts at the end of the domain and has the size of the domain",
                            );
                            return self.names.fail(found.help(PART_HELP));
                        }
                    };
                    call.domain[axis.index()] = Range::new(first, end);
                }
                (Size::Known(first), Size::Open) => call.domain[axis.index()] = Range::new(first, Bound::END),
                (first, size) => call.stretches.push(self.stretch(axis, first, size, at)?),
            }
        }
        Some(call)
    }

    /// Points along one axis, of which the first or the number is known at run time.
    fn stretch(&mut self, axis: Axis, first: Size, size: Size, at: Span) -> Option<Stretch> {
        let position = |bound: Bound, options| match bound.anchor {
            Anchor::Start => convert::int(i64::from(bound.offset), options, at),
            Anchor::End => ir::Expr { kind: ir::ExprKind::Bound(axis, bound), dtype: DType::I32, span: at },
        };
        let stretch = |first, size| Stretch { axis, first, size, limits: Limits::NONE };
        let first = match first {
            Size::Computed(first) => first,
            Size::Known(first) => position(first, self.options),
            Size::Open => position(Bound::START, self.options),
        };
        let end = match size {
            Size::Computed(size) => return Some(stretch(first, size)),
            Size::Known(Bound { anchor: Anchor::Start, offset }) if offset < 0 => Bound::end(offset),
            Size::Known(size) => return Some(stretch(first, position(size, self.options))),
            Size::Open => Bound::END,
        };
        let size = self.names.binary(BinaryOp::Sub, position(end, self.options), first.clone(), at)?;
        Some(stretch(first, size))
    }

    fn refuse_part<T>(&mut self, message: &str, e: &Expr, label: &str) -> Option<T> {
        self.names.fail(Diagnostic::error(Code::CALL_DOMAIN, message, e.span, label).help(PART_HELP))
    }

    /// Three positions or sizes, or `None`s, and where they stand: integers, and `NI + 1` for one more than the domain has.
    fn three<'e>(&mut self, e: &'e Expr) -> Option<[(Size, &'e Expr); 3]> {
        let items = if let ExprKind::Tuple(items) = &e.kind { items.as_slice() } else { &[] };
        let [i, j, k] = items else {
            return self.refuse_part("this is not a position or size", e, "not three numbers");
        };
        Some([(self.size(Axis::I, i)?, i), (self.size(Axis::J, j)?, j), (self.size(Axis::K, k)?, k)])
    }

    fn size(&mut self, axis: Axis, e: &Expr) -> Option<Size> {
        let near = |n: i64| n.abs() < i64::from(crate::constant::LEVEL_LIMIT);
        match self.names.constant(e) {
            Ok(Constant::None) => Some(Size::Open),
            Ok(Constant::Int(n)) if near(n) => Some(Size::Known(Bound::start(n as i32))),
            Ok(Constant::Index(of, bound)) if of == axis && near(i64::from(bound.offset)) => Some(Size::Known(bound)),
            Ok(Constant::Index(..)) => {
                self.refuse_part("this is the size of another axis", e, "sizes are in the order I, J, K")
            }
            Ok(_) => self.refuse_part("an integer is needed here", e, "no integer, or too large"),
            Err(_) if self.names.blame(e) => None,
            Err(_) => {
                let value = self.value(e)?;
                if value.dtype.is_int() {
                    return Some(Size::Computed(value));
                }
                let label = format!("this is of type {}", value.dtype);
                let found = Diagnostic::error(Code::CALL_DOMAIN, "an integer is needed here", e.span, label);
                self.names.fail(found.help("convert it: `int(…)`"))
            }
        }
    }
}
