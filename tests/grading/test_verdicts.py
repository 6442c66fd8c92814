"""Whose fault a failure is: the submission's costs points, the kit's never does."""

import itertools
import json
from dataclasses import replace
from pathlib import Path

import pytest

from grader.assignment.folder import AssignmentError, load_assignment
from grader.grade.result import Verdict
from grader.grading.debts import UNPAID
from grader.plugin.session import grade_submission
from grader.sandbox import IsolationError, StartTimeoutError, TimedOut, WorkerLostError
from grader.sandbox.card_memory import MemoryWatch
from grader.sandbox.deadline import Moment
from grader.sandbox.zygote_client import ZygoteClient
from grader.source.handin import load_handin
from grader.submission.loading import Loader

HEAD = """
import pytest
from hypothesis import given, strategies as st

"""


@pytest.fixture
def grade_with(tiny, tiny_sandbox, copy_tiny, hand_in):
    """Grade a submission by one check, written in place of the tiny suite's."""

    def run(check, source="", toml=("", "")):
        folder = copy_tiny(HEAD + check)
        path = folder / "assignment.toml"
        text, table = path.read_text(), "[points]\ntest_it = 1\n\n"
        start, end = text.index("[points]"), text.index("[limits]")
        path.write_text((text[:start] + table + text[end:]).replace(*toml))
        assignment = replace(load_assignment(folder), reference=tiny.reference)
        path = source if isinstance(source, Path) else hand_in(source)
        return grade_submission(assignment, path, sandbox=tiny_sandbox)

    return run


@pytest.fixture
def found(grade_with):
    """Tell the result of one check, and the status of its grade."""

    def run(check, source="", **changes):
        grade = grade_with(check, source, **changes)
        return grade.checks[0], grade.status

    return run


def test_an_error_before_any_call_is_the_graders(found):
    """A check that breaks on its own withholds the grade and costs nothing."""
    check, status = found('def test_it(submission):\n    """It."""\n    {}["x"]')
    assert (check.verdict, status) == (Verdict.grader_error, "withheld")
    assert "KeyError" in check.message


def test_an_answer_that_breaks_the_check_is_the_submissions(found):
    """Where the reference's answer does not break the check, the submission's was wrong."""
    text = 'def test_it(submission):\n    """It."""\n    assert submission.guess() + 0 == 1'
    check, status = found(text, "def guess(): return 'one'")
    assert (check.verdict, status) == (Verdict.wrong, "graded")
    assert check.message.startswith("the check could not use what guess returned: TypeError")


def test_an_answer_that_a_check_cannot_parse_is_the_submissions(found):
    """The error of such a text is no error in a file of the suite's."""
    text = """
def test_it(submission):
    "It."
    import ast
    assert ast.literal_eval(str(submission.guess())) == 1
"""
    check, status = found(text, "def guess(): return '[1, '")
    assert (check.verdict, status) == (Verdict.wrong, "graded")
    assert check.message.startswith("the check could not use what guess returned: SyntaxError")


MEASURED = ("[limits]", "[measure.test_it]\nfull = 1\nnone = 3\n\n[limits]")
EACH = """
def test_it(submission, measure):
    "It."
    for number in submission.double([1]):
        measure(number)
"""


@pytest.mark.parametrize(("answer", "given"), [("[]", 1), ("''", 1), ("{}", 1), ("[]", 2)])
def test_an_answer_that_leaves_nothing_to_measure_is_the_submissions(found, answer, given):
    """No answer withholds a grade: the reference is measured, whatever that gives it."""
    text = EACH.replace("[1]", f"[{given}]")
    check, status = found(text, f"def double(n): return {answer}", toml=MEASURED)
    assert (check.verdict, check.score, status) == (Verdict.wrong, 0, "graded")
    assert check.message == UNPAID
    assert check.counterexample.startswith(f"double(number) with\n  number = [{given}]\n")


def test_an_answer_that_leaves_nothing_to_race_is_the_submissions(found):
    """Also where the reference would not be raced, as the race is of another device."""
    terms = "[speed.test_it]\nfull = 1.2\nnone = 3\ndevice = 'cuda'\n\n[limits]"
    text = """
def test_it(submission, reference, race):
    "It."
    for _ in submission.double([1]):
        race(submission.double, reference.double, workload=None)
"""
    check, status = found(text, "def double(n): return []", toml=("[limits]", terms))
    assert (check.verdict, check.message, status) == (Verdict.wrong, UNPAID, "graded")


