"""The back ends: one input, machine code, NumPy code and plain loops; compared to the bit."""

import pathlib
import re

import numpy as np
import pytest

import tradewind
from tradewind.gtscript import BACKWARD, FORWARD, PARALLEL, Field, K, computation, interval

ROOT = pathlib.Path(__file__).parents[2]
FILES = sorted((ROOT / "examples" / "stencils").glob("*.py"))
BACKENDS = ("cpu", "numpy", "debug")
DOMAINS = ((3, 1, 5), (5, 4, 6), (4, 7, 3))
NEAR = re.compile(r"\b(a?sin|a?cos|a?tan|sinh|cosh|tanh|exp|log|log10|pow)\(")

MODULES = {file.stem: {backend: tradewind.compile(file, backend=backend) for backend in BACKENDS} for file in FILES}
STENCILS = [(file, name) for file, modules in MODULES.items() for name in modules["cpu"]]


def random(rng, dtype, shape):
    """Floats between 0.5 and 2, one in eight negative; integers from -4 to 11."""
    if dtype == bool:
        return rng.random(shape) < 0.5
    if dtype.kind == "i":
        return rng.integers(-4, 12, shape).astype(dtype)
    return (rng.uniform(0.5, 2.0, shape) * np.where(rng.random(shape) < 0.125, -1, 1)).astype(dtype)


def arguments(compiled, domain, rng):
    """By name: arrays with two points more than is needed on each side, in any order of axes, and numbers."""
    made, origins = {}, {}
    for name, field in compiled.fields.items():
        sides = {axis: (below + 2, domain["IJK".index(axis)] + below + above + 3) for axis, (below, above) in field.halo.items()}
        shape = [sides[axis][1] for axis in field.axes]
        order = rng.permutation(len(shape))
        array = np.empty([shape[d] for d in order], field.dtype).transpose(np.argsort(order))
        array[...] = random(rng, field.dtype, shape)
        made[name], origins[name] = array, [sides[axis][0] for axis in field.axes]
    for name, dtype in compiled.scalars.items():
        made[name] = random(rng, dtype, ()).item()
    return made, origins


def result(compiled, given, origins, domain):
    """What a call leaves in its arrays, or why it was refused."""
    copies = {name: value.copy() if isinstance(value, np.ndarray) else value for name, value in given.items()}
    try:
        compiled(**copies, origin=origins, domain=domain)
    except tradewind.CallError as error:
        return type(error), str(error)
    return {name: value for name, value in copies.items() if isinstance(value, np.ndarray)}


def assert_equal(found, expected, near, what):
    assert type(found) is type(expected), (what, found)
    if isinstance(expected, tuple):
        assert found == expected, what
        return
    for name, array in expected.items():
        if near and array.dtype.kind == "f":
            # Rounding errors of the functions that are not exact, a few times amplified.
            tolerance = 64 * float(np.finfo(array.dtype).eps)
            np.testing.assert_allclose(found[name], array, rtol=tolerance, atol=tolerance, err_msg=f"{what}: {name}")
        elif array.dtype.kind == "f":
            bits = f"i{array.dtype.itemsize}"
            nan = np.isnan(array)
            np.testing.assert_array_equal(np.isnan(found[name]), nan, err_msg=f"{what}: {name}")
            same = (np.where(nan, 0, v).view(bits) for v in (found[name], array))
            np.testing.assert_array_equal(*same, err_msg=f"{what}: {name}")
        else:
            np.testing.assert_array_equal(found[name], array, err_msg=f"{what}: {name}")


def compare(by_backend, domain, rng):
    reference = by_backend["cpu"]
    near = NEAR.search(reference.oir) is not None
    given, origins = arguments(reference, domain, rng)
    expected = result(reference, given, origins, domain)
    for backend in BACKENDS[1:]:
        assert_equal(result(by_backend[backend], given, origins, domain), expected, near, f"{backend} on {domain}")
    return expected


@pytest.mark.parametrize("domain", DOMAINS, ids=str)
@pytest.mark.parametrize("file, name", STENCILS)
def test_examples_agree(file, name, domain, rng):
    compare({backend: MODULES[file][backend][name] for backend in BACKENDS}, domain, rng)


def test_most_examples_run_on_every_domain(rng):
    ran = [isinstance(compare({b: MODULES[f][b][n] for b in BACKENDS}, (5, 4, 6), rng), dict) for f, n in STENCILS]
    assert all(ran) and len(ran) >= 25


def everywhere(definition, **options):
    return {backend: tradewind.stencil(backend=backend, **options)(definition) for backend in BACKENDS}
