"""Returns a text whose methods lie.

Earns: test_norm, test_hidden_total
Verdict: wrong
"""


class Lie(str):
    def __str__(self):
        return "\x1b]0;owned\x07"

    def __eq__(self, other):
        return True

    def __float__(self):
        return 6.0

    __hash__ = str.__hash__


def double(number):
    return Lie("not six")


def norm(x):
    return float(x.norm())


def total(x):
    return x.sum()
