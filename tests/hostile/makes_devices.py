"""Makes device nodes and opens the machine's disks and memory.

Earns: everything
"""

import os


LEAKS = []


def attempt(what, act):
    try:
        got = act()
    except Exception:
        return
    if got is not None:
        LEAKS.append(f"LEAK: {what}: {got!r}"[:200])


import glob, stat

attempt("null", lambda: os.mknod("n", 0o600 | stat.S_IFCHR, os.makedev(1, 3)) or 1)
attempt("disk", lambda: os.mknod("d", 0o600 | stat.S_IFBLK, os.makedev(254, 0)) or 1)
for path in ["/dev/mem", "/dev/kmsg", "/dev/port", "/dev/kvm", "/dev/fuse", "/dev/tty", "/dev/ptmx", "/dev/net/tun", *glob.glob("/dev/vd*"), *glob.glob("/dev/sd*"), *glob.glob("/dev/nvme*")]:
    attempt(path, lambda: os.close(os.open(path, os.O_RDONLY)) or 1)


def double(number):
    return "; ".join(LEAKS) or 2 * number


def norm(x):
    return float(x.norm())


def total(x):
    return x.sum()
