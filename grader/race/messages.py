"""Every sentence that a race says, so that each bad case has words of its own."""

from __future__ import annotations

from grader.grade.result import TOO_BUSY_TO_TIME
from grader.grade.units import duration, laps, times

__all__ = [
    "another_answer",
    "both_wait",
    "cached",
    "few_laps",
    "inconclusive",
    "kept_open",
    "late_answer",
    "late_reference",
    "no_freeze",
    "no_pin",
    "not_drawn",
    "one_core",
    "reference_drifted",
    "reference_ended",
    "reference_exhausted",
    "reference_wrong",
    "scattered",
    "several_processes",
    "several_threads",
    "spoiled",
    "summary",
    "time_up",
    "too_busy",
    "too_good",
    "too_small",
    "twin_noisy",
    "unusable",
    "unused",
    "waits",
    "wall_only",
    "walls",
]

AGAIN = "Run it again on a quieter machine; no points are lost."
PERSON = "A person has to look at it."


def summary(slowdown: float, interval: tuple[float, float], seconds: tuple[float, float]) -> str:
    """Say how fast the submission is; ``seconds`` a call are (submission's, reference's)."""
    low, high = interval
    return (
        f"{times(slowdown)} times the reference's time (between {times(low)} and {times(high)}): "
        f"{duration(seconds[0])} a call against {duration(seconds[1])}"
    )


def inconclusive(interval: tuple[float, float], count: int) -> str:
    """Say that the machine did not get the slowdown down to what a share of the points is worth."""
    return f"{_open(interval, count)}. The median counts."


def kept_open(interval: tuple[float, float], count: int, why: str) -> str:
    """Say that the slowdown is not known better because of the submission."""
    return f"{_open(interval, count)}, since {why}. The slower end counts."


def unused(seconds: float, budget: float) -> str:
    """Say that the submission used up the race outside its laps."""
    return (
        f"the submission kept the race waiting for {duration(seconds)} of its {budget:g} s "
        "with loading, first calls, sleep or a call without an end"
    )


def scattered(submission: float, reference: float) -> str:
    """Say that the submission's laps are far less alike than the reference's."""
    return (
        f"the submission's laps differ by {100 * submission:.0f} % where the reference's beside "
        f"them differ by {100 * reference:.1f} %"
    )


def _open(interval: tuple[float, float], count: int) -> str:
    low, high = (times(end) for end in interval)
    return f"Inconclusive after {laps(count)}: the slowdown lies between {low} and {high}"


def few_laps(count: int, seconds: float) -> str:
    """Say that the time was up early."""
    return f"Only {laps(count)} fitted into {seconds:.0f} s."


def too_good(slowdown: float, limit: float) -> str:
    """Say that the submission is faster than is believable."""
    return (
        f"Too good to be true: {1 / slowdown:.3g} times faster than the reference, where more than "
        f"{limit:g} times is not believed unseen. {PERSON}"
    )


def cached(gain: float, replays: int) -> str:
    """Say that repeated questions came back faster than new ones."""
    return (
        f"Questions asked before were answered {gain:.3g} times faster than new ones "
        f"({replays} of them): answers are being kept. {PERSON}"
    )


def another_answer(difference: str) -> str:
    """Say that a repeated question got another answer, which the check cannot call the same."""
    return f"asked the same question again, it gave another answer: {difference}"


def waits(share: float) -> str:
    """Say that the submission spends its time neither computing nor queueing for the core."""
    return (
        f"For {100 * share:.0f} % of its time the submission neither computed nor wanted the core: "
        f"it sleeps, waits for something or has help. {PERSON}"
    )


def both_wait(submission: float, reference: float) -> str:
    """Say that both sides were kept waiting, which is the machine's doing."""
    return (
        f"The submission was kept waiting for {100 * submission:.0f} % of its time and the "
        f"reference for {100 * reference:.0f} %: this machine is too busy to grade speed. {AGAIN}"
    )


