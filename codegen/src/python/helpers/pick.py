def pick(field, dimensions, component):
    """At each point the component of a number; numbers that do not exist are replaced by the nearest."""
    points = field.ndim - dimensions
    flat = field.reshape(*field.shape[:points], np.prod(field.shape[points:], dtype=int))
    component = np.clip(np.int64(component), 0, flat.shape[-1] - 1)
    shape = np.broadcast_shapes(flat.shape[:-1], np.shape(component))
    flat, component = np.broadcast_to(flat, shape + flat.shape[-1:]), np.broadcast_to(component, shape)
    return np.take_along_axis(flat, component[..., None], axis=-1)[..., 0]
