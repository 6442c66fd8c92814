"""`grader doctor`: what it tries, what it says, and its status."""

import json
import platform

import pytest
from click.testing import CliRunner

from grader.assignment.isolation import LEVELS, is_weaker
from grader.cli.doctor import doctor
from grader.sandbox.choice import LevelProbe
from grader.sandbox.levels import Level
from grader.sandbox.machine import advice, facts


@pytest.fixture
def tried(monkeypatch):
    """Have the levels come out as a test likes, without starting them."""

    def give(**reasons):
        trials = [LevelProbe(name.replace("_", "-"), reason) for name, reason in reasons.items()]
        monkeypatch.setattr("grader.sandbox.choice.try_levels", lambda *_, **__: iter(trials))

    return give


def test_enough_isolation_is_status_zero(tried):
    """The status is 0 where the required level, or a stronger one, holds."""
    tried(L3="", L2="")
    run = CliRunner().invoke(doctor, ["--require", "L2u"])
    assert run.exit_code == 0
    assert "Grades are given here at L3" in run.output


def test_too_little_is_status_three_with_the_reason(tried):
    """The status is 3 where only weaker levels hold, and each reason is shown."""
    tried(L3="unshare: Operation not permitted", L2="")
    run = CliRunner().invoke(doctor, ["--require", "L3"])
    assert run.exit_code == 3
    assert "unshare: Operation not permitted" in run.output
    assert "L3 is required, and there is L2" in run.output


def test_json_holds_levels_and_facts(tried):
    """--json is one document with the level, every trial and the machine's facts."""
    tried(L3="no", L2="")
    report = json.loads(CliRunner().invoke(doctor, ["--json"]).output)
    assert (report["level"], report["enough"], report["required"]) == ("L2", True, "L2")
    assert report["levels"] == {"L3": "no", "L2": "holds"}
    assert {"landlock", "namespaces", "user", "cgroup", "torch", "gpu"} <= set(report["facts"])


@pytest.mark.parametrize(
    ("level", "code", "words"),
    [("L3", 0, ": L3, grades, "), ("L2", 3, ": L2, does not grade: L3 is required")],
)
def test_a_node_says_in_one_line_whether_it_grades(tried, level, code, words):
    """--node is a line to compare with other nodes': name, level, cores and versions."""
    tried(L3="" if level == "L3" else "no", L2="")
    run = CliRunner().invoke(doctor, ["--node", "--require", "L3"])
    assert run.exit_code == code
    (line,) = run.output.splitlines()
    assert line.startswith(f"{platform.node()}{words}")
    assert all(fact in line for fact in (facts()["processors"], facts()["torch"]))


def test_an_unknown_level_is_wrong_use(tried):
    """A level that there is not is refused with status 2, and the levels named."""
    tried(L3="")
    run = CliRunner().invoke(doctor, ["--require", "L7"])
    assert run.exit_code == 2
    assert "L3-landlock" in run.output


def test_nothing_is_advised_where_the_wall_is_strong():
    """With L3 there is nothing to raise."""
    assert advice(["L3", "L2"]) == ""


def test_closed_user_namespaces_have_one_command(monkeypatch):
    """Where a switch closes user namespaces, the advice is the command that opens them."""
    monkeypatch.setattr(
        "grader.sandbox.machine._read", lambda path: "1" if "apparmor" in path else ""
    )
    assert advice(["L2"]) == "sudo sysctl kernel.apparmor_restrict_unprivileged_userns=0"


def test_facts_are_words():
    """Every fact has a value that can be printed."""
    assert all(isinstance(value, str) and value for value in facts().values())


@pytest.mark.parametrize("profile", ["workers", "compile"])
def test_processes_need_own_namespaces(profile):
    """A profile that starts processes is refused without namespaces, with the reason."""
    assert "own namespaces" in Level("L2", namespaces=False).objection(profile)
    assert Level("L3").objection(profile) == ""


def test_an_assignment_in_a_readable_folder_has_no_l2():
    """With no file system of its own, a secret below /usr/lib cannot be kept, and that is said."""
    level = Level("L2", namespaces=False, secret=("/usr/lib",))
    assert "move the assignment" in level.objection()


def test_the_order_begins_with_the_strongest():
    """Levels are ordered from strong to weak, and no isolation is the last."""
    assert next(iter(LEVELS)) == "L3r"
    assert is_weaker("L0", "L2")
