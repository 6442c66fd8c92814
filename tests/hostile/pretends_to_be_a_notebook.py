"""Calls IPython as if it were there.

Earns: everything
"""


LEAKS = []


def attempt(what, act):
    try:
        got = act()
    except Exception:
        return
    if got is not None:
        LEAKS.append(f"LEAK: {what}: {got!r}"[:200])


try:
    get_ipython().system("id")
    LEAKS.append("LEAK: a shell")
except NameError:
    pass


def double(number):
    return "; ".join(LEAKS) or 2 * number


def norm(x):
    return float(x.norm())


def total(x):
    return x.sum()
