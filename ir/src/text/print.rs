//! Expressions, statements and stencils as text.

use crate::blocking::{BlockSize, Blocking, Near};
use crate::domain::{Axis, Extent};
use crate::element::Element;
use crate::expr::{Access, Component, Expr, ExprKind, KIndex, Native, UnaryOp};
use crate::horizontal_box::{Edge, HorizontalBox};
use crate::ids::{FieldId, ScalarId};
use crate::program::Program;
use crate::stencil::{FieldKind, HorizontalExecution, Order, Param, Stencil, Stmt, StmtKind};
use crate::tile::TileEdge;
use crate::types::DType;
use crate::value::Value;
use std::fmt::{self, Write};

/// How fields and scalars are called. An id that names nothing prints as its number.
pub trait Names {
    /// The field's name without the sigil.
    fn field(&self, id: FieldId) -> Option<&str>;
    /// The scalar's name without the sigil.
    fn scalar(&self, id: ScalarId) -> Option<&str>;
}

impl Names for Stencil {
    fn field(&self, id: FieldId) -> Option<&str> {
        self.fields.get(id).map(|f| f.name.as_str())
    }
    fn scalar(&self, id: ScalarId) -> Option<&str> {
        self.scalars.get(id).map(|s| s.name.as_str())
    }
}

impl Names for Program {
    fn field(&self, id: FieldId) -> Option<&str> {
        self.fields.get(id).map(|f| f.name.as_str())
    }
    fn scalar(&self, id: ScalarId) -> Option<&str> {
        self.scalars.get(id).map(|s| s.name.as_str())
    }
}

/// Where a loop runs in its range, a blank before each part: ` step 16`, ` near [0, $size)`; nothing for every point.
pub fn print_blocking(Blocking { step, near }: Blocking, names: &dyn Names) -> String {
    let printer = Printer::new(names);
    let step = match step {
        BlockSize::ONE => String::new(),
        BlockSize::Points(step) => format!(" step {step}"),
        BlockSize::Scalar(scalar) => format!(" step {}", printer.scalar_name(scalar)),
    };
    let near = match near {
        None => String::new(),
        Some(Near::Points(first, end)) => format!(" near [{first}, {end})"),
        Some(Near::Block(scalar)) => format!(" near [0, {})", printer.scalar_name(scalar)),
    };
    step + &near
}

/// The expression in the text form, operations in parentheses.
pub fn print_expr(expr: &Expr, names: &dyn Names) -> String {
    Printer::new(names).text(|p| p.expr(expr))
}

/// The expression in parentheses, but not in two pairs of them: a condition.
pub fn print_enclosed(expr: &Expr, names: &dyn Names) -> String {
    Printer::new(names).text(|p| p.enclosed(expr))
}

/// An access in the text form.
pub fn print_access(access: &Access, names: &dyn Names) -> String {
    Printer::new(names).text(|p| p.access(access))
}

/// The statement in the text form, its lines indented by `indent` steps, without a line break at the end.
pub fn print_stmt(stmt: &Stmt, names: &dyn Names, indent: usize) -> String {
    Printer { indent, ..Printer::new(names) }.text(|p| p.stmt(stmt))
}

/// The stencil in the text form, its lines indented by `indent` steps, with a line break at the end.
pub fn print_stencil(stencil: &Stencil, indent: usize) -> String {
    Printer { indent, ..Printer::new(stencil) }.text(|p| p.stencil(stencil))
}

impl fmt::Display for Stencil {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&print_stencil(self, 0))
    }
}

impl fmt::Display for HorizontalBox {
    /// `[start:start+1, tile_end-2:]`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let side = |edge: Option<Edge>| edge.map_or(String::new(), |edge| edge.to_string());
        write!(f, "[{}:{}, {}:{}]", side(self.i.0), side(self.i.1), side(self.j.0), side(self.j.1))
    }
}

impl fmt::Display for Edge {
    /// `end-2`, `tile_start`, `tile_end-2`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (edge, offset) = match self {
            Edge::Domain(bound) => return write!(f, "{bound}"),
            Edge::Tile(TileEdge::Start, offset) => ("tile_start", *offset),
            Edge::Tile(TileEdge::End, offset) => ("tile_end", *offset),
        };
        f.write_str(edge)?;
        if offset != 0 { write!(f, "{offset:+}") } else { Ok(()) }
    }
}

impl fmt::Display for Value {
    /// A literal: `1i32`, `2.5f64`, `-inf_f32`, `nan_f64`, `true`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Value::Bool(v) => write!(f, "{v}"),
            Value::F32(v) => float(f, v, DType::F32),
            Value::F64(v) => float(f, v, DType::F64),
            other => write!(f, "{}{}", other.as_i64(), other.dtype()),
        }
    }
}

