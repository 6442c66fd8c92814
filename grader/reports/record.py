"""grade.json: the kit's own record of a grade, and the view of a grade that a student may have."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec

from grader.files import write_whole
from grader.grade.late import Late
from grader.grade.result import CheckResult, Decision, Grade, Handed, Picture, Timing, Verdict
from grader.reports.quoting import clean, clean_line
from grader.reports.registry import Format

SCHEMA = "torchmarks/grade/v1"
SCHEMA_FILE = Path(__file__).with_name("grade.schema.json")
_LINE, _SENTENCE, _MESSAGE, _COUNTEREXAMPLE = 200, 1000, 4000, 8000
_MOST_NOTICES, _MOST_PICTURES = 50, 4
_LARGEST_PICTURE = 500_000
_LINES = ("assignment", "version", "isolation", "device", "seed_fingerprint", "started_at")
_PNG = b"\x89PNG\r\n\x1a\n"


class RecordError(ValueError):
    """The file is not a grade that this version can read."""


def clean_grade(grade: Grade) -> Grade:
    """Return the grade with every text in it bounded and free of control characters."""
    return replace(
        grade,
        **_clean_lines(grade, _LINES),
        title=clean_line(grade.title, _SENTENCE),
        submission=Handed(clean_line(grade.submission.name, _LINE), grade.submission.sha256[:64]),
        checks=tuple(_clean_check(check) for check in grade.checks),
        notices=tuple(clean(notice, _SENTENCE) for notice in grade.notices[:_MOST_NOTICES]),
        versions={clean_line(k, 80): clean_line(v, 80) for k, v in grade.versions.items()},
        submitted_at=None if grade.submitted_at is None else clean_line(grade.submitted_at, _LINE),
        late=grade.late and _clean_late(grade.late),
        lost_devices=tuple(clean_line(device, _LINE) for device in grade.lost_devices),
    )


def _clean_late(late: Late) -> Late:
    return replace(late, **_clean_lines(late, ("submitted_at", "deadline", "timezone")))


def _clean_lines(record: Grade | Late, names: tuple[str, ...]) -> dict[str, Any]:
    return {name: clean_line(getattr(record, name), _LINE) for name in names}


def _clean_check(check: CheckResult) -> CheckResult:
    example, timing = check.counterexample, check.timing
    return replace(
        check,
        name=clean_line(check.name, _LINE),
        sentence=clean_line(check.sentence, _SENTENCE),
        message=clean(check.message, _MESSAGE).strip(),
        counterexample=None if example is None else clean(example, _COUNTEREXAMPLE),
        timing=timing and _clean_timing(timing),
        pictures=tuple(
            Picture(clean_line(picture.caption, _LINE), picture.png)
            for picture in check.pictures[:_MOST_PICTURES]
            if picture.png.startswith(_PNG) and len(picture.png) <= _LARGEST_PICTURE
        ),
    )


def _clean_timing(timing: Timing) -> Timing:
    paces = {clean_line(name, _LINE): pace for name, pace in timing.paces.items()}
    return replace(timing, note=clean(timing.note, _SENTENCE), paces=paces)


def for_student(grade: Grade) -> Grade:
    """Return the clean grade without the seed and without what hidden checks asked or saw."""
    checks = tuple(_hide(check) if check.hidden else check for check in grade.checks)
    told = grade.seconds
    if any(check.hidden and check.ran for check in grade.checks):
        told = coarse(told)
    return clean_grade(replace(grade, checks=checks, seed=None, seconds=told))


def _hide(check: CheckResult) -> CheckResult:
    words, seconds = _hidden_words(check), coarse(check.seconds)
    return replace(check, message=words, counterexample=None, pictures=(), seconds=seconds)


def coarse(seconds: float) -> float:
    """Round up to 1, 2, 5, 10, 20, 50, …: how long a hidden check takes tells of its inputs."""
    if not math.isfinite(seconds) or seconds <= 0:
        return seconds
    size = 10.0 ** max(0, math.floor(math.log10(seconds)))
    return next(step * size for step in (1, 2, 5, 10) if seconds <= step * size)


def _hidden_words(check: CheckResult) -> str:
    """What may be said of a hidden check: a race's numbers in our words, or why it did not run."""
    if check.timing is not None or check.verdict is Verdict.not_run:
        return check.message
    return "" if check.is_full else "a hidden check: what it asks is not shown"


