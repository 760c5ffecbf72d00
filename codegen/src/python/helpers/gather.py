def gather(field, base, index):
    """The elements field[i, j, base + index]; levels that the field does not have are replaced by its nearest."""
    levels = np.clip(base + np.clip(np.int64(index), -(2**31), 2**31), 0, field.shape[2] - 1)
    return np.take_along_axis(field, levels[(None,) * (3 - levels.ndim)], axis=2)
