"""What every hostile submission does in earnest beside its attack."""


def double(number):
    """Twice a number."""
    return 2 * number


def norm(x):
    """The length of a vector."""
    return float(x.norm())


def total(x):
    """The sum of all entries."""
    return x.sum()
