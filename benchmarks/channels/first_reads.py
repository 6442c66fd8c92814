"""The time of a first read: of a page that is on disk, and of one that somebody has read."""

import os
import time

import torch

BIG = os.path.join(os.path.dirname(torch.__file__), "lib", "libtorch_cpu.so")
FIRST = 300 << 20  # what the zygote itself does not read
STEP = 1 << 16
SLOW_NS = 15_000
COLD = (BIG,)
BITS = 1024


def write(bits):
    file = os.open(BIG, os.O_RDONLY)
    for at, bit in enumerate(bits):
        if bit:
            os.pread(file, 1, FIRST + at * STEP)


def read(count):
    file = os.open(BIG, os.O_RDONLY)
    return [_takes(file, FIRST + at * STEP) < SLOW_NS for at in range(count)]


def _takes(file, offset):
    began = time.perf_counter_ns()
    os.pread(file, 1, offset)
    return time.perf_counter_ns() - began
