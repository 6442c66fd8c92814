"""How much of the machine's memory holds pages of files: driven up by reading what is on disk."""

import os

import torch

BIG = os.path.join(os.path.dirname(torch.__file__), "lib", "libtorch_cpu.so")
COLD = (BIG,)
BITS = 3
STEP = 24 << 10  # in KiB


def write(bits):
    wanted = sum(bit << at for at, bit in enumerate(bits))
    file = os.open(BIG, os.O_RDONLY)
    while not (_cached() // STEP % (1 << len(bits)) == wanted and _cached() % STEP > STEP // 3):
        if not os.read(file, 1 << 20):
            break


def read(count):
    found = _cached() // STEP
    return [bool(found >> at & 1) for at in range(count)]


def _cached():
    with open("/proc/meminfo") as facts:
        return next(int(line.split()[1]) for line in facts if line.startswith("Cached:"))
