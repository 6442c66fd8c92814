"""Patches its worker so that requests for nothing are slow at first, to have their price taken off.

Must: no gain
Twin: honest.py
"""

import sys

import torch


def honest(X):
    return torch.stack([(X - x).square().sum(1).sqrt() for x in X])


SPUN = []


def spin(act):
    def slow(self, request):
        SPUN.append(act)
        if len(SPUN) <= 16:
            sum(range(200_000))

    return slow


def patch():
    frame = sys._getframe()
    while frame is not None:
        server = frame.f_locals.get("self")
        if hasattr(server, "_do_collect"):
            for act in ("_do_nothing", "_do_collect", "_do_steady"):
                setattr(type(server), act, spin(act))
            return
        frame = frame.f_back


patch()


def distances(X):
    return honest(X)
