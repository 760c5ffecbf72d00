"""Functions of the saturation adjustment in saturation.py: 44 small pieces of the thermodynamics of moist air.

Temperatures in K, pressures in Pa, masses of water in kg per kg of air: vapour qv, cloud water ql, rain qr, cloud ice qi,
snow qs, graupel qg. Saturation after Flatau et al. (1992), rates after Lin et al. (1983), both simplified.
"""

from tradewind.gtscript import cbrt, exp, function, log, max, min, sqrt

T_ICE = 273.16  # triple point
T_COLD = 233.16  # all water is frozen below
R_DRY = 287.05
R_VAPOUR = 461.5
EPSILON = 0.622
CV_DRY = 717.5
CV_VAPOUR = 1384.5
C_LIQUID = 4185.5
C_ICE = 1972.0
L_VAPOUR = 3.13905e6  # extrapolated to 0 K
L_FUSION = -2.4e5
TINY = 1.0e-12


@function
def celsius(t):
    above = t - T_ICE
    held = min(max(above, -85.0), 70.0)
    return held


@function
def pressure_over_water(t):
    """Saturation pressure, a polynomial in Celsius."""
    c = celsius(t)
    high = 0.206739e-7 + c * (0.302950e-9 + c * 0.0)
    middle = 0.264847e-2 + c * (0.302246e-4 + c * high)
    low = 0.443986 + c * (0.0142862 + c * middle)
    p = 6.11239 + c * low
    return 100.0 * max(p, 0.01)


@function
def pressure_over_ice(t):
    """Saturation pressure, a polynomial in Celsius."""
    c = celsius(t)
    high = 0.498070e-7 + c * 0.2e-9
    middle = 0.360055e-2 + c * (0.405488e-4 + c * high)
    low = 0.499320 + c * (0.0184672 + c * middle)
    p = 6.11147 + c * low
    return 100.0 * max(p, 0.001)


@function
def ratio_of(e, p):
    """Saturated vapour mass for a saturation pressure e at the pressure p."""
    dry = p - (1.0 - EPSILON) * e
    held = max(dry, e)
    ratio = EPSILON * e / held
    return ratio


@function
def saturation_water(t, p):
    e = pressure_over_water(t)
    q = ratio_of(e, p)
    return q


@function
def saturation_ice(t, p):
    e = pressure_over_ice(t)
    q = ratio_of(e, p)
    return q


@function
def slope_water(t, q):
    """Change of the saturated mass with temperature (Clausius and Clapeyron)."""
    latent = L_VAPOUR + (CV_VAPOUR - C_LIQUID) * t
    inverse = 1.0 / (R_VAPOUR * t * t)
    slope = q * latent * inverse
    return slope


@function
def slope_ice(t, q):
    latent = L_VAPOUR + L_FUSION + (CV_VAPOUR - C_ICE) * t
    inverse = 1.0 / (R_VAPOUR * t * t)
    slope = q * latent * inverse
    return slope


@function
def frozen_part(t):
    """Part of condensing vapour that becomes ice: none above the triple point, all of it below T_COLD."""
    depth = (T_ICE - t) / (T_ICE - T_COLD)
    part = min(max(depth, 0.0), 1.0)
    smooth = part * part * (3.0 - 2.0 * part)
    return smooth


@function
def mixed(water, ice, part):
    difference = ice - water
    value = water + part * difference
    return value


@function
def liquid(ql, qr):
    total = ql + qr
    held = max(total, 0.0)
    return held


@function
def solid(qi, qs, qg):
    total = qi + qs
    total += qg
    held = max(total, 0.0)
    return held


@function
def heat_capacity(qv, ql, qr, qi, qs, qg):
    """Of moist air at constant volume."""
    wet = liquid(ql, qr)
    frozen = solid(qi, qs, qg)
    dry = CV_DRY * (1.0 - qv - wet - frozen)
    water = CV_VAPOUR * qv + C_LIQUID * wet
    return max(dry + water + C_ICE * frozen, 500.0)


@function
def warming_by_condensation(t, capacity):
    latent = L_VAPOUR + (CV_VAPOUR - C_LIQUID) * t
    warming = latent / capacity
    return warming


@function
def warming_by_freezing(t, capacity):
    latent = -L_FUSION + (C_LIQUID - C_ICE) * (t - T_ICE)
    held = max(latent, 1.0e5)
    warming = held / capacity
    return warming


@function
def warming_by_deposition(t, capacity):
    condensing = warming_by_condensation(t, capacity)
    freezing = warming_by_freezing(t, capacity)
    both = condensing + freezing
    return both


@function
def density(t, p, qv):
    virtual = t * (1.0 + 0.608 * qv)
    rho = p / (R_DRY * virtual)
    return rho


@function
def thinning(rho):
    """Faster fall in thin air."""
    ratio = 1.2 / max(rho, 0.1)
    factor = sqrt(ratio)
    return factor


@function
def relaxation(dt, time):
    """Part of the way that is gone in a step."""
    steps = dt / time
    part = 1.0 - exp(-steps)
    return part


@function
def limited(rate, source):
    """No more than is there, and nothing back."""
    positive = max(rate, 0.0)
    held = min(positive, max(source, 0.0))
    return held


@function
def viscosity(t):
    c = celsius(t)
    return 1.718e-5 + 4.9e-8 * c


@function
def diffusivity(t, p):
    warm = t / T_ICE
    power = warm * warm / sqrt(warm)
    value = 2.26e-5 * power * 1.0e5 / p
    return value


@function
def conductivity(t):
    c = celsius(t)
    value = 0.0243 + 7.0e-5 * c
    return value


