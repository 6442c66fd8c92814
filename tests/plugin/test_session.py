"""Grading in this process: each way in which a check can end, and what is said of it."""

import math
import os
import sys
from dataclasses import replace
from datetime import datetime

import nbformat
import pytest

from grader.assignment.folder import load_assignment
from grader.grade.result import Verdict
from grader.grading.hidden import point_at_faults
from grader.grading.options import GradingOptions
from grader.plugin.session import GradingInterrupt, grade_submission
from grader.source.handin import MisuseError
from grader.submission.calls import Calls
from grader.submission.loading import Loader
from tests.small import grade_small, make_small


@pytest.fixture
def grade(tiny, tiny_sandbox, hand_in):
    """Grade a submission that differs from the reference in some functions."""

    def run(source="", *, select=None, on_check=None, **options):
        options = GradingOptions(**{"seed": 7, **options})
        path = hand_in(source)
        return grade_submission(
            tiny, path, options=options, sandbox=tiny_sandbox, select=select, on_check=on_check
        )

    return run


def check_of(grade, name):
    return next(check for check in grade.checks if check.name == name)


def verdicts(grade):
    return {check.name: str(check.verdict) for check in grade.checks if not check.is_full}


def test_the_reference_earns_every_point(grade, tiny):
    """A submission that is right gets all points, named values and models included."""
    result = grade()
    assert verdicts(result) == {}
    assert (result.score, result.status) == (tiny.max_score, "graded")
    assert [check.name for check in result.checks] == list(tiny.points)
    assert result.isolation.startswith("L")
    assert {"python", "torch", "torchmarks", "threads"} <= result.versions.keys()


def test_a_wrong_answer_costs_its_checks_and_shows_the_smallest_input(grade):
    """The counterexample is the smallest one, with what was expected and what came."""
    result = grade("def double(n): return n * 2 if not isinstance(n, int) or n < 10 else n")
    assert verdicts(result) == {"test_double_is_twice": "wrong", "test_double_agrees": "wrong"}
    lost = check_of(result, "test_double_is_twice")
    assert lost.message == "expected 20\ngot 10"
    assert lost.counterexample.startswith("double(number) with\n  number = 10\n")
    tried = (
        "from tiny import double\n  number = 10\n  got = double(number)\n  assert got == 20, got"
    )
    assert tried in lost.counterexample


def test_an_exception_is_shown_with_the_students_line(grade):
    """What a student's function raised is shown with the line where it did."""
    result = grade("def apply(f, theta):\n    raise ValueError('no \\x1b[31m luck')")
    lost = check_of(result, "test_apply_calls_a_named_bowl")
    assert lost.verdict is Verdict.raised
    assert lost.message.startswith("raised ValueError: no  luck\n")
    assert "tiny.py, line" in lost.message
    assert "function = Bowl(depth=1, at=[1, 2]  float32)" in lost.counterexample


def test_a_hang_ends_its_check_at_once_and_no_other(grade, monkeypatch):
    """An endless loop costs one call's time: Hypothesis neither shrinks nor repeats it."""
    asked, make = [], Calls.make

    def noted(calls, called, *args, **more):
        asked.append((calls, called))
        return make(calls, called, *args, **more)

    monkeypatch.setattr(Calls, "make", noted)
    result = grade("def double(n):\n    while isinstance(n, int): pass\n    return n * 2")
    assert verdicts(result)["test_double_is_twice"] == "timed_out"
    assert asked[0][1] == "double"
    assert [called for calls, called in asked if calls is asked[0][0]] == ["double"]
    assert check_of(result, "test_model_stays_behind").is_full


@pytest.mark.parametrize(
    ("source", "verdict"),
    [
        ("import os\ndef guess(): os._exit(0)", "died"),
        ("def guess(): raise SystemExit(0)", "raised"),
        ("def guess(): return bytearray(8 << 30)", "out_of_memory"),
        ("def guess():\n    import unittest\n    raise unittest.SkipTest('full marks')", "raised"),
        ("del guess", "missing"),
        ("guess = 3", "missing"),
        ("def guess(a, b): return 1", "raised"),
        ("def guess(): return 'one'", "wrong"),
        ("def guess(): return float('nan')", "wrong"),
    ],
)
def test_whatever_a_call_does_costs_its_own_check_alone(grade, source, verdict):
    """An exit, a skip or a missing function is one check's verdict, never the session's end."""
    assert verdicts(grade(source)) == {"test_guess_is_near": verdict}


