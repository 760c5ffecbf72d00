"""Solvers and sums along K. Level 0 is the top, pressure grows with K."""

from tradewind.gtscript import BACKWARD, FORWARD, IJ, PARALLEL, Field, K, computation, exp, function, interval, log

FloatField = Field[float]
FloatFieldIJ = Field[IJ, float]

GRAVITY = 9.80665  # m/s2
R_DRY = 287.05  # gas constant of dry air, J/kg/K
KAPPA = 2.0 / 7.0  # R_DRY over the heat capacity at constant pressure
P_REFERENCE = 1.0e5  # Pa


def tridiagonal(a: FloatField, b: FloatField, c: FloatField, d: FloatField, x: FloatField):
    """Solves a x[k-1] + b x + c x[k+1] = d in every column (Thomas algorithm); diagonally dominant systems only."""
    with computation(FORWARD):
        with interval(0, 1):
            ratio = c / b
            rest = d / b
        with interval(1, None):
            pivot = b - a * ratio[0, 0, -1]
            ratio = c / pivot
            rest = (d - a * rest[0, 0, -1]) / pivot
    with computation(BACKWARD):
        with interval(-1, None):
            x = rest
        with interval(0, -1):
            x = rest - ratio * x[0, 0, 1]


def advect_vertically(w: FloatField, u: FloatField, u_out: FloatField, dt: float, off_centre: float):
    """Implicit vertical advection of u by w (levels per second, at the upper interface), off-centred in time.

    After the scheme of COSMO (Baldauf et al. 2011); off_centre = 0 is Crank-Nicolson, 1 is backward Euler.
    """
    with computation(FORWARD):
        with interval(0, 1):
            below = 0.25 * dt * w[0, 0, 1]
            implicit = below * (1.0 + off_centre)
            explicit = below * (1.0 - off_centre)
            pivot = 1.0 - implicit
            ratio = implicit / pivot
            rest = (u - explicit * (u[0, 0, 1] - u)) / pivot
        with interval(1, -1):
            above = -0.25 * dt * w
            below = 0.25 * dt * w[0, 0, 1]
            a = above * (1.0 + off_centre)
            c = below * (1.0 + off_centre)
            change = above * (u[0, 0, -1] - u) + below * (u[0, 0, 1] - u)
            pivot = 1.0 - a - c - a * ratio[0, 0, -1]
            ratio = c / pivot
            rest = (u - (1.0 - off_centre) * change - a * rest[0, 0, -1]) / pivot
        with interval(-1, None):
            above = -0.25 * dt * w
            a = above * (1.0 + off_centre)
            pivot = 1.0 - a - a * ratio[0, 0, -1]
            rest = (u - above * (1.0 - off_centre) * (u[0, 0, -1] - u) - a * rest[0, 0, -1]) / pivot
    with computation(BACKWARD):
        with interval(-1, None):
            u_out = rest
        with interval(0, -1):
            u_out = rest - ratio * u_out[0, 0, 1]


def diffuse_with_surface_flux(
    q: FloatField, rho: FloatField, dz: FloatField, eddy: FloatField, flux: FloatFieldIJ, q_out: FloatField, dt: float
):
    """Implicit turbulent diffusion with a given flux at the ground.

    eddy: diffusivity at upper interfaces (m2/s); dz: layer depth (m, positive); flux: upwards at the ground (kg/m2/s).
    """
    with computation(PARALLEL):
        with interval(0, 1):
            exchange = 0.0
        with interval(1, None):
            exchange = dt * (rho[0, 0, -1] + rho) * eddy / (dz[0, 0, -1] + dz)
    with computation(FORWARD):
        with interval(0, 1):
            mass = rho * dz
            pivot = mass + exchange[0, 0, 1]
            ratio = exchange[0, 0, 1] / pivot
            rest = mass * q / pivot
        with interval(1, -1):
            mass = rho * dz
            pivot = mass + exchange[0, 0, 1] + exchange * (1.0 - ratio[0, 0, -1])
            ratio = exchange[0, 0, 1] / pivot
            rest = (mass * q + exchange * rest[0, 0, -1]) / pivot
        with interval(-1, None):
            mass = rho * dz
            pivot = mass + exchange * (1.0 - ratio[0, 0, -1])
            rest = (mass * q + dt * flux + exchange * rest[0, 0, -1]) / pivot
    with computation(BACKWARD):
        with interval(-1, None):
            q_out = rest
        with interval(0, -1):
            q_out = rest + ratio * q_out[0, 0, 1]


@function
def exner_of(p):
    """(p / p_reference) ** kappa, by way of exp and log."""
    return exp(KAPPA * log(p / P_REFERENCE))


def pressures(delp: FloatField, pe: FloatField, log_pe: FloatField, exner: FloatField, ps: FloatFieldIJ, ptop: float):
    """Pressure at the lower interfaces (Pa), its logarithm, Exner function at mid-levels, and surface pressure."""
    with computation(FORWARD):
        with interval(0, 1):
            pe = ptop + delp
            ps = ptop + delp
        with interval(1, None):
            pe = pe[0, 0, -1] + delp
            ps += delp
    with computation(PARALLEL), interval(...):
        log_pe = log(pe)
        exner = exner_of(pe - 0.5 * delp)


def interface_pressures(delp: FloatField, pe: FloatField, ptop: float):
    """Pressure at all interfaces, one more than there are layers: each layer writes the interface below it."""
    with computation(FORWARD), interval(0, 1):
        pe = ptop
    with computation(FORWARD), interval(...):
        pe[0, 0, 1] = pe + delp


def geopotential(theta: FloatField, delp: FloatField, p: FloatField, zs: FloatFieldIJ, z: FloatField):
    """Height of the upper interfaces (m), summed from the ground up by the hydrostatic equation.

    theta: potential temperature (K); p, delp: pressure at mid-level and over the layer (Pa); zs: height of the ground (m).
    """
    with computation(BACKWARD):
        with interval(-1, None):
            z = zs + R_DRY / GRAVITY * theta * exner_of(p) * delp / p
        with interval(0, -1):
            z = z[0, 0, 1] + R_DRY / GRAVITY * theta * exner_of(p) * delp / p


def reference_state(p_ref: Field[K, float], theta_ref: Field[K, float], p: FloatField, theta: FloatField, out: FloatField):
    """Enthalpy (over the heat capacity, K) against a reference column, with less of it at the top and at the ground."""
    with computation(PARALLEL):
        with interval(0, 2):
            out = exner_of(p) * theta - exner_of(p_ref) * theta_ref
        with interval(2, -1):
            out = exner_of(p) * (theta - theta_ref) + (exner_of(p) - exner_of(p_ref)) * 0.5 * (theta_ref[-1] + theta_ref[1])
        with interval(-1, None):
            out = exner_of(p) * (theta - theta_ref[0])
