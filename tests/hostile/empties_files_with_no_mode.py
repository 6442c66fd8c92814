"""Opens files for neither reading nor writing, which asks no rule of Landlock, and empties them so.

Earns: everything
"""

import ctypes
import os


libc = ctypes.CDLL(None, use_errno=True)
libc.syscall.restype = ctypes.c_long


def call(x86, arm, *words):
    number = arm if os.uname().machine == "aarch64" else x86
    if number < 0:
        raise OSError("no such call here")
    result = libc.syscall(ctypes.c_long(number), *[ctypes.c_long(w) if isinstance(w, int) else w for w in words])
    if result < 0:
        raise OSError(ctypes.get_errno(), "refused")
    return result


LEAKS = []


def attempt(what, act):
    try:
        got = act()
    except Exception:
        return
    if got is not None:
        LEAKS.append(f"LEAK: {what}: {got!r}"[:200])


for path in ("/tmp/torchmarks-hostile/writable.txt", "/tmp/torchmarks-hostile/secret.txt"):
    attempt(f"{path} with no mode", lambda: os.open(path, 3))
    for flags in (3 | os.O_TRUNC, os.O_RDONLY | os.O_TRUNC, os.O_WRONLY | os.O_TRUNC, os.O_RDWR | os.O_TRUNC, 3 | os.O_TRUNC | os.O_CREAT):
        attempt(f"{path} with {flags:#o}", lambda: os.open(path, flags, 0o600))
    attempt(f"creat {path}", lambda: call(85, -1, path.encode(), 0o600))
for device in ("/dev/net/tun", "/dev/kvm", "/dev/fuse", "/dev/ptmx", "/dev/tty", "/dev/vda", "/dev/sda", "/dev/null", "/dev/urandom"):
    attempt(f"{device} with no mode", lambda: os.open(device, 3))


def double(number):
    return "; ".join(LEAKS) or 2 * number


def norm(x):
    return float(x.norm())


def total(x):
    return x.sum()
