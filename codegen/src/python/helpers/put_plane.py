def put_plane(field, base, index, value, where=True, component=0):
    """Sets the elements field[i, j, base + index[i, j]] of one component; numbers that do not exist are replaced by the nearest."""
    plane, data = field.shape[:2], field.shape[3:]
    level = np.clip(base + np.clip(np.int64(index), -(2**31), 2**31), 0, field.shape[2] - 1)
    component = np.clip(np.int64(component), 0, np.prod(data, dtype=int) - 1)
    level, component, value, where = (np.broadcast_to(a, plane) for a in (level, component, value, where))
    i, j = np.nonzero(where)
    component = np.unravel_index(component[i, j], data) if data else ()
    field[(i, j, level[i, j], *component)] = value[i, j]
