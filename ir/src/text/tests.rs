//! Programs print and parse back; errors in a text are reported at their place.

use super::*;
use crate::expr::{Expr, ExprKind, UnaryOp};
use crate::source::{SourceId, Span};
use crate::value::Value;

const STENCIL: &str = "\
stencil kitchen(%a: field<f64, IJK>, %s: field<f32, IJ>, $w: f64, %n: field<i32, K>, %out: field<f64, IJK>) {
  temp %lap: field<f64, IJK>
  temp %on: field<bool, IJK>
  parallel {
    interval [start, end) {
      execute i(-1,1) j(0,2) { %lap = ((%a[1,0,0] + %a[-1,0,0]) - (2.0f64 * %a)) }
      execute { %on = ((I < I[end-1]) && region[start:start+1, :]) }
      execute {
        mask (!%on) { %out = -(-0.0f64) }
      }
      execute {
        restrict [:end, end-2:] {
          %out = (%on ? sqrt(%lap) : -inf_f64)
          %out = min(%out + %a, -%a)
        }
      }
    }
  }
  backward {
    interval [max(start, end-3), end) {
      execute {
        while ((%n %% 3i32) != -128i32) { %out = (f64(%s[0,1,0]) * %a[0,0,?(%n[0,0,1])]) }
      }
      execute { %out[0,0,-1] = (%a[0,0,=(K // 2i32)] / nan_f64) }
    }
  }
}
";

const PROGRAM: &str = "\
program march(%q: field<f64, IJK>, $nt: i64, %mass: field<f64>) {
  stencil double(%a: field<f64, IJK>, $f: f64) {
    forward {
      interval [start, end) {
        execute { %a = (%a * $f) }
      }
    }
  }
  transient %r: field<f64, IJK>
  transient %u: field<f64, IJK, interfaces I>
  transient %v: field<f32, IJ, interfaces IJ, [3, 2]>
  var $n: i64
  var $t: f64
  call @double(%q; 2.0f64) on [start+1, end-1), [start, end), [start, end)
  for $n in [0i64, $nt) {
    let $t = (f64($n) * 1e-5f64)
    halo_start 0 %u, %q reach i(-1,2) j(-1,1)
    halo_start 7 %r
    halo_wait 0 %u, %q reach i(-1,2) j(-1,1)
    halo_wait 7 %r
    if (($n %% 2i64) == 0i64) {
      halo_update %q, %r width 3
    } else {
      swap %q, %r
    }
    while (false) {
      copy %q = %r
    }
  }
  callback \"monitor\"(%q; $t)
}
";

fn errors(text: &str) -> String {
    let found = parse(text, SourceId(0)).expect_err("must be refused");
    found.into_iter().map(|d| d.message + "\n").collect()
}

#[test]
fn prints_as_it_was_read() {
    for text in [STENCIL, PROGRAM] {
        match parse(text, SourceId(0)) {
            Ok(module) => assert_eq!(module.to_string(), text),
            Err(found) => panic!("{found:?}"),
        }
    }
}

#[test]
fn the_opening_of_the_crate_shows_real_text() {
    let opening = include_str!("../lib.rs").lines().map_while(|line| line.strip_prefix("//!"));
    let example = opening.skip_while(|line| !line.ends_with("```text")).skip(1).take_while(|line| !line.ends_with("```"));
    let example: String = example.map(|line| line.strip_prefix(' ').unwrap_or(line).to_string() + "\n").collect();
    assert_eq!(parse(&example, SourceId(0)).map(|m| m.to_string()), Ok(example));
}

#[test]
fn literals_keep_every_bit() {
    let (names, nothing) = (NameTable::default(), parse("program p() {}", SourceId(0)).expect("parses").into_program());
    let floats = [0.1, -0.0, f64::MIN_POSITIVE / 3.0, f64::MAX, f64::NEG_INFINITY, f64::NAN, 1e16, 123456789.125];
    let values = floats.into_iter().map(Value::F64).chain(floats.map(|v| Value::F32(v as f32)));
    for value in values.chain([Value::I64(i64::MIN), Value::I8(-128), Value::Bool(true)]) {
        for wrap in [false, true] {
            let mut expr = Expr::literal(value, Span::NONE);
            if wrap {
                let dtype = expr.dtype;
                expr = Expr { kind: ExprKind::Unary(UnaryOp::Neg, expr.into()), dtype, span: Span::NONE };
            }
            let text = print_expr(&expr, &nothing);
            let mut parser = Parser::new(&text, SourceId(0)).expect("lexes");
            let back = parser.expr(&names);
            assert_eq!(parser.finish(back).as_ref(), Ok(&expr), "{text}");
        }
    }
}

#[test]
fn says_what_is_wrong() {
    assert_eq!(errors("stencil f(%a: field<f64, IKJ>) {}"), "expected axes (`IJK`, `IJ`, `K` …, `-`), found `IKJ`\n");
    let body = |text: &str| {
        errors(&format!("stencil f(%a: field<f64, IJK>) {{ parallel {{ interval [start, end) {{ execute {{ {text} }} }} }} }}"))
    };
    assert_eq!(body("%b = $c"), "unknown field `%b`\nunknown scalar `$c`\n");
    assert_eq!(body("%a = 1"), "the number `1` has no type\n");
    assert_eq!(body("%a = 300i8"), "`300` is not a number of type `i8`\n");
    assert_eq!(body("%a = (%a + %a + %a)"), "expected one operation, found `+`\n");
    assert_eq!(body("%a = pow(%a)"), "`pow` takes 2 arguments, found 1\n");
    assert_eq!(body(&format!("%a = {}", "(".repeat(9999))), "nested deeper than 256 levels\n");
    assert_eq!(body(&format!("%a = {}", "-".repeat(9999))), "nested deeper than 256 levels\n");
    assert_eq!(body("%a = § "), "unexpected character '§'\n");
    assert_eq!(errors("program p() { callback \"x"), "unexpected character '\"'\n");
}
