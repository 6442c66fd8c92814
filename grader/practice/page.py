"""The verdicts of practice in a notebook: HTML where that is shown, and the same as text."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import jinja2

from grader.grade.points import show
from grader.reports.quoting import breakable
from grader.reports.terminal import mark_of
from grader.reports.view import view_check

if TYPE_CHECKING:
    from grader.grade.result import CheckResult
    from grader.reports.view import CheckView

_PAGE = """\
<div style="font: 14px/1.5 system-ui, sans-serif; max-width: 60em">
<p><b>{{ title }}</b>: practice, not a grade. {{ asked }}</p>
<ul style="list-style: none; padding: 0">
{% for view in views %}<li>{{ mark(view.check) }} <code>{{ breakable(view.name) }}</code>
 {{ view.points }}, {{ view.verdict }}
{% if view.is_lost and not view.check.waits_for %}
<pre tabindex="0" style="white-space: pre-wrap; overflow-x: auto; margin: 0 0 1em 1.5em">
{{- "\\n" + view.explanation | join("\\n\\n") }}</pre>
{% elif view.is_lost %}<br><span style="margin-left: 1.5em">{{ view.check.message }}</span>
{% endif %}</li>
{% endfor %}</ul>
<p>{{ points }}</p>
{% if lacks %}<p>What a fresh run of the saved notebook would lack:</p>
<ul>{% for one in lacks %}<li>{{ one }}</li>{% endfor %}</ul>{% endif %}
</div>
"""


@cache
def _template() -> jinja2.Template:
    environment = jinja2.Environment(autoescape=True, undefined=jinja2.StrictUndefined)
    return environment.from_string(_PAGE)


@dataclass(frozen=True)
class Practice:
    """What some checks said of the functions in a kernel; no grade, and never one.

    `asked` are the functions, `lacks` says what a fresh run of the saved notebook would lack.
    """

    title: str
    checks: tuple[CheckResult, ...]
    asked: tuple[str, ...]
    lacks: tuple[str, ...]

    def _repr_html_(self) -> str:
        """Return the verdicts for a notebook; every text in them is escaped."""
        return _template().render(
            title=self.title,
            asked=self._asked,
            views=self._views,
            mark=mark_of,
            breakable=breakable,
            points=self._points,
            lacks=self.lacks,
        )

    def __repr__(self) -> str:
        lines = [f"{self.title}: practice, not a grade. {self._asked}", ""]
        for view in self._views:
            lines.append(f"{mark_of(view.check)} {view.name}  {view.points}  {view.verdict}")
            if view.is_lost:
                text = "\n".join(view.explanation)
                lines += [f"    {line}".rstrip() for line in text.splitlines()]
        return "\n".join([*lines, "", self._points, *self.lacks])

    @property
    def _views(self) -> list[CheckView]:
        return [view_check(check) for check in self.checks]

    @property
    def _asked(self) -> str:
        if not self.asked:
            return "The kernel has none of the functions: run the cells that define them."
        return f"Asked as they are in the kernel now: {', '.join(self.asked)}."

    @property
    def _points(self) -> str:
        earned, whole = (
            show(sum(round(100 * number) for number in numbers))
            for numbers in ([c.score for c in self.checks], [c.points for c in self.checks])
        )
        return f"{earned} of {whole} points of these checks."
