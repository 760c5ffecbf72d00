//! Graphs print and parse back; errors in a text are reported at their place.

use super::parse;
use tradewind_ir::{SourceId, Verify};

const GRAPH: &str = "\
graph march(%q: field<f64, IJK> i(-1,1) j(0,0) k(0,0), $nt: i64, %mass: field<f64>, %flag: field<bool, IJ>) {
  transient %r: field<f64, IJK> i(-1,1) j(-1,1) k(0,0)
  temp %t: field<f64, IJK> row zero i(0,1) j(0,0) k(0,0)
  temp %w: field<f64, IJK> heap last 2 along k
  var $n: i64
  slot %t, %w
  n0: for $n in [0i64, $nt) {
    n0: map j in [max(start, end-3), end) parallel {
      alloc %t
      n0: loop k in [start, end-1) backward {
        n0: zero %t
        n1: map i in [start, end+1) vector {
          n0: tasklet \"a+b\" {
            v0 = %q[-1,0,0]
            v1 = %q[0,0,1]
            v2 = v0 - v1
            v3 = -0.0f64
            v4 = v2 < v3
            v5 = not v4
            v6 = v5 ? v2 : v3
            v7 = max(v6, v0)
            v8 = K
            v9 = J[end-1]
            v10 = f64(v8)
            v11 = region[start:start+1, :]
            while v12 = v10, v13 = v8 {
              v14 = v12 > v7
            } if v14 {
              v15 = %q[0,0,?v13]
              v16 = v12 + v15
            } next v16, v9
            store %t[0] = v12 if v11
          }
        }
        n2: tasklet \"c\" {
          v0 = %t[-1,0,0]
          store %r[0] = v0
        }
        n0 -> n1: output %t
        n1 -> n2: %t[-1]
      }
    }
    n1: if (($n %% 2i64) == 0i64) {
      n0: exchange start 4 %q, %r width 3
      n1: swap %q, %r
      n2: copy %q = %r
      n3: callback \"monitor\"(%q, %mass; $n)
      n0 -> n1: %q[*, *, *]
      n1 -> n2: output %q
      n0 -> n3: host
      n2 -> n3: reuse %t, %w
    } else {
      n0: let $n = ($n + 1i64)
    }
    n2: while (false) {
    }
    n3: loop k in [start, end) step 4 backward {
      n0: loop k in [start-1, end) near [-1, 4) backward {
        n0: map k in [start, end) near [1, 2) any {
        }
      }
    }
    n0 -> n1: %r[max(start, end-3):end, *, 0]{*}
    n0 -> n1: anti %q
    n1 -> n2: $n
  }
}
";

#[test]
fn prints_as_it_was_read() {
    match parse(GRAPH, SourceId(0)) {
        Ok(graph) => assert_eq!(graph.to_string(), GRAPH),
        Err(found) => panic!("{found:?}"),
    }
}

#[test]
fn says_what_is_wrong() {
    let errors = |body: &str| {
        let text = format!("graph g(%a: field<f64, IJK>) {{ n0: tasklet \"t\" {{ {body} }} }}");
        let found = parse(&text, SourceId(0)).expect_err("must be refused");
        found.into_iter().map(|d| d.message + "\n").collect::<String>()
    };
    assert_eq!(errors("store %b[0] = v1"), "unknown field `%b`\nunknown value `v1`\n");
    assert_eq!(errors("v0 = true v0 = false store %a[0] = v0"), "`v0` is defined twice\n");
    assert_eq!(errors("v99999999 = true"), "expected a value (`v0`), found `v99999999`\n");
    assert_eq!(errors("v0 = (1.0f64 + 2.0f64)"), "expected an operation, found `(`\n");
}

#[test]
fn data_dimensions_without_elements_are_refused() {
    let graph = parse("graph g(%a: field<f64, IJK, [0]>) { }", SourceId(0)).expect("a graph");
    let found: Vec<String> = graph.check().into_iter().map(|d| d.message).collect();
    assert_eq!(found, ["`%a` has data dimensions of the sizes [0]"]);
}
