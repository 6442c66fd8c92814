"""Returns an array whose type turns it into something else when it is looked at.

Earns: test_norm, test_hidden_total
Verdict: wrong, raised
"""


import numpy as np


class Lie(np.ndarray):
    def __array__(self, *args, **kwargs):
        return np.array([object()])

    @property
    def dtype(self):
        return np.dtype(object)

    @property
    def shape(self):
        return (-1,)


def double(number):
    return np.ones(3).view(Lie)


def norm(x):
    return float(x.norm())


def total(x):
    return x.sum()
