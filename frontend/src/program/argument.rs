//! Which argument each parameter gets, and the part of the domain that a call computes.

use super::ProgramLower;
use crate::access::count;
use crate::constant::Constant;
use crate::inline::parameters;
use crate::suggest::hint;
use crate::syntax::{Expr, ExprKind, Function, Name};
use std::sync::Arc;
use tradewind_ir::{Anchor, Axis, Bound, Code, Diagnostic, Range};

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
            let message = format!("`{}` takes {takes} and gets {}", def.name.text, args.len());
            let found = Diagnostic::error(Code::WRONG_ARGUMENTS, message, extra.span, "one too many");
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
    pub(super) fn domain(&mut self, options: &[(Name, Expr)]) -> Option<[Range; 3]> {
        let mut part = Axis::ALL.map(|_| Range::full());
        if let Some((_, e)) = options.iter().find(|(name, _)| name.text == "origin") {
            for (range, (value, item)) in part.iter_mut().zip(self.three(e)?) {
                match value {
                    Some(first) => range.lo = vec![first],
                    None => return self.refuse_part("an origin is three positions", item, "`None` in it"),
                }
            }
        }
        if let Some((_, e)) = options.iter().find(|(name, _)| name.text == "domain") {
            for (range, (size, item)) in part.iter_mut().zip(self.three(e)?) {
                let first = range.lo.first().copied().unwrap_or(Bound::START);
                let end = match size {
                    None => Bound::END,
                    Some(Bound { anchor: Anchor::Start, offset }) if offset < 0 => Bound::end(offset),
                    Some(Bound { anchor: Anchor::Start, offset }) => first.shift(offset),
                    Some(end) if first.anchor == Anchor::Start => end.shift(first.offset),
                    Some(_) => {
                        return self.refuse_part("this part has no end", item, "from its end, as far as the domain is wide");
                    }
                };
                range.hi = vec![end];
            }
        }
        Some(part)
    }

    fn refuse_part<T>(&mut self, message: &str, e: &Expr, label: &str) -> Option<T> {
        let help = "write three of them, for I, J and K: `origin=(-1, 0, 0)`, `domain=(NI + 1, -1, None)`";
        self.names.fail(Diagnostic::error(Code::CALL_DOMAIN, message, e.span, label).help(help))
    }

    /// Three positions or sizes, or `None`s, and where they stand: numbers, and `NI + 1` for one more than the domain has.
    fn three<'e>(&mut self, e: &'e Expr) -> Option<[(Option<Bound>, &'e Expr); 3]> {
        let items = if let ExprKind::Tuple(items) = &e.kind { items.as_slice() } else { &[] };
        let [i, j, k] = items else {
            return self.refuse_part("this is not a position or size", e, "not three numbers");
        };
        let mut one = |axis: Axis, e: &'e Expr| {
            let near = |n: i64| n.abs() < i64::from(crate::constant::LEVEL_LIMIT);
            match self.names.constant(e) {
                Ok(Constant::None) => Some((None, e)),
                Ok(Constant::Int(n)) if near(n) => Some((Some(Bound::start(n as i32)), e)),
                Ok(Constant::Index(of, bound)) if of == axis && near(i64::from(bound.offset)) => Some((Some(bound), e)),
                Ok(Constant::Index(..)) => {
                    self.refuse_part("this is the size of another axis", e, "they stand in the order I, J, K")
                }
                _ if self.names.blame(e) => None,
                _ => self.refuse_part(
                    "an integer known at compile time is needed here",
                    e,
                    "known at run time only, or no integer",
                ),
            }
        };
        Some([one(Axis::I, i)?, one(Axis::J, j)?, one(Axis::K, k)?])
    }
}
