"""Returns a dictionary that never ends.

Earns: test_norm, test_hidden_total
Verdict: wrong, timed_out, out_of_memory, raised
"""


class Lie(dict):
    def items(self):
        while True:
            yield "a", 1


def double(number):
    return Lie()


def norm(x):
    return float(x.norm())


def total(x):
    return x.sum()
