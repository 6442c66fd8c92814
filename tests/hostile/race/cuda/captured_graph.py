"""Captures its work in the first call, and replays it on the inputs of that call.

Must: wrong
Twin: honest.py
"""

import torch


def honest(X):
    rows = X.split(64)
    return torch.cat([(X - r[:, None]).square().sum(2).sqrt() for r in rows])


CAPTURED = []


def capture(X):
    warm = torch.cuda.Stream()
    with torch.cuda.stream(warm):
        honest(X)
    warm.synchronize()
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph):
        answer = honest(X)
    CAPTURED.extend((graph, X, answer))


def distances(X):
    if not CAPTURED:
        capture(X)
    graph, _, answer = CAPTURED
    graph.replay()
    return answer
