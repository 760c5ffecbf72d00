//! One bad text for each check, and the message it must get.

use crate::source::SourceId;
use crate::text::{Module, parse};
use crate::verified::Verify;

fn check(text: &str) -> String {
    let module = parse(text, SourceId(0)).unwrap_or_else(|found| panic!("{found:?}\n{text}"));
    let found = match module {
        Module::Stencil(mut stencil) => {
            // Wrong extents are one case's subject; the others have them computed where that is possible.
            if !text.contains("i(") {
                crate::extent::compute(&mut stencil);
            }
            stencil.check()
        }
        Module::Program(program) => program.check(),
    };
    found.into_iter().map(|d| d.message + "\n").collect()
}

/// A stencil with fields of several kinds around some loops.
fn stencil(loops: &str) -> String {
    check(&format!(
        "stencil x(%a: field<f64, IJK>, %n: field<i32, IJK>, %p: field<f64, IJ>, %c: field<f64, K>, %r: field<f64, I>, $w: f64) {{
          temp %t: field<f64, IJK>  {loops} }}"
    ))
}

/// One statement in a loop on all levels.
fn stmt(order: &str, stmt: &str) -> String {
    stencil(&format!("{order} {{ interval [start, end) {{ execute {{ {stmt} }} }} }}"))
}

#[test]
fn what_is_valid_has_no_findings() {
    assert_eq!(stmt("parallel", "%a = ((%p[1,0,0] + %c[0,0,-1]) * $w)"), "");
    assert_eq!(stmt("forward", "mask (%n > 0i32) { %p = %a[0,0,?(%n)] }"), "");
    let one_level = "parallel { interval [end-1, end) { execute { %t = 1.0f64 } execute { %a = %t[0,0,-1] } } }";
    assert_eq!(stencil(one_level), "");
}

#[test]
fn statements() {
    for (order, text, message) in [
        ("parallel", "%a = %n", "a value of type `i32` is assigned to `a` of type `f64`"),
        ("parallel", "%a = (%a + %n)", "the operands of `+` have different types, `f64` and `i32`"),
        ("parallel", "%a = (%a && %a)", "`&&` does not take `f64`"),
        ("parallel", "%n = -%n %a = -(f64(!(%n)))", "`!` does not take `i32`"),
        ("parallel", "%a = f64(sqrt(%n))", "`sqrt` does not take `i32`"),
        ("parallel", "mask (%n) { %a = 0.0f64 }", "a condition must be boolean, not `i32`"),
        ("parallel", "%a = %t[0,0,?(%c)]", "a level must be an integer, not `f64`"),
        ("parallel", "%a = %r[0,1,0]", "`r` has no axis J to be offset along"),
        ("parallel", "%a = %p[0,0,=(0i32)]", "`p` has no axis K to be indexed along"),
        ("parallel", "%a = %t[9999999,0,0]", "the offset 9999999 is too far away"),
        ("parallel", "restrict [start+9999999:, :] { %a = 0.0f64 }", "the bound `start+9999999` is too far away"),
        ("parallel", "%t[1,0,0] = %a", "`t` is written at a horizontal offset"),
        ("parallel", "%t[0,0,1] = %a", "`t` is written at a K offset in a parallel loop"),
        ("parallel", "%t[0,0,?(%n)] = %a", "`t` is written at a data-dependent level in a parallel loop"),
        ("parallel", "%p = 1.0f64", "`p` has no levels and is written in a parallel loop"),
        ("forward", "%c = 1.0f64", "`c` has the axes K and cannot be written"),
        ("parallel", "while (%t < 1.0f64) { %t = %t[0,0,1] }", "a `while` writes `t` and reads it at another level"),
        ("parallel", "while (%t < 1.0f64) { %t = %t[1,0,0] }", "a `while` writes `t` and reads it at a horizontal offset"),
    ] {
        assert!(stmt(order, text).lines().any(|line| line == message), "{text}: {}", stmt(order, text));
    }
}

#[test]
fn loops() {
    let body = "{ execute { %a = 1.0f64 } }";
    for (text, message) in [
        (format!("parallel {{ interval [start-1, end) {body} }}"), "the interval [start-1, end) is not part of the domain"),
        (format!("parallel {{ interval [end-1, start+3) {body} }}"), "the interval [end-1, start+3) is not part of the domain"),
        (
            format!("backward {{ interval [start, end-1) {body} interval [end-1, end) {body} }}"),
            "the intervals [start, end-1) and [end-1, end) overlap, or are not in order",
        ),
        (
            format!("parallel {{ interval [start, start+2) {body} interval [start+1, end) {body} }}"),
            "the intervals [start, start+2) and [start+1, end) overlap, or are not in order",
        ),
        (
            "parallel { interval [start, end) { execute i(-1,0) j(0,0) { %a = 1.0f64 } } }".to_string(),
            "an execution's extent is not what its readers need",
        ),
    ] {
        assert_eq!(stencil(&text).trim_end(), message);
    }
}

