"""How the time of an export grows with the size of what it is asked, beside the reference's.

Measured as a race is: both sides in frozen workers on one core, fresh questions, every answer
checked, processor time read from outside. What is made of the times is in `exponents`.
"""

from __future__ import annotations

from contextlib import ExitStack, nullcontext
from typing import TYPE_CHECKING

from grader.assignment.seed import check_seed
from grader.race.climb import Climb
from grader.race.exponents import Growth, fit_growth
from grader.race.rules import Rules
from grader.race.run import draw_anew, enter, lay_out, require_raceable
from grader.race.sizes import at_size, require_sizes
from grader.race.zygote_pool import ZygotePool
from grader.sandbox import Returned, SubmissionRaisedError, WorkerLostError
from grader.sandbox.deadline import Moment
from grader.submission.call import Call
from grader.submission.calls import Fact

if TYPE_CHECKING:
    from collections.abc import Sequence

    from grader.race.exponents import Round
    from grader.race.workload import Workload
    from grader.submission.client import Client, Export

__all__ = ["Growth", "growth", "run_growth"]


def growth(
    submission: Export,
    reference: Export,
    *,
    sizes: Sequence[int],
    workload: Workload,
    seconds: float = 20.0,
) -> Growth:
    """Fit with which powers of the size the times of an export and of the reference's grow.

    ``sizes`` are at least three, the largest at least four times the smallest; the workload is that
    of a race, but that its ``draw(rng, size)`` takes a size. All of it takes ``seconds`` at most,
    within the `check_seconds` of a check. What is found stands in the message of the check. Call it
    by this name in the check itself, by which it is known that the check is timed: it is left
    out wherever races are.

    Raises what a call of an export raises, and AssertionError for a wrong answer; RaceError where
    it cannot be measured as the assignment asks, and MachineBusyError where this machine cannot.
    """
    __tracebackhide__ = True
    client = submission.client
    with client.allowance.apart() if client.allowance else nullcontext():
        rising = require_sizes(sizes)
        rounds = run_growth(submission, reference, sizes=rising, workload=workload, seconds=seconds)
    found = fit_growth(submission.__name__, rising, rounds)
    client.calls.facts.append(Fact(found.sentence, found.difference))
    return found


def run_growth(
    submission: Export,
    reference: Export,
    *,
    sizes: Sequence[int],
    workload: Workload,
    seconds: float,
) -> list[Round]:
    """Time both sides at all sizes, round after round; raises as `growth` does."""
    __tracebackhide__ = True
    client = submission.client
    rules = Rules(seconds=min(seconds, client.assignment.limits.check_seconds))
    seed = check_seed(client.calls.seed, "growth")
    require_raceable(client.assignment, at_size(workload, sizes[0]), seed)
    with ExitStack() as stack:
        pool = client.sandbox.beside(ZygotePool)
        sandbox = pool.launch(1).wait_for(0)
        deadline = Moment(rules.seconds, "race")  # what is ours to start stands by now
        device = client.sandbox.zygote.level.device
        track = lay_out(workload, deadline, device, client, pool, stack)
        racers = [enter(side, lambda: sandbox, track, stack) for side in (reference, submission)]
        rng = draw_anew(seed)
        climb = Climb(racers[0], racers[1], workload, sizes, rules, rng, deadline, track.kind)
        try:
            return climb.hold()
        except AssertionError:
            arguments, answer = climb.referee.last or ((), None)
            wrong = Call(submission.__name__, arguments, {}, Returned(answer), 0.0)
            _tell_where(climb, client, wrong)
            raise
        except (SubmissionRaisedError, WorkerLostError):
            _tell_where(climb, client)
            raise


def _tell_where(climb: Climb, client: Client, call: Call | None = None) -> None:
    """Have the check's message say at which size it was lost, and by which call, where known."""
    client.calls.last = call
    where = f"it was asked about size {climb.size}, to see how its time grows"
    client.calls.facts.append(Fact(where))
