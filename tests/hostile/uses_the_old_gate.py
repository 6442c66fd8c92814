"""Makes 32-bit system calls, whose numbers mean something else.

Earns: test_norm, test_hidden_total
Verdict: died
"""

import ctypes
import mmap
import os


def double(number):
    if os.uname().machine == "x86_64":
        code = mmap.mmap(-1, 4096, prot=7)
        code.write(bytes([0x53, 0xB8, 20, 0, 0, 0, 0xCD, 0x80, 0x5B, 0xC3]))
        pid = ctypes.CFUNCTYPE(ctypes.c_long)(ctypes.addressof(ctypes.c_char.from_buffer(code)))()
        return f"LEAK: int 0x80 gave {pid}"
    os._exit(1)


def norm(x):
    return float(x.norm())


def total(x):
    return x.sum()
