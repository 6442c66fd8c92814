"""What is known to be drawn is asked without Hypothesis, and no grade is another for it."""

import random
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.internal.conjecture.engine import ConjectureRunner

from grader.grading.draw_cache import DrawCache
from grader.grading.draws import Draw, pack_draw
from grader.plugin.drawing import ask_again
from tests.conftest import start_sandbox
from tests.small import grade_small, make_small

CHECKS = '''
import random
from dataclasses import dataclass, field

import numpy as np
import pytest
import torch
from hypothesis import assume, event, example, given, note, settings, target
from hypothesis import strategies as st

from grader import as_number, assert_raises, assert_unchanged

NUMBERS = st.integers(-100, 100)


@dataclass(frozen=True, eq=False)
class Case:
    tensor: torch.Tensor
    inner: dict


@dataclass(eq=False)
class Shared:
    number: int


ONE, TWO = Shared(1), Shared(2)


@pytest.fixture
def asked_before(submission):
    return submission.double(1)


@settings(max_examples=20)
@example(n=1000)
@given(n=NUMBERS)
def test_known_numbers(submission, n):
    """Numbers, and one that is written down."""
    assert submission.double(n) == 2 * n


@settings(max_examples=20)
@given(
    case=st.builds(
        lambda a, b: Case(torch.tensor([a, 0.5]), {"b": (b, None, [1j, "x"])}), NUMBERS, NUMBERS
    ),
    array=NUMBERS.map(lambda n: np.full((2, 3), n, np.float32)),
    flag=st.booleans(),
)
def test_known_data(submission, case, array, flag):
    """All that is data: tensors, arrays, dataclasses."""
    number = case.inner["b"][0] + float(case.tensor[1]) + float(array[0, 0])
    number = number if flag else -number
    assert as_number(submission.double(number)) == 2 * number


@settings(max_examples=20)
@given(n=NUMBERS)
def test_known_when_discarded_unasked(submission, n):
    """Half of the inputs are discarded."""
    assume(n % 2)
    assert submission.double(n) == 2 * n


@settings(max_examples=20)
@given(n=NUMBERS)
def test_known_whatever_is_noted(submission, n):
    """Notes and events, and random numbers of the body's own."""
    note(n)
    event("asked")
    k = random.randrange(100) + int(np.random.randint(100)) + int(torch.randint(100, ()))
    assert submission.double(n + k) == 2 * (n + k)


@settings(max_examples=20)
@given(numbers=st.lists(NUMBERS, max_size=3))
def test_known_though_changed(submission, numbers):
    """A body that writes into what was drawn."""
    numbers.append(7)
    assert sum(submission.double(n) for n in numbers) == 2 * sum(numbers)


@pytest.mark.parametrize("k", [1, 2])
@settings(max_examples=20)
@given(n=NUMBERS)
def test_known_by_case(submission, n, k):
    """Of each case what it draws."""
    assume(n % k == 0)
    assert submission.double(n) == 2 * n


@settings(max_examples=20)
@given(n=NUMBERS)
def test_known_measure(submission, measure, n):
    """A measure."""
    measure(abs(submission.double(n) - 2 * n))


@settings(max_examples=20)
@given(n=NUMBERS)
def test_known_statement(submission, n):
    """Statements and skips by an answer."""
    got = submission.double(n)
    if got == 12:
        assert_unchanged(submission.double, n)
    if n > 0:
        assert_raises(submission.refuse, n)
    if got is None:
        pytest.skip("no answer")
    if got != 2 * n:
        pytest.fail(f"not twice: {n}")


@settings(max_examples=20)
@example(n=1000)
@given(n=NUMBERS)
def test_known_outcomes(submission, n):
    """A hang that a body is told of, and does not end it."""
    outcome = submission.refuse.outcome(n)
    assert getattr(outcome, "limit", "none") == "none"


@settings(max_examples=20)
@given(n=NUMBERS)
def test_drawn_when_discarded_by_an_answer(submission, n):
    """Inputs are discarded by what was answered."""
    assume(submission.double(n) % 3 == 0)
    assert submission.double(n) == 2 * n


@settings(max_examples=20)
@given(n=NUMBERS)
def test_drawn_towards_a_target(submission, n):
    """A target."""
    target(n)
    assert submission.double(n) == 2 * n


@settings(max_examples=20)
@given(data=st.data())
def test_drawn_in_the_body(submission, data):
    """Draws in its body."""
    n = data.draw(NUMBERS)
    assert submission.double(n) == 2 * n


@settings(max_examples=20)
@given(shared=st.sampled_from([ONE, TWO]), n=NUMBERS)
def test_drawn_with_what_is_known_by_its_identity(submission, shared, n):
    """An object that is one of two, and is looked at as that."""
    assert (shared is ONE) == (shared.number == 1)
    assert submission.double(n) == 2 * n


@settings(max_examples=20)
@given(n=NUMBERS.map(lambda n: n + int(torch.randint(3, ()))))
def test_drawn_from_the_generator_of_bodies(submission, n):
    """Draws that take from torch's generator."""
    assert submission.double(n) == 2 * n


@settings(max_examples=20)
@given(n=NUMBERS)
def test_drawn_after_a_call(submission, asked_before, n):
    """A fixture has asked before."""
    assert submission.double(n) * asked_before == 4 * n


def test_plain(submission):
    """No property."""
    assert submission.double(2) == 4
'''
REFERENCE = """
def double(n):
    return 2 * n

def refuse(n):
    raise ValueError("no")
"""
SOURCES = {
    "right": REFERENCE,
    "wrong beyond a number": REFERENCE + "\ndef double(n): return 2 * n if n < 40 else 0",
    "raises": REFERENCE + "\ndef double(n):\n    if n < -20: raise KeyError(n)\n    return 2 * n",
    "ends its process": REFERENCE
    + "\nimport os\ndef double(n):\n    if n > 70: os._exit(3)\n    return 2 * n",
    "hangs": REFERENCE + "\ndef double(n):\n    while n == 44: pass\n    return 2 * n",
    "counts its calls": REFERENCE
    + "\ncalls = []\ndef double(n):\n    calls.append(n)\n    return 2 * n + (len(calls) > 9)",
    "answers once": REFERENCE
    + "\nasked = set()\ndef double(n):\n    new = n not in asked\n    asked.add(n)\n"
    "    return 2 * n + (new and n > 20)",
    "has discarded what it can": REFERENCE + "\ndef double(n): return 2 * n if n % 2 else 1",
    "answers with nothing": REFERENCE + "\ndef double(n): return None if n == 2 else 2 * n",
    "does not refuse": REFERENCE + "\ndef refuse(n): return n",
    "prints and rolls dice": REFERENCE
    + "\nimport random\ndef double(n):\n    print(n)\n    return 2 * n + (random.random() < 0.05)",
    "hangs, and its check is told": REFERENCE
    + "\ndef refuse(n):\n    while n == 1000: pass\n    raise ValueError(n)",
    "lacks it": "def refuse(n): raise ValueError",
}
SELECTED = {"counts its calls": ["test_known_numbers", "test_known_measure"]}
"""What is asked of one that is right when it is asked first: each call in a worker of its own."""
TOML = "[measure.test_known_measure]\nfull = 0\nnone = 9\n[limits]\ncall_seconds = 1.25\n"


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    """An assignment whose checks draw in every way."""
    return make_small(tmp_path_factory.mktemp("drawing"), CHECKS, REFERENCE, toml=TOML)


