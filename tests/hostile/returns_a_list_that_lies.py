"""Returns a list that says it has a billion entries.

Earns: test_norm, test_hidden_total
Verdict: wrong, raised, timed_out, out_of_memory
"""


class Lie(list):
    def __len__(self):
        return 10**9

    def __iter__(self):
        while True:
            yield 6

    def __eq__(self, other):
        return True


def double(number):
    return Lie([5])


def norm(x):
    return float(x.norm())


def total(x):
    return x.sum()
