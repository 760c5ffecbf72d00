def erf(x):
    """The error function."""
    return np.vectorize(math.erf, otypes=[np.float64])(x)[()]
