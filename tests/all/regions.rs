//! Rows that are shorter than a vector, and arrays whose points do not lie side by side, beside others: the same result on every
//! executor.

use tradewind::ir::Value;
use tradewind::{Compiled, Module, Settings, Toolchain, differential};

/// `Float` is set for each type.
const SOURCE: &str = "
def edges(q: Field[Float], u: Field[Float], out: Field[Float]):
    with computation(PARALLEL), interval(...):
        flux = u * (q[-1, 0, 0] - q)
        with horizontal(region[I[0], :], region[I[-1] + 1, :]):
            flux = 2.0 * u
        out = q + flux - flux[1, 0, 0]
        with horizontal(region[I[0]:I[3], J[1]], region[I[-3]:, J[-1]]):
            out = -q
        with horizontal(region[I[0], J[0]], region[I[-1], J[0]], region[I[0], J[-1]], region[I[-1], J[-1]]):
            out = 0.5 * (q[1, 0, 0] + q[0, 1, 0])

def columns(q: Field[Float], out: Field[Float]):
    with computation(PARALLEL), interval(...):
        with horizontal(region[I[0], :], region[I[2]:I[4], :]):
            total = q
            n = 0
            while n < 3 and total < 20.0:
                total += total + q[0, 1, 0]
                n += 1
            out = total
    with computation(FORWARD), interval(1, None):
        with horizontal(region[I[0], :]):
            out += out[0, 0, -1]
        with horizontal(region[I[-1], :]):
            out = 0.5 * (out[0, 0, -1] + q) if q > 1.0 else sin(q)

def smooth(q: Field[Float], out: Field[Float]):
    with computation(PARALLEL), interval(...):
        out = 0.25 * (q[1, 0, 0] + q[-1, 0, 0] + q[0, 1, 0] + q[0, -1, 0])

@program
def steps(q: Field[Float], u: Field[Float], out: Field[Float], n: int, first: int):
    own: Field[Float]
    smooth(q, own)
    halo_update(own)
    edges(own, u, out)
    for step in range(1, n + 1):
        smooth(q, own, origin=(first, 0, 0), domain=(step, None, None))
        edges(q, own, out, origin=(first, 0, 0), domain=(4, None, None))
    smooth(q, u)
    halo_update(u)
    smooth(u, out)
";

fn modules() -> impl Iterator<Item = Module> {
    let load = |float| Toolchain::new(Settings::default()).load("input.py", &SOURCE.replace("Float", float));
    ["float64", "float32"].into_iter().map(load)
}

fn check(compiled: &Compiled, domain: [i64; 3], scalars: &[i64]) {
    let (arrays, _) = differential::random_input(compiled.signature(), domain, 7);
    let scalars: Vec<Value> = scalars.iter().map(|n| Value::I64(*n)).collect();
    let found = differential::compare(compiled, domain, &arrays, &scalars).expect("no error");
    assert!(found.is_none(), "{domain:?} with {scalars:?}: {}", found.expect("just seen"));
}

#[test]
fn short_rows_beside_long_ones_agree_on_every_executor() {
    for module in modules() {
        for name in ["edges", "columns"] {
            let compiled = module.stencil(name).unwrap_or_else(|e| panic!("{e}"));
            for columns in [4, 5, 7, 8, 11, 18] {
                check(&compiled, [columns, 4, 3], &[]);
            }
        }
    }
}

#[test]
fn a_part_of_few_columns_in_a_program_with_long_rows_agrees_on_every_executor() {
    for module in modules() {
        let steps = module.program("steps").unwrap_or_else(|e| panic!("{e}"));
        for (columns, n, first) in [(19, 3, 16), (9, 5, 0), (4, 1, 0)] {
            check(&steps, [columns, 4, 2], &[n, first]);
        }
    }
}