def grade_to_dict(grade: Grade, *, instructor: bool = False) -> dict[str, Any]:
    """Return what grade.json holds; hidden inputs and the seed only for an instructor."""
    grade = clean_grade(grade) if instructor else for_student(grade)
    late = grade.late
    return {
        "schema": SCHEMA,
        "assignment": grade.assignment,
        "title": grade.title,
        "version": grade.version,
        "submission": {"name": grade.submission.name, "sha256": grade.submission.sha256},
        "score": grade.score,
        "max_score": grade.max_score,
        "ran_max_score": grade.ran_max_score,
        "final_score": grade.final_score,
        "status": grade.status,
        "checks": [_check_to_dict(check) for check in grade.checks],
        "isolation": grade.isolation,
        "device": grade.device,
        **({"lost_devices": list(grade.lost_devices)} if grade.lost_devices else {}),
        "seed_fingerprint": grade.seed_fingerprint,
        **({"seed": str(grade.seed)} if grade.seed is not None else {}),
        "versions": dict(grade.versions),
        "started_at": grade.started_at,
        "seconds": _finite(grade.seconds),
        "notices": list(grade.notices),
        "submitted_at": grade.submitted_at,
        "late": msgspec.to_builtins(late) if late else None,
    }


def _check_to_dict(check: CheckResult) -> dict[str, Any]:
    record: dict[str, Any] = {
        "name": check.name,
        "sentence": check.sentence,
        "verdict": check.verdict.value,
        "credit": check.credit,
        "points": check.points,
        "score": check.score,
        "hidden": check.hidden,
        "message": check.message,
        "counterexample": check.counterexample,
        "seconds": _finite(check.seconds),
    }
    if check.measured is not None:
        record["measured"] = _finite(check.measured)
    if timing := check.timing:
        record["slowdown"] = _finite(timing.slowdown)
        record["interval"] = [_finite(end) for end in timing.interval]
        record["laps"] = timing.laps
        known = {"slowdown", "interval", "laps"}
        rest = msgspec.to_builtins(timing)
        record["timing"] = {k: _finite(v) for k, v in rest.items() if k not in known}
    if check.pictures:
        record["pictures"] = [msgspec.to_builtins(picture) for picture in check.pictures]
    return record


def _finite(value: Any) -> Any:  # noqa: ANN401 - a number is judged, the rest passes
    return None if isinstance(value, float) and not math.isfinite(value) else value


def render_json(grade: Grade, *, instructor: bool = False) -> bytes:
    """Return grade.json as UTF-8, indented."""
    packed = msgspec.json.encode(grade_to_dict(grade, instructor=instructor))
    return msgspec.json.format(packed, indent=2) + b"\n"


def parse_json(data: bytes) -> Grade:
    """Return the grade that grade.json holds; RecordError says what is wrong with it."""
    try:
        record = msgspec.json.decode(data, type=dict[str, Any])
        if record.get("schema") != SCHEMA:
            raise RecordError(f"not a grade: schema is {record.get('schema')!r}, not {SCHEMA!r}")
        return _grade_from_dict(record)
    except (msgspec.MsgspecError, KeyError, TypeError, ValueError) as error:
        raise RecordError(f"not a grade: {error}") from error


def _grade_from_dict(record: dict[str, Any]) -> Grade:
    seed, late = record.get("seed"), record["late"]
    return Grade(
        assignment=record["assignment"],
        title=record["title"],
        version=record["version"],
        submission=Handed(**record["submission"]),
        checks=tuple(_check_from_dict(check) for check in record["checks"]),
        isolation=record["isolation"],
        device=record["device"],
        seed_fingerprint=record["seed_fingerprint"],
        started_at=record["started_at"],
        seconds=record["seconds"],
        seed=None if seed is None else int(seed),
        versions=record["versions"],
        notices=tuple(record["notices"]),
        submitted_at=record.get("submitted_at", late and late["submitted_at"]),
        late=Late(**late) if late else None,
        lost_devices=tuple(record.get("lost_devices", ())),
    )


def _check_from_dict(record: dict[str, Any]) -> CheckResult:
    plain = ("name", "sentence", "credit", "points", "hidden", "message", "seconds")
    timing = None
    if "timing" in record:
        timing = Timing(
            slowdown=_number(record["slowdown"]),
            interval=(_number(record["interval"][0]), _number(record["interval"][1])),
            laps=record["laps"],
            **{**record["timing"], "decision": Decision(record["timing"]["decision"])},
        )
    return CheckResult(
        **{key: record[key] for key in plain},
        verdict=Verdict(record["verdict"]),
        counterexample=record["counterexample"],
        timing=timing,
        measured=_number(record["measured"]) if "measured" in record else None,
        pictures=msgspec.convert(record.get("pictures", ()), tuple[Picture, ...]),
    )


def _number(value: float | None) -> float:
    return math.nan if value is None else value


def write_grade(grade: Grade, path: Path, *, instructor: bool = False) -> None:
    """Write grade.json at a path that somebody named, whole or not at all."""
    write_whole(path, render_json(grade, instructor=instructor), named=True)


def read_grade(path: Path) -> Grade:
    """Read grade.json; RecordError or OSError otherwise."""
    return parse_json(path.read_bytes())


FORMAT = Format(
    help="grade.json, by its schema: what report, merge and --replay read",
    files=lambda to: [to.file("grade.json", render_json(to.grade, instructor=to.instructor))],
    has_pictures=True,
)
