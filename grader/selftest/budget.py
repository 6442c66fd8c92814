"""How much of each family a default run makes: what its part of three minutes on two cores allows.

How long one grading takes is not measured but said by the assignment, whose `submission_seconds`
is so many times what a right submission takes. So a default run makes the same sample each time.
"""

from __future__ import annotations

from typing import Final

from grader.assignment.limits import Limits

ADVISED: Final = 20
"""How many times what the reference takes a submission should have."""
SECONDS: Final = {
    "constants": 12,
    "correct": 16,
    "mutants": 26,
    "machine": 26,
    "hostile": 8,
    "probes": 8,
    "neighbours": 8,
    "seeds": 12,
    "repeats": 12,
    "paces": 1,
}
"""Of the three minutes; what is left goes to the promises and the orders."""
_CORES = 2
_OVERHEAD = 2.0
"""What a grading takes, by what the submission takes in it: inputs are drawn, answers compared."""
_USUAL = 3.0
"""Seconds of a grading where the assignment does not say."""
_PARTS = {"constants": 0.35, "machine": 0.35, "probes": 2.0, "neighbours": 4.0, "repeats": 2.0}
"""How many gradings one stands for: less than one where it ends at the first loss, or where each
check is lost by its first input; more where it is graded twice, or has the machine to itself."""


def affordable(family: str, limits: Limits) -> int:
    """Return how many gradings of a family a default run makes, at least one."""
    is_said = limits.submission_seconds != Limits().submission_seconds
    whole = _OVERHEAD * limits.submission_seconds / ADVISED if is_said else _USUAL
    return max(1, int(_CORES * SECONDS[family] / (whole * _PARTS.get(family, 1.0))))