def test_a_card_s_memory_is_not_the_machine_s(grade):
    """What the driver refuses is told of the card, also where torch's own error is another."""
    source = "def guess(): raise RuntimeError('CUDA error: out of memory\\nCompile with')"
    found = check_of(grade(source), "test_guess_is_near")
    assert found.verdict == "out_of_memory"
    assert "on the GPU" in found.message


def test_a_measured_check_gives_part_of_the_points(grade):
    """Half way between `full` and `none` is half of the points."""
    lost = check_of(grade("def guess(): return 2"), "test_guess_is_near")
    assert (lost.verdict, lost.score, lost.measured) == (Verdict.wrong, 5.0, 2.0)
    assert lost.message == "measured 2; all points at 1 or less, none at 3 or more"


def test_a_parametrised_check_is_as_good_as_its_worst_case(grade):
    """One case of two lost loses the check, and its input is shown."""
    result = grade("def double(n): return n * 2 if not hasattr(n, 'shape') else n")
    lost = check_of(result, "test_double_of_each_kind")
    assert verdicts(result) == {"test_double_of_each_kind": "wrong"}
    assert "[2, 5]]  float32\n           eigenvalues 0.171573, 5.82843" in lost.counterexample


def test_two_answers_to_one_input_are_wrong(grade):
    """A submission cannot withhold its grade by answering differently when asked again."""
    source = """
asked = set()
def double(n):
    new = n not in asked
    asked.add(n)
    return n * 2 + (new and n > 20)
"""
    lost = check_of(grade(source, select=["test_double_is_twice"]), "test_double_is_twice")
    assert lost.verdict is Verdict.wrong
    assert "two answers to one input" in lost.message


def test_hidden_checks_show_our_own_words_only(grade):
    """Neither input nor answer nor exception of a hidden check is in a student's grade."""
    source = """
def double(n):
    if not hasattr(n, "shape") and n > 2000:
        raise type(f"L{n}", (Exception,), {})(n)
    return n * 2
"""
    lost = check_of(grade(source), "test_double_agrees")
    assert (lost.verdict, lost.hidden, lost.counterexample) == (Verdict.raised, True, None)
    assert lost.message == "raised an exception on an input that is not shown"
    told = check_of(grade(source, instructor=True), "test_double_agrees")
    assert "number = " in told.counterexample


def test_a_fault_in_a_hidden_check_says_where_to_read_of_it(grade, monkeypatch):
    """Nothing of it is in the grade; who runs the grader is told the check, and what shows it."""

    def break_down(*_, **__):
        raise RuntimeError("SECRET 4711")

    monkeypatch.setattr(Loader, "fork", break_down)
    words = "a fault of the kit or of the assignment in test_double_agrees: run it again with "
    select = ["test_double_agrees"]
    told = grade(select=select)
    assert point_at_faults(told.checks) == [f"{words}--instructor to see it"]
    assert not [n for n in told.notices if "fault" in n]
    assert "4711" not in repr(told)
    seen = grade(select=select, instructor=True)
    assert "4711" in check_of(seen, "test_double_agrees").message


def test_a_grade_repeats_from_its_seed(grade):
    """The same seed asks the same questions; another seed asks others."""
    source = "def double(n):\n    raise ValueError(n)"
    select = ["test_double_agrees"]

    def asked(seed):
        found = grade(source, seed=seed, select=select, instructor=True)
        return check_of(found, "test_double_agrees").message, found.seed_fingerprint

    assert asked(1) == asked(1)
    assert asked(1) != asked(2)


def test_what_is_not_selected_is_not_run(grade):
    """Leaving checks out leaves them in the maximum, and the grade is partial."""
    result = grade(select=["test_guess_is_near"])
    assert check_of(result, "test_guess_is_near").is_full
    assert {check.verdict for check in result.checks} == {Verdict.passed, Verdict.not_run}
    assert (result.score, result.ran_max_score, result.max_score) == (10.0, 10.0, 25.0)
    assert result.status == "partial"


