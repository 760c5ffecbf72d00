"""Column physics: masks, flags, phase changes, falling water, sums over a column."""

from tradewind.gtscript import BACKWARD, FORWARD, IJ, PARALLEL, Field, K, computation, exp, function, interval, log, sqrt

FloatField = Field[float]
FloatFieldIJ = Field[IJ, float]
BoolField = Field[bool]
IntFieldIJ = Field[IJ, int]

T_ICE = 273.16  # K
LATENT = 2.501e6  # heat of vaporization, J/kg
MAX_ROUNDS = 10
CP = 1004.6  # heat capacity of dry air at constant pressure, J/kg/K


@function
def saturation(t, p):
    """Saturation mixing ratio over water (kg/kg), Tetens' formula; t in K, p in Pa."""
    e = 610.78 * exp(17.269 * (t - T_ICE) / (t - 35.86))
    return 0.622 * e / max(p - 0.378 * e, e)


def adjust_saturation(t: FloatField, qv: FloatField, qc: FloatField, p: FloatField):
    """Condenses or evaporates until the air is just saturated: Newton's method, at most MAX_ROUNDS rounds."""
    with computation(PARALLEL), interval(...):
        rounds = 0
        excess = 1.0
        while rounds < MAX_ROUNDS and abs(excess) > 1.0e-9:
            qs = saturation(t, p)
            slope = LATENT / CP * qs * 17.269 * (T_ICE - 35.86) / (t - 35.86) ** 2
            excess = (qv - qs) / (1.0 + slope)
            excess = max(excess, -qc)
            qv -= excess
            qc += excess
            t += LATENT / CP * excess
            rounds += 1


def precipitation_type(t: FloatField, qc: FloatField, rain: FloatField, snow: FloatField, mixed: BoolField):
    """Water turns to rain above freezing, to snow below -15 C, and to both between: if, elif, else on fields."""
    with computation(PARALLEL), interval(...):
        mixed = False
        rate = 0.0 if qc < 0.5 else 0.1 * (qc - 0.5)
        if t > T_ICE:
            rain = rate
            snow = 0.0
        elif t > T_ICE - 15.0:
            frozen = (T_ICE - t) / 15.0
            rain = rate * (1.0 - frozen)
            snow = rate * frozen
            mixed = rate > 0.0
        else:
            rain = 0.0
            snow = rate


def sediment(
    q: FloatField, speed: FloatField, dz: FloatField, rho: FloatField, q_out: FloatField, ground: FloatFieldIJ, dt: float
):
    """Implicit fall of water: what leaves a layer enters the one below; the ground collects the rest (kg/m2)."""
    with computation(FORWARD):
        with interval(0, 1):
            fall = dt * speed / dz
            q_out = q / (1.0 + fall)
            out_flux = rho * dz * q_out * fall
            ground = 0.0
        with interval(1, None):
            fall = dt * speed / dz
            q_out = (q + out_flux[0, 0, -1] / (rho * dz)) / (1.0 + fall)
            out_flux = rho * dz * q_out * fall
    with computation(FORWARD), interval(-1, None):
        ground += out_flux


def column_summary(
    q: FloatField,
    dp: FloatField,
    cloudy: BoolField,
    total: FloatFieldIJ,
    largest: FloatFieldIJ,
    cloud_top: IntFieldIJ,
    layers: IntFieldIJ,
):
    """Column sum and maximum, uppermost cloudy level (-1: none) and number of cloudy layers."""
    with computation(FORWARD), interval(0, 1):
        total = 0.0
        largest = q
        cloud_top = -1
        layers = 0
    with computation(FORWARD), interval(...):
        total += q * dp / 9.80665
        largest = q if q > largest else largest
        if cloudy:
            layers += 1
            if cloud_top < 0:
                cloud_top = K


def cape(t_parcel: FloatField, t: FloatField, p: FloatField, energy: FloatFieldIJ, lfc: IntFieldIJ):
    """Convective available energy (J/kg): buoyancy summed from the ground up, from the level of free convection."""
    with computation(BACKWARD), interval(-1, None):
        energy = 0.0
        lfc = -1
    with computation(BACKWARD), interval(1, None):
        buoyant = t_parcel > t
        if buoyant and lfc < 0:
            lfc = K
        if buoyant or lfc >= 0:
            energy += 287.05 * max(t_parcel - t, 0.0) * log(max(p, 1.0e-3) / max(p[0, 0, -1], 1.0e-3))


def surface_drag(
    u: FloatField,
    v: FloatField,
    z0: FloatFieldIJ,
    rough: Field[IJ, bool],
    u_out: FloatField,
    v_out: FloatField,
    dt: float,
    on: bool,
):
    """Implicit drag on the lowest level by the logarithmic law; a scalar switch is ordinary control flow."""
    with computation(PARALLEL), interval(...):
        u_out = u
        v_out = v
    with computation(PARALLEL), interval(-1, None):
        if on:
            wind = sqrt(u * u + v * v)
            root = 0.4 / log(10.0 / min(z0, 2.0))
            drag = root * root
            if rough:
                drag *= 2.0
            share = 1.0 / (1.0 + dt * drag * wind)
            u_out = u * share
            v_out = v * share
