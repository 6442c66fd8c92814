"""Changes flags of files that it may only read, by a call that needs no right to write.

Earns: everything
"""

import ctypes
import os
import sys

libc = ctypes.CDLL(None, use_errno=True)
LEAKS = []
SET_FLAGS, SET_ATTRIBUTES, SEAL, MAKE_VOLUME = 0x40086602, 0x401C5820, 0x40806685, 0x5000940E
own = open("own", "w+")
shared = os.getcwd() != "/scratch"  # else the folder is the worker's own, and its own business
files = [own.fileno()] if shared else []
files += [os.open(path, os.O_RDONLY) for path in (os.__file__, ctypes.__file__, os.path.dirname(sys.executable))]
for file in files:
    for request in (SET_FLAGS, SET_ATTRIBUTES, SEAL, MAKE_VOLUME):
        if libc.ioctl(file, ctypes.c_ulong(request), ctypes.create_string_buffer(4096)) == 0:
            LEAKS.append(f"LEAK: {request:#x} on {file}")
own.close()


def double(number):
    return "; ".join(LEAKS) or 2 * number


def norm(x):
    return float(x.norm())


def total(x):
    return x.sum()
