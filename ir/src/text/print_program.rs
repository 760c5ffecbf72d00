//! Programs as text.

use super::print::{Names, Printer, print_enclosed, print_expr};
use crate::counter::Counter;
use crate::domain::{Extent, Range};
use crate::expr::Expr;
use crate::host::HostStep;
use crate::ids::{FieldId, StencilId};
use crate::phase::Phase;
use crate::program::{Lifetime, Program, ProgramStmt, ScalarKind};
use crate::stencil::Param;
use crate::window::{Limits, Stretch, Window};
use std::fmt;

/// The program in the text form.
pub fn print_program(program: &Program) -> String {
    Printer::new(program).text(|p| print(p, program))
}

/// One step of a program in the text form, its lines indented by `indent` steps, with a line break at the end.
pub fn print_step(step: &ProgramStmt, program: &Program, indent: usize) -> String {
    let mut printer = Printer::new(program);
    printer.indent = indent;
    printer.text(|p| print_one(p, program, step))
}

impl fmt::Display for Program {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&print_program(self))
    }
}

fn print(p: &mut Printer<'_>, program: &Program) -> fmt::Result {
    let params: Vec<String> = program.params.iter().map(|param| print_param(program, *param)).collect();
    p.block(format_args!("program {}({})", program.name, params.join(", ")), |p| {
        for stencil in program.stencils.values() {
            p.raw(&super::print_stencil(stencil, p.indent))?;
        }
        for field in program.fields.values().filter(|f| f.lifetime == Lifetime::Transient) {
            p.line(format_args!("transient %{}: {}", field.name, field.field_type()))?;
        }
        for field in program.fields.values().filter(|f| f.halo != Extent::ZERO) {
            p.line(format_args!("halo %{} {}", field.name, field.halo))?;
        }
        for scalar in program.scalars.values().filter(|s| s.kind == ScalarKind::Variable) {
            p.line(format_args!("var ${}: {}", scalar.name, scalar.dtype))?;
        }
        print_steps(p, program, &program.body)
    })
}

fn print_param(program: &Program, param: Param) -> String {
    match param {
        Param::Field(id) => match program.fields.get(id) {
            Some(f) => format!("%{}: {}", f.name, f.field_type()),
            None => id.to_string(),
        },
        Param::Scalar(id) => match program.scalars.get(id) {
            Some(s) => format!("${}: {}", s.name, s.dtype),
            None => id.to_string(),
        },
    }
}

fn print_steps(p: &mut Printer<'_>, program: &Program, body: &[ProgramStmt]) -> fmt::Result {
    body.iter().try_for_each(|step| print_one(p, program, step))
}

fn print_one(p: &mut Printer<'_>, program: &Program, step: &ProgramStmt) -> fmt::Result {
    match step {
        ProgramStmt::Call { stencil, fields, scalars, domain, .. } => {
            let bindings = bindings(p, program, fields, scalars);
            p.line(format_args!("call {}{bindings}{}", stencil_name(program, *stencil), part(domain)))
        }
        ProgramStmt::Host(step, _) => print_host(p, program, step),
    }
}

