"""What a run comes to by its numbers: a part of the credit, a race that is open, or information."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.grade.result import Decision, Verdict
from grader.grading.check_run import Finding
from grader.text import clean_ends

if TYPE_CHECKING:
    from grader.grading.check_run import CheckRun


def tell_information(run: CheckRun, points: float) -> str:
    """Return what is told of a run that was passed: its facts, and for no points its number."""
    told = [*run.facts]
    if not points:
        told += [run.measured.sentence] if run.measured else []
        told += [run.race.message] if run.race else []
    return clean_ends("\n".join(told))


def find_by_number(run: CheckRun) -> Finding:
    """Return what a measurement or a race came to that earns less than everything."""
    if run.race is not None:
        timing, words = run.race.timing, clean_ends(run.race.message or run.race.timing.note)
        if run.race.credit is None:
            referred = timing.decision is Decision.referred
            return Finding(Verdict.wrong if referred else Verdict.not_run, words, timing=timing)
        return Finding(Verdict.wrong, words, credit=run.race.credit, timing=timing)
    assert run.measured is not None
    value, credit = run.measured.value, run.measured.credit
    words = "\n".join([run.measured.sentence, *run.facts])
    return Finding(Verdict.wrong, clean_ends(words), credit=credit, measured=value)
