"""A dynamical core without hydrostatic balance: dry air on a box that is periodic in I and J, with a rigid bottom and lid.

The compressible Euler equations in flux form, for density, density times potential temperature, and momentum, on a C grid: the
momenta mx, my and mz stand at the west, south and bottom face of the cell. Three Runge-Kutta stages a step carry the slow terms
(advection); within each, short steps carry sound and gravity waves, explicitly along I and J and implicitly along K (Klemp,
Skamarock and Dudhia 2007, KSD07 below; Wicker and Skamarock 2002, WS02). SI units throughout. The run is the dry warm bubble of
Bryan and Fritsch (2002). README.md beside this file gives the equations, the papers and the published figures.

    tradewind run examples/acoustic/run.toml
"""

from tradewind.gtscript import (
    BACKWARD, FORWARD, PARALLEL, Field, I, J, K, computation, cos, copy, function, halo_update, interval, program, sqrt,
)  # fmt: skip

PI = 3.141592653589793
GRAVITY = 9.81  # m / s^2
GAS_CONSTANT = 287.0  # of dry air, J / (kg K)
HEAT_CAPACITY = 1004.0  # at constant pressure, J / (kg K)
GAMMA = HEAT_CAPACITY / (HEAT_CAPACITY - GAS_CONSTANT)
REFERENCE_PRESSURE = 1.0e5  # Pa, also the pressure at the ground
BASE_THETA = 300.0  # potential temperature of the air at rest, K
WARMTH = 2.0  # of the bubble's centre, K
BUBBLE_RADIUS = 2000.0  # m
OFF_CENTRE = 0.1  # how far the implicit solver leans to the new time; 0 is centred (Skamarock and others 2008: 0.1)
DIVERGENCE_DAMPING = 0.1  # share of the last change of pressure that is added to it (the same: 0.1)


# ---------------------------------------------------------------------------------------------------------------------
# Base and initial state
# ---------------------------------------------------------------------------------------------------------------------


def base_state(z: Field[K, float], rho_base: Field[float], p_base: Field[float]):
    """Air at rest with one potential temperature: the hydrostatic equation for the Exner function (Bryan and Fritsch 2002)."""
    with computation(PARALLEL), interval(...):
        exner = 1.0 - GRAVITY * z / (HEAT_CAPACITY * BASE_THETA)
        p_base = REFERENCE_PRESSURE * exner ** (HEAT_CAPACITY / GAS_CONSTANT)
        rho_base = p_base / (GAS_CONSTANT * BASE_THETA * exner)


def warm_bubble(
    x: Field[I, float],
    y: Field[J, float],
    z: Field[K, float],
    rho_base: Field[float],
    rho: Field[float],
    rth: Field[float],
    mx: Field[float],
    my: Field[float],
    mz: Field[float],
    x_centre: float,
    y_centre: float,
    z_centre: float,
    flat: bool,
):
    """Air at rest, warmer in a bubble, at the pressure of the base state (Bryan and Fritsch 2002, section 2).

    A ball, or with `flat` a cylinder along J, as in the paper.
    """
    with computation(PARALLEL), interval(...):
        dx = (x - x_centre) / BUBBLE_RADIUS
        dy = 0.0 if flat else (y - y_centre) / BUBBLE_RADIUS
        dz = (z - z_centre) / BUBBLE_RADIUS
        r = min(sqrt(dx * dx + dy * dy + dz * dz), 1.0)
        theta = BASE_THETA + WARMTH * cos(0.5 * PI * r) ** 2
        rth = rho_base * BASE_THETA  # the pressure depends on rho theta alone
        rho = rth / theta
        mx = 0.0
        my = 0.0
        mz = 0.0


# ---------------------------------------------------------------------------------------------------------------------
# Diagnostics at the start of a stage
# ---------------------------------------------------------------------------------------------------------------------


