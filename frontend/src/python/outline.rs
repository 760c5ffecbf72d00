//! The top level of a file as an [`Outline`]: every statement of Python that binds a name.

use super::convert::{Convert, operator};
use crate::outline::{Block, BlockId, BlockKind, Outline, Site, SiteId, Try, TryStep, UnpackIndex, What};
use crate::syntax::{Expr, ExprKind, Name, StmtKind};
use ruff_python_ast as py;
use ruff_python_ast::statement_visitor::{StatementVisitor, walk_stmt};
use ruff_python_ast::visitor::{Visitor, walk_expr, walk_pattern};
use ruff_text_size::Ranged;
use std::sync::Arc;

/// Reads statements in order, noting what they bind.
pub struct Reader<'c, 't> {
    convert: &'c Convert<'t>,
    outline: Outline,
    /// The innermost block around the statement being read.
    block: Option<BlockId>,
    /// The first binding of the statement being read.
    at: SiteId,
}

/// The outline of a file's statements.
pub fn read(convert: &Convert<'_>, body: &[py::Stmt]) -> Outline {
    let mut reader = Reader { convert, outline: Outline::default(), block: None, at: 0 };
    reader.body(body);
    reader.outline
}

impl Reader<'_, '_> {
    fn body(&mut self, body: &[py::Stmt]) {
        body.iter().for_each(|stmt| self.stmt(stmt));
    }

    fn next(&self) -> SiteId {
        self.outline.sites.len()
    }

    fn bind(&mut self, name: Name, what: What) -> SiteId {
        self.outline.push(Site { name, what, block: self.block, at: self.at })
    }

    fn stmt(&mut self, stmt: &py::Stmt) {
        self.at = self.next();
        self.assigned_inside(stmt);
        match stmt {
            py::Stmt::FunctionDef(f) if f.is_async => {
                self.bind(self.convert.name(&f.name), What::Opaque("an `async` function"));
                self.globals(stmt);
            }
            py::Stmt::FunctionDef(f) => {
                self.bind(self.convert.name(&f.name), What::Function(Arc::new(self.convert.function(f))));
                self.globals(stmt);
            }
            py::Stmt::ClassDef(c) => {
                if let StmtKind::Class { name, above, values } = self.convert.class(c) {
                    self.bind(name, What::Class { above, values });
                }
                self.globals(stmt);
            }
            py::Stmt::Assign(a) => {
                let value = Arc::new(self.convert.expr(&a.value));
                self.exported(&a.targets, &value);
                a.targets.iter().for_each(|target| self.assign(target, &value));
            }
            py::Stmt::AnnAssign(a) => {
                let value = a.value.as_ref().map(|value| Arc::new(self.convert.expr(value)));
                value.iter().for_each(|value| self.assign(&a.target, value));
            }
            py::Stmt::AugAssign(a) => {
                let (target, value) = (self.convert.expr(&a.target), self.convert.expr(&a.value));
                let kind = ExprKind::Binary(operator(a.op), Box::new(target), Box::new(value));
                let value = Arc::new(Expr { kind, span: self.convert.span(a.range) });
                self.exported(std::slice::from_ref(&*a.target), &value);
                self.assign(&a.target, &value);
            }
            py::Stmt::TypeAlias(t) => self.assign(&t.name, &Arc::new(self.convert.expr(&t.value))),
            py::Stmt::Import(i) => i.names.iter().for_each(|alias| self.import(alias)),
            py::Stmt::ImportFrom(i) => i.names.iter().for_each(|alias| self.import_from(i, alias)),
            py::Stmt::Delete(d) => d.targets.iter().for_each(|target| self.opaque(target, "removed here")),
            py::Stmt::If(i) => self.branches(i),
            py::Stmt::For(f) => self.repeat(f),
            py::Stmt::While(w) => {
                self.block("`while`", w.test.range(), &w.body);
                self.block("`while`", w.test.range(), &w.orelse);
            }
            py::Stmt::With(w) => {
                let targets = w.items.iter().filter_map(|item| item.optional_vars.as_deref());
                targets.for_each(|target| self.opaque(target, "bound by a `with`"));
                self.body(&w.body);
            }
            py::Stmt::Match(m) => m.cases.iter().for_each(|case| self.block("`match`", case.pattern.range(), &case.body)),
            py::Stmt::Try(t) => self.attempt(t),
            _ => {}
        }
    }

