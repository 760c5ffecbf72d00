"""Stencils that are given as OIR in the text form."""

import numpy as np
import pytest

import tradewind

DOUBLE = """\
stencil twice(%a: field<f64, IJK>, %out: field<f64, IJK>) {
  temp %t: field<f64, IJK>
  parallel {
    interval [start, end) {
      execute { %t = (2.0f64 * %a) }
      execute { %out = (%t[-1,0,0] + %t[1,0,0]) }
    }
  }
}
"""


def test_extents_are_found(rng):
    stencil = tradewind.compile_oir(DOUBLE)
    assert stencil.fields["a"].halo["I"] == (1, 1)
    a = rng.random((6, 3, 2))
    out = np.zeros((4, 3, 2))
    stencil(a, out)
    np.testing.assert_array_equal(out, 2.0 * a[:-2] + 2.0 * a[2:])


def test_what_prints_compiles():
    stencil = tradewind.compile_oir(DOUBLE)
    again = tradewind.compile_oir(stencil.oir)
    assert (type(stencil), type(again)) == (tradewind.Stencil, tradewind.Program)
    assert again.oir == stencil.oir


@pytest.mark.parametrize(
    ("right", "wrong", "message"),
    [
        ("interval", "intervall", "expected .interval."),
        ("2.0f64", "2.0f32", "types"),
        ("%a)", "%b)", "unknown field .%b."),
    ],
)
def test_errors_point_into_the_text(right, wrong, message):
    with pytest.raises(tradewind.CompileError, match=message) as error:
        tradewind.compile_oir(DOUBLE.replace(right, wrong), name="twice.oir")
    assert "twice.oir:" in str(error.value)


def test_a_statement_reads_what_its_target_held_before(rng):
    """OIR evaluates a right-hand side on the whole plane before it assigns; only sources may not say so (TW0505)."""
    stencil = tradewind.compile_oir(DOUBLE.replace("%t[-1,0,0]", "%out[-1,0,0]"))
    a, out = rng.random((6, 3, 2)), rng.random((6, 3, 2))
    before = out.copy()
    stencil(a, out, origin=(1, 0, 0), domain=(4, 3, 2))
    np.testing.assert_array_equal(out[1:-1], before[:-2] + 2.0 * a[2:])


FUSED = """\
stencil fused(%a: field<f64, IJK>, %b: field<f64, IJK>, %c: field<f64, IJK>, %out: field<f64, IJK>) {
  parallel {
    interval [start, end) {
      execute { %out = fma(-%a, %b, %c) }
    }
  }
}
"""


@pytest.mark.parametrize("backend", ["numpy", "debug"])
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_fma_is_rounded_once(rng, backend, dtype):
    special = [0.0, -0.0, 1.0, np.inf, -np.inf, np.nan, np.finfo(dtype).max, np.finfo(dtype).tiny, 1.0 + np.finfo(dtype).eps]
    a, b, c = (rng.choice(np.concatenate([rng.normal(size=20), special]), size=(9, 3, 4)).astype(dtype) for _ in range(3))
    with np.errstate(all="ignore"):
        c[:4] = a[:4] * b[:4]
    text = FUSED if dtype == np.float64 else FUSED.replace("f64", "f32")
    results = []
    for name in ["cpu", backend]:
        out = np.zeros_like(a)
        tradewind.compile_oir(text, backend=name)(a, b, c, out)
        results.append(out)
    np.testing.assert_array_equal(*results)
    assert np.count_nonzero(results[0][:4] != 0.0) > 10


SQUARE = """\
stencil square(%a: field<f64, IJK>, %out: field<f64, IJK>) {
  parallel {
    interval [start, end) {
      execute { %out = ((%a * %a) - 1.0f64) }
    }
  }
}
"""


@pytest.mark.parametrize("backend", ["cpu", "numpy", "debug"])
def test_numerics_modes_are_kept_apart(backend, tmp_path):
    schedule = tmp_path / "fused.toml"
    schedule.write_text('numerics = "contract"\n')
    step = 2.0**-30
    a, out = np.full((4, 2, 2), 1.0 + step), np.zeros((4, 2, 2))
    strict, fused = 2.0 * step, 2.0 * step + step**2
    for options, expected in [
        ({}, strict),
        ({"numerics": "contract"}, fused),
        ({"numerics": "strict"}, strict),
        ({"numerics": "relaxed"}, fused),
        ({"schedule": schedule}, fused),
        ({"schedule": schedule, "numerics": "strict"}, strict),
    ]:
        tradewind.compile_oir(SQUARE, backend=backend, **options)(a, out)
        assert (out == expected).all(), options


def test_unknown_schedule():
    with pytest.raises(tradewind.CompileError, match="no schedule preset"):
        tradewind.compile_oir(DOUBLE, schedule="fast")


LIFTED = """\
stencil lift(%a: field<f64, IJK>, %out: field<f64, IJK>, $by: i64) {
  parallel {
    interval [start, end) {
      execute { check %a[0,0,?($by)] %out = %a[0,0,?($by)] }
    }
  }
}
"""


@pytest.mark.parametrize("backend", ["cpu", "numpy", "debug"])
def test_indexes_are_checked_or_trusted(rng, backend):
    a = rng.random((3, 2, 4))
    out = np.zeros_like(a)
    checked = tradewind.compile_oir(LIFTED, backend=backend)
    with pytest.raises(tradewind.CallIndexError, match="level 4"):
        checked(a, out, 2)
    trusted = tradewind.compile_oir(LIFTED, backend=backend, bounds="trusted")
    trusted(a, out, 2)
    np.testing.assert_array_equal(out, a[:, :, [2, 3, 3, 3]])
    with pytest.raises(tradewind.CompileError, match="checked.*trusted"):
        tradewind.compile_oir(LIFTED, backend=backend, bounds="none")
