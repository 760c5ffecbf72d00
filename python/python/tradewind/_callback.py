"""What a callback gets."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class HaloUpdate:
    """A halo update of a program."""

    #: Its number: updates are counted from zero in the order of the program's text, with loops over tuples unrolled.
    id: int
    #: What is to be done: a whole ``"update"``, or one of its two steps, ``"start"`` and ``"wait"``.
    phase: str
    #: The names of the fields.
    fields: tuple[str, ...]
    #: For each field how many points are to be filled below and above its own points, along I and along J: ``((2, 2), (2, 2))``. The last
    #: interface of a field at interfaces is to be filled too.
    reach: tuple[tuple[tuple[int, int], tuple[int, int]], ...]
    #: The fields that are the components of one vector, along I and along J, by their places in ``fields``: ``((0, 1),)`` for
    #: ``halo_update((u, v))``. All others are scalars.
    vectors: tuple[tuple[int, int], ...] = ()


class CallbackField(np.ndarray):
    """A field as a callback gets it: the points of the domain and its halo, in the program's own memory.

    It is an array like any other, and valid until the callback returns. It can be written unless the program says
    ``fills="nothing"``.
    """

    #: The index of the domain's first point, and the sizes of the domain along the axes of the array, one more where the field lives at
    #: interfaces.
    origin: tuple[int, ...]
    domain: tuple[int, ...]

    @property
    def inner(self) -> np.ndarray:
        """The points of the domain, without the halo."""
        part = tuple(slice(first, first + size) for first, size in zip(self.origin, self.domain, strict=True))
        return self[part].view(np.ndarray)
