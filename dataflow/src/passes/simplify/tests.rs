//! The pass on small tasklets. The rules have tests of their own, beside them.

use crate::graph::Node;
use crate::text::{parse, print_code};
use tradewind_ir::SourceId;

/// The simplified code of a tasklet at a point, in terms of %a, %b (f64), %n (i32), %m (bool), $s (f64).
fn simplified(code: &str) -> String {
    let text = format!(
        "graph g(%a: field<f64>, %b: field<f64>, %n: field<i32>, %m: field<bool>, $s: f64)
           {{ n0: tasklet \"t\" {{ {code} }} }}"
    );
    let graph = parse(&text, SourceId(0)).unwrap();
    let Some(Node::Tasklet { code, .. }) = graph.root.graph.node_weights().next() else { panic!("a tasklet") };
    print_code(&super::simplify(code), &graph)
}

#[test]
fn common_subexpressions_are_found_whatever_their_order() {
    let code = "v0 = %a[0,0,0] v1 = %b[0,0,0] v2 = v0 + v1 v3 = v1 + v0 v4 = v2 * v3 store %a[0] = v4";
    assert_eq!(simplified(code), "v0 = %a[0,0,0]\nv1 = %b[0,0,0]\nv2 = v0 + v1\nv3 = v2 * v2\nstore %a[0] = v3\n");
}

#[test]
fn rules_work_together() {
    let code = "v0 = %a[0,0,0] v1 = 8.0f64 v2 = v0 / v1 v3 = 1.0f64 v4 = v3 - v3 v5 = v2 - v4 v6 = neg v5 v7 = $s v8 = v7 + v6
                v9 = v7 < v8 v10 = not v9 v11 = v10 ? v8 : v7 store %a[0] = v11";
    assert_eq!(
        simplified(code),
        "v0 = %a[0,0,0]\nv1 = $s\nv2 = 0.125f64\nv3 = v0 * v2\nv4 = v1 - v3\nv5 = min(v4, v1)\nstore %a[0] = v5\n"
    );
}

#[test]
fn intervals_and_signs_are_known() {
    let code =
        "v0 = %a[0,0,0] v1 = 0.0f64 v2 = 1.0f64 v3 = min(v2, v0) v4 = max(v1, v3) v5 = abs(v4) v6 = 2.0f64 v7 = min(v5, v6)
                v8 = v6 < v7 v9 = v8 ? v0 : v7 store %a[0] = v9";
    assert_eq!(
        simplified(code),
        "v0 = %a[0,0,0]\nv1 = 0.0f64\nv2 = 1.0f64\nv3 = min(v2, v0)\nv4 = max(v1, v3)\nstore %a[0] = v4\n"
    );
}

#[test]
fn loads_stay_between_the_stores_that_they_see() {
    let code =
        "v0 = %a[0,0,0] v1 = 1.0f64 v2 = v0 * v1 store %b[0] = v2 v3 = %b[0,0,0] v4 = v3 + v2 store %b[0] = v4 v5 = %b[0,0,0]
                store %a[0] = v5";
    assert_eq!(
        simplified(code),
        "v0 = %a[0,0,0]\nstore %b[0] = v0\nv1 = %b[0,0,0]\nv2 = v0 + v1\nstore %b[0] = v2\nv3 = %b[0,0,0]\nstore %a[0] = v3\n"
    );
}

#[test]
fn loops_are_simplified_inside() {
    let code = "v0 = %a[0,0,0] v1 = 2.0f64 v2 = %b[0,0,0] v3 = 1.0f64 v4 = v2 * v3
                while v5 = v0 { v6 = v5 > v4 } if v6 { v7 = v5 / v1 v8 = v7 * v3 } next v8 store %a[0] = v5";
    assert_eq!(
        simplified(code),
        "v0 = %a[0,0,0]\nv1 = %b[0,0,0]\nv2 = 2.0f64\nv3 = 1.0f64\nwhile v4 = v0 {\n  v5 = v4 > v1\n} if v5 {\n  v6 = 0.5f64\n  \
         v7 = v4 * v6\n} next v7\nstore %a[0] = v4\n"
    );
}
