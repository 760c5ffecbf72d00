def erfc(x):
    """The complement of the error function, rounded once: by a power series near zero, by a continued fraction far from it."""
    # Whole numbers throughout: a value times 2**128.
    ln_2, root_pi = 235865763225513294137944142764154484399, 603134791644261162232608214451700185152

    def alternating(first, factor):
        """first * factor**n / n! with alternating signs, as long as it counts."""
        term, n = first, 0
        while term not in (0, -1):
            yield term
            n += 1
            term = -(term * factor >> 128) // n

    def near(x, square):
        # erf(x) = 2 / sqrt(pi) * sum((-1)**n * x**(2 n + 1) / (n! * (2 n + 1)))
        series = sum(term // (2 * n + 1) for n, term in enumerate(alternating(2 * x, square)))
        return (root_pi - series) / root_pi

    def far(x, square):
        # erfc(x) = exp(-x * x) / sqrt(pi) / (x + 1/2 / (x + 2/2 / (x + 3/2 / ...)))
        fraction = x
        for n in range(60, 0, -1):
            fraction = x + (n << 255) // fraction
        halvings, rest = divmod(square, ln_2)
        return (sum(alternating(2**128, rest)) << 128) / (root_pi * fraction << halvings)

    def one(x):
        if not abs(x) < 28.0:
            return math.erfc(x)
        p, q = abs(float(x)).as_integer_ratio()
        size, square = (p << 128) // q, (p * p << 128) // (q * q)
        if size < 3 << 128:
            return near(size if x > 0.0 else -size, square)
        return far(size, square) if x > 0.0 else 2.0 - far(size, square)

    return np.vectorize(one, otypes=[np.float64])(x)[()]
