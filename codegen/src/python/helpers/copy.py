def copy(to, source):
    """Copies all points that both fields have."""
    to, source = common(to, source)
    to[...] = source