def velocity_x(rho: Field[float], mx: Field[float], u: Field[float]):
    """Velocity at the west faces: momentum over the mean density."""
    with computation(PARALLEL), interval(...):
        u = mx / (0.5 * (rho[-1, 0, 0] + rho))


def velocity_y(rho: Field[float], my: Field[float], v: Field[float]):
    """Velocity at the south faces."""
    with computation(PARALLEL), interval(...):
        v = my / (0.5 * (rho[0, -1, 0] + rho))


def velocity_z(rho: Field[float], mz: Field[float], w: Field[float]):
    """Velocity at the bottom faces; zero at the ground."""
    with computation(PARALLEL):
        with interval(0, 1):
            w = 0.0
        with interval(1, None):
            w = mz / (0.5 * (rho[0, 0, -1] + rho))


def potential_temperature(rho: Field[float], rth: Field[float], theta: Field[float]):
    """theta = (rho theta) / rho."""
    with computation(PARALLEL), interval(...):
        theta = rth / rho


def pressure(rth: Field[float], p_base: Field[float], p: Field[float], stiffness: Field[float]):
    """Deviation of the pressure from the base state, and its derivative by rho theta, gamma R pi in KSD07."""
    with computation(PARALLEL), interval(...):
        whole = REFERENCE_PRESSURE * (GAS_CONSTANT * rth / REFERENCE_PRESSURE) ** GAMMA
        p = whole - p_base
        stiffness = GAMMA * whole / rth


def theta_at_faces(theta: Field[float], theta_x: Field[float], theta_y: Field[float], theta_z: Field[float]):
    """Means at the west, south and bottom faces, for the heat that the short steps move."""
    with computation(PARALLEL), interval(...):
        theta_x = 0.5 * (theta[-1, 0, 0] + theta)
        theta_y = 0.5 * (theta[0, -1, 0] + theta)
    with computation(PARALLEL):
        with interval(0, 1):
            theta_z = theta
        with interval(1, None):
            theta_z = 0.5 * (theta[0, 0, -1] + theta)


# ---------------------------------------------------------------------------------------------------------------------
# Slow tendencies
# ---------------------------------------------------------------------------------------------------------------------


@function
def flux5(m, a, b, c, d, e, f):
    """m times the value between c and d, of six in a row: fifth order, upwind (WS02)."""
    centred = (37.0 * (c + d) - 8.0 * (b + e) + (a + f)) / 60.0
    upwind = (10.0 * (d - c) - 5.0 * (e - b) + (f - a)) / 60.0
    return m * centred - abs(m) * upwind


@function
def flux3(m, b, c, d, e):
    """m times the value between c and d, of four in a row: third order, upwind (WS02)."""
    centred = (7.0 * (c + d) - (b + e)) / 12.0
    upwind = (3.0 * (d - c) - (e - b)) / 12.0
    return m * centred - abs(m) * upwind


def heat_flux_x(theta: Field[float], mx: Field[float], fx: Field[float]):
    """Flux of rho theta through the west faces (WS02)."""
    with computation(PARALLEL), interval(...):
        fx = flux5(mx, theta[-3, 0, 0], theta[-2, 0, 0], theta[-1, 0, 0], theta, theta[1, 0, 0], theta[2, 0, 0])


def heat_flux_y(theta: Field[float], my: Field[float], fy: Field[float]):
    """Flux of rho theta through the south faces."""
    with computation(PARALLEL), interval(...):
        fy = flux5(my, theta[0, -3, 0], theta[0, -2, 0], theta[0, -1, 0], theta, theta[0, 1, 0], theta[0, 2, 0])


