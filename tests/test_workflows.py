"""Workflows and the action obey GitHub's own schemas."""

import base64
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from grader.assignment import load_assignment
from grader.new import make_assignment
from grader.release import Kit, release
from grader.reports.github_result import encode_no_grade

ROOT = Path(__file__).parents[1]
ACTION = ROOT / ".github/actions/grade/action.yml"


def validate(schema, *files):
    """Run check-jsonschema with one of its built-in schemas."""
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", schema]
    return subprocess.run([*command, *files], capture_output=True, text=True, check=False)


@pytest.fixture
def classroom(tmp_path):
    """Release a new assignment and return its workflow."""
    make_assignment(tmp_path / "hw_3")
    release(load_assignment(tmp_path / "hw_3"), tmp_path / "out", Kit("torchmarks"))
    return tmp_path / "out" / ".github" / "workflows" / "classroom.yml"


def test_workflows_are_valid(classroom):
    """Workflows of this repository and of the student are by the schema."""
    done = validate("vendor.github-workflows", *(ROOT / ".github/workflows").iterdir(), classroom)
    assert done.returncode == 0, done.stdout


def test_the_action_is_valid():
    """The composite action is an action."""
    done = validate("vendor.github-actions", ACTION)
    assert done.returncode == 0, done.stdout


def test_the_validation_can_fail(classroom):
    """A workflow with a mistake is refused."""
    classroom.write_text(classroom.read_text().replace("runs-on", "runson"))
    assert validate("vendor.github-workflows", classroom).returncode == 1


def test_step_and_variable_belong_together(classroom):
    """The step's id has letters and digits only, and the variable is its name in capitals."""
    text = classroom.read_text()
    assert "id: hw3\n" in text
    assert "HW3_RESULTS: ${{ steps.hw3.outputs.result ||" in text
    assert "runners: hw3\n" in text


def test_the_reporter_gets_a_result_also_without_one(classroom):
    """What stands in for a missing result, also the action's, is one that the reporter can read."""
    for place in (classroom, ACTION):
        fallback = re.search(r"outputs\.result \|\| '([^']+)' \}\}", place.read_text())[1]
        assert fallback == encode_no_grade()
        result = json.loads(base64.b64decode(fallback))
        assert (result["status"], result["max_score"]) == ("error", 0)
        assert result["tests"][0]["score"] == 0
        assert "There is no grade" in result["tests"][0]["message"]


OLDEST = {"actions/checkout": 5, "actions/setup-python": 6}
"""The first major versions that run on Node 24."""
UNPINNED = {"classroom-resources/autograding-grading-reporter@v1"}
"""It has no later version, and no hash of it is known here."""


def test_actions_are_pinned_and_run_on_a_node_that_is_supported(classroom):
    """Each action is named by a commit, with its version beside it."""
    places = [*(ROOT / ".github/workflows").iterdir(), ACTION, classroom, ROOT / "docs/formats.md"]
    used = [
        line.partition("uses:")[2].strip()
        for place in places
        for line in place.read_text().splitlines()
        if "uses:" in line and "OWNER/" not in line
    ]
    assert len(used) >= 8
    pin = re.compile(r"(\S+)@[0-9a-f]{40} # v(\d+)\.\d+\.\d+")
    for action in set(used) - UNPINNED:
        name, major = pin.fullmatch(action).groups()
        assert int(major) >= OLDEST[name]
    assert len({action.split("@")[1] for action in used}) == 3
