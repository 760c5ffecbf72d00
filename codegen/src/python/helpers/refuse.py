def refuse(found, start_point):
    """Fails with the first index that does not exist: of the first check, then of the first point."""
    if found:
        _, point, _, what, index, field, first, last, place = min(found)
        point = tuple(n + begin for n, begin in zip(point[::-1], start_point))
        index, first, last = (n + start_point[2] if what == "level" else n for n in (index, first, last))
        exists = f"it has the {what}s {first} to {last}"
        raise IndexError(f"{what} {index} of `{field}` does not exist: {exists}; at the point {point}, {place}")
