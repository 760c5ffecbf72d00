"""Three tracers in a deforming wind, on a doubly periodic box.

The box is the unit square in I and J and the unit interval in K; lengths are in box widths, times in time units. Winds
and diffusivities follow from the scalars given in run.toml. The wind has no divergence, also not on the grid, and
it turns back at half time: at the end every air parcel is where it began, so that the initial state of a tracer that is
only advected (`q1`) is its exact solution. README.md beside this file gives the equations and the papers.

    tradewind run examples/transport/run.toml
"""

from tradewind.gtscript import (
    BACKWARD, FORWARD, IJ, PARALLEL, Field, I, J, K, computation, cos, exp, function, halo_update, interval, program, sin,
    sqrt, swap,
)  # fmt: skip

PI = 3.141592653589793
BACKGROUND = 0.1  # the least value of every tracer; the greatest is 1
TURNS = 2.0  # how often the wind's mean part carries the air through the box along I in a period
BELL_RADIUS = 0.15
HILL_STEEPNESS = 60.0
SCALE_HEIGHT = 0.3  # of the vertical diffusivity and of tracer q3
LARGEST_SHARE = 0.125  # of the difference of two neighbours that diffusion may move between them in one step


# ---------------------------------------------------------------------------------------------------------------------
# Initial state and wind
# ---------------------------------------------------------------------------------------------------------------------


@function
def periodic_distance(x, y, x0, y0):
    """Distance from (x, y) to the nearest image of (x0, y0) in the periodic unit square."""
    dx = abs(x - x0)
    dy = abs(y - y0)
    dx = min(dx, 1.0 - dx)
    dy = min(dy, 1.0 - dy)
    return sqrt(dx * dx + dy * dy)


@function
def cosine_bell(r):
    """A bell of height 1 that reaches zero, with zero slope, at r = BELL_RADIUS."""
    return 0.5 * (1.0 + cos(PI * min(r / BELL_RADIUS, 1.0)))


@function
def slotted_cylinder(r, dx, dy):
    """1 in a disc with a slot cut into it from the side of negative dy, 0 elsewhere."""
    in_slot = abs(dx) < 0.025 and dy < 0.05
    return 1.0 if r < BELL_RADIUS and not in_slot else 0.0


def initial_state(
    x: Field[I, float],
    y: Field[J, float],
    z: Field[K, float],
    rho: Field[float],
    q1: Field[float],
    q2: Field[float],
    q3: Field[float],
):
    """Two cosine bells (q1), two slotted cylinders (q2), two Gaussian hills that fade with height (q3)."""
    with computation(PARALLEL), interval(...):
        rho = 1.0
        west = periodic_distance(x, y, 0.3, 0.5)
        east = periodic_distance(x, y, 0.7, 0.5)
        q1 = BACKGROUND + (1.0 - BACKGROUND) * (cosine_bell(west) + cosine_bell(east))
        cylinders = slotted_cylinder(west, x - 0.3, y - 0.5) + slotted_cylinder(east, x - 0.7, 0.5 - y)
        q2 = BACKGROUND + (1.0 - BACKGROUND) * cylinders
        hills = exp(-HILL_STEEPNESS * west * west) + exp(-HILL_STEEPNESS * east * east)
        q3 = BACKGROUND + (1.0 - BACKGROUND) * min(hills, 1.0) * exp(-z / SCALE_HEIGHT)


def stream_function(x: Field[I, float], y: Field[J, float], psi: Field[IJ, float], time: float, period: float):
    """A swirl that fills the box, drifts along I, and turns back at half time (LeVeque 1996).

    psi stands at the south-west corner of the cell; [psi] = length^2 / time.
    """
    with computation(FORWARD), interval(0, 1):
        sin_x = sin(PI * (0.5 * (x[-1] + x) - TURNS * time / period))
        sin_y = sin(PI * 0.5 * (y[-1] + y))
        psi = cos(PI * time / period) / PI * sin_x * sin_x * sin_y * sin_y


