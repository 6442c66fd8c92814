"""Fills the disk with files that it has removed, so that nobody sees them in its folder.

Earns: everything
Not defended at: L3b, L2u, L2
"""

import os

LEAKS = []
written, held = 0, []
try:
    for number in range(8):
        held.append(os.open(str(number), os.O_RDWR | os.O_CREAT))
        os.unlink(str(number))
        for _ in range(4):
            written += os.write(held[-1], bytes(1 << 20))
except OSError:
    pass
if written > 8 << 20:
    LEAKS.append(f"LEAK: {written} bytes in files without names")
for file in held:
    os.close(file)


def double(number):
    return "; ".join(LEAKS) or 2 * number


def norm(x):
    return float(x.norm())


def total(x):
    return x.sum()
