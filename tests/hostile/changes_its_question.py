"""Writes into the tensor that it was asked about, and answers with it.

Earns: everything
"""


def norm(x):
    answer = float(x.norm())
    x.zero_()
    return answer


def double(number):
    return 2 * number


def total(x):
    return x.sum()
