//! Statements before and after.

use super::{Report, apply};
use tradewind_ir::text::{self, Module};
use tradewind_ir::{Numerics, Program, SourceId, Verified, Verify};

/// A stencil with one statement of fields %a to %e (f64), %s (f32), %n (i64), the output %out and the scalar $x (f64).
fn program(stmts: &str) -> Verified<Program> {
    let text = format!(
        "stencil t(%a: field<f64, IJK>, %b: field<f64, IJK>, %c: field<f64, IJK>, %d: field<f64, IJK>, %e: field<f64, IJK>,
           %s: field<f32, IJK>, %n: field<i64, IJK>, %out: field<f64, IJK>, $x: f64) {{
           parallel {{ interval [start, end) {{ {stmts} }} }} }}"
    );
    let Module::Stencil(mut stencil) = text::parse(&text, SourceId(0)).unwrap() else { panic!("a stencil") };
    assert!(stencil.find_extents().is_empty());
    Program::of_stencil(stencil).verify().unwrap()
}

/// The statements of a stencil in a mode, and the report.
fn rewritten(stmts: &str, mode: Numerics) -> (String, Report) {
    let (program, report) = apply(&program(stmts), mode).unwrap();
    let text = program.to_string();
    let lines = text.lines().map(str::trim).filter_map(|line| line.strip_prefix("execute { ")?.strip_suffix(" }"));
    (lines.collect::<Vec<_>>().join("\n"), report)
}

/// The new value of `%out = value`.
fn value(value: &str, mode: Numerics) -> String {
    let (line, _) = rewritten(&format!("execute {{ %out = {value} }}"), mode);
    line.strip_prefix("%out = ").unwrap_or(&line).to_string()
}

#[test]
fn contract_fuses_and_does_nothing_else() {
    let cases = [
        ("((%a * %b) + %c)", "fma(%a, %b, %c)"),
        ("(%c - (%a * %b))", "fma(%a, -%b, %c)"),
        ("((%a + %b) + %c)", "((%a + %b) + %c)"),
        ("(%a / 3.0f64)", "(%a / 3.0f64)"),
        ("((%a * %b) + (%a * %c))", "fma(%a, %b, %a * %c)"),
    ];
    for (from, to) in cases {
        assert_eq!(value(from, Numerics::Contract), to);
        assert_eq!(value(from, Numerics::Strict), from);
    }
}

#[test]
fn relaxed_takes_common_factors_and_denominators() {
    let cases = [
        ("((%a / %d) + (%b / %d))", "((%a + %b) / %d)"),
        ("(%a / 3.0f64)", "(%a * 0.3333333333333333f64)"),
        ("((%a / %b) / %c)", "(%a / (%b * %c))"),
        ("((((%a * ($x * $x)) + (%b * $x)) + %c) + (1.0f64 + 2.0f64))", "fma($x, fma(%a, $x, %b), %c + 3.0f64)"),
    ];
    for (from, to) in cases {
        assert_eq!(value(from, Numerics::Relaxed), to);
    }
}

#[test]
fn what_decides_keeps_its_bits_wherever_it_is_computed() {
    let guard = "execute { %out = ((((%a * %b) + %c) > 0.0f64) ? sqrt(((%a * %b) + %c)) : (%d + (%a * %e))) }
                 execute { %d = (((%a * %b) + %c) + (%d * %e)) } execute { %n = i64(((%a * %d) + %e)) }";
    let (text, _) = rewritten(guard, Numerics::Relaxed);
    assert_eq!(
        text,
        "%out = ((((%a * %b) + %c) > 0.0f64) ? sqrt((%a * %b) + %c) : fma(%a, %e, %d))\n%d = fma(%d, %e, (%a * %b) + %c)\n\
         %n = i64((%a * %d) + %e)"
    );
}

#[test]
fn reports_count() {
    let (_, report) = rewritten(
        "execute { %out = ((%a * %b) + %c) } execute { %d = ((%a * %b) + %c) } execute { %e = %a }",
        Numerics::Contract,
    );
    assert_eq!((report.statements, report.changed, report.operations), (3, 2, (4, 2)));
    let text = "contract: 2 of 3 statements changed, 2 operations instead of 4; 1 searches complete, 0 ended by the limit on rounds, \
                0 by the limit on terms";
    assert_eq!(report.to_string(), text);
}
