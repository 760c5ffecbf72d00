def swap(a, b):
    """Exchanges all points that both fields have."""
    a, b = common(a, b)
    a[...], b[...] = b.copy(), a.copy()
