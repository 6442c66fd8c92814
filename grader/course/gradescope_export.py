"""Gradescope's `submission_metadata.yml`: whose each folder is, and when it came.

It is YAML of one shape, written by the service, of which the lines that matter are read and no
more: a folder's name, its `:submitters:` with name, id and email, and its `:created_at:`.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from datetime import datetime

from grader.course.labels import is_usual

FILE = "submission_metadata.yml"
_TOP = re.compile(r"""(?P<quote>["']?)(?P<folder>submission_\d+)(?P=quote):\s*""")
_KEY = re.compile(r"(?P<indent> *)(?P<dash>- )?:(?P<key>\w+):(?: (?P<value>.*))?")
_TIME = re.compile(r"(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d(?:\.\d{1,6})?)\d* ?(Z|[+-]\d\d:?\d\d)")


@dataclass
class Submitters:
    """One folder of an export: its submitters' fields, and when it came, if that is told."""

    people: list[dict[str, str]] = field(default_factory=list)
    came: datetime | None = None


def parse_metadata(text: str) -> dict[str, Submitters]:
    """Return what is told of each folder; what is of another shape is passed over."""
    found: dict[str, Submitters] = {}
    here, section = None, ""
    for line in text.splitlines():
        if top := _TOP.fullmatch(line):
            here, section = found.setdefault(top["folder"], Submitters()), ""
        elif line[:1].strip() not in ("", "#"):  # the folder before ends with any other key
            here = None
        elif here is not None and (entry := _KEY.fullmatch(line)):
            value = _scalar(entry["value"] or "")
            if len(entry["indent"]) == 2 and not entry["dash"]:  # a key of the folder's own
                section = entry["key"]
                if section == "created_at":
                    here.came = _time(value)
            elif section == "submitters":
                if entry["dash"]:
                    here.people.append({})
                if here.people:
                    here.people[-1][entry["key"]] = value
    return found


def _scalar(text: str) -> str:
    """Return the text that a plain or a quoted scalar stands for."""
    text = text.strip()
    if text[:1] == "'" and text[-1:] == "'" and len(text) > 1:
        return text[1:-1].replace("''", "'")
    if text[:1] == '"':
        try:
            return str(json.loads(text))
        except ValueError:
            return text.strip('"')
    return "" if text in ("~", "null") else text


def _time(text: str) -> datetime | None:
    found = _TIME.match(text)
    if found is None:
        return None
    try:
        came = datetime.fromisoformat(f"{found[1]}T{found[2]}{found[3].replace('Z', '+00:00')}")
    except ValueError:
        return None
    return came if is_usual(came) else None
