def smaller(a, b):
    """`b` where it is less than `a`, else `a`; so a NaN in `a` stays, one in `b` does not."""
    return np.where(b < a, b, a)
