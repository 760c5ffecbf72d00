"""What the tests share."""

import numpy as np
import pytest


@pytest.fixture
def rng():
    return np.random.default_rng(7)


def reference_smooth(a, weight):
    """What `stencils.smooth` computes, without the outermost points."""
    c = a[1:-1, 1:-1]
    return c + weight * (a[:-2, 1:-1] + a[2:, 1:-1] + a[1:-1, :-2] + a[1:-1, 2:] - 4.0 * c)
