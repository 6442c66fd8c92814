"""Real losses with certain causes, trained by the kit itself in a second or two."""

from functools import lru_cache

import numpy as np
import torch

from reference.depth_study import Recipe, Rows, learn

from .models import mse
from .public.survey import Survey
from .regime import NOISE
from .strategies import Case


@lru_cache(maxsize=2)
def curves(seed: int, plain: tuple[float, float, float]) -> dict[str, Case]:
    """Train to each of the five causes, told as stories; `plain` is what `plain_fit` returned."""
    world, other, bent = Survey(world=seed), Survey(world=seed + 1), Survey(world=seed, curve=1.5)
    shallow, stuck = (sigmoids(world, seed, depth) for depth in (1, 8))
    line, (own, held, excess) = least_squares(bent, bent, seed), plain
    return {
        "eight layers of sigmoids": Case("optimization issue", *[stuck] * 3, 30.0, (shallow,)),
        "a linear model of a curved world": Case("model bias", *line, 2.5, (bent.facts().mean,)),
        "300 noisy rows, the note's network": Case("overfitting", own, held, NOISE + excess, NOISE),
        "tested in other states": Case("mismatch", *least_squares(world, other, seed), 1.2),
        "a nearly linear world": Case("fine", *least_squares(world, world, seed), 1.2),
    }


def sigmoids(world: Survey, seed: int, depth: int) -> float:
    """Final training loss of so many layers of sigmoids under plain gradient descent."""
    rows = world.draw(600, seed)
    X = torch.from_numpy((rows.X - rows.X.mean(0)) / rows.X.std(0)).float()
    recipe = Recipe((32,) * depth, "sigmoid", "sgd", lr=1e-2, epochs=40, seeds=1)
    losses = learn(Rows({"train": (X, torch.from_numpy(rows.y).float())}), recipe)["train"]
    return float(losses[-1])


def least_squares(world: Survey, other: Survey, seed: int) -> tuple[float, float, float]:
    """Losses of least squares: on its own rows, new rows, and rows of the other world."""
    drawn = [w.draw(2_700, seed + k) for k, w in enumerate((world, world, other))]
    weights = np.linalg.lstsq(drawn[0].X, drawn[0].y, rcond=None)[0]
    own, held, foreign = (mse(rows.X @ weights, rows.y) for rows in drawn)
    return own, held, foreign