def face_fluxes(
    x: Field[I, float],
    y: Field[J, float],
    z: Field[K, float],
    psi: Field[IJ, float],
    mx: Field[float],
    my: Field[float],
    period: float,
    dt: float,
):
    """Air that crosses the west and the south face of each cell in a step, in cell masses (so: the Courant number).

    Differences of psi along the faces, so that what flows into a cell flows out of it, and the drift. Slower higher up.
    """
    with computation(PARALLEL), interval(...):
        dx = x[1] - x
        dy = y[1] - y
        swirl = (1.0 - 0.5 * z) * dt / (dx * dy)
        mx = TURNS * dt / (period * dx) - swirl * (psi[0, 1] - psi)
        my = swirl * (psi[1, 0] - psi)


# ---------------------------------------------------------------------------------------------------------------------
# Advection: the piecewise parabolic method, one direction at a time
# ---------------------------------------------------------------------------------------------------------------------


def continuity_x(rho: Field[float], mx: Field[float], rho_new: Field[float]):
    """Density after the fluxes along I."""
    with computation(PARALLEL), interval(...):
        rho_new = rho + mx - mx[1, 0, 0]


def continuity_y(rho: Field[float], my: Field[float], rho_new: Field[float]):
    """Density after the fluxes along J."""
    with computation(PARALLEL), interval(...):
        rho_new = rho + my - my[0, 1, 0]


@function
def monotone_slope(before, here, after):
    """Mean slope over a cell, zero at an extremum (Colella and Woodward 1984, eq. 1.8)."""
    rise = after - here
    fall = here - before
    size = min(0.5 * abs(after - before), 2.0 * min(abs(rise), abs(fall)))
    return (size if after > before else -size) if rise * fall > 0.0 else 0.0


@function
def limited_parabola(left, right):
    """Edge values, less the cell's mean, of a parabola without an extremum inside the cell (eq. 1.10)."""
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
def departing_mean(mean, near, far, share):
    """Mean of a parabola over the `share` of the cell next to the face where it is `near` (eq. 1.12)."""
    return mean + (1.0 - share) * (near - share * (near + far))


def advect_x(q: Field[float], rho: Field[float], rho_new: Field[float], mx: Field[float], q_new: Field[float]):
    """Carries q along I: what crosses a face is the mean of the donor's parabola over the mass that leaves it."""
    with computation(PARALLEL), interval(...):
        slope = monotone_slope(q[-1, 0, 0], q, q[1, 0, 0])
        edge = 0.5 * (q[-1, 0, 0] + q) + (slope[-1, 0, 0] - slope) / 6.0
        west, east = limited_parabola(edge - q, edge[1, 0, 0] - q)
        if mx > 0.0:
            face = departing_mean(q[-1, 0, 0], east[-1, 0, 0], west[-1, 0, 0], mx / rho[-1, 0, 0])
        else:
            face = departing_mean(q, west, east, -mx / rho)
        q_new = q + (mx * (face - q) - mx[1, 0, 0] * (face[1, 0, 0] - q)) / rho_new


def advect_y(q: Field[float], rho: Field[float], rho_new: Field[float], my: Field[float], q_new: Field[float]):
    """Carries q along J, as advect_x does along I."""
    with computation(PARALLEL), interval(...):
        slope = monotone_slope(q[0, -1, 0], q, q[0, 1, 0])
        edge = 0.5 * (q[0, -1, 0] + q) + (slope[0, -1, 0] - slope) / 6.0
        south, north = limited_parabola(edge - q, edge[0, 1, 0] - q)
        if my > 0.0:
            face = departing_mean(q[0, -1, 0], north[0, -1, 0], south[0, -1, 0], my / rho[0, -1, 0])
        else:
            face = departing_mean(q, south, north, -my / rho)
        q_new = q + (my * (face - q) - my[0, 1, 0] * (face[0, 1, 0] - q)) / rho_new


# ---------------------------------------------------------------------------------------------------------------------
# Diffusion
# ---------------------------------------------------------------------------------------------------------------------


@function
def limited_flux(flux, difference):
    """The flux if it runs down the gradient, at most LARGEST_SHARE of the difference across the face; else zero."""
    bound = LARGEST_SHARE * abs(difference)
    return 0.0 if flux * difference >= 0.0 else max(-bound, min(flux, bound))


