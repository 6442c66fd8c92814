"""An assignment's promises, kept and broken."""

import pytest

from grader.assignment.folder import load_assignment
from grader.selftest.promises import try_promises
from tests.selftest.conftest import SUITE
from tests.submissions import HERE


def broken(folder):
    """The promises that an assignment breaks, with what is wrong."""
    tried = try_promises(load_assignment(folder), races=False)
    return {promise: wrong for promise, wrong in tried if wrong}


def test_a_sound_assignment_keeps_its_promises(copy_tiny):
    """The reference of a sound assignment earns everything."""
    assert broken(copy_tiny()) == {}


def test_a_reference_that_loses_is_named_with_its_check(copy_tiny):
    """A check that the reference fails is named, with what it said."""
    folder = copy_tiny()
    suite = next(folder.glob("test_*.py"))
    suite.write_text(
        suite.read_text() + '\n\ndef test_more(submission):\n    """More."""\n    assert 1 == 2\n'
    )
    toml = folder / "assignment.toml"
    toml.write_text(toml.read_text().replace("[points]", "[points]\ntest_more = 1", 1))
    problems = broken(folder)
    assert "test_more" in problems["the reference earns every point"]


LATE = """

def test_late(submission):
    \"\"\"Measured by the second time.\"\"\"
    came = pathlib.Path({came!r})
    came.write_text(came.read_text() + "x")
    if len(came.read_text()) < {times}:
        pytest.skip("this machine is too busy")
"""


@pytest.mark.parametrize(("times", "is_kept"), [(2, True), (3, False)])
def test_what_could_not_run_is_tried_once_more(copy_tiny, tmp_path, times, is_kept):
    """A race on a busy machine says nothing of the reference; twice in a row is told."""
    folder, came = copy_tiny(), tmp_path / "came"
    came.write_text("")
    suite = next(folder.glob("test_*.py"))
    text = f"import pathlib\nimport pytest\n{suite.read_text()}"
    suite.write_text(text + LATE.format(came=str(came), times=times))
    toml = folder / "assignment.toml"
    toml.write_text(toml.read_text().replace("[points]", "[points]\ntest_late = 1", 1))
    assert bool(broken(folder)) is not is_kept


@pytest.mark.parametrize(
    ("starter", "why"),
    [
        ("def double(x:\n    pass\n", "sign.py is not Python: '(' was never closed in line 1"),
        ("def double(x):\npass\n", "sign.py is not Python: expected an indented block"),
        ("raise NotImplementedError\n", None),
    ],
)
def test_a_starter_that_is_no_python_is_told(make_sign, starter, why):
    """Nothing could earn by it; what is to be filled in may well stop."""
    problems = broken(make_sign(**{"starter/sign.py": starter}))
    assert [*problems] == ([] if why is None else ["sign.py of starter/ earns nothing"])
    assert all(why in problem for problem in problems.values())


@pytest.mark.parametrize(("times", "is_kept"), [(1, True), (2, False)])
def test_a_starter_of_which_nothing_ran_earned_nothing_by_that_alone(make_sign, times, is_kept):
    """It is tried once more; where nothing runs then either, that is told."""
    busy = """import pathlib
import pytest


@pytest.fixture(autouse=True)
def machine(submission, request):
    came = pathlib.Path(__file__).with_name("came")
    before = came.read_text() if came.is_file() else ""
    name = request.node.name
    if submission.double(1) is None and before.count(name) < {times}:
        came.write_text(before + name)
        pytest.skip("this machine is too busy")


"""
    starter = "def double(x):\n    pass\n\n\ndef sign(x):\n    pass\n"
    suite = busy.format(times=times) + SUITE
    folder = make_sign(**{"test_sign.py": suite, "starter/sign.py": starter})
    problems = broken(folder)
    assert [*problems] == [] if is_kept else ["sign.py of starter/ earns nothing"]
    assert all("not run this machine is too busy" in problem for problem in problems.values())


@pytest.mark.parametrize(
    "share", [0.1, pytest.param(1.0, marks=pytest.mark.slow)], ids=["fast", "full"]
)
@pytest.mark.parametrize(
    "name", ["hw3", *(pytest.param(name, marks=pytest.mark.slow) for name in ("hw1", "hw2"))]
)
def test_our_own_assignments_keep_their_promises(name, share):
    """Their references earn everything; their starters earn nothing and are nobody's fault."""
    assignment = load_assignment(HERE.parent / "assignments" / name)
    promises = dict(try_promises(assignment, races=False, share=share))
    assert not any(promises.values()), promises
    assert sum("starter" in promise for promise in promises) == 2
