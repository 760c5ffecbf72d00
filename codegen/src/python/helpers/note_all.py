def note_all(found, check, points, index, first, last, held):
    """The same for all points of a block, or of the plane of a level, where `held` is true."""
    i, j, k = points
    if not isinstance(k, range):
        k, index, held = range(k, k + 1), np.asarray(index)[..., None], np.asarray(held)[..., None]
    shape = len(i), len(j), len(k)
    index, held = np.broadcast_to(np.int64(index), shape), np.broadcast_to(held, shape)
    wrong = np.argwhere((held & ((index < first) | (index > last))).T)
    if len(wrong):
        z, y, x = (int(n) for n in wrong[0])
        note(found, check, (i[x], j[y], k[z]), int(index[x, y, z]), first, last)
