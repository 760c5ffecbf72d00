"""Air and three tracers in a wind that turns, shears and compresses, on a doubly periodic box: two-dimensional finite volumes.

The scheme is the flux-form transport of Lin and Rood (1996, LR96 below): each direction's fluxes are computed from a field that
the advective operator of the other direction has carried by half a step. Both operators, the inner and the outer one, are the
piecewise parabolic method. The box is the unit square in I and J and the unit interval in K; lengths are in box widths, times in
time units. The wind turns back at half time: at the end every air parcel is where it began, so that the initial state is the
exact solution. README.md beside this file gives the equations and the papers.

    tradewind run examples/fv_transport/run.toml
"""

from tradewind.gtscript import (
    FORWARD, IJ, PARALLEL, Field, I, J, K, computation, cos, exp, function, halo_update, interval, program, sin, sqrt,
)  # fmt: skip

PI = 3.141592653589793
TURNS = 1.0  # how often the mean wind carries the air through the box in a period, along I as along J
DIVERGENT_SPEED = 0.1  # the largest speed of the divergent part of the wind at the ground
HILL_STEEPNESS = 50.0
CYLINDER_RADIUS = 0.15
BACKGROUND = 0.1  # the least value of q1 and q2; the greatest is 1


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
def slotted_cylinder(r, dx, dy):
    """1 in a disc with a slot cut into it from the side of negative dy, 0 elsewhere (Zalesak 1979)."""
    in_slot = abs(dx) < 0.025 and dy < 0.05
    return 1.0 if r < CYLINDER_RADIUS and not in_slot else 0.0


def initial_state(
    x: Field[I, float], y: Field[J, float], rho: Field[float], q1: Field[float], q2: Field[float], q3: Field[float]
):
    """Air of density 1; two Gaussian hills (q1), two slotted cylinders (q2), a constant (q3)."""
    with computation(PARALLEL), interval(...):
        rho = 1.0
        west = periodic_distance(x, y, 0.3, 0.5)
        east = periodic_distance(x, y, 0.7, 0.5)
        hills = exp(-HILL_STEEPNESS * west * west) + exp(-HILL_STEEPNESS * east * east)
        q1 = BACKGROUND + (1.0 - BACKGROUND) * min(hills, 1.0)
        cylinders = slotted_cylinder(west, x - 0.3, y - 0.5) + slotted_cylinder(east, x - 0.7, 0.5 - y)
        q2 = BACKGROUND + (1.0 - BACKGROUND) * cylinders
        q3 = 1.0


def tracer_mass(rho: Field[float], q: Field[float], mass: Field[float]):
    """Mass of a tracer in each cell, in units of the mass of air of density 1: what the scheme conserves."""
    with computation(PARALLEL), interval(...):
        mass = rho * q


def stream_function(x: Field[I, float], y: Field[J, float], psi: Field[IJ, float], time: float, period: float):
    """A swirl that fills the box, drifts with the mean wind, and turns back at half time (LeVeque 1996).

    psi stands at the south-west corner of the cell; [psi] = length^2 / time.
    """
    with computation(FORWARD), interval(0, 1):
        sin_x = sin(PI * (0.5 * (x[-1] + x) - TURNS * time / period))
        sin_y = sin(PI * (0.5 * (y[-1] + y) - TURNS * time / period))
        psi = cos(PI * time / period) / PI * sin_x * sin_x * sin_y * sin_y


def velocity_potential(x: Field[I, float], y: Field[J, float], chi: Field[IJ, float], time: float, period: float):
    """The divergent part of the wind (as Nair and Lauritzen 2010, case 3): air gathers at two places and leaves them again.

    chi stands at the centre of the cell; [chi] = length^2 / time.
    """
    with computation(FORWARD), interval(0, 1):
        cos_x = cos(2.0 * PI * (x - TURNS * time / period))
        cos_y = cos(2.0 * PI * (y - TURNS * time / period))
        chi = DIVERGENT_SPEED * cos(PI * time / period) / (2.0 * PI) * cos_x * cos_y


