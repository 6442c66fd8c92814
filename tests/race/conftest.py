"""A place to race in: an assignment of two exports, its reference, and a pool of zygotes."""

import tempfile
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
import torch

from grader.assignment.folder import load_assignment
from grader.assignment.rubric import Speed
from grader.race import Rules, Workload, run_race
from grader.race.zygote_pool import ZygotePool
from grader.sandbox.opened import Sandbox
from grader.source.handin import load_handin
from grader.submission.assertions import assert_close
from grader.submission.client import Client, Submission
from tests.conftest import start_sandbox

REFERENCE = """
import torch


def distances(X):
    return torch.cdist(X, X, compute_mode="donot_use_mm_for_euclid_dist")


def fit(X, y):
    w = torch.zeros(X.shape[1], dtype=X.dtype)
    for _ in range(120):
        for rows in torch.arange(len(X)).split(64):
            w = w - 0.1 * X[rows].T @ (X[rows] @ w - y[rows]) / len(rows)
    return w


def predict(w, X):
    return X @ w
"""
TOML = """
packages = ["torch"]  # submissions here import it
title = "Racing"
accepts = ["racing.py"]
exports = ["distances", "fit", "predict"]
reference = "reference/answers.py"

[points]
test_fast = 1

[limits]
call_seconds = 5
"""
NOISE = 0.1


def draw_training(rng):
    """Draw true weights, rows to train on, and as many that only the grader keeps."""
    X, w = torch.from_numpy(rng.standard_normal((512, 16))), rng.standard_normal(16)
    y = X @ torch.from_numpy(w) + NOISE * torch.from_numpy(rng.standard_normal(512))
    return X, y


def first_half(_ask, arguments):
    """Train on the first half."""
    X, y = arguments
    return X[:256], y[:256]


def predict_the_rest(ask, arguments, weights):
    """Ask for the answers to the second half."""
    return ask("predict", weights, arguments[0][256:])


def check_training(arguments, answer, _expected):
    """Hold the loss on the unseen rows to what the noise allows."""
    loss = float((answer - arguments[1][256:]).square().mean())
    assert loss <= 2 * NOISE**2, f"the loss on new data is {loss:.3g}"


TRAINING = Workload(draw_training, check_training, before=first_half, after=predict_the_rest)


def draw_points(rng):
    """Draw 160 points in 24 dimensions."""
    return (torch.from_numpy(rng.standard_normal((160, 24))),)


def check_distances(arguments, answer, expected):
    """Hold the distances to the reference's, and two of them to the definition."""
    (X,) = arguments
    assert_close(answer, expected, rtol=0, atol=1e-11, what="distances")
    assert_close(answer[3, 7], (X[3] - X[7]).norm(), rtol=1e-12, what="one distance")


DISTANCES = Workload(draw_points, check_distances)
QUICK = Rules(seconds=90, looks=(8, 16), generations=2, twin_laps=6, twin_limit=0.15)
# No noise of the machine ends such a race early, so that the submission is asked in any case.
UNSHAKEN = replace(QUICK, least_core=0, twin_limit=9, twin_spread=9)


@dataclass
class Yard:
    """Races submissions against the reference, in a pool that is kept."""

    sandbox: Sandbox
    pool: ZygotePool
    folder: Path
    reference: Submission

    def enter(self, path):
        """Make a submission of a file."""
        source = load_handin(path, (path.name,))
        return Submission(Client(self.sandbox, source, self.sandbox.assignment))

    def write(self, text):
        """Make a submission of a text."""
        path = self.folder / "racing.py"
        path.write_text(text)
        return self.enter(path)

    def race(self, submission, export="distances", workload=DISTANCES, rules=QUICK, **more):
        """Race one export with little patience."""
        return run_race(
            getattr(submission, export),
            getattr(self.reference, export),
            workload=workload,
            terms=Speed(1.5, 96),
            seed=3,
            rules=rules,
            **more,
        )


@contextmanager
def open_yard(device="cpu"):
    """Open a yard on a device, where this machine has an isolation to race in."""
    with tempfile.TemporaryDirectory(prefix="yard_") as name:
        folder = Path(name)
        folder.chmod(0o755)  # workers of another user may be shown what lies in it
        (folder / "reference").mkdir()
        (folder / "reference" / "answers.py").write_text(REFERENCE)
        (folder / "assignment.toml").write_text(TOML)
        (folder / f"test_{folder.name}.py").write_text("def test_fast(): ...\n")
        assignment = load_assignment(folder)
        sandbox = start_sandbox(assignment, device=device)
        pool = sandbox.beside(ZygotePool).launch(QUICK.generations)
        answers = load_handin(folder / "reference" / "answers.py", ("answers.py",))
        reference = Submission(Client(sandbox, answers, assignment, role="reference"))
        yield Yard(sandbox, pool, folder, reference)
        sandbox.close()


@pytest.fixture(scope="session", autouse=True)
def cache(tmp_path_factory):
    """Keep the calibrations of these races to themselves."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        yield


@pytest.fixture(scope="session")
def yard():
    """Open the yard on the CPU."""
    with open_yard() as opened:
        yield opened
