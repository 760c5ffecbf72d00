"""The options of compilations, checked before anything is read."""

from __future__ import annotations

from collections.abc import Mapping
from os import PathLike, fspath
from typing import Any, NamedTuple

import numpy as np

from . import _tradewind
from ._errors import CompileError
from ._externals import external_texts
from ._values import type_lines

BACKENDS = ("cpu", "debug", "numpy")


class Options(NamedTuple):
    """What the toolchain is told. All of it is text and numbers, so that it can be kept and sent."""

    #: Names and values, in the notation of the command line.
    externals: tuple[tuple[str, str], ...] = ()
    #: The name of a preset, or the name and text of a schedule file.
    schedule: str | tuple[str, str] = "cpu"
    float_bits: int = 64
    int_bits: int = 64
    bounds: str = "checked"


def options_of(
    *,
    externals: Mapping[str, Any] | None = None,
    schedule: str | PathLike[str] = "cpu",
    float_bits: int = 64,
    int_bits: int = 64,
    bounds: str = "checked",
) -> Options:
    """The options of a compilation, as a user gives them; a schedule file is read.

    :raises CompileError: for an option of a wrong type or value; its name is in the text.
    """
    path = fspath(schedule) if isinstance(schedule, (str, PathLike)) else None
    if not isinstance(path, str):
        raise wrong("schedule", "the name of a preset or the path of a schedule file", schedule)
    _check_choice("float_bits", float_bits, (32, 64))
    _check_choice("int_bits", int_bits, (32, 64))
    _check_choice("bounds", bounds, ("checked", "trusted"))
    texts = tuple(external_texts(_by_name("externals", externals)))
    return Options(texts, _tradewind.read_schedule(path), int(float_bits), int(int_bits), bounds)


def backend_of(backend: str) -> str:
    """The name of a back end.

    :raises CompileError: if there is no such back end.
    """
    if not isinstance(backend, str) or backend not in BACKENDS:
        shown = f"`{backend}`" if isinstance(backend, str) else repr(backend)
        raise CompileError(f"error: there is no back end {shown}, only {', '.join(BACKENDS)}")
    return backend


def type_texts(dtypes: Mapping[str, Any] | None) -> list[str]:
    """The lines that say what names of types mean.

    :raises CompileError: if a value is no type or a name is none.
    """
    return list(type_lines(_by_name("dtypes", dtypes)).values())


def wrong(option: str, wanted: str, given: Any) -> CompileError:
    """The error for an option that is not what it should be."""
    return CompileError(f"error: `{option}` must be {wanted}, not {given!r}")


def _check_choice(option: str, given: Any, choices: tuple[Any, ...]) -> None:
    if isinstance(given, bool) or not isinstance(given, (str, int, np.integer)) or given not in choices:
        raise wrong(option, " or ".join(map(repr, choices)), given)


def _by_name(option: str, given: Mapping[str, Any] | None) -> Mapping[str, Any]:
    if given is None:
        return {}
    if not isinstance(given, Mapping):
        raise wrong(option, "a mapping from names to values", given)
    return given
