"""The number of the own process: one counter where there is no pid namespace, set by threads."""

import os
import threading

COLD = ()
BITS = 7
NOISE = 1 << 8


def write(bits):
    wanted = sum(bit << at for at, bit in enumerate(bits))
    while _next() // NOISE % (1 << len(bits)) != wanted:
        pass


def read(count):
    found = os.getpid() // NOISE
    return [bool(found >> at & 1) for at in range(count)]


def _next():
    thread = threading.Thread(target=int)
    thread.start()
    thread.join()
    return thread.native_id
