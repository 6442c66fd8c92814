"""Makes and removes files, of which the kernel lets go in the next turn.

Must: no gain
Twin: honest.py
"""

import os

import torch


def honest(X):
    return torch.stack([(X - x).square().sum(1).sqrt() for x in X])


def distances(X):
    answer = honest(X)
    for name in map(str, range(40)):
        with open(name, "wb") as file:
            file.write(bytes(1 << 16))
        os.unlink(name)
    return answer
