"""What came of a race: its timing, its credit, and the sentences that go with both."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING

from grader.grade.result import Decision, Timing
from grader.race import messages

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from grader.grade.credit_line import CreditLine
    from grader.race.decision import RaceDecision
    from grader.race.evidence import Evidence

__all__ = ["Result", "write_result"]


@dataclass(frozen=True, slots=True)
class Result:
    """A race's timing, its credit (None: withheld, or not run) and a sentence for both."""

    timing: Timing
    credit: float | None
    message: str


def write_result(
    finding: RaceDecision,
    evidence: Evidence,
    line: CreditLine,
    first_calls: Collection[float],
    notes: Sequence[str],
    paces: Mapping[str, float],
) -> Result:
    """Say what a race came to; ``first_calls`` are seconds, ``notes`` what went unlike the plan."""
    laps = len(evidence.laps)
    slowdown, interval = (evidence.slowdown, evidence.bounded_interval()) if laps else (1, (0, 1))
    seconds = [evidence.seconds(side) if laps else 0.0 for side in ("submission", "reference")]
    timing = Timing(
        slowdown=slowdown,
        interval=interval,
        laps=laps,
        decision=Decision(finding.decision),
        submission_seconds=seconds[0],
        reference_seconds=seconds[1],
        first_call_seconds=median(first_calls) if first_calls else None,
        clock=evidence.kind,
        note=_note(finding, evidence, notes),
        paces=dict(paces),
        full=line.full,
        none=line.none,
    )
    if not laps or finding.credit is None:
        return Result(timing, None, finding.note)
    said = messages.summary(slowdown, interval, (seconds[0], seconds[1]))
    return Result(timing, finding.credit, said)


def _note(finding: RaceDecision, evidence: Evidence, notes: Sequence[str]) -> str:
    """All that the message does not say: why there is no decision, the wall, the remarks."""
    laps, rules = evidence.laps, evidence.rules
    said = [finding.note] if finding.credit is not None else []
    if 0 < len(laps) < rules.looks[0]:
        said.append(messages.few_laps(len(laps), rules.seconds))
    if evidence.kind == "cpu" and laps:
        sides = (evidence.seconds(side, "wall") for side in ("submission", "reference"))
        said.append(messages.walls(*sides))
    return " ".join(filter(None, [*said, *notes]))
