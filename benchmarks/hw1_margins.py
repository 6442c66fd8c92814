"""How often a correct hw1 would lose one of the checks that are drawn: each, over many seeds.

    python -m benchmarks.hw1_margins [FILE] --seeds 1000

Calls the checks on a submission in this very process, without a sandbox. The long fit is measured
by `benchmarks.hw1_seeds` and left out; what Hypothesis draws holds by construction.

Each seed is a line of `results/hw1_margins_FILE.csv`, or of `--out`, as soon as it is measured, and
another run goes on where the file ends; the counts are in `hw1_margins.json` beside it.
"""

from __future__ import annotations

import argparse
import csv
import json
import time
from collections import Counter
from functools import partial
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import torch

from assignments.hw1 import test_hw1 as suite
from assignments.hw1.curves_hidden import curves
from assignments.hw1.regime import noisy_regime, plain_fit
from benchmarks.inprocess_submission import load
from grader.assignment.seed import check_seed
from reference.loss_diagnosis import diagnose

ROOT = Path(__file__).parents[1]
RESULTS = ROOT / "benchmarks" / "results"
COLUMNS = ("seed", "share_left_by_train_robust", "lost")
SEEDED = (
    "test_build_is_a_rectifier_network",
    "test_build_has_64_and_32_units",
    "test_predict_answers_each_row",
    "test_predict_changes_nothing",
    "test_train_takes_the_steps_of_adam",
    "test_train_uses_every_batch",
    "test_train_learns_a_curve",
)


def checks(submission: SimpleNamespace, seed: int) -> dict[str, partial]:
    """Bind every drawn check to one seed."""
    return {
        **{name: partial(getattr(suite, name), submission, seed) for name in SEEDED},
        "test_train_finds_the_mean": partial(suite.test_train_finds_the_mean, submission),
        "test_diagnose_on_real_curves": partial(certain, seed),
    }


def certain(seed: int) -> None:
    """Hold the curves of this seed to the causes that they were trained to have."""
    plain = plain_fit(noisy_regime(seed), seed)
    for story, case in curves(seed, plain).items():
        assert diagnose(*case.losses()) == case.cause, story


def robust_share(submission: SimpleNamespace, seed: int) -> float:
    """Measure what train_robust leaves of the excess of plain training."""
    shares: list[float] = []
    seed_for = partial(check_seed, seed)
    suite.test_train_robust_beats_plain_training(submission, seed_for, shares.append)
    return shares[0]


def measure(submission: SimpleNamespace, seed: int) -> tuple[int, float, str]:
    """Try every check with one seed; one row of COLUMNS, the names of lost checks in one cell."""
    torch.manual_seed(seed)
    lost = []
    for name, check in checks(submission, seed).items():
        try:
            check()
        except AssertionError as error:
            lost.append(name)
            print(seed, name, str(error).splitlines()[0], flush=True)
    return seed, round(robust_share(submission, seed), 4), " ".join(lost)


def read(path: Path) -> list[list[str]]:
    """Read the rows that are there already."""
    if not path.exists():
        return []
    with path.open(newline="") as file:
        return list(csv.reader(file))[1:]


def append(path: Path, row: tuple[int, float, str]) -> None:
    """Add one seed to the table."""
    new = not path.exists()
    with path.open("a", newline="") as file:
        csv.writer(file).writerows([COLUMNS, row] if new else [row])


def summary(rows: list[list[str]], names: list[str]) -> dict[str, object]:
    """Count what was lost in all seeds of a table."""
    lost = Counter(name for row in rows for name in row[2].split())
    levels = np.quantile([float(row[1]) for row in rows], (0, 0.5, 0.99, 1)).round(4).tolist()
    return {
        "seeds": len(rows),
        "lost": {name: lost[name] for name in names},
        COLUMNS[1]: dict(zip(("least", "median", "99%", "most"), levels, strict=True)),
    }


def main() -> None:
    """Append seeds to the table until it has as many as asked, then count what was lost."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("file", nargs="?", type=Path, default=ROOT / "reference/loss_diagnosis.py")
    parser.add_argument("--seeds", type=int, default=1000)
    parser.add_argument("--out", type=Path, help="the table; default: results/hw1_margins_FILE.csv")
    options = parser.parse_args()
    torch.set_num_threads(1)
    submission = SimpleNamespace(**vars(load(options.file)))
    out = options.out or RESULTS / f"hw1_margins_{options.file.stem}.csv"
    out.parent.mkdir(exist_ok=True)
    started = time.perf_counter()
    for seed in range(len(read(out)), options.seeds):
        append(out, measure(submission, seed))
        print(f"{seed + 1} seeds, {time.perf_counter() - started:.0f} s", flush=True)
    table = summary(read(out), list(checks(submission, 0)))
    print(json.dumps(table, indent=1))
    counts = out.with_name("hw1_margins.json")
    known = json.loads(counts.read_text()) if counts.exists() else {}
    counts.write_text(json.dumps({**known, options.file.stem: table}, indent=1) + "\n")


if __name__ == "__main__":
    main()
