"""The store: one transaction a grade, whole or not at all; what is stale; who holds the folder."""

import dataclasses
import errno
import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from grader.assignment.folder import load_assignment
from grader.course.contents import Content, content_of, digest_of
from grader.course.decisions import apply_decisions
from grader.course.exports import folder_name
from grader.course.place import held, network_of
from grader.course.plan import join_grades, make_plan, may_run_yet, read_attempts
from grader.course.roster import Member
from grader.course.store import HumanDecision, Outcome, Store
from grader.course.students import Attempt, Student
from grader.grade.result import NOT_SELECTED, CheckResult, Decision, Grade, Handed, Timing, Verdict
from grader.source.handin import MisuseError


def grade(**credit):
    """A grade of checks worth two points each."""
    checks = tuple(
        CheckResult(name, "It holds.", Verdict.passed if c == 1 else Verdict.wrong, c, 2.0)
        for name, c in credit.items()
    )
    handed = Handed("light.py", "0" * 64)
    moment = "2026-03-01T00:00:00Z"
    return Grade("light", "Light", "1", handed, checks, "L3", "cpu", "f" * 12, moment)


def test_what_is_kept_is_read_again(tmp_path):
    """Grades, problems, decisions and the roll survive the process."""
    outcome = Outcome("k", "graded", "", "s", {"a": "1"}, ("said",), grade(a=1, b=0))
    with Store.open(tmp_path, "light") as store:
        store.keep(["ada", "bob"], outcome)
        store.keep(["ada"], Outcome("k0", "not_read", "is a link", "s"))
        store.decide(HumanDecision("ada", "a", 1.0, "why", "me", "now"))
        store.keep_roll({"zoe": {"name": "Zoë"}, "ada": {}})
        store.note("service", "Canvas")
    with Store.open(tmp_path) as store:
        assert store.outcome("bob", "k") == outcome
        assert store.outcome("ada", "k0").problem == "is a link"
        assert store.outcomes()["bob", "k"] == dataclasses.replace(outcome, grade=None)
        assert list(store.roll()) == ["zoe", "ada"]
        assert store.noted("service") == "Canvas"
        assert len(store.decisions()) == 1
        assert store.undo("ada", "a")
        assert not store.undo("ada", "a")
        store.forget(["a"])
        assert store.outcome("bob", "k").checks == {}
        assert store.outcome("bob", "k").grade == outcome.grade


def test_another_assignments_store_is_refused(tmp_path):
    """Grades of two assignments are not mixed, nor is a file that is no store taken for one."""
    with Store.open(tmp_path, "light"):
        pass
    with pytest.raises(MisuseError, match="holds grades of light"), Store.open(tmp_path, "hw2"):
        pass
    other = tmp_path / "other"
    other.mkdir()
    with pytest.raises(MisuseError, match="holds no grades"), Store.open(other):
        pass
    (other / "grades.sqlite").write_text("no database, but a text that is long enough" * 9)
    with pytest.raises(MisuseError, match="database"), Store.open(other, "light"):
        pass


@pytest.mark.parametrize("pages", range(10))
def test_on_a_full_disk_no_half_grade_is_kept(tmp_path, pages):
    """At whichever page the disk is full: what was kept before stays, and nothing else."""
    with Store.open(tmp_path, "light") as store:
        store.keep(["first"], Outcome("k", "graded", grade=grade(a=1)))
        used = store._database.execute("PRAGMA page_count").fetchone()[0]
        store._database.execute(f"PRAGMA max_page_count={used + pages}")
        long = dataclasses.replace(grade(a=1), notices=tuple("x" * 3000 for _ in range(40)))
        with pytest.raises(sqlite3.OperationalError, match="full"):
            store.keep(["ada", "bob"], Outcome("k", "graded", grade=long))
    with Store.open(tmp_path) as store:
        assert set(store.outcomes()) == {("first", "k")}
        store.keep(["ada"], Outcome("k", "graded", grade=grade(a=1)))
        assert len(store.outcomes()) == 2


