"""Tradewind: GTScript stencils and programs as machine code, in milliseconds.

A stencil is a function with GTScript in its body; the decorator compiles it when it is defined, and the result is called
with NumPy arrays, which are used where they are::

    import numpy as np
    import tradewind
    from tradewind.gtscript import Field, PARALLEL, computation, interval

    @tradewind.stencil
    def double(a: Field[float], out: Field[float]):
        with computation(PARALLEL), interval(...):
            out = 2.0 * a

    a = np.ones((8, 8, 4))
    out = np.zeros_like(a)
    double(a, out)

``tradewind.compile(path)`` compiles a whole file without running it in Python. ``@tradewind.program`` compiles a program:
stencils with the time loop, halo updates and swaps around them.
"""

from ._callback import HaloUpdate
from ._compiled import Compiled, Module, Program, Stencil, compile, compile_oir, program, stencil
from ._errors import (
    CallError,
    CallIndexError,
    CallMemoryError,
    CallTypeError,
    CallValueError,
    CompileError,
    CompileWarning,
)
from ._tradewind import __version__

__all__ = [
    "CallError",
    "CallIndexError",
    "CallMemoryError",
    "CallTypeError",
    "CallValueError",
    "CompileError",
    "CompileWarning",
    "HaloUpdate",
    "Compiled",
    "Module",
    "Program",
    "Stencil",
    "__version__",
    "compile",
    "compile_oir",
    "program",
    "stencil",
]
