//! What is read of a program's own fields and scalars where nothing has written it.

use crate::program::Program;
use crate::source::SourceId;
use crate::text::{Module, parse};
use crate::verified::Verify;

const STENCILS: &str = "
    stencil set(%o: field<f64, IJK>) { parallel { interval [start, end) { execute { %o = 1.0f64 } } } }
    stencil use(%a: field<f64, IJK>, %o: field<f64, IJK>) { parallel { interval [start, end) { execute { %o = %a } } } }
    stencil right(%a: field<f64, IJK>, %o: field<f64, IJK>) {
      parallel { interval [start, end) { execute { %o = (%a + %a[1,0,0]) } } } }
    stencil around(%a: field<f64, IJK>, %o: field<f64, IJK>) {
      parallel { interval [start, end) { execute { %o = (%a[1,-1,0] + %a[-1,1,0]) } } } }
    stencil below(%a: field<f64, IJK>, %o: field<f64, IJK>) {
      forward { interval [start, start+1) { execute { %o = %a } }
                interval [start+1, end) { execute { %o = (%a[0,0,-1] + %o[0,0,-1]) } } } }
    stencil some(%a: field<f64, IJK>, %o: field<f64, IJK>) {
      parallel { interval [start, end) { execute { mask ((%a > 0.0f64)) { %o = 1.0f64 } } } } }
    stencil edge(%o: field<f64, IJK>) {
      parallel { interval [start, end) { execute { restrict [start:start+1, :] { %o = 1.0f64 } } } } }
    stencil scale(%o: field<f64, IJK>, $x: f64) { parallel { interval [start, end) { execute { %o = $x } } } }
";

fn program(body: &str) -> Program {
    let text = format!(
        "program p(%q: field<f64, IJK>, %out: field<f64, IJK>, $on: bool, $n: i64) {{
           {STENCILS} transient %u: field<f64, IJK> transient %v: field<f64, IJK> var $i: i64 var $x: f64 {body} }}"
    );
    let Module::Program(mut program) = parse(&text, SourceId(0)).expect("parses") else { panic!("no program") };
    program.stencils.iter_mut().for_each(|(_, stencil)| assert_eq!(crate::extent::compute(stencil), []));
    program
}

/// Level and primary label of each diagnostic, then the fields that must hold zeros.
fn found(body: &str) -> String {
    let program = program(body).verify().expect("is valid");
    let said = super::diagnose(&program).into_iter();
    let said = said.map(|d| format!("{} {}; ", if d.is_error() { "error" } else { "warning" }, d.labels[0].text));
    let zero = program.summary().zeroed.iter().map(|id| program.fields[*id].name.clone() + " ");
    said.chain(zero).collect::<String>().trim_end().to_string()
}

#[test]
fn a_call_writes_its_part() {
    assert_eq!(found("call @set(%u) call @use(%u, %out)"), "");
    assert_eq!(found("call @use(%u, %out) call @set(%u)"), "error this reads `u`; u");
    assert_eq!(found("call @set(%u) call @right(%u, %out)"), "error this reads `u` at I = NI; u");
    let wide = "call @set(%u) on [start, end+1), [start, end), [start, end)";
    assert_eq!(found(&format!("{wide} call @right(%u, %out)")), "");
    assert_eq!(found(&format!("{wide} call @around(%u, %out)")), "error this reads `u` at J = -1; u");
    let around = "call @set(%u) on [start-1, end+1), [start-1, end+1), [start, end)";
    assert_eq!(found(&format!("{around} call @around(%u, %out)")), "");
    let inner = "call @set(%u) on [start+1, end), [start, end), [start, end)";
    assert_eq!(found(&format!("{inner} call @use(%u, %out)")), "error this reads `u` at I = 0; u");
    assert_eq!(found(&format!("{inner} call @edge(%u) call @use(%u, %out)")), "");
    assert_eq!(found(&format!("{inner} call @use(%u, %out) on [start+1, end), [start, end), [start, end)")), "");
    let lower = "call @set(%u) on [start, end), [start, end), [start, start+2)";
    let upper = "call @set(%u) on [start, end), [start, end), [start+2, end)";
    assert_eq!(found(&format!("{lower} {upper} call @use(%u, %out)")), "");
    assert_eq!(found(&format!("{upper} call @use(%u, %out)")), "error this reads `u` at K = 0 to 1; u");
}

#[test]
fn sweeps_read_what_they_have_written() {
    assert_eq!(found("call @set(%u) call @below(%u, %v) call @use(%v, %out)"), "");
    assert_eq!(
        found("call @set(%u) on [start, end), [start, end), [start+1, end) call @below(%u, %v)"),
        "error this reads `u` at K = 0; u"
    );
}

#[test]
fn what_stands_under_a_condition_is_possible_only() {
    assert_eq!(found("call @some(%q, %u) call @use(%u, %out)").split(' ').next(), Some("warning"));
    assert_eq!(found("call @set(%u) call @some(%q, %u) call @use(%u, %out)"), "");
    assert_eq!(found("call @some(%u, %out)").split(' ').next(), Some("error"));
}

