def refuse(found, start_point):
    """Fails with the first index that does not exist: of the first check, then of the first point."""
    if found:
        _, point, _, what, index, first, last, (field, place, *sizes) = min(found)
        point = tuple(n + begin for n, begin in zip(point[::-1], start_point))
        along = ""
        if sizes and index < 0:
            # Which index it is along which dimension.
            index, dimension = (-1 - index) // 4 - 2**40, (-1 - index) % 4
            what, last, along = "index", sizes[0][dimension] - 1, f" along data dimension {dimension + 1}"
        index, first, last = (n + start_point[2] if what == "level" else n for n in (index, first, last))
        exists = f"it has the {what}{'es' if along else 's'} {first} to {last}{along}"
        raise IndexError(f"{what} {index} of `{field}` does not exist: {exists}; at the point {point}, {place}")
