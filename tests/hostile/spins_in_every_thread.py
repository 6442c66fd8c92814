"""Spins in sixteen threads, so that its processor time runs out first.

Earns: test_norm, test_hidden_total
Verdict: timed_out, out_of_memory, died
"""

import threading
import torch


def double(number):
    for _ in range(16):
        threading.Thread(target=torch.linalg.eigvalsh, args=(torch.eye(3000),)).start()
    torch.linalg.eigvalsh(torch.eye(6000))


def norm(x):
    return float(x.norm())


def total(x):
    return x.sum()
