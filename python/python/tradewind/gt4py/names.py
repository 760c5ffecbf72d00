"""What the names of a stencil stand for while it is printed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

from gt4py.cartesian.gtc import oir
from gt4py.cartesian.gtc.common import DataType


class Names:
    """Fields by name, and the names they have in the text.

    GT4Py names the masks that it makes after addresses in memory; they are numbered instead, so that one source is one text.
    Scalars that live within one execution become temporaries, each with a name of its own.
    """

    def __init__(self, stencil: oir.Stencil) -> None:
        self.fields: dict[str, oir.FieldDecl] = {}
        #: Temporaries of the text alone, scalars of executions and parts of expressions, in the order in which they were
        #: met: text name and type.
        self.temporaries: list[tuple[str, DataType]] = []
        self._texts: dict[str, str] = {}
        self._visible: dict[str, str] = {}
        declared = [*(p for p in stencil.params if isinstance(p, oir.FieldDecl)), *stencil.declarations]
        masks = 0
        for decl in declared:
            self.fields[decl.name] = decl
            self._texts[decl.name] = str(decl.name)
            if isinstance(decl, oir.Temporary) and re.fullmatch(r"mask_\d+", decl.name):
                self._texts[decl.name] = f"mask.{masks}"
                masks += 1

    def field(self, name: str) -> str:
        """The text name of a field, without the sigil."""
        return self._texts[name]

    def local(self, name: str) -> str | None:
        """The text name of a scalar of the current execution, or nothing for a parameter."""
        return self._visible.get(name)

    def temporary(self, stem: str, dtype: DataType) -> str:
        """The text name of a new temporary."""
        name = f"{stem}.{len(self.temporaries)}"
        self.temporaries.append((name, dtype))
        return name

    @contextmanager
    def execution(self, declarations: list[oir.LocalScalar]) -> Iterator[None]:
        """Within it, the execution's own scalars are known."""
        for decl in declarations:
            self._visible[decl.name] = self.temporary(decl.name, decl.dtype)
        yield
        self._visible.clear()
