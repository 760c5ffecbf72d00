"""The options of compilations, checked before anything is read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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
    #: ``here``, ``reference``, or the name and text of a machine file.
    machine: str | tuple[str, str] = "here"
    #: Points along I, J and K that a schedule is chosen for.
    domain: tuple[int, int, int] = (128, 128, 80)
    float_bits: int = 64
    int_bits: int = 64
    bounds: str = "checked"
    #: The mode, or nothing for that of the schedule file, if it names one, else ``strict``.
    numerics: str | None = None
    #: Who fills halos: ``periodic`` or ``host``.
    halos: str = "periodic"


def options_of(
    *,
    externals: Mapping[str, Any] | None = None,
    schedule: str | PathLike[str] = "cpu",
    machine: str | PathLike[str] = "here",
    domain: Sequence[int] = (128, 128, 80),
    float_bits: int = 64,
    int_bits: int = 64,
    bounds: str = "checked",
    numerics: str | None = None,
    halos: str = "periodic",
) -> Options:
    """The options of a compilation, as a user gives them; files of a schedule and a machine are read.

    :raises CompileError: for an option of a wrong type or value; its name is in the text.
    """
    path = _path("schedule", "the name of a preset or the path of a schedule file", schedule)
    computer = _path("machine", "'here', 'reference' or the path of a machine file", machine)
    _check_choice("float_bits", float_bits, (32, 64))
    _check_choice("int_bits", int_bits, (32, 64))
    _check_choice("bounds", bounds, ("checked", "trusted"))
    _check_choice("halos", halos, ("periodic", "host"))
    if numerics is not None:
        _check_choice("numerics", numerics, ("strict", "contract", "relaxed"))
    texts = tuple(external_texts(_by_name("externals", externals)))
    chosen = (_tradewind.read_schedule(path), _tradewind.read_machine(computer), _sizes(domain))
    return Options(texts, *chosen, int(float_bits), int(int_bits), bounds, numerics, halos)


def backend_for(backend: str, options: Options) -> str:
    """The name of a back end.

    :raises CompileError: if there is no such back end, or it lacks what the options ask for.
    """
    if not isinstance(backend, str) or backend not in BACKENDS:
        shown = f"`{backend}`" if isinstance(backend, str) else repr(backend)
        raise CompileError(f"error: there is no back end {shown}, only {', '.join(BACKENDS)}")
    if backend != "cpu" and options.halos == "host":
        raise CompileError(f"error: `halos=\"host\"` needs `backend=\"cpu\"`: the back end `{backend}` is periodic")
    return backend


def type_texts(dtypes: Mapping[str, Any] | None) -> list[str]:
    """The lines that say what names of types mean.

    :raises CompileError: if a value is no type or a name is none.
    """
    return list(type_lines(_by_name("dtypes", dtypes)).values())


def wrong(option: str, wanted: str, given: Any) -> CompileError:
    """The error for an option that is not what it should be."""
    return CompileError(f"error: `{option}` must be {wanted}, not {given!r}")


def _path(option: str, wanted: str, given: Any) -> str:
    path = fspath(given) if isinstance(given, (str, PathLike)) else None
    if not isinstance(path, str):
        raise wrong(option, wanted, given)
    return path


def _sizes(given: Any) -> tuple[int, int, int]:
    sizes = tuple(given) if isinstance(given, Sequence) and not isinstance(given, (str, bytes)) else ()
    if len(sizes) != 3 or not all(isinstance(size, (int, np.integer)) and not isinstance(size, bool) for size in sizes):
        raise wrong("domain", "three sizes such as (128, 128, 80)", given)
    if not all(1 <= size <= 2**20 for size in sizes):
        raise wrong("domain", "three sizes between 1 and 1048576", given)
    i, j, k = map(int, sizes)
    return i, j, k


def _check_choice(option: str, given: Any, choices: tuple[Any, ...]) -> None:
    if isinstance(given, bool) or not isinstance(given, (str, int, np.integer)) or given not in choices:
        raise wrong(option, " or ".join(map(repr, choices)), given)


def _by_name(option: str, given: Mapping[str, Any] | None) -> Mapping[str, Any]:
    if given is None:
        return {}
    if not isinstance(given, Mapping):
        raise wrong(option, "a mapping from names to values", given)
    return given
