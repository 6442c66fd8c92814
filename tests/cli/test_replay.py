"""`grader run --replay`: the same checks under the same options, or what differs."""

import json

import pytest
from click.testing import CliRunner

from grader.cli import main
from grader.cli.replay import checks_of, describe_circumstances, find_differences, options_of
from grader.grade.late import Late
from grader.grade.result import NOT_SELECTED, Verdict
from grader.grading.options import GradingOptions
from grader.reports.record import parse_json, read_grade, render_json
from grader.source.handin import MisuseError
from tests.cli.test_run import ABSENT
from tests.conftest import TINY
from tests.reports.grades import a_check, a_grade

DEADLINE = 'deadline = 2026-11-01T12:00:00Z\nlate = "10% a day"\nversion '
LATE = Late("2026-11-01T12:00:00.500000Z", "2026-11-01T12:00:00Z", 0.5, 0.1)
SOME = ["--only", "test_double_is_twice", "--only", "test_guess_is_near"]


@pytest.fixture
def run(monkeypatch):
    """Call the command in this process; return the exit code and output."""
    monkeypatch.delenv("GRADER_SUBMISSION", raising=False)

    def call(*args):
        result = CliRunner().invoke(main, ["run", *map(str, args)])
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result.exit_code, result.output

    return call


def test_a_late_grade_is_late_again(run, hand_in, copy_tiny, tmp_path):
    """When it was handed in is kept to the half second, and used; another rate is a difference."""
    folder, path = copy_tiny(toml=("version ", DEADLINE)), hand_in()
    record, again = tmp_path / "grade.json", tmp_path / "again.json"
    words = ["--submitted-at", "2026-11-01T12:00:00.5Z", "--seed", "3", "--instructor", *SOME]
    assert run(folder, path, "--json", record, *words)[0] == 0
    code, said = run(folder, path, "--replay", record, "--json", again)
    assert (code, "came out the same" in said) == (0, True)
    assert "handed in less than a minute after" in said
    first, second = read_grade(record), read_grade(again)
    assert (first.late, first.final_score) == (second.late, second.final_score)
    assert first.late.penalty == 0.1
    assert second.submitted_at == "2026-11-01T12:00:00.500000Z"
    toml = folder / "assignment.toml"
    toml.write_text(toml.read_text().replace("10% a day", "20% a day"))
    code, said = run(folder, path, "--replay", record)
    assert (code, "came out differently" in said) == (1, True)
    assert "handed in: was 10% less after 2026-11-01T12:00:00Z, now 20% less after" in said


@pytest.mark.usefixtures("tiny_sandbox")
def test_a_part_is_repeated_as_that_part(run, hand_in, tmp_path):
    """A grade of some checks is repeated by asking these; asking others is a difference."""
    path, record = hand_in("def double(n): return n + 20"), tmp_path / "grade.json"
    assert run(TINY, path, "--json", record, *SOME)[0] == 0
    code, said = run(TINY, path, "--replay", record)
    assert (code, "came out the same" in said) == (0, True)
    assert "test_model_stays_behind" not in said
    code, said = run(TINY, path, "--replay", record, "--only", "test_model_stays_behind")
    assert code == 1
    assert "test_model_stays_behind: was not run (0 / 4), now passed (4 / 4)" in said


def test_another_level_is_used_and_said_where_the_first_is_not_to_be_had(run, hand_in, tmp_path):
    """A grade of another machine's level is repeated at this one's, unless one is asked for."""
    path, record = hand_in(), tmp_path / "grade.json"
    assert run(TINY, path, "--json", record, "--only", "test_guess_is_near")[0] == 0
    grade = json.loads(record.read_text())
    here, grade["isolation"] = grade["isolation"], ABSENT
    record.write_text(json.dumps(grade))
    code, said = run(TINY, path, "--replay", record)
    assert (code, "came out the same" in said) == (0, True)
    assert f"other isolation: {ABSENT} -> {here}" in said
    code, said = run(TINY, path, "--replay", record, "--isolation", ABSENT)
    assert (code, f"does not give isolation {ABSENT}" in said) == (3, True)


def test_the_terms_are_those_of_the_grade():
    """Device, isolation, seed and times come from it, and what is chosen now goes before them."""
    late = Late("2026-11-03T12:00:00Z", "2026-11-02T12:00:00Z", 86400.0, 0.1, "", own=True)
    grade = a_grade(isolation="L3", device="cpu+cuda", late=late, submitted_at=late.submitted_at)
    options = options_of(grade, GradingOptions(seed=1))
    assert (options.seed, options.device, options.isolation) == (grade.seed, "both", "L3")
    assert [str(t) for t in (options.submitted_at, options.deadline)] == [
        *("2026-11-03 12:00:00+00:00", "2026-11-02 12:00:00+00:00"),
    ]
    assert options_of(grade, GradingOptions(isolation="L2")).isolation == "L2"
    for level in ("L3r-cuda", "L3r, L3r-cuda"):
        assert options_of(a_grade(isolation=level), GradingOptions()).isolation == "L3r"
    for level in ("none", "L3, L2", "L3, L2-cuda", "L9-cuda"):
        assert options_of(a_grade(isolation=level), GradingOptions()).isolation is None


def test_a_time_of_no_zone_is_wrong_use():
    """A record may have been edited; nobody knows then how late it came."""
    with pytest.raises(MisuseError, match=r"--replay: .* does not say its time zone"):
        options_of(a_grade(submitted_at="2026-11-03T12:00:00"), GradingOptions())


def test_an_older_file_still_knows_when_it_came():
    """Before there was a field for it, a late grade alone had it."""
    record = json.loads(render_json(a_grade(late=LATE, submitted_at=LATE.submitted_at)))
    del record["submitted_at"], record["late"]["timezone"], record["late"]["own"]
    assert parse_json(json.dumps(record).encode()).submitted_at == LATE.submitted_at
    record["late"] = None
    assert parse_json(json.dumps(record).encode()).submitted_at is None


def test_what_was_asked_is_asked_again():
    """All checks are no list; some are, with those that could not run."""
    unasked = a_check("test_unasked", Verdict.not_run, message=NOT_SELECTED)
    busy = a_check("test_busy", Verdict.not_run, message="the machine is too busy")
    assert checks_of(a_grade(a_check(), busy)) == ()
    assert checks_of(a_grade(a_check(), busy, unasked)) == ("test_one", "test_busy")


def test_circumstances_are_no_differences():
    """Another device, level or version is said, and does not make a grade another."""
    one, two = a_grade(), a_grade(device="cuda", isolation="L2", versions={"python": "3.12.1"})
    assert list(find_differences(one, two)) == []
    assert list(describe_circumstances(one, two)) == [
        *("other isolation: L3r -> L2", "other device: cpu -> cuda"),
        "other versions: python 3.11.7 -> 3.12.1",
    ]
