//! A stencil from its definition: parameters, then computations.

use crate::annotation::Types;
use crate::constant::Constant;
use crate::declared_type::Type;
use crate::function_ref::FunctionRef;
use crate::lower::{IntervalBlock, Lower};
use crate::names::Files;
use crate::options::Options;
use crate::scope::{Leave, Local, Named};
use crate::syntax::{Expr, ExprKind, Parameter, Stmt, StmtKind, assigned_names, walk_stmts};
use crate::vertical_interval::VerticalInterval;
use crate::words::Word;
use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap, HashSet};
use tradewind_ir as ir;
use tradewind_ir::{
    Axis, Code, DType, Diagnostic, FieldId, FieldKind, HorizontalExecution, Order, Param, Section, Span, VerticalLoop,
};

/// What lowering one stencil gives.
pub struct Done {
    /// Complete if there are no errors.
    pub stencil: ir::Stencil,
    /// What the temporaries of the source are called there.
    pub names: HashMap<FieldId, Named>,
    /// The fields that regions out of reach write.
    pub left_out: HashSet<FieldId>,
    pub found: Vec<Diagnostic>,
}

/// The stencil, and what was found on the way.
pub fn lower(files: &Files, options: &Options, externals: &BTreeMap<String, Constant>, function: &FunctionRef) -> Done {
    let def = &function.def;
    let mut lower = Lower::new(files, options, externals, function);
    for (name, span) in assigned_names(&def.body) {
        lower.taken.insert(name.to_string());
        lower.locals().assigned.entry(name.to_string()).or_insert(span);
    }
    if let Some(variadic) = def.variadic {
        lower.report(Diagnostic::error(
            Code::VARIADIC,
            "a stencil must have a fixed list of parameters",
            variadic,
            "this list is variable",
        ));
    }
    def.params.iter().for_each(|param| lower.parameter(param));
    lower.computations(&def.body);
    // Externals may have left out all that it does.
    if lower.stencil.loops.is_empty() && lower.errors == 0 && !assigns(&def.body) {
        let found = Diagnostic::error(
            Code::EMPTY_STENCIL,
            format!("the stencil `{}` does nothing", def.name.text),
            def.name.span,
            "it contains no statement",
        );
        lower.report(found.help("write `with computation(PARALLEL), interval(...):` and assignments in it"));
    }
    if lower.errors == 0 {
        lower.warn_unread();
    }
    Done { stencil: lower.stencil, names: lower.names, left_out: lower.written_left_out, found: lower.found }
}

/// Whether an assignment is among the statements.
fn assigns(body: &[Stmt]) -> bool {
    let mut found = false;
    walk_stmts(body, &mut |stmt| {
        found |= matches!(stmt.kind, StmtKind::Assign(..) | StmtKind::AugAssign(..) | StmtKind::Declare(_, _, Some(_)));
    });
    found
}

