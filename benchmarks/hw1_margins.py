"""How often a correct hw1 would lose one of the checks that are drawn: each, over many seeds.

    python -m benchmarks.hw1_margins [FILE] --seeds 1000

Calls the checks on a submission in this very process, without a box. The long fit is measured by
`benchmarks.hw1_seeds` and left out; what Hypothesis draws holds by construction.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from functools import partial
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import torch

from assignments.hw1 import test_hw1 as suite
from assignments.hw1.anatomy import dissect
from assignments.hw1.curves_hidden import curves
from assignments.hw1.regime import noisy_regime, plain_fit
from assignments.hw1.workbench import Bench, Once
from benchmarks.inprocess import load
from reference.loss_diagnosis import diagnose

ROOT = Path(__file__).parents[1]
RESULTS = ROOT / "benchmarks" / "results" / "hw1_margins.json"
SEEDED = (
    "test_predict_answers_each_row",
    "test_predict_changes_nothing",
    "test_train_takes_the_steps_of_adam",
    "test_train_uses_every_batch",
    "test_train_learns_a_curve",
)


def checks(submission: SimpleNamespace, seed: int) -> dict[str, partial]:
    """Bind every drawn check to one seed."""
    bench = Bench(submission, "cpu")
    networks = [
        Once(lambda k=k: dissect(bench.oracle(bench.build(96)), 96, 3 * seed + k)) for k in range(3)
    ]
    bound = {name: partial(getattr(suite, name), bench, seed) for name in SEEDED}
    return {
        **bound,
        "test_build_is_a_rectifier_network": partial(
            suite.test_build_is_a_rectifier_network, bench, networks, seed
        ),
        "test_build_has_64_and_32_units": partial(suite.test_build_has_64_and_32_units, networks),
        "test_train_finds_the_mean": partial(suite.test_train_finds_the_mean, bench),
        "test_diagnose_on_real_curves": partial(certain, seed),
    }


def certain(seed: int) -> None:
    """Hold the curves of this seed to the causes that they were trained to have."""
    plain = plain_fit(noisy_regime(seed), seed)
    for c in curves(seed, plain):
        assert diagnose(c.train, c.validation, c.test, c.target, c.shallower) == c.cause


def robust_share(submission: SimpleNamespace, seed: int) -> float:
    """Measure what train_robust leaves of the excess of plain training."""
    shares: list[float] = []
    bench = Bench(submission, "cpu")
    suite.test_train_robust_beats_plain_training(bench, lambda _: seed, shares.append)
    return shares[0]


def main() -> None:
    """Count what is lost over the seeds, and write it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("file", nargs="?", type=Path, default=ROOT / "reference/loss_diagnosis.py")
    parser.add_argument("--seeds", type=int, default=1000)
    options = parser.parse_args()
    torch.set_num_threads(1)
    submission, lost, shares = SimpleNamespace(**vars(load(options.file))), Counter(), []
    for seed in range(options.seeds):
        torch.manual_seed(seed)
        for name, check in checks(submission, seed).items():
            try:
                check()
            except AssertionError as error:
                lost[name] += 1
                print(seed, name, str(error).splitlines()[0], flush=True)
        shares.append(robust_share(submission, seed))
    levels = dict(
        zip(("least", "median", "99%", "most"), np.quantile(shares, (0, 0.5, 0.99, 1)), strict=True)
    )
    table = {
        "file": options.file.name,
        "seeds": options.seeds,
        "lost": {name: lost[name] for name in checks(submission, 0)},
        "share_left_by_train_robust": {level: round(float(v), 4) for level, v in levels.items()},
    }
    print(json.dumps(table, indent=1))
    known = json.loads(RESULTS.read_text()) if RESULTS.exists() else {}
    RESULTS.write_text(json.dumps({**known, options.file.stem: table}, indent=1) + "\n")


if __name__ == "__main__":
    main()