#[test]
fn tables() {
    assert_eq!(check("stencil x(%a: field<f64, IJK>, $a: f64) {}"), "`a` is declared twice\n");
    let Ok(Module::Stencil(mut broken)) = parse("stencil x(%a: field<f64, IJK>) {}", SourceId(0)) else {
        panic!("parses");
    };
    broken.params.clear();
    broken.name = "2x".to_string();
    let found: Vec<String> = broken.check().into_iter().map(|d| d.message).collect();
    assert_eq!(found, ["`2x` is not a name", "the parameters are not the first entries of the tables, in order"]);
}

#[test]
fn positions() {
    assert_eq!(
        check("stencil x(%a: field<f64, IJ, interfaces K>) {}"),
        "`a` lives at interfaces along k, and lacks that axis\n"
    );
    let temporary = "stencil x(%a: field<f64, IJK>) { temp %t: field<f64, IJK, interfaces K> }";
    assert_eq!(check(temporary), "the temporary `t` is declared at interfaces\n");
    let program = |field: &str| {
        let call = "stencil s(%a: field<f64, IJK>, %b: field<f64, IJK, interfaces I>) {}";
        check(&format!(
            "program p(%q: field<f64, IJK{field}>) {{ {call} transient %u: field<f64, IJK, interfaces IJ> call @s(%q, %u) }}"
        ))
    };
    assert_eq!(program(""), "");
    assert_eq!(program(", interfaces K"), "");
}

#[test]
fn programs() {
    let copy = "stencil s(%a: field<f64, IJK>, %b: field<f64, IJK>, $w: f64) {
        parallel { interval [start, end) { execute { %b = (%a * $w) } } } }";
    let edge = "stencil edge(%e: field<f64, IJK, interfaces K>) {}";
    for (steps, message) in [
        ("call @s(%q; 1.0f64)", "`s` takes 2 fields and 1 scalars"),
        ("call @s(%q, %f; 1.0f64)", "`f` does not have the type of the parameter `b`"),
        ("call @s(%q, %u; 1i32)", "the scalar `w` has the type `f64`"),
        ("call @s(%q, %q; 1.0f64)", "`q` is bound to both `a` and `b`, and the stencil writes one of them"),
        ("call @s(%q, %u; 1.0f64) on [start, end), [end-1, end-1), [start, end)", "`s` needs at least 1 points along j"),
        ("callback \"x\"(%q, %q)", "`q` is passed twice to a callback"),
        ("callback \"x\"(; %q)", "an expression of a program must be the same at every point"),
        ("let $nt = 1i64", "`nt` is an argument and cannot be set"),
        ("let $n = 1.0f64", "the variable does not have the type `f64` of the value"),
        ("for $n in [0i32, $nt) { }", "the variable, bounds and step of a loop must have the same integer type"),
        ("for $n in [0i64, $nt) step 1i32 { }", "the variable, bounds and step of a loop must have the same integer type"),
        ("for $n in [0i64, $nt) until ($nt) { }", "a condition must be boolean, not `i64`"),
        ("while ($n) { }", "a condition must be boolean, not `i64`"),
        ("halo_update %k", "`k` has no halo to update"),
        ("halo_update %q reach i(1,2) j(0,0)", "a halo update does not reach around the domain"),
        ("swap %q, %f", "`q` and `f` differ in type, axes or interfaces"),
        ("halo_start 0 %q halo_wait 0 %u", "a wait is for other fields than the start"),
        ("halo_start 0 %q halo_start 1 %u halo_wait 0 %q halo_wait 1 %u", ""),
        ("halo_start 0 %q halo_wait 0 %q width 1", "a wait is for other fields than the start"),
        ("halo_update %q, %u pairs (%q, %u)", ""),
        ("halo_update %q width 1 pairs (%q, %u) halo_update %u width 2 pairs (%q, %u)", ""),
        ("halo_update %q pairs (%q, %u)", "`u` is in a pair, and not in the halo update"),
        ("halo_update %q pairs (%q, %u) halo_update %q, %u pairs (%q, %u)", "`u` is in a pair, and not in the halo update"),
        ("halo_update %q, %u pairs (%q, %u), (%u, %q)", "`u` is in a pair twice"),
        ("halo_start 0 %q, %u pairs (%q, %u) halo_wait 0 %q, %u", "a wait is for other fields than the start"),
        ("halo_wait 0 %q", "this waits for a halo update that is not under way"),
        (
            "halo_start 0 %q while (false) { halo_start 0 %u }",
            "nothing waits for this halo update\nnothing waits for this halo update",
        ),
        ("halo_start 0 %q call @s(%q, %u; 1.0f64) halo_wait 0 %q", ""),
        ("halo_start 0 %u call @s(%q, %u; 1.0f64) halo_wait 0 %u", "`u` is written while its halo is under way"),
        ("copy %q = %e", "`q` and `e` differ in type, axes or interfaces"),
        ("call @edge(%q)", "`q` does not have the type of the parameter `e`"),
        ("copy %q = %q", "`q` is copied to or swapped with itself"),
    ] {
        let text = format!(
            "program p(%q: field<f64, IJK>, %f: field<f32, IJK>, %k: field<f64, K>, $nt: i64) {{
               {copy} {edge} transient %u: field<f64, IJK> transient %e: field<f64, IJK, interfaces K> var $n: i64 {steps} }}"
        );
        assert_eq!(check(&text).trim_end(), message, "{steps}");
    }
}
