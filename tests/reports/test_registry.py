"""A format of reports is one file and one line: all else finds it by the registry."""

import re
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from click.testing import CliRunner

from grader.cli import main
from grader.reports import ReportError, detect, require_targets, write
from grader.reports.classbook import write_class
from grader.reports.registry import FORMATS, Format, find_format, in_folder, list_names
from tests.reports.grades import a_grade

PAGE = (Path(__file__).parents[2] / "docs" / "formats.md").read_text(encoding="utf-8")
ROWS = dict(re.findall(r"^\| `(\w+)` \| (.*) \|$", PAGE, re.MULTILINE))


@pytest.fixture
def toml(monkeypatch):
    """Add a format: a module, and a line of the registry."""
    form = Format(
        help="points.toml: a line",
        places=in_folder("points.toml"),
        contents=lambda to: [f"points = {to.view.score:g}\n".encode()],
        lines=lambda to: [f"of {to.view.max_score:g}"],
        needs=("TOML_HOME",),
    )
    monkeypatch.setitem(sys.modules, "tests.reports.toml", SimpleNamespace(FORMAT=form))
    monkeypatch.setitem(FORMATS, "toml", "tests.reports.toml")


@pytest.mark.usefixtures("toml")
def test_a_line_is_enough_for_a_new_format(tmp_path, monkeypatch):
    """It is written, printed, detected, refused, listed in errors and in the help."""
    monkeypatch.chdir(tmp_path)
    environ = {"TOML_HOME": "x"}
    said = write(a_grade(), ["toml"], environ, tmp_path)
    assert said == [f"toml: {tmp_path / 'points.toml'}", "of 100"]
    assert (tmp_path / "points.toml").read_text() == "points = 52.5\n"
    assert detect(environ) == ["toml"]
    with pytest.raises(ReportError, match=r"--to toml: \$TOML_HOME is not set"):
        require_targets(["toml"], {})
    with pytest.raises(ReportError, match=r"no such report: yaml; there are .*json and toml"):
        require_targets(["yaml"], {})
    with pytest.raises(ReportError, match=r"--to toml takes one .* into --to csv or --canvas"):
        write_class({"ada": a_grade(), "bob": a_grade()}, ["toml"], None)
    for command in ("run", "report"):
        page = CliRunner().invoke(main, [command, "--help"]).output
        assert re.search(r"\n  toml +points\.toml: a line\n", page), page


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_is_in_the_help_and_on_the_page(name):
    """The page of formats has a row for each, with what it needs of the environment."""
    form = find_format(name)
    assert form.help
    assert all(f"`{variable}`" in ROWS[name] for variable in form.needs)


def test_the_page_lists_no_other_format():
    """The table is in the registry's order, and names nothing else."""
    assert list(ROWS) == list(FORMATS)


def test_names_are_listed_as_people_do():
    """One name stands alone; the last of several has a word before it."""
    assert list_names(["a"]) == "a"
    assert list_names(["a", "b", "c"], "and") == "a, b and c"
