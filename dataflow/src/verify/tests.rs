//! A failing graph for each check of the verifier.

use crate::text::parse;
use tradewind_ir::{SourceId, Verify};

/// What the verifier says about a graph of the containers %a, %b (IJK), %r (a register), the scalar $n, and these steps.
fn found(steps: &str) -> Vec<String> {
    let text = format!("graph g(%a: field<f64, IJK>, %b: field<f64, IJK>, $n: i64) {{ temp %r: field<f64, IJK> row {steps} }}");
    let graph = parse(&text, SourceId(0)).unwrap_or_else(|e| panic!("{e:?}"));
    graph.check().into_iter().map(|d| d.message).collect()
}

/// The same for the body of a tasklet inside loops over all axes, without edges.
fn in_tasklet(code: &str) -> Vec<String> {
    let mut all = found(&format!(
        "loop k in [start, end) forward {{ loop j in [start, end) forward {{ loop i in [start, end) forward {{
           state s0 {{ n0: tasklet \"t\" {{ {code} }} }} }} }} }}"
    ));
    all.retain(|m| !m.ends_with("no edge shows this"));
    all
}

#[test]
fn each_check_finds_its_fault() {
    let cases = [
        ("alloc %a", "`%a` is allocated, but is not a temporary"),
        ("alloc %r", "`%r` does not keep the axis j, but is not allocated inside a loop over it"),
        (
            "loop k in [start, end) forward { loop k in [start, end) forward { } }",
            "there is a loop over k around this one already",
        ),
        ("loop k in [start, end) forward { let $n = 1i64 }", "a step of the host program is inside a loop over an axis"),
        ("let $n = 1.0f64", "expected a value of type `i64`, found `f64`"),
        ("if (I == 0i32) { }", "an expression of the host program reads a field or uses a position"),
        (
            "state s0 { n0: access %a n1: copy %b = %a n2: access %b n0 -> n1: %a[*, *, *] }",
            "the node writes `%b[*, *, *]`, but no edge shows this",
        ),
        (
            "state s0 { n0: access %a n1: access %b n0 -> n1: %a[*, *, *] }",
            "the edge n0 -> n1 does not join an access node to another node",
        ),
        (
            "state s0 { n0: access %a n1: copy %b = %a n2: access %b n3: copy %b = %a n4: access %b
               n0 -> n1: %a[*, *, *] n1 -> n2: %b[*, *, *] n0 -> n3: %a[*, *, *] n3 -> n4: %b[*, *, *] }",
            "n1 and n3 both touch `%b`, one writes it, and nothing orders them",
        ),
    ];
    for (steps, message) in cases {
        let found = found(steps);
        assert!(found.iter().any(|m| m == message), "{steps}\n{found:#?}");
    }
}

#[test]
fn each_check_of_code_finds_its_fault() {
    let cases = [
        ("v0 = %a[0,0,0] v1 = I v2 = v0 + v1", "`v1` has type `i32`, which does not fit an operation on another type"),
        ("v0 = I store %a[0] = v0", "`v0` has type `i32`, which does not fit f64"),
        ("v0 = %a[0,0,0] store %b[0] = v0 if v0", "`v0` has type `f64`, which does not fit a condition"),
        ("v0 = %a[0,0,0] v1 = %b[0,0,?v0]", "`v0` has type `f64`, which does not fit a level"),
        (
            "v0 = true v1 = 1.0f64 while v2 = v0 { } if v2 { v3 = false v4 = 2.0f64 } next v3 store %a[0] = v4",
            "`v4` is used where it is not defined",
        ),
        (
            "v0 = 1.0f64 while v1 = v0 { v2 = true } if v2 { v3 = true } next v3",
            "`v3` has type `bool`, which does not fit the carried value",
        ),
    ];
    for (code, message) in cases {
        let found = in_tasklet(code);
        assert_eq!(found, [message], "{code}");
    }
}
