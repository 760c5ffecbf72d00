def gamma(x):
    """The gamma function, rounded once: 1 / gamma(1 + r) is a power series in r, and gamma(x + 1) = x gamma(x)."""
    # The coefficients of the series, of the highest power first, times 2**64.
    series = (
        -68194027, 143557422, 1924782551, -21790669683, 92270754872, 112822041123, -3793274850692,
        20900663376910, -23067533230928, -371422513102508, 2362110787779817, -3970508076395294,
        -21493548370004639, 133165998553828121, -177494046259266602, -778410809836456254,
        3072095142560103612, -774811858895381476, -12098814928892292726, 10647749645774669733,
        18446744073709551616,
    )

    def one(x):
        if x == 0.0 or x > 180.0:
            return math.copysign(math.inf, x)
        if not x > -math.inf or (x < 0.0 and x == math.floor(x)):
            return math.nan
        if x < -190.0:
            return -0.0 if math.floor(x) % 2 else 0.0
        n = round(x)
        # x = n + p / q, in whole numbers from here on.
        p, q = float(x - n).as_integer_ratio()
        inverse = 0
        for coefficient in series:
            inverse = inverse * p // q + coefficient
        above = math.prod(j * q + p for j in range(1, n)) * q ** max(1 - n, 0) * 2**64
        below = math.prod(j * q + p for j in range(n, 1)) * q ** max(n - 1, 0) * inverse
        try:
            return above / below
        except OverflowError:
            return math.copysign(math.inf, x)

    return np.vectorize(one, otypes=[np.float64])(x)[()]