def test_an_interrupt_keeps_what_had_run(grade):
    """Ctrl-C gives the grade so far; what was not reached is not run."""

    def interrupt(check):
        if check.name == "test_double_of_each_kind":
            raise KeyboardInterrupt

    with pytest.raises(GradingInterrupt) as caught:
        grade(on_check=interrupt)
    result = caught.value.grade
    assert [check.is_full for check in result.checks] == [True, True, False, False, False, False]
    assert result.checks[-1].message == "grading was interrupted"


@pytest.mark.parametrize("error", [ZeroDivisionError("mine"), SystemExit(3)], ids=["error", "exit"])
def test_what_a_listener_raises_is_raised(grade, error, capfd):
    """It ends the grading and comes through as it is, and pytest has nothing to say of it."""
    heard = []

    def listen(check):
        heard.append(check.name)
        if len(heard) == 2:
            raise error

    with pytest.raises(type(error)) as caught:
        grade(on_check=listen)
    assert caught.value is error
    assert len(heard) == 2
    assert "INTERNALERROR" not in "".join(capfd.readouterr())
    assert grade().status == "graded"


@pytest.mark.parametrize(
    ("select", "words"),
    [
        ("test_double_is_twise", "tiny has no check test_double_is_twise; did you mean"),
        (["test_double_is_twice", "test_dubble"], "tiny has no check test_dubble"),
        ([], "names no check"),
    ],
)
def test_a_check_that_there_is_not_cannot_be_selected(grade, select, words):
    """A misspelt name is no grade of nothing."""
    with pytest.raises(MisuseError, match=words):
        grade(select=select)


@pytest.mark.parametrize(
    ("option", "value", "words"),
    [
        ("submitted_at", datetime(2030, 1, 1), "does not say its time zone"),  # noqa: DTZ001
        ("deadline", datetime(2030, 1, 1), "does not say its time zone"),  # noqa: DTZ001
        ("deadline", "2030-01-01", "must be datetime.datetime | None, not '2030"),
        ("device", "gpu", "is one of cpu, cuda, both, not 'gpu'"),
        ("role", "student", "is one of submission, reference, not 'student'"),
        ("submission", "tiny.py", "must be pathlib"),
        ("data", "rows.csv", "must be pathlib"),
        ("seed", "a", "must be int | None, not 'a'"),
        ("seed", 1.0, "must be int | None, not 1.0"),
        ("share", -1, "is above 0 and at most 1, not -1"),
        ("share", 0, "is above 0"),
        ("share", 2, "is above 0 and at most 1"),
        ("share", math.nan, "is above 0"),
        ("share", "half", "must be int | float, not 'half'"),
    ],
)
def test_options_that_cannot_be_are_refused_where_they_are_made(option, value, words):
    """And not when a grade is half way, in the words of whatever stumbles over them."""
    with pytest.raises((TypeError, ValueError)) as refused:
        GradingOptions(**{option: value})
    assert str(refused.value).startswith(f"options: {option} {words}")


def test_a_submission_may_be_named_by_a_text(tiny, tiny_sandbox, hand_in):
    """As an assignment may; the empty one is none, and not the folder of the moment."""
    select = ["test_guess_is_near"]
    grade = grade_submission(tiny, str(hand_in()), sandbox=tiny_sandbox, select=select)
    assert check_of(grade, *select).is_full
    with pytest.raises(MisuseError, match="the path is empty"):
        grade_submission(tiny, "", sandbox=tiny_sandbox)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "tiny.py is empty: save your work and hand it in again."),
        (b"\xff\xfe\x00", "tiny.py is UTF-16 text"),
        (
            b"x = 1\ndef double(:\n",
            "invalid syntax in line 2, `def double(:`. Until that is put right",
        ),
    ],
)
def test_an_unreadable_submission_gets_a_grade_of_zero(
    tiny, tiny_sandbox, tmp_path, content, words
):
    """What cannot be read is a grade: every check missing, with a sentence why."""
    path = tmp_path / "tiny.py"
    path.write_bytes(content)
    result = grade_submission(tiny, path, sandbox=tiny_sandbox)
    assert {check.verdict for check in result.checks} == {Verdict.missing}
    assert (result.score, result.status) == (0.0, "graded")
    assert all(words in check.message for check in result.checks if not check.hidden)


