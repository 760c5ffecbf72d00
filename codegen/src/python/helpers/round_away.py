def round_away(x):
    """The nearest whole number, halves away from zero."""
    size = np.abs(x)
    return np.copysign(np.floor(size) + (size - np.floor(size) >= 0.5), x)
