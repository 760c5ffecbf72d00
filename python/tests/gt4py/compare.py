"""Runs a stencil of the table everywhere, on the same random arrays."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from gt4py.cartesian import gtscript
from table import Case

import tradewind

Domain = tuple[int, int, int]
Origins = dict[str, tuple[int, ...]]
Arguments = dict[str, Any]
Truth = Callable[..., dict[str, Any]]


def through_gt4py(case: Case, backend: str, **options: Any) -> Any:
    """The stencil from GT4Py's front end and one of its back ends."""
    return gtscript.stencil(
        backend=backend,
        definition=case.definition,
        externals=case.externals,
        format_source=False,
        literal_float_precision=case.bits,
        literal_int_precision=case.bits,
        **options,
    )


def through_tradewind(case: Case, **options: Any) -> tradewind.Stencil:
    """The stencil from Tradewind's front end."""
    return tradewind.stencil(externals=case.externals, float_bits=case.bits, int_bits=case.bits, **options)(case.definition)


def places(case: Case) -> Iterator[tuple[Domain, int]]:
    """Domains to compute on, and how far from the arrays' edges they lie beyond what the halo asks for."""
    n, k = case.points, case.levels
    yield (max(n, 5), max(n, 4), max(k, 6)), 0
    yield (max(n, 3), max(n, 7), max(k, 4)), 2
    yield (n, n, max(k, 2)), 1


def arguments(case: Case, info: Any, domain: Domain, margin: int, rng: np.random.Generator) -> tuple[Arguments, Origins]:
    """Random arguments as the stencil object `info` describes them, and origins."""
    values: Arguments = {}
    origins: Origins = {}
    for turn, (name, about) in enumerate(info.field_info.items()):
        if name in case.absent or name in case.same:
            continue
        shape, origin = [], []
        halos = [info.field_info[other].boundary for other in (name, *case.same) if case.same.get(other, name) == name]
        for axis, size in zip("IJK", domain):
            if axis in about.axes:
                low, high = (max(halo["IJK".index(axis)][side] for halo in halos) for side in (0, 1))
                origin.append(max(0, low) + margin)
                shape.append(origin[-1] + size + (high if case.short else max(0, high)) + margin + turn % 2)
        values[name] = _random(case, name, (*shape, *about.data_dims), about.dtype, rng)
        origins[name] = tuple(origin)
    for name, other in case.same.items():
        values[name], origins[name] = values[other], origins[other]
    for name, about in info.parameter_info.items():
        if name not in case.absent:
            values[name] = _random(case, name, (1,), about.dtype, rng)[0].item()
    return values, origins


def _random(case: Case, name: str, shape: tuple[int, ...], dtype: np.dtype, rng: np.random.Generator) -> np.ndarray:
    if dtype.kind == "b":
        return rng.random(shape) < 0.5
    low, high = case.ranges.get(name, (-5, 5) if dtype.kind == "i" else (-2.0, 2.0))
    if dtype.kind == "i":
        return rng.integers(low, high, shape, endpoint=True).astype(dtype)
    return rng.uniform(low, high, shape).astype(dtype)


def run(stencil: Any, case: Case, values: Arguments, domain: Domain, origins: Origins) -> Arguments:
    """Copies of the arguments after a call."""
    copies = {name: np.array(value, order="F") if isinstance(value, np.ndarray) else value for name, value in values.items()}
    copies.update({name: copies[other] for name, other in case.same.items()})
    scalars = {name: _typed(stencil, name, value) for name, value in copies.items()}
    stencil(**scalars, domain=domain, origin=origins)
    return copies


def _typed(stencil: Any, name: str, value: Any) -> Any:
    """GT4Py asks for scalars of exactly the parameter's type."""
    about = getattr(stencil, "parameter_info", {}).get(name)
    return value if about is None else about.dtype.type(value)


def equal(case: Case, expected: Arguments, found: Arguments, message: str) -> None:
    """Asserts that all arrays are the same, NaNs being one value."""
    for name, array in expected.items():
        if isinstance(array, np.ndarray):
            if case.ulp and array.dtype.kind == "f":
                close = np.testing.assert_array_almost_equal_nulp
                assert (np.isnan(array) == np.isnan(found[name])).all(), f"{message}: {name}"
                close(np.nan_to_num(array), np.nan_to_num(found[name]), case.ulp)
            else:
                np.testing.assert_array_equal(found[name], array, err_msg=f"{message}: {name}")


def corrected(truth: Truth, expected: Arguments, values: Arguments, domain: Domain, origins: Origins) -> Arguments:
    """The expected arrays with what `truth` says about them on the domain."""
    inside = {name: tuple(slice(o, o + n) for o, n in zip(origin, domain)) for name, origin in origins.items()}
    given = {name: value[inside[name]] if name in inside else value for name, value in values.items()}
    corrected = {name: np.array(value) if isinstance(value, np.ndarray) else value for name, value in expected.items()}
    with np.errstate(all="ignore"):
        for name, value in truth(**given).items():
            corrected[name][inside[name]] = value
    return corrected


def differ(case: Case, first: Arguments, second: Arguments) -> bool:
    """Whether some array differs."""
    try:
        equal(case, first, second, "")
    except AssertionError:
        return True
    return False