def heat_flux_z(theta: Field[float], mz: Field[float], fz: Field[float]):
    """Flux of rho theta through the bottom faces: lower orders next to the ground and the lid, none through the ground."""
    with computation(PARALLEL):
        with interval(0, 1):
            fz = 0.0
        with interval(1, 2):
            fz = mz * 0.5 * (theta[0, 0, -1] + theta)
        with interval(2, 3):
            fz = flux3(mz, theta[0, 0, -2], theta[0, 0, -1], theta, theta[0, 0, 1])
        with interval(3, -2):
            fz = flux5(mz, theta[0, 0, -3], theta[0, 0, -2], theta[0, 0, -1], theta, theta[0, 0, 1], theta[0, 0, 2])
        with interval(-2, -1):
            fz = flux3(mz, theta[0, 0, -2], theta[0, 0, -1], theta, theta[0, 0, 1])
        with interval(-1, None):
            fz = mz * 0.5 * (theta[0, 0, -1] + theta)


def minus_divergence(
    fx: Field[float], fy: Field[float], fz: Field[float], tendency: Field[float], dx: float, dy: float, dz: float
):
    """Tendency by fluxes at the faces; nothing goes through the lid (KSD07)."""
    with computation(PARALLEL):
        with interval(0, -1):
            tendency = -((fx[1, 0, 0] - fx) / dx + (fy[0, 1, 0] - fy) / dy + (fz[0, 0, 1] - fz) / dz)
        with interval(-1, None):
            tendency = -((fx[1, 0, 0] - fx) / dx + (fy[0, 1, 0] - fy) / dy - fz / dz)


def advect_u(
    u: Field[float],
    mx: Field[float],
    my: Field[float],
    mz: Field[float],
    f_mx: Field[float],
    dx: float,
    dy: float,
    dz: float,
):
    """Tendency of mx by advection: fluxes at the cell's centre, its south-west edge and its west bottom edge (WS02)."""
    with computation(PARALLEL), interval(...):
        mass_x = 0.5 * (mx + mx[1, 0, 0])
        flux_x = flux5(mass_x, u[-2, 0, 0], u[-1, 0, 0], u, u[1, 0, 0], u[2, 0, 0], u[3, 0, 0])
        mass_y = 0.5 * (my[-1, 0, 0] + my)
        flux_y = flux5(mass_y, u[0, -3, 0], u[0, -2, 0], u[0, -1, 0], u, u[0, 1, 0], u[0, 2, 0])
        mass_z = 0.5 * (mz[-1, 0, 0] + mz)
    with computation(PARALLEL):
        with interval(0, 1):
            flux_z = 0.0
        with interval(1, 2):
            flux_z = mass_z * 0.5 * (u[0, 0, -1] + u)
        with interval(2, 3):
            flux_z = flux3(mass_z, u[0, 0, -2], u[0, 0, -1], u, u[0, 0, 1])
        with interval(3, -2):
            flux_z = flux5(mass_z, u[0, 0, -3], u[0, 0, -2], u[0, 0, -1], u, u[0, 0, 1], u[0, 0, 2])
        with interval(-2, -1):
            flux_z = flux3(mass_z, u[0, 0, -2], u[0, 0, -1], u, u[0, 0, 1])
        with interval(-1, None):
            flux_z = mass_z * 0.5 * (u[0, 0, -1] + u)
    with computation(PARALLEL):
        with interval(0, -1):
            f_mx = -((flux_x - flux_x[-1, 0, 0]) / dx + (flux_y[0, 1, 0] - flux_y) / dy + (flux_z[0, 0, 1] - flux_z) / dz)
        with interval(-1, None):
            f_mx = -((flux_x - flux_x[-1, 0, 0]) / dx + (flux_y[0, 1, 0] - flux_y) / dy - flux_z / dz)


