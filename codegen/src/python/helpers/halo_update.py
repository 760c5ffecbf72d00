def halo_update(field, domain, reach=None):
    """Fills the halo from the opposite edge of the domain: along I beside it, then along J with the corners.

    ``reach`` says for I and J how many points to fill below (negative) and above the domain; by default all there are.
    """
    filled = []
    for axis, size, origin in zip(field.axes, field.array.shape, field.origin):
        n = domain["IJK".index(axis)]
        lo, hi = -origin, size - origin
        if reach is not None and axis != "K":
            lo, hi = max(lo, reach[axis][0]), min(hi, n + reach[axis][1])
        filled.append((lo, hi))
    for d, axis in enumerate(field.axes):
        if axis == "K":
            continue
        n = domain["IJK".index(axis)]
        lo, hi = filled[d]
        part = [slice(lo + o, hi + o) for (lo, hi), o in zip(filled, field.origin)]
        if axis == "I" and "J" in field.axes:
            part[d + 1] = slice(field.origin[d + 1], field.origin[d + 1] + domain[1])
        source = list(part)
        halo = np.array([*range(lo, 0), *range(n, hi)], dtype=int)
        part[d], source[d] = halo + field.origin[d], halo % n + field.origin[d]
        field.array[tuple(part)] = field.array[tuple(source)]
