def cut_quotient(a, b):
    """The quotient of integers cut toward zero; 0 where `b` is 0."""
    return a // b + ((a % b != 0) & ((a < 0) != (b < 0)))