WRITES = """
import resource, signal, sys
from pathlib import Path
from tests.course.test_store import Outcome, Store, grade
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
with Store.open(Path(sys.argv[1]), "light") as store:
    resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]), resource.RLIM_INFINITY))
    for number in range(1000):
        store.keep([f"s{number}"], Outcome("k", "graded", grade=grade(a=1)))
        print(number, flush=True)
"""


@pytest.mark.parametrize("limit", [120_000, 400_000])
def test_where_no_file_may_grow_all_that_was_said_to_be_kept_is(tmp_path, limit):
    """The kernel refuses a write in the middle: each grade that was kept can be read."""
    command = [sys.executable, "-c", WRITES, str(tmp_path), str(limit)]
    root = Path(__file__).parents[2]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    assert done.returncode != 0
    kept = len(done.stdout.splitlines())
    assert kept < 1000
    with Store.open(tmp_path) as store:
        assert len(store.outcomes()) == kept
        assert all(store.outcome(s, k).grade == grade(a=1) for s, k in store.outcomes())


def test_a_folder_is_held_once(tmp_path):
    """The second is told who has it; when the first has gone the folder is free."""
    said = pytest.raises(MisuseError, match=r"held by .* \(process \d+ on ")
    with held(tmp_path), said, held(tmp_path):
        pass
    with held(tmp_path):
        pass


def test_a_file_system_without_locks_is_said_and_no_other_command_is_blamed(tmp_path, monkeypatch):
    """As some over a network are: whoever waited for that other command would wait for ever."""

    def flock(*_):
        raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK))

    monkeypatch.setattr("grader.course.place.fcntl.flock", flock)
    with pytest.raises(OSError, match=os.strerror(errno.ENOLCK)) as said, held(tmp_path):
        pass
    assert said.value.filename == str(tmp_path / ".lock")


MOUNTS = """22 1 0:20 / / rw - ext4 /dev/vda rw
30 22 0:41 / /home rw - nfs4 server:/home rw
31 30 0:42 / /home/a\\040b rw shared:1 - ext4 /dev/vdb rw
32 22 0:43 / /mnt rw - fuse.sshfs me@there rw
"""


@pytest.mark.parametrize(
    ("folder", "kind"),
    [
        ("/tmp/x", ""),
        ("/home/ada", "nfs4"),
        ("/home/a b/x", ""),
        ("/mnt/x", "fuse.sshfs"),
        ("/homely", ""),
    ],
)
def test_a_network_is_found_by_what_is_mounted(folder, kind):
    """The nearest mount above a folder says what it lies on."""
    assert network_of(Path(folder), MOUNTS) == kind


def test_on_a_network_the_journal_is_a_file(tmp_path, monkeypatch):
    """SQLite's WAL needs memory that machines on a network do not share."""
    monkeypatch.setattr("grader.course.store.network_of", lambda _: "nfs")
    with Store.open(tmp_path, "light") as store:
        assert store._database.execute("PRAGMA journal_mode").fetchone()[0] == "delete"


CHANGES = {
    "nothing": ("test_light.py", "", "", set()),
    "a check": ("test_light.py", "double(2) == 4", "double(2) == 5", {"test_double"}),
    "its points": ("assignment.toml", "test_name = 1", "test_name = 2", {"test_name"}),
    "a helper": ("test_light.py", '"""Checks', 'X = 1\n"""Checks', {"test_double", "test_name"}),
    "a limit": (
        "assignment.toml",
        "call_seconds = 2",
        "call_seconds = 3",
        {"test_double", "test_name"},
    ),
    "the reference": (
        "reference/light_reference.py",
        "2 * x",
        "x + x",
        {"test_double", "test_name"},
    ),
    "the deadline": ("assignment.toml", "2026-03-01", "2026-03-08", set()),
    "the title": ("assignment.toml", "two functions", "2 functions", set()),
}


@pytest.mark.parametrize("name", CHANGES)
def test_only_what_a_change_reaches_is_stale(light, name):
    """A check's own change makes itself stale, and what checks share all of them."""
    path, before, after, stale = CHANGES[name]
    old = content_of(load_assignment(light), {"seed": 1})
    file = light / path
    assert before in file.read_text()
    file.write_text(file.read_text().replace(before, after, 1))
    new = content_of(load_assignment(light), {"seed": 1})
    outcome = Outcome("k", "graded", "", old.shared, old.checks)
    found = plan_of({("ada", "k"): outcome}, new)
    assert {check for work in found.checks for check in work.select} == stale
    assert content_of(load_assignment(light), {"seed": 2}).shared != new.shared


