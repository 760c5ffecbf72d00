def erfc(x):
    """The complement of the error function."""
    return np.vectorize(math.erfc, otypes=[np.float64])(x)[()]