def too_busy(reason: str) -> str:
    """Say what the machine kept from a process of the race: time to start, or memory of a card."""
    return f"{TOO_BUSY_TO_TIME}: {reason}. {AGAIN}"


def time_up(seconds: float) -> str:
    """Say that not one lap fitted into the race's time."""
    return f"{TOO_BUSY_TO_TIME}: not one lap fitted into {seconds:g} s. {AGAIN}"


def late_reference(seconds: float) -> str:
    """Say that the reference did not answer in time."""
    return f"{TOO_BUSY_TO_TIME}: the reference did not answer within {seconds:g} s. {AGAIN}"


def late_answer(seconds: float, share: float) -> str:
    """Say that the submission did not answer in time where nobody could have."""
    return (
        f"The submission did not answer within {seconds:g} s, on a machine so busy that the "
        f"reference gets {100 * share:.0f} % of a core. {AGAIN}"
    )


def reference_ended(why: str) -> str:
    """Say that the reference raised or ended in place of an answer."""
    return f"the reference fails in the race: {why}"


def reference_exhausted(seconds: float) -> str:
    """Say that the reference used up its processor time, which no busy machine does."""
    return (
        f"the reference used up the {seconds:g} s of processor time that a worker may have: "
        "raise cpu_seconds, or draw smaller inputs"
    )


def twin_noisy(ratio: float, spread: float) -> str:
    """Say that the reference raced against itself did not come out at 1."""
    return (
        f"This machine is too noisy to grade speed: the reference against itself came out at "
        f"{ratio:.3f}, with laps that differ by {100 * spread:.0f} %. {AGAIN}"
    )


def reference_drifted(before: float, now: float) -> str:
    """Say that the reference became slower during the race."""
    return (
        f"The reference took {duration(before)} a call before the race and {duration(now)} in it: "
        f"something else slowed this machine down. {AGAIN}"
    )


def spoiled(discarded: int, count: int, reason: str) -> str:
    """Say that too many laps had to be discarded."""
    return f"{discarded} of {laps(count)} had to be discarded ({reason}). {AGAIN}"


def too_small(seconds: float, calls: int, needed: float) -> str:
    """Say that the workload cannot be timed."""
    return (
        f"the workload is too small to time: {calls} calls take the reference {duration(seconds)}, "
        f"and a lap needs {duration(needed)}; draw larger inputs"
    )


def reference_wrong(why: str) -> str:
    """Say that the reference does not pass the check that every lap must pass."""
    return f"the reference fails the workload's own check: {why}"


def not_drawn(why: str) -> str:
    """Say that a question could not be drawn."""
    return f"the workload's own draw fails: {why}"


def several_processes(profile: str) -> str:
    """Say that speed is not graded where a submission may start processes."""
    return (
        f'of a submission that may start processes (profile = "{profile}" in [limits]) no speed is '
        'graded, since only one of them would be timed and stopped; put profile = "plain"'
    )


def several_threads(count: int) -> str:
    """Say that speed is not graded where torch is given several threads."""
    return (
        f"a race is held on one core, where {count} threads (threads = {count} in [limits]) would "
        "be in each other's way; put threads = 1"
    )


def unusable(error: Exception) -> str:
    """Say that an answer broke the check that was to look at it."""
    return f"the check could not use the answer: {type(error).__name__}: {error}"


def wall_only(reason: str) -> str:
    """Say that the wall clock was used, and why."""
    return f"Timed by the wall clock: {reason}."


def walls(submission: float, reference: float) -> str:
    """Say what both took a call by the wall clock."""
    return f"By the wall clock: {duration(submission)} against {duration(reference)}."


def one_core() -> str:
    """Say that the grader shares the only core with the racers."""
    return "Only one core: the grader and both racers share it."


def no_pin(reason: str) -> str:
    """Say that the racers could not be kept on one core."""
    return f"The racers could not be kept on one core ({reason})."


def no_freeze(reason: str) -> str:
    """Say that the submission could run during the reference's turn."""
    return f"The submission could not be frozen during the reference's turn ({reason})."
