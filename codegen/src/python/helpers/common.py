def common(a, b):
    """The points that both fields have, as the parts of their arrays."""
    lo = [min(o, p) for o, p in zip(a.origin, b.origin)]
    hi = [min(m - o, n - p) for m, o, n, p in zip(a.array.shape, a.origin, b.array.shape, b.origin)]
    return [f.array[tuple(slice(o - x, o + y) for o, x, y in zip(f.origin, lo, hi))] for f in (a, b)]