def test_a_notebook_says_which_cell_stopped(tiny, tiny_sandbox, tmp_path):
    """A statement that fails when it is loaded costs its names, and is named in the grade."""
    reference = (tiny.reference).read_text()
    cells = [reference, "ratio = 1 / 0\ndef guess():\n    return ratio", "%matplotlib inline"]
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(c) for c in cells])
    path = tmp_path / "tiny.ipynb"
    nbformat.write(notebook, path)
    result = grade_submission(tiny, path, sandbox=tiny_sandbox)
    assert verdicts(result) == {"test_guess_is_near": "raised"}
    assert "tiny.ipynb cell 2, line 1" in result.notices[0]
    assert "ZeroDivisionError" in result.notices[0]
    why = "ratio is not defined: tiny.ipynb cell 2, line 1 stopped with ZeroDivisionError"
    assert why in check_of(result, "test_guess_is_near").message


def test_nothing_else_that_was_handed_in_is_run(tiny, tiny_sandbox, hand_in, tmp_path, monkeypatch):
    """conftest.py, pytest.ini and tests in a submission's folder never reach pytest."""
    path = hand_in()
    trap = "import pathlib\npathlib.Path(__file__).with_name('sprung').touch()\n"
    for name in ("conftest.py", "test_tiny.py", "sitecustomize.py", "hypothesis.py"):
        (tmp_path / name).write_text(trap)
    (tmp_path / "pytest.ini").write_text("[pytest]\naddopts = --collect-only\n")
    monkeypatch.chdir(tmp_path)
    result = grade_submission(tiny, path, sandbox=tiny_sandbox)
    assert result.status == "graded"
    assert result.score == tiny.max_score
    assert not (tmp_path / "sprung").exists()


def test_one_submission_leaves_nothing_to_the_next(grade, tiny):
    """State that a submission keeps is gone for the next one, and for the next check."""
    keeper = "calls = []\ndef guess():\n    calls.append(1)\n    return len(calls)"
    assert [grade(keeper).score for _ in range(2)] == [tiny.max_score] * 2


def test_an_edited_suite_is_graded_by_as_it_is_now(copy_tiny, hand_in):
    """A notebook and a service go on for days: a helper, a check and its points may be edited."""
    folder, path, select = copy_tiny(), hand_in(), ["test_double_is_twice"]
    suite, toml, bowls = (
        folder / n for n in ("test_tiny.py", "assignment.toml", "public/bowls.py")
    )

    def lost():
        result = grade_submission(load_assignment(folder), path, select=select)
        return {check.name for check in result.checks if check.ran and not check.is_full}

    assert lost() == set()
    suite.write_text(suite.read_text().replace("== number + number", "== 3 * number"))
    assert lost() == {"test_double_is_twice"}
    suite.write_text(suite.read_text().replace("== 3 * number", "== FACTOR * number"))
    suite.write_text(suite.read_text().replace("import Bowl", "import FACTOR, Bowl"))
    bowls.write_text(bowls.read_text() + "\n\nFACTOR = 2\n")
    assert lost() == set()
    bowls.write_text(bowls.read_text().replace("FACTOR = 2", "FACTOR = 10"))
    assert lost() == {"test_double_is_twice"}
    more = 'def test_more(submission):\n    """More."""\n    assert submission.double(1) == 3\n'
    suite.write_text(f"{suite.read_text()}\n\n{more}")
    toml.write_text(toml.read_text().replace("[points]", "[points]\ntest_more = 1"))
    select.append("test_more")
    assert lost() == {"test_double_is_twice", "test_more"}


