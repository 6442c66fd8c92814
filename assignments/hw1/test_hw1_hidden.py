"""Homework 1: why is the loss large?  The hidden checks: new rows, and losses really trained."""

from grader import as_word

from .curves_hidden import curves
from .fit import long_fit
from .regime import noisy_regime, plain_fit
from .strategies import CAUSES
from .workload_hidden import trainings


def test_fit_beats_yesterday(shared, seed_for, parameters, data_path, measure):
    """On new rows the network gets nearer to the best loss (0) than yesterday's rate does (1)."""
    done = long_fit(shared, seed_for, parameters, data_path)
    measure(done.task.share_left(done.new))


def test_diagnose_on_real_curves(submission, seed_for):
    """Diagnose finds the cause of losses that were really trained, one for each cause."""
    plain = plain_fit(noisy_regime(seed_for("noisy regime 0")), seed_for("plain fit 0"))
    for story, case in curves(seed_for("the curves"), plain).items():
        got = submission.diagnose(*case.losses())
        told = f"{story}: expected {case.cause!r}, got {got!r}"
        assert as_word(got, CAUSES) == case.cause, told


def test_train_is_fast(submission, reference, race):
    """Train keeps pace with the reference on 60 epochs over one batch of 128 rows."""
    race(submission.train, reference.train, workload=trainings())
