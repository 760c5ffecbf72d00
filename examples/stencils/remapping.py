"""From one set of levels to another, and repairs along a column: while loops and levels found at run time."""

from tradewind.gtscript import BACKWARD, FORWARD, IJ, PARALLEL, Field, K, computation, floor, function, interval

FloatField = Field[float]
IntField = Field[int]


def remap(q: FloatField, p_old: FloatField, p_new: FloatField, q_new: FloatField, lev: Field[IJ, int], n_levels: int):
    """Conservative remapping of layer means, first order: each new layer gathers the old layers that it overlaps.

    p_old, p_new: pressure at the upper interfaces, growing with K; the layer below the last interface has the depth of the
    one above it. A column is walked once: `lev` is the old layer that the top of the present new layer lies in.
    """
    with computation(FORWARD), interval(0, 1):
        lev = 0
    with computation(FORWARD):
        with interval(0, -1):
            top = p_new
            bottom = p_new[0, 0, 1]
            offset = lev - K
            while lev < n_levels - 2 and p_old[0, 0, offset + 1] <= top:
                lev += 1
                offset = lev - K
            total = 0.0
            from_p = top
            while lev < n_levels - 2 and p_old[0, 0, offset + 1] < bottom:
                total += q[0, 0, offset] * (p_old[0, 0, offset + 1] - from_p)
                from_p = p_old[0, 0, offset + 1]
                lev += 1
                offset = lev - K
            total += q[0, 0, offset] * (bottom - from_p)
            q_new = total / (bottom - top)
        with interval(-1, None):
            q_new = q


def interpolate_to_level(field: FloatField, z: FloatField, out: Field[IJ, float], height: float, n_levels: int):
    """The field at one height, linear in z, which falls with K; the lowest value below the ground."""
    with computation(FORWARD), interval(0, 1):
        lev = 0
        while lev < n_levels - 2 and z[0, 0, lev + 1] > height:
            lev += 1
        share = (z[0, 0, lev] - height) / (z[0, 0, lev] - z[0, 0, lev + 1])
        share = max(0.0, min(share, 1.0))
        out = field[0, 0, lev] + share * (field[0, 0, lev + 1] - field[0, 0, lev])


def departure_level(w: FloatField, q: FloatField, out: FloatField, source: IntField, dt: float, n_levels: int):
    """Semi-Lagrangian vertical advection: the value, linear in K, where the air was a step ago. w in levels per second."""
    with computation(PARALLEL), interval(...):
        origin = max(0.0, min(K - w * dt, n_levels - 1.001))
        source = int(floor(origin))
        share = origin - source
        step = source - K
        out = (1.0 - share) * q[0, 0, step] + share * q[0, 0, step + 1]


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
