"""The numbers by which a race is held, each with its reason."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Rules"]


@dataclass(frozen=True, slots=True)
class Rules:
    """How a race is held; the defaults are what was measured to work.

    ``seconds`` are for all of it, the racers' starts included. ``looks`` are the numbers of
    laps after which it may stop, ``alpha_per_look`` the chance that one look's interval misses, and
    ``alpha`` that any does: most laps of a look are those of the one before, so it is no sum. Laps
    take turns in ``generations`` zygotes. A lap takes the reference at least ``least_lap`` seconds,
    and up to ``longest_lap`` where it must, or ``longest_beside`` a slow submission, with at most
    ``most_calls`` calls in it.

    A submission faster than the reference by more than ``too_good`` is referred, as is one that
    answers ``cached`` times faster what it was asked before, or that waits for ``most_waiting`` of
    its time longer than the reference, unless that waits for as much of its own: then it is the
    machine. When the time is up, the worse end of the interval counts for who spent more than
    ``most_unused`` of it outside laps, or whose laps scatter ``most_scatter`` times as widely as
    the reference's. A submission's call that is not answered in time counts only where the
    reference gets the core for ``least_core`` of the time for which it wants it.

    The reference against itself must come out at 1 within ``twin_limit`` (log ratio) with laps that
    spread by at most ``twin_spread``, and must not become slower than ``most_drift`` times its
    first pace. At most ``most_spoiled`` of the laps may be discarded. A GPU is first put under the
    reference's load for ``warm_seconds``, so that its clock rate is that of a busy one.
    """

    seconds: float = 20.0
    # The first at which the exact interval exists: at `alpha_per_look` 7 laps bound nothing.
    looks: tuple[int, ...] = (8, 12, 20, 28, 40, 56, 80)
    alpha: float = 0.05
    alpha_per_look: float = 0.01
    generations: int = 2  # each costs a second to start, and makes `layout_margin` smaller
    least_lap: float = 0.005
    longest_lap: float = 0.020
    longest_beside: float = 0.060
    most_calls: int = 256
    too_good: float = 2.0
    cached: float = 1.5
    most_waiting: float = 0.5
    most_unused: float = 0.25
    most_scatter: float = 3.0
    least_core: float = 0.5
    twin_laps: int = 12
    twin_limit: float = 0.05
    twin_spread: float = 0.25
    most_drift: float = 1.5
    most_spoiled: float = 0.05
    warm_seconds: float = 0.0

    def __post_init__(self) -> None:
        if self.seconds <= 0:
            raise ValueError(
                f"a race needs time: its budget is {self.seconds:g} s ([speed.*] seconds)"
            )
