"""What stencils and programs are compiled from: enough to compile them again, also in another process."""

from __future__ import annotations

import pickle
from functools import lru_cache
from typing import Any, NamedTuple

from . import _tradewind
from ._emitted import executable, executable_oir
from ._options import Options
from ._statements import load_module

#: A module that a text imports: who imports it, its name and level there; its file and text.
Import = tuple[str, str, int, str, str]


class Source(NamedTuple):
    """A text, and how it is compiled."""

    file: str
    text: str
    options: Options
    backend: str

    def load(self) -> _tradewind.Module:
        """The GTScript module of the text. Modules that it imports are found as Python finds them."""
        return _tradewind.load(self.file, self.text, self.options, load_module)


class Recipe(NamedTuple):
    """One stencil or program of a source."""

    source: Source
    #: ``"stencil"`` or ``"program"``, or ``"oir"`` if the text is OIR.
    kind: str
    name: str
    #: The modules that the source imports.
    imports: tuple[Import, ...] | _tradewind.Imports = ()

    def executable(self, module: _tradewind.Module | None = None) -> Any:
        """Compiles it; ``module`` is the source's, if that is loaded already.

        :raises CompileError: if the source is wrong.
        """
        source = self.source
        if self.kind == "oir":
            return executable_oir(self.name, source.text, source.options, source.backend)
        return executable(module or load_again(source, self.kept().imports), self.kind, self.name, source.backend)

    def kept(self) -> Recipe:
        """The recipe as texts and numbers, which another process can read."""
        return self if isinstance(self.imports, tuple) else self._replace(imports=texts_of(self.imports))


def texts_of(imports: _tradewind.Imports) -> tuple[Import, ...]:
    """The modules that a source imports, for :func:`load_again`."""
    return tuple(imports.modules())


@lru_cache(maxsize=256)
def load_again(source: Source, imports: tuple[Import, ...]) -> _tradewind.Module:
    """The GTScript module of a text that was loaded before. It keeps its machine code, so that tasks that bring the same stencil
    with them compile it once in a process."""
    return _tradewind.load_again(source.file, source.text, source.options, imports)


def check_version(version: str) -> None:
    """Refuses what another version of the package has pickled.

    :raises pickle.UnpicklingError: if it is another version than this one.
    """
    if version != _tradewind.__version__:
        raise pickle.UnpicklingError(
            f"the stencil or program was pickled by tradewind {version}, and this is {_tradewind.__version__}: pickle it again"
        )
