"""The names and types that a function uses, with their values."""

from __future__ import annotations

import ast
import dis
import re
import sys
from collections.abc import Iterator, Mapping
from types import CodeType, FunctionType
from typing import Any

import numpy as np

from ._values import NOTHING, PLAIN, is_descriptor, type_text


def names_used(function: FunctionType, node: ast.stmt, types: Mapping[ast.expr, str]) -> Iterator[tuple[str, Any, bool]]:
    """The names that a function uses with their values, and whether they are those of a function around it.

    The values are the current ones. A GTScript function is different: it keeps the values from when it was decorated.
    """
    kept = {**getattr(function, "_kept", {}), **getattr(function, "_gtscript_", {}).get("nonlocals", {})}
    for name, value, is_own in _names_now(function, node, types):
        yield name, kept.get(name, value), is_own or kept.get(name, value) is not value


def _names_now(function: FunctionType, node: ast.stmt, types: Mapping[ast.expr, str]) -> Iterator[tuple[str, Any, bool]]:
    code, cells = function.__code__, function.__closure__ or ()
    own: dict[str, Any] = {}
    for name, cell in zip(code.co_freevars, cells, strict=True):
        try:
            own[name] = cell.cell_contents
        except ValueError:  # It is not bound yet.
            continue
    yield from ((name, value, True) for name, value in own.items())
    used = global_names(code)
    annotations = {
        annotation.id: value
        for annotation, value in _annotated(function, node)
        if isinstance(annotation, ast.Name) and type_text(value) is not None
    }
    frame = _frame_around(function)
    for name in _annotation_names(node, types):
        if name in own:
            continue
        if name in annotations:
            value = annotations[name]
            yield name, value, value is not function.__globals__.get(name, NOTHING)
        elif name in frame:
            yield name, frame[name], True
        else:
            used.add(name)
    for name in sorted(used):
        if name in function.__globals__:
            yield name, function.__globals__[name], False
    for name, value in _defaults(function, node):
        yield name, value, value is not function.__globals__.get(name, NOTHING)


def global_names(code: CodeType) -> set[str]:
    """The names of the module that code uses."""
    return {i.argval for i in dis.get_instructions(code) if i.opname in ("LOAD_GLOBAL", "LOAD_NAME")}


def _defaults(function: FunctionType, node: ast.stmt) -> Iterator[tuple[str, Any]]:
    """The names that are the defaults of parameters, which Python has evaluated."""
    if not isinstance(node, ast.FunctionDef):
        return
    pairs = list(zip(node.args.defaults, function.__defaults__ or (), strict=False))
    named = function.__kwdefaults__ or {}
    by_name = zip(node.args.kwonlyargs, node.args.kw_defaults, strict=True)
    pairs += [(written, named[parameter.arg]) for parameter, written in by_name if written and parameter.arg in named]
    yield from ((written.id, value) for written, value in pairs if isinstance(written, ast.Name))


def _annotation_names(node: ast.stmt, types: Mapping[ast.expr, str]) -> list[str]:
    """The names in annotations, of parameters and in the body, except those whose types are known."""
    found: dict[str, None] = {}
    for part in ast.walk(node):
        annotation = getattr(part, "annotation", None)
        if isinstance(annotation, ast.Constant) and isinstance(annotation.value, str):
            try:
                annotation = ast.parse(annotation.value, mode="eval")
            except SyntaxError:
                continue
        if annotation is not None and annotation not in types:
            found.update((name.id, None) for name in ast.walk(annotation) if isinstance(name, ast.Name))
    return list(found)


def _annotated(function: FunctionType, node: ast.stmt) -> Iterator[tuple[ast.expr, Any]]:
    """The annotations of parameters and what they were when Python evaluated them."""
    if isinstance(node, ast.FunctionDef):
        for parameter in (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs):
            value = function.__annotations__.get(parameter.arg)
            if parameter.annotation is not None and not isinstance(value, str):
                yield parameter.annotation, value


def types_of(function: FunctionType, node: ast.stmt, plain: set[str]) -> dict[ast.expr, str]:
    """The types of parameters as text, where what is written is neither plain nor the name of a plain type."""
    found: dict[ast.expr, str] = {}
    for annotation, value in _annotated(function, node):
        is_named = isinstance(annotation, ast.Name) and (annotation.id in plain or _is_named_type(annotation.id, value))
        text = type_text(value)
        if text is not None and not is_named and not _is_plain(annotation):
            found[annotation] = text
    return found


def _is_named_type(name: str, value: Any) -> bool:
    """Whether a field's type is what the front end takes a name such as `FloatFieldIJ` or `IntField32` for."""
    match = re.fullmatch(r"(Float|Int|Bool)Field([IJK]*)(32|64)?", name)
    if match is None or not is_descriptor(value) or value.data_dims:
        return False
    kind, axes, bits = match.groups()
    dtype = np.dtype(value.dtype)
    size = 1 if kind == "Bool" else int(bits or 64) // 8
    return (dtype.kind, dtype.itemsize) == (kind[0].lower(), size) and "".join(map(str, value.axes)) == (axes or "IJK")


def plain_types(tree: ast.Module) -> set[str]:
    """The names that a file gives types written in the language's own words."""
    plain: set[str] = set()
    for statement in tree.body:
        match statement:
            case ast.Assign(targets=[ast.Name(name)], value=value) if _is_plain(value):
                plain.add(name)
    return plain


def _is_plain(annotation: ast.expr) -> bool:
    """Whether a type is written in the language's own words, with elements as a type or a type and sizes."""
    match annotation:
        case ast.Name(name):
            return name in PLAIN
        case ast.Attribute(ast.Name("np" | "numpy" | "gtscript"), name):
            return name in PLAIN
        case ast.Constant(value):
            return isinstance(value, int)
        case ast.Subscript(base, inner):
            return _is_plain(base) and _is_plain(inner)
        case ast.Tuple(items):
            return all(map(_is_plain, items)) and not (
                isinstance(items[0], ast.Name) and len(items[0].id) == 1 and len(items) > 2
            )
    return False


def _frame_around(function: FunctionType) -> Mapping[str, Any]:
    """The names of the function around another one, where that is running now."""
    frame = sys._getframe(1) if "<locals>" in function.__qualname__ else None
    while frame is not None:
        if frame.f_globals is function.__globals__ and any(c is function.__code__ for c in frame.f_code.co_consts):
            return frame.f_locals
        frame = frame.f_back
    return {}


def dotted_names(node: ast.stmt) -> list[str]:
    """The names with dots that a function uses: `a.b.c` for `a.b.c`, not `a.b` as well."""
    found: dict[str, None] = {}
    # No recursion: a long sum is a deeper tree than Python's stack.
    left: list[ast.AST] = [node]
    while left:
        part = left.pop()
        dotted = _dotted_name(part) if isinstance(part, ast.Attribute) else None
        if dotted is not None:
            found[dotted] = None
        else:
            left.extend(reversed(list(ast.iter_child_nodes(part))))
    return list(found)


def _dotted_name(node: ast.expr) -> str | None:
    """`a.b.c`; nothing for an attribute of anything but a name."""
    path: list[str] = []
    while isinstance(node, ast.Attribute):
        path.append(node.attr)
        node = node.value
    return ".".join([node.id, *reversed(path)]) if isinstance(node, ast.Name) else None
