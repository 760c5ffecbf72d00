"""Values as text: types, constants, words of the language."""

from __future__ import annotations

import inspect
import math
import sys
from collections.abc import Mapping
from types import FunctionType, GenericAlias, ModuleType
from typing import Any

import numpy as np

from . import _words
from ._errors import CompileError
from ._words import Axis, AxisIndex, Interface

#: Numbers in GT4Py, words here.
ORDERS = ("PARALLEL", "FORWARD", "BACKWARD")

#: The packages whose names are words of the language for the front end; of `ndsl` only some.
_LANGUAGE = ("gt4py", "ndsl", "tradewind", "numpy", "math", "typing", "functools", "__future__")


NOTHING = object()


PLAIN = frozenset("Field GlobalTable I J K I_INTERFACE J_INTERFACE K_INTERFACE IJ IK JK IJK float int bool bool_ int8 int16 int32 int64 float32 float64".split())


def function_behind(value: Any) -> FunctionType | None:
    """The Python function behind a GTScript function, stencil or program."""
    if hasattr(value, "__wrapped__") and not isinstance(value, (type, ModuleType)):
        value = inspect.unwrap(value)
    return value if isinstance(value, FunctionType) and value.__code__.co_name != "<lambda>" else None


def is_language(module: Any) -> bool:
    """Whether the names of a module, given by its name, are words of the language: the front end knows them."""
    first, *rest = str(module).split(".")
    return first in _LANGUAGE and (first != "ndsl" or rest[:1] in ([], ["dsl"]))


def is_language_module(value: Any) -> bool:
    """Whether a value is a module of the language."""
    return isinstance(value, ModuleType) and is_language(value.__name__)


def is_word(function: FunctionType) -> bool:
    """Whether a function comes from a module of the language."""
    return is_language(function.__globals__.get("__name__"))


def word_name(value: Any) -> str | None:
    """The name of a word of the language, which may have been imported under another one."""
    for module in ("tradewind.gtscript", "gt4py.cartesian.gtscript"):
        for name, word in vars(sys.modules.get(module, _words)).items():
            if word is value and hasattr(_words, name) and not isinstance(value, (int, ModuleType)):
                return name
    return None


def is_descriptor(value: Any) -> bool:
    return all(hasattr(value, part) for part in ("dtype", "axes", "data_dims"))


def type_lines(dtypes: Mapping[str, Any]) -> dict[str, str]:
    """The lines that say what names of types mean, by name: ``{"real": "real = float32"}``.

    :raises CompileError: if a value is no type or a name is none.
    """
    lines: dict[str, str] = {}
    for name, value in dtypes.items():
        if not isinstance(name, str):
            raise CompileError(
                f"error: a key of `dtypes` must be a name, not {name!r}: `float_bits` sets the width of `float` and of literals"
            )
        text = type_text(value)
        if text is None:
            raise CompileError(f"error: the type `{name}` is {value!r}, and it must be a type of numbers or of fields")
        if not name.isidentifier():
            raise CompileError(f"error: {name!r} cannot be the name of a type: a name is one word of letters and digits")
        lines[name] = f"{name} = {text}"
    return lines


def type_text(value: Any) -> str | None:
    """A type as text: of numbers or of fields."""
    if isinstance(value, GenericAlias) and value.__origin__.__name__ in ("Field", "GlobalTable"):
        parts = [_part(part) for part in value.__args__]
        known = [part for part in parts if part is not None]
        return f"{value.__origin__.__name__}[{', '.join(known)}]" if len(known) == len(parts) else None
    if is_descriptor(value):
        element, axes = type_text(value.dtype), "".join(str(axis) for axis in value.axes)
        sizes = tuple(value.data_dims)
        if element is None:
            return None
        if not axes:
            return f"GlobalTable[{element}, {sizes}]"
        return f"Field[{axes}, ({element}, {sizes})]" if sizes else f"Field[{axes}, {element}]"
    if isinstance(value, type) and issubclass(value, np.generic):
        value = np.dtype(value)
    if isinstance(value, np.dtype):
        return value.name if value.name in PLAIN else None
    return _NUMBERS.get(value) if isinstance(value, type) else None


_NUMBERS: dict[type, str] = {float: "float", int: "int", bool: "bool"}


def _part(value: Any) -> str | None:
    """A part of a field's type: axes, elements or sizes."""
    if isinstance(value, (Axis, Interface)):
        return repr(value)
    if isinstance(value, tuple) and value and all(isinstance(axis, Axis) for axis in value):
        return "".join(map(repr, value))
    if isinstance(value, tuple):
        parts = [_part(part) for part in value]
        return None if None in parts else f"({''.join(f'{part}, ' for part in parts)})"
    return type_text(value) or _literal(value)


def _literal(value: Any) -> str | None:
    """A number as text; nothing for what has no literal."""
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float) and not math.isfinite(value):
        return {math.inf: "1e999", -math.inf: "-1e999"}.get(value)
    for kind in (bool, int, float):
        if isinstance(value, kind):
            return repr(kind(value))  # The repr of a member of an enumeration is no number.
    return None


def constant_text(value: Any) -> str | None:
    """A constant as text: a number, None, an axis or a position on one."""
    if value is None:
        return "None"
    if type(value).__name__ == "Axis":
        return value.name if hasattr(value, "name") else repr(value)
    if all(hasattr(value, part) for part in ("axis", "index", "offset")):
        return repr(AxisIndex(value.axis, value.index, value.offset))
    return _literal(value)


def attribute_of(value: Any, path: list[str]) -> Any:
    """`value.a.b` for `["a", "b"]`; nothing if there is no such attribute."""
    for name in path:
        value = getattr(value, name, NOTHING)
    return value
