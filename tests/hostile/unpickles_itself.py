"""Loads a pickle that runs code: it may, in its own process.

Earns: everything
"""

import os
import pickle
import torch


LEAKS = []


def attempt(what, act):
    try:
        got = act()
    except Exception:
        return
    if got is not None:
        LEAKS.append(f"LEAK: {what}: {got!r}"[:200])


class Run:
    def __reduce__(self):
        return os.listdir, ("/home",)

attempt("pickle", lambda: pickle.loads(pickle.dumps(Run())) or None)
attempt("torch", lambda: torch.save(Run(), "m.pt") or torch.load("m.pt", weights_only=False) or None)


def double(number):
    return "; ".join(LEAKS) or 2 * number


def norm(x):
    return float(x.norm())


def total(x):
    return x.sum()
