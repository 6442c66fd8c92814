"""Rules of early stopping: the right one, and those that are commonly written in its place."""

from collections.abc import Callable, Sequence
from typing import Final

Rule = Callable[[Sequence[float], int], float]


def best_epoch(losses: Sequence[float], patience: int, *, ties: bool = False) -> int:
    """Return the epoch of the best loss before `patience` epochs in a row brought no better.

    With `ties`, an equal loss counts as better.
    """
    best = 0
    for epoch, loss in enumerate(losses):
        if loss < losses[best] or (ties and loss == losses[best]):
            best = epoch
        if epoch - best >= patience:
            break
    return best


MISTAKES: Final[dict[str, Rule]] = {
    "it waits one epoch longer than the patience": lambda x, p: best_epoch(x, p + 1),
    "it stops one epoch before patience runs out": lambda x, p: best_epoch(x, max(1, p - 1)),
    "it takes a tie for a new best": lambda x, p: best_epoch(x, p, ties=True),
    "it never stops": lambda x, _: best_epoch(x, len(x)),
    "it returns the epoch at which it stops": lambda x, p: min(best_epoch(x, p) + p, len(x) - 1),
    "it counts epochs from 1": lambda x, p: best_epoch(x, p) + 1,
}
PROBES: Final = (
    ([3.0, 2.0, 2.0, 2.0, 1.0], 2),
    ([3.0, 2.0, 2.5, 1.0], 2),
    ([5.0, 4.0, 4.0, 6.0, 7.0, 3.0, 8.0], 4),
    ([5.0, 4.0, 6.0, 7.0, 3.0, 8.0, 9.0, 9.0, 2.0, 4.0], 3),
    ([1.0, 2.0, 3.0, 4.0, 0.5, 6.0], 3),
    ([2.0, 1.0, 1.0, 3.0, 3.0, 3.0, 3.0, 0.0], 4),
)


def recognise(rule: Rule) -> str:
    """Name the mistake whose answers a rule gives on every probe, if there is one."""

    def answers(rule: Rule) -> list[float]:
        return [rule(list(losses), patience) for losses, patience in PROBES]

    got = answers(rule)
    named = (f": {mistake}" for mistake, wrong in MISTAKES.items() if answers(wrong) == got)
    return next(named, "")
