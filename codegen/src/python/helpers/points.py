class Points:
    """An array whose elements are named by points: (0, 0, 0) is the domain's first, the halo before it is negative."""

    def __init__(self, array, *first):
        self.array, self.first = array, first

    def __getitem__(self, point):
        return self.array[self.index(point)]

    def __setitem__(self, point, value):
        self.array[self.index(point)] = value

    def index(self, point):
        point = point if isinstance(point, tuple) else (point,)
        index = tuple(p - first for p, first in zip(point, self.first)) + point[len(self.first) :]
        if any(n < 0 for n in index):
            raise IndexError(f"the array has no point {point}")
        return index

    def level(self, k):
        """The level nearest to `k` that the array has."""
        first = self.first[-1]
        return max(first, min(int(k), first + self.array.shape[len(self.first) - 1] - 1))

    def component(self, n):
        """The indexes into the data dimensions of the component nearest to number `n`."""
        shape = self.array.shape[len(self.first) :]
        return tuple(np.unravel_index(max(0, min(int(n), int(np.prod(shape)) - 1)), shape))

    def copy(self):
        return Points(self.array.copy(), *self.first)
