"""The text to compile for a Python function: its file, and what Python alone knows about the names in it."""

from __future__ import annotations

import ast
import dis
import inspect
import linecache
import math
import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import CodeType, FunctionType, GenericAlias, ModuleType, SimpleNamespace
from typing import Any

import numpy as np

from . import _words
from ._errors import CompileError
from ._words import Axis, AxisIndex, Function


@dataclass(frozen=True)
class Source:
    """A text and the name of the definition in it that is asked for. Lines are numbered as in the file."""

    file: str
    text: str
    name: str


def source_of(
    definition: FunctionType, externals: Mapping[str, Any] | None = None, dtypes: Mapping[str, Any] | None = None
) -> Source:
    """The text of the file (or notebook cell) in which a function was defined.

    A function inside of another statement is moved to the top level. Numbers that Python computed (``C = math.pi / 2``,
    closures) and GTScript functions from elsewhere are added at the end, and other definitions of the same names are blanked,
    for a name in the text means there what it means here. Functions among the externals are found by their own names.

    :raises CompileError: if there is no text, as for a function typed into ``python -c``, or if a type is none.
    """
    meanings = _Meanings(definition, _file_text(definition))
    for name, line in type_lines(dtypes or {}).items():
        meanings.add(name, line, definition)
    meanings.add(definition.__code__.co_name, definition, definition)
    for value in (externals or {}).values():
        for function in _functions(value):
            meanings.add(function.__code__.co_name, function, definition)
    return Source(definition.__code__.co_filename, meanings.text(), definition.__code__.co_name)


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


