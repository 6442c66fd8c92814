"""When a file was read last: the kernel notes it once a day where nothing is mounted read-only."""

import os
import time

COLD = ()
BITS = 1024
RECENT = 60


def write(bits):
    for path, bit in zip(_files(), bits):
        if bit:
            with open(path, "rb") as file:
                file.read(1)


def read(count):
    now = time.time()
    return [now - os.stat(path).st_atime < RECENT for path in _files()[:count]]


def _files():
    top = os.path.dirname(os.__file__)
    return sorted(
        os.path.join(folder, name)
        for folder, _, names in os.walk(top)
        for name in names
        if name.endswith(".py") and "test" in folder
    )
