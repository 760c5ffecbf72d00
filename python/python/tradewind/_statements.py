"""The text of a file and its statements: which lines they have, which names they bind."""

from __future__ import annotations

import ast
import copy
import inspect
import linecache
import sys
from collections.abc import Mapping
from functools import lru_cache
from types import CodeType, FunctionType

from ._errors import CompileError
from ._values import is_language


def load_module(module: str) -> tuple[str, str] | None:
    """The file name and text of a module that this process has imported, if it has a Python source."""
    file = getattr(sys.modules.get(module), "__file__", None)
    if file is None or not file.endswith(".py"):
        return None
    return file, "".join(linecache.getlines(file))


def parsed(text: str, definition: FunctionType) -> tuple[ast.Module, list[str]]:
    """The tree and lines of a file, or those of the definition alone if the rest cannot be read."""
    try:
        return _tree(text), text.split("\n")
    except SyntaxError:
        lines = [""] * (definition.__code__.co_firstlineno - 1) + dedented(source_lines(definition))
    try:
        return ast.parse("\n".join(lines)), lines
    except SyntaxError as error:
        raise CompileError(f"error: `{definition.__name__}` is not at the line of its file that Python reports: did the file change?") from error


@lru_cache(maxsize=4)
def _tree(text: str) -> ast.Module:
    """The tree of a file, which many definitions may share; nothing changes it."""
    return ast.parse(text)


def source_lines(function: FunctionType) -> list[str]:
    try:
        return inspect.getsource(function).rstrip("\n").split("\n")
    except OSError as error:
        raise CompileError(f"error: the source of `{function.__name__}` cannot be found") from error


def node_of(tree: ast.Module, code: CodeType) -> tuple[ast.stmt, ast.FunctionDef] | None:
    """The definition of a code object and the top-level statement around it."""
    for statement in tree.body:
        for node in ast.walk(statement):
            if isinstance(node, ast.FunctionDef) and node.name == code.co_name and first_line(node) == code.co_firstlineno:
                return statement, node
    return None


def first_line(node: ast.stmt) -> int:
    """The line on which a statement starts, decorators included."""
    decorators: list[ast.expr] = getattr(node, "decorator_list", [])
    return min([node.lineno, *(decorator.lineno for decorator in decorators)])


def dedented(lines: list[str]) -> list[str]:
    """A definition moved to the left margin. Lines inside of it with less indentation are parts of texts and comments."""
    indent = lines[0][: len(lines[0]) - len(lines[0].lstrip())]
    return [line.removeprefix(indent) for line in lines]


def replace_lines(lines: list[str], node: ast.stmt, new: list[str]) -> None:
    """Puts other lines in the place of a statement's; none after them move."""
    first, end = first_line(node) - 1, node.end_lineno or 0
    lines[first:end] = [*new, *[""] * (end - first - len(new))]


def spelled_out(lines: list[str], types: Mapping[ast.expr, str]) -> list[str]:
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


def top_level_names(tree: ast.Module) -> tuple[set[str], set[str]]:
    """The names that statements at top level bind, and those that statements inside of other statements do."""
    plain, conditional = set[str](), set[str]()
    for statement in tree.body:
        (conditional if isinstance(statement, _COMPOUND) else plain).update(bound_names(statement))
    return plain, conditional


def is_star(statement: ast.stmt) -> bool:
    """`from module import *`, where the module is not one of the language."""
    if not isinstance(statement, ast.ImportFrom) or statement.names[0].name != "*":
        return False
    return statement.level > 0 or not is_language(statement.module)


_COMPOUND = (ast.If, ast.Try, ast.With, ast.For, ast.While, ast.Match)


def bound_names(statement: ast.stmt) -> list[str]:
    """The names that a statement binds, also in the blocks inside."""
    found: list[str] = []
    inside: list[ast.AST] = [statement]
    while inside:
        match inside.pop():
            case ast.FunctionDef(name) | ast.AsyncFunctionDef(name) | ast.ClassDef(name):
                found.append(name)
            case ast.Import(names) | ast.ImportFrom(names=names):
                found += map(_imported, names)
            case ast.Name(name, ast.Store() | ast.Del()):
                found.append(name)
            case ast.Lambda() | ast.comprehension() | ast.expr_context():
                pass
            case node:
                # Handlers of exceptions and patterns have names that are no nodes.
                found += [name for field in ("name", "rest") if isinstance(name := getattr(node, field, None), str)]
                inside += ast.iter_child_nodes(node)
    return found


def _imported(alias: ast.alias) -> str:
    return alias.asname or alias.name.split(".")[0]


def without_names(node: ast.stmt, names: set[str]) -> list[str]:
    """A statement that does not bind some names that it binds; nothing if it is all about them."""
    match node:
        case ast.Import() | ast.ImportFrom():
            left = [alias for alias in node.names if _imported(alias) not in names]
            if left and isinstance(node, ast.Import):
                return [ast.unparse(ast.Import(left))]
            return [ast.unparse(ast.ImportFrom(node.module, left, node.level))] if left else []
        case ast.Assign():
            targets = [t for t in map(_Renamed(names).visit, copy.deepcopy(node.targets)) if not _is_hidden(t)]
            if targets:
                return [ast.unparse(ast.copy_location(ast.Assign(targets, node.value), node))]
    return []


class _Renamed(ast.NodeTransformer):
    """Gives targets of some names one that nothing uses."""

    def __init__(self, names: set[str]) -> None:
        self._names = names

    def visit_Name(self, node: ast.Name) -> ast.Name:
        return ast.Name(_HIDDEN, node.ctx) if isinstance(node.ctx, ast.Store) and node.id in self._names else node


def _is_hidden(target: ast.expr) -> bool:
    """Whether all names of a target are hidden."""
    return all(node.id == _HIDDEN for node in ast.walk(target) if isinstance(node, ast.Name))


#: The name of what is hidden.
_HIDDEN = "_hidden"
