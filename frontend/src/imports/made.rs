//! What makes functions stencils and programs: decorators, by whatever name, and calls of them.

use super::view::View;
use crate::constant::{Constant, Lookup};
use crate::function_ref::{DecoratorOption, FunctionRef};
use crate::names::{Binding, Maker, Names};
use crate::outline::END;
use crate::syntax::{Expr, ExprKind, Function, Name, StmtKind};
use crate::words::Word;
use std::sync::Arc;

impl View<'_> {
    /// What `name = value` gives where the value calls a maker: `tradewind.program(f)` is a program,
    /// `functools.partial(tradewind.program, …)` and `tradewind.program(…)` without a function are makers.
    pub(super) fn made(&self, name: &Name, e: &Expr) -> Option<Binding> {
        let ExprKind::Call(f, args, named) = &e.kind else { return None };
        if self.word(f) == Some(Word::Partial) {
            let maker = self.maker(args.first()?)?;
            return Some(Binding::Maker(self.with_options(maker, named)));
        }
        let maker = self.with_options(self.maker(f)?, named);
        let by_name = named.iter().filter(|(name, _)| name.text == "definition").map(|(_, value)| value);
        let mut given = args.iter().chain(by_name).peekable();
        if given.peek().is_none() {
            return Some(Binding::Maker(maker));
        }
        let function = given.find_map(|e| match self.resolve(e)? {
            Binding::Function(f) | Binding::Stencil(f) | Binding::Program(f) => Some(f),
            _ => None,
        });
        match function {
            Some(function) => Some(as_role(maker.role, renamed(function, name, maker))),
            None => {
                let is_option = matches!(self.constant(args.first()?), Some(Constant::Text(_))) || is_text(args.first()?);
                is_option.then_some(Binding::Maker(maker))
            }
        }
    }

    /// What a decorator makes of the function below.
    pub(super) fn decorator(&self, e: &Expr) -> Option<Maker> {
        match &e.kind {
            ExprKind::Call(f, _, named) if self.word(f) != Some(Word::Partial) => {
                Some(self.with_options(self.maker(f)?, named))
            }
            _ => self.maker(e),
        }
    }

    /// What makes functions stencils and the like: a word, a name for one with options, a call that gives one, or a function
    /// that passes its argument on to one.
    fn maker(&self, e: &Expr) -> Option<Maker> {
        match self.resolve(e) {
            Some(Binding::Function(function)) => self.passed_on(&function),
            _ => self.plain_maker(e),
        }
    }

    fn plain_maker(&self, e: &Expr) -> Option<Maker> {
        if let ExprKind::Call(f, args, named) = &e.kind {
            let of = if self.word(f) == Some(Word::Partial) { args.first()? } else { &**f };
            return Some(self.with_options(self.plain_maker(of)?, named));
        }
        match self.resolve(e)? {
            Binding::Word(role @ (Word::Stencil | Word::Program | Word::Function)) => Some(Maker { role, options: Vec::new() }),
            Binding::Maker(maker) => Some(maker),
            _ => None,
        }
    }

    /// `def my(f): return tradewind.program(schedule="naive")(f)`
    fn passed_on(&self, function: &FunctionRef) -> Option<Maker> {
        let is_text = |kind: &StmtKind| matches!(kind, StmtKind::Expr(Expr { kind: ExprKind::Text(_), .. }));
        let mut body = function.def.body.iter().filter(|stmt| !is_text(&stmt.kind));
        let (Some(stmt), None, [param]) = (body.next(), body.next(), function.def.params.as_slice()) else { return None };
        let StmtKind::Return(Some(Expr { kind: ExprKind::Call(f, args, named), .. })) = &stmt.kind else { return None };
        if args.first().and_then(Expr::name) != Some(&param.name.text) {
            return None;
        }
        let there = self.elsewhere(function.file, END);
        Some(there.with_options(there.plain_maker(f)?, named))
    }

    fn with_options(&self, mut maker: Maker, named: &[(Name, Expr)]) -> Maker {
        let given = named.iter().map(|(name, value)| DecoratorOption {
            file: self.file,
            name: name.clone(),
            value: Arc::new(value.clone()),
        });
        maker.options.extend(given);
        maker
    }
}

/// A function under the name that its maker's result gets.
fn renamed(function: FunctionRef, name: &Name, maker: Maker) -> FunctionRef {
    let is_same = maker.role == Word::Function || function.def.name.text == name.text;
    let def = if is_same { function.def } else { Arc::new(Function { name: name.clone(), ..(*function.def).clone() }) };
    FunctionRef { file: function.file, def, options: maker.options.into() }
}

/// A function as a stencil, a program or a plain function.
pub fn as_role(role: Word, function: FunctionRef) -> Binding {
    match role {
        Word::Stencil => Binding::Stencil(function),
        Word::Program => Binding::Program(function),
        _ => Binding::Function(function),
    }
}

fn is_text(e: &Expr) -> bool {
    matches!(e.kind, ExprKind::Text(_))
}