def advect_v(
    v: Field[float],
    mx: Field[float],
    my: Field[float],
    mz: Field[float],
    f_my: Field[float],
    dx: float,
    dy: float,
    dz: float,
):
    """Tendency of my by advection: fluxes at the south-west edge, the cell's centre and its south bottom edge."""
    with computation(PARALLEL), interval(...):
        mass_x = 0.5 * (mx[0, -1, 0] + mx)
        flux_x = flux5(mass_x, v[-3, 0, 0], v[-2, 0, 0], v[-1, 0, 0], v, v[1, 0, 0], v[2, 0, 0])
        mass_y = 0.5 * (my + my[0, 1, 0])
        flux_y = flux5(mass_y, v[0, -2, 0], v[0, -1, 0], v, v[0, 1, 0], v[0, 2, 0], v[0, 3, 0])
        mass_z = 0.5 * (mz[0, -1, 0] + mz)
    with computation(PARALLEL):
        with interval(0, 1):
            flux_z = 0.0
        with interval(1, 2):
            flux_z = mass_z * 0.5 * (v[0, 0, -1] + v)
        with interval(2, 3):
            flux_z = flux3(mass_z, v[0, 0, -2], v[0, 0, -1], v, v[0, 0, 1])
        with interval(3, -2):
            flux_z = flux5(mass_z, v[0, 0, -3], v[0, 0, -2], v[0, 0, -1], v, v[0, 0, 1], v[0, 0, 2])
        with interval(-2, -1):
            flux_z = flux3(mass_z, v[0, 0, -2], v[0, 0, -1], v, v[0, 0, 1])
        with interval(-1, None):
            flux_z = mass_z * 0.5 * (v[0, 0, -1] + v)
    with computation(PARALLEL):
        with interval(0, -1):
            f_my = -((flux_x[1, 0, 0] - flux_x) / dx + (flux_y - flux_y[0, -1, 0]) / dy + (flux_z[0, 0, 1] - flux_z) / dz)
        with interval(-1, None):
            f_my = -((flux_x[1, 0, 0] - flux_x) / dx + (flux_y - flux_y[0, -1, 0]) / dy - flux_z / dz)


def advect_w(
    w: Field[float],
    mx: Field[float],
    my: Field[float],
    mz: Field[float],
    f_mz: Field[float],
    dx: float,
    dy: float,
    dz: float,
):
    """Tendency of mz by advection: fluxes at the west and south bottom edges and at the cell's centre; none at the ground."""
    with computation(PARALLEL):
        with interval(0, 1):
            flux_x = 0.0
            flux_y = 0.0
        with interval(1, None):
            mass_x = 0.5 * (mx[0, 0, -1] + mx)
            flux_x = flux5(mass_x, w[-3, 0, 0], w[-2, 0, 0], w[-1, 0, 0], w, w[1, 0, 0], w[2, 0, 0])
            mass_y = 0.5 * (my[0, 0, -1] + my)
            flux_y = flux5(mass_y, w[0, -3, 0], w[0, -2, 0], w[0, -1, 0], w, w[0, 1, 0], w[0, 2, 0])
    with computation(PARALLEL):
        with interval(0, 1):
            flux_z = 0.5 * (mz + mz[0, 0, 1]) * 0.5 * (w + w[0, 0, 1])
        with interval(1, 2):
            flux_z = flux3(0.5 * (mz + mz[0, 0, 1]), w[0, 0, -1], w, w[0, 0, 1], w[0, 0, 2])
        with interval(2, -3):
            mass_z = 0.5 * (mz + mz[0, 0, 1])
            flux_z = flux5(mass_z, w[0, 0, -2], w[0, 0, -1], w, w[0, 0, 1], w[0, 0, 2], w[0, 0, 3])
        with interval(-3, -2):
            flux_z = flux3(0.5 * (mz + mz[0, 0, 1]), w[0, 0, -1], w, w[0, 0, 1], w[0, 0, 2])
        with interval(-2, -1):
            flux_z = 0.5 * (mz + mz[0, 0, 1]) * 0.5 * (w + w[0, 0, 1])
        with interval(-1, None):
            flux_z = 0.25 * mz * w  # at the lid mz = w = 0
    with computation(PARALLEL):
        with interval(0, 1):
            f_mz = 0.0
        with interval(1, None):
            f_mz = -((flux_x[1, 0, 0] - flux_x) / dx + (flux_y[0, 1, 0] - flux_y) / dy + (flux_z - flux_z[0, 0, -1]) / dz)


