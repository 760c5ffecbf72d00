"""The words of GTScript as Python sees them: names that can be imported and used in annotations, and nothing else.

:mod:`tradewind.gtscript` is where they are imported from.
"""

from __future__ import annotations

import types
from collections.abc import Callable
from typing import Any, NoReturn


class OutsideStencil(TypeError):
    """A word of GTScript was used in plain Python."""


def _refuse(name: str, place: str) -> NoReturn:
    raise OutsideStencil(
        f"`{name}` has a meaning only in the body of a {place}, which Tradewind compiles and Python never runs"
    )


class _Word:
    """A word that is called, such as ``computation(PARALLEL)`` or ``sqrt(x)``."""

    def __init__(self, name: str, place: str = "stencil") -> None:
        self._name, self._place = name, place
        self.__doc__ = f"``{name}`` of GTScript; for use in the body of a {place}."

    def __call__(self, *_args: Any, **_kwargs: Any) -> Any:
        _refuse(self._name, self._place)

    def __getitem__(self, _index: Any) -> Any:
        _refuse(self._name, self._place)

    def __repr__(self) -> str:
        return self._name


class _Order:
    def __init__(self, name: str) -> None:
        self._name = name

    def __repr__(self) -> str:
        return self._name


class AxisIndex:
    """A position on an axis, ``I[0]`` or ``K[-1] + 1``: a bound of an interval or region, or the value of an external."""

    def __init__(self, axis: str, index: int, offset: int = 0) -> None:
        self.axis, self.index, self.offset = axis, index, offset

    def __add__(self, points: int) -> AxisIndex:
        return AxisIndex(self.axis, self.index, self.offset + points)

    def __sub__(self, points: int) -> AxisIndex:
        return self + -points

    def __repr__(self) -> str:
        offset = f"{self.offset:+d}" if self.offset else ""
        return f"{self.axis}[{self.index}]{offset}"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, AxisIndex) and repr(self) == repr(other)

    def __hash__(self) -> int:
        return hash(repr(self))


class Axis:
    """One axis of the grid: ``I``, ``J`` or ``K``."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __getitem__(self, index: int) -> AxisIndex:
        return AxisIndex(self._name, index)

    def __repr__(self) -> str:
        return self._name


I = Axis("I")
J = Axis("J")
K = Axis("K")
#: The sizes of the domain, which are the positions one past the last.
NI, NJ, NK = I[-1] + 1, J[-1] + 1, K[-1] + 1
IJ, IK, JK, IJK = (I, J), (I, K), (J, K), (I, J, K)


class Interface:
    """The interfaces along one axis, one more than the domain has points: ``K_INTERFACE`` in ``Field[I, J, K_INTERFACE, float]``."""

    def __init__(self, axis: Axis) -> None:
        self._axis = axis

    def __repr__(self) -> str:
        return f"{self._axis}_INTERFACE"


I_INTERFACE, J_INTERFACE, K_INTERFACE = Interface(I), Interface(J), Interface(K)

PARALLEL, FORWARD, BACKWARD = _Order("PARALLEL"), _Order("FORWARD"), _Order("BACKWARD")


class Field:
    """The type of a field: ``Field[float]``, ``Field[IJ, np.float32]``, ``Field[I, J, K_INTERFACE, float]``."""

    def __class_getitem__(cls, parameters: Any) -> types.GenericAlias:
        return types.GenericAlias(cls, parameters)


class GlobalTable:
    """The type of a table without axes: ``GlobalTable[float, (4,)]``."""

    def __class_getitem__(cls, parameters: Any) -> types.GenericAlias:
        return types.GenericAlias(cls, parameters)


class Function:
    """A function that stencils may call; inlined where it is called."""

    def __init__(self, definition: Callable[..., Any]) -> None:
        self.__wrapped__ = definition
        if isinstance(definition, types.FunctionType):
            # As in GT4Py, what names of the function around stand for here, not when a stencil is compiled.
            pairs = zip(definition.__code__.co_freevars, definition.__closure__ or (), strict=True)
            kept = {name: cell.cell_contents for name, cell in pairs if cell != types.CellType()}
            definition.__dict__["_kept"] = kept
        self.__name__, self.__doc__ = definition.__name__, definition.__doc__

    def __call__(self, *_args: Any, **_kwargs: Any) -> Any:
        _refuse(self.__name__, "stencil")

    def __repr__(self) -> str:
        return f"<GTScript function {self.__name__}>"


def function(definition: Callable[..., Any]) -> Function:
    """Marks a function that stencils may call."""
    return Function(definition)


def enum(definition: type) -> type:
    """Marks a class of integers whose names are constants in stencils, as those of an ``IntEnum`` are."""
    return definition


computation, interval = _Word("computation"), _Word("interval")
horizontal, region = _Word("horizontal"), _Word("region")
externals, compile_assert, __INLINED = _Word("externals"), _Word("compile_assert"), _Word("__INLINED")

halo_update, swap = _Word("halo_update", "program"), _Word("swap", "program")
halo_start, halo_wait = _Word("halo_start", "program"), _Word("halo_wait", "program")
copy, callback = _Word("copy", "program"), _Word("callback", "program")

abs, min, max, mod, pow = _Word("abs"), _Word("min"), _Word("max"), _Word("mod"), _Word("pow")
sin, cos, tan = _Word("sin"), _Word("cos"), _Word("tan")
asin, acos, atan = _Word("asin"), _Word("acos"), _Word("atan")
arcsin, arccos, arctan = _Word("arcsin"), _Word("arccos"), _Word("arctan")
sinh, cosh, tanh = _Word("sinh"), _Word("cosh"), _Word("tanh")
asinh, acosh, atanh = _Word("asinh"), _Word("acosh"), _Word("atanh")
arcsinh, arccosh, arctanh = _Word("arcsinh"), _Word("arccosh"), _Word("arctanh")
sqrt, exp, log, log10 = _Word("sqrt"), _Word("exp"), _Word("log"), _Word("log10")
cbrt, gamma, erf, erfc = _Word("cbrt"), _Word("gamma"), _Word("erf"), _Word("erfc")
isfinite, isinf, isnan = _Word("isfinite"), _Word("isinf"), _Word("isnan")
floor, ceil, trunc = _Word("floor"), _Word("ceil"), _Word("trunc")
round, round_away_from_zero = _Word("round"), _Word("round_away_from_zero")
int8, int16, int_, bool_ = _Word("int8"), _Word("int16"), _Word("int_"), _Word("bool_")
int32, int64, float32, float64 = _Word("int32"), _Word("int64"), _Word("float32"), _Word("float64")
