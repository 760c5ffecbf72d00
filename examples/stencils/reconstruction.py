"""Functions of the piecewise parabolic method (Colella and Woodward 1984), shared by the stencils of advection.py.

They work on the values of one cell and its neighbours and know no direction. A parabola is given by its values at the two
edges of the cell, less the cell's mean: `left`, `right`.
"""

from tradewind.gtscript import function

# Interpolation of means to an edge between equal cells, fourth order (eq. 1.9).
P1 = 7.0 / 12.0
P2 = -1.0 / 12.0

# Third-order values at the first edge inside a face of the cubed sphere, from one side (Putman and Lin 2007).
C1 = -2.0 / 14.0
C2 = 11.0 / 14.0
C3 = 5.0 / 14.0


@function
def limited_slope(before, here, after):
    """Slope over the middle cell, zero at an extremum (eq. 1.8)."""
    size = min(0.5 * abs(after - before), 2.0 * min(abs(after - here), abs(here - before)))
    return (size if after > before else -size) if (after - here) * (here - before) > 0.0 else 0.0


@function
def without_extremum(left, right):
    """The parabola changed as little as it takes to have no extremum inside its cell (eq. 1.10)."""
    slope = right - left
    curvature = -3.0 * (left + right)
    lo = left
    hi = right
    if left * right >= 0.0:
        lo = 0.0
        hi = 0.0
    elif curvature * slope > slope * slope:
        lo = -2.0 * right
    elif curvature * slope < -(slope * slope):
        hi = -2.0 * left
    return lo, hi


@function
def positive(mean, left, right):
    """The parabola made so that it has no value below zero where the mean is positive (Lin 2004, appendix)."""
    slope = right - left
    curvature = -3.0 * (left + right)
    lowest = mean - 0.25 * slope * slope / curvature + curvature / 12.0 if curvature > abs(slope) else mean
    lo = left
    hi = right
    if lowest < 0.0:
        if left > 0.0 and right > 0.0:
            lo = 0.0
            hi = 0.0
        elif slope > 0.0:
            hi = -2.0 * left
        else:
            lo = -2.0 * right
    return lo, hi


@function
def departing(mean, near, far, share):
    """Mean over the `share` of the cell next to the edge where the parabola is `near` (eq. 1.12)."""
    return mean + (1.0 - share) * (near - share * (near + far))
