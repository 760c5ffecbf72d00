def within(name, axis, first, size, low, high, domain):
    """Where a part of the domain begins and ends along an axis, if `low` to `high` holds it."""
    if 0 in domain:
        return 0, 0
    if size < 0 or size > 0 and (first < low or first + size > high):
        raise ValueError(f"`{name}` is called on {size} points along {axis} from {first} on, not from {low} up to {high}")
    return int(first), int(first + size)
