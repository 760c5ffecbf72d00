def note(found, check, point, index, first, last):
    """Keeps an index that does not exist. `check` is the number of the check, and what is checked where."""
    if not first <= index <= last:
        number, what, *where = check
        found.append((number, point[::-1], what == "component", what, index, first, last, where))
