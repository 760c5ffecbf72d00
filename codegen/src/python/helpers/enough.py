def enough(name, axis, size, least):
    """Fails if a part of the domain has too few points along an axis."""
    if size < least:
        raise ValueError(f"`{name}` is called on {size} points along {axis}, and needs {least}")
