//! A failing graph for each check of the verifier.

use crate::text::parse;
use tradewind_ir::{SourceId, Verify};

/// What the verifier says about a graph of the containers %a, %b (IJK), %r (a row), %w, %x (with windows), the scalar $n, and these
/// steps.
fn found(steps: &str) -> Vec<String> {
    let windows = "temp %w: field<f64, IJK> plane last 2 along j temp %x: field<f64, IJK> heap last 2 along k";
    found_in(&format!("temp %r: field<f64, IJK> row {windows} {steps}"))
}

fn found_in(body: &str) -> Vec<String> {
    let text = format!("graph g(%a: field<f64, IJK>, %b: field<f64, IJK>, $n: i64) {{ {body} }}");
    let graph = parse(&text, SourceId(0)).unwrap_or_else(|e| panic!("{e:?}"));
    graph.check().into_iter().map(|d| d.message).collect()
}

/// The same for the body of a tasklet inside loops over all axes.
fn in_tasklet(code: &str) -> Vec<String> {
    found(&format!(
        "n0: loop k in [start, end) forward {{ n0: loop j in [start, end) forward {{ n0: loop i in [start, end) forward {{
           n0: tasklet \"t\" {{ {code} }} }} }} }}"
    ))
}

#[test]
fn each_check_finds_its_fault() {
    let cases = [
        ("alloc %a", "`%a` is allocated, but is not a temporary"),
        ("alloc %r", "`%r` does not keep the axis j, but is not allocated inside a loop over it"),
        (
            "n0: loop k in [start, end) forward { n0: loop k in [start, end) forward { } }",
            "there is a loop over k around this one, which does not run near its position",
        ),
        ("n0: loop k in [start, end) near [0, 1) forward { }", "it runs near a loop over k, but there is none around it"),
        (
            "n0: loop k in [start, end) forward { n0: loop k in [start, end) near [1, 1) forward { } }",
            "there is no position in [1, 1)",
        ),
        ("n0: loop k in [start, end) step 0 forward { }", "the step between positions is zero"),
        ("n0: map i in [start, end) step 2 vector { }", "a vector map takes every point, but has a step"),
        ("var $m: i64 n0: loop k in [start, end) step $m forward { }", "`$m` is the size of blocks, but no integer argument"),
        (
            "n0: loop k in [start, end) step 2 forward { n0: loop k in [start, end) near [0, $n) forward { } }",
            "there is no loop around it over blocks of `$n` points",
        ),
        (
            "n0: map i in [start, end) vector { n0: map i in [start, end) near [1, 2) any { } }",
            "there is a vector map over i around this loop",
        ),
        ("alloc %x n0: copy %x = %a", "a step of the host program takes all of `%x`, which stores its last elements"),
        (
            "n0: loop k in [start, end) forward { n0: let $n = 1i64 }",
            "a step of the host program is inside a loop over an axis",
        ),
        ("n0: let $n = 1.0f64", "expected a value of type `i64`, found `f64`"),
        ("n0: if (I == 0i32) { }", "an expression of the host program reads a field or uses a position"),
        ("n0: zero %a", "`%a` is set to zero, but is no stored temporary that starts as zero"),
        (
            "n0: copy %b = %a n1: copy %a = %b n0 -> n1: %b[*, *, *] n1 -> n0: %a[*, *, *]",
            "the steps of the region wait for each other",
        ),
        ("n0: copy %b = %a n1: copy %a = %b", "n0 and n1 both touch `%a`, one writes it, and nothing orders them"),
        ("n0: copy %b = %a n1: copy %b = %a", "n0 and n1 both touch `%b`, one writes it, and nothing orders them"),
        (
            "n0: copy %b = %a n1: exchange start 0 %a width 1 n2: exchange wait 0 %a width 1 n0 -> n1: anti %a",
            "n1 and n2 both touch `%a`, one writes it, and nothing orders them",
        ),
        (
            "n0: copy %b = %a n1: exchange start 0 %b n0 -> n1: %b[start:end, start:end, *] n0 -> n1: %a[*, *, *]",
            "the edge n0 -> n1 states `%a[*, *, *]`, but that is not so",
        ),
        ("n0: let $n = 1i64 n1: if ($n == 0i64) { }", "n0 and n1 both name `$n`, one sets it, and nothing orders them"),
        ("n0: let $n = 1i64 n1: copy %b = %a n0 -> n1: $n", "the edge n0 -> n1 states `$n`, but that is not so"),
        (
            "n0: callback \"f\"(%a) n1: exchange start 0 %b width 1",
            "n0 and n1 run one after another, for the host observes one of them, and nothing orders them",
        ),
        (
            "n0: exchange start 0 %b width 1 n1: callback \"f\"(%a)",
            "n0 and n1 run one after another, for the host observes one of them, and nothing orders them",
        ),
        ("n0: exchange %a", "a halo update of a graph is a start and a wait"),
        ("n0: exchange start 0 %a", "nothing waits for a halo update that is started"),
        (
            "n0: exchange start 0 %a n1: exchange wait 0 %a width 1 n0 -> n1: output %a",
            "a wait is for another halo update than the start with its number",
        ),
        (
            "n0: if ($n == 0i64) { n0: exchange start 0 %a } n1: exchange wait 0 %a n0 -> n1: output %a",
            "a step waits for a halo update that has not been started",
        ),
        (
            "n0: exchange start 0 %a n1: copy %b = %a n2: exchange wait 0 %a
               n0 -> n1: %a[*, *, *] n1 -> n2: anti %a n0 -> n2: output %a",
            "n1 writes `%a` or touches its halo while it is exchanged",
        ),
        ("slot %a, %x", "the argument `%a` has a slot"),
        ("transient %t: field<f64, IJK> slot %t, %x slot %t, %x", "`%t` has two slots"),
        (
            "temp %t: field<f64, IJK> heap temp %u: field<f64, IJK> heap slot %t, %u alloc %t alloc %u
               n0: copy %t = %a n1: copy %u = %b",
            "n0 and n1 use `slot0` for different containers, and nothing orders them",
        ),
    ];
    for (steps, message) in cases {
        let found = found(steps);
        assert!(found.iter().any(|m| m == message), "{steps}\n{found:#?}");
    }
}

