"""The keys of an assignment that say what handing in late costs."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from grader.grade.late import (
    A_DAY,
    NOTHING,
    LatePolicy,
    parse_duration,
    parse_rate,
    parse_time,
    parse_zone,
)

if TYPE_CHECKING:
    from grader.assignment.toml_table import TomlTable


def read_late(table: TomlTable) -> LatePolicy | None:
    """Read the keys of the policy; mistakes go to the table's problems."""
    deadline = table.take("deadline", (str, datetime), "a time", None)
    found: dict[str, Any] = {}

    def read_deadline(text: str) -> datetime:
        return parse_time(text, found.get("timezone"))

    parsers = {
        "timezone": parse_zone,
        "deadline": read_deadline,
        "late": parse_rate,
        "grace": parse_duration,
    }
    for key, parse in parsers.items():
        text = deadline if key == "deadline" else table.take(key, str, "a text", None)
        if text is None:
            continue
        if deadline is None:
            table.complain(key, f"{key} needs a deadline")
        try:
            found[key] = parse(str(text))
        except ValueError as error:
            table.complain(key, f"{key}: {error}")
    if "deadline" not in found:
        return None
    rate, unit = found.get("late", (0.0, A_DAY))
    return LatePolicy(found["deadline"], rate, unit, found.get("grace", NOTHING))
