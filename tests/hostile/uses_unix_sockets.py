"""Connects to Unix sockets of the machine: Docker's, the bus, one that was planted.

Earns: everything
"""

import socket


LEAKS = []


def attempt(what, act):
    try:
        got = act()
    except Exception:
        return
    if got is not None:
        LEAKS.append(f"LEAK: {what}: {got!r}"[:200])


for path in ("/tmp/torchmarks-hostile/socket", "\0torchmarks-hostile", "/var/run/docker.sock", "/run/dbus/system_bus_socket", "/run/systemd/private"):
    attempt(repr(path), lambda: socket.socket(socket.AF_UNIX).connect(path) or 1)
    attempt("datagram", lambda: socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM).connect(path) or 1)
attempt("pair of datagrams", lambda: socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM))


def double(number):
    return "; ".join(LEAKS) or 2 * number


def norm(x):
    return float(x.norm())


def total(x):
    return x.sum()
