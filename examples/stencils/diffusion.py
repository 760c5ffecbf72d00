"""Horizontal diffusion and damping: limited, of an order chosen when compiling, and depending on the flow."""

from gt4py.cartesian import gtscript
from gt4py.cartesian.gtscript import PARALLEL, Field, K, compile_assert, computation, interval, sqrt

FloatField = Field[float]

# Externals of the stencils below; `-D name=value` on the command line goes before them.
externals = {"damp": {"order": 6}}


@gtscript.function
def five_point(q):
    """Laplacian on a unit grid."""
    return q[-1, 0, 0] + q[1, 0, 0] + q[0, -1, 0] + q[0, 1, 0] - 4.0 * q


@gtscript.function
def downhill(flux, difference):
    """The flux where it runs down the gradient, zero elsewhere."""
    return flux if flux * difference < 0.0 else 0.0


def limited_diffusion(q: FloatField, coefficient: FloatField, out: FloatField):
    """Fourth-order diffusion whose fluxes never run up the gradient (Xue 2000)."""
    with computation(PARALLEL), interval(...):
        lap = five_point(q)
        fx = downhill(lap - lap[-1, 0, 0], q - q[-1, 0, 0])
        fy = downhill(lap - lap[0, -1, 0], q - q[0, -1, 0])
        out = q + coefficient * (fx - fx[1, 0, 0] + fy - fy[0, 1, 0])


def damp(q: FloatField, out: FloatField, strength: float):
    """Damping by a power of the Laplacian: del-2, del-4 or del-6, as the external `order` says."""
    from __externals__ import order

    with computation(PARALLEL), interval(...):
        compile_assert(order == 2 or order == 4 or order == 6)
        d = five_point(q)
        if __INLINED(order >= 4):
            d2 = five_point(d)
            d = -d2
        if __INLINED(order == 6):
            d4 = five_point(d)
            d = -d4
        out = q + strength * d


def smagorinsky(
    u: FloatField, v: FloatField, u_out: FloatField, v_out: FloatField, factor: float, largest: float
):
    """Diffusion of the wind by its rate of deformation (Smagorinsky 1963), on a unit grid, at least a tenth of `largest`."""
    with computation(PARALLEL), interval(...):
        tension = 0.5 * (u[1, 0, 0] - u[-1, 0, 0] - v[0, 1, 0] + v[0, -1, 0])
        shear = 0.5 * (u[0, 1, 0] - u[0, -1, 0] + v[1, 0, 0] - v[-1, 0, 0])
        k = factor * sqrt(tension**2 + shear**2)
        k = max(0.1 * largest, min(k, largest))
        u_out = u + k * five_point(u)
        v_out = v + k * five_point(v)


def divergence_damping(u: FloatField, v: FloatField, u_out: FloatField, v_out: FloatField, d2: float, d4: float):
    """Adds gradients of the divergence and of its Laplacian to C-grid winds; the lowest two levels get more of it."""
    with computation(PARALLEL):
        with interval(0, -2):
            div = u[1, 0, 0] - u + v[0, 1, 0] - v
            potential = d2 * div - d4 * five_point(div)
        with interval(-2, None):
            div = u[1, 0, 0] - u + v[0, 1, 0] - v
            potential = 2.0 * d2 * div
    with computation(PARALLEL), interval(...):
        u_out = u + (potential - potential[-1, 0, 0])
        v_out = v + (potential - potential[0, -1, 0])


def sponge(q: FloatField, target: FloatField, rate: Field[K, float], out: FloatField, dt: float, n_sponge: int):
    """Implicit relaxation to `target` in the uppermost n_sponge levels; `rate` in 1/s falls off with depth."""
    with computation(PARALLEL), interval(...):
        out = q
        if K < n_sponge:
            share = dt * rate / (1.0 + dt * rate)
            out = q + share * (target - q)
