"""Creates files wherever it can.

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


for folder in ("/", "/tmp", "/var/tmp", "/usr", "/etc", "/dev", "/run", "/home", "/root", "/opt", "/proc", "/sys", "/tmp/torchmarks-hostile", "/old", ".."):
    attempt(folder, lambda: open(f"{folder}/torchmarks-was-here", "w").name)


def double(number):
    return "; ".join(LEAKS) or 2 * number


def norm(x):
    return float(x.norm())


def total(x):
    return x.sum()
