"""Writes an answer of its own making to the grader before it has computed one.

Must: wrong
Twin: honest.py
"""

import json
import os
import struct
import sys

import torch


def honest(X):
    return torch.stack([(X - x).square().sum(1).sqrt() for x in X])


def number_of_the_request():
    frame = sys._getframe()
    while "request" not in frame.f_locals:
        frame = frame.f_back
    return frame.f_locals["request"]["number"]


def distances(X):
    answer = {"t": ["float64", [1], ""]}
    header = json.dumps({"number": number_of_the_request(), "value": answer}).encode()
    os.write(3, struct.pack("<II", len(header), 16) + header + bytes(16))
    return honest(X)
