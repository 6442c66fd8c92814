"""The cookbook of docs/assignments.md: each check is run, on what is right and on what is wrong."""

import re
from pathlib import Path

import pytest

from tests.small import grade_small, make_small

PAGE = Path(__file__).parents[1] / "docs" / "assignments.md"
BOOK = PAGE.read_text().partition("## A cookbook\n")[2].partition("\n## ")[0]
*SUITE, PROBES = re.findall(r"^```python\n(.*?)^```$", BOOK, re.MULTILINE | re.DOTALL)
RACE = "test_total_is_fast"
TIMED = {RACE, "test_distinct_grows_like_the_reference"}
TOML = """
[measure.test_fit_is_near_whatever_the_seed]
full = 0.01
none = 1.0

[speed.test_total_is_fast]
full = 3
none = 50
seconds = 4

[measure.test_distinct_grows_like_the_reference]
full = 0.3
none = 0.8

[limits]
call_seconds = 5

[limits.test_gram_fits_into_memory]
memory = "600 MiB"
"""
REFERENCE = """
import random
from collections import deque

import numpy as np

def center(X):
    return X - X.mean(0)

def mean(numbers):
    if not numbers:
        raise ValueError("no numbers")
    return float(np.mean(numbers))

def sample(n):
    return [random.gauss(0, 1) for _ in range(n)]

class Line:
    def __init__(self, weights):
        self.weights = weights

def fit(X, y):
    return Line(np.linalg.lstsq(np.c_[X, np.ones(len(X))], y, rcond=None)[0])

def predict(model, X):
    return np.c_[X, np.ones(len(X))] @ model.weights

def distances(X, Y):
    squares = (X**2).sum(1)[:, None] - 2 * X @ Y.T + (Y**2).sum(1)
    return np.sqrt(np.maximum(squares, 0))

def total(numbers):
    return numbers.sum()

def distinct(numbers):
    return len(np.unique(numbers))

def gram(X):
    return X.T @ X

class Queue:
    def __init__(self):
        self.items = deque()
    def put(self, item):
        self.items.append(item)
    def take(self):
        return self.items.popleft()

def solve(A, b):
    (p, q), (r, s) = A
    return np.array([s * b[0] - q * b[1], p * b[1] - r * b[0]]) / (p * s - q * r)
"""
EXPORTS = tuple(re.findall(r"^(?:def|class) (\w+)", REFERENCE, re.MULTILINE))
WRONG = {
    "test_center_keeps_shape_and_dtype": ("X - X.mean(0)", "X - X.mean(0).astype(float)"),
    "test_mean_is_exact": ("float(np.mean(numbers))", "float(np.float32(np.mean(numbers)))"),
    "test_sample_is_standard_normal": ("random.gauss(0, 1)", "random.gauss(0, 1.1)"),
    "test_center_forgets_a_shift": ("X - X.mean(0)", "X - X.mean(0) * 0.99"),
    "test_fit_is_near_whatever_the_seed": ("rcond=None)[0])", "rcond=None)[0] * random.random())"),
    "test_fit_has_four_numbers": ("self.weights = weights", "self.weights = self.more = weights"),
    "test_distances_takes_many_rows": (
        "    squares =",
        "    return [[np.hypot(*(x - y)) for y in Y] for x in X]\n    squares =",
    ),
    RACE: ("return numbers.sum()", "return sum(float(number) for number in numbers)"),
    "test_distinct_does_not_compare_all_pairs": (
        "len(np.unique(numbers))",
        "sum(one not in all[:i] for all in [numbers.tolist()] for i, one in enumerate(all))",
    ),
    "test_distinct_grows_like_the_reference": (
        "len(np.unique(numbers))",
        "len(set(numbers.tolist())) + 0 * sum((numbers == one).sum() for one in numbers[::50])",
    ),
    "test_gram_fits_into_memory": ("X.T @ X", "(X[:, :, None] * X[:, None]).sum(0)"),
    "test_mean_of_nothing_is_an_error": ('raise ValueError("no numbers")', "return 0.0"),
    "test_queue_is_first_in_first_out": ("popleft", "pop"),
    "test_solve_is_your_own": ("    (p, q)", "    return np.linalg.solve(A, b)\n    (p, q)"),
}


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    """Make an assignment of the cookbook's checks."""
    folder = tmp_path_factory.mktemp("book")
    suite, files = '"""The cookbook."""\n\n' + "\n\n".join(SUITE), {"probes.py": PROBES}
    return make_small(folder, suite, REFERENCE, exports=EXPORTS, toml=TOML, files=files)


def test_the_reference_earns_all_fourteen(book):
    """Each is run by itself, as it is printed; what is timed apart, which takes seconds."""
    assert list(book.points) == list(WRONG)
    grade = grade_small(book, select=set(WRONG) - TIMED, role="reference", instructor=True)
    lost = {
        check.name: check.message
        for check in grade.checks
        if check.name not in TIMED and not check.is_full
    }
    assert (lost, len(book.points)) == ({}, 14)
    assert not book.uses_torch


@pytest.mark.parametrize("name", [name for name in WRONG if name not in TIMED])
def test_what_is_wrong_loses_its_check(book, name):
    """A check that nothing loses is worth nothing."""
    grade = grade_small(book, REFERENCE.replace(*WRONG[name]), select=[name])
    (check,) = [check for check in grade.checks if check.name == name]
    assert check.verdict in ("wrong", "timed_out", "out_of_memory"), check


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(TIMED))
def test_what_is_timed_is_run(book, name):
    """The reference earns it, and a loop in Python, or one over all pairs, does not."""
    for source, earns in ((REFERENCE, True), (REFERENCE.replace(*WRONG[name]), False)):
        grade = grade_small(book, source, select=[name])
        (check,) = [check for check in grade.checks if check.name == name]
        assert check.is_full is earns, check
