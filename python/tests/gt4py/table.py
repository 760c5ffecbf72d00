"""The table of stencils that are compared: each is a small GTScript function, written once for both front ends."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from types import FunctionType
from typing import Any


@dataclass(frozen=True)
class Case:
    """A stencil and how to compare it."""

    definition: FunctionType
    externals: dict[str, Any] = field(default_factory=dict)
    #: Bounds of random values by parameter; others lie between -2 and 2 (floats) or -5 and 5 (integers).
    ranges: dict[str, tuple[float, float]] = field(default_factory=dict)
    #: Units in the last place that a result may be off; 0 where no transcendental function is involved.
    ulp: int = 0
    #: GT4Py's back end that says what is right. It is `debug` where `numpy` lacks something or is wrong (`why` says so).
    reference: str = "numpy"
    why: str = ""
    #: What is right where GT4Py is wrong: a function of the arguments, cut to the domain, that gives the written fields by name.
    truth: Callable[..., dict[str, Any]] | None = None
    #: As `truth`, where GT4Py's front end means something else and Tradewind's own one has to give this.
    own: Callable[..., dict[str, Any]] | None = None
    #: The smallest number of levels, and of points along I and J.
    levels: int = 1
    points: int = 1
    #: Whether arrays lack the levels at the top of the domain that no interval touches.
    short: bool = False
    #: Precision of ``float`` and ``int``.
    bits: int = 64
    #: Arguments that are the array of another one.
    same: dict[str, str] = field(default_factory=dict)
    #: Arguments that are left out.
    absent: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        return self.definition.__name__


CASES: list[Case] = []


def case(**options: Any) -> Callable[[FunctionType], FunctionType]:
    """Enters a stencil into the table."""

    def enter(definition: FunctionType) -> FunctionType:
        CASES.append(Case(definition, **options))
        return definition

    return enter
