"""Opens raw, packet, netlink, vsock, crypto, Bluetooth and CAN sockets.

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


for family, kind in ((2, 3), (17, 3), (16, 3), (40, 1), (38, 5), (31, 3), (29, 3), (44, 2), (30, 1), (21, 5), (10, 3)):
    for protocol in (0, 1):
        attempt(f"family {family}", lambda: socket.socket(family, kind, protocol))


def double(number):
    return "; ".join(LEAKS) or 2 * number


def norm(x):
    return float(x.norm())


def total(x):
    return x.sum()
