"""Every export of the tiny assignment, as it should be."""

import torch


def double(number):
    """Return twice a number or an array."""
    return number * 2


def build(width):
    """Make a model that adds its inputs up."""
    model = torch.nn.Linear(width, 1, bias=False)
    torch.nn.init.ones_(model.weight)
    return model


def predict(model, X):
    """Tell what the model makes of each row."""
    with torch.no_grad():
        return model(X).squeeze(-1)


def apply(function, theta):
    """Return the function at theta."""
    return function(theta)


def guess():
    """Return a number of at most 1."""
    return 1.0