    /// `target = value`
    fn assign(&mut self, target: &py::Expr, value: &Arc<Expr>) {
        self.target(target, value, &mut Vec::new(), &What::Value);
    }

    /// Binds the names of a target to the parts of a value.
    fn target(
        &mut self,
        target: &py::Expr,
        value: &Arc<Expr>,
        path: &mut Vec<UnpackIndex>,
        what: &dyn Fn(Arc<Expr>, Vec<UnpackIndex>) -> What,
    ) {
        match target {
            py::Expr::Name(n) => {
                let name = Name { text: n.id.to_string(), span: self.convert.span(n.range) };
                self.bind(name, what(value.clone(), path.clone()));
            }
            py::Expr::Tuple(py::ExprTuple { elts, .. }) | py::Expr::List(py::ExprList { elts, .. }) => {
                let star = elts.iter().position(py::Expr::is_starred_expr);
                for (n, item) in elts.iter().enumerate() {
                    path.push(match star {
                        None => UnpackIndex::Item(n, elts.len()),
                        Some(star) if n < star => UnpackIndex::FromStart(n),
                        Some(_) => UnpackIndex::FromEnd(elts.len() - n),
                    });
                    match item {
                        py::Expr::Starred(s) => self.opaque(&s.value, "bound to what is left of the values"),
                        item => self.target(item, value, path, what),
                    }
                    path.pop();
                }
            }
            py::Expr::Attribute(_) => {
                let target = self.convert.expr(target);
                if let Some(root) = target.root().map(String::from) {
                    let name = Name { text: root, span: target.span };
                    let what = if path.is_empty() { What::Entry(target, value.clone()) } else { return };
                    self.bind(name, what);
                }
            }
            _ => {}
        }
    }

    /// A name in a target that gets a value which the text does not tell.
    fn opaque(&mut self, target: &py::Expr, what: &'static str) {
        match target {
            py::Expr::Name(n) => {
                let name = Name { text: n.id.to_string(), span: self.convert.span(n.range) };
                self.bind(name, What::Opaque(what));
            }
            py::Expr::Tuple(py::ExprTuple { elts, .. }) | py::Expr::List(py::ExprList { elts, .. }) => {
                elts.iter().for_each(|item| self.opaque(item, what));
            }
            py::Expr::Starred(s) => self.opaque(&s.value, what),
            _ => {}
        }
    }

    /// The names that `:=` binds in a statement's own expressions, and those that the patterns of a `match` do.
    fn assigned_inside(&mut self, stmt: &py::Stmt) {
        let mut inside = Inside::default();
        inside.of(stmt);
        for named in inside.named {
            let value = Arc::new(self.convert.expr(&named.value));
            self.assign(&named.target, &value);
        }
        for name in inside.captured {
            self.bind(self.convert.name(name), What::Opaque("bound by a `match`"));
        }
    }

    /// The names that functions in a statement assign as `global`.
    fn globals(&mut self, stmt: &py::Stmt) {
        let mut found = Globals::default();
        found.visit_stmt(stmt);
        for name in found.0 {
            self.outline.globals.entry(name.id.to_string()).or_insert(self.convert.span(name.range));
        }
    }

    /// `__all__ = ["a", "b"]`
    fn exported(&mut self, targets: &[py::Expr], value: &Expr) {
        if targets.iter().any(|t| matches!(t, py::Expr::Name(n) if n.id == "__all__")) {
            let ExprKind::Tuple(items) = &value.kind else {
                self.outline.exported = None;
                return;
            };
            let text = |e: &Expr| if let ExprKind::Text(text) = &e.kind { Some(text.clone()) } else { None };
            self.outline.exported = items.iter().map(text).collect();
        }
    }

    fn import(&mut self, alias: &py::Alias) {
        let (module, own) = self.convert.alias(alias);
        let has_alias = own.is_some();
        let first = module.text.split('.').next().unwrap_or_default().to_string();
        let name = own.unwrap_or(Name { text: first, span: module.span });
        self.bind(name, What::Import { module, has_alias });
    }