def courant_number_x(
    x: Field[I, float],
    y: Field[J, float],
    z: Field[K, float],
    psi: Field[IJ, float],
    chi: Field[IJ, float],
    cx: Field[float],
    period: float,
    dt: float,
):
    """Courant number at the west faces: the share of a cell that the wind sweeps through the face in a step.

    The mean wind, and u = -d(psi)/dy + d(chi)/dx, weaker higher up. Differences along the face, so that the part of psi has no
    divergence on the grid.
    """
    with computation(PARALLEL), interval(...):
        dx = x[1] - x
        dy = y[1] - y
        u = (1.0 - 0.5 * z) * ((psi - psi[0, 1]) / dy + (chi - chi[-1, 0]) / dx)
        cx = (TURNS / period + u) * dt / dx


def courant_number_y(
    x: Field[I, float],
    y: Field[J, float],
    z: Field[K, float],
    psi: Field[IJ, float],
    chi: Field[IJ, float],
    cy: Field[float],
    period: float,
    dt: float,
):
    """Courant number at the south faces: v = d(psi)/dx + d(chi)/dy, as courant_number_x."""
    with computation(PARALLEL), interval(...):
        dx = x[1] - x
        dy = y[1] - y
        v = (1.0 - 0.5 * z) * ((psi[1, 0] - psi) / dx + (chi - chi[0, -1]) / dy)
        cy = (TURNS / period + v) * dt / dy


# ---------------------------------------------------------------------------------------------------------------------
# The piecewise parabolic method along one direction
# ---------------------------------------------------------------------------------------------------------------------


@function
def monotone_mismatch(before, here, after):
    """A quarter of the difference of the neighbours, limited to a half-slope without new extrema (Lin 2004, appendix B)."""
    mean = 0.25 * (after - before)
    rise = max(before, here, after) - here
    fall = here - min(before, here, after)
    size = min(abs(mean), rise, fall)
    return size if mean > 0.0 else -size


@function
def toward(mismatch, distance):
    """The distance from the cell's mean to its edge, at most twice the mismatch, with its sign (Lin 2004, appendix B)."""
    size = min(abs(2.0 * mismatch), abs(distance))
    return size if mismatch > 0.0 else -size


@function
def swept_mean(mean, near, far, share):
    """Mean of a parabola over the `share` of the cell next to the face where it is `near` (Colella and Woodward 1984, 1.12)."""
    return mean + (1.0 - share) * (near - share * (near + far))


def ppm_x(q: Field[float], cx: Field[float], face: Field[float]):
    """Mean of q over what the wind sweeps through the west face in a step (LR96, outer and inner operators F and f)."""
    with computation(PARALLEL), interval(...):
        mismatch = monotone_mismatch(q[-1, 0, 0], q, q[1, 0, 0])
        edge = 0.5 * (q[-1, 0, 0] + q) + (mismatch[-1, 0, 0] - mismatch) / 3.0
        west = -toward(mismatch, edge - q)
        east = toward(mismatch, edge[1, 0, 0] - q)
        if cx > 0.0:
            face = swept_mean(q[-1, 0, 0], east[-1, 0, 0], west[-1, 0, 0], cx)
        else:
            face = swept_mean(q, west, east, -cx)


def ppm_y(q: Field[float], cy: Field[float], face: Field[float]):
    """Mean of q over what the wind sweeps through the south face in a step (LR96, operators G and g)."""
    with computation(PARALLEL), interval(...):
        mismatch = monotone_mismatch(q[0, -1, 0], q, q[0, 1, 0])
        edge = 0.5 * (q[0, -1, 0] + q) + (mismatch[0, -1, 0] - mismatch) / 3.0
        south = -toward(mismatch, edge - q)
        north = toward(mismatch, edge[0, 1, 0] - q)
        if cy > 0.0:
            face = swept_mean(q[0, -1, 0], north[0, -1, 0], south[0, -1, 0], cy)
        else:
            face = swept_mean(q, south, north, -cy)


