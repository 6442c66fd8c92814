"""Points with so many eigenvalues that other sizes of a matrix are far from the largest of them.

The bound of zero is a share of max |λ|. The Frobenius norm, the sum and the mean of the |λ| and the
largest entry are within a factor of n or √n of it, which the margin around the bound hides where n
is small.
"""

import torch

from .strategies import Point, point

MANY = 24


def crowded(small: float) -> Point:
    """Build a point with one small eigenvalue beside 23 of 1: sizes that add up are above max |λ|.

    The Frobenius norm is 4.8, and the sum of the |λ| is 23.
    """
    values = (*[1.0] * (MANY - 1), small)
    return Point(torch.diag(torch.tensor(values, dtype=torch.float64)), values)


def spread_out(small: float) -> Point:
    """Build a point with seven small eigenvalues beside a large one, of which entries are an 8th.

    The mean of the |λ| is an 8th of it, too.
    """
    pair = torch.tensor([[1.0, 1.0], [1.0, -1.0]], dtype=torch.float64)
    return point([1.0, *[small] * 7], torch.kron(torch.kron(pair, pair), pair))