def pressure_gradient_x(p: Field[float], f_mx: Field[float], dx: float):
    """Adds the force of the pressure along I (KSD07)."""
    with computation(PARALLEL), interval(...):
        f_mx -= (p - p[-1, 0, 0]) / dx


def pressure_gradient_y(p: Field[float], f_my: Field[float], dy: float):
    """Adds the force of the pressure along J."""
    with computation(PARALLEL), interval(...):
        f_my -= (p - p[0, -1, 0]) / dy


def pressure_gradient_and_buoyancy(p: Field[float], rho: Field[float], rho_base: Field[float], f_mz: Field[float], dz: float):
    """Adds the vertical forces, both as deviations from the hydrostatic base state."""
    with computation(PARALLEL), interval(1, None):
        heavier = 0.5 * (rho[0, 0, -1] - rho_base[0, 0, -1] + rho - rho_base)
        f_mz -= (p - p[0, 0, -1]) / dz + GRAVITY * heavier


# ---------------------------------------------------------------------------------------------------------------------
# Short steps: deviations from the state at the start of the stage
# ---------------------------------------------------------------------------------------------------------------------


def implicit_coefficients(
    stiffness: Field[float],
    theta_z: Field[float],
    lower: Field[float],
    inverse_pivot: Field[float],
    upper: Field[float],
    dtau: float,
    dz: float,
):
    """The elimination of the tridiagonal system for mz, the same in all short steps of a stage (KSD07).

    mz depends on the heat and mass of the cells above and below, and these on mz at their faces. mz = 0 at the ground.
    """
    with computation(FORWARD):
        with interval(0, 1):
            lower = 0.0
            inverse_pivot = 1.0
            upper = 0.0
        with interval(1, -1):
            ahead = 0.5 * (1.0 + OFF_CENTRE) * dtau / dz
            weight = 0.5 * ahead * ahead * GRAVITY * dz
            lower = weight - ahead * ahead * stiffness[0, 0, -1] * theta_z[0, 0, -1]
            pivot = 1.0 + ahead * ahead * (stiffness[0, 0, -1] + stiffness) * theta_z - lower * upper[0, 0, -1]
            inverse_pivot = 1.0 / pivot
            upper = (-weight - ahead * ahead * stiffness * theta_z[0, 0, 1]) * inverse_pivot
        with interval(-1, None):
            ahead = 0.5 * (1.0 + OFF_CENTRE) * dtau / dz
            weight = 0.5 * ahead * ahead * GRAVITY * dz
            lower = weight - ahead * ahead * stiffness[0, 0, -1] * theta_z[0, 0, -1]
            pivot = 1.0 + ahead * ahead * (stiffness[0, 0, -1] + stiffness) * theta_z - lower * upper[0, 0, -1]
            inverse_pivot = 1.0 / pivot
            upper = 0.0


def difference(a: Field[float], b: Field[float], out: Field[float]):
    """The deviation of the state at the start of the step from that at the start of the stage."""
    with computation(PARALLEL), interval(...):
        out = a - b


def damped_pressure(rth_s: Field[float], rth_before: Field[float], stiffness: Field[float], p_s: Field[float]):
    """Pressure of the deviations, extrapolated in time.

    The change of pressure in a short step is the divergence, so that this damps divergence (Skamarock and Klemp 1992; KSD07).
    """
    with computation(PARALLEL), interval(...):
        p_s = stiffness * (rth_s + DIVERGENCE_DAMPING * (rth_s - rth_before))


def short_step_x(p_s: Field[float], f_mx: Field[float], mx_s: Field[float], dtau: float, dx: float):
    """Forward step of mx (KSD07)."""
    with computation(PARALLEL), interval(...):
        mx_s += dtau * (f_mx - (p_s - p_s[-1, 0, 0]) / dx)


