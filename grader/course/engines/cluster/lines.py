"""What command, driver and nodes say to one another, a line of JSON each."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from grader.course.contents import circumstances_of, content_of, tell_difference
from grader.course.engines.jobs import Message, Settings  # noqa: TC001 - read when one is decoded

if TYPE_CHECKING:
    from grader.assignment.folder import Assignment


@dataclass(frozen=True, slots=True)
class MadeFrom:
    """What grades are made from somewhere: their circumstances, and a hash of all the content."""

    circumstances: dict[str, Any] = field(default_factory=dict)
    digest: str = ""

    def difference(self, other: MadeFrom) -> str:
        """Name what differs from another, or return ""."""
        if self.digest == other.digest:
            return ""
        return tell_difference(self.circumstances, other.circumstances)


@dataclass(frozen=True, slots=True)
class Commission:
    """What the driver is told first: which cluster, what to grade, and what that is made from."""

    address: str
    settings: Settings
    made_from: MadeFrom


@dataclass(frozen=True, slots=True)
class Proof:
    """What a node has to show when it has started; or the `problem`, and then it grades nothing."""

    level: str = ""
    made_from: MadeFrom = field(default_factory=MadeFrom)
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Word:
    """One line from a node, or from the driver to the command: one of the following.

    A message about the job of a `number`; a new `level`, with `slots` for jobs on so many `nodes`;
    a `note` for people; that all is `lost`, and why; or nothing, as a sign of life.
    """

    number: int = -1
    message: Message | None = None
    level: str = ""
    slots: int = 0
    nodes: int = 0
    note: str = ""
    lost: str = ""


def find_made_from(assignment: Assignment, settings: Settings) -> MadeFrom:
    """Return what grades are made from on this machine; raises SecretError and AssignmentError."""
    circumstances = circumstances_of(assignment, settings)
    return MadeFrom(circumstances, content_of(assignment, circumstances).digest)
