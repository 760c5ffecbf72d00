def gather_plane(field, base, index):
    """The same for one level: the elements field[i, j, base + index[i, j]]."""
    return gather(field, base, np.asarray(index)[..., None])[..., 0]
