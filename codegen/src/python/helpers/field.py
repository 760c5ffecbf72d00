class Field:
    """An array, the axes of its dimensions, and the index of the domain's first point in it."""

    def __init__(self, array, axes, origin):
        self.array, self.axes, self.origin = array, axes, origin

    def part(self, *ranges):
        """The points between positions that count from the start of the domain; all there are for None."""
        index = [slice(o + r[0], o + r[1]) if r else slice(None) for o, r in zip(self.origin, ranges)]
        return None if self.array is None else self.array[tuple(index)]
