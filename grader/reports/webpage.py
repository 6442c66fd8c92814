"""A grade as one HTML file: no script, nothing loaded from elsewhere."""

from __future__ import annotations

from base64 import b64encode
from functools import cache
from typing import TYPE_CHECKING

import jinja2
from markupsafe import Markup

from grader.reports.cleaning import clean_grade
from grader.reports.quoting import breakable
from grader.reports.race_svg import render_svg
from grader.reports.registry import Format, in_folder
from grader.reports.view import view_grade

if TYPE_CHECKING:
    from grader.grade.result import CheckResult, Grade, Picture


@cache
def _template() -> jinja2.Template:
    environment = jinja2.Environment(
        autoescape=True,
        loader=jinja2.PackageLoader("grader.reports", "pages"),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("report.html.j2")


def render_webpage(grade: Grade) -> str:
    """Return the page; every text in it is escaped."""
    grade = clean_grade(grade)
    return _template().render(
        view=view_grade(grade),
        sha256=grade.submission.sha256,
        started_at=grade.started_at,
        assignment=grade.assignment,
        colour=_colour,
        race=_race,
        address=_address,
        breakable=breakable,
    )


def _colour(check: CheckResult) -> str:
    if check.is_full:
        return "full"
    if check.credit:
        return "part"
    return "none" if check.is_decided else "idle"


def _address(picture: Picture) -> str:
    """Return the picture as an address that holds all of it."""
    return f"data:image/png;base64,{b64encode(picture.png).decode('ascii')}"


def _race(check: CheckResult) -> Markup:
    svg = render_svg(check.timing) if check.timing else ""
    return Markup(svg)  # noqa: S704 - drawn here: numbers, and names that are escaped


FORMAT = Format(
    help="report.html, to read: one file, with pictures of counterexamples",
    places=in_folder("report.html"),
    contents=lambda to: [render_webpage(to.view).encode()],
    has_pictures=True,
)
