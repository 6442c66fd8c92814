"""One grading for each device that was asked for, and the grade that they come to together."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING, Any

from grader.grade.merge import merge_grades
from grader.grading.machine import DeviceMissingError
from grader.grading.one_device import Grading

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from grader.assignment.folder import Assignment
    from grader.grade.result import Grade
    from grader.grading.options import Device, GradingOptions

BOTH: tuple[Device, ...] = ("cpu", "cuda")


@dataclass
class Gradings:
    """Gradings of one submission by device, and the devices that cannot be had, with the reason."""

    by_device: dict[str, Grading]
    lost: dict[str, str] = field(default_factory=dict)
    of_the_moment: Grading | None = None

    @property
    def current(self) -> Grading:
        """The grading whose check runs now, or ran last."""
        return self.of_the_moment or self.first

    @property
    def first(self) -> Grading:
        """The grading that stands for all: they have one source, suite and seed."""
        return next(iter(self.by_device.values()))

    def __iter__(self) -> Iterator[Grading]:
        return iter(self.by_device.values())

    def lose(self, device: str, reason: str) -> None:
        """Give a device up: nothing more is run there."""
        self.by_device.pop(device).close()
        self.lost[device] = reason

    def grade(self) -> Grade:
        """Return the grade as it stands, of all devices together."""
        return merge_grades([grading.grade() for grading in self], self.lost)

    def close(self) -> None:
        """End every worker and every sandbox."""
        for grading in self:
            grading.close()


def open_gradings(
    assignment: Assignment,
    options: GradingOptions,
    on_check: Callable[..., None] | None = None,
    **given: Any,  # noqa: ANN401 - a sandbox, for one device
) -> Gradings:
    """Open a grading on each device; raises one of `grading.MISUSES`.

    Where both devices are asked for, one that is missing is lost and the other is graded.
    ``on_check`` hears of each result, and as ``device`` of its device where there are two.
    """
    if options.device != "both":
        return Gradings({options.device: Grading(assignment, options, on_check=on_check, **given)})
    gradings = Gradings({})
    for device in BOTH:
        tell = on_check and partial(on_check, device=device)
        there = replace(options, device=device)
        try:
            gradings.by_device[device] = Grading(assignment, there, on_check=tell, **given)
        except DeviceMissingError as missing:
            gradings.lost[device] = missing.reason
    return gradings
