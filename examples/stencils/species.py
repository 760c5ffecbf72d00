"""Fields with data dimensions, tables, absolute levels and levels known only at run time."""

from enum import IntEnum

import numpy as np
from gt4py.cartesian.gtscript import (
    BACKWARD,
    FORWARD,
    IJ,
    IJK,
    K,
    PARALLEL,
    Field,
    GlobalTable,
    computation,
    function,
    interval,
)

SPECIES = 4


class Scheme(IntEnum):
    CENTERED = 0
    UPWIND = 1


Mixture = Field[IJK, (np.float64, (SPECIES,))]
Vector = Field[IJK, (np.float64, (3,))]
Matrix = Field[IJK, (np.float64, (3, 3))]
Coefficients = GlobalTable[np.float64, (8,)]


def total_mass(mixture: Mixture, total: Field[np.float64]):
    """The sum over the species, one after another."""
    with computation(PARALLEL), interval(...):
        total = mixture[0, 0, 0][0] + mixture[0, 0, 0][1] + mixture[0, 0, 0][2] + mixture[0, 0, 0][3]


def normalize(mixture: Mixture, fractions: Mixture):
    """Fractions that add up to one."""
    with computation(PARALLEL), interval(...):
        total = mixture[0, 0, 0][0] + mixture[0, 0, 0][1] + mixture[0, 0, 0][2] + mixture[0, 0, 0][3]
        fractions = mixture / total


def diffuse_species(mixture: Mixture, out: Mixture, weight: np.float64):
    """A Laplacian of every species at once."""
    with computation(PARALLEL), interval(...):
        out = mixture + weight * (mixture[1, 0, 0] + mixture[-1, 0, 0] + mixture[0, 1, 0] + mixture[0, -1, 0] - 4.0 * mixture)


def rotate(rotation: Matrix, wind: Vector, out: Vector):
    """The wind in local coordinates."""
    with computation(PARALLEL), interval(...):
        out = rotation @ wind


def rotate_back(rotation: Matrix, wind: Vector, out: Vector):
    """The inverse of a rotation is its transpose."""
    with computation(PARALLEL), interval(...):
        out = rotation.T @ wind


def pick_species(mixture: Mixture, number: Field[IJ, np.int32], out: Field[np.float64]):
    """One species, chosen column by column."""
    with computation(PARALLEL), interval(...):
        out = mixture[0, 0, 0][min(max(number, 0), 3)]


def set_species(mixture: Mixture, number: Field[IJ, np.int32], value: np.float64):
    """Writes to a species chosen column by column."""
    with computation(FORWARD), interval(...):
        chosen = abs(number) % 4
        mixture[0, 0, 0][chosen] = value + mixture[0, 0, 0][chosen]


@function
def weighted(vector):
    return vector[0, 0, 0][0] + 2.0 * vector[1, 0, 0][1] - vector[0, 0, 0][2]


def project(wind: Vector, out: Field[np.float64]):
    """A function that takes a field with data dimensions as a whole."""
    with computation(PARALLEL), interval(...):
        out = weighted(wind)


def saturation(t: Field[np.float64], table: Coefficients, out: Field[np.float64]):
    """A polynomial whose coefficients stand in a table, the first of them chosen by the temperature."""
    with computation(PARALLEL), interval(...):
        warm = t > 1.0
        first = int(warm) * 4
        out = table.A[first] + t * (table.A[first + 1] + t * (table.A[first + 2] + t * table.A[first + 3]))


def anomaly(t: Field[np.float64], bottom: np.int32, out: Field[np.float64]):
    """The difference to a level given by number, and to the lowest one."""
    with computation(PARALLEL), interval(...):
        out = (t - t.at(K=min(max(bottom, 0), 1))) + 0.5 * (t - t.at(K=0))


def pick_at_level(mixture: Mixture, number: Field[IJ, np.int32], out: Field[np.float64]):
    """A species at the lowest level."""
    with computation(PARALLEL), interval(...):
        out = mixture.at(K=0, ddim=[abs(number) % 4])


def mix_below(t: Field[np.float64], top: Field[IJ, np.int32], out: Field[np.float64]):
    """Neighbouring levels are mixed below a level that differs from column to column, the others are copied."""
    with computation(PARALLEL):
        with interval(0, top):
            out = 0.5 * (t + t[0, 0, 1]) if K + 1 < top else t
        with interval(top, None):
            out = t


def sum_between(t: Field[np.float64], first: np.int32, last: np.int32, out: Field[np.float64]):
    """A running sum over the levels from one number to another, from above."""
    with computation(PARALLEL), interval(...):
        out = 0.0
    with computation(BACKWARD), interval(first, last):
        out = t + out[0, 0, 1] if K + 1 < last else t


def difference(t: Field[np.float64], scheme: Scheme, out: Field[np.float64]):
    """A derivative by a scheme that is named."""
    with computation(PARALLEL), interval(...):
        if scheme == Scheme.UPWIND:
            out = t - t[-1, 0, 0]
        else:
            out = 0.5 * (t[1, 0, 0] - t[-1, 0, 0])
