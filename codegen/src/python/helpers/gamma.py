def gamma(x):
    """The gamma function as Python has it, within 6 ulp; with the special values of C."""

    def one(x):
        try:
            return math.gamma(x)
        except OverflowError:
            return math.copysign(math.inf, x)
        except ValueError:
            return math.copysign(math.inf, x) if x == 0.0 else math.nan

    return np.vectorize(one, otypes=[np.float64])(x)[()]
