"""What the names mean that a definition uses, and the text that says so."""

from __future__ import annotations

import ast
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from types import FunctionType, ModuleType
from typing import Any

from ._errors import CompileError
from ._externals import external_texts, functions_in, table_text
from ._statements import (
    bound_names,
    dedented,
    first_line,
    is_star,
    load_module,
    node_of,
    parsed,
    replace_lines,
    source_lines,
    spelled_out,
    top_level_names,
    without_names,
)
from ._uses import dotted_names, global_names, names_used, plain_types, types_of
from ._values import (
    NOTHING,
    ORDERS,
    attribute_of,
    constant_text,
    function_behind,
    is_language_module,
    is_word,
    type_lines,
    type_text,
    word_name,
)


@dataclass(frozen=True)
class Made:
    """What a stencil or program was made with."""

    kind: str
    externals: Mapping[str, Any]
    dtypes: Mapping[str, Any]


#: The name of the package in a text.
_ALIAS = "_tradewind"


class Meanings:
    """What the names mean that a definition uses, where its file alone may not say it."""

    def __init__(self, definition: FunctionType, text: str) -> None:
        self._definition = definition
        self._tree, self._lines = parsed(text, definition)
        self._plain, self._conditional = top_level_names(self._tree)
        self._plain_types = plain_types(self._tree)
        self._has_star = any(is_star(statement) for statement in self._tree.body)
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
        #: Names of stencils and programs, with the calls that make them.
        self._makers: dict[str, str] = {}
        #: Texts of functions from elsewhere.
        self._foreign: list[str] = []
        self._seen: list[FunctionType] = []

    def add(self, name: str, meaning: FunctionType | str | None, user: FunctionType) -> None:
        """Gives a name a meaning, and those that a function uses in turn."""
        if name in self._known:
            if not _same(self._known[name], meaning):
                raise CompileError(
                    f"error: `{name}` has different meanings in `{user.__name__}` and in the code that uses it: rename one"
                )
        else:
            self._known[name] = meaning
        if isinstance(meaning, FunctionType) and not any(meaning is seen for seen in self._seen):
            self._add_function(name, meaning, user)

    def add_parts(self, made: Made, user: FunctionType) -> None:
        """The types and the functions that a stencil or program was made with."""
        for name, line in type_lines(made.dtypes).items():
            self.add(name, line, user)
        for value in made.externals.values():
            for function in functions_in(value):
                self.add(function.__code__.co_name, function, user)

    def make(self, name: str, kind: str, function: str, externals: Mapping[str, Any] | None = None) -> None:
        """Makes a function a stencil or program under a name, which may be one with dots."""
        options = f", externals={table_text(external_texts(externals))}" if externals else ""
        self._makers[name] = f"{_ALIAS}.{kind}({function}{options})"

    def is_decorated(self, function: FunctionType) -> bool:
        """Whether decorators stand above a function of the file."""
        return any(node.name == function.__code__.co_name and node.decorator_list for node in self._kept)

    def _add_made(self, name: str, made: Made, function: FunctionType, user: FunctionType) -> None:
        """A stencil or program that a program calls."""
        source = function.__code__.co_name
        if self._is_ours(function) or not self._is_importable(function):
            self.add(source, function, user)
        else:
            self._add_values(function)
            source = f"{self._module(function)}.{source}"
        self.add_parts(made, user)
        before = self._makers.get(name)
        self.make(name, made.kind, source, made.externals)
        if before not in (None, self._makers[name]):
            raise CompileError(f"error: `{name}` has different meanings in `{user.__name__}` and in the code that uses it: rename one")

    def _is_importable(self, function: FunctionType) -> bool:
        """Whether a function is found in the text of its module by its name."""
        module = sys.modules.get(function.__module__)
        named = function_behind(getattr(module, function.__code__.co_name, None))
        return named is function and load_module(function.__module__) is not None

    def _module(self, function: FunctionType) -> str:
        """The name that the module of a function has in the text."""
        return self._modules.setdefault(function.__module__, f"_module_{len(self._modules)}")

    def _add_function(self, name: str, function: FunctionType, user: FunctionType) -> None:
        code = function.__code__
        if code.co_name != name:
            self.add(code.co_name, function, user)
            self._add_text(f"{name} = {code.co_name}")
            return
        self._seen.append(function)
        if self._is_here(function):
            around, node = node_of(self._tree, code) or (None, None)
            if around is None or node is None:
                raise CompileError(f"error: `{function.__name__}` is not at the line of its file that Python reports: did the file change?")
            self._kept[node] = around
            types = types_of(function, node, self._plain_types)
            self._types.update(types)
        else:
            lines = dedented(source_lines(function))
            node = ast.parse("\n".join(lines)).body[0]
            types = types_of(function, node, set())
            self._add_text("\n".join(spelled_out(lines, types)))
        meanings = list(names_used(function, node, types))
        for used, value, is_own in meanings:
            self._add_name(used, value, is_own, function)
        roots = {used: value for used, value, _ in meanings}
        for dotted in dotted_names(node):
            self._add_entry(dotted, roots, function)

    def _add_entry(self, dotted: str, roots: Mapping[str, Any], user: FunctionType) -> None:
        """What an attribute of a namespace is, such as `constants.GRAVITY`: as Python has it, whatever the text says."""
        root, *path = dotted.split(".")
        if root not in roots or is_language_module(roots[root]):
            return
        value = attribute_of(roots[root], path)
        function, text, made = function_behind(value), constant_text(value), _made(value)
        if function is not None and made is not None and isinstance(roots[root], ModuleType):
            self._add_made(dotted, made, function, user)
        elif text is None and function is not None and isinstance(roots[root], ModuleType):
            self._add_values(function)
        elif text is None and function is not None:
            self.add(function.__code__.co_name, function, user)
            text = function.__code__.co_name
        if text is None:
            return
        if self._entries.setdefault(dotted, text) != text:
            raise CompileError(f"error: `{dotted}` has different meanings in `{user.__name__}` and in the code that uses it: rename one")

    def _add_values(self, function: FunctionType) -> None:
        """What the names are that a function of another file uses, which the front end reads: as Python has them."""
        module = sys.modules.get(function.__module__)
        is_known = any(function is seen for seen in self._seen) or is_word(function)
        if is_known or module is None or load_module(function.__module__) is None:
            return
        self._seen.append(function)
        try:
            node = ast.parse("\n".join(dedented(source_lines(function)))).body[0]
        except (CompileError, SyntaxError):
            return
        alias = self._module(function)
        used = global_names(function.__code__)
        roots = {name: value for name, value in function.__globals__.items() if name in used}
        for name in [*sorted(used), *dotted_names(node)]:
            root, *path = name.split(".")
            if root not in roots or is_language_module(roots[root]):
                continue
            value = attribute_of(roots[root], path)
            inner, text = function_behind(value), constant_text(value)
            if text is not None and text != name and name not in ORDERS:
                self._entries[f"{alias}.{name}"] = text
            elif inner is not None:
                self._add_values(inner)

    def _add_text(self, text: str) -> None:
        if text not in self._foreign:
            self._foreign.append(text)

    def _add_name(self, name: str, value: Any, is_own: bool, user: FunctionType) -> None:
        """A name that a function uses: its own, from the function around it, or its module's."""
        is_known_here = value is self._definition.__globals__.get(name, NOTHING)
        is_hidden = (is_own or not self._is_ours(user)) and not is_known_here
        # What the file says is right unless it says it under a condition.
        is_said = not is_hidden and name not in self._conditional and (name in self._plain or self._has_star)
        function, literal, made = function_behind(value), constant_text(value), _made(value)
        if function is not None and made is not None:
            self._add_made(name, made, function, user)
        elif literal is not None and literal != name and name not in ORDERS:
            self.add(name, f"{name} = {literal}", user)
        elif function is not None and (self._is_ours(function) or not (is_said or is_word(function))):
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
        word = word_name(value)
        if word is not None and word != name:
            self.add(name, f"from tradewind.gtscript import {word} as {name}", user)
            return True
        text = type_text(value)
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
        own = spelled_out(lines, self._types)
        for statement in self._tree.body:
            if statement in places:
                replace_lines(lines, statement, [])
            elif hidden := {name for name in bound_names(statement) if name in self._known}:
                replace_lines(lines, statement, without_names(statement, hidden))
        for node in self._kept:
            first, end = first_line(node) - 1, node.end_lineno or 0
            lines[first:end] = dedented(own[first:end])
        parts = ["\n".join(lines).rstrip("\n"), *self._foreign]
        parts += [meaning for meaning in self._known.values() if isinstance(meaning, str)]
        parts += [f"import {module} as {alias}" for module, alias in self._modules.items()]
        parts += [f"import tradewind as {_ALIAS}"] if self._makers else []
        parts += [f"{name} = {text}" for name, text in self._makers.items()]
        parts += [f"{dotted} = {text}" for dotted, text in self._entries.items()]
        return "\n".join(parts) + "\n"


def _same(one: FunctionType | str | None, other: FunctionType | str | None) -> bool:
    if isinstance(one, FunctionType) and isinstance(other, FunctionType):
        return one.__code__ is other.__code__
    return one == other


def _made(value: Any) -> Made | None:
    """What a stencil or program was made with."""
    return vars(value).get("_made") if hasattr(value, "__wrapped__") and hasattr(value, "__dict__") else None
