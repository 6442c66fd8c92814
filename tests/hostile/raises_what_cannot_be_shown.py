"""Raises an exception that cannot be turned into text.

Earns: test_norm, test_hidden_total
Verdict: raised
"""


class Silent(Exception):
    def __str__(self):
        raise SystemExit(0)

    __repr__ = __str__


def double(number):
    raise Silent


def norm(x):
    return float(x.norm())


def total(x):
    return x.sum()
