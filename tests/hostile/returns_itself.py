"""Returns a list that contains itself.

Earns: test_norm, test_hidden_total
Verdict: wrong
"""


LOOP = []
LOOP.append(LOOP)


def double(number):
    return LOOP


def norm(x):
    return float(x.norm())


def total(x):
    return x.sum()