    fn import_from(&mut self, i: &py::StmtImportFrom, alias: &py::Alias) {
        let empty = Name { text: String::new(), span: self.convert.span(i.range) };
        let module = i.module.as_ref().map_or(empty, |m| self.convert.name(m));
        let (name, own) = self.convert.alias(alias);
        let level = i.level;
        let bound = Name { text: own.as_ref().unwrap_or(&name).text.clone(), span: name.span };
        let what = if name.text == "*" { What::Star { module, level } } else { What::From { module, level, name } };
        self.bind(bound, what);
    }

    /// A body that runs any number of times.
    fn block(&mut self, what: &'static str, head: ruff_text_size::TextRange, body: &[py::Stmt]) {
        self.within(BlockKind::Repeated(what), head, body);
    }

    /// A body in a block of its own.
    fn within(&mut self, kind: BlockKind, head: ruff_text_size::TextRange, body: &[py::Stmt]) {
        let block = Block { parent: self.block, kind, at: self.next(), span: self.convert.span(head) };
        let id = self.outline.blocks.len();
        self.outline.blocks.push(block);
        let outer = self.block.replace(id);
        self.body(body);
        self.block = outer;
    }

    fn branches(&mut self, i: &py::StmtIf) {
        let outer = self.block;
        let condition = Arc::new(self.convert.expr(&i.test));
        self.within(BlockKind::Branch(condition.clone(), true), i.test.range(), &i.body);
        // Each further clause stands in the block "the condition before is false".
        let (mut last, mut head) = (condition, i.test.range());
        for clause in &i.elif_else_clauses {
            self.within(BlockKind::Branch(last.clone(), false), head, &[]);
            self.block = Some(self.outline.blocks.len() - 1);
            match &clause.test {
                Some(test) => {
                    (last, head) = (Arc::new(self.convert.expr(test)), test.range());
                    self.within(BlockKind::Branch(last.clone(), true), head, &clause.body);
                }
                None => self.body(&clause.body),
            }
        }
        self.block = outer;
    }

    fn repeat(&mut self, f: &py::StmtFor) {
        let mut breaks = Breaks(false);
        breaks.visit_body(&f.body);
        if breaks.0 || f.is_async {
            self.opaque(&f.target, "bound by a `for`");
        } else {
            let items = Arc::new(self.convert.expr(&f.iter));
            self.target(&f.target, &items, &mut Vec::new(), &What::LastItem);
        }
        self.block("`for`", f.iter.range(), &f.body);
        self.block("`for`", f.iter.range(), &f.orelse);
    }

    fn attempt(&mut self, t: &py::StmtTry) {
        let (number, at) = (self.outline.tries.len(), self.next());
        let head = ruff_text_size::TextRange::at(t.range.start(), 3.into());
        let handlers: Vec<_> = t.handlers.iter().filter_map(py::ExceptHandler::as_except_handler).collect();
        let catches = handlers.iter().map(|h| h.type_.as_deref().is_none_or(catches_import_error)).collect();
        self.outline.tries.push(Try { steps: Vec::new(), handlers: catches, at, span: self.convert.span(head) });
        let mut steps = Vec::new();
        self.within(BlockKind::TryBody(number), head, &[]);
        let outer = self.block.replace(self.outline.blocks.len() - 1);
        for stmt in &t.body {
            let first = self.next();
            self.stmt(stmt);
            self.steps(stmt, first, &mut steps);
        }
        self.block = outer;
        self.outline.tries[number].steps = steps;
        for (n, handler) in handlers.iter().enumerate() {
            self.within(BlockKind::Handler(number, n), handler.range, &[]);
            let outer = self.block.replace(self.outline.blocks.len() - 1);
            self.at = self.next();
            if let Some(name) = &handler.name {
                self.bind(self.convert.name(name), What::Opaque("bound by an `except`"));
            }
            self.body(&handler.body);
            self.block = outer;
        }
        self.within(BlockKind::TryElse(number), head, &t.orelse);
        self.body(&t.finalbody);
    }

