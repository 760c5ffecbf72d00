def cbrt(x):
    """The cube root: NumPy's first digits of it, whose cube is exact, and the rest from r**3 - h**3 = (r - h)(r r + r h + h h)."""
    part, power = np.frexp(x)
    power, more = np.divmod(power, 3)
    part = np.ldexp(part, more)
    root = np.cbrt(part)
    head = np.rint(root * 2.0**16) / 2.0**16
    root = head + (part - head * head * head) / (root * root + root * head + head * head)
    return np.where(np.isfinite(x) & (x != 0.0), np.ldexp(root, power), np.cbrt(x))[()]