@function
def schmidt(t, p, rho):
    """Root of the cube of the Schmidt number."""
    nu = viscosity(t) / rho
    number = nu / diffusivity(t, p)
    root = cbrt(max(number, 0.1))
    return root


@function
def ventilation(q, t, p, rho):
    """How much faster falling particles take up or lose vapour."""
    size = sqrt(sqrt(max(rho * q, TINY)))
    thin = thinning(rho)
    factor = 0.78 + 0.31 * schmidt(t, p, rho) * sqrt(thin) * size * 50.0
    return factor


@function
def resistance(t, p, q_saturated, rho):
    """Of vapour and heat together, on the way to a particle."""
    latent = L_VAPOUR + (CV_VAPOUR - C_LIQUID) * t
    heat = latent * latent / (conductivity(t) * R_VAPOUR * t * t)
    vapour = 1.0 / (max(rho * q_saturated, TINY) * diffusivity(t, p))
    both = heat + vapour
    return both


@function
def evaporation_of(q, t, p, rho, q_saturated, deficit, dt):
    """Of rain, or sublimation of snow and graupel, in air that lacks `deficit` of saturation."""
    fan = ventilation(q, t, p, rho)
    against = resistance(t, p, q_saturated, rho)
    surface = sqrt(max(rho * q, TINY))
    rate = 2.0e6 * fan * surface * deficit / (max(q_saturated, TINY) * against * rho)
    return limited(rate * dt, q)


@function
def autoconversion(q, threshold, time, dt):
    """Of cloud to precipitation, beyond a threshold."""
    excess = q - threshold
    part = relaxation(dt, time)
    rate = excess * part
    return limited(rate, q)


@function
def ice_threshold(t):
    cold = min(T_ICE - t, 40.0)
    return 1.0e-4 * exp(-0.025 * max(cold, 0.0))


@function
def collection(q, by, rho, efficiency, dt):
    """Of cloud by what falls through it."""
    swept = max(rho * by, TINY) ** 0.875
    thin = thinning(rho)
    rate = efficiency * 5.0 * swept * thin * q
    return limited(rate * dt, q)


@function
def stickiness(t):
    """Of ice crystals to snow."""
    cold = min(t - T_ICE, 0.0)
    return exp(0.05 * cold)


@function
def melting(q, t, capacity, dt):
    """At most what cools the air down to the triple point."""
    warm = t - T_ICE
    enough = warm / warming_by_freezing(t, capacity)
    part = relaxation(dt, 300.0)
    rate = enough * part
    return limited(rate, q)


@function
def freezing(q, t, capacity, dt):
    """At most what warms the air up to the triple point."""
    cold = T_ICE - t
    enough = cold / warming_by_freezing(t, capacity)
    part = relaxation(dt, 120.0)
    rate = enough * part
    return limited(rate, q)


@function
def nuclei(t):
    """Ice nuclei (1/kg) after Fletcher."""
    cold = min(max(T_ICE - t, 0.0), 40.0)
    number = 0.01 * exp(0.6 * cold)
    held = min(number, 1.0e6)
    return held


@function
def crystal_growth(t, p, qi, excess, dt):
    """Deposition on crystals, from vapour beyond saturation over ice."""
    number = nuclei(t)
    size = cbrt(max(qi / number, TINY))
    rate = 4.0e3 * number * size * excess * diffusivity(t, p)
    return limited(rate * dt, excess)


@function
def condensed_at_once(qv, saturated, slope, warming):
    """What brings the air to saturation, its own warming counted: one step of Newton's method."""
    excess = qv - saturated
    below = 1.0 + warming * slope
    amount = excess / below
    return amount


@function
def remaining_after(q, lost):
    left = q - lost
    held = max(left, 0.0)
    return held


@function
def borrowed(q, vapour):
    """Negative water is filled from vapour."""
    missing = max(-q, 0.0)
    given = min(missing, max(vapour, 0.0))
    return given


@function
def spread(rho):
    """Width of the distribution of humidity within a cell, less in thick air."""
    thick = max(rho, 0.2)
    width = 0.05 + 0.1 * sqrt(1.2 / thick)
    return min(width, 0.25)


@function
def cloudy_part(qv, condensate, saturated, width):
    """Cloud fraction with an even distribution of total water."""
    total = qv + condensate
    lowest = total * (1.0 - width)
    highest = total * (1.0 + width)
    return min(max((highest - saturated) / max(highest - lowest, TINY), 0.0), 1.0)


@function
def energy(t, qv, ql, qr, qi, qs, qg):
    """Of moist air, relative to dry air at 0 K with frozen water."""
    capacity = heat_capacity(qv, ql, qr, qi, qs, qg)
    wet = liquid(ql, qr)
    latent = (L_VAPOUR - L_FUSION) * qv - L_FUSION * wet
    return capacity * t + latent


@function
def fall_speed(q, rho, coefficient):
    content = max(rho * q, TINY)
    power = exp(0.125 * log(content))
    speed = coefficient * power * thinning(rho)
    return min(speed, 12.0)


@function
def reflectivity(qr, qs, qg, rho):
    rain = max(rho * qr, TINY) ** 1.75
    snow = max(rho * qs, TINY) ** 1.75
    hail = max(rho * qg, TINY) ** 1.66
    total = 3.6e9 * rain + 9.8e8 * snow + 4.3e9 * hail
    return 10.0 * log(total) / 2.302585092994046


@function
def water_of(qv, ql, qr, qi, qs, qg):
    wet = liquid(ql, qr)
    frozen = solid(qi, qs, qg)
    total = qv + wet + frozen
    return total
