class Shared(np.ndarray):
    """A field as a callback gets it: the domain and its halo.

    `origin` is the index of the domain's first point, `domain` its sizes along the axes of the array (one more where the
    field lives at interfaces), `inner` its points.
    """

    origin = domain = None

    @property
    def inner(self):
        return self[tuple(slice(first, first + size) for first, size in zip(self.origin, self.domain))]


def shared(field, domain, *ranges, is_writable=True):
    """The points of a field between positions that count from the start of the domain, for a callback."""
    array = field.part(*ranges).view(Shared)
    array.flags.writeable &= is_writable
    array.origin = tuple(-first for first, _ in ranges)
    array.domain = tuple(domain["IJK".index(axis)] for axis in field.axes)
    return array
