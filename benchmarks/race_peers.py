"""The same two submissions timed as other tools do it: in one process, one after the other.

Run as a program in a process of its own, `python -m benchmarks.race_peers TASK PACE SEED`, it
prints a line of JSON for each tool: the ratio of the pace's time to the reference's, and the
seconds that finding it took. No answer is checked here.
"""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
import tempfile
import time
from os import environ
from pathlib import Path
from statistics import mean
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch.utils.benchmark import Timer

from benchmarks.race_yard import ROOT, TASKS, Task
from grader.race.zygote_pool import STEADY

if TYPE_CHECKING:
    from collections.abc import Callable

METHODS = ("sequential means", "torch.utils.benchmark", "pytest-benchmark")
SECONDS = 1.5
_BENCH = """
import pytest
from benchmarks.race_peers import caller
@pytest.mark.parametrize(("name", "rounds"), {sides!r})
def test_pace(benchmark, name, rounds):
    benchmark.pedantic(caller({task!r}, name, {seed}), rounds=rounds, warmup_rounds=1)
"""


def caller(task_name: str, pace: str, seed: int) -> Callable[[], object]:
    """Return a function of no arguments that makes one call on one fixed question."""
    task = TASKS[task_name]
    torch.set_num_threads(1)
    module = _load(task.pace(pace))
    arguments: tuple[Any, ...] = task.questions().batch(np.random.default_rng(seed), 1)[0]
    function = getattr(module, task.export)
    if task.export == "train":
        from assignments.hw1.workload_hidden import EPOCHS, RATE, ROWS  # noqa: PLC0415

        _, X, y, _ = arguments
        return lambda: function(module.build(X.shape[1]), X, y, EPOCHS, ROWS, RATE, 0)
    return lambda: function(*arguments)


def sequential_means(task: Task, pace: str, seed: int) -> float:
    """Mean of one side's wall times, then of the other's."""
    sides = [caller(task.assignment, name, seed) for name in (pace, "reference")]
    times = []
    for call in sides:
        call()
        spent: list[float] = []
        while sum(spent) < SECONDS or len(spent) < 3:
            began = time.perf_counter()
            call()
            spent.append(time.perf_counter() - began)
        times.append(mean(spent))
    return times[0] / times[1]


def torch_benchmark(task: Task, pace: str, seed: int) -> float:
    """Medians of torch's own timer, one side after the other."""
    medians = [
        Timer("call()", globals={"call": caller(task.assignment, name, seed)})
        .blocked_autorange(min_run_time=SECONDS)
        .median
        for name in (pace, "reference")
    ]
    return float(medians[0] / medians[1])


def pytest_benchmark(task: Task, pace: str, seed: int) -> float:
    """Medians of pytest-benchmark, one side after the other; ModuleNotFoundError without it."""
    if importlib.util.find_spec("pytest_benchmark") is None:
        raise ModuleNotFoundError("pytest-benchmark is not installed")
    sides = [
        (name, max(3, int(SECONDS / _once(caller(task.assignment, name, seed)))))
        for name in (pace, "reference")
    ]
    with tempfile.TemporaryDirectory() as folder:
        path, report = Path(folder, "test_pace.py"), Path(folder, "report.json")
        text = _BENCH.format(sides=sides, task=task.assignment, seed=seed)
        path.write_text(text, encoding="utf-8")
        options = ["-q", "-p", "no:cacheprovider", "--rootdir", folder, "-c", "/dev/null"]
        command = [sys.executable, "-m", "pytest", *options, f"--benchmark-json={report}"]
        subprocess.run([*command, str(path)], check=True, cwd=ROOT, capture_output=True)
        found = json.loads(report.read_text(encoding="utf-8"))["benchmarks"]
    medians = [float(one["stats"]["median"]) for one in found]
    return medians[0] / medians[1]


def _once(call: Callable[[], object]) -> float:
    call()
    began = time.perf_counter()
    call()
    return time.perf_counter() - began


def _load(path: Path) -> Any:  # noqa: ANN401 - a module
    spec = importlib.util.spec_from_file_location(path.stem, path)
    if spec is None or spec.loader is None:
        raise ImportError(str(path))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def measure(task: Task, pace: str, seed: int) -> list[dict[str, Any]]:
    """Run every method that is installed, in a process of its own: method, ratio, seconds."""
    command = [sys.executable, "-m", "benchmarks.race_peers", task.assignment, pace, str(seed)]
    done = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, check=False, env={**environ, **STEADY}
    )
    if done.returncode:
        raise RuntimeError(done.stderr)
    return [json.loads(line) for line in done.stdout.splitlines()]


def main(assignment: str, pace: str, seed: int) -> None:
    """Print a line for each method."""
    for name, run in zip(
        METHODS, (sequential_means, torch_benchmark, pytest_benchmark), strict=True
    ):
        began = time.perf_counter()
        try:
            ratio = run(TASKS[assignment], pace, seed)
        except ModuleNotFoundError as missing:
            print(f"{name}: {missing}", file=sys.stderr)
            continue
        seconds = time.perf_counter() - began
        print(json.dumps({"method": name, "ratio": ratio, "seconds": seconds}))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