@pytest.fixture(scope="module")
def sandbox(small):
    """One sandbox for all of them."""
    opened = start_sandbox(small)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def known(small, sandbox, tmp_path_factory):
    """A cache in which what the right submission draws is kept."""
    home = tmp_path_factory.mktemp("known")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(home))
        assert grade_small(small, REFERENCE, sandbox=sandbox).score == small.max_score
    return home


@pytest.fixture
def runs(monkeypatch):
    """Count how often Hypothesis has drawn anything."""
    counted, run = [], ConjectureRunner.run
    monkeypatch.setattr(ConjectureRunner, "run", lambda self: counted.append(1) or run(self))
    return counted


def without_times(grade):
    """What of a grade two runs have in common."""
    checks = tuple(replace(check, seconds=0) for check in grade.checks)
    return replace(grade, started_at="", seconds=0, checks=checks)


@pytest.mark.parametrize("name", SOURCES)
def test_a_grade_is_the_same_with_what_is_known(small, sandbox, known, name, monkeypatch):
    """Verdict, points, message and counterexample of each check, whatever a submission does."""
    how = {"sandbox": sandbox, "select": SELECTED.get(name)}
    monkeypatch.setattr("grader.submission.hangs._TIMES", 0)  # an answer may be late by chance
    monkeypatch.setenv("XDG_CACHE_HOME", "/dev/null")
    drawn = without_times(grade_small(small, SOURCES[name], **how))
    monkeypatch.setenv("XDG_CACHE_HOME", str(known))
    assert without_times(grade_small(small, SOURCES[name], **how)) == drawn


def test_only_what_can_be_known_is(small, sandbox, known, monkeypatch):
    """Checks that draw otherwise for others, or draw no data, have Hypothesis each time."""
    found = {}
    recall = DrawCache.recall

    def noted(cache, case):
        found[case] = bool(recall(cache, case))
        return recall(cache, case)

    monkeypatch.setattr(DrawCache, "recall", noted)
    monkeypatch.setenv("XDG_CACHE_HOME", str(known))
    grade_small(small, REFERENCE, sandbox=sandbox)
    properties = {name for name in small.checks if name != "test_plain"}
    assert {name.partition("[")[0] for name, is_known in found.items() if is_known} == {
        name for name in properties if name.startswith("test_known")
    }


def test_what_is_known_is_not_drawn(small, sandbox, known, runs, monkeypatch):
    """Hypothesis draws for the checks alone of which nothing is known."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(known))
    grade = grade_small(small, REFERENCE, sandbox=sandbox)
    assert grade.score == small.max_score
    assert len(runs) == sum(name.startswith("test_drawn") for name in small.checks)


def test_bodies_find_their_generators_as_hypothesis_leaves_them():
    """Seeded anew for each input, and afterwards as they were."""
    seen = []

    @settings(max_examples=5, derandomize=True, database=None)
    @given(n=st.integers())
    def body(n):
        seen.append((random.random(), np.random.random()))  # noqa: NPY002 - the global one

    body()
    by_hypothesis = seen.copy()
    seen.clear()
    draws = [Draw(pack_draw({"n": n}, "package")) for n in range(len(by_hypothesis))]
    before = random.getstate()
    ask_again(body, draws, {}, "package")
    assert seen == by_hypothesis
    assert random.getstate() == before
