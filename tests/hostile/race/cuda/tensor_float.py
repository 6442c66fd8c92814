"""Uses the tensor cores' short mantissa for a product in float32.

Must: wrong
Twin: honest.py
"""

import torch


def honest(X):
    rows = X.split(64)
    return torch.cat([(X - r[:, None]).square().sum(2).sqrt() for r in rows])


torch.backends.cuda.matmul.allow_tf32 = True


def distances(X):
    Y = X.float()
    squares = Y.square().sum(1)
    return (squares[:, None] + squares - 2 * Y @ Y.T).clamp(min=0).sqrt().to(X.dtype)