def short_step_y(p_s: Field[float], f_my: Field[float], my_s: Field[float], dtau: float, dy: float):
    """Forward step of my."""
    with computation(PARALLEL), interval(...):
        my_s += dtau * (f_my - (p_s - p_s[0, -1, 0]) / dy)


def explicit_mass(
    rho_s: Field[float],
    mx_s: Field[float],
    my_s: Field[float],
    mz_s: Field[float],
    f_rho: Field[float],
    rho_part: Field[float],
    dtau: float,
    dx: float,
    dy: float,
    dz: float,
):
    """Density with the new mx and my and the old mz: all of it that does not depend on the new mz."""
    with computation(PARALLEL), interval(...):
        horizontal = (mx_s[1, 0, 0] - mx_s) / dx + (my_s[0, 1, 0] - my_s) / dy
        behind = 0.5 * (1.0 - OFF_CENTRE) / dz
    with computation(PARALLEL):
        with interval(0, -1):
            rho_part = rho_s + dtau * (f_rho - horizontal - behind * (mz_s[0, 0, 1] - mz_s))
        with interval(-1, None):
            rho_part = rho_s + dtau * (f_rho - horizontal + behind * mz_s)


def explicit_heat(
    rth_s: Field[float],
    mx_s: Field[float],
    my_s: Field[float],
    mz_s: Field[float],
    theta_x: Field[float],
    theta_y: Field[float],
    theta_z: Field[float],
    f_rth: Field[float],
    rth_part: Field[float],
    dtau: float,
    dx: float,
    dy: float,
    dz: float,
):
    """rho theta with the new mx and my and the old mz, as explicit_mass."""
    with computation(PARALLEL), interval(...):
        heat_x = theta_x * mx_s
        heat_y = theta_y * my_s
        heat_z = theta_z * mz_s
        horizontal = (heat_x[1, 0, 0] - heat_x) / dx + (heat_y[0, 1, 0] - heat_y) / dy
        behind = 0.5 * (1.0 - OFF_CENTRE) / dz
    with computation(PARALLEL):
        with interval(0, -1):
            rth_part = rth_s + dtau * (f_rth - horizontal - behind * (heat_z[0, 0, 1] - heat_z))
        with interval(-1, None):
            rth_part = rth_s + dtau * (f_rth - horizontal + behind * heat_z)


def implicit_right_side(
    rho_s: Field[float],
    rho_part: Field[float],
    rth_s: Field[float],
    rth_part: Field[float],
    stiffness: Field[float],
    mz_s: Field[float],
    f_mz: Field[float],
    right: Field[float],
    dtau: float,
    dz: float,
):
    """Right side of the system for mz: pressure and weight of the old state and of the known parts of the new one."""
    with computation(PARALLEL), interval(...):
        rho_mean = 0.5 * (1.0 + OFF_CENTRE) * rho_part + 0.5 * (1.0 - OFF_CENTRE) * rho_s
        p_mean = stiffness * (0.5 * (1.0 + OFF_CENTRE) * rth_part + 0.5 * (1.0 - OFF_CENTRE) * rth_s)
    with computation(PARALLEL):
        with interval(0, 1):
            right = 0.0
        with interval(1, None):
            weight = 0.5 * GRAVITY * (rho_mean[0, 0, -1] + rho_mean)
            right = mz_s + dtau * (f_mz - (p_mean - p_mean[0, 0, -1]) / dz - weight)


def solve_columns(
    right: Field[float], lower: Field[float], inverse_pivot: Field[float], upper: Field[float], mz_s: Field[float]
):
    """Thomas algorithm with the elimination done beforehand: mz, going up and then down (Durran 2010, appendix A)."""
    with computation(FORWARD):
        with interval(0, 1):
            known = right
        with interval(1, None):
            known = (right - lower * known[0, 0, -1]) * inverse_pivot
    with computation(BACKWARD):
        with interval(-1, None):
            mz_s = known
        with interval(0, -1):
            mz_s = known - upper * mz_s[0, 0, 1]


