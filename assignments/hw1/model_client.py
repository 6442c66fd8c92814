"""What the checks of homework 1 do with a model that they never see: build, train, ask."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch

from grader import as_tensor

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray
    from torch import Tensor


class Bench:
    """The submission's models; answers come back as float64 on the CPU."""

    def __init__(self, submission: Any) -> None:
        self._submission = submission

    def build(self, n_features: int) -> object:
        """Build a model; what comes back is a handle."""
        return self._submission.build(n_features)

    def train(self, model: object, X: Tensor, y: Tensor, **settings: Any) -> object:
        """Train on rows `X (m, d)` and targets `y (m,)`; return the trained model."""
        return self._submission.train(model, self.send(X), self.send(y), **settings)

    def train_robust(self, model: object, *parts: Tensor, **settings: Any) -> object:
        """Train on `X, y, X_val, y_val` with the submission's remedy; return the trained model."""
        return self._submission.train_robust(model, *map(self.send, parts), **settings)

    def raw(self, model: object, X: Tensor) -> Any:
        """Ask for predictions and return them as they came, once they are an array at all."""
        answer = self._submission.predict(model, self.send(X))
        as_tensor(answer)
        return answer

    def predict(self, model: object, X: Tensor) -> Tensor:
        """Predictions `(m,)` on rows `X (m, d)`; any other shape fails the check."""
        return as_tensor(self._submission.predict(model, self.send(X)), (len(X),))

    def fit_predict(self, X: Tensor, y: Tensor, X_new: Tensor, **settings: Any) -> Tensor:
        """Build, train on `X` and `y`, and predict for `X_new`."""
        return self.predict(self.train(self.build(X.shape[1]), X, y, **settings), X_new)

    def oracle(self, model: object) -> Callable[[NDArray[Any]], NDArray[Any]]:
        """Make the model a function from an array `(m, d)` to finite numbers `(m,)`."""

        def ask(X: NDArray[Any]) -> NDArray[Any]:
            answers = self.predict(model, torch.from_numpy(X))
            assert torch.isfinite(answers).all(), "some predictions are not finite"
            return answers.numpy()

        return ask

    def send(self, tensor: Tensor) -> Tensor:
        """Give a tensor the type of the homework's data."""
        return tensor.to(torch.float32)


def normal(rows: int, columns: int, seed: int) -> Tensor:
    """Draw standard normal rows from a seed of any size."""
    rng = torch.Generator().manual_seed(seed % 2**63)
    return torch.randn(rows, columns, generator=rng)


def same(got: Tensor, expected: Tensor) -> bool:
    """Tell whether predictions agree up to float32's rounding in another order of addition."""
    finite = bool(torch.isfinite(got).all())
    slack = 1e-5 * (1 + float(expected.abs().max()))
    return finite and torch.allclose(got, expected, rtol=1e-4, atol=slack)
