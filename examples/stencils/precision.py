"""Mixed precision, integers, and rounding."""

import numpy as np
from tradewind.gtscript import (
    FORWARD, PARALLEL, Field, IJ, ceil, computation, exp, float32, float64, floor, int32, interval, mod, round, trunc,
)  # fmt: skip

Single = Field[np.float32]
Double = Field[np.float64]


def smooth_single(q: Single, out: Single, weight: np.float32):
    """A nine-point filter, all in single precision."""
    with computation(PARALLEL), interval(...):
        row: np.float32 = float32(0.5) * q + float32(0.25) * (q[-1, 0, 0] + q[1, 0, 0])
        smooth: np.float32 = float32(0.5) * row + float32(0.25) * (row[0, -1, 0] + row[0, 1, 0])
        out = q + weight * (smooth - q)


def accumulate_double(rate: Single, total: Double, out: Single, dt: np.float64):
    """Single-precision fields, their sum kept in double precision: the casts are written out."""
    with computation(PARALLEL), interval(...):
        total = total + float64(rate) * dt
        out = float32(total * exp(-total))


def column_mean_single(q: Single, dp: Single, mean: Field[IJ, np.float32]):
    """Mean over a column, the sums in double precision."""
    with computation(FORWARD):
        with interval(0, 1):
            mass = float64(dp)
            content = float64(q) * float64(dp)
        with interval(1, None):
            mass = mass[0, 0, -1] + dp
            content = content[0, 0, -1] + float64(q) * dp
    with computation(FORWARD), interval(-1, None):
        mean = float32(content / mass)


def longitude_bins(lon: Double, bins: Field[np.int32], phase: Double, whole: Double, width: np.float64, n_bins: np.int32):
    """Which of n_bins bins a longitude (degrees, any sign) falls into; remainders take the sign of the divisor."""
    with computation(PARALLEL), interval(...):
        inside = lon * 360.0 % 360.0
        bins = int32(floor(inside / width)) % n_bins
        phase = mod(lon - 1.25, 0.5)
        whole = floor(lon) + ceil(lon) + trunc(-lon) + round(2.5 * lon)


def pack(q: Double, packed: Field[np.int64], restored: Double, offset: np.float64, scale: np.float64):
    """Rounds a field to whole multiples of `scale` for storage, and back; counts in a base of 16."""
    with computation(PARALLEL), interval(...):
        packed = round((q - offset) / scale)
        digit = packed % 16
        carry = packed // 16
        restored = offset + scale * (16 * carry + digit)
