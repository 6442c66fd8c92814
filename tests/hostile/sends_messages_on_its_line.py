"""Asks more of its line to the grader, and of a pair of sockets, than to read and to write.

Earns: everything
"""

import ctypes
import os
import socket
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


one = ctypes.create_string_buffer(64)
vector = ctypes.create_string_buffer(struct.pack("QQ", ctypes.addressof(one), 0), 16)
header = ctypes.create_string_buffer(struct.pack("QQQQQQQ", 0, 0, ctypes.addressof(vector), 1, 0, 0, 0) + bytes(8), 64)
length = struct.pack("i", 4)
attempt("sendmsg", lambda: call(46, 211, 3, header, 0) + 1)
attempt("recvmsg", lambda: call(47, 212, 3, header, 0x40) + 1)
attempt("sendmmsg", lambda: call(307, 269, 3, header, 1, 0) + 1)
attempt("recvmmsg", lambda: call(299, 243, 3, header, 1, 0x40, 0) + 1)
attempt("setsockopt", lambda: call(54, 208, 3, 1, 7, struct.pack("i", 1 << 20), 4) + 1)
attempt("getsockopt", lambda: call(55, 209, 3, 1, 17, one, length) + 1)
attempt("getsockname", lambda: call(51, 204, 3, one, length) + 1)
attempt("getpeername", lambda: call(52, 205, 3, one, length) + 1)
attempt("shutdown", lambda: call(48, 210, 3, 7) + 1)
for flags in (1, 2, 4, 0x20, 0x40, 0x8000, 0x4000000, 0x20000000):
    attempt(f"sendto with {flags:#x}", lambda: call(44, 206, 3, one, 0, flags, 0, 0) + 1)
    attempt(f"recvfrom with {flags:#x}", lambda: call(45, 207, 3, one, 1, flags | 0x40, 0, 0) + 1)
address = struct.pack("H", 1) + b"/tmp/torchmarks-hostile/socket\0"
attempt("sendto an address", lambda: call(44, 206, 3, b"x", 0, 0, address, len(address)) + 1)
attempt("recvfrom an address", lambda: call(45, 207, 3, one, 0, 0, one, length) + 1)
for family, kind in ((1, 2), (1, 5), (1, 3), (2, 1), (10, 1), (16, 3), (30, 1), (38, 5)):
    attempt(f"a pair of family {family}, kind {kind}", lambda: [s.fileno() for s in socket.socketpair(family, kind)])
try:
    pair = socket.socketpair()
except OSError:
    pair = ()
for end in pair:
    attempt("a name for an end", lambda: end.bind("\0torchmarks-pair") or "done")
    attempt("another peer", lambda: end.connect("/tmp/torchmarks-hostile/socket") or "done")
    attempt("a listening end", lambda: end.listen() or "done")
    attempt("a larger buffer", lambda: end.setsockopt(1, 7, 1 << 20) or "done")
    attempt("a descriptor", lambda: socket.send_fds(end, [b"x"], [0]))


def double(number):
    return "; ".join(LEAKS) or 2 * number


def norm(x):
    return float(x.norm())


def total(x):
    return x.sum()
