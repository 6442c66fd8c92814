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

ROOT = Path(__file__).parents[1]


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
    done = validate("vendor.github-actions", ROOT / ".github/actions/grade/action.yml")
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
    """What stands in for a missing result is a result that the reporter can read."""
    fallback = re.search(r"\|\| '([^']+)'", classroom.read_text())[1]
    result = json.loads(base64.b64decode(fallback))
    assert result["status"] == "error"
    assert result["tests"][0]["score"] == 0
