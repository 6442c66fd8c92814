"""grade.json: by its schema, the same when read again, and silent about what is hidden."""

import json
from dataclasses import replace

import jsonschema
import pytest
from hypothesis import HealthCheck, given, settings

from grader.grade import Verdict
from grader.late import Late
from grader.reports.record import (
    SCHEMA_FILE,
    RecordError,
    clean_grade,
    for_student,
    grade_to_dict,
    parse_json,
    read_grade,
    render_json,
    write_grade,
)
from tests.reports.grades import HOSTILE, SECRET, a_check, a_grade, a_timing, grades

SCHEMA = json.loads(SCHEMA_FILE.read_text())


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(grades())
def test_any_grade_obeys_the_schema(grade):
    """Student's and instructor's copies of any grade are valid by the published schema."""
    for instructor in (False, True):
        data = render_json(grade, instructor=instructor)
        jsonschema.validate(json.loads(data), SCHEMA)
        parse_json(data)


def test_the_schema_is_a_schema():
    """The published schema is itself valid."""
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


def test_the_schema_refuses_what_is_not_a_grade():
    """A credit above 1, an unknown verdict or an extra key are refused."""
    for change in ({"credit": 1.5}, {"verdict": "fine"}, {"extra": 1}):
        record = grade_to_dict(a_grade())
        record["checks"][0].update(change)
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(record, SCHEMA)


def test_an_instructors_copy_reads_back_the_same(tmp_path):
    """Writing and reading a grade gives the same grade, big seed included."""
    late = Late("2026-11-24T00:00:00Z", "2026-11-23T00:00:00Z", 86400.0, 0.1)
    grade = a_grade(late=late, notices=("one",))
    write_grade(grade, tmp_path / "grade.json", instructor=True)
    assert read_grade(tmp_path / "grade.json") == grade


def test_a_students_copy_hides_seed_and_hidden_inputs():
    """Neither the seed nor a hidden check's message or counterexample is in a student's copy."""
    grade = a_grade()
    assert SECRET.encode() not in render_json(grade)
    assert str(grade.seed).encode() not in render_json(grade)
    assert SECRET.encode() in render_json(grade, instructor=True)
    assert grade_to_dict(grade)["seed_fingerprint"] == grade.seed_fingerprint


def test_numbers_that_are_none_come_back_as_such():
    """A slowdown that is not a number does not break the file."""
    grade = a_grade(a_check("test_race", timing=a_timing(float("nan"), laps=0)))
    again = parse_json(render_json(grade))
    assert again.checks[0].timing.laps == 0


def test_cleaning_bounds_everything():
    """No text of a cleaned grade is longer than the record allows, or has control characters."""
    check = a_check(HOSTILE * 99, Verdict.wrong, message="m" * 10**6, counterexample=HOSTILE * 9999)
    record = json.dumps(grade_to_dict(clean_grade(a_grade(check))), ensure_ascii=False)
    assert len(record) < 20_000
    assert not set(record) & set("\x00\x1b\u202e\ud800")


def test_no_text_of_a_file_is_an_order():
    """Whoever wrote a grade's file, nothing that is read from it has a control character."""
    words = dict.fromkeys(("assignment", "version", "isolation", "device", "started_at"), HOSTILE)
    late = Late(HOSTILE, HOSTILE, 60.0, 0.1, HOSTILE)
    grade = a_grade(late=late, submitted_at=HOSTILE, lost_devices=(HOSTILE,), **words)
    text = "".join(f"{part}" for part in vars_of(clean_grade(grade)))
    assert not set(text) & set("\n\r\x00\x1b\u202e\ud800")


def vars_of(grade):
    """The texts of a grade and of its lateness."""
    yield from (getattr(grade, name) for name in grade.__slots__ if name != "checks")
    yield from (getattr(grade.late, name) for name in grade.late.__slots__)


def test_the_students_view_of_itself_is_the_same():
    """Hiding what is hidden twice is hiding it once."""
    assert for_student(for_student(a_grade())) == for_student(a_grade())


@pytest.mark.parametrize("data", [b"", b"[]", b"{}", b'{"schema": "torchmarks/grade/v2"}', b"\xff"])
def test_what_is_not_a_grade_is_refused(data):
    """A file that is no grade is refused in words."""
    with pytest.raises(RecordError, match="not a grade"):
        parse_json(data)


def test_nothing_is_half_written(tmp_path):
    """Where a file cannot be replaced, no other file is left beside it."""
    (tmp_path / "grade.json").mkdir()
    with pytest.raises(OSError, match=r"grade\.json"):
        write_grade(a_grade(), tmp_path / "grade.json")
    assert [path.name for path in tmp_path.iterdir()] == ["grade.json"]


@pytest.mark.parametrize(
    ("seconds", "told"),
    [
        (0.0, 0.0),
        (0.123, 1),
        (1, 1),
        (1.01, 2),
        (2.5, 5),
        (5.001, 10),
        (11, 20),
        (99, 100),
        (101, 200),
    ],
)
def test_how_long_a_hidden_check_took_is_told_roughly(seconds, told):
    """Its seconds are rounded up to 1, 2, 5, 10, …; the instructor's copy has them in full."""
    checks = [replace(a_check(hidden=word), seconds=seconds) for word in (True, False)]
    grade = replace(a_grade(*checks), seconds=seconds)
    shown = for_student(grade)
    assert [check.seconds for check in shown.checks] == [told, seconds]
    assert shown.seconds == told
    kept = grade_to_dict(grade, instructor=True)
    assert [check["seconds"] for check in kept["checks"]] == [seconds, seconds]