def test_what_is_raised_and_caught_on_the_way_to_a_measure_is_the_submissions(found):
    """Where a check catches what a call raised, it does not come to measure."""
    text = """
import contextlib
from grader.sandbox import SubmissionRaisedError

def test_it(submission, measure):
    "It."
    with contextlib.suppress(SubmissionRaisedError):
        measure(submission.double(0.5))
"""
    check, status = found(text, "def double(n): raise ValueError(n)", toml=MEASURED)
    assert (check.verdict, check.message, status) == (Verdict.wrong, UNPAID, "graded")


@pytest.mark.parametrize(
    "line",
    ["submission.double([1])", "submission.double([1]).clear()", "submission.double(None)[0] + 1"],
)
def test_a_check_that_measures_nothing_of_the_reference_either_is_the_graders(found, line):
    """Whatever the submission answered: then the check itself is wrong."""
    text = f'def test_it(submission, measure):\n    """It."""\n    {line}'
    check, status = found(text, "def double(n): return [1]", toml=MEASURED)
    assert (check.verdict, status) == (Verdict.grader_error, "withheld")


def test_a_check_that_breaks_on_every_answer_is_the_graders(found):
    """Where the reference's answer breaks the check as well, the check is at fault."""
    text = 'def test_it(submission):\n    """It."""\n    submission.guess().nonsense()'
    check, status = found(text, "def guess(): return 'one'")
    assert (check.verdict, status) == (Verdict.grader_error, "withheld")


def test_what_the_reference_does_is_the_graders(found, tmp_path):
    """A reference that raises never costs the student anything."""
    text = """
def test_it(submission, reference):
    "It."
    assert submission.guess() == reference.double(None)
"""
    check, status = found(text)
    assert (check.verdict, status) == (Verdict.grader_error, "withheld")
    assert "the reference failed" in check.message


def test_a_library_that_asserts_is_not_the_suite(found):
    """An assertion inside a fixture is not a judgement of the submission."""
    text = """
@pytest.fixture
def broken():
    assert 1 == 2


def test_it(submission, broken):
    "It."
"""
    check, status = found(text)
    assert (check.verdict, status) == (Verdict.grader_error, "withheld")


def test_a_worker_that_starts_late_is_nobodys_fault(found, monkeypatch):
    """A machine too busy to fork in time costs no points, withholds nothing, and is named."""

    def wait(*_, **__):
        raise StartTimeoutError("L3: no answer about worker 3 within 20 s")

    monkeypatch.setattr(Loader, "fork", wait)
    text = 'def test_it(submission):\n    """It."""\n    assert submission.guess() == 1'
    check, status = found(text)
    assert (check.verdict, status) == (Verdict.not_run, "partial")
    assert check.message.startswith("the machine is too busy to run this (L3: no answer about")
    assert check.message.endswith("run it again, no points are lost")


TWICE = '\ndef test_it(submission{}):\n    "It."\n    assert submission.double({}) == 2 * {}'
DRAWN = "@given(x=st.integers())" + TWICE.format(", x", "x", "x")
ASKED = {"plain": TWICE.format("", 3, 3), "drawn": DRAWN}


@pytest.mark.parametrize("late", [1, 3, 10**6])
@pytest.mark.parametrize("how", ASKED)
def test_workers_that_start_late_for_a_while_withhold_nothing(found, monkeypatch, how, late):
    """Hypothesis asks again, and took it for a fault of the kit that it was in time then."""
    times, fork = itertools.count(), Loader.fork

    def wait(*args, **more):
        if next(times) < late:
            raise StartTimeoutError("L3: no answer about worker 3 within 20 s")
        return fork(*args, **more)

    monkeypatch.setattr(Loader, "fork", wait)
    check, status = found(ASKED[how], "def double(x): return 2 * x")
    assert (check.verdict, status) == (Verdict.not_run, "partial")


class FullCard:
    """A card of which others hold all that a worker does not."""

    pause = 0.0

    def memory_of(self, _pid):
        """Tell what a process holds."""
        return 1 << 30

    def memory(self):
        """Tell what is free, and what there is."""
        return 0, 80 << 30


