"""The formats of reports by name: the one place that a new format is added to, by one line.

What a format is stands in its own module, as its `FORMAT`. The module is imported when somebody
looks the format up, so that names alone cost nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING

from grader.files import OutputFile

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path

    from grader.grade.result import Grade
    from grader.reports.delivery import Delivery

FORMATS = {
    "github": "grader.reports.github",
    "classroom50": "grader.reports.classroom50",
    "gradescope": "grader.reports.gradescope",
    "junit": "grader.reports.junit",
    "csv": "grader.reports.gradebook",
    "markdown": "grader.reports.markdown",
    "html": "grader.reports.webpage",
    "json": "grader.reports.record",
}
"""The name of each format (what `--to` takes), and the module that has its `FORMAT`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """One way to report a grade: what comes of it, what it needs, and how it is made.

    `help` is its line in `--help`. `places` are the files that it writes, with nothing in them, and
    `contents` what goes into each, made of a delivery; `lines` are printed besides. `class_files`
    are made of the grades of a class by student, where the format can hold several.
    `needs` are variables of the environment; where all of them are there, the format is chosen
    without being asked for. One that goes by something else says so by `find_lack`, in a sentence
    or "", and by `is_shown`. `has_pictures` says that pictures of counterexamples come along.
    """

    help: str
    places: Callable[[Mapping[str, str], Path], list[OutputFile]]
    contents: Callable[[Delivery], list[bytes]]
    lines: Callable[[Delivery], Iterable[str]] = lambda _: ()
    class_files: Callable[[Mapping[str, Grade]], list[OutputFile]] | None = None
    needs: tuple[str, ...] = ()
    find_lack: Callable[[Mapping[str, str]], str] | None = None
    is_shown: Callable[[Mapping[str, str]], bool] | None = None
    has_pictures: bool = False

    def why_not(self, environ: Mapping[str, str]) -> str:
        """Return what keeps it from being made in an environment, or ""."""
        for variable in self.needs:
            if not environ.get(variable):
                return f"${variable} is not set"
        return self.find_lack(environ) if self.find_lack else ""

    def is_chosen(self, environ: Mapping[str, str]) -> bool:
        """Whether an environment asks for it by what it is."""
        if self.is_shown is not None:
            return self.is_shown(environ)
        return bool(self.needs) and all(map(environ.get, self.needs))


def in_folder(name: str) -> Callable[[Mapping[str, str], Path], list[OutputFile]]:
    """Return the `places` of a format that writes one file, into the folder of reports."""
    return lambda _, folder: [OutputFile(folder / name, b"")]


def find_format(name: str) -> Format:
    """Return the format of a name; KeyError where there is none."""
    found = import_module(FORMATS[name]).FORMAT
    assert isinstance(found, Format)
    return found


def list_names(names: Iterable[str], word: str = "or") -> str:
    """Write names as a person lists them: `csv, html or json`."""
    *most, last = names
    return f"{', '.join(most)} {word} {last}" if most else last
