"""Externals as text."""

from __future__ import annotations

import math
from collections.abc import Mapping
from types import FunctionType, SimpleNamespace
from typing import Any

import numpy as np

from ._errors import CompileError
from ._values import constant_text, function_behind
from ._words import Function


def functions_in(value: Any, depth: int = 0) -> list[FunctionType]:
    """The Python functions behind an external: itself, or those of a namespace and the namespaces in it."""
    function = function_behind(value)
    if function is not None:
        return [function]
    inner = vars(value).values() if isinstance(value, SimpleNamespace) and depth < _NAMESPACES else ()
    return [function for value in inner for function in functions_in(value, depth + 1)]


def external_texts(externals: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Externals in the notation of the command line: ``[("hord", "6"), ("i_start", "I[0]"), ("namelist.hord", "6")]``.

    :raises CompileError: if a value cannot be an external or a name is none.
    """
    return [entry for name, value in externals.items() for entry in _external(name, value)]


def table_text(externals: list[tuple[str, str]]) -> str:
    """Externals as a table: ``{"hord": 6, "namelist": {"hord": 6}}``."""
    inner: dict[str, list[tuple[str, str]]] = {}
    for name, text in externals:
        first, _, rest = name.partition(".")
        inner.setdefault(first, []).append((rest, text))
    entries = [f'"{name}": {table_text(below) if below[0][0] else below[-1][1]}' for name, below in inner.items()]
    return f"{{{', '.join(entries)}}}"


def _external(name: str, value: Any) -> list[tuple[str, str]]:
    if not isinstance(name, str):
        raise CompileError(f"error: a key of `externals` must be a name, not {name!r}")
    if not all(part.isidentifier() for part in name.split(".")):
        raise CompileError(f"error: {name!r} cannot be the name of an external: a name is one word of letters and digits")
    if isinstance(value, (Function, FunctionType)):
        return [(name, value.__name__)]
    text = _external_text(name, value)
    entries = [(name, text)] if text is not None else _entries(name, value, 0)
    if not entries:
        kinds = "a number, a boolean, None, an axis, an axis index, a GTScript function or a namespace of these"
        raise CompileError(f"error: the external `{name}` is a {type(value).__name__}, and it must be {kinds}")
    return entries


def _external_text(name: str, value: Any) -> str | None:
    """A constant as text; nothing for what is none."""
    number = value.item() if isinstance(value, np.generic) else value
    if isinstance(number, float) and math.isnan(number):
        raise CompileError(
            f"error: the external `{name}` is NaN, which has no literal: pass it to the call, as a scalar argument"
        )
    if isinstance(number, int) and not -(2**63) <= number < 2**63:
        raise CompileError(f"error: the external `{name}` is an integer of more than 64 bits: make it a float")
    return constant_text(value)


def _entries(name: str, value: Any, depth: int) -> list[tuple[str, str]]:
    """What a namespace holds, and the namespaces in it."""
    if not hasattr(value, "__dict__") or depth == _NAMESPACES:
        return []
    found: list[tuple[str, str]] = []
    for key in dir(value):
        inner, dotted = getattr(value, key, None), f"{name}.{key}"
        if key.startswith("_"):
            continue
        text = _external_text(dotted, inner)
        if text is None and _is_gtscript(inner):
            text = inner.__name__
        if text is not None:
            found.append((dotted, text))
        elif isinstance(inner, (SimpleNamespace, type)):
            found += _entries(dotted, inner, depth + 1)
    return found


#: How deep namespaces are looked into.
_NAMESPACES = 4


def _is_gtscript(value: Any) -> bool:
    """Whether a value is a GTScript function."""
    return isinstance(value, Function) or hasattr(value, "_gtscript_")
