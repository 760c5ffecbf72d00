"""The text to compile for a Python function: its file, and what Python alone knows about the names in it."""

from __future__ import annotations

import ast
import inspect
import linecache
import math
import sys
import textwrap
from collections.abc import Mapping
from dataclasses import dataclass
from types import CodeType, FunctionType
from typing import Any

import numpy as np

from ._errors import CompileError
from ._words import AxisIndex, Function


@dataclass(frozen=True)
class Source:
    """A text and the name of the definition in it that is asked for. Lines are numbered as in the file."""

    file: str
    text: str
    name: str


def source_of(definition: FunctionType) -> Source:
    """The text of the file (or notebook cell) in which a function was defined.

    A function inside of another one is moved to the top level. Numbers that Python computed (``C = math.pi / 2``, closures) and
    GTScript functions from elsewhere are added at the end, for a name in the text means there what it means here.

    :raises CompileError: if there is no text, as for a function typed into ``python -c``.
    """
    text = _file_text(definition)
    if _is_nested(definition):
        text = _lift(text, definition)
    added: dict[str, str] = {}
    _add_names(definition, added)
    parts = [text.rstrip("\n"), *(meaning for meaning in added.values() if meaning)]
    return Source(definition.__code__.co_filename, "\n".join(parts) + "\n", definition.__name__)


def load_module(module: str) -> tuple[str, str] | None:
    """The file name and text of a module that this process has imported, if it has a Python source."""
    file = getattr(sys.modules.get(module), "__file__", None)
    if file is None or not file.endswith(".py"):
        return None
    return file, "".join(linecache.getlines(file))


def _file_text(definition: FunctionType) -> str:
    lines = linecache.getlines(definition.__code__.co_filename, definition.__globals__)
    if not lines:
        raise CompileError(
            f"error: the source of `{definition.__name__}` cannot be found: define it in a file or a notebook cell"
        )
    return "".join(lines)


def _is_nested(definition: FunctionType) -> bool:
    return "." in definition.__qualname__


def _lift(text: str, definition: FunctionType) -> str:
    """The text with the statement around a nested function replaced by that function, every line where it was."""
    lines = text.splitlines()
    node = _node(ast.parse(text), definition.__code__)
    if node is None:
        raise CompileError(f"error: `{definition.__name__}` is not where Python says it is: was its file changed?")
    around, inner = node
    moved = textwrap.dedent("\n".join(lines[_first(inner) - 1 : inner.end_lineno])).splitlines()
    for n in range(_first(around) - 1, around.end_lineno or 0):
        lines[n] = ""
    lines[_first(inner) - 1 : inner.end_lineno] = moved
    return "\n".join(lines)


def _node(tree: ast.Module, code: CodeType) -> tuple[ast.stmt, ast.FunctionDef] | None:
    """The definition of a code object and the top-level statement around it."""
    for statement in tree.body:
        for node in ast.walk(statement):
            if isinstance(node, ast.FunctionDef) and node.name == code.co_name and _first(node) == code.co_firstlineno:
                return statement, node
    return None


def _first(node: ast.stmt) -> int:
    """The line on which a statement starts, decorators included."""
    decorators: list[ast.expr] = getattr(node, "decorator_list", [])
    return min([node.lineno, *(decorator.lineno for decorator in decorators)])


#: Numbers in GT4Py, words here.
_ORDERS = ("PARALLEL", "FORWARD", "BACKWARD")


def _add_names(definition: FunctionType, added: dict[str, str]) -> None:
    """Adds what the names that a function uses mean, where its file does not say it: a line or a definition by name."""
    closure = inspect.getclosurevars(definition)
    for name, value in {**closure.globals, **closure.nonlocals}.items():
        inner = getattr(value, "__wrapped__", None)
        if isinstance(inner, FunctionType) and inner.__globals__ is definition.__globals__:
            elsewhere = inner.__code__.co_filename != definition.__code__.co_filename
            meaning = textwrap.dedent(inspect.getsource(inner)) if elsewhere or _is_nested(inner) else ""
        else:
            inner, number = None, _literal(value)
            if number is None or name in _ORDERS:
                continue
            meaning = f"{name} = {number}"
        if added.get(name, meaning) != meaning:
            raise CompileError(
                f"error: `{name}` means different things in `{definition.__name__}` and in what uses it: rename one"
            )
        if name not in added and inner is not None:
            added[name] = meaning
            _add_names(inner, added)
        added[name] = meaning


def _literal(value: Any) -> str | None:
    """A number as text; nothing for what has no literal."""
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float) and not math.isfinite(value):
        return {math.inf: "1e999", -math.inf: "-1e999"}.get(value)
    return repr(value) if isinstance(value, (bool, int, float)) else None


def external_texts(externals: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Externals in the notation of the command line: ``[("hord", "6"), ("i_start", "I[0]")]``."""
    return [(name, _external(name, value)) for name, value in externals.items()]


def _external(name: str, value: Any) -> str:
    if value is None:
        return "None"
    if isinstance(value, (Function, FunctionType)):
        return value.__name__
    if all(hasattr(value, part) for part in ("axis", "index", "offset")):
        return repr(AxisIndex(value.axis, value.index, value.offset))
    literal = _literal(value)
    if literal is None:
        kinds = "a number, a boolean, None, an axis index or a GTScript function"
        raise CompileError(f"error: the external `{name}` is a {type(value).__name__}, it can be {kinds}")
    return literal
