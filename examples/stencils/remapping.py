"""From one set of levels to another, and repairs along a column: while loops and levels found at run time."""

from tradewind.gtscript import BACKWARD, FORWARD, IJ, PARALLEL, Field, K, computation, floor, function, int64, interval

FloatField = Field[float]
IntField = Field[int]


def remap(q: FloatField, p_old: FloatField, p_new: FloatField, q_new: FloatField, lev: Field[IJ, int]):
    """Conservative remapping of layer means, first order: each new layer gathers the old layers that it overlaps.

    p_old, p_new: pressure at the upper interfaces, growing with K, with equal values at the first and the last; the layer
    below the last is not touched. A column is walked once: `lev` is the old layer in which the new layer begins.
    """
    with computation(FORWARD), interval(0, 1):
        last: Field[IJ, int] = 0
        lev = 0
    with computation(FORWARD), interval(1, None):
        last += 1
    with computation(FORWARD):
        with interval(0, -1):
            bottom = p_new[0, 0, 1]
            reached = p_new
            here = lev - K
            while lev < last - 1 and p_old[0, 0, here + 1] <= reached:
                lev += 1
                here = lev - K
            content = 0.0
            while lev < last - 1 and p_old[0, 0, here + 1] < bottom:
                content += q[0, 0, here] * (p_old[0, 0, here + 1] - reached)
                reached = p_old[0, 0, here + 1]
                lev += 1
                here = lev - K
            content += q[0, 0, here] * (bottom - reached)
            q_new = content / (bottom - p_new)
        with interval(-1, None):
            q_new = q


def interpolate_to_height(field: FloatField, z: FloatField, out: Field[IJ, float], height: float):
    """The field at one height, linear in z, which falls with K; the end value above the top and below the ground."""
    with computation(FORWARD), interval(0, 1):
        last: Field[IJ, int] = 0
    with computation(FORWARD), interval(1, None):
        last += 1
    with computation(FORWARD), interval(0, 1):
        lev = 0
        while lev < last - 1 and z[0, 0, lev + 1] > height:
            lev += 1
        below = min(lev + 1, last)
        share = (z[0, 0, lev] - height) / (z[0, 0, lev] - z[0, 0, below])
        share = max(0.0, min(share, 1.0))
        out = field[0, 0, lev] + share * (field[0, 0, below] - field[0, 0, lev])


def departure_level(w: FloatField, q: FloatField, out: FloatField, source: IntField, dt: float):
    """Semi-Lagrangian vertical advection: the value, linear in K, where the air was a step ago; w in levels per second."""
    with computation(FORWARD), interval(0, 1):
        last: Field[IJ, int] = 0
    with computation(FORWARD), interval(1, None):
        last += 1
    with computation(PARALLEL), interval(...):
        origin = max(0.0, min(K - w * dt, last))
        source = int64(min(floor(origin), last - 1)) if last > 0 else 0
        share = origin - source
        step = source - K
        below = step + 1 if last > 0 else step
        out = (1.0 - share) * q[0, 0, step] + share * q[0, 0, below]


def fill_negative(q: FloatField, dp: FloatField, q_out: FloatField):
    """Takes what is missing where q < 0 from the layer above, then from below: mass stays, as long as there is some."""
    with computation(FORWARD):
        with interval(0, 1):
            mass = q * dp
            debt = min(mass, 0.0)
            mass = max(mass, 0.0)
        with interval(1, None):
            mass = q * dp + debt[0, 0, -1]
            debt = min(mass, 0.0)
            mass = max(mass, 0.0)
    with computation(BACKWARD):
        with interval(-1, None):
            rest = mass + debt
            q_out = max(rest, 0.0) / dp
            rest = min(rest, 0.0)
        with interval(0, -1):
            rest = mass + rest[0, 0, 1]
            q_out = max(rest, 0.0) / dp
            rest = min(rest, 0.0)


@function
def between(x, a, b):
    """Whether x lies between a and b, in either order."""
    return (x >= a and x <= b) or (x >= b and x <= a)


def limit_remap(q: FloatField, q_above: FloatField, out: FloatField):
    """Pulls a remapped profile back between its neighbours where it is a two-grid wave; ends are copied."""
    with computation(PARALLEL):
        with interval(0, 1):
            out = q
        with interval(1, -1):
            wave = not between(q, q[0, 0, -1], q[0, 0, 1])
            neighbour = 0.5 * (q[0, 0, -1] + q[0, 0, 1])
            out = 0.5 * (q + neighbour) if wave else q + 0.1 * (q_above - q)
        with interval(-1, None):
            out = q
