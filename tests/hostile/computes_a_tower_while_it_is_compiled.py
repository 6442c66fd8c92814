"""Has the compiler compute a tower of powers.

Earns: nothing
Verdict: timed_out, missing, out_of_memory
"""


TOWER = 9 ** 9 ** 9


def double(number):
    return 2 * number


def norm(x):
    return float(x.norm())


def total(x):
    return x.sum()