class _Meanings:
    """What the names mean that a definition uses, where its file alone may not say it."""

    def __init__(self, definition: FunctionType, text: str) -> None:
        self._definition = definition
        self._tree, self._lines = _parsed(text, definition)
        self._plain, self._conditional = _top_level_names(self._tree)
        self._plain_types = _plain_types(self._tree)
        self._has_star = any(_is_star(statement) for statement in self._tree.body)
        #: By name: a function, a line that gives the name a value, or nothing if the file's own meaning is wrong.
        self._known: dict[str, FunctionType | str | None] = {}
        #: The functions to be moved to the top level or found there, with the top-level statements around them.
        self._kept: dict[ast.FunctionDef, ast.stmt] = {}
        #: The types of parameters that are more than a name, as text.
        self._types: dict[ast.expr, str] = {}
        #: The names of modules whose functions are used, by which entries are about them.
        self._modules: dict[str, str] = {}
        #: Attributes of namespaces and modules, as text.
        self._entries: dict[str, str] = {}
        #: Texts of functions from elsewhere.
        self._foreign: list[str] = []
        self._seen: list[FunctionType] = []

    def add(self, name: str, meaning: FunctionType | str | None, user: FunctionType) -> None:
        """Gives a name a meaning, and those that a function uses in turn."""
        if name in self._known:
            if not _same(self._known[name], meaning):
                raise CompileError(
                    f"error: `{name}` means different things in `{user.__name__}` and in what uses it: rename one"
                )
        else:
            self._known[name] = meaning
        if isinstance(meaning, FunctionType) and not any(meaning is seen for seen in self._seen):
            self._add_function(name, meaning, user)

    def _add_function(self, name: str, function: FunctionType, user: FunctionType) -> None:
        code = function.__code__
        if code.co_name != name:
            self.add(code.co_name, function, user)
            self._add_text(f"{name} = {code.co_name}")
            return
        self._seen.append(function)
        if self._is_here(function):
            around, node = _node(self._tree, code) or (None, None)
            if around is None or node is None:
                raise CompileError(f"error: `{function.__name__}` is not where Python says it is: was its file changed?")
            self._kept[node] = around
            types = _types_of(function, node, self._plain_types)
            self._types.update(types)
        else:
            lines = _dedented(_source_lines(function))
            node = ast.parse("\n".join(lines)).body[0]
            types = _types_of(function, node, set())
            self._add_text("\n".join(_spelled_out(lines, types)))
        meanings = list(_names(function, node, types))
        for used, value, is_own in meanings:
            self._add_name(used, value, is_own, function)
        roots = {used: value for used, value, _ in meanings}
        for dotted in _dotted(node):
            self._add_entry(dotted, roots, function)

    def _add_entry(self, dotted: str, roots: Mapping[str, Any], user: FunctionType) -> None:
        """What an attribute of a namespace is, such as `constants.GRAVITY`: as Python has it, whatever the text says."""
        root, *path = dotted.split(".")
        if root not in roots or _is_language_itself(roots[root]):
            return
        value = _attribute(roots[root], path)
        function, text = _function(value), _constant(value)
        if text is None and function is not None and isinstance(roots[root], ModuleType):
            self._add_values(function)
        elif text is None and function is not None:
            self.add(function.__code__.co_name, function, user)
            text = function.__code__.co_name
        if text is None:
            return
        if self._entries.setdefault(dotted, text) != text:
            raise CompileError(f"error: `{dotted}` means different things in `{user.__name__}` and in what uses it: rename one")

    def _add_values(self, function: FunctionType) -> None:
        """What the names are that a function of another file uses, which the front end reads: as Python has them."""
        module = sys.modules.get(function.__module__)
        is_known = any(function is seen for seen in self._seen) or _is_word(function)
        if is_known or module is None or load_module(function.__module__) is None:
            return
        self._seen.append(function)
        try:
            node = ast.parse("\n".join(_dedented(_source_lines(function)))).body[0]
        except (CompileError, SyntaxError):
            return
        alias = self._modules.setdefault(function.__module__, f"_module_{len(self._modules)}")
        used = _global_names(function.__code__)
        roots = {name: value for name, value in function.__globals__.items() if name in used}
        for name in [*sorted(used), *_dotted(node)]:
            root, *path = name.split(".")
            if root not in roots or _is_language_itself(roots[root]):
                continue
            value = _attribute(roots[root], path)
            inner, text = _function(value), _constant(value)
            if text is not None and text != name and name not in _ORDERS:
                self._entries[f"{alias}.{name}"] = text
            elif inner is not None:
                self._add_values(inner)

    def _add_text(self, text: str) -> None:
        if text not in self._foreign:
            self._foreign.append(text)

    def _add_name(self, name: str, value: Any, is_own: bool, user: FunctionType) -> None:
        """A name that a function uses: its own, from the function around it, or its module's."""
        is_known_here = value is self._definition.__globals__.get(name, _NOTHING)
        is_hidden = (is_own or not self._is_ours(user)) and not is_known_here
        # What the file says is right unless it says it under a condition.
        is_said = not is_hidden and name not in self._conditional and (name in self._plain or self._has_star)
        function, literal = _function(value), _constant(value)
        if literal is not None and literal != name and name not in _ORDERS:
            self.add(name, f"{name} = {literal}", user)
        elif function is not None and (self._is_ours(function) or not (is_said or _is_word(function))):
            self.add(name, function, user)
        elif function is not None and is_said:
            self._add_values(function)
        elif not is_said and not self._add_line(name, value, user) and is_hidden:
            # A word, or nothing that a stencil can use: not what the file calls so, in any case.
            self.add(name, None, user)

    def _add_line(self, name: str, value: Any, user: FunctionType) -> bool:
        """Says what a type, a word or a module is that the file does not have at top level."""
        if isinstance(value, ModuleType):
            self.add(name, f"import {value.__name__} as {name}", user)
            return True
        word = _word(value)
        if word is not None and word != name:
            self.add(name, f"from tradewind.gtscript import {word} as {name}", user)
            return True
        text = _type(value)
        if text is None or text == name:
            return False
        self.add(name, f"{name} = {text}", user)
        return True

    def _is_ours(self, function: FunctionType) -> bool:
        return function.__globals__ is self._definition.__globals__

    def _is_here(self, function: FunctionType) -> bool:
        return self._is_ours(function) and function.__code__.co_filename == self._definition.__code__.co_filename

    def text(self) -> str:
        """The file, changed so that the names mean what they mean in Python."""
        lines, places = list(self._lines), list(self._kept.values())
        own = _spelled_out(lines, self._types)
        for statement in self._tree.body:
            if statement in places:
                _replace(lines, statement, [])
            elif hidden := {name for name in _bound(statement) if name in self._known}:
                _replace(lines, statement, _without(statement, hidden))
        for node in self._kept:
            first, end = _first(node) - 1, node.end_lineno or 0
            lines[first:end] = _dedented(own[first:end])
        parts = ["\n".join(lines).rstrip("\n"), *self._foreign]
        parts += [meaning for meaning in self._known.values() if isinstance(meaning, str)]
        parts += [f"import {module} as {alias}" for module, alias in self._modules.items()]
        parts += [f"{dotted} = {text}" for dotted, text in self._entries.items()]
        return "\n".join(parts) + "\n"