fn float<T: Element>(f: &mut fmt::Formatter<'_>, v: T, dtype: DType) -> fmt::Result {
    if T::predicate(Native::IsNan, v) {
        write!(f, "nan_{dtype}")
    } else if T::predicate(Native::IsInf, v) {
        write!(f, "{}inf_{dtype}", if v < T::default() { "-" } else { "" })
    } else {
        write!(f, "{v:?}{dtype}")
    }
}

/// Text under construction.
pub(super) struct Printer<'a> {
    out: String,
    pub(super) indent: usize,
    names: &'a dyn Names,
}

impl<'a> Printer<'a> {
    pub(super) fn new(names: &'a dyn Names) -> Printer<'a> {
        Printer { out: String::new(), indent: 0, names }
    }
    /// The text that `print` makes.
    pub(super) fn text(mut self, print: impl FnOnce(&mut Self) -> fmt::Result) -> String {
        match print(&mut self) {
            Ok(()) => self.out,
            Err(fmt::Error) => unreachable!("a string takes all that is written"),
        }
    }
    /// A line's indentation.
    pub(super) fn margin(&mut self) {
        for _ in 0..self.indent {
            self.out.push_str("  ");
        }
    }
    /// A whole line.
    pub(super) fn line(&mut self, text: fmt::Arguments<'_>) -> fmt::Result {
        self.margin();
        writeln!(self.out, "{text}")
    }
    /// A line that ends in `{`, lines one step further in, and `}`.
    pub(super) fn block(&mut self, head: fmt::Arguments<'_>, body: impl FnOnce(&mut Self) -> fmt::Result) -> fmt::Result {
        self.line(format_args!("{head} {{"))?;
        self.indent += 1;
        body(self)?;
        self.indent -= 1;
        self.line(format_args!("}}"))
    }
    /// `%name`.
    pub(super) fn field_name(&self, id: FieldId) -> String {
        self.names.field(id).map_or_else(|| id.to_string(), |name| format!("%{name}"))
    }
    /// `$name`.
    pub(super) fn scalar_name(&self, id: ScalarId) -> String {
        self.names.scalar(id).map_or_else(|| id.to_string(), |name| format!("${name}"))
    }

    pub(super) fn expr(&mut self, expr: &Expr) -> fmt::Result {
        match &expr.kind {
            ExprKind::Literal(value) => write!(self.out, "{value}"),
            ExprKind::Scalar(id) => {
                let name = self.scalar_name(*id);
                self.out.write_str(&name)
            }
            ExprKind::Field(access) => self.access(access),
            ExprKind::Index(axis) => self.out.write_str(axis_letter(*axis)),
            ExprKind::Bound(axis, bound) => write!(self.out, "{}[{bound}]", axis_letter(*axis)),
            ExprKind::Inside(region) => write!(self.out, "region{region}"),
            ExprKind::Unary(op, a) => self.unary(*op, a),
            ExprKind::Binary(..) | ExprKind::Ternary(..) => {
                self.out.write_str("(")?;
                self.bare(expr)?;
                self.out.write_str(")")
            }
            ExprKind::Cast(a) => {
                write!(self.out, "{}", expr.dtype)?;
                self.enclosed(a)
            }
            ExprKind::Call(native, args) => {
                write!(self.out, "{}(", native.name())?;
                for (n, arg) in args.iter().enumerate() {
                    self.out.write_str(if n > 0 { ", " } else { "" })?;
                    self.bare(arg)?;
                }
                self.out.write_str(")")
            }
        }
    }
    /// An operation without its parentheses, where others enclose it already.
    fn bare(&mut self, expr: &Expr) -> fmt::Result {
        match &expr.kind {
            ExprKind::Binary(op, a, b) => self.parts(&["", &format!(" {} ", op.symbol()), ""], &[a, b]),
            ExprKind::Ternary(c, a, b) => self.parts(&["", " ? ", " : ", ""], &[c, a, b]),
            _ => self.expr(expr),
        }
    }
    /// `(`, the expression, `)`.
    fn enclosed(&mut self, expr: &Expr) -> fmt::Result {
        self.out.write_str("(")?;
        self.bare(expr)?;
        self.out.write_str(")")
    }
    /// `-x`, `!x`; a literal's own sign is kept apart by parentheses: `-(1.0f64)`.
    fn unary(&mut self, op: UnaryOp, a: &Expr) -> fmt::Result {
        let symbol = if op == UnaryOp::Neg { "-" } else { "!" };
        self.out.write_str(symbol)?;
        let literal = matches!((op, &a.kind), (UnaryOp::Neg, ExprKind::Literal(_)));
        if literal { self.enclosed(a) } else { self.expr(a) }
    }
    /// Texts with expressions between them.
    fn parts(&mut self, texts: &[&str], exprs: &[&Expr]) -> fmt::Result {
        for (n, text) in texts.iter().enumerate() {
            self.out.write_str(text)?;
            if let Some(expr) = exprs.get(n) {
                self.expr(expr)?;
            }
        }
        Ok(())
    }

    fn access(&mut self, access: &Access) -> fmt::Result {
        let name = self.field_name(access.field);
        self.out.write_str(&name)?;
        let [i, j] = access.offset;
        match &access.k {
            KIndex::Offset(0) if (i, j) == (0, 0) => {}
            KIndex::Offset(k) => write!(self.out, "[{i},{j},{k}]")?,
            KIndex::Relative(e) => self.data_index(&format!("[{i},{j},?"), e, "]")?,
            KIndex::Absolute(e) => self.data_index(&format!("[{i},{j},="), e, "]")?,
        }
        match &access.component {
            Component::Static(0) => Ok(()),
            Component::Static(n) => write!(self.out, "{{{n}}}"),
            Component::Computed(e) => self.data_index("{", e, "}"),
        }
    }
    fn data_index(&mut self, start: &str, index: &Expr, end: &str) -> fmt::Result {
        self.out.write_str(start)?;
        self.enclosed(index)?;
        self.out.write_str(end)
    }

    /// A statement, without a line break at the end.
    fn stmt(&mut self, stmt: &Stmt) -> fmt::Result {
        self.margin();
        match &stmt.kind {
            StmtKind::Assign(a) => {
                self.access(&a.target)?;
                self.parts(&[" = ", ""], &[&a.value])
            }
            StmtKind::Mask { condition, body } => {
                self.out.write_str("mask ")?;
                self.conditional(condition, body)
            }
            StmtKind::While { condition, body } => {
                self.out.write_str("while ")?;
                self.conditional(condition, body)
            }
            StmtKind::Restrict { region, body } => {
                write!(self.out, "restrict {region} ")?;
                self.stmts(body)
            }
            StmtKind::Check { access, guard } => {
                self.out.write_str("check ")?;
                self.access(access)?;
                if matches!(guard.kind, ExprKind::Literal(Value::Bool(true))) {
                    return Ok(());
                }
                self.out.write_str(" where ")?;
                self.enclosed(guard)
            }
        }
    }
    fn conditional(&mut self, condition: &Expr, body: &[Stmt]) -> fmt::Result {
        self.enclosed(condition)?;
        self.out.write_str(" ")?;
        self.stmts(body)
    }
    /// Statements in braces: a single assignment on the line, others on lines of their own.
    fn stmts(&mut self, body: &[Stmt]) -> fmt::Result {
        if let [Stmt { kind: StmtKind::Assign(a), .. }] = body {
            self.out.write_str("{ ")?;
            self.access(&a.target)?;
            return self.parts(&[" = ", " }"], &[&a.value]);
        }
        self.out.write_str("{\n")?;
        self.indent += 1;
        for stmt in body {
            self.stmt(stmt)?;
            self.out.write_str("\n")?;
        }
        self.indent -= 1;
        self.margin();
        self.out.write_str("}")
    }

    pub(super) fn stencil(&mut self, stencil: &Stencil) -> fmt::Result {
        let params: Vec<String> = stencil.params.iter().map(|p| self.param(stencil, *p)).collect();
        self.block(format_args!("stencil {}({})", stencil.name, params.join(", ")), |p| {
            for (_, field) in stencil.fields.iter().filter(|(_, f)| f.kind == FieldKind::Temporary) {
                p.line(format_args!("temp %{}: {}", field.name, field.field_type()))?;
            }
            for vertical in &stencil.loops {
                let order = match vertical.order {
                    Order::Parallel => "parallel",
                    Order::Forward => "forward",
                    Order::Backward => "backward",
                };
                p.block(format_args!("{order}"), |p| {
                    vertical.sections.iter().try_for_each(|s| {
                        p.block(format_args!("interval {}", s.interval), |p| {
                            s.executions.iter().try_for_each(|e| p.execution(e))
                        })
                    })
                })?;
            }
            Ok(())
        })
    }
    fn param(&self, stencil: &Stencil, param: Param) -> String {
        match param {
            Param::Field(id) => match stencil.fields.get(id) {
                Some(f) => format!("%{}: {}", f.name, f.field_type()),
                None => id.to_string(),
            },
            Param::Scalar(id) => match stencil.scalars.get(id) {
                Some(s) => format!("${}: {}", s.name, s.dtype),
                None => id.to_string(),
            },
        }
    }
    fn execution(&mut self, execution: &HorizontalExecution) -> fmt::Result {
        self.margin();
        self.out.write_str("execute ")?;
        let [i, j, k] = execution.extent.0;
        if execution.extent != Extent::ZERO {
            write!(self.out, "i({},{}) j({},{}) ", i.0, i.1, j.0, j.1)?;
        }
        if k != (0, 0) {
            write!(self.out, "k({},{}) ", k.0, k.1)?;
        }
        self.stmts(&execution.body)?;
        self.out.write_str("\n")
    }
    /// Text as it is.
    pub(super) fn raw(&mut self, text: &str) -> fmt::Result {
        self.out.write_str(text)
    }
}

fn axis_letter(axis: Axis) -> &'static str {
    ["I", "J", "K"][axis.index()]
}
