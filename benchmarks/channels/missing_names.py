"""The time to learn that a file is missing: the kernel remembers whoever asked before."""

import ctypes
import os
import statistics
import time

import torch

FOLDER = os.path.dirname(torch.__file__)
TRIES = 5
COLD = ()
BITS = 4096
libc = ctypes.CDLL(None)
# MESSAGE is another number for each message: a name can be asked for once


def write(bits):
    for at, bit in enumerate(bits):
        for number in range(TRIES if bit else 0):
            libc.access(_name(at, number), 0)


def read(count):
    known, unknown = _calibrate()
    limit = (known + unknown) / 2
    return [_first_takes(at) < limit for at in range(count)]


def _first_takes(at):
    return statistics.median(_takes(_name(at, number)) for number in range(TRIES))


def _calibrate():
    names = [_name(-1 - at, time.time_ns()) for at in range(100)]
    return [statistics.median(_takes(name) for name in names) for _ in range(2)][::-1]


def _takes(name):
    began = time.perf_counter_ns()
    libc.access(name, 0)
    return time.perf_counter_ns() - began


def _name(at, number):
    return f"{FOLDER}/{MESSAGE}-{at}-{number}".encode()
