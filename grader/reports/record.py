"""grade.json: the kit's own record of a grade, written and read from the dataclasses of a grade.

In the file stands every field as it is, and besides: what a grade computes, so that nobody has to;
a race's slowdown beside its check and not in its timing; the seed as text, which is a larger number
than most readers hold; null where a number is not finite.
"""

from __future__ import annotations

import math
import re
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import msgspec

from grader.files import write_whole
from grader.grade.result import CheckResult, Decision, Grade, Verdict
from grader.reports.cleaning import clean_grade, for_student
from grader.reports.registry import Format, in_folder

if TYPE_CHECKING:
    from pathlib import Path

NAME = "torchmarks/grade/v1"
COMPUTED: dict[type, tuple[str, ...]] = {
    Grade: ("score", "max_score", "ran_max_score", "final_score", "status"),
    CheckResult: ("score",),
}
"""The properties that stand in the file beside the fields."""
_BEFORE: dict[type, str] = {Grade: "checks", CheckResult: "hidden"}
LIFTED = ("slowdown", "interval", "laps")
"""The fields of a timing that stand beside its check."""
LEFT_OUT = {
    "Grade": ("seed", "lost_devices", "hangs"),
    "CheckResult": ("timing", "measured", "pictures", "waits_for", "by_hand"),
}
"""The fields that are not in the file where there is nothing to say."""
_MAY_BE_NULL = ("seconds", "measured", "slowdown", "submission_seconds", "reference_seconds")
_CHOICES: dict[str, tuple[str, ...]] = {
    "verdict": tuple(Verdict),
    "decision": tuple(Decision),
    "clock": ("cpu", "wall"),
}

Record = dict[str, Any]


class RecordError(ValueError):
    """The file is not a grade that this version can read."""


def grade_to_dict(grade: Grade, *, instructor: bool = False) -> Record:
    """Return what grade.json holds; hidden inputs and the seed only for an instructor."""
    grade = clean_grade(grade) if instructor else for_student(grade)
    record = _encode(grade, seed=None if grade.seed is None else str(grade.seed))
    record["checks"] = [_check_to_dict(check) for check in grade.checks]
    return {"schema": NAME, **record}


def _check_to_dict(check: CheckResult) -> Record:
    record = _encode(check)
    if timing := record.pop("timing", None):
        record |= {name: timing.pop(name) for name in LIFTED}
        record["timing"] = timing
    return record


def _encode(part: Grade | CheckResult, **texts: str | None) -> Record:
    """Return the fields and what is computed, without those that are left out."""
    names = [*part.__dataclass_fields__]
    here = names.index(_BEFORE[type(part)])
    names[here:here] = COMPUTED[type(part)]
    record = {name: getattr(part, name) for name in names} | texts
    for name in LEFT_OUT[type(part).__name__]:
        if record[name] in (None, (), "") or record[name] is False:
            del record[name]
    encoded: Record = msgspec.json.decode(msgspec.json.encode(record))
    return encoded


def render_json(grade: Grade, *, instructor: bool = False) -> bytes:
    """Return grade.json as UTF-8, indented."""
    packed = msgspec.json.encode(grade_to_dict(grade, instructor=instructor))
    return msgspec.json.format(packed, indent=2) + b"\n"


def parse_json(data: bytes) -> Grade:
    """Return the grade that grade.json holds; RecordError says what is wrong with it."""
    try:
        record = msgspec.json.decode(data, type=Record)
        if record.get("schema") != NAME:
            raise RecordError(f"not a grade: schema is {record.get('schema')!r}, not {NAME!r}")
        return msgspec.convert(_gather(record), Grade)
    except msgspec.ValidationError as error:
        raise RecordError(f"not a grade: {error}{_hint(str(error))}") from error
    except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
        raise RecordError(f"not a grade: {error}") from error


def _gather(record: Record) -> Record:
    """Return a file's record with each field where a grade has it."""
    late, seed, checks = record.get("late"), record.get("seed"), record.get("checks")
    if "submitted_at" not in record and isinstance(late, dict):  # as the first files had it
        record["submitted_at"] = late.get("submitted_at")
    if isinstance(seed, str) and re.fullmatch(r"-?[0-9]{1,4000}", seed):
        record["seed"] = int(seed)
    if isinstance(checks, list):
        record["checks"] = [_gather_check(check) for check in checks]
    if isinstance(hangs := record.get("hangs"), list):
        record["hangs"] = [_read_null(hang) if isinstance(hang, dict) else hang for hang in hangs]
    return _read_null(record)


def _gather_check(check: object) -> object:
    if not isinstance(check, dict):
        return check
    if isinstance(timing := check.get("timing"), dict):
        lifted = {name: check[name] for name in LIFTED if name in check}
        if isinstance(ends := lifted.get("interval"), list):
            lifted["interval"] = [math.nan if end is None else end for end in ends]
        check["timing"] = _read_null({**lifted, **timing})
    return _read_null(check)


def _read_null(record: Record) -> Record:
    """Return a record with NaN for null, where a number that is not finite stands as null."""
    unknown = [name for name in _MAY_BE_NULL if name in record and record[name] is None]
    return {**record, **dict.fromkeys(unknown, math.nan)}


def _hint(said: str) -> str:
    """Return the words that a field takes, where msgspec names the field alone."""
    field = re.search(r"Invalid enum value .*\.(\w+)`$", said)
    return f" (one of {', '.join(_CHOICES[field[1]])})" if field and field[1] in _CHOICES else ""


def why_not_over(place: Path) -> str:
    """Return why no record is written to a place that was named, or "".

    `--json hw2.py` is a slip of the hand, and the solution would be gone; so is `assignment.toml`.
    """
    if place.suffix in (".py", ".ipynb"):
        return "code is not written over: name another file"
    with suppress(OSError):
        if place.is_file() and not place.is_symlink():
            with place.open("rb") as file:
                if not (file.read(100).lstrip() or b"{").startswith(b"{"):
                    return "what is there is no record: name another file"
    return ""


def write_grade(grade: Grade, path: Path, *, instructor: bool = False) -> None:
    """Write grade.json at a path that somebody named, whole or not at all."""
    write_whole(path, render_json(grade, instructor=instructor), named=True)


def read_grade(path: Path) -> Grade:
    """Read grade.json; RecordError or OSError otherwise."""
    return parse_json(path.read_bytes())


FORMAT = Format(
    help="grade.json, by its schema: what report, merge and --replay read",
    places=in_folder("grade.json"),
    contents=lambda to: [render_json(to.grade, instructor=to.instructor)],
    has_pictures=True,
)