#[test]
fn each_check_of_a_window_finds_its_fault() {
    let declared = |of: &str| found_in(&format!("temp %w: field<f64, IJK> {of}"));
    assert_eq!(declared("row last 2 along i"), ["`%w` stores its last elements along i, which must be j or k, and kept"]);
    assert_eq!(declared("plane last 2 along k"), ["`%w` stores its last elements along k, which must be j or k, and kept"]);
    assert_eq!(declared("plane last 3 along j"), ["`%w` stores 3 elements along j, which is not a power of two"]);
    assert_eq!(declared("plane last 2 along j zero"), ["`%w` stores its last elements along j, and cannot start as zero"]);
    let transient = found_in("transient %w: field<f64, IJK> heap last 2 along j");
    assert_eq!(transient, ["`%w` stores its last elements along j, but is not a temporary"]);
    // Loops around a tasklet, and what it accesses.
    let cases = [
        (
            "n0: loop k in [start, end) forward { n0: loop j in [start, end) forward { alloc %w",
            "n0: loop i in [start, end) forward {",
            "v0 = 1.0f64 store %w[0] = v0 } n1: tasklet \"u\" { v0 = %w[0,-2,0] store %a[0] = v0 } n0 -> n1: %w[0, -2] n2: tasklet \"v\" {",
            "`%w` stores 2 elements along j, and no loop inside its allocation goes along it",
        ),
        (
            "n0: loop k in [start, end) forward { n0: loop j in [start, end) step 4 forward { alloc %w",
            "n0: map j in [start, end) near [0, 4) parallel { n0: loop i in [start, end) forward {",
            "v0 = 1.0f64 store %w[0] = v0",
            "iterations over j that run at the same time share the 2 elements of `%w`",
        ),
        (
            "alloc %x n0: loop k in [start, end) forward { n0: loop j in [start, end) forward {",
            "n0: loop i in [start, end) forward {",
            "v0 = %x[0,0,-1] v1 = %x[0,0,1] v2 = v0 + v1 store %a[0] = v2",
            "`%x` stores 2 elements along k, but those at -1 to 1 are accessed at once",
        ),
        (
            "alloc %x n0: loop k in [start, end) forward { n0: loop j in [start, end) forward {",
            "n0: loop i in [start, end) forward {",
            "v0 = K v1 = %x[0,0,?v0] store %a[0] = v1",
            "a level of `%x`, which stores its last levels, depends on data",
        ),
    ];
    for (around, inside, code, message) in cases {
        let depth = [around, inside].concat().matches('{').count();
        let text = format!("{around} {inside} n0: tasklet \"t\" {{ {code} }} {}", "}".repeat(depth));
        assert_eq!(found(&text), [message], "{text}");
    }
    // All elements of a block have slots.
    let block = "n0: loop k in [start, end) forward { n0: loop j in [start, end) step 2 forward { alloc %w
        n0: map j in [start, end) near [0, 2) parallel { n0: loop i in [start, end) forward {
            n0: tasklet \"t\" { v0 = 1.0f64 store %w[0] = v0 } } } } }";
    assert_eq!(found(block), [""; 0]);
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
