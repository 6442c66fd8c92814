"""No grade depends on how much else the machine has to do."""

import os
import subprocess
import sys
from contextlib import ExitStack

import pytest

from grader.course.engines.jobs import Settings
from grader.reports.record import read_grade
from tests.course.conftest import NAME, RIGHT, WRONG
from tests.course.test_class import Class, without_times

LIMITS = ("call_seconds = 2", "call_seconds = 5\n\n[limits.test_name]\ncall_seconds = 1")
SLOW = 4.5  # nine tenths of the limit of a call, and half a second less
DOUBLES = {
    "sleeps": f"    time.sleep({SLOW})\n    return 2 * x\n",
    "works": (
        f"    end = time.thread_time() + {SLOW}\n"
        "    while time.thread_time() < end: pass\n"
        "    return 2 * x\n"
    ),
    "hungry": "    return len([bytes(1 << 24) for _ in range(1000)])\n",
}
NAMES = {"hangs": "    time.sleep(60)\n", "spins": "    while True: pass\n"}
FILES = {
    "right.py": RIGHT,
    "wrong.py": WRONG,
    **{
        f"{student}.py": f"import time\n\n\ndef double(x):\n{body}\n\n{NAME}"
        for student, body in DOUBLES.items()
    },
    **{
        f"{student}.py": f"import time\n\n\n{RIGHT.replace(NAME, '')}def name():\n{body}"
        for student, body in NAMES.items()
    },
}
HOG = "while True: pass"


@pytest.fixture
def roomy(light):
    """The light assignment, with time for what is slow, and little for what hangs."""
    path = light / "assignment.toml"
    path.write_text(path.read_text().replace(*LIMITS))
    return light


def grades_of(course, **more):
    """Grade everybody; return what their checks came to."""
    code, told = course.grade(regrade="*", **more)
    assert code == 0, told
    kept = {name.removesuffix(".py"): name for name in os.listdir(course.submissions)}
    return {
        student: without_times(read_grade(course.out / "students" / student / "grade.json").checks)
        for student in kept
    }


def test_one_at_a_time_and_more_than_there_are_cores(roomy, hand_in_all):
    """Right, wrong, slow by nine tenths of a limit, hungry and hanging come out the same."""
    course = Class(roomy, hand_in_all(FILES))
    alone = grades_of(course, settings=Settings("", seed=7, jobs=1))
    verdicts = {
        student: " ".join(check.verdict.value for check in checks)
        for student, checks in alone.items()
    }
    assert verdicts == {
        **dict.fromkeys(["right", "sleeps", "works"], "passed passed"),
        **dict.fromkeys(["hangs", "spins"], "passed timed_out"),
        "wrong": "wrong passed",
        "hungry": "out_of_memory passed",
    }
    together = grades_of(course, settings=Settings("", seed=7, jobs=4))
    assert together == alone


@pytest.mark.slow
@pytest.mark.parametrize(("jobs", "hogs"), [(1, 2), (2, 0), (2, 2), (8, 0), (8, 2)])
def test_forty_submissions_under_load(roomy, hand_in_all, jobs, hogs):
    """As many at a time as there are cores, and four times as many, alone and under hogs."""
    many = {f"{number}-{name}": text for number in range(6) for name, text in FILES.items()}
    course = Class(roomy, hand_in_all(dict(list(many.items())[:40])))
    alone = grades_of(course, settings=Settings("", seed=7, jobs=1))
    with ExitStack() as stack:
        for _ in range(hogs):
            hog = stack.enter_context(subprocess.Popen([sys.executable, "-c", HOG]))
            stack.callback(hog.kill)
        assert grades_of(course, settings=Settings("", seed=7, jobs=jobs)) == alone


@pytest.mark.slow
def test_a_grading_that_hangs_by_our_fault_is_ended(light, hand_in_all):
    """The suite itself never returns: its process is ended, tried once more, and withheld."""
    suite = light / "test_light.py"
    suite.write_text(suite.read_text().replace("    assert submission.name", HANGS))
    toml = light / "assignment.toml"
    toml.write_text(toml.read_text() + "submission_seconds = 0.2\n")
    course = Class(light, hand_in_all({"ada.py": RIGHT}))
    code, told = course.grade()
    assert code == 3
    assert "its process ended without a word" in told
    assert course.rows()["ada"]["status"] == "withheld"


HANGS = "    while True:\n        pass\n    assert submission.name"
