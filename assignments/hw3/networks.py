"""What the checks do with networks that they never see: build, train, ask, read their numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import torch

from grader import as_array

from .public.images import World

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from .public.images import Images

STRENGTH: Final = 5.5
ROWS, NEW_ROWS = 600, 2_000


@dataclass(frozen=True)
class Fit:
    """What came of one training: the network's numbers, and its errors on its own images."""

    state: dict[str, Any]
    error: float


@dataclass(frozen=True)
class Task:
    """Images to train on, and others; `ask` as in `World`."""

    ask: str
    seed: int

    @property
    def world(self) -> World:
        """Patterns that nobody has seen."""
        return World(self.seed, self.ask, strength=STRENGTH)

    @property
    def own(self) -> Images:
        """Images to train on; which pattern it is, is shown on the left alone."""
        return self.world.draw(ROWS, self.seed, "left" if self.ask == "which" else "all")

    @property
    def places(self) -> str:
        """Where the patterns of new images lie."""
        return "right" if self.ask == "which" else "all"

    @property
    def new(self) -> Images:
        """Images with patterns at places that were not shown, where that is no matter."""
        return self.world.draw(NEW_ROWS, self.seed + 1, self.places)

    @property
    def bayes(self) -> float:
        """The smallest error that can be expected on the new images."""
        return self.world.bayes_error(self.new, self.places)


def fit(submission: Any, build: str, task: Task) -> Fit:
    """Build a network, train it on a task's images, and read its numbers."""
    own, model = task.own, getattr(submission, build)(task.world.shape, task.world.answers)
    x, y = torch.from_numpy(own.x), torch.from_numpy(own.y)
    model = submission.train(model, x, y, seed=task.seed % 1000)
    return Fit(state_of(model), error(submission, model, own))


def predict(submission: Any, model: object, x: NDArray[np.float32]) -> NDArray[np.float64]:
    """Ask for the answer to each image."""
    return as_array(submission.predict(model, torch.from_numpy(x)), (len(x),))


def error(submission: Any, model: object, images: Images) -> float:
    """Return the share of images that are answered wrongly."""
    return float(np.mean(predict(submission, model, images.x) != images.y))


def state_of(model: Any) -> dict[str, Any]:
    """Read a network's numbers, by name."""
    state = model.state_dict()
    assert isinstance(state, dict), (
        "expected state_dict() of a network to be a dictionary of arrays"
    )
    return {str(name): as_array(part) for name, part in state.items()}


def memorised(submission: Any, seed: int, luck: int = 1) -> tuple[object, Images]:
    """Train a fully connected network on a few images, until it knows the answers to nearly all."""
    world = World(seed, strength=STRENGTH)
    images = world.draw(96, seed)
    x, y = torch.from_numpy(images.x), torch.from_numpy(images.y)
    model = submission.build_mlp.seeded(3)(world.shape, world.answers)
    model = submission.train.seeded(luck)(model, x, y, seed=5)
    wrong = error(submission, model, images)
    assert wrong <= 0.1, f"{wrong:.0%} of 96 images that it was trained on are answered wrongly"
    return model, images
