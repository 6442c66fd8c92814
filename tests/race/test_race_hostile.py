"""Every known way to cheat a clock, as a file: none of them gains anything."""

import ast
import re
from dataclasses import replace
from pathlib import Path

import pytest

from grader.grade.result import Decision
from grader.race import WrongAnswerError
from grader.sandbox import SubmissionRaisedError, WorkerLostError
from tests.race.conftest import DISTANCES, QUICK, TRAINING, UNSHAKEN

FOLDER = Path(__file__).parents[1] / "hostile" / "race"
FILES = sorted(path for path in FOLDER.glob("*.py") if "honest" not in path.name)
TRIES = 6  # on a machine that is too noisy to race on
PAIRS = 5  # of races: a gain that is none of the machine's shows in each of them
GAIN = 0.04  # of the credit: 0.8 of 20 points
QUICK_ONES = {
    "constant",
    "deferred_thread",
    "fingerprint_cache",
    "never_starts",
    "scatters",
    "sleeps_outside_laps",
    "spins_in_no_ops",
    "spinning_threads",
    "train_in_the_collector",
}


def fate_of(path):
    """Read what must become of a file from its docstring."""
    text = ast.get_docstring(ast.parse(path.read_text())) or ""
    found = re.search(r"^Must: (wrong|referred|no gain|no gain or wrong)$", text, re.MULTILINE)
    assert found, f"{path.name} does not say what must become of it"
    return found[1]


def rules_for(path):
    """Read from its docstring how a file is raced: what must be wrong is on a noisy machine too."""
    text = ast.get_docstring(ast.parse(path.read_text())) or ""
    found = re.search(r"^Seconds: (\d+)$", text, re.MULTILINE)
    rules = UNSHAKEN if "\nMust: wrong" in text else QUICK
    return replace(rules, seconds=float(found[1])) if found else rules


def race(yard, path):
    """Race a file, again if the machine is too noisy; a lost call comes back as "wrong"."""
    raced = ("fit", TRAINING) if path.name.startswith("train_") else ("distances", DISTANCES)
    for _ in range(TRIES):
        try:
            result = yard.race(yard.enter(path), *raced, rules=rules_for(path))
        except (WrongAnswerError, SubmissionRaisedError, WorkerLostError):
            return "wrong"
        if result.timing.decision is not Decision.too_noisy:
            break
    return result


def race_honestly(yard, path):
    """Race an honest file: what the hostile ones are compared with."""
    result = race(yard, path)
    if result.timing.decision is Decision.too_noisy:
        pytest.skip(f"nothing to compare with: {result.message}")
    return result


def gains(result, twin):
    """Whether one earns more than the other, beyond what races of one file differ by."""
    if result == "wrong":  # a check that is lost gains nothing
        return False
    return result.credit is not None and result.credit > twin.credit + GAIN


@pytest.fixture(scope="session")
def honest(yard):
    """Race the honest twin once."""
    return race_honestly(yard, FOLDER / "honest.py")


@pytest.fixture(scope="session")
def honest_training(yard):
    """Race the honest training once."""
    return race_honestly(yard, FOLDER / "train_honest.py")


def test_the_honest_twin_is_graded(honest):
    """The honest twin gets a part of the credit, beyond doubt."""
    assert honest.timing.decision in (Decision.decided, Decision.inconclusive)
    assert 0 < honest.credit < 1


@pytest.mark.parametrize(
    "path",
    [
        pytest.param(path, marks=[] if path.stem in QUICK_ONES else pytest.mark.slow)
        for path in FILES
    ],
    ids=lambda path: path.stem,
)
def test_cheating_gains_nothing(yard, honest, honest_training, path):
    """A hostile racer is wrong, is referred to a person, or earns no more than its honest twin."""
    fate, result = fate_of(path), race(yard, path)
    if fate == "wrong":
        assert result == "wrong"
    elif fate == "referred":
        assert result.timing.decision is Decision.referred
    else:
        trains = path.name.startswith("train_")
        twin = honest_training if trains else honest
        for _ in range(PAIRS - 1):
            if not gains(result, twin):
                break
            # Or the machine changed since the twin was raced: both again.
            result = race(yard, path)
            twin = race_honestly(yard, FOLDER / ("train_honest.py" if trains else "honest.py"))
        assert result != "wrong" or fate == "no gain or wrong"
        assert not gains(result, twin)


def test_honest_training_is_graded(yard, honest_training):
    """Training that reaches the quality on every new set of data is timed like anything else."""
    result = honest_training
    for _ in range(PAIRS - 1):
        if result.credit == 1:
            break  # or the machine, and not the training, was slow
        result = race_honestly(yard, FOLDER / "train_honest.py")
    assert result.credit == 1
