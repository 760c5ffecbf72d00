"""The six kernels that the benchmarks time: the arithmetic of typical parts of a dynamical core, in double precision.

copy and laplacian are bound by memory, hdiff and xppm by memory once everything is fused, vadv and riemann by their
recurrences along K and, for riemann, by exp and log. Level 0 is the top.
"""

from tradewind.gtscript import BACKWARD, FORWARD, IJ, PARALLEL, Field, computation, exp, function, interval, log, sqrt

F = Field[float]

R_DRY = 287.05  # J/kg/K
GAMMA = 1.4
IMPLICIT = 0.6  # share of the new time level in vertical advection
EXPLICIT = 0.4


def copy(src: F, dst: F):
    """dst = src."""
    with computation(PARALLEL), interval(...):
        dst = src


def laplacian(a: F, out: F):
    """Five-point Laplacian."""
    with computation(PARALLEL), interval(...):
        out = -4.0 * a + (a[1, 0, 0] + a[-1, 0, 0] + a[0, 1, 0] + a[0, -1, 0])


@function
def uphill_removed(flux, difference):
    """The flux of a diffusion of fourth order, or zero where it runs up the gradient."""
    return 0.0 if flux * difference > 0.0 else flux


def hdiff(a: F, coeff: F, out: F):
    """Horizontal diffusion of fourth order with a flux limiter."""
    with computation(PARALLEL), interval(...):
        lap = 4.0 * a - (a[1, 0, 0] + a[-1, 0, 0] + a[0, 1, 0] + a[0, -1, 0])
        fx = uphill_removed(lap[1, 0, 0] - lap, a[1, 0, 0] - a)
        fy = uphill_removed(lap[0, 1, 0] - lap, a[0, 1, 0] - a)
        out = a - coeff * (fx - fx[-1, 0, 0] + fy - fy[0, -1, 0])


@function
def weight_above(wcon):
    """Coupling to the level above, from the vertical wind on both sides of the point."""
    return -0.25 * (wcon[1, 0, 0] + wcon)


@function
def weight_below(wcon):
    """Coupling to the level below."""
    return 0.25 * (wcon[1, 0, 1] + wcon[0, 0, 1])


def vadv(u_stage: F, wcon: F, u_pos: F, utens: F, utens_stage: F, out: F, dtr: float):
    """Implicit vertical advection of a velocity; gives the tendency of the stage. dtr is one over the time step."""
    with computation(FORWARD):
        with interval(0, 1):
            below = weight_below(wcon)
            c = below * IMPLICIT
            change = -(below * EXPLICIT) * (u_stage[0, 0, 1] - u_stage)
            d = dtr * u_pos + utens + utens_stage + change
            scale = 1.0 / (dtr - c)
            c = c * scale
            d = d * scale
        with interval(1, -1):
            above = weight_above(wcon)
            below = weight_below(wcon)
            a = above * IMPLICIT
            c = below * IMPLICIT
            b = dtr - a - c
            change = -(above * EXPLICIT) * (u_stage[0, 0, -1] - u_stage) - (below * EXPLICIT) * (u_stage[0, 0, 1] - u_stage)
            d = dtr * u_pos + utens + utens_stage + change
            scale = 1.0 / (b - c[0, 0, -1] * a)
            c = c * scale
            d = (d - d[0, 0, -1] * a) * scale
        with interval(-1, None):
            above = weight_above(wcon)
            a = above * IMPLICIT
            change = -(above * EXPLICIT) * (u_stage[0, 0, -1] - u_stage)
            d = dtr * u_pos + utens + utens_stage + change
            scale = 1.0 / (dtr - a - c[0, 0, -1] * a)
            d = (d - d[0, 0, -1] * a) * scale
    with computation(BACKWARD):
        with interval(-1, None):
            x = d
            out = dtr * (x - u_pos)
        with interval(0, -1):
            x = d - c * x[0, 0, 1]
            out = dtr * (x - u_pos)


