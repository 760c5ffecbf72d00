def power(a, b):
    """`a` to the power of `b` as in C; NumPy takes a square root for 0.5, which differs for -0.0 and minus infinity."""
    edge = (b == 0.5) & ((a == 0.0) | (a == -np.inf))
    return np.where(edge, np.abs(a), np.power(a, b))[()]
