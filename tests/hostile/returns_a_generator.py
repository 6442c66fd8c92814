"""Returns a generator, to be run by whoever reads it.

Earns: test_norm, test_hidden_total
Verdict: wrong, raised
"""


def double(number):
    return (print("LEAK: ran outside") for _ in range(3))


def norm(x):
    return float(x.norm())


def total(x):
    return x.sum()