def _parsed(text: str, definition: FunctionType) -> tuple[ast.Module, list[str]]:
    """The tree and lines of a file, or those of the definition alone if the rest cannot be read."""
    try:
        return _tree(text), text.split("\n")
    except SyntaxError:
        lines = [""] * (definition.__code__.co_firstlineno - 1) + _dedented(_source_lines(definition))
    try:
        return ast.parse("\n".join(lines)), lines
    except SyntaxError as error:
        raise CompileError(f"error: `{definition.__name__}` is not where Python says it is: was its file changed?") from error


@lru_cache(maxsize=4)
def _tree(text: str) -> ast.Module:
    """The tree of a file, which many definitions may share; nothing changes it."""
    return ast.parse(text)


def _source_lines(function: FunctionType) -> list[str]:
    try:
        return inspect.getsource(function).rstrip("\n").split("\n")
    except OSError as error:
        raise CompileError(f"error: the source of `{function.__name__}` cannot be found") from error


def _same(one: FunctionType | str | None, other: FunctionType | str | None) -> bool:
    if isinstance(one, FunctionType) and isinstance(other, FunctionType):
        return one.__code__ is other.__code__
    return one == other


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


def _dedented(lines: list[str]) -> list[str]:
    """A definition moved to the left margin. Lines inside of it with less indentation are parts of texts and comments."""
    indent = lines[0][: len(lines[0]) - len(lines[0].lstrip())]
    return [line.removeprefix(indent) for line in lines]


def _replace(lines: list[str], node: ast.stmt, new: list[str]) -> None:
    """Puts other lines in the place of a statement's; none after them move."""
    first, end = _first(node) - 1, node.end_lineno or 0
    lines[first:end] = [*new, *[""] * (end - first - len(new))]


def _top_level_names(tree: ast.Module) -> tuple[set[str], set[str]]:
    """The names that statements at top level bind, and those that statements inside of other statements do."""
    plain, conditional = set[str](), set[str]()
    for statement in tree.body:
        plain.update(_bound(statement))
        if isinstance(statement, _COMPOUND):
            for node in ast.walk(statement):
                conditional.update(_bound(node))
    return plain, conditional


def _is_star(statement: ast.stmt) -> bool:
    """`from module import *`, where the module is not one of the language."""
    if not isinstance(statement, ast.ImportFrom) or statement.names[0].name != "*":
        return False
    return statement.level > 0 or not _is_language(statement.module)


_COMPOUND = (ast.If, ast.Try, ast.With, ast.For, ast.While, ast.Match)


def _bound(node: ast.AST) -> list[str]:
    """The names that the front end takes a statement to bind."""
    match node:
        case ast.FunctionDef() | ast.ClassDef():
            return [node.name]
        case ast.Assign():
            return [target.id for target in node.targets if isinstance(target, ast.Name)]
        case ast.AnnAssign(target=ast.Name()):
            return [node.target.id]
        case ast.Import() | ast.ImportFrom():
            return [_imported(alias) for alias in node.names]
    return []


