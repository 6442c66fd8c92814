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


def fit(submission: Any, build: str, task: Task) -> tuple[dict[str, Any], float]:
    """Build and train a network; return its numbers, and its error on its own images."""
    model, own = getattr(submission, build)(task.world.shape, task.world.answers), task.own
    x, y = torch.from_numpy(own.x), torch.from_numpy(own.y)
    model = submission.train(model, x, y, seed=task.seed % 1000)
    return state_of(model), float(np.mean(predict(submission, model, own.x) != own.y))


def predict(submission: Any, model: object, x: NDArray[np.float32]) -> NDArray[np.float64]:
    """Ask for the answer to each image."""
    return as_array(submission.predict(model, torch.from_numpy(x)), (len(x),))


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
    model = submission.build_mlp.seeded(3)(world.shape, world.answers)
    x, y = torch.from_numpy(images.x), torch.from_numpy(images.y)
    model = submission.train.seeded(luck)(model, x, y, seed=5)
    wrong = np.mean(predict(submission, model, images.x) != images.y)
    assert wrong <= 0.1, f"{wrong:.0%} of 96 images that it was trained on are answered wrongly"
    return model, images