#[test]
fn a_halo_update_fills_as_much_as_the_edges_hold() {
    assert_eq!(found("call @set(%u) halo_update %u call @around(%u, %out)"), "");
    assert_eq!(found("halo_update %u call @around(%u, %out)").split(' ').next(), Some("error"));
    let inner = "call @set(%u) on [start+1, end), [start, end), [start, end)";
    assert_eq!(found(&format!("{inner} halo_update %u call @right(%u, %out)")), "error this reads `u` at I = 0; u");
    let right = "call @use(%u, %out) on [start+1, end+1), [start, end), [start, end)";
    assert_eq!(found(&format!("{inner} halo_update %u {right}")), "warning this reads `u` at I = NI; u");
    let left = "call @use(%u, %out) on [start-1, start), [start, end), [start, end)";
    assert_eq!(found(&format!("{inner} halo_update %u {left}")), "");
    // The update puts what is not written into a halo that was.
    let halo = "call @set(%u) on [end, end+1), [start, end), [start, end) halo_update %u";
    assert_eq!(found(&format!("{halo} {right}")).split(' ').next(), Some("error"));
}

#[test]
fn branches_and_loops() {
    assert_eq!(found("if ($on) { call @set(%u) } call @use(%u, %out)").split(' ').next(), Some("warning"));
    assert_eq!(found("if ($on) { call @set(%u) } else { copy %u = %q } call @use(%u, %out)"), "");
    assert_eq!(found("for $i in [0i64, $n) { call @set(%u) } call @use(%u, %out)").split(' ').next(), Some("warning"));
    assert_eq!(found("for $i in [0i64, 3i64) { call @set(%u) } call @use(%u, %out)"), "");
    assert_eq!(found("for $i in [0i64, $n) { call @use(%u, %out) call @set(%u) }").split(' ').next(), Some("warning"));
    assert_eq!(found("for $i in [0i64, $n) { call @set(%u) call @use(%u, %out) }"), "");
    assert_eq!(found("while ($on) { while ($on) { call @set(%u) } call @use(%u, %out) }").split(' ').next(), Some("warning"));
}

#[test]
fn copies_and_swaps_pass_on_what_is_written() {
    assert_eq!(found("call @set(%u) swap %u, %v call @use(%v, %out)"), "");
    assert_eq!(found("call @set(%u) swap %u, %v call @use(%u, %out)").split(' ').next(), Some("error"));
    assert_eq!(found("copy %v = %u call @use(%v, %out)").rsplit(';').next(), Some(" u v"));
    assert_eq!(found("for $i in [0i64, $n) { halo_update %q call @around(%q, %u) swap %q, %u }"), "u");
    assert_eq!(found("for $i in [0i64, $n) { call @use(%q, %u) swap %q, %u }"), "");
    let two = "call @set(%u) for $i in [0i64, $n) { halo_update %u call @around(%u, %v) swap %u, %v }";
    assert_eq!(found(&format!("{two} call @use(%u, %out)")), "");
    assert_eq!(
        found("call @set(%u) for $i in [0i64, $n) { call @use(%u, %out) swap %u, %v }").split(' ').next(),
        Some("warning")
    );
}

#[test]
fn callbacks_may_write_and_use_anything() {
    assert_eq!(found("callback \"init\"(%u) call @use(%u, %out)").split(' ').next(), Some("warning"));
    assert_eq!(found("call @set(%u) callback \"watch\"(%u) call @use(%u, %out)"), "");
    assert_eq!(found("callback \"init\"(%u) fills domain call @use(%u, %out)"), "u");
    assert_eq!(found("callback \"watch\"(%u) fills nothing call @use(%u, %out)").split(' ').next(), Some("error"));
    assert_eq!(found("call @set(%u) callback \"walls\"(%u) fills halo call @around(%u, %out)"), "u");
    assert_eq!(found("callback \"all\"(%u) fills all call @around(%u, %out)"), "u");
}

#[test]
fn scalars() {
    assert_eq!(found("let $x = 1.0f64 call @scale(%out; $x)"), "");
    assert_eq!(found("call @scale(%out; $x)"), "error nothing before this assigns it;");
    assert_eq!(found("if ($on) { let $x = 1.0f64 } call @scale(%out; $x)"), "warning read here;");
    assert_eq!(found("for $i in [0i64, $n) { let $x = 1.0f64 } call @scale(%out; $x)"), "warning read here;");
    assert_eq!(found("for $i in [0i64, 2i64) { let $x = f64($i) call @scale(%out; $x) } call @scale(%out; $x)"), "");
}

#[test]
fn deep_nests_of_loops_are_followed_in_bounded_time() {
    let depth = 40;
    let open = "while ($on) { ".repeat(depth);
    let body = format!("call @set(%u) {open} call @use(%u, %v) swap %u, %v {} call @use(%v, %out)", "}".repeat(depth));
    assert_eq!(found(&body).split(' ').next(), Some("warning"));
}