def _imported(alias: ast.alias) -> str:
    return alias.asname or alias.name.split(".")[0]


def _without(node: ast.stmt, names: set[str]) -> list[str]:
    """A statement that does not bind some names that it binds; nothing if it is all about them."""
    match node:
        case ast.Import() | ast.ImportFrom():
            left = [alias for alias in node.names if _imported(alias) not in names]
            if left and isinstance(node, ast.Import):
                return [ast.unparse(ast.Import(left))]
            return [ast.unparse(ast.ImportFrom(node.module, left, node.level))] if left else []
        case ast.Assign():
            targets = [t for t in node.targets if not (isinstance(t, ast.Name) and t.id in names)]
            if targets:
                return [ast.unparse(ast.copy_location(ast.Assign(targets, node.value), node))]
    return []


#: Numbers in GT4Py, words here.
_ORDERS = ("PARALLEL", "FORWARD", "BACKWARD")

#: The packages whose names are words of the language for the front end; of `ndsl` only some.
_LANGUAGE = ("gt4py", "ndsl", "tradewind", "numpy", "math", "typing", "__future__")

_NOTHING = object()


def _names(function: FunctionType, node: ast.stmt, types: Mapping[ast.expr, str]) -> Iterator[tuple[str, Any, bool]]:
    """The names that a function uses with their values, and whether they are those of a function around it.

    The values are those of now, but for a GTScript function: it keeps those that there were when it was decorated.
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
    used = _global_names(code)
    annotations = {
        annotation.id: value
        for annotation, value in _annotated(function, node)
        if isinstance(annotation, ast.Name) and _type(value) is not None
    }
    frame = _frame_around(function)
    for name in _annotation_names(node, types):
        if name in own:
            continue
        if name in annotations:
            value = annotations[name]
            yield name, value, value is not function.__globals__.get(name, _NOTHING)
        elif name in frame:
            yield name, frame[name], True
        else:
            used.add(name)
    for name in sorted(used):
        if name in function.__globals__:
            yield name, function.__globals__[name], False
    for name, value in _defaults(function, node):
        yield name, value, value is not function.__globals__.get(name, _NOTHING)


def _global_names(code: CodeType) -> set[str]:
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
    """The names in annotations, of parameters and in the body, but for those whose types are known."""
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


def _types_of(function: FunctionType, node: ast.stmt, plain: set[str]) -> dict[ast.expr, str]:
    """The types of parameters as text, where what is written is neither plain nor the name of a plain type."""
    found: dict[ast.expr, str] = {}
    for annotation, value in _annotated(function, node):
        is_named = isinstance(annotation, ast.Name) and (annotation.id in plain or _is_named_type(annotation.id, value))
        text = _type(value)
        if text is not None and not is_named and not _is_plain(annotation):
            found[annotation] = text
    return found


def _is_named_type(name: str, value: Any) -> bool:
    """Whether a field's type is what the front end takes a name such as `FloatFieldIJ` or `IntField32` for."""
    match = re.fullmatch(r"(Float|Int|Bool)Field([IJK]*)(32|64)?", name)
    if match is None or not _is_descriptor(value) or value.data_dims:
        return False
    kind, axes, bits = match.groups()
    dtype = np.dtype(value.dtype)
    size = 1 if kind == "Bool" else int(bits or 64) // 8
    return (dtype.kind, dtype.itemsize) == (kind[0].lower(), size) and "".join(map(str, value.axes)) == (axes or "IJK")


def _plain_types(tree: ast.Module) -> set[str]:
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
            return name in _PLAIN
        case ast.Attribute(ast.Name("np" | "numpy" | "gtscript"), name):
            return name in _PLAIN
        case ast.Constant(value):
            return isinstance(value, int)
        case ast.Subscript(base, inner):
            return _is_plain(base) and _is_plain(inner)
        case ast.Tuple(items):
            return all(map(_is_plain, items)) and not (isinstance(items[0], ast.Name) and len(items[0].id) == 1 and len(items) > 2)
    return False