# ---------------------------------------------------------------------------------------------------------------------
# Inner operators: half a step along one direction, in advective form
# ---------------------------------------------------------------------------------------------------------------------


def area_left_x(cx: Field[float], area: Field[float]):
    """What the area of a cell becomes if the wind blows along I only, in cell areas (Putman and Lin 2007)."""
    with computation(PARALLEL), interval(...):
        area = 1.0 + cx - cx[1, 0, 0]


def area_left_y(cy: Field[float], area: Field[float]):
    """What the area of a cell becomes if the wind blows along J only, in cell areas."""
    with computation(PARALLEL), interval(...):
        area = 1.0 + cy - cy[0, 1, 0]


def carry_half_x(q: Field[float], face: Field[float], cx: Field[float], area: Field[float], q_half: Field[float]):
    """q + f(q) / 2 (LR96, section 2; Putman and Lin 2007).

    The division by the area makes the operator advective: a constant stays constant.
    """
    with computation(PARALLEL), interval(...):
        q_full = (q + cx * face - cx[1, 0, 0] * face[1, 0, 0]) / area
        q_half = 0.5 * (q + q_full)


def carry_half_y(q: Field[float], face: Field[float], cy: Field[float], area: Field[float], q_half: Field[float]):
    """q + g(q) / 2, as carry_half_x."""
    with computation(PARALLEL), interval(...):
        q_full = (q + cy * face - cy[0, 1, 0] * face[0, 1, 0]) / area
        q_half = 0.5 * (q + q_full)


# ---------------------------------------------------------------------------------------------------------------------
# Outer operators: fluxes through the faces
# ---------------------------------------------------------------------------------------------------------------------


def divergence(cx: Field[float], cy: Field[float], growth: Field[float]):
    """The share of its volume by which the air of a cell expands in a step."""
    with computation(PARALLEL), interval(...):
        growth = (cx[1, 0, 0] - cx) + (cy[0, 1, 0] - cy)


def air_flux_x(cx: Field[float], face: Field[float], growth: Field[float], mx: Field[float]):
    """Mass of air that crosses the west face in a step: F (LR96), with the density at half the step.

    The operators carry the density, but do not expand the air: that is the last factor. Without it, the error in a divergent wind
    is of first order in the step.
    """
    with computation(PARALLEL), interval(...):
        mx = cx * face * (1.0 - 0.25 * (growth[-1, 0, 0] + growth))


def air_flux_y(cy: Field[float], face: Field[float], growth: Field[float], my: Field[float]):
    """Mass of air that crosses the south face in a step: G, as air_flux_x."""
    with computation(PARALLEL), interval(...):
        my = cy * face * (1.0 - 0.25 * (growth[0, -1, 0] + growth))


def tracer_flux(m: Field[float], face: Field[float], through: Field[float]):
    """Mass of a tracer that crosses a face in a step: the mass of air that does, times the mean mixing ratio there."""
    with computation(PARALLEL), interval(...):
        through = m * face


def update_air(rho: Field[float], mx: Field[float], my: Field[float], rho_new: Field[float]):
    """Density after a step: rho + F + G (LR96)."""
    with computation(PARALLEL), interval(...):
        rho_new = rho + (mx - mx[1, 0, 0]) + (my - my[0, 1, 0])


def update_tracer(q: Field[float], rho: Field[float], rho_new: Field[float], fx: Field[float], fy: Field[float]):
    """Mixing ratio after a step: the mass of the tracer after it over the mass of air (LR96, section 2)."""
    with computation(PARALLEL), interval(...):
        q = (rho * q + (fx - fx[1, 0, 0]) + (fy - fy[0, 1, 0])) / rho_new


# ---------------------------------------------------------------------------------------------------------------------
# Programs
# ---------------------------------------------------------------------------------------------------------------------


