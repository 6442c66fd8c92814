"""What the person who asks for a grade may choose."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Literal, get_args

if TYPE_CHECKING:
    from grader.grade.hang import Hang

Device = Literal["cpu", "cuda", "both"]
Role = Literal["submission", "reference"]
_KINDS = {
    "submission": Path | None,
    "seed": int | None,
    "isolation": str | None,
    "data": Path | None,
    "submitted_at": datetime | None,
    "deadline": datetime | None,
    "share": int | float,
}


@dataclass(frozen=True, slots=True)
class GradingOptions:
    """The choices of one grading; `None` leaves one to the assignment or to the machine.

    `isolation` is the one level to grade at, and `instructor` keeps in the grade what
    students must not see: the seed, and the inputs of hidden checks. In the role of the
    reference it is the assignment's own that is graded, with its folder in sight. `share`
    is how much of each property's inputs to draw: below 1 a quicker and a weaker look, whose
    counterexamples are shown as they were found and not made smaller. On `both` devices every
    check runs twice, and the worse run counts. `pictures` has lost
    checks drawn where the assignment can, for a report that a browser shows. `deadline` is this
    student's own, in place of the assignment's. A `checkout` is a student's repository, of which
    there is a grade in any case: without a submission in it, of nothing. A `patient` grading gives
    every call its limit in full, also of a function that hung; `hangs` are those of an earlier
    grading of this submission.

    Raises TypeError or ValueError for what cannot be.
    """

    submission: Path | None = None
    seed: int | None = None
    device: Device = "cpu"
    isolation: str | None = None
    allow_unsafe: bool = False
    instructor: bool = False
    data: Path | None = None
    submitted_at: datetime | None = None
    deadline: datetime | None = None
    role: Role = "submission"
    share: float = 1.0
    pictures: bool = False
    checkout: bool = False
    patient: bool = False
    hangs: tuple[Hang, ...] = ()

    def __post_init__(self) -> None:
        for name, kind in _KINDS.items():
            if not isinstance(value := getattr(self, name), kind):
                raise TypeError(f"options: {name} must be {kind}, not {value!r}")
        for name, words in (("device", get_args(Device)), ("role", get_args(Role))):
            if (word := getattr(self, name)) not in words:
                raise ValueError(f"options: {name} is one of {', '.join(words)}, not {word!r}")
        for name in ("submitted_at", "deadline"):
            moment = getattr(self, name)
            if moment is not None and moment.utcoffset() is None:
                raise ValueError(f"options: {name} does not say its time zone: {moment}")
        if not 0 < self.share <= 1:
            raise ValueError(f"options: share is above 0 and at most 1, not {self.share}")