_PLAIN = frozenset(
    "Field GlobalTable I J K IJ IK JK IJK float int bool bool_ int8 int16 int32 int64 float32 float64".split()
)


def _spelled_out(lines: list[str], types: Mapping[ast.expr, str]) -> list[str]:
    """Lines with the types of parameters put in their places; none of them moves."""
    lines = list(lines)
    for node in sorted(types, key=lambda node: (node.lineno, node.col_offset), reverse=True):
        first, end = node.lineno - 1, (node.end_lineno or node.lineno) - 1
        head = lines[first].encode()[: node.col_offset].decode()
        tail = lines[end].encode()[node.end_col_offset :].decode()
        if first == end:
            lines[first] = head + types[node] + tail
        else:
            lines[first : end + 1] = [head + types[node], *[""] * (end - first - 1), tail]
    return lines


def _frame_around(function: FunctionType) -> Mapping[str, Any]:
    """The names of the function around another one, where that is running now."""
    frame = sys._getframe(1) if "<locals>" in function.__qualname__ else None
    while frame is not None:
        if frame.f_globals is function.__globals__ and any(c is function.__code__ for c in frame.f_code.co_consts):
            return frame.f_locals
        frame = frame.f_back
    return {}


def _function(value: Any) -> FunctionType | None:
    """The Python function behind a GTScript function, stencil or program."""
    if hasattr(value, "__wrapped__") and not isinstance(value, (type, ModuleType)):
        value = inspect.unwrap(value)
    return value if isinstance(value, FunctionType) and value.__code__.co_name != "<lambda>" else None


def _functions(value: Any, depth: int = 0) -> list[FunctionType]:
    """The Python functions behind an external: itself, or those of a namespace and the namespaces in it."""
    function = _function(value)
    if function is not None:
        return [function]
    inner = vars(value).values() if isinstance(value, SimpleNamespace) and depth < _NAMESPACES else ()
    return [function for value in inner for function in _functions(value, depth + 1)]


def _is_language(module: Any) -> bool:
    """Whether the names of a module, given by its name, are words of the language: the front end knows them."""
    first, *rest = str(module).split(".")
    return first in _LANGUAGE and (first != "ndsl" or rest[:1] in ([], ["dsl"]))


def _is_language_itself(value: Any) -> bool:
    """Whether a value is a module of the language."""
    return isinstance(value, ModuleType) and _is_language(value.__name__)


def _is_word(function: FunctionType) -> bool:
    """Whether a function comes from a module of the language."""
    return _is_language(function.__globals__.get("__name__"))


def _word(value: Any) -> str | None:
    """The name of a word of the language, which may have been imported under another one."""
    for module in ("tradewind.gtscript", "gt4py.cartesian.gtscript"):
        for name, word in vars(sys.modules.get(module, _words)).items():
            if word is value and hasattr(_words, name) and not isinstance(value, (int, ModuleType)):
                return name
    return None


def _is_descriptor(value: Any) -> bool:
    return all(hasattr(value, part) for part in ("dtype", "axes", "data_dims"))


def _type(value: Any) -> str | None:
    """A type as text: of numbers or of fields."""
    if isinstance(value, GenericAlias) and value.__origin__.__name__ in ("Field", "GlobalTable"):
        parts = [_part(part) for part in value.__args__]
        known = [part for part in parts if part is not None]
        return f"{value.__origin__.__name__}[{', '.join(known)}]" if len(known) == len(parts) else None
    if _is_descriptor(value):
        element, axes = _type(value.dtype), "".join(str(axis) for axis in value.axes)
        sizes = tuple(value.data_dims)
        if element is None:
            return None
        if not axes:
            return f"GlobalTable[{element}, {sizes}]"
        return f"Field[{axes}, ({element}, {sizes})]" if sizes else f"Field[{axes}, {element}]"
    if isinstance(value, type) and issubclass(value, np.generic):
        value = np.dtype(value)
    if isinstance(value, np.dtype):
        return value.name if value.name in _PLAIN else None
    return _NUMBERS.get(value) if isinstance(value, type) else None


