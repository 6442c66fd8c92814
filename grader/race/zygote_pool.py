"""Where racers live: zygotes that are kept from race to race.

Each zygote is a generation: all its forks have one layout of memory, which makes them faster or
slower by a percent or so, and the reference and the submission alike. A race uses several.
"""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass, field

from grader.race.rules import Rules
from grader.sandbox import Zygote
from grader.sandbox.choice import prove
from grader.sandbox.opened import Sandbox

__all__ = ["STEADY", "ZygotePool"]

STEADY = {
    # glibc keeps what was freed, or every call pays for its pages again (mallopt(3))
    "MALLOC_MMAP_THRESHOLD_": "1073741824",
    "MALLOC_TRIM_THRESHOLD_": "2147483648",
    "MALLOC_TOP_PAD_": "67108864",
    "OMP_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
}


@dataclass
class ZygotePool:
    """Zygotes for races at a sandbox's level. ``launch`` early: they import while others work.

    The thread that launches must outlive the pool, since a zygote ends with it.
    """

    sandbox: Sandbox
    _launched: list[Zygote] = field(default_factory=list)
    _ready: list[Sandbox] = field(default_factory=list)
    _ends: ExitStack = field(default_factory=ExitStack)

    def launch(self, count: int = Rules().generations) -> ZygotePool:
        """Start so many zygotes, if there are fewer, without waiting for them."""
        level, packages = self.sandbox.zygote.level, self.sandbox.assignment.preloads
        missing = count - len(self._launched) - len(self._ready)
        for _ in range(missing):
            zygote = Zygote.launch(level, notebooks=False, packages=packages, environment=STEADY)
            self._ends.callback(zygote.close)
            self._launched.append(zygote)
        return self

    def wait_for(self, number: int) -> Sandbox:
        """Wait until the zygote of that number is ready and has proved its wall.

        Raises IsolationError where it has not.
        """
        self.launch(number + 1)
        while len(self._ready) <= number:
            zygote = self._launched.pop(0).ready()
            prove(zygote)
            self._ready.append(Sandbox(zygote, self.sandbox.assignment))
        return self._ready[number]

    def close(self) -> None:
        """End every zygote and all its workers."""
        self._ends.close()
        self._launched, self._ready = [], []
