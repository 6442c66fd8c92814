"""Every export of the tiny assignment, as it should be."""

import numpy as np


def double(number):
    """Return twice a number or an array."""
    return number * 2


class Adder:
    """A model of one layer whose weights are ones."""

    def __init__(self, width):
        self.weights = np.ones(width)

    def __call__(self, X):
        """Return the sum of each row."""
        return X @ self.weights


def build(width):
    """Make a model that adds its inputs up."""
    return Adder(width)


def predict(model, X):
    """Tell what the model makes of each row."""
    return model(X)


def apply(function, theta):
    """Return the function at theta."""
    return function(theta)


def guess():
    """Return a number of at most 1."""
    return 1.0
