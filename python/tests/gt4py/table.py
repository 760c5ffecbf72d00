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
    #: GT4Py's back end that says what is right.
    reference: str = "numpy"
    #: What is right where GT4Py is wrong, computed from the inputs: arrays by name, cut to the domain plus their halo.
    truth: Callable[..., dict[str, Any]] | None = None
    #: The smallest number of levels.
    levels: int = 1
    #: Precision of ``float`` and ``int``.
    bits: int = 64
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
