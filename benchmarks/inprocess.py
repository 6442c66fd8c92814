"""Run a suite with the submission inside the grader's own process: the baseline of the sandbox.

    pytest -p no:torchmarks -p benchmarks.inprocess assignments/hw2 --in-process FILE

Nothing is limited and nothing is kept apart, on purpose: this is what graders commonly do,
and what the time and the safety of the sandbox are measured against. Races are skipped.
"""

import hashlib
import importlib.util
import math
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import hypothesis
import pytest
import torch

from benchmarks.inprocess_submission import BOUND, bind

EXAMPLES = 60


def pytest_runtest_setup() -> None:
    """Forget the modules, so that no check sees what another left behind."""
    for loaded in BOUND:
        loaded.module = None


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the submission's path and the seed."""
    group = parser.getgroup("in-process")
    group.addoption("--in-process", metavar="PATH", help="the submission, imported right here")
    group.addoption("--in-process-seed", type=int, default=0, help="draw other inputs")


def pytest_configure() -> None:
    """Register the profile of the plug-in: seeded, with no database and no deadline."""
    torch.set_num_threads(1)
    phases = (hypothesis.Phase.explicit, hypothesis.Phase.generate, hypothesis.Phase.shrink)
    hypothesis.settings.register_profile(
        "in-process", database=None, deadline=None, max_examples=EXAMPLES, derandomize=False,
        phases=phases, suppress_health_check=[hypothesis.HealthCheck.too_slow],
    )  # fmt: skip
    hypothesis.settings.load_profile("in-process")


def pytest_itemcollected(item: pytest.Item) -> None:
    """Give each check its own seed."""
    function = getattr(item, "obj", None)
    if function is not None and hypothesis.is_hypothesis_test(function):
        hypothesis.seed(seed_of(item))(function)


def seed_of(item: pytest.Item) -> int:
    """Derive the seed of a check from the seed of the run."""
    return seed_of_name(item.config, item.name)


def seed_of_name(config: pytest.Config, name: str) -> int:
    """Derive the seed that belongs to a name."""
    text = f"{config.getoption('in_process_seed')}:{name}"
    return int.from_bytes(hashlib.sha256(text.encode()).digest())


@pytest.fixture(scope="session")
def rubric(request: pytest.FixtureRequest) -> dict[str, Any]:
    """Read the assignment's TOML and let submissions import its public modules by name."""
    folder = Path(request.session.items[0].path).parent
    for path in (folder / "public").glob("*.py"):
        if path.stem != "__init__":
            sys.modules[path.stem] = importlib.import_module(f"{folder.name}.public.{path.stem}")
    return {"folder": folder, **tomllib.loads((folder / "assignment.toml").read_text("utf-8"))}


@pytest.fixture(scope="session")
def submission(request: pytest.FixtureRequest, rubric: dict[str, Any]) -> SimpleNamespace:
    """Bind the exports of the file given by --in-process."""
    path = request.config.getoption("in_process") or rubric["folder"] / rubric["reference"]
    return bind(Path(path).resolve(), rubric["exports"])


@pytest.fixture(scope="session")
def reference(rubric: dict[str, Any]) -> SimpleNamespace:
    """Bind the exports of the reference."""
    return bind((rubric["folder"] / rubric["reference"]).resolve(), rubric["exports"])


@pytest.fixture(scope="session")
def device() -> str:
    """Name the device of this grade."""
    return "cpu"


@pytest.fixture(scope="session")
def seed_for(pytestconfig: pytest.Config) -> Callable[[str], int]:
    """Give a private seed for any name."""
    return lambda name: seed_of_name(pytestconfig, name)


@pytest.fixture(scope="session")
def parameters(rubric: dict[str, Any]) -> dict[str, Any]:
    """Give the table [parameters] of the assignment."""
    return dict(rubric.get("parameters", {}))


@pytest.fixture(scope="session")
def data_path() -> None:
    """Give no data: the drawn rows serve."""


@pytest.fixture
def check_seed(request: pytest.FixtureRequest) -> int:
    """Give the private seed of this check."""
    return seed_of(request.node)


@pytest.fixture
def race() -> Callable[..., None]:
    """Skip: two submissions in one process cannot be raced fairly."""
    return lambda *_, **__: pytest.skip("no race in process")


@pytest.fixture
def measure(request: pytest.FixtureRequest, rubric: dict[str, Any]) -> Callable[[float], None]:
    """Turn a number into credit by the bounds in the TOML; less than all of it fails."""
    bounds = rubric["measure"][request.node.name]

    def hold(value: float) -> None:
        credit = credit_of(value, bounds)
        assert credit >= 1, f"measured {value:.6g}, credit {credit:.3f}"

    return hold


def credit_of(value: float, bounds: dict[str, Any]) -> float:
    """Interpolate between `none` and `full`, on a line or a logarithm."""
    scale = math.log if bounds.get("scale", "log") == "log" else float
    full, none, at = scale(bounds["full"]), scale(bounds["none"]), scale(value)
    return min(1.0, max(0.0, (none - at) / (none - full)))