def plan_of(outcomes, content, *, raced=(), races="last"):
    """The plan of one student's attempt."""
    row = Student(Member("ada"), Attempt(Path("ada.py")))
    return make_plan([row], {"ada": "k"}, outcomes, content, raced=raced, races=races)


@pytest.mark.parametrize(
    ("races", "first", "last"),
    [("last", ("a",), ("r",)), ("never", ("a",), ()), ("only", (), ("r",))],
)
def test_races_have_a_turn_of_their_own(races, first, last):
    """They come after the checks, or not at all, or alone."""
    plan = plan_of({}, Content("s", {"a": "1", "r": "2"}), raced=["r"], races=races)
    assert tuple(check for work in plan.checks for check in work.select) == first
    assert tuple(check for work in plan.races for check in work.select) == last


def test_a_race_joins_the_grade_before_it():
    """What did not run now is taken from before; what ran counts as it is now."""
    before = grade(a=1, r=0)
    after = grade(a=0, r=1)
    joined = join_grades(before, after, ["r"])
    assert [check.credit for check in joined.checks] == [1, 1]
    assert join_grades(None, after, ["r"]) == after


def test_what_could_not_run_for_want_of_quiet_is_left_for_the_next_run():
    """A race that was too noisy may be run yet; a check that was skipped for a reason not."""
    timing = Timing(1.0, (0.5, 2.0), 3, Decision.too_noisy, 1.0, 1.0)
    base = grade(a=0).checks[0]
    verdicts = {
        NOT_SELECTED: True,
        "the machine is too busy to run this (late)": True,
        "needs the reference": False,
    }
    for message, again in verdicts.items():
        check = dataclasses.replace(base, verdict=Verdict.not_run, message=message)
        assert may_run_yet(check) == again
    noisy = dataclasses.replace(base, verdict=Verdict.not_run, message="noisy", timing=timing)
    assert may_run_yet(noisy)
    assert not may_run_yet(base)


def test_a_decision_counts_and_settles_what_was_referred():
    """It may give less than all; what it decides is no longer for a person to look at."""
    fault = dataclasses.replace(grade(a=0).checks[0], verdict=Verdict.grader_error, message="ours")
    withheld = dataclasses.replace(grade(b=1), checks=(fault, *grade(b=1).checks))
    assert withheld.status == "withheld"
    decided = apply_decisions(withheld, [HumanDecision("ada", "a", 0.5, "half right", "me", "now")])
    assert decided.status == "graded"
    assert decided.score == 2.5
    assert "half right\nmeasured: 0, grader error\nours" in decided.checks[0].message


def test_folders_of_students_are_names_and_never_two_of_one():
    """An id may be anything; a folder's name is no path, is not hidden, and is short enough."""
    ids = [
        "ada",
        "../x",
        "..",
        ".",
        "a/b",
        "a_b",
        "-rf",
        "x" * 300,
        "x" * 301,
        "é" * 150,
        "a\nb",
        " ",
    ]
    names = [folder_name(student) for student in ids]
    assert names[0] == "ada"
    assert len(set(names)) == len(ids)
    for name in names:
        assert "/" not in name
        assert not name.startswith(".")
        assert 0 < len(name.encode()) < 255


def test_a_folders_digest_is_of_its_code(tmp_path):
    """Another name or another byte of the code is another attempt; a link is not followed."""
    (tmp_path / "a.py").write_text("1")
    first = digest_of(tmp_path)
    (tmp_path / "a.py").write_text("2")
    second = digest_of(tmp_path)
    (tmp_path / "b.py").symlink_to("/etc/passwd")
    assert len({first, second, digest_of(tmp_path)}) == 3


def test_a_file_that_goes_meanwhile_is_a_problem_of_its_row(tmp_path):
    """What cannot be read has a row, and says why."""
    rows, keys = read_attempts([Student(Member("ada"), Attempt(tmp_path / "gone.py"))])
    assert not keys
    assert "No such file" in rows[0].attempt.problem
