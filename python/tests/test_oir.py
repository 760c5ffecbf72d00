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
        ("%t[-1,0,0]", "%out[-1,0,0]", "horizontal offset"),
        ("%a)", "%b)", "unknown field .%b."),
    ],
)
def test_errors_point_into_the_text(right, wrong, message):
    with pytest.raises(tradewind.CompileError, match=message) as error:
        tradewind.compile_oir(DOUBLE.replace(right, wrong), name="twice.oir")
    assert "twice.oir:" in str(error.value)


def test_unknown_schedule():
    with pytest.raises(tradewind.CompileError, match="no schedule preset"):
        tradewind.compile_oir(DOUBLE, schedule="fast")