@program
def face_means(
    q: Field[float],
    cx: Field[float],
    cy: Field[float],
    area_x: Field[float],
    area_y: Field[float],
    face_x: Field[float],
    face_y: Field[float],
):
    """The means of q over what crosses the faces, without a splitting error of first order.

    The operator of one direction reads three cells beyond the domain of what the other direction's inner operator computes there.
    """
    face: Field[float]
    q_half: Field[float]

    halo_update(q)
    ppm_y(q, cy, face, origin=(-3, 0, 0), domain=(NI + 6, NJ + 1, NK))
    carry_half_y(q, face, cy, area_y, q_half, origin=(-3, 0, 0), domain=(NI + 6, NJ, NK))
    ppm_x(q_half, cx, face_x, domain=(NI + 1, NJ, NK))

    ppm_x(q, cx, face, origin=(0, -3, 0), domain=(NI + 1, NJ + 6, NK))
    carry_half_x(q, face, cx, area_x, q_half, origin=(0, -3, 0), domain=(NI, NJ + 6, NK))
    ppm_y(q_half, cy, face_y, domain=(NI, NJ + 1, NK))


@program
def fv_transport_steps(
    x: Field[I, float],
    y: Field[J, float],
    z: Field[K, float],
    rho: Field[float],
    q1: Field[float],
    q2: Field[float],
    q3: Field[float],
    nt: int,
    period: float,
    dt: float,
):
    """nt steps from the beginning of the period."""
    psi: Field[IJ, float]
    chi: Field[IJ, float]
    cx: Field[float]
    cy: Field[float]
    area_x: Field[float]
    area_y: Field[float]
    growth: Field[float]
    face_x: Field[float]
    face_y: Field[float]
    mx: Field[float]
    my: Field[float]
    fx: Field[float]
    fy: Field[float]
    rho_new: Field[float]

    for n in range(nt):
        stream_function(x, y, psi, time=(n + 0.5) * dt, period=period)
        velocity_potential(x, y, chi, time=(n + 0.5) * dt, period=period)
        halo_update(psi, chi)
        courant_number_x(x, y, z, psi, chi, cx, period, dt)
        courant_number_y(x, y, z, psi, chi, cy, period, dt)
        halo_update(cx, cy)
        area_left_x(cx, area_x)
        area_left_y(cy, area_y)
        divergence(cx, cy, growth)
        halo_update(area_x, area_y, growth)

        face_means(rho, cx, cy, area_x, area_y, face_x, face_y)
        air_flux_x(cx, face_x, growth, mx, domain=(NI + 1, NJ, NK))
        air_flux_y(cy, face_y, growth, my, domain=(NI, NJ + 1, NK))
        update_air(rho, mx, my, rho_new)

        for q in (q1, q2, q3):
            face_means(q, cx, cy, area_x, area_y, face_x, face_y)
            tracer_flux(mx, face_x, fx, domain=(NI + 1, NJ, NK))
            tracer_flux(my, face_y, fy, domain=(NI, NJ + 1, NK))
            update_tracer(q, rho, rho_new, fx, fy)
        copy(rho, rho_new)


@program
def fv_transport(
    x: Field[I, float],
    y: Field[J, float],
    z: Field[K, float],
    rho: Field[float],
    q1: Field[float],
    q2: Field[float],
    q3: Field[float],
    m1: Field[float],
    m2: Field[float],
    m3: Field[float],
    nt: int,
    period: float,
):
    """The initial state, nt steps through one period of the wind, and the masses of the tracers before and after."""
    initial_state(x, y, rho, q1, q2, q3)
    for q, mass in ((q1, m1), (q2, m2), (q3, m3)):
        tracer_mass(rho, q, mass)
    fv_transport_steps(x, y, z, rho, q1, q2, q3, nt, period, dt=period / nt)
    for q, mass in ((q1, m1), (q2, m2), (q3, m3)):
        tracer_mass(rho, q, mass)
