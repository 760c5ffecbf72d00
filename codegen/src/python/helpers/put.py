def put(field, dimensions, component, value, where=True):
    """Sets at each point the component of a number; numbers that do not exist are replaced by the nearest."""
    shape = field.shape[field.ndim - dimensions :]
    component, value = np.clip(np.int64(component), 0, np.prod(shape) - 1), np.array(value)
    for n, indexes in enumerate(np.ndindex(shape)):
        part = field[(..., *indexes)]
        part[...] = np.where(where & (component == n), value, part)
