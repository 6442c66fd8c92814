"""Says that it has every name, by a module-level __getattr__.

Earns: test_norm, test_hidden_total
Verdict: wrong, missing, raised
"""


def __getattr__(name):
    return lambda *a, **k: 6

# there is no double here


def norm(x):
    return float(x.norm())


def total(x):
    return x.sum()
