"""The nodes that grade, as the driver knows them, and which of them is to have a job."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from grader.assignment.isolation import LEVELS

if TYPE_CHECKING:
    from collections.abc import Collection

    from grader.course.engines.cluster.lines import Proof
    from grader.course.engines.cluster.remote import Remote
    from grader.course.engines.jobs import Job


@dataclass(eq=False)
class FleetMember:
    """A node with a process of ours, so many `slots` for jobs, and the jobs that it has.

    It has shown its `proof` when it has started. It was last `heard` from at that time.
    """

    id: str
    name: str
    slots: int
    remote: Remote
    proof: Proof | None = None
    jobs: dict[int, Job] = field(default_factory=dict)
    lines: bytearray = field(default_factory=bytearray)
    heard: float = field(default_factory=time.monotonic)

    def has_room(self, job: Job) -> bool:
        """Whether a job can be begun here: one that is alone has the node to itself."""
        if job.alone or any(other.alone for other in self.jobs.values()):
            return not self.jobs
        return len(self.jobs) < self.slots


def choose_member(
    members: Collection[FleetMember], job: Job, lost_on: str = ""
) -> FleetMember | None:
    """Return who is to have a job: the one with most room, or none while all are busy.

    A job that a node was lost with goes to another node, if there is one.
    """
    others = [member for member in members if member.id != lost_on]
    with_room = [member for member in others or members if member.has_room(job)]
    return max(with_room, key=lambda member: member.slots - len(member.jobs), default=None)


def choose_level(levels: Collection[str]) -> str:
    """Return the isolation that most nodes give, of two the stronger one."""
    order = list(LEVELS)

    def goodness(level: str) -> tuple[int, int]:
        name = level if level in LEVELS else level.rpartition("-")[0]  # of a card, as L3r-cuda
        return list(levels).count(level), -order.index(name)

    return max(levels, key=goodness)
