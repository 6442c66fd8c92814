"""Changes the assignment's public module.

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


import shapes

attempt("write", lambda: os.open(shapes.__file__, os.O_WRONLY))
attempt("create", lambda: os.open(os.path.dirname(shapes.__file__) + "/torch.py", os.O_WRONLY | os.O_CREAT))
shapes.SIDES["circle"] = 1
if len(shapes.SIDES) != 3:
    LEAKS.append("LEAK: another worker's change")


def double(number):
    return "; ".join(LEAKS) or 2 * number


def norm(x):
    return float(x.norm())


def total(x):
    return x.sum()