_NUMBERS: dict[type, str] = {float: "float", int: "int", bool: "bool"}


def _part(value: Any) -> str | None:
    """A part of a field's type: axes, elements or sizes."""
    if isinstance(value, Axis):
        return repr(value)
    if isinstance(value, tuple) and value and all(isinstance(axis, Axis) for axis in value):
        return "".join(map(repr, value))
    if isinstance(value, tuple):
        parts = [_part(part) for part in value]
        return None if None in parts else f"({''.join(f'{part}, ' for part in parts)})"
    return _type(value) or _literal(value)


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


def _constant(value: Any) -> str | None:
    """A constant as text: a number, None, an axis or a position on one."""
    if value is None:
        return "None"
    if type(value).__name__ == "Axis":
        return value.name if hasattr(value, "name") else repr(value)
    if all(hasattr(value, part) for part in ("axis", "index", "offset")):
        return repr(AxisIndex(value.axis, value.index, value.offset))
    return _literal(value)


def _attribute(value: Any, path: list[str]) -> Any:
    """`value.a.b` for `["a", "b"]`; nothing if there is no such attribute."""
    for name in path:
        value = getattr(value, name, _NOTHING)
    return value


def _dotted(node: ast.stmt) -> list[str]:
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


def type_lines(dtypes: Mapping[str, Any]) -> dict[str, str]:
    """The lines that say what names of types mean, by name: ``{"real": "real = float32"}``.

    :raises CompileError: if a value is no type or a name is none.
    """
    lines: dict[str, str] = {}
    for name, value in dtypes.items():
        if not isinstance(name, str):
            raise CompileError(f"error: `dtypes` is by name, not {name!r}: the width of `float` and of literals is `float_bits`")
        text = _type(value)
        if text is None:
            raise CompileError(f"error: the type `{name}` is {value!r}, it can be a type of numbers or of fields")
        if not name.isidentifier():
            raise CompileError(f"error: the type {name!r} cannot be named so: a name is one word of letters and digits")
        lines[name] = f"{name} = {text}"
    return lines


def external_texts(externals: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Externals in the notation of the command line: ``[("hord", "6"), ("i_start", "I[0]"), ("namelist.hord", "6")]``.

    :raises CompileError: if a value cannot be an external or a name is none.
    """
    return [entry for name, value in externals.items() for entry in _external(name, value)]


def _external(name: str, value: Any) -> list[tuple[str, str]]:
    if not isinstance(name, str):
        raise CompileError(f"error: `externals` is by name, not {name!r}")
    if not all(part.isidentifier() for part in name.split(".")):
        raise CompileError(f"error: the external {name!r} cannot be named so: a name is one word of letters and digits")
    if isinstance(value, (Function, FunctionType)):
        return [(name, value.__name__)]
    text = _external_text(name, value)
    entries = [(name, text)] if text is not None else _entries(name, value, 0)
    if not entries:
        kinds = "a number, a boolean, None, an axis, an axis index, a GTScript function or a namespace of these"
        raise CompileError(f"error: the external `{name}` is a {type(value).__name__}, it can be {kinds}")
    return entries


def _external_text(name: str, value: Any) -> str | None:
    """A constant as text; nothing for what is none."""
    number = value.item() if isinstance(value, np.generic) else value
    if isinstance(number, float) and math.isnan(number):
        raise CompileError(f"error: the external `{name}` is NaN, which has no literal: pass it to the call, as a scalar argument")
    if isinstance(number, int) and not -(2**63) <= number < 2**63:
        raise CompileError(f"error: the external `{name}` is an integer of more than 64 bits: make it a float")
    return _constant(value)


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
