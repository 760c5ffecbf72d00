def fma(a, b, c):
    """`a * b + c`, rounded once: the product and its rounding error, then a sum of three (Boldo and Melquiond, 2008)."""

    def two_sum(a, b):
        total = a + b
        back = total - a
        return total, (a - (total - back)) + (b - back)

    def odd_sum(a, b):
        # Of the two numbers around an inexact sum the one whose last bit is set: rounding it again rounds the exact sum.
        total, rest = two_sum(a, b)
        moves = np.isfinite(total) & (rest != 0.0) & (np.asarray(total).view(np.int64) & 1 == 0)
        return np.where(moves, np.nextafter(total, np.copysign(np.inf, rest)), total)

    def halves(a):
        moved = 134217729.0 * a
        high = moved - (moved - a)
        return high, a - high

    def one(a, b, c):
        (p, q), (r, s), (t, u) = (float(x).as_integer_ratio() for x in (a, b, c))
        above = p * r * u + t * q * s
        try:
            return above / (q * s * u) if above else a * b + c
        except OverflowError:
            return math.inf if above > 0 else -math.inf

    def usual(x):
        return (np.abs(x) > 2.0**-900) & (np.abs(x) < 2.0**900)

    narrow = np.result_type(a, b, c) == np.float32
    a, b, c = np.broadcast_arrays(*(np.asarray(x, np.float64) for x in (a, b, c)))
    product = a * b
    plain = np.where(np.isinf(c) & np.isfinite(a) & np.isfinite(b), c, product + c)
    if narrow:
        return np.float32(odd_sum(product, c))
    (high, low), (head, tail) = halves(a), halves(b)
    rest = ((high * head - product) + high * tail + low * head) + low * tail
    middle, last = two_sum(c, rest)
    total, error = two_sum(product, middle)
    exact = usual(a) & usual(b) & usual(product) & (np.abs(c) < 2.0**900)
    result = np.where(exact, total + odd_sum(last, error), plain)
    rare = ~exact & np.isfinite(a) & np.isfinite(b) & np.isfinite(c) & (a != 0.0) & (b != 0.0)
    if np.any(rare):
        result[rare] = np.vectorize(one, otypes=[np.float64])(a[rare], b[rare], c[rare])
    return result[()]
