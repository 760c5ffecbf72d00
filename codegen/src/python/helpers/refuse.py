def refuse(found):
    """Fails with the first index that does not exist: of the first check, then of the first point."""
    if found:
        raise IndexError(min(found)[-1])
