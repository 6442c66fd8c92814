"""Files that the kit writes for others: templates with `<< name >>` for what varies.

GitHub's workflows use `{{ }}` and `{% %}` themselves, hence the other marks.
"""

from __future__ import annotations

from functools import cache

import jinja2


@cache
def _environment() -> jinja2.Environment:
    return jinja2.Environment(  # noqa: S701 - workflows and Python modules, not pages
        loader=jinja2.PackageLoader("grader.release", "templates"),
        variable_start_string="<<",
        variable_end_string=">>",
        block_start_string="<%",
        block_end_string="%>",
        comment_start_string="<#",
        comment_end_string="#>",
        undefined=jinja2.StrictUndefined,
        keep_trailing_newline=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def render_template(template: str, /, **values: object) -> str:
    """Return a template of `grader/release/templates` with its marks filled in."""
    return _environment().get_template(f"{template}.j2").render(**values)
