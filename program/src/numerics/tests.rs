//! Statements before and after.

use super::{Report, apply};
use tradewind_ir::text::{self, Module};
use tradewind_ir::{BinaryOp, Expr, ExprKind, Native, Numerics, Program, SourceId, StmtKind, Value, Verified, Verify, eval};

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

/// A sequence that looks random.
struct Random(u64);

impl Random {
    fn below(&mut self, n: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        (self.0 >> 33) % n
    }
    /// Between a half and two.
    fn number(&mut self) -> f64 {
        0.5 + 1.5 * self.below(1 << 30) as f64 / (1u64 << 30) as f64
    }
    fn expr(&mut self, depth: u32) -> String {
        let leaf = ["%a", "%b", "%c", "%d", "%e", "$x", "2.0f64", "0.3f64"];
        if depth == 0 || self.below(6) == 0 {
            return leaf[self.below(8) as usize].to_string();
        }
        let (a, b) = (self.expr(depth - 1), self.expr(depth - 1));
        match self.below(12) {
            0..=3 => format!("({a} + {b})"),
            4 | 5 => format!("({a} - {b})"),
            6 | 7 => format!("({a} * {b})"),
            8 | 9 => format!("({a} / {b})"),
            10 => format!("max({a}, -{b})"),
            _ => format!("((%a < %b) ? {a} : {b})"),
        }
    }
}

/// The value of an expression, and its size: by how many units roundings of its parts can move it, to first order. Nothing where a
/// divisor is mostly cancelled.
fn value_and_size(expr: &Expr, leaf: &impl Fn(&Expr) -> f64) -> Option<(f64, f64)> {
    let go = |e: &Expr| value_and_size(e, leaf);
    Some(match &expr.kind {
        ExprKind::Literal(value) => (value.as_f64(), 0.0),
        ExprKind::Field(_) | ExprKind::Scalar(_) => (leaf(expr), 0.0),
        ExprKind::Unary(_, a) => {
            let (a, size) = go(a)?;
            (-a, size)
        }
        ExprKind::Binary(op, a, b) => {
            let ((a, of_a), (b, of_b)) = (go(a)?, go(b)?);
            let value = eval::binary(*op, Value::F64(a), Value::F64(b)).as_f64();
            let moved = match op {
                BinaryOp::Add | BinaryOp::Sub => of_a + of_b + a.abs().max(b.abs()),
                BinaryOp::Mul => a.abs() * of_b + b.abs() * of_a + value.abs(),
                BinaryOp::Div => of_a / b.abs() + value.abs() * of_b / b.abs() + value.abs(),
                _ => 0.0,
            };
            if *op == BinaryOp::Div && b.abs() < 0.1 * of_b {
                return None;
            }
            (value, moved)
        }
        ExprKind::Ternary(c, a, b) => {
            let (of_a, of_b) = (go(a)?, go(b)?);
            if go(c)?.0 != 0.0 { of_a } else { of_b }
        }
        ExprKind::Call(native, args) => {
            let args = args.iter().map(go).collect::<Option<Vec<_>>>()?;
            let value = eval::call(*native, &args.iter().map(|(v, _)| Value::F64(*v)).collect::<Vec<_>>()).as_f64();
            let size = match (native, &args[..]) {
                (Native::Fma, [(a, of_a), (b, of_b), (c, of_c)]) => {
                    a.abs() * of_b + b.abs() * of_a + of_c + (a * b).abs().max(c.abs())
                }
                _ => args.iter().map(|(_, size)| *size).fold(value.abs(), f64::max),
            };
            (value, size)
        }
        other => panic!("{other:?} is not drawn"),
    })
}

fn first_value(program: &Program) -> &Expr {
    let stencil = program.stencils.values().next().unwrap();
    let StmtKind::Assign(assign) = &stencil.executions().next().unwrap().2.body[0].kind else { panic!("an assignment") };
    &assign.value
}

/// Both sides are within the roundings of their operations of the exact value, so within their sum of each other.
#[test]
fn random_expressions_stay_within_the_error_of_their_operations() {
    let mut random = Random(1);
    let (mut changed, mut compared) = (0, 0);
    for n in 0..160 {
        let text = random.expr(4);
        let before = program(&format!("execute {{ %out = {text} }}"));
        let mode = if n % 4 == 0 { Numerics::Contract } else { Numerics::Relaxed };
        let (after, report) = apply(&before, mode).unwrap();
        changed += report.changed;
        for _ in 0..20 {
            let known: Vec<f64> = (0..16).map(|_| random.number()).collect();
            let leaf = |e: &Expr| match &e.kind {
                ExprKind::Field(access) => known[access.field.0 as usize],
                _ => known[15],
            };
            let sides = [&before, &after].map(|program| value_and_size(first_value(program), &leaf));
            let [Some((old, of_old)), Some((new, of_new))] = sides else { continue };
            let bound = (of_old + of_new) * f64::EPSILON;
            assert!((old - new).abs() <= bound, "{old} and {new} differ by more than {bound}: {text}\n{}", *after);
            compared += 1;
        }
    }
    assert!(changed > 40 && compared > 1000, "{changed} changed, {compared} compared");
}
