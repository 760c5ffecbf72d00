"""What a callback gets."""

from __future__ import annotations

import numpy as np


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
