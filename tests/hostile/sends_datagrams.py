"""Sends its findings out as datagrams and asks a name server.

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


def send(port):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        return s.sendto(b"x", ("127.0.0.1", port))

for port in (53, 47113):
    attempt(f"port {port}", lambda: send(port))
attempt("names", lambda: socket.getaddrinfo("example.org", 80))
attempt("the host's name", lambda: socket.gethostbyname("localhost.localdomain"))


def double(number):
    return "; ".join(LEAKS) or 2 * number


def norm(x):
    return float(x.norm())


def total(x):
    return x.sum()
