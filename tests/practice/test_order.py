"""What a save has changed is asked first, by text alone."""

import pytest

from grader.practice.order import changed_exports, count_first, order_checks
from grader.source.handin import Source
from grader.source.notebook import Cell

BEFORE = """\
import torch

RATE = 3

@torch.no_grad()
def one(x):
    return helper(x)

def helper(x):
    return RATE * x

def two(x):
    return x
"""
EXPORTS = ("one", "two")
CHANGES = {
    "a function's body": ("return x\n", "return x + 1\n", {"two"}),
    "what a function calls": ("RATE * x", "RATE + x", {"one"}),
    "a number that something uses": ("RATE = 3", "RATE = 4", {"one"}),
    "a decorator": ("@torch.no_grad()\n", "", {"one"}),
    "a statement with no name": ("import torch\n", "import torch\ntorch.manual_seed(0)\n", None),
    "nothing": ("", "", set()),
    "a function is gone": ("def two(x):\n    return x\n", "", {"two"}),
}
ASKS = {"test_a": ("one",), "test_b": ("two",), "test_c": ("one", "two"), "test_d": ()}


def source(text):
    """A Python file."""
    return Source("small.py", "0" * 64, "py", (Cell(0, text),))


@pytest.mark.parametrize("case", CHANGES)
def test_the_exports_that_read_what_changed(case):
    """By themselves, or by what they name, however far; None where it cannot be told."""
    old, new, expected = CHANGES[case]
    after = BEFORE.replace(old, new) if old else BEFORE
    found = changed_exports(source(BEFORE), source(after), EXPORTS)
    assert found == (None if expected is None else frozenset(expected))


def test_half_a_file_is_taken_for_lines():
    """What is no Python yet is no reason to fail."""
    assert changed_exports(source(BEFORE), source(BEFORE + "\ndef two(x:\n  ((("), EXPORTS) == {
        "two"
    }


def test_checks_are_asked_in_order():
    """Those that ask what changed first, of these the lost ones; then the rest, likewise."""
    checks = ("test_a", "test_b", "test_c", "test_d")
    assert order_checks(checks, ASKS, {"two"}, ["test_c", "test_d"]) == (
        *("test_c", "test_b", "test_d", "test_a"),
    )
    assert order_checks(checks, ASKS, None, []) == checks
    assert count_first(checks, ASKS, {"two"}) == 2
    assert count_first(checks, ASKS, None) == 4
