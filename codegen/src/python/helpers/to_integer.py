def to_integer(x, dtype):
    """`x` cut toward zero; NaN gives 0, and what is too large the largest number that there is."""
    least, most = np.iinfo(dtype).min, np.iinfo(dtype).max
    fits = (x >= float(least)) & (x < float(most) + 1.0)
    cut = np.where(fits, x, x.dtype.type(0)).astype(dtype)
    return np.where(fits | np.isnan(x), cut, np.where(x > 0, dtype(most), dtype(least)))[()]
