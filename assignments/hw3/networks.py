"""What the checks do with networks that they never see: build, train, ask, read their numbers."""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import torch
from numpy.typing import NDArray

from grader import as_array

from .public.forms import cnn, mlp, read
from .public.images import Images, World

STRENGTH: Final = 5.5
ROWS, NEW_ROWS = 600, 2_000
FORMS: Final = {"build_cnn": cnn, "build_mlp": mlp}


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


def fit(submission: Any, build: str, task: Task) -> dict[str, Any]:
    """Build a network, train it on a task's images, and return its numbers."""
    model = getattr(submission, build)(task.world.shape, task.world.answers)
    return state_of(submission.train(model, *tensors(task.own), seed=task.seed % 1000))


def classes(build: str, state: dict[str, Any], images: Images) -> NDArray[np.int64]:
    """Answer images by the numbers that a network holds."""
    outputs = FORMS[build](read(state), torch.from_numpy(images.x))
    return outputs.argmax(1).numpy()


def tensors(images: Images) -> tuple[torch.Tensor, torch.Tensor]:
    """Return images and answers as tensors."""
    return torch.from_numpy(images.x), torch.from_numpy(images.y)


def predict(submission: Any, model: object, x: NDArray[np.float32]) -> NDArray[np.float64]:
    """Ask for the answer to each image."""
    return as_array(submission.predict(model, torch.from_numpy(x)), (len(x),))


def state_of(model: Any) -> dict[str, Any]:
    """Read a network's numbers, by name."""
    return {str(name): as_array(part) for name, part in model.state_dict().items()}


def memorised(submission: Any, number: int, luck: int = 1, **said: int) -> tuple[object, Images]:
    """Train a fully connected network on a few images, until it knows the answers to nearly all."""
    world = World(number, strength=STRENGTH)
    images = world.draw(96, number)
    model = submission.build_mlp.seeded(3)(world.shape, world.answers)
    model = submission.train.seeded(luck)(model, *tensors(images), **said)
    wrong = np.mean(classes("build_mlp", state_of(model), images) != images.y)
    assert wrong <= 0.1, f"{wrong:.0%} of 96 images that it was trained on are answered wrongly"
    return model, images
