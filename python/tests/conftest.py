"""What the tests share."""

import os
import tempfile

import numpy as np
import pytest

# GT4Py's cache, which would be made in the current directory.
_cache = tempfile.TemporaryDirectory(prefix="gt4py")
os.environ.update(GT_CACHE_ROOT=_cache.name, DACE_CONFIG=f"{_cache.name}/dace.conf")


@pytest.fixture
def rng():
    return np.random.default_rng(7)


def reference_smooth(a, weight):
    """What `stencils.smooth` computes, without the outermost points."""
    c = a[1:-1, 1:-1]
    return c + weight * (a[:-2, 1:-1] + a[2:, 1:-1] + a[1:-1, :-2] + a[1:-1, 2:] - 4.0 * c)
