//! Which argument each parameter gets, and the part of the domain that a call computes.

use super::ProgramLower;
use crate::access::count;
use crate::constant::Constant;
use crate::inline::parameters;
use crate::suggest::hint;
use crate::syntax::{Expr, ExprKind, Function, Name};
use std::sync::Arc;
use tradewind_ir::{Axis, Bound, Code, Diagnostic, Range};

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

    /// The part of the domain that `origin=` and `domain=` select.
    pub(super) fn domain(&mut self, options: &[(Name, Expr)]) -> Option<[Range; 3]> {
        let mut origin = [0; 3];
        let mut end = [Bound::END; 3];
        if let Some((_, e)) = options.iter().find(|(name, _)| name.text == "origin") {
            for (n, value) in self.three(e)?.into_iter().enumerate() {
                match value {
                    Some(v) => origin[n] = v,
                    None => {
                        return self.names.fail(Diagnostic::error(
                            Code::CALL_DOMAIN,
                            "an origin is three integers",
                            e.span,
                            "`None` in it",
                        ));
                    }
                }
            }
        }
        if let Some((_, e)) = options.iter().find(|(name, _)| name.text == "domain") {
            for (n, value) in self.three(e)?.into_iter().enumerate() {
                end[n] = match value {
                    None => Bound::END,
                    Some(v) if v < 0 => Bound::end(v),
                    Some(v) => Bound::start(origin[n] + v),
                };
            }
        }
        Some(Axis::ALL.map(|axis| Range::new(Bound::start(origin[axis.index()]), end[axis.index()])))
    }

    /// Three integers or `None`s.
    pub(super) fn three(&mut self, e: &Expr) -> Option<[Option<i32>; 3]> {
        let help = "write three of them, for I, J and K: `origin=(1, 1, 0)`, `domain=(-1, -1, None)`";
        let items = if let ExprKind::Tuple(items) = &e.kind { items.as_slice() } else { &[] };
        let [i, j, k] = items else {
            return self.names.fail(
                Diagnostic::error(Code::CALL_DOMAIN, "this is not a position or size", e.span, "not three numbers").help(help),
            );
        };
        let mut one = |e: &Expr| match self.names.constant(e) {
            Ok(Constant::None) => Some(None),
            Ok(Constant::Int(n)) if n.abs() < i64::from(crate::constant::LEVEL_LIMIT) => Some(Some(n as i32)),
            _ => {
                let found = Diagnostic::error(
                    Code::CALL_DOMAIN,
                    "an integer known at compile time is needed here",
                    e.span,
                    "known at run time only, or no integer",
                );
                self.names.fail(found.help(help))
            }
        };
        Some([one(i)?, one(j)?, one(k)?])
    }
}
