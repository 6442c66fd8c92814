"""Makes empty files until it runs out of inodes.

Earns: everything
At L2u, L2: Earns: nothing; Verdict: died
Not defended at: L3b
"""


LEAKS = []


def attempt(what, act):
    try:
        got = act()
    except Exception:
        return
    if got is not None:
        LEAKS.append(f"LEAK: {what}: {got!r}"[:200])


made = 0
try:
    for number in range(20000):
        open(str(number), "w").close()
        made += 1
except OSError:
    pass
if made > 64:
    LEAKS.append(f"LEAK: {made} files")


def double(number):
    return "; ".join(LEAKS) or 2 * number


def norm(x):
    return float(x.norm())


def total(x):
    return x.sum()
