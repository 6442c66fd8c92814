"""The grade of one submission: what every check said, and what that is worth.

Pure data and arithmetic. All reports take their numbers from here, so that a
grade is the same number everywhere. The fields' types are read when the program
runs: grade.json and its schema are made from them.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Literal

from msgspec import Meta

from grader.grade.fields import (
    NOTICES,
    PICTURES,
    Count,
    Digest,
    Example,
    Line,
    Message,
    Moment,
    Number,
    Png,
    Points,
    Seconds,
    Sentence,
    Share,
    Version,
)
from grader.grade.hang import Hang
from grader.grade.late import Late
from grader.grade.sums import is_hundredths, total
from grader.grade.verdict import Decision, Verdict

__all__ = [
    "NOT_REACHED",
    "NOT_SELECTED",
    "SEE_IT_FAIL",
    "TOO_BUSY",
    "CheckResult",
    "Decision",
    "Grade",
    "Handed",
    "Picture",
    "Status",
    "Timing",
    "Verdict",
    "is_hundredths",
    "total",
]

Status = Literal["graded", "partial", "withheld"]

NOT_SELECTED = "not selected"
NOT_REACHED = "grading was interrupted"
SEE_IT_FAIL = "to see it fail:"  # stands above the lines of a counterexample that do
TOO_BUSY = "the machine is too busy to run this"
TOO_BUSY_TO_TIME = "This machine is too busy to grade speed"
"""Why a check did not run: nobody asked for it, it was still to come, or its turn never came."""


@dataclass(frozen=True, slots=True)
class Handed:
    """What was handed in: the file's name and the sha256 of its bytes, in hex."""

    name: Line
    sha256: Digest


@dataclass(frozen=True, slots=True)
class Timing:
    """What a race measured; `slowdown` is the submission's time over the reference's."""

    slowdown: Number
    interval: tuple[Number, Number]
    laps: Count
    decision: Decision
    submission_seconds: Seconds
    reference_seconds: Seconds
    first_call_seconds: Seconds | None = None
    clock: Literal["cpu", "wall"] = "cpu"
    note: Sentence = ""
    paces: Mapping[str, float] = field(default_factory=dict)
    full: float | None = None
    none: float | None = None


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture of a counterexample: what it shows, in words, and a PNG."""

    caption: Line
    png: Png


@dataclass(frozen=True, slots=True)
class CheckResult:
    """One check: `credit` (0 to 1) of its `points`, and why.

    It `waits_for` a check that it builds on where that is lost: then it is not run, and lost too.
    Where a person decided its points it is `by_hand`, and the message says what was decided.
    """

    name: Line
    sentence: Sentence
    verdict: Verdict
    credit: Share
    points: Points
    hidden: bool = False
    message: Message = ""
    counterexample: Example | None = None
    seconds: Seconds = 0.0
    timing: Timing | None = None
    measured: Number | None = None
    pictures: Annotated[
        tuple[Picture, ...],
        Meta(
            description="of the counterexample, where the assignment draws one",
            extra_json_schema={"maxItems": PICTURES},
        ),
    ] = ()
    waits_for: Line = ""
    by_hand: bool = False

    def __post_init__(self) -> None:
        if not 0.0 <= self.credit <= 1.0:
            raise ValueError(f"{self.name}: credit must be from 0 to 1, not {self.credit}")
        if not 0.0 <= self.points < math.inf:
            raise ValueError(f"{self.name}: points must be 0 or more, not {self.points}")
        if not is_hundredths(self.points):
            raise ValueError(f"{self.name}: points may have two decimals, not {self.points}")
        if self.waits_for and self.verdict is not Verdict.not_run:
            raise ValueError(f"{self.name}: {self.verdict} waits for nothing")
        if self.credit and self.verdict not in (Verdict.passed, Verdict.wrong):
            raise ValueError(f"{self.name}: {self.verdict} earns no credit")

    @property
    def score(self) -> Points:
        """Points earned, to a millionth."""
        return round(self.credit * self.points, 6)

    @property
    def ran(self) -> bool:
        """Whether the check was run at all."""
        return self.verdict is not Verdict.not_run

    @property
    def is_decided(self) -> bool:
        """Whether the points of the check are known: it ran, or is lost with what it builds on."""
        return self.ran or bool(self.waits_for)

    @property
    def severity(self) -> tuple[int, float]:
        """How bad it is, to be compared with another run of the same check."""
        return self.verdict.severity, -self.credit

    @property
    def was_asked(self) -> bool:
        """Whether this grading came to the check; if not, there is nothing to say of it."""
        return self.ran or self.message not in (NOT_SELECTED, NOT_REACHED)

    @property
    def is_withheld(self) -> bool:
        """Whether a person has to look before this check says anything about the submission."""
        referred = self.timing is not None and self.timing.decision is Decision.referred
        return self.verdict is Verdict.grader_error or referred

    @property
    def is_full(self) -> bool:
        """Whether the check earned all that it is worth."""
        return self.verdict is Verdict.passed and self.credit == 1.0


@dataclass(frozen=True, slots=True)
class Grade:
    """All results of one submission, and the circumstances under which they came about.

    `submitted_at` is when it was handed in, where that is known, whether or not it was late;
    `lost_devices` are those that were asked for and on which nothing could be run; `hangs` are the
    functions that gave no answer, of which later calls got less time.
    """

    assignment: Line
    title: Sentence
    version: Line
    submission: Handed
    checks: tuple[CheckResult, ...]
    isolation: Line
    device: Annotated[Line, Meta(description="cpu, cuda, or both joined by a plus")]
    seed_fingerprint: Line
    started_at: Moment
    seconds: Seconds = 0.0
    seed: int | None = None
    versions: Mapping[str, Version] = field(default_factory=dict)
    notices: Annotated[tuple[Sentence, ...], Meta(extra_json_schema={"maxItems": NOTICES})] = ()
    submitted_at: Line | None = None
    late: Late | None = None
    lost_devices: tuple[Line, ...] = ()
    hangs: tuple[Hang, ...] = ()

    @property
    def score(self) -> Points:
        """Points earned, before any penalty for coming late."""
        return total(check.score for check in self.checks)

    @property
    def final_score(self) -> Points:
        """Points that count: the score after the penalty for coming late."""
        return self.late.apply(self.score) if self.late else self.score

    @property
    def max_score(self) -> Points:
        """Points of all checks, run or not."""
        return total(check.points for check in self.checks)

    @property
    def ran_max_score(self) -> Points:
        """Points of the checks that were run, and of those lost with what they build on."""
        return total(check.points for check in self.checks if check.is_decided)

    @property
    def reward(self) -> Share:
        """What was earned of all that was asked for, from 0 to 1, before any penalty."""
        asked = total(check.points for check in self.checks if check.was_asked)
        return round(self.score / asked, 6) if asked else 0.0

    @property
    def verdicts(self) -> Mapping[str, Verdict]:
        """The verdict of each check that was asked for, by its name."""
        return {check.name: check.verdict for check in self.checks if check.was_asked}

    @property
    def status(self) -> Status:
        """`withheld` if a person has to look, `partial` if some check is open."""
        if any(check.is_withheld for check in self.checks):
            return "withheld"
        decided = all(check.is_decided for check in self.checks)
        if self.lost_devices or not self.checks or not decided:
            return "partial"
        return "graded"
