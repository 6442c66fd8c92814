"""The number of faults that went to the disk: the same pages, without a clock."""

import mmap
import os
from resource import RUSAGE_SELF, getrusage

import torch

BIG = os.path.join(os.path.dirname(torch.__file__), "lib", "libtorch_cpu.so")
FIRST = 300 << 20  # what the zygote itself does not read
STEP = 1 << 16
COLD = (BIG,)
BITS = 1024


def write(bits):
    file = os.open(BIG, os.O_RDONLY)
    for at, bit in enumerate(bits):
        if bit:
            os.pread(file, 1, FIRST + at * STEP)


def read(count):
    file = os.open(BIG, os.O_RDONLY)
    pages = mmap.mmap(file, 0, prot=mmap.PROT_READ)
    pages.madvise(mmap.MADV_RANDOM)
    found = []
    for at in range(count):
        before = getrusage(RUSAGE_SELF).ru_majflt
        pages[FIRST + at * STEP]
        found.append(getrusage(RUSAGE_SELF).ru_majflt == before)
    return found
