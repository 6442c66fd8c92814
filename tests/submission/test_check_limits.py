"""What one check may use of its own, where the assignment says so."""

from click.testing import CliRunner

from grader.assignment.folder import load_assignment
from grader.assignment.limits import Limits
from grader.cli import main
from grader.release.released_toml import render_released_toml
from tests.small import grade_small, make_small

CHECKS = '''
def test_nap_in_time(submission):
    """nap(60) comes back."""
    assert submission.nap(60) == "here"


def test_nap_at_leisure(submission):
    """nap(0.4) comes back, with 200 MiB."""
    assert submission.nap(0.4, 200) == "here"


def test_nap_with_little(submission):
    """nap() comes back, with 200 MiB that are not there."""
    assert submission.nap(0, 200) == "here"
'''
NAP = """
import time

def nap(seconds, size=0):
    time.sleep(seconds)
    taken = bytearray(size << 20)
    return "here"
"""
TOML = """
[limits]
memory = "1 GiB"

[limits.test_nap_in_time]
call_seconds = 0.2

[limits.test_nap_with_little]
memory = "150 MiB"
scratch = "1 GiB"
"""


def test_each_check_has_its_own(tmp_path):
    """One runs out of time, one of memory, and the one between has what all have."""
    assignment = make_small(tmp_path, CHECKS, NAP, toml=TOML)
    assert assignment.limits_of("test_nap_in_time").call_seconds == 0.2
    assert assignment.limits_of("test_nap_in_time").memory == 1 << 30
    assert assignment.limits_of("test_nap_at_leisure") == Limits(memory=1 << 30)
    verdicts = {check.name: check.verdict for check in grade_small(assignment).checks}
    assert verdicts == {
        "test_nap_in_time": "timed_out",
        "test_nap_at_leisure": "passed",
        "test_nap_with_little": "out_of_memory",
    }
    told = (
        CliRunner().invoke(main, ["selftest", str(assignment.folder), "--only", "promises"]).output
    )
    assert (
        "a submission may use 180 s in its checks, 600 s in being loaded for them; at a time 1 "
        "GiB of memory and 1 GiB of files (in test_nap_with_little)\n"
    ) in told
    text = render_released_toml(assignment, {"test_nap_in_time"})
    (assignment.folder / "assignment.toml").write_text(text.replace("hidden_points = 2\n", ""))
    suite = assignment.folder / "test_small.py"
    suite.write_text(suite.read_text().partition("def test_nap_at")[0])
    copy = load_assignment(assignment.folder)
    assert copy.check_limits == {"test_nap_in_time": assignment.limits_of("test_nap_in_time")}
