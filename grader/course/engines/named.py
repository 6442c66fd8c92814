"""Which engine grades a class, by its name on the command line."""

from __future__ import annotations

import importlib.util
from dataclasses import dataclass
from typing import TYPE_CHECKING

from grader.course.engines.jobs import jobs_at_a_time
from grader.course.engines.unedited import Unedited
from grader.source.handin import MisuseError

if TYPE_CHECKING:
    from collections.abc import Callable

    from grader.assignment.folder import Assignment
    from grader.course.engines.jobs import Engine, Settings


@dataclass(frozen=True, slots=True)
class EngineName:
    """The engine of this machine, or of the Ray cluster at an address; "" is the one around us."""

    is_ray: bool = False
    address: str = ""

    @classmethod
    def read(cls, text: str) -> EngineName:
        """Read `local`, `ray` or `ray=ADDRESS`; raises MisuseError, also where Ray is missing."""
        name, _, address = text.partition("=")
        if name == "local" and text == name:
            return cls()
        if name != "ray" or text == "ray=":
            raise MisuseError(f"--engine {text}: there are local, ray and ray=ADDRESS")
        if "://" in address:
            raise MisuseError(f"--engine {text}: write the address of its head node, as HOST:6379")
        if importlib.util.find_spec("ray") is None:
            raise MisuseError(f"--engine {text} needs Ray: pip install 'torchmarks[ray]'")
        return cls(is_ray=True, address=address)

    def jobs_at_a_time(self, device: str) -> int:
        """How many jobs run at a time where nothing is wished; 0 is the cores of each node."""
        return 0 if self.is_ray and device == "cpu" else jobs_at_a_time(device)

    def starter(
        self, assignment: Assignment, settings: Settings, complain: Callable[[str], object]
    ) -> Callable[[], Engine]:
        """Return what starts the engine; what it has to say about nodes it tells by `complain`."""
        if not self.is_ray:
            return Unedited(settings).start
        from grader.course.engines.cluster.engine import RayEngine  # noqa: PLC0415 - only for Ray
        from grader.course.engines.cluster.lines import (  # noqa: PLC0415 - likewise
            Commission,
            find_made_from,
        )

        commission = Commission(self.address, settings, find_made_from(assignment, settings))
        return lambda: RayEngine.start(commission, complain)
