"""The text to compile for a Python function: its file, and what Python alone knows about the names in it."""

from __future__ import annotations

import linecache
from dataclasses import dataclass
from types import FunctionType

from ._errors import CompileError
from ._meanings import Made, Meanings


@dataclass(frozen=True)
class Source:
    """A text and the name of the definition in it that is asked for. Lines are numbered as in the file."""

    file: str
    text: str
    name: str


def source_of(definition: FunctionType, made: Made) -> Source:
    """The text of the file (or notebook cell) in which a function was defined, of which a stencil or program is made.

    A function inside of another statement is moved to the top level. Numbers that Python computed (``C = math.pi / 2``,
    closures) and GTScript functions from elsewhere are added at the end, and other definitions of the same names are blanked,
    for a name in the text means there what it means here. Functions among the externals are found by their own names. What is
    called as a stencil or program is made one at the end, whatever made it one here.

    :raises CompileError: if there is no text, as for a function typed into ``python -c``, or if a type is none.
    """
    meanings = Meanings(definition, _file_text(definition))
    name = definition.__code__.co_name
    meanings.add(name, definition, definition)
    meanings.add_parts(made, definition)
    if made.kind == "program" or meanings.is_decorated(definition):
        meanings.make(name, made.kind, name)
    return Source(definition.__code__.co_filename, meanings.text(), name)


def _file_text(definition: FunctionType) -> str:
    lines = linecache.getlines(definition.__code__.co_filename, definition.__globals__)
    if not lines:
        raise CompileError(
            f"error: the source of `{definition.__name__}` cannot be found: define it in a file or a notebook cell"
        )
    return "".join(lines)