fn print_host(p: &mut Printer<'_>, program: &Program, step: &HostStep<Vec<ProgramStmt>>) -> fmt::Result {
    let expr = |e: &Expr| print_expr(e, program);
    match step {
        HostStep::Within { window, body } => {
            let stretches: Vec<String> = window.stretches.iter().map(|s| print_stretch(s, program)).collect();
            p.block(format_args!("within {}", stretches.join(", ")), |p| print_steps(p, program, body))
        }
        HostStep::Exchange { fields, reach, phase, pairs } => {
            let head = match phase {
                Phase::Whole => "halo_update".to_string(),
                Phase::Start(number) => format!("halo_start {number}"),
                Phase::Wait(number) => format!("halo_wait {number}"),
            };
            let pairs: Vec<String> = pairs.iter().map(|pair| format!("({})", field_names(p, pair))).collect();
            let pairs = if pairs.is_empty() { String::new() } else { format!(" pairs {}", pairs.join(", ")) };
            p.line(format_args!("{head} {}{}{pairs}", field_names(p, fields), print_reach(*reach)))
        }
        HostStep::For { counter, body } => {
            p.block(format_args!("for {}", print_counter(counter, program)), |p| print_steps(p, program, body))
        }
        HostStep::Branch { condition, then, otherwise } => {
            p.line(format_args!("if {} {{", print_enclosed(condition, program)))?;
            p.indent += 1;
            print_steps(p, program, then)?;
            if !otherwise.is_empty() {
                p.indent -= 1;
                p.line(format_args!("}} else {{"))?;
                p.indent += 1;
                print_steps(p, program, otherwise)?;
            }
            p.indent -= 1;
            p.line(format_args!("}}"))
        }
        HostStep::While { condition, body } => {
            p.block(format_args!("while {}", print_enclosed(condition, program)), |p| print_steps(p, program, body))
        }
        HostStep::Let { scalar, value } => p.line(format_args!("let {} = {}", p.scalar_name(*scalar), expr(value))),
        HostStep::Copy { to, from } => p.line(format_args!("copy {} = {}", p.field_name(*to), p.field_name(*from))),
        HostStep::Swap { a, b } => p.line(format_args!("swap {}, {}", p.field_name(*a), p.field_name(*b))),
        HostStep::Callback { name, fields, scalars, fills } => {
            let bindings = bindings(p, program, fields, scalars);
            p.line(format_args!("callback \"{name}\"{bindings}{fills}"))
        }
    }
}

/// `$n in [$a, $b) step 2i64 until ($done)`: the head of a counted loop.
pub fn print_counter(counter: &Counter, names: &dyn Names) -> String {
    let Counter { var, from, to, step, until } = counter;
    let var = names.scalar(*var).map_or_else(|| var.to_string(), |name| format!("${name}"));
    let step = if counter.is_plain() { String::new() } else { format!(" step {}", print_expr(step, names)) };
    let until = until.as_ref().map_or_else(String::new, |e| format!(" until {}", print_enclosed(e, names)));
    format!("{var} in [{}, {}){step}{until}", print_expr(from, names), print_expr(to, names))
}

/// ` width 2`, ` reach i(-1,0) j(0,0)`: how far a halo update goes; nothing for the whole halo.
pub fn print_reach(reach: Option<Extent>) -> String {
    match reach {
        None => String::new(),
        Some(Extent([(i, width), j, k])) if (i, width) == j && i == -width && k == (0, 0) => format!(" width {width}"),
        Some(Extent([i, j, _])) => format!(" reach i({},{}) j({},{})", i.0, i.1, j.0, j.1),
    }
}

/// `i at 1i64 size $n`
fn print_stretch(Stretch { axis, first, size, .. }: &Stretch, names: &dyn Names) -> String {
    format!("{axis} at {} size {}", print_expr(first, names), print_expr(size, names))
}

/// `"smooth" i at 1i64 size $n least 3 reach (-1,1)`: the head of what runs on a part of the domain.
pub fn print_window(window: &Window, names: &dyn Names) -> String {
    let one = |stretch: &Stretch| {
        let Limits { least, reach: (low, high) } = stretch.limits;
        format!("{} least {least} reach ({low},{high})", print_stretch(stretch, names))
    };
    let stretches: Vec<String> = window.stretches.iter().map(one).collect();
    format!("\"{}\" {}", window.label, stretches.join(", "))
}

fn stencil_name(program: &Program, id: StencilId) -> String {
    program.stencils.get(id).map_or_else(|| id.to_string(), |s| format!("@{}", s.name))
}

fn field_names(p: &Printer<'_>, fields: &[FieldId]) -> String {
    let names: Vec<String> = fields.iter().map(|f| p.field_name(*f)).collect();
    names.join(", ")
}

/// `(%a, %b; $x, 1i32)`.
fn bindings(p: &Printer<'_>, names: &dyn Names, fields: &[FieldId], scalars: &[Expr]) -> String {
    let fields = field_names(p, fields);
    let scalars: Vec<String> = scalars.iter().map(|s| print_expr(s, names)).collect();
    if scalars.is_empty() { format!("({fields})") } else { format!("({fields}; {})", scalars.join(", ")) }
}

/// ` on [start+1, end), [start, end), [start, end)`, or nothing for the whole domain.
fn part(domain: &[Range; 3]) -> String {
    if domain.iter().all(|r| *r == Range::full()) {
        return String::new();
    }
    format!(" on {}, {}, {}", domain[0], domain[1], domain[2])
}