def finish_mass(rho_part: Field[float], mz_s: Field[float], rho_s: Field[float], dtau: float, dz: float):
    """Density with the new mz."""
    with computation(PARALLEL):
        with interval(0, -1):
            rho_s = rho_part - 0.5 * (1.0 + OFF_CENTRE) * dtau / dz * (mz_s[0, 0, 1] - mz_s)
        with interval(-1, None):
            rho_s = rho_part + 0.5 * (1.0 + OFF_CENTRE) * dtau / dz * mz_s


def finish_heat(
    rth_part: Field[float],
    mz_s: Field[float],
    theta_z: Field[float],
    rth_s: Field[float],
    rth_before: Field[float],
    dtau: float,
    dz: float,
):
    """rho theta with the new mz; keeps the old one for the damping of divergence."""
    with computation(PARALLEL), interval(...):
        rth_before = rth_s
        heat_z = theta_z * mz_s
    with computation(PARALLEL):
        with interval(0, -1):
            rth_s = rth_part - 0.5 * (1.0 + OFF_CENTRE) * dtau / dz * (heat_z[0, 0, 1] - heat_z)
        with interval(-1, None):
            rth_s = rth_part + 0.5 * (1.0 + OFF_CENTRE) * dtau / dz * heat_z


def add(out: Field[float], deviation: Field[float]):
    """The state at the end of a stage: that at its start and the deviation after the short steps."""
    with computation(PARALLEL), interval(...):
        out += deviation


# ---------------------------------------------------------------------------------------------------------------------
# Diagnostics of the run
# ---------------------------------------------------------------------------------------------------------------------


def warmth(rho: Field[float], rth: Field[float], theta_p: Field[float]):
    """Deviation of the potential temperature from that of the base state, K."""
    with computation(PARALLEL), interval(...):
        theta_p = rth / rho - BASE_THETA


# ---------------------------------------------------------------------------------------------------------------------
# Programs
# ---------------------------------------------------------------------------------------------------------------------


