"""The programs of `cargo bench --bench program`: what a chain of cheap stencils gains in one pass, and a step that gains little.

Both take `nt` steps in one call. Level 0 is the top.
"""

from tradewind.gtscript import BACKWARD, FORWARD, PARALLEL, Field, computation, function, interval, program, swap

F = Field[float]

IMPLICIT = 0.6  # share of the new time level in vertical advection
EXPLICIT = 0.4


# ---------------------------------------------------------------------------------------------------------------------
# Eight cheap stencils: bound by memory. In one pass three arrays are read and two written; one by one, 22 in all.
# ---------------------------------------------------------------------------------------------------------------------


def center_x(u: F, u_center: F):
    """From the faces along I to the centres."""
    with computation(PARALLEL), interval(...):
        u_center = 0.5 * (u + u[1, 0, 0])


def center_y(v: F, v_center: F):
    """From the faces along J to the centres."""
    with computation(PARALLEL), interval(...):
        v_center = 0.5 * (v + v[0, 1, 0])


def kinetic_energy(u_center: F, v_center: F, energy: F):
    """Kinetic energy per mass."""
    with computation(PARALLEL), interval(...):
        energy = 0.5 * (u_center * u_center + v_center * v_center)


def total_energy(energy: F, phi: F, total: F):
    """Kinetic and potential energy per mass."""
    with computation(PARALLEL), interval(...):
        total = energy + phi


def accelerate_x(phi: F, u: F, u_new: F, dt: float):
    """The force of the geopotential along I."""
    with computation(PARALLEL), interval(...):
        u_new = u - dt * (phi - phi[-1, 0, 0])


def accelerate_y(phi: F, v: F, v_new: F, dt: float):
    """The force of the geopotential along J."""
    with computation(PARALLEL), interval(...):
        v_new = v - dt * (phi - phi[0, -1, 0])


def damp(wind: F, total: F, damped: F, rate: float):
    """Takes a share of the wind away."""
    with computation(PARALLEL), interval(...):
        damped = wind * (1.0 - rate) - rate * total


@program
def chain(u: F, v: F, phi: F, u_out: F, v_out: F, dt: float, rate: float, nt: int):
    u_center: F
    v_center: F
    energy: F
    total: F
    u_new: F
    v_new: F
    for n in range(nt):
        center_x(u, u_center)
        center_y(v, v_center)
        kinetic_energy(u_center, v_center, energy)
        total_energy(energy, phi, total)
        accelerate_x(phi, u, u_new, dt)
        accelerate_y(phi, v, v_new, dt)
        damp(u_new, total, u_out, rate)
        damp(v_new, total, v_out, rate)
        swap(u, u_out)  # each step begins with the wind of the last one: no step does what another one did
        swap(v, v_out)


# ---------------------------------------------------------------------------------------------------------------------
# Five stencils of a dynamical core: bound by arithmetic and by the recurrence along K
# ---------------------------------------------------------------------------------------------------------------------


def advect_x(q: F, courant: F, flux: F, q_new: F):
    """The piecewise parabolic method along I, with the limiter of Colella and Woodward (1984)."""
    with computation(PARALLEL), interval(...):
        edge = 7.0 / 12.0 * (q[-1, 0, 0] + q) - 1.0 / 12.0 * (q[-2, 0, 0] + q[1, 0, 0])
        left = edge - q
        right = edge[1, 0, 0] - q
        if left * right > 0.0:
            left = 0.0
            right = 0.0
        else:
            slope = right - left
            size = slope * slope
            curvature = -3.0 * (left + right) * slope
            if curvature < -size:
                right = -2.0 * left
            elif curvature > size:
                left = -2.0 * right
        both = left + right
        if courant > 0.0:
            face = q[-1, 0, 0] + (1.0 - courant) * (right[-1, 0, 0] - courant * both[-1, 0, 0])
        else:
            face = q + (1.0 + courant) * (left + courant * both)
        q_new = q + (flux * face - flux[1, 0, 0] * face[1, 0, 0])


@function
def uphill_removed(flux, difference):
    """A diffusive flux, or zero where it runs up the gradient."""
    return 0.0 if flux * difference > 0.0 else flux


def diffuse(q: F, coefficient: F, q_new: F):
    """Horizontal diffusion of fourth order with a flux limiter."""
    with computation(PARALLEL), interval(...):
        lap = 4.0 * q - (q[1, 0, 0] + q[-1, 0, 0] + q[0, 1, 0] + q[0, -1, 0])
        fx = uphill_removed(lap[1, 0, 0] - lap, q[1, 0, 0] - q)
        fy = uphill_removed(lap[0, 1, 0] - lap, q[0, 1, 0] - q)
        q_new = q - coefficient * (fx - fx[-1, 0, 0] + fy - fy[0, -1, 0])


@function
def weight_above(w):
    """Coupling to the level above, from the vertical wind on both sides of the point."""
    return -0.25 * (w[1, 0, 0] + w)


@function
def weight_below(w):
    """Coupling to the level below."""
    return 0.25 * (w[1, 0, 1] + w[0, 0, 1])


def advect_vertical(q: F, w: F, q_new: F, per_step: float):
    """Implicit vertical advection; per_step is one over the time step."""
    with computation(FORWARD):
        with interval(0, 1):
            below = weight_below(w)
            scale = 1.0 / (per_step - below * IMPLICIT)
            ratio = below * IMPLICIT * scale
            rest = (per_step * q - below * EXPLICIT * (q[0, 0, 1] - q)) * scale
        with interval(1, -1):
            above = weight_above(w)
            below = weight_below(w)
            scale = 1.0 / (per_step - above * IMPLICIT - below * IMPLICIT - ratio[0, 0, -1] * above * IMPLICIT)
            ratio = below * IMPLICIT * scale
            explicit = above * EXPLICIT * (q[0, 0, -1] - q) + below * EXPLICIT * (q[0, 0, 1] - q)
            rest = (per_step * q - explicit - rest[0, 0, -1] * above * IMPLICIT) * scale
        with interval(-1, None):
            above = weight_above(w)
            scale = 1.0 / (per_step - above * IMPLICIT - ratio[0, 0, -1] * above * IMPLICIT)
            rest = (per_step * q - above * EXPLICIT * (q[0, 0, -1] - q) - rest[0, 0, -1] * above * IMPLICIT) * scale
    with computation(BACKWARD):
        with interval(-1, None):
            q_new = rest
        with interval(0, -1):
            q_new = rest - ratio * q_new[0, 0, 1]


def halfway(q_new: F, q: F):
    """Half of a step."""
    with computation(PARALLEL), interval(...):
        q = 0.5 * (q + q_new)


@program
def step(q: F, courant: F, flux: F, coefficient: F, w: F, per_step: float, nt: int):
    advected: F
    diffused: F
    lifted: F
    for n in range(nt):
        advect_x(q, courant, flux, advected)
        diffuse(q, coefficient, diffused)
        advect_vertical(advected, w, lifted, per_step)
        halfway(diffused, q)
        halfway(lifted, q)