SHORT = "import torch\n\ndef {}(*_):\n    raise torch.OutOfMemoryError('CUDA out of memory')\n"
PLACES = {"in a call": SHORT.format("double"), "loaded": SHORT.format("f") + "double = f()\n"}


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("how", ASKED)
def test_memory_of_a_card_that_others_hold_costs_no_point(found, monkeypatch, how, place):
    """Whether it lacks in a call or in what a file does; what a check asks of it makes none."""
    watch = MemoryWatch(FullCard(), 1, 4 << 30)
    monkeypatch.setattr(ZygoteClient, "_memory_watch", lambda *_: watch)
    check, status = found(ASKED[how], PLACES[place])
    assert (check.verdict, status) == (Verdict.not_run, "partial")
    assert "(other processes hold all the card's memory" in check.message
    assert check.message.endswith("run it again, no points are lost")


LATE = WorkerLostError(TimedOut(10, "wall", ""))
EXHAUSTED = WorkerLostError(TimedOut(60, "cpu", ""))
LEAK = IsolationError("L3: the wall does not hold")


@pytest.mark.parametrize(
    ("error", "verdict", "words"),
    [
        (LATE, Verdict.not_run, "the reference did not answer within 10 s"),
        (EXHAUSTED, Verdict.grader_error, "the reference failed"),
        (LEAK, Verdict.grader_error, "the wall does not hold"),
    ],
)
def test_what_ends_the_reference_is_never_the_submissions(
    found, monkeypatch, error, verdict, words
):
    """A late reference is the machine's doing, all else a fault; an earlier answer has no part."""
    fork = Loader.fork

    def fork_submissions(self, *given, **more):
        if self.reference:
            raise error
        return fork(self, *given, **more)

    monkeypatch.setattr(Loader, "fork", fork_submissions)
    text = """
def test_it(submission, reference):
    "It."
    assert submission.guess() == reference.guess()
"""
    check, _ = found(text)
    assert check.verdict is verdict
    assert words in check.message


@pytest.mark.parametrize(("is_reference", "loads"), [(True, 2), (False, 1)])
def test_only_a_reference_that_loaded_late_is_loaded_again(tiny, monkeypatch, is_reference, loads):
    """One check on a busy machine must not cost all that follow their reference."""

    class Busy:
        begun = 0

        def own(self, seconds):
            """It has all the time that it is given."""
            return Moment(seconds)

        def load(self, *_):
            self.begun += 1
            return TimedOut(10, "wall", ""), -1

        def close(self):
            """Nothing is held."""

    worker = Busy()
    monkeypatch.setattr(Loader, "_bare", lambda *_: worker)
    source = load_handin(tiny.reference, (tiny.reference.name,))
    loader = Loader(source, tiny, reference=is_reference)
    for _ in range(2):
        with pytest.raises(WorkerLostError):
            loader.fork(None)
    assert worker.begun == loads


def test_a_skip_of_the_suite_is_not_run(found):
    """A check that needs what is not there keeps its points in the maximum."""
    check, status = found(
        'def test_it(submission):\n    """It."""\n    pytest.skip("needs two moons")'
    )
    assert (check.verdict, check.message, status) == (Verdict.not_run, "needs two moons", "partial")


def test_a_hang_met_while_shrinking_does_not_hide_the_first_failure(found):
    """What was found wrong stays wrong, though the worker is lost on the way to a smaller input."""
    text = """
@given(number=st.integers(0, 1000))
def test_it(submission, number):
    "It."
    assert submission.double(number) == 2 * number
"""
    source = "def double(n):\n    while 40 < n < 60: pass\n    return n * 2 if n < 60 else 0"
    check, _ = found(text, source)
    assert check.verdict in (Verdict.wrong, Verdict.timed_out)
    if check.verdict is Verdict.wrong:
        assert "got 0" in check.message


@pytest.mark.parametrize(
    ("condition", "words"),
    [
        ("submission.guess() == 2", "expected 2\ngot 1\noff by 1"),
        ("2 == submission.guess()", "expected 2\ngot 1\noff by 1"),
        ("submission.guess() == 1.5", "expected 1.5\ngot 1\noff by 0.5"),
        ("submission.guess() > 3", "expected more than 3\ngot 1"),
        ("abs(submission.guess()) <= 0.5", "expected at most 0.5\ngot 1"),
        ("submission.guess() in (2, 3)", "expected one of (2, 3)\ngot 1"),
        ("submission.guess() is None", "expected None\ngot 1"),
        ("not submission.guess()", "this must hold: not submission.guess()"),
        ("submission.guess() == 2, 'two, please'", "two, please"),
    ],
)
def test_an_assertion_becomes_expected_and_got(found, condition, words):
    """A plain assert reads as what was expected and what came."""
    text = f'def test_it(submission):\n    """It."""\n    assert {condition}'
    assert found(text)[0].message == words


