"""JUnit XML (pytest's xunit2 family), with the points of each check in its properties."""

from __future__ import annotations

import math
import xml.etree.ElementTree as ET
from typing import TYPE_CHECKING

from grader.grade.points import show, total_points
from grader.reports.cleaning import for_student
from grader.reports.registry import Format, in_folder
from grader.reports.wording import describe_verdict, explain
from grader.text import clean_name

if TYPE_CHECKING:
    from grader.grade.result import CheckResult, Grade


def render_junit(grade: Grade, student: str = "") -> bytes:
    """Return the XML, in UTF-8 with its declaration, and with the student's name if known."""
    grade = for_student(grade)
    totals = total_points(grade)
    root = ET.Element("testsuites", name="torchmarks")
    suite = ET.SubElement(root, "testsuite", _counts(grade))
    _add_properties(
        suite,
        {
            **({"student": clean_name(student, 200)} if student else {}),
            "submission": grade.submission.name,
            "points": show(totals.total),
            "max_points": show(totals.maximum),
            "status": grade.status,
            "isolation": grade.isolation,
            "device": grade.device,
            "seed_fingerprint": grade.seed_fingerprint,
        },
    )
    for check, earned, possible in zip(grade.checks, totals.earned, totals.possible, strict=True):
        _add_case(suite, grade.assignment, check, (show(earned), show(possible)))
    ET.indent(root)
    xml: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return xml + b"\n"


def _counts(grade: Grade) -> dict[str, str]:
    kinds = [_kind(check) for check in grade.checks]
    return {
        "name": grade.assignment,
        "tests": str(len(kinds)),
        "failures": str(kinds.count("failure")),
        "errors": str(kinds.count("error")),
        "skipped": str(kinds.count("skipped")),
        "time": _time(grade.seconds),
        "timestamp": grade.started_at,
    }


def _time(seconds: float) -> str:
    """Write seconds as its readers take them, who know no NaN and no infinity."""
    return f"{seconds if math.isfinite(seconds) else 0:.3f}"


def _kind(check: CheckResult) -> str:
    if check.is_full:
        return ""
    if not check.is_decided:
        return "skipped"
    return "error" if check.is_withheld else "failure"


def _add_case(
    suite: ET.Element, assignment: str, check: CheckResult, points: tuple[str, str]
) -> None:
    classname = f"{assignment}.test_{assignment}" + ("_hidden" if check.hidden else "")
    attributes = {"classname": classname, "name": check.name, "time": _time(check.seconds)}
    case = ET.SubElement(suite, "testcase", attributes)
    earned, possible = points
    _add_properties(
        case, {"points": earned, "max_points": possible, "verdict": check.verdict.value}
    )
    if kind := _kind(check):
        ET.SubElement(case, kind, message=describe_verdict(check)).text = "\n".join(explain(check))
    elif check.message:
        ET.SubElement(case, "system-out").text = check.message


def _add_properties(parent: ET.Element, values: dict[str, str]) -> None:
    properties = ET.SubElement(parent, "properties")
    for name, value in values.items():
        ET.SubElement(properties, "property", name=name, value=value)


FORMAT = Format(
    help="junit.xml, with the points in the properties of each case",
    places=in_folder("junit.xml"),
    contents=lambda to: [render_junit(to.view, to.whose)],
)
