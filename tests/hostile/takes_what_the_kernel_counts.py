"""Takes what the kernel has one number of, for the whole machine or for each user.

Earns: everything
"""

import ctypes
import fcntl
import mmap
import os
import signal
import struct


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


libc.mmap.restype = ctypes.c_void_p
one = ctypes.create_string_buffer(64)
attempt("io_setup", lambda: call(206, 0, 4096, one) + 1)
attempt("io_destroy", lambda: call(207, 1, 0) + 1)
for clock in (0, 1, 2, 3, 7, 8, 9, 11):
    attempt(f"timer_create {clock}", lambda: call(222, 107, clock, 0, one) + 1)
    attempt(f"timerfd {clock}", lambda: call(283, 85, clock, 0))
attempt("signalfd", lambda: call(289, 74, -1, bytes(8), 8, 0))
attempt("inotify", lambda: call(294, 26, 0))
attempt("fanotify", lambda: call(300, 262, 0, 0))
attempt("perf", lambda: call(298, 241, struct.pack("IIQ", 1, 128, 0) + bytes(112), 0, -1, -1, 0))
attempt("bpf", lambda: call(321, 280, 0, struct.pack("IIII", 2, 4, 8, 1) + bytes(56), 72))
attempt("userfaultfd", lambda: call(323, 282, 1))
attempt("io_uring", lambda: call(425, 425, 8, ctypes.create_string_buffer(120)))
attempt("key", lambda: call(248, 217, b"user", b"torchmarks", b"x", 1, -5))
attempt("keyring", lambda: call(250, 219, 1, 0, 0, 0, 0))
attempt("mqueue", lambda: call(240, 180, b"torchmarks", 0o102, 0o600, 0))
attempt("message queue", lambda: call(68, 186, 0, 0o1600) + 1)
attempt("semaphores", lambda: call(64, 190, 0, 250, 0o1600) + 1)
attempt("shared memory", lambda: call(29, 194, 0, 4096, 0o1600) + 1)
attempt("user namespace", lambda: call(272, 97, 0x10000000) + 1)
attempt("mlock", lambda: call(149, 228, ctypes.c_void_p(ctypes.addressof(one)), 64) + 1)
attempt("mlockall", lambda: call(151, 230, 2) + 1)
attempt("mlock2", lambda: call(325, 284, ctypes.c_void_p(ctypes.addressof(one)), 64, 1) + 1)
attempt("a filter", lambda: call(317, 277, 1, 0, struct.pack("HxxxxxxQ", 1, ctypes.addressof(ctypes.create_string_buffer(struct.pack("HBBI", 6, 0, 0, 0x7FFF0000), 8)))) + 1)
attempt("a filter by prctl", lambda: libc.prctl(22, ctypes.c_ulong(2), struct.pack("HxxxxxxQ", 1, 0)) == 0 or None)
attempt("futex slots", lambda: libc.prctl(78, ctypes.c_ulong(1), ctypes.c_ulong(1 << 10), ctypes.c_ulong(0), ctypes.c_ulong(0)) == 0 or None)
attempt("merged memory", lambda: libc.prctl(67, ctypes.c_ulong(1), *[ctypes.c_ulong(0)] * 3) == 0 or None)
for flags in (0x40022, 0x48022, 0x2022, 22 << 26 | 0x40022):
    found = libc.mmap(None, 2 << 20, 3, flags, -1, ctypes.c_long(0))
    if found not in (None, ctypes.c_void_p(-1).value) or ctypes.get_errno() not in (1,):
        LEAKS.append(f"LEAK: memory with {flags:#x}, {ctypes.get_errno()}")
ends = os.pipe()
attempt("a larger pipe", lambda: fcntl.fcntl(ends[1], 1031, 1 << 20))
attempt("a lease", lambda: fcntl.fcntl(os.open("own", os.O_CREAT), 1024, 0) + 1)
attempt("a pseudo-terminal", lambda: os.open("/dev/ptmx", os.O_RDWR))
signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGRTMIN})
for _ in range(2000):
    os.kill(os.getpid(), signal.SIGRTMIN)
pending = 0
while signal.sigtimedwait({signal.SIGRTMIN}, 0):
    pending += 1
if pending > 100:
    LEAKS.append(f"LEAK: {pending} pending signals")


def double(number):
    return "; ".join(LEAKS) or 2 * number


def norm(x):
    return float(x.norm())


def total(x):
    return x.sum()
