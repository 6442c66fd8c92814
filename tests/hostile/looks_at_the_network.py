"""Reads which connections and sockets the machine has, where it shares the machine's network.

Earns: everything
Not defended at: L2u, L2
"""

LEAKS = []


def attempt(what, act):
    try:
        got = act()
    except Exception:
        return
    if got is not None:
        LEAKS.append(f"LEAK: {what}: {got!r}"[:200])


def read(name, sign):
    with open(f"/proc/self/net/{name}") as file:
        return next((line for line in file if sign in line), None)


attempt("a server", lambda: read("tcp", f"0100007F:{47113:04X}"))
attempt("a named socket", lambda: read("unix", "torchmarks-hostile"))
attempt("an interface", lambda: next((line for line in open("/proc/self/net/dev") if ":" in line and "lo:" not in line), None))


def double(number):
    return "; ".join(LEAKS) or 2 * number


def norm(x):
    return float(x.norm())


def total(x):
    return x.sum()
