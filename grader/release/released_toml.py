"""The `assignment.toml` of a student's copy: what the public checks are worth, the rest a sum."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from grader.assignment.limits import OF_A_CHECK, SIZES, show_size

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from grader.assignment.folder import Assignment
    from grader.assignment.limits import Limits


def render_released_toml(assignment: Assignment, public: Collection[str], data: str = "") -> str:
    """Return the file: no reference, no names of hidden checks; public data lies in `data`."""
    return "\n".join(_lines(assignment, public, data)) + "\n"


def _lines(assignment: Assignment, public: Collection[str], data: str) -> Iterator[str]:
    points = {name: worth for name, worth in assignment.points.items() if name in public}
    hidden = math.fsum(worth for name, worth in assignment.points.items() if name not in public)
    yield from _table(
        {
            "title": assignment.title,
            "version": assignment.version,
            "files" if assignment.files else "accepts": list(assignment.handed_in),
            "exports": list(assignment.exports),
            "isolation": assignment.isolation,
            "notebook": assignment.notebook,
            **({"packages": list(assignment.packages)} if assignment.packages else {}),
            **_public_data(assignment, data),
            **({"attempts": assignment.attempts} if assignment.attempts else {}),
            **({"hidden_points": round(hidden, 6)} if hidden else {}),
        }
    )
    yield "\n[points]"
    yield from _table(points)
    for section, terms in (("speed", assignment.speed), ("measure", assignment.measure)):
        for name in terms:
            if name in public:
                yield from _subtable(f"{section}.{name}", _fields(terms[name]))
    if needs := {name: list(others) for name, others in assignment.needs.items() if name in public}:
        yield "\n[needs]"
        yield from _table(needs)
    yield "\n[limits]"
    yield from _table(_limits(assignment.limits))
    for name in sorted(assignment.check_limits.keys() & set(public)):
        own = _limits(assignment.check_limits[name])
        yield from _subtable(f"limits.{name}", {key: own[key] for key in OF_A_CHECK})
    if assignment.parameters:
        yield "\n[parameters]"
        yield from _table(assignment.parameters)


def _public_data(assignment: Assignment, place: str) -> dict[str, str]:
    held = assignment.public_data
    if held is None:
        return {}
    get_from = {"public_data_from": held.get_from} if held.get_from else {}
    return {"public_data": f"{place}{held.name}", **get_from}


def _limits(limits: Limits) -> dict[str, Any]:
    return {**_fields(limits), **{name: show_size(getattr(limits, name)) for name in SIZES}}


def _fields(record: Any) -> dict[str, Any]:  # noqa: ANN401 - one of three records
    values = {name: getattr(record, name) for name in record.__dataclass_fields__}
    return {name: value for name, value in values.items() if value is not None}


def _subtable(name: str, values: dict[str, Any]) -> Iterator[str]:
    on_gpu = values.pop("cuda", None)
    yield f"\n[{name}]"
    yield from _table(values)
    if on_gpu is not None:
        yield from _subtable(f"{name}.cuda", _fields(replace(on_gpu, device=None)))


def _table(values: Mapping[str, Any]) -> Iterator[str]:
    width = max((len(name) for name in values), default=0)
    for name, value in values.items():
        whole = isinstance(value, float) and value.is_integer()
        text = json.dumps(int(value) if whole else value, ensure_ascii=False)
        yield f"{name:{width}} = {text}"
