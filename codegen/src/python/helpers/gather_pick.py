def gather_pick(field, base, index, component):
    """The same for one component: those of number component[i, j, k], with data indexes in row-major order."""
    flat = field.reshape(*field.shape[:3], np.prod(field.shape[3:], dtype=int))
    levels = np.clip(base + np.clip(np.int64(index), -(2**31), 2**31), 0, flat.shape[2] - 1)
    component = np.clip(np.int64(component), 0, flat.shape[3] - 1)
    i, j = np.ogrid[: flat.shape[0], : flat.shape[1]]
    return flat[i[..., None], j[..., None], levels, component]