def test_the_rubric_is_held_against_the_suite_both_ways(copy_tiny):
    """A check with no points, and points with no check, stop the grading; both files are named."""
    folder = copy_tiny(toml=("test_guess_is_near             ", "test_guess_is_far"))
    path = folder / "assignment.toml"
    path.write_text(
        path.read_text().replace("[measure.test_guess_is_near]", "[measure.test_guess_is_far]")
    )
    with pytest.raises(AssignmentError) as caught:
        grade_submission(load_assignment(folder))
    first, second = str(caught.value).splitlines()
    assert "test_guess_is_near" in first
    assert "test_guess_is_far" in second
    for line in (first, second):
        assert "assignment.toml" in line
        assert "test_tiny.py" in line


def test_a_suite_that_cannot_be_imported_is_the_graders(found):
    """A suite that does not import withholds the grade and says why."""
    check, status = found('import no_such_module\n\n\ndef test_it(submission):\n    """It."""')
    assert (check.verdict, status) == (Verdict.grader_error, "withheld")
    assert "no_such_module" in check.message


def test_a_failing_comparison_is_not_explained_by_pytest(found, monkeypatch):
    """Two long texts of a submission's would keep its differ busy for minutes."""

    def differ(*_args, **_more):
        raise RuntimeError("pytest compares what a submission answered")

    monkeypatch.setenv("CI", "true")
    monkeypatch.setattr("_pytest.assertion.util.assertrepr_compare", differ)
    condition = "submission.double(1) == submission.double(2)"
    text = f'def test_it(submission):\n    """It."""\n    assert {condition}'
    lines = "def double(n): return '\\n'.join(str(n * i) for i in range(9000))"
    check, _ = found(text, lines)
    assert check.verdict is Verdict.wrong
    assert check.message.startswith("expected '0\\n1\\n2")
    assert len(check.message) < 2000


@pytest.mark.parametrize(
    ("check", "answer", "message"),
    [
        (
            'assert word == "b", f"wanted b, got {word}"',
            "a\nassert c",
            "wanted b, got a\n  assert c",
        ),
        ('assert word == "b", word', "assert nothing", "assert nothing"),
        ('assert word == "b", word', "\nassert nothing\n", "assert nothing"),
        ('assert word == "b"', "a\nassert c", "expected 'b'\ngot 'a\\nassert c'"),
        ('assert word == "b", ""', "a", "expected 'b'\ngot 'a'"),
        ("raise AssertionError(word)", "assert nothing", "assert nothing"),
        ("raise AssertionError(word)", "a\nassert c", "a\nassert c"),
        ("assert as_number(word) == 1", "assert", "expected a number, got the word 'assert'"),
    ],
)
def test_the_words_of_an_answer_cut_no_message(found, check, answer, message):
    """What a suite says of an answer is told whole, though it reads like pytest's own words."""
    body = f"    from grader import as_number\n    word = submission.guess()\n    {check}"
    text = f'def test_it(submission):\n    """It."""\n{body}'
    result, status = found(text, f"def guess(): return {answer!r}")
    assert (result.verdict, status, result.message) == (Verdict.wrong, "graded", message)


CELLS = [
    "TABLE = [0]",
    "TABLE += [open('covid.train.csv').read()]",
    "def guess():\n    {}",
]


@pytest.mark.parametrize(
    "body",
    ["return len(TABLE) + 1", "return TABLE[1]", "return {}[len(TABLE)]", "return guess(*TABLE)"],
)
def test_what_loading_left_undone_is_told_where_it_may_matter(grade_with, tmp_path, body):
    """Beside a wrong answer, and beside what a table that was not filled raises."""
    texts = [*CELLS[:2], CELLS[2].format(body)]
    cells = [{"cell_type": "code", "source": t, "outputs": [], "metadata": {}} for t in texts]
    path = tmp_path / "tiny.ipynb"
    path.write_text(json.dumps({"cells": cells, "nbformat": 4}))
    check = 'def test_it(submission):\n    """It."""\n    assert submission.guess() == 1'
    (result,) = grade_with(check, path).checks
    told = (
        "this may matter: tiny.ipynb cell 2, line 1 stopped when it was loaded: FileNotFoundError"
    )
    assert told in result.message