@pytest.mark.parametrize("compiled", [True, False])
def test_an_edit_is_told_by_the_content(tmp_path, monkeypatch, compiled):
    """One that leaves size and time as they were is one; so is one made while it is imported."""
    monkeypatch.setattr(sys, "dont_write_bytecode", not compiled)
    checks = "from .helper import N\ndef test_f(submission):\n    'One.'\n    "
    checks += "assert submission.f() == N\n"
    small = make_small(tmp_path, checks, "def f(): return 1\n", files={"helper.py": "N = 1\n"})
    suite, helper = small.suite, small.folder / "helper.py"

    def edit(path, old, new):
        about = path.stat()
        path.write_text(path.read_text().replace(old, new))
        os.utime(path, ns=(about.st_atime_ns, about.st_mtime_ns))

    assert grade_small(small).score == 1
    for path, old, new in ((helper, "1", "2"), (suite, "==", "!="), (helper, "2", "1")):
        edit(path, old, new)
        assert grade_small(small).score == (path == suite)
    edit(suite, "One.", "Two.")
    assert grade_small(small).checks[0].sentence == "Two."
    itself = "from pathlib import Path\nPath(__file__).write_text('N = 9')\n"
    helper.write_text(f"{itself}N = 1\n")
    assert [grade_small(small).score for _ in range(2)] == [0, 1]


def test_terms_are_the_callers(tiny, tiny_sandbox, hand_in):
    """A path that is given wins over the one in the options."""
    options = GradingOptions(submission=hand_in("def guess(): return 9", "other.py"), seed=3)
    assert grade_submission(tiny, options=options, sandbox=tiny_sandbox).score == 15.0
    better = replace(options, submission=None)
    result = grade_submission(tiny, hand_in(), options=better, sandbox=tiny_sandbox)
    assert (result.score, result.submission.name) == (25.0, "tiny.py")


HIDDEN = """
from pathlib import Path

from hypothesis import given, strategies as st

@given(number=st.integers())
def test_double_agrees(submission, number):
    'Hidden numbers are doubled too.'
    with Path(__file__).with_name("drawn").open("a") as drawn:
        print(number, file=drawn)
    assert submission.double(number) == 2 * number
"""


@pytest.mark.usefixtures("tiny_sandbox")
@pytest.mark.parametrize("fresh", [pytest.param(False, marks=pytest.mark.slow), True])
def test_hidden_inputs_may_be_each_submissions_own(copy_tiny, hand_in, fresh):
    """With `fresh = true` another file draws other hidden numbers, and the same file the same."""
    line = f'title     = "T"\nfresh = {str(fresh).lower()}'
    folder = copy_tiny(toml=('title     = "Tiny: two numbers and a model"', line))
    (folder / "test_tiny_hidden.py").write_text(HIDDEN)
    drawn = []
    for source in ("", "# another\n", ""):
        grade_submission(load_assignment(folder), hand_in(source), select=["test_double_agrees"])
        drawn.append((folder / "drawn").read_text())
        (folder / "drawn").unlink()
    assert drawn[0] == drawn[2] != ""
    assert (drawn[0] != drawn[1]) is fresh


@pytest.mark.parametrize("number", [0, *(pytest.param(n, marks=pytest.mark.slow) for n in (1, 2))])
def test_hashes_are_those_of_the_grade(tiny, hand_in, number):
    """What depends on the hashes of strings comes out alike in every run of a grade."""
    path = hand_in("def guess(): return 1 + hash('torchmarks') % 1000 / 1000")
    options = GradingOptions(submission=path, seed=number)
    measured = {
        check_of(grade_submission(tiny, options=options), "test_guess_is_near").measured
        for _ in range(2)
    }
    assert len(measured) == 1


RARELY = "import torch\ndef double(n): return 2 * n + (torch.rand(()) < 0.2)"


def test_what_is_wrong_now_and_then_is_seen(grade, tiny):
    """Each call has a seed of its own, so that luck runs out; a grade has the same luck again."""
    found = [grade(RARELY, select=["test_double_is_twice"]) for _ in range(2)]
    assert {check_of(one, "test_double_is_twice").verdict for one in found} == {Verdict.wrong}
    assert len({check_of(one, "test_double_is_twice").message for one in found}) == 1
