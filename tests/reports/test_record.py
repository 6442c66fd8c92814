"""grade.json: by its schema, the same when read again, and silent about what is hidden."""

import json
import math
from dataclasses import replace
from pathlib import Path

import jsonschema
import pytest
from hypothesis import HealthCheck, given, settings

from grader.grade.late import Late
from grader.grade.result import Verdict
from grader.reports.cleaning import clean_grade, for_student
from grader.reports.record import (
    RecordError,
    grade_to_dict,
    parse_json,
    read_grade,
    render_json,
    write_grade,
)
from grader.reports.schema import SCHEMA_FILE, render_schema
from tests.reports.grades import HOSTILE, SECRET, a_check, a_grade, a_timing, grades

SCHEMA = json.loads(SCHEMA_FILE.read_text())
RECORDS = Path(__file__).parent / "records"
OLD = sorted(RECORDS.glob("old_*.json"))


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(grades())
def test_any_grade_obeys_the_schema(grade):
    """Student's and instructor's copies of any grade are valid by the published schema.

    What is read of them is written as the same again.
    """
    for instructor in (False, True):
        data = render_json(grade, instructor=instructor)
        jsonschema.validate(json.loads(data), SCHEMA)
        assert render_json(parse_json(data), instructor=instructor) == data


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


@pytest.mark.parametrize("points", [1e308, 2.0**53])
def test_points_that_no_sum_can_hold_are_refused(points):
    """A file with more points than a float has hundredths for is refused in words."""
    record = grade_to_dict(a_grade())
    record["checks"][0]["points"] = points
    with pytest.raises(RecordError, match="not a grade: test_exact: points may have two decimals"):
        parse_json(json.dumps(record).encode())


def test_the_schema_is_what_the_dataclasses_say():
    """The file that users are given is made by `python -m grader.reports.schema`."""
    assert SCHEMA_FILE.read_bytes() == render_schema()


@pytest.mark.parametrize("path", OLD, ids=lambda path: path.stem)
def test_what_was_written_until_now_is_read(path):
    """Files of earlier versions obey the schema, and lose nothing but steps when written again."""
    old = json.loads(path.read_bytes())
    jsonschema.validate(old, SCHEMA)
    for check in old["checks"]:
        check.get("timing", {}).pop("steps", None)
    grade = parse_json(path.read_bytes())
    again = json.loads(render_json(grade, instructor=True))
    if path.stem == "old_first":
        assert grade.submitted_at == grade.late.submitted_at == again.pop("submitted_at")
        del again["late"]["timezone"], again["late"]["own"]
        timings = [check.get("timing", {}) for check in old["checks"]]
        for check, timing in zip(again["checks"], timings, strict=True):
            check["timing"] = {name: check.get("timing", {})[name] for name in timing}
            if not timing:
                del check["timing"]
    assert again == old


def test_a_number_that_was_not_finite_is_nan():
    """A measure without a number is another thing than no measure."""
    race, measure, other = parse_json((RECORDS / "old_odd.json").read_bytes()).checks
    assert all(map(math.isnan, (race.timing.slowdown, *race.timing.interval, measure.measured)))
    assert (race.timing.full, other.measured) == (None, None)


def at(record, *path):
    """The part of a record that a path leads to."""
    for key in path:
        record = record[key]
    return record


@pytest.mark.parametrize(
    ("path", "value", "words"),
    [
        (("title",), 5, "Expected `str`, got `int` - at `$.title`"),
        (("checks",), {}, "Expected `array`, got `object` - at `$.checks`"),
        (("checks", 0), 1, r"Expected `object`, got `int` - at `$.checks\[0\]`"),
        (("checks", 1, "credit"), "1", r"Expected `float`, got `str` - at `$.checks\[1\].credit`"),
        (("checks", 0, "credit"), 5, r"test_exact: credit must be .* not 5.0 - at `$.checks\[0\]`"),
        (("checks", 0, "verdict"), "fine", r"value 'fine' - at .*verdict` \(one of passed, wrong,"),
        (("checks", 2, "timing"), [], r"Expected `object.*got `array` - at `$.checks\[2\].timing`"),
        (("checks", 2, "timing", "clock"), "x", r"value 'x' .*`$.*clock` \(one of cpu, wall\)"),
        (("checks", 2, "interval"), [1], r"length 2, got 1 - at `$.checks\[2\].timing.interval`"),
        (("submission",), {"name": "x"}, "missing required field `sha256` - at `$.submission`"),
        (("late",), {}, r"missing required field `submitted_at` - at `$.late`"),
        (("seed",), "x", r"Expected `int \| null`, got `str` - at `$.seed`"),
        (("seconds",), [], "Expected `float`, got `array` - at `$.seconds`"),
    ],
)
def test_what_is_wrong_with_a_file_is_said(path, value, words):
    """The field is named, with what it is and what was expected; nothing else can come of it."""
    record = grade_to_dict(a_grade(), instructor=True)
    *above, last = path
    at(record, *above)[last] = value
    with pytest.raises(RecordError, match=f"^not a grade: .*{words.replace('$', '[$]')}"):
        parse_json(json.dumps(record).encode())


@pytest.mark.parametrize("name", ["title", "checks", "submission", "started_at"])
def test_what_a_file_lacks_is_said(name):
    """A field that has to be there is named."""
    record = grade_to_dict(a_grade())
    del record[name]
    with pytest.raises(RecordError, match=f"missing required field `{name}`"):
        parse_json(json.dumps(record).encode())


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
