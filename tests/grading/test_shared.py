"""One piece of work for several checks: done once, in a worker of its own, data only."""

from dataclasses import replace

import pytest

from grader.grading.shared import Shared
from tests.small import grade_small, make_small

CHECKS = '''
def trained(submission, size):
    model = submission.train(size)
    return {"token": model[0], "rest": [model[1]]}


def kept(submission):
    return (submission.Model(),)


def test_first(shared, submission):
    """The first check that asks."""
    came = shared(trained, 3)
    came["rest"].append("changed by a check")
    assert submission.nap() == "rested"


def test_second(shared):
    """The second, which gets a copy of the same."""
    came = shared(trained, 3)
    assert came["rest"] == [3]
    assert shared(trained, 3)["token"] == came["token"]
    assert shared(trained, 4)["token"] != came["token"]


def test_handle(shared):
    """What stays in a worker cannot be shared."""
    shared(kept)


def test_nameless(shared):
    """Nor can what is another work in each check."""
    shared(lambda submission: submission.train(3))
'''
HIDDEN = '''
from .test_small import trained


def test_third(shared):
    """A hidden one."""
    assert shared(trained, 3)["rest"] == [3]
'''
REFERENCE = """
import os
import time

class Model:
    pass

def train(size):
    time.sleep(0.7)
    return os.urandom(8).hex(), size

def nap():
    time.sleep(0.7)
    return "rested"
"""
SHARING = ("test_first", "test_second", "test_third")


@pytest.fixture(scope="module")
def sharing(tmp_path_factory):
    """An assignment whose checks share a training; a check has a second, and the training too."""
    folder = tmp_path_factory.mktemp("shared")
    exports = ("train", "nap", "Model")
    toml = "[limits]\ncheck_seconds = 4\ncall_seconds = 1.5"
    return make_small(folder, CHECKS, REFERENCE, hidden=HIDDEN, exports=exports, toml=toml)


def graded(assignment, source=None, **more):
    """Grade, and give each check's verdict and message."""
    grade = grade_small(assignment, source, **more)
    return {check.name: (str(check.verdict), check.message) for check in grade.checks}


def test_it_is_done_once_and_each_check_has_a_copy(sharing, monkeypatch):
    """Its time is none of the check's that asks first; what the reference shares is data, too."""
    done, do = [], Shared._do
    monkeypatch.setattr(
        Shared, "_do", lambda self, *what: (done.append(what[:2]), do(self, *what))[1]
    )
    found = graded(sharing, instructor=True)
    assert [(work.__name__, args) for work, args in done] == [
        *(("trained", (3,)), ("trained", (4,)), ("kept", ())),
        ("kept", ()),  # by the reference, which tells whose fault it is
    ]
    assert [found[name][0] for name in SHARING] == ["passed"] * 3
    assert "it returned what has stayed in its worker, not data" in found["test_handle"][1]
    assert "define work at the top of a module" in found["test_nameless"][1]
    assert {found[name][0] for name in ("test_handle", "test_nameless")} == {"grader_error"}


@pytest.mark.parametrize("name", SHARING)
def test_one_check_alone_has_it_too(sharing, name):
    """Whichever is selected."""
    assert graded(sharing, select=[name])[name] == ("passed", "")


@pytest.mark.parametrize(
    ("code", "verdict", "words"),
    [
        ("raise ValueError('no luck')", "raised", "raised ValueError: no luck"),
        ("time.sleep(9)", "timed_out", "no answer after 1.5 s"),
        ("os._exit(1)", "died", "ended its process"),
        ("return 3", "wrong", "the check could not use what train returned: "),
        ("return Model(), size", "wrong", "it returned what has stayed in its worker, not data"),
        ("del train", None, ""),
    ],
)
def test_its_failure_is_told_once_and_is_the_same_for_all(sharing, code, verdict, words):
    """The first check tells it all, with the call; the others say what it was, and where."""
    source = REFERENCE.replace(
        "    time.sleep(0.7)\n    return os", f"    {code}\n    return os", 1
    )
    if verdict is None:
        verdict, source = "missing", REFERENCE.replace("def train", "def trian")
    grade = grade_small(sharing, source, instructor=True, select=SHARING)
    checks = {check.name: check for check in grade.checks}
    assert {checks[name].verdict for name in SHARING} == {verdict}
    first, *others = (checks[name] for name in SHARING)
    assert words in first.message
    if verdict != "missing":
        assert first.counterexample.startswith("train(size) with\n  size = 3")
    for other in others:
        assert other.message.startswith("as in test_first: ") or verdict in ("missing", "wrong")
        assert "\n" not in other.message or verdict == "wrong"


def test_it_is_done_anew_for_each_submission(sharing):
    """One grade after another, as a class is graded."""
    assert graded(sharing, select=["test_second"])["test_second"][0] == "passed"
    wrong = REFERENCE.replace("hex(), size", "hex(), -size")
    assert graded(sharing, wrong, select=["test_second"])["test_second"][0] == "wrong"
    assert graded(replace(sharing), select=["test_second"])["test_second"][0] == "passed"
