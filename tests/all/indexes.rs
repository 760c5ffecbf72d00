//! Computed levels and data indexes that do not exist: the same error on every executor, and none where the value does not matter.

use tradewind::ir::{Array, Value};
use tradewind::{CallErrorKind, CallOptions, Compiled, Settings, Toolchain, differential};

const DOMAIN: [i64; 3] = [9, 5, 4];

const SOURCE: &str = "
def lift(a: Field[float], by: int, out: Field[float]):
    with computation(PARALLEL), interval(...):
        out = a[0, 0, by]

def guarded(a: Field[float], by: int, out: Field[float]):
    with computation(PARALLEL), interval(...):
        if K + by < 4 and K + by >= 0:
            out = a[0, 0, by]
        else:
            out = a[0, 0, by] if K + by >= 0 and K + by < 4 else -1.0

def fixed(a: Field[float], by: int, out: Field[float]):
    with computation(PARALLEL), interval(...):
        out = a.at(K=by) if I == 7 else 0.0

def species(a: Field[IJK, (float, (2, 3))], by: int, out: Field[float]):
    with computation(FORWARD), interval(...):
        out = a[0, 0, 0][1, by]

def written(by: int, out: Field[IJK, (float, (3,))]):
    with computation(BACKWARD), interval(...):
        out[0, 0, 0][by + K] = 1.0

def dropped(a: Field[float], by: int, out: Field[float]):
    with computation(FORWARD), interval(...):
        if I == 4:
            out[0, 0, by] = a
";

fn compiled(name: &str, bounds: &str) -> Compiled {
    let settings = Settings::default().bounds(bounds).expect("a known choice");
    Toolchain::new(settings).load("input.py", SOURCE).stencil(name).unwrap_or_else(|e| panic!("{name}: {e}"))
}

/// What machine code says, on one thread and on two; all executors agree.
fn outcome(compiled: &Compiled, by: i64) -> Option<String> {
    let (arrays, _) = differential::random_input(compiled.signature(), DOMAIN, 3);
    let scalars = [Value::I64(by)];
    let found = differential::compare(compiled, DOMAIN, &arrays, &scalars).expect("no other error");
    assert!(found.is_none(), "{}", found.expect("just seen"));
    let outcomes = [1, 2].map(|threads| call(compiled, arrays.clone(), scalars[0], threads));
    assert_eq!(outcomes[0], outcomes[1]);
    outcomes[0].clone()
}

fn call(compiled: &Compiled, mut arrays: Vec<Array>, by: Value, threads: usize) -> Option<String> {
    let arguments = compiled.signature().arguments(&mut arrays, &[by]).expect("arrays of the signature");
    let options = CallOptions { domain: Some(DOMAIN), threads: Some(threads), ..CallOptions::default() };
    let error = compiled.call(&arguments, &options).err()?;
    assert_eq!(error.kind, CallErrorKind::Index);
    Some(error.message)
}

#[test]
fn the_first_index_that_does_not_exist_is_named() {
    let lift = compiled("lift", "checked");
    assert_eq!(outcome(&lift, 0), None);
    let expected = "\
error[TW0710]: level 4 of `a` does not exist
 --> input.py:4:15
  |
4 |         out = a[0, 0, by]
  |               ^^^^^^^^^^^ at the point (0, 0, 2)
  |
  = note: `a` has the levels 0 to 3; found in `lift`
  = help: limit the index with `min` and `max`, or read only where it is in range";
    assert_eq!(outcome(&lift, 2).as_deref(), Some(expected));
    assert!(outcome(&lift, -1).is_some_and(|message| message.contains("level -1 of `a`") && message.contains("(0, 0, 0)")));
}

#[test]
fn the_same_code_elsewhere_is_named_where_it_stands() {
    let toolchain = Toolchain::new(Settings::default());
    let load =
        |file: &str, source: &str| toolchain.load(file, source).stencil("lift").unwrap_or_else(|e| panic!("{file}: {e}"));
    let (first, second) = (load("first.py", SOURCE), load("second.py", &format!("# Further down.\n{SOURCE}")));
    assert!(outcome(&first, 4).is_some_and(|message| message.contains(" --> first.py:4:15")));
    assert!(outcome(&second, 4).is_some_and(|message| message.contains(" --> second.py:5:15")));
}

#[test]
fn values_that_do_not_matter_are_not_checked() {
    let guarded = compiled("guarded", "checked");
    assert_eq!([-9, -1, 0, 2, 11].map(|by| outcome(&guarded, by)), [const { None }; 5]);
    let fixed = compiled("fixed", "checked");
    assert_eq!(outcome(&fixed, 3), None);
    assert!(outcome(&fixed, 4).is_some_and(|message| message.contains("at the point (7, 0, 0)")));
}

#[test]
fn data_indexes_are_checked_dimension_by_dimension() {
    let species = compiled("species", "checked");
    assert_eq!([0, 2].map(|by| outcome(&species, by)), [None, None]);
    for by in [-1, 3] {
        let message = outcome(&species, by).unwrap_or_default();
        assert!(message.contains(&format!("index {by} of `a` does not exist")), "{message}");
        assert!(message.contains("`a` has the indexes 0 to 2 along data dimension 2"), "{message}");
    }
    let written = compiled("written", "checked");
    assert_eq!(outcome(&written, -1).map(|m| m.contains("component -1 of `out`")), Some(true));
    assert!(outcome(&written, 0).is_some_and(|message| message.contains("component 3 of `out`")));
}

#[test]
fn a_level_that_is_written_is_named_at_the_points_that_write_it() {
    let dropped = compiled("dropped", "checked");
    assert_eq!(outcome(&dropped, 0), None);
    let below = outcome(&dropped, -1).unwrap_or_default();
    assert!(below.contains("level -1 of `out` does not exist") && below.contains("at the point (4, 0, 0)"), "{below}");
    assert!(outcome(&dropped, 1).is_some_and(|message| message.contains("level 4 of `out` does not exist")));
}

#[test]
fn trusted_indexes_are_clamped_in_silence() {
    for name in ["lift", "fixed", "species", "written", "dropped"] {
        assert_eq!(outcome(&compiled(name, "trusted"), 7), None, "{name}");
    }
}
