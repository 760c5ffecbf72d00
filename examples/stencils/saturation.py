"""A very large stencil: saturation adjustment and the exchanges between six kinds of water, four times in a step.

With its 45 functions put in place of their calls, `saturation_adjustment` has 1,900 assignments under 44 conditions.
"""

from saturation_functions import (
    T_ICE,
    TINY,
    autoconversion,
    borrowed,
    cloudy_part,
    collection,
    condensed_at_once,
    crystal_growth,
    density,
    energy,
    evaporation_of,
    fall_speed,
    freezing,
    frozen_part,
    heat_capacity,
    ice_threshold,
    limited,
    melting,
    mixed,
    reflectivity,
    remaining_after,
    saturation_ice,
    saturation_water,
    slope_ice,
    slope_water,
    spread,
    stickiness,
    warming_by_condensation,
    warming_by_deposition,
    warming_by_freezing,
    water_of,
)
from tradewind.gtscript import PARALLEL, Field, computation, function, interval, max, min

FloatField = Field[float]


@function
def exchanged(t, qv, ql, qr, qi, qs, qg, p, dt):
    """Temperature and water after the exchanges of a time dt at constant pressure."""
    # Negative water is a fault of the transport before this.
    if ql < 0.0:
        lent = borrowed(ql, qv)
        ql += lent
        qv -= lent
    if qr < 0.0:
        lent = borrowed(qr, qv)
        qr += lent
        qv -= lent
    if qi < 0.0:
        lent = borrowed(qi, qv)
        qi += lent
        qv -= lent

    # Cloud forms and goes at once.
    capacity = heat_capacity(qv, ql, qr, qi, qs, qg)
    part = frozen_part(t)
    water = saturation_water(t, p)
    ice = saturation_ice(t, p)
    saturated = mixed(water, ice, part)
    slope = mixed(slope_water(t, water), slope_ice(t, ice), part)
    warming = mixed(warming_by_condensation(t, capacity), warming_by_deposition(t, capacity), part)
    guess = condensed_at_once(qv, saturated, slope, warming)
    # A second step of Newton's method, from where the first one leads.
    warmer = t + guess * warming
    water = saturation_water(warmer, p)
    ice = saturation_ice(warmer, p)
    saturated = mixed(water, ice, part)
    slope = mixed(slope_water(warmer, water), slope_ice(warmer, ice), part)
    amount = guess + condensed_at_once(qv - guess, saturated, slope, warming)
    if amount > 0.0:
        formed = limited(amount, qv)
        ql += formed * (1.0 - part)
        qi += formed * part
        qv -= formed
        t += formed * warming
    else:
        gone = limited(-amount, ql)
        ql -= gone
        qv += gone
        t -= gone * warming_by_condensation(t, capacity)

    # Ice and cloud water, towards the triple point.
    if t > T_ICE:
        molten = melting(qi, t, capacity, dt)
        qi = remaining_after(qi, molten)
        ql += molten
        t -= molten * warming_by_freezing(t, capacity)
    elif ql > TINY:
        frozen = freezing(ql, t, capacity, dt)
        ql = remaining_after(ql, frozen)
        qi += frozen
        t += frozen * warming_by_freezing(t, capacity)

    # Crystals grow where water is not yet saturated.
    rho = density(t, p, qv)
    over_ice = saturation_ice(t, p)
    if qv > over_ice:
        grown = crystal_growth(t, p, max(qi, 0.0), qv - over_ice, dt)
        qi += grown
        qv -= grown
        t += grown * warming_by_deposition(t, capacity)

    # Cloud becomes rain, crystals become snow; what falls collects cloud.
    if ql > 1.0e-4:
        made = autoconversion(ql, 5.0e-4, 900.0, dt)
        swept = collection(ql - made, qr, rho, 0.9, dt)
        ql = remaining_after(ql, made + swept)
        qr += made + swept
    if qi > 1.0e-6:
        made = autoconversion(qi, ice_threshold(t), 600.0, dt)
        swept = collection(qi - made, qs, rho, stickiness(t), dt)
        qi = remaining_after(qi, made + swept)
        qs += made + swept

    # Rain evaporates, snow and graupel melt.
    over_water = saturation_water(t, p)
    if over_water > qv:
        lost = evaporation_of(qr, t, p, rho, over_water, over_water - qv, dt)
        qr = remaining_after(qr, lost)
        qv += lost
        t -= lost * warming_by_condensation(t, capacity)
    if qs + qg > TINY:
        molten = melting(qs, t, capacity, dt)
        qs = remaining_after(qs, molten)
        loose = melting(qg, t - molten * warming_by_freezing(t, capacity), capacity, dt)
        qg = remaining_after(qg, loose)
        qr += molten + loose
        t -= (molten + loose) * warming_by_freezing(t, capacity)
        dry = max(saturation_ice(t, p) - qv, 0.0)
        lost = evaporation_of(qs, t, p, rho, saturation_ice(t, p), dry, dt)
        qs = remaining_after(qs, lost)
        qv += lost
        t -= lost * warming_by_deposition(t, capacity)
    return t, qv, ql, qr, qi, qs, qg


def saturation_adjustment(
    t: FloatField,
    qv: FloatField,
    ql: FloatField,
    qr: FloatField,
    qi: FloatField,
    qs: FloatField,
    qg: FloatField,
    p: FloatField,
    cloud: FloatField,
    fall: FloatField,
    echo: FloatField,
    loss: FloatField,
    dt: float,
):
    """A time step in four parts; then cloud fraction, fall speed of rain (m/s), reflectivity (dBZ), what was lost of energy."""
    with computation(PARALLEL), interval(...):
        # Any input becomes air: 200 to 310 K, 200 to 1000 hPa, a few grams of each kind of water.
        t = 255.0 + 27.0 * min(max(t, -2.0), 2.0)
        p = 60000.0 + 20000.0 * min(max(p, -2.0), 2.0)
        step = 1.0 + min(abs(dt), 100.0)
        before = energy(t, qv, ql, qr, qi, qs, qg) + water_of(qv, ql, qr, qi, qs, qg)
        part = 0.25 * step
        t, qv, ql, qr, qi, qs, qg = exchanged(t, qv, ql, qr, qi, qs, qg, p, part)
        t, qv, ql, qr, qi, qs, qg = exchanged(t, qv, ql, qr, qi, qs, qg, p, part)
        t, qv, ql, qr, qi, qs, qg = exchanged(t, qv, ql, qr, qi, qs, qg, p, part)
        t, qv, ql, qr, qi, qs, qg = exchanged(t, qv, ql, qr, qi, qs, qg, p, part)
        rho = density(t, p, qv)
        cloud = cloudy_part(qv, ql + qi, saturation_water(t, p), spread(rho))
        fall = fall_speed(qr, rho, 20.0)
        echo = reflectivity(qr, qs, qg, rho)
        loss = energy(t, qv, ql, qr, qi, qs, qg) + water_of(qv, ql, qr, qi, qs, qg) - before