def diffuse_horizontal(q: Field[float], q_new: Field[float], nu: float):
    """Fourth-order diffusion with a flux limiter (Xue 2000); nu is the coefficient in (cell width)^4 per step."""
    with computation(PARALLEL), interval(...):
        lap = q[-1, 0, 0] + q[1, 0, 0] + q[0, -1, 0] + q[0, 1, 0] - 4.0 * q
        fx = limited_flux(nu * (lap - lap[-1, 0, 0]), q - q[-1, 0, 0])
        fy = limited_flux(nu * (lap - lap[0, -1, 0]), q - q[0, -1, 0])
        q_new = q + (fx - fx[1, 0, 0]) + (fy - fy[0, 1, 0])


@function
def exchange(z_low, z_high, kappa, dt):
    """Share of a cell that mixes across the interface between two levels in a step; fades with height."""
    dz = z_high - z_low
    return kappa * exp(-0.5 * (z_low + z_high) / SCALE_HEIGHT) * dt / (dz * dz)


def diffuse_vertical(q: Field[float], z: Field[K, float], q_new: Field[float], kappa: float, dt: float):
    """Implicit (backward Euler) diffusion of diffusivity kappa exp(-z/h), without flux through bottom and top.

    Thomas algorithm: q[k] = above[k] q[k+1] + rest[k] going up, then the back substitution going down.
    """
    with computation(FORWARD):
        with interval(0, 1):
            up = exchange(z, z[1], kappa, dt)
            pivot = 1.0 + up
            above = up / pivot
            rest = q / pivot
        with interval(1, -1):
            down = exchange(z[-1], z, kappa, dt)
            up = exchange(z, z[1], kappa, dt)
            pivot = 1.0 + up + down * (1.0 - above[0, 0, -1])
            above = up / pivot
            rest = (q + down * rest[0, 0, -1]) / pivot
        with interval(-1, None):
            down = exchange(z[-1], z, kappa, dt)
            pivot = 1.0 + down * (1.0 - above[0, 0, -1])
            rest = (q + down * rest[0, 0, -1]) / pivot
    with computation(BACKWARD):
        with interval(-1, None):
            q_new = rest
        with interval(0, -1):
            q_new = above * q_new[0, 0, 1] + rest


# ---------------------------------------------------------------------------------------------------------------------
# The program
# ---------------------------------------------------------------------------------------------------------------------


@program
def transport(
    x: Field[I, float],
    y: Field[J, float],
    z: Field[K, float],
    q1: Field[float],
    q2: Field[float],
    q3: Field[float],
    nt: int,
    period: float,
    nu: float,
    kappa: float,
):
    """nt steps through one period of the wind. All tracers are advected; q2 and q3 are diffused as well."""
    psi: Field[IJ, float]
    mx: Field[float]
    my: Field[float]
    rho: Field[float]
    rho_mid: Field[float]
    rho_new: Field[float]
    q_mid: Field[float]

    initial_state(x, y, z, rho, q1, q2, q3)
    dt = period / nt
    for n in range(nt):
        stream_function(x, y, psi, time=(n + 0.5) * dt, period=period)
        halo_update(psi)
        face_fluxes(x, y, z, psi, mx, my, period, dt)
        halo_update(mx, my, rho)

        if n % 2 == 0:  # the direction that goes first changes from step to step (Strang 1968)
            continuity_x(rho, mx, rho_mid)
            continuity_y(rho_mid, my, rho_new)
            halo_update(rho_mid)
            for q in (q1, q2, q3):
                halo_update(q)
                advect_x(q, rho, rho_mid, mx, q_mid)
                halo_update(q_mid)
                advect_y(q_mid, rho_mid, rho_new, my, q)
        else:
            continuity_y(rho, my, rho_mid)
            continuity_x(rho_mid, mx, rho_new)
            halo_update(rho_mid)
            for q in (q1, q2, q3):
                halo_update(q)
                advect_y(q, rho, rho_mid, my, q_mid)
                halo_update(q_mid)
                advect_x(q_mid, rho_mid, rho_new, mx, q)
        swap(rho, rho_new)

        for q in (q2, q3):
            halo_update(q)
            diffuse_horizontal(q, q_mid, nu)
            diffuse_vertical(q_mid, z, q, kappa, dt)
