"""The numbers by which a race is held, each with its reason."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Rules"]


@dataclass(frozen=True, slots=True)
class Rules:
    """How a race is held; the defaults are what was measured to work.

    ``looks`` are the numbers of laps after which it may stop, ``alpha`` the chance, shared
    among them, that the interval misses at some look. A lap takes the reference at least
    ``lap_seconds``, with at most ``most_calls`` calls in it. A submission faster than the reference
    by more than ``too_good`` is referred, as is one that answers ``cached`` times faster what
    it was asked before, or that waits for more than ``most_waiting`` of its time, unless the
    reference waits for half as much: then it is the machine. A submission's call that is not
    answered in time counts only where the reference gets ``least_core`` of its time computed. The
    reference
    against itself must come out at 1 within ``twin_limit`` (log ratio) with laps that spread by at
    most ``twin_spread``, and must not become slower than ``most_drift`` times its first pace.
    At most ``most_spoiled`` of the laps may be discarded. A GPU is first put under the reference's
    load for ``warm_seconds``, so that its clock rate is that of a busy one.
    """

    seconds: float = 45.0
    # At `alpha_per_look` fewer than 8 laps bound nothing.
    looks: tuple[int, ...] = (10, 20, 40, 80, 160)
    alpha: float = 0.05
    generations: int = 4  # their luck of the layout averages out: `layout_margin`
    lap_seconds: float = 0.020
    most_calls: int = 256
    too_good: float = 2.0
    cached: float = 1.5
    most_waiting: float = 0.5
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

    @property
    def alpha_per_look(self) -> float:
        """The chance of a miss that one look may spend (Bonferroni)."""
        return self.alpha / len(self.looks)
