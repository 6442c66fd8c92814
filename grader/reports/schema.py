"""The schema of grade.json, made from the dataclasses of a grade.

`python -P -m grader.reports.schema` writes it to grade.schema.json, which is what users are given.
"""

from __future__ import annotations

import inspect
from pathlib import Path
from typing import Any, get_type_hints

import msgspec

from grader.grade.result import CheckResult, Grade
from grader.reports.record import COMPUTED, LEFT_OUT, LIFTED, NAME

SCHEMA_FILE = Path(__file__).with_name("grade.schema.json")
_OLDER = {
    "Grade": ("submitted_at",),
    "Late": ("timezone", "own"),
    "Timing": ("first_call_seconds", "clock", "note", "paces", "full", "none"),
}
"""The fields that files of older versions lack."""

_GONE = {"Timing": {"steps": "of credit, in which races were graded once; written no more"}}
"""The fields that only files of older versions have."""

Schema = dict[str, Any]


def make_schema() -> Schema:
    """Return the JSON schema of grade.json."""
    types = [
        Grade,
        *(get_type_hints(p.fget, include_extras=True)["return"] for p in _computed().values()),
    ]
    (_, *computed), parts = msgspec.json.schema_components(types)
    for (owner, name), schema in zip(_computed(), computed, strict=True):
        text = inspect.getdoc(getattr(owner, name))
        parts[owner.__name__]["properties"][name] = {"description": text, **schema}
    check, timing = parts["CheckResult"], parts["Timing"]
    check["properties"] |= {name: timing["properties"].pop(name) for name in LIFTED}
    check["dependentRequired"] = {"timing": [*LIFTED], "slowdown": ["timing"]}
    for name, part in parts.items():
        if "properties" in part:
            _close(name, part)
    grade = parts.pop(Grade.__name__)
    grade["properties"]["seed"] = {
        "description": "only in an instructor's copy",
        "type": "string",
        "pattern": "^[0-9]+$",
    }
    grade["properties"] = {"schema": {"const": NAME}, **grade["properties"]}
    grade["required"].insert(0, "schema")
    head = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "https://torchmarks.dev/schemas/grade-v1.json",
        "title": f"{NAME}: one submission's grade",
    }
    return _plainly({**grade, **head, "$defs": parts})  # type: ignore[no-any-return]


def _computed() -> dict[tuple[type, str], property]:
    return {(part, name): getattr(part, name) for part, names in COMPUTED.items() for name in names}


def _close(name: str, part: Schema) -> None:
    """Say that there are no other keys, and which are always there."""
    may_lack = {*LEFT_OUT.get(name, ()), *_OLDER.get(name, ())}
    may_lack |= set(LIFTED) if name == CheckResult.__name__ else set()
    part["required"] = [key for key in part["properties"] if key not in may_lack]
    for key, told in _GONE.get(name, {}).items():
        part["properties"][key] = {"description": told}
    part["additionalProperties"] = False
    part["description"] = inspect.cleandoc(part["description"])


def _plainly(schema: Any) -> Any:  # noqa: ANN401 - any part of a schema
    """Write `nullable` as JSON Schema does, and leave out defaults: the file has every value."""
    if isinstance(schema, list):
        return [_plainly(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    kept = {k: _plainly(v) for k, v in schema.items() if k not in ("default", "nullable")}
    return {**kept, "type": [kept["type"], "null"]} if schema.get("nullable") else kept


def render_schema() -> bytes:
    """Return the bytes of grade.schema.json."""
    return msgspec.json.format(msgspec.json.encode(make_schema()), indent=2) + b"\n"


if __name__ == "__main__":
    SCHEMA_FILE.write_bytes(render_schema())