def xppm(q: F, cx: F, xf: F, rarea: Field[IJ, float], out: F):
    """One-dimensional transport: monotone piecewise parabolic reconstruction, flux, new value."""
    with computation(PARALLEL), interval(...):
        edge = 7.0 / 12.0 * (q[-1, 0, 0] + q) - 1.0 / 12.0 * (q[-2, 0, 0] + q[1, 0, 0])
        west = edge - q
        east = edge[1, 0, 0] - q
        if west * east > 0.0:
            west = 0.0
            east = 0.0
        else:
            slope = east - west
            square = slope * slope
            bend = -3.0 * (west + east) * slope
            if bend < -square:
                east = -2.0 * west
            elif bend > square:
                west = -2.0 * east
        total = west + east
        if cx > 0.0:
            face = q[-1, 0, 0] + (1.0 - cx) * (east[-1, 0, 0] - cx * total[-1, 0, 0])
        else:
            face = q + (1.0 + cx) * (west + cx * total)
        out = q + (xf * face - xf[1, 0, 0] * face[1, 0, 0]) * rarea


@function
def elastic(dz, em, pm, pp, cs, dt):
    """Coupling of two layers by compression, at the interface below the point."""
    return dt * dt * GAMMA * em * (pm + pp) / (dz[0, 0, 1] + dz) * cs * 0.0029


@function
def elastic_above(dz, em, pm, pp, cs, dt):
    """The same at the interface above the point."""
    return dt * dt * GAMMA * em[0, 0, -1] * (pm[0, 0, -1] + pp[0, 0, -1]) / (dz[0, 0, -1] + dz) * cs[0, 0, -1] * 0.0029


def riemann(dm: F, pt: F, dz: F, w: F, pm: F, w_out: F, dz_out: F, pp_out: F, dt: float, ptop: float):
    """Implicit vertical sound waves: pressure from the gas law, a spline along K, w, and the new (negative) depth dz."""
    with computation(PARALLEL), interval(...):
        pe = exp(GAMMA * log(-dm / dz * R_DRY * pt)) - pm
        cs = sqrt(1.4 * 287.05 * pt)
        em = (pm * 1.0e-5) ** 0.2857
    with computation(FORWARD):
        with interval(0, 1):
            ratio = dm / dm[0, 0, 1]
            b = 2.0 * (1.0 + ratio)
            g = ratio / b
            pp = 3.0 * (pe + ratio * pe[0, 0, 1]) / b
        with interval(1, -1):
            ratio = dm / dm[0, 0, 1]
            b = 2.0 * (1.0 + ratio) - g[0, 0, -1]
            g = ratio / b
            pp = (3.0 * (pe + ratio * pe[0, 0, 1]) - pp[0, 0, -1]) / b
        with interval(-1, None):
            b = 2.0 - g[0, 0, -1]
            pp = (3.0 * pe - pp[0, 0, -1]) / b
    with computation(BACKWARD), interval(0, -1):
        pp = pp - g * pp[0, 0, 1]
    with computation(FORWARD):
        with interval(0, 1):
            ac = elastic(dz, em, pm, pp, cs, dt)
            bw = dm - ac
            gw = ac / bw
            wn = (dm * w + dt * pp) / bw
        with interval(1, -1):
            aa = elastic_above(dz, em, pm, pp, cs, dt)
            ac = elastic(dz, em, pm, pp, cs, dt)
            bw = dm - (aa + ac + aa * gw[0, 0, -1])
            gw = ac / bw
            wn = (dm * w + dt * (pp - pp[0, 0, -1]) - aa * wn[0, 0, -1]) / bw
        with interval(-1, None):
            aa = elastic_above(dz, em, pm, pp, cs, dt)
            bw = dm - (aa + aa * gw[0, 0, -1])
            wn = (dm * w + dt * (pp - pp[0, 0, -1]) - aa * wn[0, 0, -1]) / bw
    with computation(BACKWARD):
        with interval(-1, None):
            w_out = wn
        with interval(0, -1):
            wn = wn - gw * wn[0, 0, 1]
            w_out = wn
    with computation(PARALLEL), interval(...):
        pp_out = pp
        dz_out = -dm * R_DRY * pt * exp(-0.71428571428571430 * log(max(ptop, pe + pm)))