impl Lower<'_> {
    fn parameter(&mut self, param: &Parameter) {
        let (name, span) = (param.name.text.clone(), param.name.span);
        self.taken.insert(name.clone());
        if self.local(&name).is_some() {
            return self.report(Diagnostic::error(
                Code::DEFINED_TWICE,
                format!("two parameters are called `{name}`"),
                span,
                "the second one",
            ));
        }
        let Some(annotation) = &param.annotation else {
            let found = Diagnostic::error(Code::NO_TYPE, format!("the parameter `{name}` has no type"), span, "declared here");
            self.report(found.help(format!("write `{name}: Field[float]` for a field, `{name}: float` for a scalar")));
            self.locals().names.insert(name, Local::Broken);
            return;
        };
        let types = Types { names: self.scope(), options: self.options, constants: self };
        let read = types.read(annotation);
        if let Ok(known) = &read {
            self.default(param, known.scalar());
        }
        let local = match read {
            Ok(Type::Field(ty)) => {
                let id = self.stencil.fields.push(ty.field(name.clone(), FieldKind::Param, span));
                self.stencil.params.push(Param::Field(id));
                Local::Field { id, offset: [0; 3] }
            }
            Ok(Type::Scalar(dtype)) => {
                let id = self.stencil.scalars.push(ir::ScalarParam { name: name.clone(), dtype, span });
                self.stencil.params.push(Param::Scalar(id));
                Local::Scalar(id)
            }
            Err(found) => {
                self.report(found);
                Local::Broken
            }
        };
        self.locals().names.insert(name, local);
    }

    /// What a parameter is when a call leaves it out: `None`, or the number of a scalar.
    pub(crate) fn default(&mut self, param: &Parameter, scalar: Option<DType>) {
        let Some(default) = &param.default else { return };
        let (why, help) = match (self.constant(default), scalar) {
            (Ok(Constant::None), _) => return,
            (Ok(known), Some(dtype)) => match known.value() {
                Some(value) if dtype.takes(value.dtype()) => return,
                _ => (format!("this is {}", known.describe()), format!("the parameter is declared {dtype}")),
            },
            (Ok(_), None) => {
                ("this is the default of a field".to_string(), "the only default of a field is `None`".to_string())
            }
            (Err(not), Some(_)) => (not.why, "a default must be `None` or a number known at compile time".to_string()),
            (Err(not), None) => (not.why, "the only default of a field is `None`".to_string()),
        };
        let message = format!("`{}` cannot have this default", param.name.text);
        self.report(Diagnostic::error(Code::NOT_CONSTANT, message, default.span, why).help(help));
    }

    /// The statements at the top of a stencil.
    fn computations(&mut self, body: &[Stmt]) {
        for (n, stmt) in body.iter().enumerate() {
            if self.leaving.is_some() {
                return self.leave_out(&body[n..]);
            }
            self.computation(stmt);
        }
    }

    fn computation(&mut self, stmt: &Stmt) {
        match &stmt.kind {
            StmtKind::With(items, body) => self.computation_block(items, body, stmt),
            StmtKind::ImportFrom { module, names, .. } => self.import(module, names),
            StmtKind::Expr(Expr { kind: ExprKind::Text(_) | ExprKind::Call(..), .. }) | StmtKind::Pass => {
                self.body(std::slice::from_ref(stmt));
            }
            StmtKind::If(condition, then, otherwise) => match self.decided(condition) {
                Some(Some(decided)) => {
                    let taken = self.taken(decided, then, otherwise);
                    self.computations(taken);
                }
                Some(None) => {
                    let found = Diagnostic::error(
                        Code::NOT_CONSTANT,
                        "an `if` around computations must be known at compile time",
                        condition.span,
                        "this is not",
                    );
                    self.report(found.help("move the `if` into the interval, or make its condition depend on externals only"));
                }
                None => {}
            },
            StmtKind::For(target, iter, body) => {
                self.unroll(target, iter, body, |this| {
                    this.computations(body);
                    None
                });
            }
            StmtKind::Break => self.leave(Leave::Break, stmt.span),
            StmtKind::Continue => self.leave(Leave::Continue, stmt.span),
            StmtKind::Declare(target, annotation, _) => {
                let order = self.order_of_declaration(annotation);
                let initial =
                    self.section(order, target, Some(VerticalInterval::known(ir::Range::full())), std::slice::from_ref(stmt));
                let sections: Vec<Section> = initial.into_iter().map(|(_, section)| section).collect();
                if sections.iter().any(|section| !section.executions.is_empty()) {
                    self.stencil.loops.push(VerticalLoop { order, sections });
                }
            }
            _ => {
                let found =
                    Diagnostic::error(Code::BLOCK_PLACE, "a statement is outside of any computation", stmt.span, "here");
                self.report(found.help("put it in a `with computation(PARALLEL), interval(...):`"));
            }
        }
    }

    /// The order in which a temporary declared before all computations gets its value: one without levels takes it in sequence.
    fn order_of_declaration(&self, annotation: &Expr) -> Order {
        let types = Types { names: self.scope(), options: self.options, constants: self };
        match types.read(annotation) {
            Ok(Type::Field(ty)) if !ty.axes.has(Axis::K) => Order::Forward,
            _ => Order::Parallel,
        }
    }

    fn computation_block(&mut self, items: &[Expr], body: &[Stmt], stmt: &Stmt) {
        let (mut order, mut interval) = (None, None);
        let (items, regions) = self.split_regions(items);
        for item in items {
            let ExprKind::Call(f, args, named) = &item.kind else { return self.report(not_a_computation(item)) };
            match self.word(f) {
                Some(Word::Computation) if order.is_none() => order = Some(self.order(item, args, named)),
                Some(Word::Interval) if interval.is_none() => interval = Some((item, self.interval(item, args, named))),
                Some(Word::Computation | Word::Interval) => {
                    let found = Diagnostic::error(
                        Code::BLOCK_PLACE,
                        "a block must have one order and one interval",
                        item.span,
                        "the second one",
                    );
                    return self.report(found.help("write a block for each interval"));
                }
                _ => return self.report(not_a_computation(item)),
            }
        }
        let Some(order) = order else {
            let found = Diagnostic::error(Code::BLOCK_PLACE, "an interval is outside of any computation", stmt.span, "here");
            return self.report(found.help("write `with computation(PARALLEL), interval(...):`"));
        };
        // After an error in the order, the statements are still read for errors of their own.
        let known = order.unwrap_or(Order::Forward);
        let sections = match interval {
            Some((item, range)) => self.section(known, item, range, &within(regions, body, stmt.span)).into_iter().collect(),
            None => self.sections(known, &regions, body),
        };
        let blocks: Vec<&IntervalBlock> =
            sections.iter().map(|(block, _)| block).filter(|block| !block.interval.is_open()).collect();
        self.check_intervals(known, &blocks);
        // Intervals that may meet, as far as is known here, are loops of their own.
        let mut alone = true;
        for (block, section) in sections.into_iter().filter(|(_, section)| !section.executions.is_empty()) {
            alone |= block.interval.is_open();
            match self.stencil.loops.last_mut() {
                Some(last) if !alone => last.sections.push(section),
                _ => self.stencil.loops.push(VerticalLoop { order: known, sections: vec![section] }),
            }
            alone = block.interval.is_open();
        }
    }

    /// The computations and intervals of a `with`, and what stands beside them: `horizontal(…)`.
    fn split_regions<'e>(&self, items: &'e [Expr]) -> (Vec<&'e Expr>, Vec<&'e Expr>) {
        items.iter().partition(|item| match &item.kind {
            ExprKind::Call(f, ..) => self.word(f) != Some(Word::Horizontal),
            _ => true,
        })
    }

    /// The `with interval(…):` blocks inside a `with computation(…):`.
    /// `around` are the regions of the computation.
    fn sections(&mut self, order: Order, around: &[&Expr], body: &[Stmt]) -> Vec<(IntervalBlock, Section)> {
        let mut sections = Vec::new();
        for stmt in body {
            match &stmt.kind {
                StmtKind::With(items, body) => {
                    let (others, own) = self.split_regions(items);
                    match others.as_slice() {
                        [item @ Expr { kind: ExprKind::Call(f, args, named), .. }] if self.word(f) == Some(Word::Interval) => {
                            let range = self.interval(item, args, named);
                            let inner = within(own, body, stmt.span);
                            let body = within(around.to_vec(), &inner, stmt.span);
                            sections.extend(self.section(order, item, range, &body));
                        }
                        _ => {
                            let at = items.first().map_or(stmt.span, |i| i.span);
                            let found = Diagnostic::error(
                                Code::BLOCK_PLACE,
                                "a computation must contain intervals",
                                at,
                                "this contains no interval",
                            );
                            self.report(found.help("write `with interval(...):` inside it, one block for each interval"));
                        }
                    }
                }
                StmtKind::For(target, iter, body) => {
                    self.unroll(target, iter, body, |this| {
                        sections.extend(this.sections(order, around, body));
                        None
                    });
                }
                StmtKind::Pass | StmtKind::Expr(Expr { kind: ExprKind::Text(_), .. }) => {}
                _ => {
                    let found =
                        Diagnostic::error(Code::BLOCK_PLACE, "a statement is outside of any interval", stmt.span, "here");
                    self.report(found.help("write `with interval(...):` inside the computation and put it there"));
                }
            }
        }
        sections
    }

    /// One interval with its statements, each an execution of its own.
    fn section(
        &mut self,
        order: Order,
        item: &Expr,
        interval: Option<VerticalInterval>,
        body: &[Stmt],
    ) -> Option<(IntervalBlock, Section)> {
        let is_known = interval.is_some();
        let interval = interval.unwrap_or(VerticalInterval::known(ir::Range::full()));
        let block = IntervalBlock { order, interval, span: item.span };
        self.block = Some(block.clone());
        let emitted = self.capture(|this| {
            if let Some(returned) = this.body(body) {
                this.report(Diagnostic::error(Code::RETURN_VALUE, "a stencil returns nothing", returned.span, "returned here"));
            }
        });
        self.block = None;
        let alone = |body| HorizontalExecution { extent: ir::Extent::ZERO, body };
        let emitted = self.on_levels(&block.interval, emitted, item.span);
        let executions = emitted.into_iter().map(|e| alone(e.body())).collect();
        let interval = block.interval.range.clone();
        is_known.then_some((block, Section { interval, executions }))
    }
}

/// A body inside the regions that stand beside its interval.
fn within<'e>(regions: Vec<&Expr>, body: &'e [Stmt], span: Span) -> Cow<'e, [Stmt]> {
    match regions.is_empty() {
        true => Cow::Borrowed(body),
        false => Cow::Owned(vec![Stmt { kind: StmtKind::With(regions.into_iter().cloned().collect(), body.to_vec()), span }]),
    }
}

fn not_a_computation(item: &Expr) -> Diagnostic {
    let found = Diagnostic::error(
        Code::UNKNOWN_WITH,
        "this `with` has no meaning in a stencil",
        item.span,
        "neither a computation nor an interval",
    );
    found.help("write `with computation(PARALLEL), interval(...):`")
}
