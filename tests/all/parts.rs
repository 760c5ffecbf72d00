//! Parts of the domain that a program finds at run time: the same result on every executor, and the same error where a part does
//! not fit.

use tradewind::ir::{Array, Value};
use tradewind::{CallErrorKind, CallOptions, Compiled, Settings, Toolchain, differential};

const SOURCE: &str = "
def smooth(a: Field[float], out: Field[float]):
    with computation(PARALLEL), interval(...):
        t = 0.5 * (a[-1, 0, 0] + a[1, 0, 0]) + K
        out = t[0, -1, 0] + t[0, 1, 0]
    with computation(FORWARD), interval(0, 2):
        out += 1.0 if K < K[-1] else 0.5
    with computation(PARALLEL), interval(...):
        with horizontal(region[I[0], :], region[:, J[-1]]):
            out = -1.0

def pick(own: Field[float], by: int, out: Field[float]):
    with computation(PARALLEL), interval(...):
        out = own[0, 0, by] + own.at(K=0)

@program
def parts(a: Field[float], out: Field[float], n: int, m: int, l: int, first: int):
    new: Field[float]
    copy(new, a)
    smooth(new, out, domain=(n, m, None))
    for step in range(3):
        smooth(a, out, origin=(first, 1, step), domain=(n - step, -1, l))
    smooth(a, new, origin=(NI - n, 0, 0), domain=(None, NJ, l))
    copy(out, new)

@program
def levels(a: Field[float], out: Field[float], n: int, l: int, by: int):
    own: Field[float]
    copy(own, a)
    pick(own, by, out, origin=(0, 0, 1), domain=(n, None, l))

@program
def steps(a: Field[float], out: Field[float], by: int):
    for n in range(0, 6, by):
        smooth(a, out, domain=(n, 3, 2))
";

fn compiled(name: &str) -> Compiled {
    Toolchain::new(Settings::default()).load("input.py", SOURCE).program(name).unwrap_or_else(|e| panic!("{name}: {e}"))
}

/// The first line of the error of a call, if it fails; all executors agree.
fn outcome(compiled: &Compiled, domain: [i64; 3], scalars: &[i64]) -> Option<String> {
    let (mut arrays, _) = differential::random_input(compiled.signature(), domain, 5);
    let scalars: Vec<Value> = scalars.iter().map(|n| Value::I64(*n)).collect();
    let found = differential::compare(compiled, domain, &arrays, &scalars).expect("no other error");
    assert!(found.is_none(), "{} on {domain:?} with {scalars:?}", found.expect("just seen"));
    call(compiled, domain, &mut arrays, &scalars)
}

fn call(compiled: &Compiled, domain: [i64; 3], arrays: &mut [Array], scalars: &[Value]) -> Option<String> {
    let arguments = compiled.signature().arguments(arrays, scalars).expect("arrays of the signature");
    let error = compiled.call(&arguments, &CallOptions { domain: Some(domain), ..CallOptions::default() }).err()?;
    assert!(matches!(error.kind, CallErrorKind::Value | CallErrorKind::Index));
    error.message.lines().next().map(String::from)
}

#[test]
fn parts_agree_on_every_executor() {
    let parts = compiled("parts");
    for domain in [[9, 6, 5], [6, 3, 4]] {
        for scalars in [[4, 3, 2, 1], [2, 2, 2, 0], [6, 3, 2, 0], [3, 1, 0, 2]] {
            assert_eq!(outcome(&parts, domain, &scalars), None);
        }
    }
}

#[test]
fn a_part_that_does_not_fit_is_named() {
    let parts = compiled("parts");
    let cases = [
        ([9, 6, 5], [10, 3, 2, 0], "`smooth` is called on 10 points along i from 0 on"),
        ([9, 6, 5], [4, 7, 2, 0], "`smooth` is called on 7 points along j from 0 on"),
        ([9, 6, 5], [4, -1, 2, 0], "`smooth` is called on -1 points along j from 0 on"),
        ([9, 6, 5], [4, 3, 4, 0], "`smooth` is called on 4 points along k from 2 on"),
        ([9, 6, 5], [4, 3, 2, 7], "`smooth` is called on 4 points along i from 7 on"),
        ([9, 6, 5], [4, 3, 1, 0], "`smooth` is called on 1 points along k, and needs 2"),
    ];
    for (domain, scalars, message) in cases {
        let code = if message.contains("needs") { "TW0705" } else { "TW0607" };
        assert_eq!(outcome(&parts, domain, &scalars), Some(format!("error[{code}]: {message}")));
    }
}

#[test]
fn levels_count_from_the_part() {
    let levels = compiled("levels");
    assert_eq!(outcome(&levels, [5, 3, 6], &[3, 2, 1]), None);
    assert_eq!(outcome(&levels, [5, 3, 6], &[3, 2, -2]), Some("error[TW0710]: level -1 of `own` does not exist".to_string()));
    assert_eq!(outcome(&levels, [5, 3, 6], &[3, 5, 1]), Some("error[TW0710]: level 6 of `own` does not exist".to_string()));
}

#[test]
fn a_step_of_zero_fails_the_call() {
    let steps = compiled("steps");
    assert_eq!(outcome(&steps, [6, 4, 3], &[2]), None);
    assert_eq!(outcome(&steps, [6, 4, 3], &[-1]), None);
    assert_eq!(outcome(&steps, [6, 4, 3], &[0]), Some("error[TW0608]: the step of a range is zero".to_string()));
}