    /// What a statement in the body of a `try`, whose bindings begin with `first`, may do.
    fn steps(&self, stmt: &py::Stmt, first: SiteId, steps: &mut Vec<TryStep>) {
        match stmt {
            py::Stmt::Import(_) | py::Stmt::ImportFrom(_) => steps.extend((first..self.next()).map(TryStep::Import)),
            py::Stmt::Assign(a) if a.targets.iter().all(py::Expr::is_name_expr) => {
                steps.extend((first..self.next()).map(TryStep::Value));
            }
            py::Stmt::FunctionDef(_) | py::Stmt::ClassDef(_) | py::Stmt::Pass(_) => {}
            py::Stmt::Expr(e) if e.value.is_string_literal_expr() => {}
            _ => steps.push(TryStep::Any(first)),
        }
    }
}

/// Whether a handler of these exceptions catches an `ImportError`.
fn catches_import_error(types: &py::Expr) -> bool {
    match types {
        py::Expr::Tuple(t) => t.elts.iter().any(catches_import_error),
        py::Expr::Name(n) => ["ImportError", "ModuleNotFoundError", "Exception", "BaseException"].contains(&n.id.as_str()),
        _ => false,
    }
}

/// The `:=` in the expressions of one statement, and the captures of its patterns.
#[derive(Default)]
struct Inside<'a> {
    named: Vec<&'a py::ExprNamed>,
    captured: Vec<&'a py::Identifier>,
}

impl<'a> Inside<'a> {
    /// Visits what a statement itself evaluates, not the bodies inside.
    fn of(&mut self, stmt: &'a py::Stmt) {
        match stmt {
            py::Stmt::FunctionDef(_) | py::Stmt::ClassDef(_) | py::Stmt::Try(_) => {}
            py::Stmt::If(i) => {
                self.visit_expr(&i.test);
                i.elif_else_clauses.iter().filter_map(|clause| clause.test.as_ref()).for_each(|test| self.visit_expr(test));
            }
            py::Stmt::For(f) => self.visit_expr(&f.iter),
            py::Stmt::While(w) => self.visit_expr(&w.test),
            py::Stmt::With(w) => w.items.iter().for_each(|item| self.visit_expr(&item.context_expr)),
            py::Stmt::Match(m) => {
                self.visit_expr(&m.subject);
                m.cases.iter().for_each(|case| self.visit_pattern(&case.pattern));
            }
            _ => ruff_python_ast::visitor::walk_stmt(self, stmt),
        }
    }
}

impl<'a> Visitor<'a> for Inside<'a> {
    fn visit_expr(&mut self, e: &'a py::Expr) {
        match e {
            py::Expr::Lambda(_) => return,
            py::Expr::Named(named) => self.named.push(named),
            _ => {}
        }
        walk_expr(self, e);
    }
    fn visit_pattern(&mut self, pattern: &'a py::Pattern) {
        match pattern {
            py::Pattern::MatchAs(m) => self.captured.extend(&m.name),
            py::Pattern::MatchStar(m) => self.captured.extend(&m.name),
            py::Pattern::MatchMapping(m) => self.captured.extend(&m.rest),
            _ => {}
        }
        walk_pattern(self, pattern);
    }
}

/// The names of `global` statements.
#[derive(Default)]
struct Globals<'a>(Vec<&'a py::Identifier>);

impl<'a> StatementVisitor<'a> for Globals<'a> {
    fn visit_stmt(&mut self, stmt: &'a py::Stmt) {
        if let py::Stmt::Global(global) = stmt {
            self.0.extend(&global.names);
        }
        walk_stmt(self, stmt);
    }
}

/// Whether a loop's body has a `break` of its own.
struct Breaks(bool);

impl<'a> StatementVisitor<'a> for Breaks {
    fn visit_stmt(&mut self, stmt: &'a py::Stmt) {
        match stmt {
            py::Stmt::Break(_) => self.0 = true,
            py::Stmt::For(_) | py::Stmt::While(_) | py::Stmt::FunctionDef(_) | py::Stmt::ClassDef(_) => {}
            _ => walk_stmt(self, stmt),
        }
    }
}