@program
def acoustic_steps(
    rho_base: Field[float],
    p_base: Field[float],
    rho: Field[float],
    rth: Field[float],
    mx: Field[float],
    my: Field[float],
    mz: Field[float],
    theta_p: Field[float],
    nt: int,
    short_steps: int,
    dt: float,
    dx: float,
    dy: float,
    dz: float,
):
    """nt time steps; short_steps, a multiple of six, is the number of short steps in the last stage of each.

    theta_p, the deviation of the potential temperature from that of the base state, follows the run.
    """
    rho_t: Field[float]
    rth_t: Field[float]
    mx_t: Field[float]
    my_t: Field[float]
    mz_t: Field[float]
    u: Field[float]
    v: Field[float]
    w: Field[float]
    theta: Field[float]
    p: Field[float]
    stiffness: Field[float]
    theta_x: Field[float]
    theta_y: Field[float]
    theta_z: Field[float]
    fx: Field[float]
    fy: Field[float]
    fz: Field[float]
    f_rho: Field[float]
    f_rth: Field[float]
    f_mx: Field[float]
    f_my: Field[float]
    f_mz: Field[float]
    lower: Field[float]
    inverse_pivot: Field[float]
    upper: Field[float]
    rho_s: Field[float]
    rth_s: Field[float]
    rth_before: Field[float]
    mx_s: Field[float]
    my_s: Field[float]
    mz_s: Field[float]
    p_s: Field[float]
    rho_part: Field[float]
    rth_part: Field[float]
    right: Field[float]

    dtau = dt / short_steps
    for n in range(nt):
        for state, start in ((rho, rho_t), (rth, rth_t), (mx, mx_t), (my, my_t), (mz, mz_t)):
            copy(start, state)

        for stage in range(3):  # a third, a half and the whole of the step, each from its start (WS02)
            halo_update(rho, rth, mx, my, mz)
            velocity_x(rho, mx, u)
            velocity_y(rho, my, v)
            velocity_z(rho, mz, w)
            potential_temperature(rho, rth, theta)
            pressure(rth, p_base, p, stiffness)
            halo_update(u, v, w, theta, p)
            theta_at_faces(theta, theta_x, theta_y, theta_z)

            heat_flux_x(theta, mx, fx)
            heat_flux_y(theta, my, fy)
            heat_flux_z(theta, mz, fz)
            halo_update(fx, fy)
            minus_divergence(fx, fy, fz, f_rth, dx, dy, dz)
            minus_divergence(mx, my, mz, f_rho, dx, dy, dz)
            advect_u(u, mx, my, mz, f_mx, dx, dy, dz)
            advect_v(v, mx, my, mz, f_my, dx, dy, dz)
            advect_w(w, mx, my, mz, f_mz, dx, dy, dz)
            pressure_gradient_x(p, f_mx, dx)
            pressure_gradient_y(p, f_my, dy)
            pressure_gradient_and_buoyancy(p, rho, rho_base, f_mz, dz)

            implicit_coefficients(stiffness, theta_z, lower, inverse_pivot, upper, dtau, dz)
            difference(rho_t, rho, rho_s)
            difference(rth_t, rth, rth_s)
            difference(mx_t, mx, mx_s)
            difference(my_t, my, my_s)
            difference(mz_t, mz, mz_s)
            copy(rth_before, rth_s)
            halo_update(theta_x, theta_y)
            for m in range(short_steps // (3 - stage)):
                damped_pressure(rth_s, rth_before, stiffness, p_s)
                halo_update(p_s)
                short_step_x(p_s, f_mx, mx_s, dtau, dx)
                short_step_y(p_s, f_my, my_s, dtau, dy)
                halo_update(mx_s, my_s)
                explicit_mass(rho_s, mx_s, my_s, mz_s, f_rho, rho_part, dtau, dx, dy, dz)
                explicit_heat(rth_s, mx_s, my_s, mz_s, theta_x, theta_y, theta_z, f_rth, rth_part, dtau, dx, dy, dz)
                implicit_right_side(rho_s, rho_part, rth_s, rth_part, stiffness, mz_s, f_mz, right, dtau, dz)
                solve_columns(right, lower, inverse_pivot, upper, mz_s)
                finish_mass(rho_part, mz_s, rho_s, dtau, dz)
                finish_heat(rth_part, mz_s, theta_z, rth_s, rth_before, dtau, dz)

            add(rho, rho_s)
            add(rth, rth_s)
            add(mx, mx_s)
            add(my, my_s)
            add(mz, mz_s)
        warmth(rho, rth, theta_p)


@program
def acoustic(
    x: Field[I, float],
    y: Field[J, float],
    z: Field[K, float],
    rho: Field[float],
    rth: Field[float],
    mx: Field[float],
    my: Field[float],
    mz: Field[float],
    theta_p: Field[float],
    u: Field[float],
    v: Field[float],
    w: Field[float],
    nt: int,
    short_steps: int,
    dt: float,
    dx: float,
    dy: float,
    dz: float,
    x_centre: float,
    y_centre: float,
    z_centre: float,
    flat: bool,
):
    """The warm bubble at rest, nt steps, and the velocities at the end (m / s)."""
    rho_base: Field[float]
    p_base: Field[float]

    base_state(z, rho_base, p_base)
    warm_bubble(x, y, z, rho_base, rho, rth, mx, my, mz, x_centre, y_centre, z_centre, flat)
    warmth(rho, rth, theta_p)
    acoustic_steps(rho_base, p_base, rho, rth, mx, my, mz, theta_p, nt, short_steps, dt, dx, dy, dz)
    halo_update(rho)
    velocity_x(rho, mx, u)
    velocity_y(rho, my, v)
    velocity_z(rho, mz, w)
