"""One check in full: its sentence, what the handout says about it, and the input that lost it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from rich.text import Text

from grader.assignment.suite import load_suite
from grader.grade.result import SEE_IT_FAIL
from grader.practice.log import full_lines

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from grader.assignment.folder import Assignment
    from grader.grade.result import CheckResult

_FENCE = re.compile(r"^(?:```|~~~).*?^(?:```|~~~)$", re.MULTILINE | re.DOTALL)
_MOST_PARAGRAPHS = 8


def explain_check(assignment: Assignment, name: str, result: CheckResult | None) -> list[Text]:
    """Return what there is to say of a check, in lines."""
    lines = hint_lines(assignment, name)
    if result is None:
        return lines
    if result.is_full:
        return [*lines, Text(), Text(f"{name} is passed: there is nothing to mend.", style="green")]
    return [*lines, Text(), *full_lines(result), *_cell_lines(result)]


def _cell_lines(result: CheckResult) -> list[Text]:
    """Return a cell that runs the check, where its input is too long for a snippet that fails."""
    if result.waits_for or SEE_IT_FAIL in (result.counterexample or ""):
        return []
    name = result.name.removeprefix("test_")
    told = "to see it fail, in a cell of a notebook that has your functions:"
    lines = "", told, "  %load_ext grader", f"  %grade {name}"
    return [Text(f"    {line}".rstrip()) for line in lines]


def hint_lines(assignment: Assignment, name: str) -> list[Text]:
    """Return a check's sentence, what it needs, and what the handout says of what it asks."""
    suite = load_suite(assignment)
    sentence = next(check.sentence for check in suite.checks if check.name == name)
    lines = [Text(name, style="bold"), Text(f"    {sentence}")]
    if needs := assignment.needs.get(name):
        lines.append(Text(f"    It builds on {', '.join(needs)}."))
    if told := list(find_in_handout(assignment, suite.exports_of(name))):
        lines += [Text(), Text("From the handout:", style="bold")]
        for paragraph in told:
            lines += [Text(f"    {line}") for line in paragraph.splitlines()]
    return lines


def find_in_handout(assignment: Assignment, exports: Collection[str]) -> Iterator[str]:
    """Yield what the handout says of exports: paragraphs, points and rows, and formulas among them.

    A formula of its own (`$$`) belongs to the paragraph before it.
    """
    try:
        text = (assignment.folder / "handout.md").read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return
    said = re.compile("|".join(rf"`{re.escape(name)}\b" for name in exports) or r"(?!)")
    formulas = [part for part in _blocks(text) if part.startswith("$$")]
    found = [part for part in _blocks(text) if said.search(part)]
    yield from [*formulas, *found][:_MOST_PARAGRAPHS]


def _blocks(text: str) -> Iterator[str]:
    """Yield paragraphs; of a list or a table each point or row, but the heads of tables."""
    for block in re.split(r"\n\s*\n", _FENCE.sub("", text)):
        part = block.strip()
        if part.startswith(("* ", "- ", "|")):
            yield from (line.strip() for line in part.splitlines())
        elif part and not part.startswith(("#", "![")):
            yield part
