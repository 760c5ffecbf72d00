"""Column physics: masks, flags, phase changes, falling water, sums over a column."""

from tradewind.gtscript import BACKWARD, FORWARD, IJ, PARALLEL, Field, K, computation, exp, function, interval, log, log10, sqrt

FloatField = Field[float]
FloatFieldIJ = Field[IJ, float]
BoolField = Field[bool]
IntFieldIJ = Field[IJ, int]

LATENT = 2.49  # warming by the condensation of 1 g/kg, K
T_SNOW = 0.9  # warmest snow, C
T_RAIN = 1.6  # coldest rain, C
MAX_ROUNDS = 10


@function
def saturation(t, p):
    """Saturation mixing ratio over water (g/kg) by Tetens' formula, and its change with temperature; t in C, p in bar."""
    e = 0.0061078 * exp(17.269 * t / (t + 237.3))
    q = 622.0 * e / max(p - 0.378 * e, e)
    return q, q * 17.269 * 237.3 / (t + 237.3) ** 2


def adjust_saturation(t: FloatField, qv: FloatField, qc: FloatField, p: FloatField):
    """Condenses vapour qv or evaporates cloud qc (g/kg) until the air is just saturated: Newton's method."""
    with computation(PARALLEL), interval(...):
        rounds = 0
        excess = 1.0
        while rounds < MAX_ROUNDS and abs(excess) > 1.0e-9:
            qs, slope = saturation(t, p)
            excess = max((qv - qs) / (1.0 + LATENT * slope), -qc)
            qv -= excess
            qc += excess
            t += LATENT * excess
            rounds += 1


def precipitation_type(t: FloatField, qc: FloatField, rain: FloatField, snow: FloatField, mixed: BoolField):
    """Cloud water falls as rain where it is warm, as snow where it is cold (t in C), as both between."""
    with computation(PARALLEL), interval(...):
        mixed = False
        rate = 0.0 if qc < 0.7 else 0.1 * (qc - 0.7)
        if t > T_RAIN:
            rain = rate
            snow = 0.0
        elif t > T_SNOW:
            frozen = (T_RAIN - t) / (T_RAIN - T_SNOW)
            rain = rate * (1.0 - frozen)
            snow = rate * frozen
            mixed = rate > 0.0
        else:
            rain = 0.0
            snow = rate


def reflectivity(rain: FloatField, rho: FloatField, dbz: FloatField, echo_top: IntFieldIJ):
    """Radar reflectivity (dBZ) of rain (g/kg) in air of density rho (kg/m3), and the highest level above 18 dBZ."""
    with computation(FORWARD), interval(0, 1):
        echo_top = -1
    with computation(BACKWARD), interval(...):
        z = 20.46 * (max(rain, 1.0e-6) * rho) ** 1.75
        dbz = max(10.0 * log10(z), -30.0)
        if dbz > 18.0:
            echo_top = K


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


def let_fall(rain: FloatField, speed: FloatField, dz: FloatField, landed: FloatField, dt: float):
    """Moves the rain of each layer to the layer that it reaches in the time step: speed (m/s), layer depth dz (m); what comes
    below the lowest layer stays there. The mass of each column is kept."""
    with computation(BACKWARD):
        with interval(-1, None):
            beneath = 0
            landed = 0.0
        with interval(0, -1):
            beneath = beneath[0, 0, 1] + 1
            landed = 0.0
    with computation(FORWARD), interval(...):
        way = speed * dt
        layers = 0
        while layers < beneath and way > dz[0, 0, layers]:
            way -= dz[0, 0, layers]
            layers += 1
        landed[0, 0, layers] += rain
