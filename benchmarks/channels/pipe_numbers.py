"""The inode numbers of pipes: one counter for the whole machine, set by making pipes."""

import os
import threading

COLD = ()
BITS = 8
NOISE = 1 << 12


def write(bits):
    wanted = sum(bit << at for at, bit in enumerate(bits))
    while not (_next() // NOISE % (1 << len(bits)) == wanted and _next() % NOISE > NOISE // 8):
        pass


def read(count):
    found = _newest() // NOISE
    return [bool(found >> at & 1) for at in range(count)]


def _next():
    ends = os.pipe()
    number = os.fstat(ends[0]).st_ino
    os.close(ends[0])
    os.close(ends[1])
    return number


def _newest():
    """Each processor takes a batch of numbers at a time: threads come to all of them."""
    found = []
    threads = [threading.Thread(target=lambda: found.append(_next())) for _ in range(40)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return max(found)
