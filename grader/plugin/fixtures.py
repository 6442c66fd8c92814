"""The fixtures that a suite may ask for.

All but `check_seed` live as long as the session, since Hypothesis warns of others
under `@given`; what changes from check to check is behind them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, SupportsFloat

import pytest

from grader.grading.measure import GraderFaultError, PartCreditError, measured

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from grader.grading.author_code import AuthorCode
    from grader.grading.check_run import CheckRun
    from grader.grading.devices import Gradings
    from grader.grading.one_device import Grading
    from grader.grading.shared import Shared
    from grader.race import Workload
    from grader.submission.client import Export, Submission

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
def shared(pytestconfig: pytest.Config, device: str) -> Shared | None:
    """Do work with the submission once, for several checks: `shared(work, *args)`."""
    grading = pytestconfig.stash[GRADINGS].by_device[device]
    return None if grading.unreadable else grading.roles.shared


@pytest.fixture(scope="session")
def judge(pytestconfig: pytest.Config, device: str) -> AuthorCode | None:
    """Give the functions of judge.py, called on data where no student's code has run."""
    return _author_code(pytestconfig.stash[GRADINGS].by_device[device], "judge")


@pytest.fixture(scope="session")
def probes(pytestconfig: pytest.Config, device: str) -> AuthorCode | None:
    """Give the functions of probes.py, called in the student's worker: what they say is a claim."""
    return _author_code(pytestconfig.stash[GRADINGS].by_device[device], "probes")


def _author_code(grading: Grading, name: str) -> AuthorCode | None:
    if grading.unreadable:
        return None
    path = grading.assignment.folder / f"{name}.py"
    if path.is_file():
        return grading.roles.judge if name == "judge" else grading.roles.probes
    if grading.assignment.is_instructors:
        raise GraderFaultError(f"there is no {path}, whose functions {name} would call")
    pytest.skip(f"needs {name}.py, which this copy of the assignment does not have")


@pytest.fixture(scope="session")
def seed_for(pytestconfig: pytest.Config) -> Callable[[str], int]:
    """Return a private number of 256 bits for any name, the same in every run of a grade."""
    return pytestconfig.stash[GRADINGS].first.seed.for_check


@pytest.fixture
def check_seed(pytestconfig: pytest.Config) -> int:
    """Return a private number of 256 bits for this check: `seed_for` its name."""
    grading = pytestconfig.stash[GRADINGS].current
    return grading.seed.for_check(_run_of(grading).check.name)


@pytest.fixture(scope="session")
def parameters(pytestconfig: pytest.Config) -> Mapping[str, Any]:
    """Give the table `[parameters]` of the assignment."""
    return pytestconfig.stash[GRADINGS].first.assignment.parameters


@pytest.fixture(scope="session")
def public_data(pytestconfig: pytest.Config) -> Path:
    """Tell where the folder of public data is, which submissions find under its name."""
    assignment = pytestconfig.stash[GRADINGS].first.assignment
    if assignment.public_data is None:
        raise GraderFaultError(f"{assignment.toml} names no public_data")
    return assignment.public_data.folder


@pytest.fixture(scope="session")
def data_path(pytestconfig: pytest.Config) -> Path | None:
    """Tell where the data is that `--data` or the assignment names, if any."""
    grading = pytestconfig.stash[GRADINGS].first
    return grading.options.data or grading.assignment.data


@pytest.fixture(scope="session")
def measure(pytestconfig: pytest.Config) -> Callable[[SupportsFloat], None]:
    """Turn a number into credit by `[measure.<check>]`; losing points fails the check."""
    gradings = pytestconfig.stash[GRADINGS]

    def measure(value: SupportsFloat) -> None:
        __tracebackhide__ = True
        grading = gradings.current
        run = _run_of(grading)
        terms = grading.assignment.measure.get(run.check.name)
        if terms is None:
            toml = grading.assignment.toml
            raise run.end_with(GraderFaultError(f"{toml}: there is no [measure.{run.check.name}]"))
        run.measured = measured(float(value), terms)
        if _costs(run.measured.credit, grading):
            raise run.end_with(PartCreditError(run.measured.sentence))

    return measure


@pytest.fixture(scope="session")
def race(pytestconfig: pytest.Config) -> Callable[..., None]:
    """Race an export against the reference's by `[speed.<check>]`; losing points fails."""
    gradings = pytestconfig.stash[GRADINGS]

    def race(entrant: Export, pacer: Export, *, workload: Workload) -> None:
        __tracebackhide__ = True
        from grader.race import RaceError, WrongAnswerError, run_race  # noqa: PLC0415 - only a raced check needs it

        grading = gradings.current
        run, device = _run_of(grading), grading.options.device
        name = run.check.name
        speed = grading.assignment.speed.get(name)
        if speed is None:
            toml = grading.assignment.toml
            raise run.end_with(GraderFaultError(f"{toml}: there is no [speed.{name}]"))
        terms = speed.on(device)
        if terms is None:
            pytest.skip(f"is raced on {speed.device}, and this grade is of {device}")
        try:
            with grading.allowance.apart():
                run.race = run_race(
                    entrant,
                    pacer,
                    workload=workload,
                    terms=terms,
                    seed=grading.seed.for_check(name),
                    device=device,
                )
        except RaceError as refused:
            raise run.end_with(GraderFaultError(str(refused))) from refused
        except WrongAnswerError as wrong:
            run.raced_call = wrong.call
            raise wrong.error from None
        if run.race.credit is None or _costs(run.race.credit, grading):
            raise run.end_with(PartCreditError(run.race.message))

    return race


def _costs(credit: float, grading: Grading) -> bool:
    """Whether a credit loses points: it is less than all, of a check that is for some."""
    return credit < 1 and grading.assignment.points[_run_of(grading).check.name] > 0


def _run_of(grading: Grading) -> CheckRun:
    if grading.check_run is None:
        raise RuntimeError("measure, race and check_seed are for use inside a check")
    return grading.check_run
