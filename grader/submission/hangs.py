"""How long a call may take: in full, until its function has hung once in a grading.

After that it gets the larger of a second and twenty times what its longest answer has taken, the
reference's or its own. The reference's alone would not do: a function that is slow and right would
lose, by one hang in a corner, what it earns elsewhere. So a function that hangs everywhere costs
its limit once and then a second a check, and one that answers keeps what its answers need.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.grade.hang import Hang
from grader.sandbox.outcome import Outcome, Raised, Returned, TimedOut

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from grader.sandbox.deadline import Limit, OwnTime

_LEAST_SECONDS = 1.0
_TIMES = 20


class Pace:
    """What each call gets. `patient` gives all of them the limit in full.

    `other` is the reference's, whose answers count too, and `before` are hangs of an earlier
    grading of the same submission: of those of checks that come before the one that runs, in
    `order`, it is known already what hangs, so that a check comes out alone as it does among all.
    """

    def __init__(
        self,
        seconds: float,
        *,
        patient: bool = False,
        other: Pace | None = None,
        before: Iterable[Hang] = (),
        order: Iterable[str] = (),
    ) -> None:
        self.seconds, self.patient, self.other = seconds, patient, other
        self._before = tuple(before)
        self._places = {check: place for place, check in enumerate(order)}
        self._known: dict[str, float] = {}
        self._hung: dict[str, str] = {}
        self._longest: dict[str, float] = {}
        self._check = ""

    def begin(self, check: str) -> None:
        """Say which check runs next."""
        self._check, place = check, self._places.get(check, 0)
        earlier = [h for h in self._before if self._places.get(h.check, place) < place]
        self._known = {hang.export: hang.seconds for hang in earlier}

    def limit(self, export: str, full: float) -> tuple[float, Limit]:
        """Return the seconds that a call gets of its limit in full, and which limit that is."""
        hung = export in self._hung or export in self._known
        if self.patient or not hung or (seconds := self._after(export)) >= full:
            return full, "call"
        return seconds, "again"

    def note(self, export: str, outcome: Outcome, own: OwnTime) -> None:
        """Keep what came of a call, and what it took of its own time."""
        match outcome:
            case Returned() | Raised():
                self._longest[export] = max(self.longest(export), own.spent())
            case TimedOut(limit="call" | "again"):
                self._hung.setdefault(export, self._check)

    def mark(self) -> Callable[[], None]:
        """Return what has all be forgotten that is noted from now on."""
        hung, longest = self._hung.copy(), self._longest.copy()

        def forget() -> None:
            self._hung, self._longest = hung, longest

        return forget

    def longest(self, export: str) -> float:
        """Return the own seconds of its longest answer; 0 where there was none."""
        return self._longest.get(export, 0.0)

    def hangs(self) -> tuple[Hang, ...]:
        """Return what has hung, where it did so first, and what its calls get since then."""
        return tuple(
            Hang(export, check, round(min(self.seconds, self._after(export)), 3))
            for export, check in self._hung.items()
        )

    def _after(self, export: str) -> float:
        longest = max(pace.longest(export) for pace in (self, self.other) if pace is not None)
        return max(_LEAST_SECONDS, _TIMES * longest, self._known.get(export, 0.0))
