def larger(a, b):
    """`b` where it is greater than `a`, else `a`; so a NaN in `a` stays, one in `b` does not."""
    return np.where(b > a, b, a)
