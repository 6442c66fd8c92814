"""Races on a GPU: the same promises, where there is one."""

from dataclasses import replace
from pathlib import Path

import pytest
import torch

from grader.grade.result import Decision
from grader.race import Workload, WrongAnswerError
from grader.sandbox import SubmissionRaisedError, WorkerLostError
from tests.race.conftest import QUICK, check_distances, open_yard
from tests.race.test_race_hostile import TRIES, fate_of

FOLDER = Path(__file__).parents[1] / "hostile" / "race" / "cuda"
FILES = sorted(path for path in FOLDER.glob("*.py") if "honest" not in path.name)
pytestmark = [
    pytest.mark.cuda,
    pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA device"),
]


@pytest.fixture(scope="session")
def yard():
    """Open a yard whose workers see the GPU."""
    with open_yard("cuda") as opened:
        yield opened


def draw(rng):
    """Draw 1000 points in 512 dimensions: much to compute on the GPU, little to send there."""
    return (torch.from_numpy(rng.standard_normal((1000, 512))),)


def check(arguments, answer, expected):
    """Hold the distances to the reference's."""
    check_distances(arguments, answer, expected)


RULES = replace(QUICK, warm_seconds=1.0, least_lap=0.020)


def race(yard, path):
    """Race a file on the GPU; whatever is lost comes back as "wrong"."""
    try:
        return yard.race(
            yard.enter(path), workload=Workload(draw, check), device="cuda", rules=RULES
        )
    except (WrongAnswerError, SubmissionRaisedError, WorkerLostError):
        return "wrong"


@pytest.fixture(scope="session")
def honest(yard):
    """Race the honest twin, again if the machine is too noisy."""
    for _ in range(TRIES):
        result = race(yard, FOLDER / "honest.py")
        if result == "wrong" or result.timing.decision is not Decision.too_noisy:
            return result
    pytest.skip(f"nothing to compare with: {result.message}")


def test_the_honest_twin_is_graded_on_the_gpu(honest):
    """The honest twin is timed by the wall clock, and gets its credit."""
    assert honest.timing.decision in (Decision.decided, Decision.inconclusive)
    assert honest.timing.clock == "wall"


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_cheating_on_the_gpu_gains_nothing(yard, honest, path):
    """A hostile racer is wrong, or must be run again, or is no faster than its honest twin."""
    fate, result = fate_of(path), race(yard, path)
    if fate == "wrong":
        assert result == "wrong"
    else:
        assert result != "wrong"
        gained = result.timing.interval[1] < honest.timing.interval[0]
        assert result.credit is None or not gained
