"""The fixtures that a suite may ask for.

All but `check_seed` live as long as the session, since Hypothesis warns of others
under `@given`; what changes from check to check is behind them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from grader.plugin.measure import LessCredit, NoDecision, OurFault, credit_of, describe_measure

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from grader.plugin.devices import Gradings
    from grader.plugin.grading import Grading
    from grader.plugin.trial import Trial
    from grader.race import Workload
    from grader.submission import Export, Submission

GRADINGS: pytest.StashKey[Gradings] = pytest.StashKey()
"""Where a session of pytest keeps the gradings that it runs, one for each device."""


@pytest.fixture(scope="session")
def device(request: pytest.FixtureRequest) -> str:
    """Tell the device of this run: `cpu` or `cuda`."""
    gradings = request.config.stash[GRADINGS]
    return str(getattr(request, "param", None) or next(iter(gradings.by_device)))


@pytest.fixture(scope="session")
def submission(pytestconfig: pytest.Config, device: str) -> Submission | None:
    """Give what was handed in: one attribute per export, each a function behind the wall."""
    grading = pytestconfig.stash[GRADINGS].by_device[device]
    return None if grading.unreadable else grading.submission


@pytest.fixture(scope="session")
def reference(pytestconfig: pytest.Config, device: str) -> Submission | None:
    """Give the submission that earns every point; where it is absent the check is not run."""
    grading = pytestconfig.stash[GRADINGS].by_device[device]
    if grading.unreadable:
        return None
    if grading.reference is None:
        pytest.skip("needs the reference, which this copy of the assignment does not have")
    return grading.reference


@pytest.fixture(scope="session")
def seed_for(pytestconfig: pytest.Config) -> Callable[[str], int]:
    """Return a private number of 256 bits for any name, the same in every run of a grade."""
    return pytestconfig.stash[GRADINGS].first.seed.for_check


@pytest.fixture
def check_seed(pytestconfig: pytest.Config) -> int:
    """Return a private number of 256 bits for this check: `seed_for` its name."""
    grading = pytestconfig.stash[GRADINGS].current
    return grading.seed.for_check(_trial(grading).check.name)


@pytest.fixture(scope="session")
def parameters(pytestconfig: pytest.Config) -> Mapping[str, Any]:
    """Give the table `[parameters]` of the assignment."""
    return pytestconfig.stash[GRADINGS].first.assignment.parameters


@pytest.fixture(scope="session")
def data_path(pytestconfig: pytest.Config) -> Path | None:
    """Tell where the data is that `--data` or the assignment names, if any."""
    grading = pytestconfig.stash[GRADINGS].first
    return grading.terms.data or grading.assignment.data


@pytest.fixture(scope="session")
def measure(pytestconfig: pytest.Config) -> Callable[[float], None]:
    """Turn a number into credit by `[measure.<check>]`; less than all fails the check."""
    gradings = pytestconfig.stash[GRADINGS]

    def measure(value: float) -> None:
        __tracebackhide__ = True
        grading = gradings.current
        trial = _trial(grading)
        terms = grading.assignment.measure.get(trial.check.name)
        if terms is None:
            toml = grading.assignment.toml
            raise trial.end(OurFault(f"{toml}: there is no [measure.{trial.check.name}]"))
        trial.measured = float(value)
        credit = credit_of(trial.measured, terms)
        if credit < 1:
            raise trial.end(LessCredit(describe_measure(trial.measured, terms), credit))

    return measure


@pytest.fixture(scope="session")
def race(pytestconfig: pytest.Config) -> Callable[..., None]:
    """Race an export against the reference's by `[speed.<check>]`; less than all fails."""
    gradings = pytestconfig.stash[GRADINGS]

    def race(entrant: Export, pacer: Export, *, workload: Workload) -> None:
        __tracebackhide__ = True
        from grader.race import RaceRefused, run_race  # noqa: PLC0415 - only a raced check needs it

        grading = gradings.current
        trial, device = _trial(grading), grading.terms.device
        name = trial.check.name
        speed = grading.assignment.speed.get(name)
        if speed is None:
            raise trial.end(OurFault(f"{grading.assignment.toml}: there is no [speed.{name}]"))
        terms = speed.on(device)
        if terms is None:
            pytest.skip(f"is raced on {speed.device}, and this grade is of {device}")
        seed = grading.seed.for_check(name)
        try:
            with grading.allowance.apart():
                result = run_race(
                    entrant,
                    pacer,
                    workload=workload,
                    terms=terms,
                    seed=seed,
                    device=device,
                    stable=grading.stable,
                )
        except RaceRefused as refused:
            raise trial.end(OurFault(str(refused))) from refused
        trial.timing = result.timing
        if result.credit is None:
            raise trial.end(NoDecision(result.message or result.timing.note))
        if result.credit < 1:
            raise trial.end(LessCredit(result.message, result.credit))

    return race


def _trial(grading: Grading) -> Trial:
    if grading.trial is None:
        raise RuntimeError("measure, race and check_seed are for use inside a check")
    return grading.trial
