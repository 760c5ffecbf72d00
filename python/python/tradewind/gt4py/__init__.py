"""Tradewind as a back end of GT4Py: GT4Py reads the stencil, Tradewind compiles it.

Importing this module registers the back ends ``tradewind:cpu`` (machine code), ``tradewind:numpy`` and ``tradewind:debug`` (Python to
look at and to step through) with ``gt4py.cartesian``, for stencils and for storages::

    import tradewind.gt4py
    from gt4py import storage
    from gt4py.cartesian import gtscript

    @gtscript.stencil(backend="tradewind:cpu")
    def double(a: gtscript.Field[float], out: gtscript.Field[float]):
        with computation(PARALLEL), interval(...):
            out = 2.0 * a

    a = storage.ones((8, 8, 4), float, backend="tradewind:cpu")

GT4Py's front end and its passes turn the definition into its OIR; :mod:`.program` prints that in Tradewind's text form, which
``tradewind.compile_oir`` compiles. ``docs/gt4py.md`` has the mapping.

This module imports no part of GT4Py by itself: NDSL refuses to be imported after GT4Py, whose precision and cache it sets. Tradewind
registers its back ends when GT4Py registers its own, or at once if these are there already.
"""

from __future__ import annotations

import importlib
import importlib.util
import sys
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import ModuleType

    from .backend import CpuBackend, DebugBackend, NumpyBackend
    from .program import text_of

__all__ = ["CpuBackend", "DebugBackend", "NumpyBackend", "text_of"]

#: Modules of GT4Py that register its back ends and the layouts of their arrays, and our modules that register ours there.
_REGISTERS = {"gt4py.storage.cartesian.layout_registry": ".layouts", "gt4py.cartesian.backend": ".backend"}


class _Finder(MetaPathFinder):
    """Finds a module as the other finders do, once, and has another one imported when it is loaded."""

    def __init__(self, name: str, then: str) -> None:
        self._name, self._then = name, then

    def find_spec(self, name: str, _path: Sequence[str] | None, _target: ModuleType | None = None) -> ModuleSpec | None:
        if name != self._name:
            return None
        sys.meta_path.remove(self)
        spec = importlib.util.find_spec(name)
        if spec is not None and spec.loader is not None:
            spec.loader = _Loader(spec.loader, self._then)
        return spec


class _Loader(Loader):
    def __init__(self, inner: Loader, then: str) -> None:
        self._inner, self._then = inner, then

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        return self._inner.create_module(spec)

    def exec_module(self, module: ModuleType) -> None:
        if module.__spec__ is not None:
            module.__spec__.loader = module.__loader__ = self._inner
        self._inner.exec_module(module)
        importlib.import_module(self._then, __name__)


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(".program" if name == "text_of" else ".backend", __name__), name)


for _name, _then in _REGISTERS.items():
    if _name in sys.modules:
        importlib.import_module(_then, __name__)
    else:
        sys.meta_path.insert(0, _Finder(_name, _then))
