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
"""

from .backend import CpuBackend, DebugBackend, NumpyBackend
from .program import text_of

__all__ = ["CpuBackend", "DebugBackend", "NumpyBackend", "text_of"]
