//! Tasklets as text.

use super::print::Printer;
use crate::code::{ComponentIndex, Inst, KOffset, Op, TaskletCode, ValueId};
use crate::graph::Graph;
use std::fmt;
use tradewind_ir::{DType, FieldId, IdVec, UnaryOp};

/// The code of a tasklet of `graph`, an instruction a line.
pub fn print_code(code: &TaskletCode, graph: &Graph) -> String {
    let mut out = String::new();
    let printed = body(&mut Printer::of_code(graph, &mut out), &code.body, &code.values);
    match printed {
        Ok(()) => out,
        Err(fmt::Error) => unreachable!("a string takes all that is written"),
    }
}

pub(super) fn body(p: &mut Printer<'_>, insts: &[Inst], types: &IdVec<ValueId, DType>) -> fmt::Result {
    insts.iter().try_for_each(|inst| one(p, inst, types))
}

fn one(p: &mut Printer<'_>, inst: &Inst, types: &IdVec<ValueId, DType>) -> fmt::Result {
    match inst {
        Inst::Let(v, op) => {
            let op = text(p, op, types.get(*v));
            p.line(format_args!("{v} = {op}"))
        }
        Inst::Store { field, k, component, value, predicate } => {
            let place = place(p, *field, *k, *component);
            p.line(format_args!("store {place} = {value}{}", condition(*predicate)))
        }
        Inst::Check { check, field, k, component, predicate } => {
            let place = place(p, *field, *k, *component);
            p.line(format_args!("check {check} {place}{}", condition(*predicate)))
        }
        Inst::While { carried, head, condition: going, body: inside } => {
            let params: Vec<String> = carried.iter().map(|c| format!("{} = {}", c.param, c.init)).collect();
            let next: Vec<String> = carried.iter().map(|c| c.next.to_string()).collect();
            p.line(format_args!("while {} {{", params.join(", ")))?;
            p.indented(|p| body(p, head, types))?;
            p.line(format_args!("}} if {going} {{"))?;
            p.indented(|p| body(p, inside, types))?;
            p.line(format_args!("}} next {}", next.join(", ")).to_string().trim_end())
        }
    }
}

fn text(p: &Printer<'_>, op: &Op, dtype: Option<&DType>) -> String {
    let letter = |axis: tradewind_ir::Axis| ["I", "J", "K"][axis.index()];
    match op {
        Op::Const(value) => value.to_string(),
        Op::Scalar(id) => p.scalar(*id),
        Op::Index(axis) => letter(*axis).to_string(),
        Op::Bound(axis, bound) => format!("{}[{bound}]", letter(*axis)),
        Op::Inside(region) => format!("region{region}"),
        Op::Load { field, offset: [i, j], k, component } => {
            format!("{}[{i},{j},{}]{}", p.field(*field), level(*k), braced(*component))
        }
        Op::Unary(UnaryOp::Neg, a) => format!("neg {a}"),
        Op::Unary(UnaryOp::Not, a) => format!("not {a}"),
        Op::Binary(op, a, b) => format!("{a} {} {b}", op.symbol()),
        Op::Select(c, a, b) => format!("{c} ? {a} : {b}"),
        Op::Cast(a) => format!("{}({a})", dtype.map_or("?", |d| d.name())),
        Op::Call1(native, a) => format!("{}({a})", native.name()),
        Op::Call2(native, a, b) => format!("{}({a}, {b})", native.name()),
        Op::Call3(native, a, b, c) => format!("{}({a}, {b}, {c})", native.name()),
    }
}

fn level(k: KOffset) -> String {
    match k {
        KOffset::Constant(k) => k.to_string(),
        KOffset::Relative(v) => format!("?{v}"),
        KOffset::Absolute(v) => format!("={v}"),
    }
}

/// `%a[-1]{2}`: an element of the point's own column.
fn place(p: &Printer<'_>, field: FieldId, k: KOffset, component: ComponentIndex) -> String {
    format!("{}[{}]{}", p.field(field), level(k), braced(component))
}

/// `{2}`, `{v7}`; nothing for the first component.
fn braced(component: ComponentIndex) -> String {
    match component {
        ComponentIndex::Constant(0) => String::new(),
        ComponentIndex::Constant(n) => format!("{{{n}}}"),
        ComponentIndex::Computed(v) => format!("{{{v}}}"),
    }
}

fn condition(predicate: Option<ValueId>) -> String {
    predicate.map_or(String::new(), |v| format!(" if {v}"))
}
