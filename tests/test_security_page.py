"""docs/security.md says what the hostile files show, and nothing else."""

import re
from pathlib import Path

from grader.assignment.isolation import LEVELS
from grader.inside.calls import allowed
from grader.inside.probes import MUST_FAIL
from grader.inside.works import MUST_WORK
from tests.hostile_files import hostile_files

PAGE = (Path(__file__).parents[1] / "docs" / "security.md").read_text()
COLUMNS = (("L3r", "L3"), ("L3-landlock",), ("L3b",), ("L2u",), ("L2",))
NUMBERS = {"twenty-one": 21, "ten": 10, "fourteen": 14}


def rows():
    """The cells of the threat table."""
    table = PAGE[PAGE.index("| threat |") : PAGE.index("Where the kernel does not bound")]
    return [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in table.strip().splitlines()[2:]
    ]


def test_each_threat_names_files_that_exist():
    """Every threat is shown by hostile files that are there."""
    known = {str(declared) for declared in hostile_files()}
    named = {name for row in rows() for name in row[-1].split(", ")}
    assert len(rows()) >= 20
    assert not named - known


def test_each_cell_is_what_the_files_declare():
    """A level says "no" exactly where one of the named files declares that it is not defended."""
    spared = {str(declared): declared.not_defended for declared in hostile_files()}
    for threat, *cells, files in rows():
        for levels, cell in zip(COLUMNS, cells, strict=True):
            holds = all(not spared[name] & set(levels) for name in files.split(", "))
            assert cell == ("yes" if holds else "no"), (threat, levels)


def test_every_known_hole_is_on_the_page():
    """A file that is not defended at some level stands in the table."""
    named = {name for row in rows() for name in row[-1].split(", ")}
    assert {str(declared) for declared in hostile_files() if declared.not_defended} <= named


def test_the_levels_are_those_of_the_code():
    """The page's levels are the code's, in their order."""
    table = PAGE[PAGE.index("| level |") : PAGE.index("No level ever")]
    assert tuple(re.findall(r"^\| (L\S+) ", table, re.MULTILINE)) == tuple(LEVELS)


def test_the_probes_are_counted_rightly():
    """The page's numbers of probes are the code's."""
    assert (
        f"{next(w for w, n in NUMBERS.items() if n == len(MUST_FAIL))} things that must fail"
        in PAGE
    )
    assert f"{next(w for w, n in NUMBERS.items() if n == len(MUST_WORK))} that must work" in PAGE


def test_the_calls_are_counted_rightly():
    """The page's numbers of system calls, and of those with rules, are the list's."""
    calls = allowed("plain", None, "cpu")
    text = PAGE.replace("\n", " ")
    assert f"{len(calls)} of the kernel's" in text
    judged = next(w for w, n in NUMBERS.items() if n == sum(map(bool, calls.values())))
    assert f"{judged} of them with rules" in text
