"""What a property draws is noted while Hypothesis draws it, and then asked without Hypothesis.

Hypothesis chooses the next input by the seed and by what became of the inputs before: passed or
discarded. So whoever passes what is noted, and discards the same, is asked just what Hypothesis
would ask. Where an input comes out in another way nothing is concluded: Hypothesis runs the check.
"""

from __future__ import annotations

import random
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import control
from hypothesis.errors import UnsatisfiedAssumption
from hypothesis.internal import entropy
from hypothesis.internal.conjecture.data import ConjectureData

from grader.grading.draws import Draw, NotDataError, owned_parts, pack_draw
from grader.plugin.private_names import require_names
from grader.sandbox import WorkerLostError

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Sequence
    from contextlib import AbstractContextManager

require_names("hypothesis", control, "BuildContext", "current_build_context")
require_names("hypothesis", entropy, "deterministic_PRNG", "RANDOMS_TO_MANAGE")
require_names("hypothesis", ConjectureData, "for_choices")
require_names("hypothesis", ConjectureData.for_choices([]), "length", "target_observations")

ENDS = (WorkerLostError, KeyboardInterrupt, pytest.skip.Exception)
"""What ends a check at once, also under Hypothesis, which does not ask again after these."""


class OtherwiseError(Exception):
    """A body does not do with an input what it did when that was drawn."""


class Notes:
    """Notes the inputs of one run of a property; `draws` is empty where they cannot all be kept.

    They cannot where one is no data, or is known by its identity; where a body draws on its own,
    sets a target, or fails; and where drawing takes numbers from generators that bodies use. Nor
    where an input is discarded once `last_call` is another: that may be the submission's doing, and
    what is drawn then is not what others would meet.

    `others` are the arguments that are not drawn, `package` is that of the suite, `most` bytes are
    kept, and what noting takes of time is `apart` from what a submission takes.
    """

    def __init__(
        self,
        others: Collection[str],
        package: str,
        most: int,
        *,
        apart: Callable[[], AbstractContextManager[None]],
        last_call: Callable[[], object],
    ) -> None:
        self._others, self._package, self._left = frozenset(others), package, most
        self._apart, self._last_call = apart, last_call
        self._draws: list[Draw] = []
        self._kept_alive: list[object] = []
        self._owned: set[int] = set()
        with entropy.deterministic_PRNG():
            self._seeded = _reseeded()
        self._going_on = _going_on()
        self._is_whole = True

    @property
    def draws(self) -> tuple[Draw, ...]:
        """The inputs in the order in which they were asked."""
        return tuple(self._draws) if self._is_whole else ()

    @contextmanager
    def input(self, arguments: dict[str, Any]) -> Iterator[None]:
        """Note one input, and what its body, run meanwhile, makes of it."""
        if not self._is_whole:
            yield
            return
        with self._apart():
            packed = self._pack(arguments)
        data = control.current_build_context().data
        drawn, before, discarded = data.length, self._last_call(), False
        try:
            yield
        except UnsatisfiedAssumption:
            discarded = True
            self._is_whole = self._last_call() is before
            raise
        except BaseException:
            self._is_whole = False
            raise
        finally:
            self._is_whole &= drawn == data.length and not data.target_observations
            self._draws.append(Draw(packed, discarded))
            self._going_on = _going_on()

    def _pack(self, arguments: dict[str, Any]) -> bytes:
        drawn = {name: value for name, value in arguments.items() if name not in self._others}
        self._kept_alive.append(drawn)  # an identity is one's own for as long as one lives
        owned = [part for value in drawn.values() for part in owned_parts(value)]
        is_new = len({*owned}) == len(owned) and self._owned.isdisjoint(owned)
        self._owned.update(owned)
        try:
            packed = pack_draw(drawn, self._package)
        except NotDataError:
            packed, is_new = b"", False
        self._left -= len(packed)
        is_untouched = (_reseeded(), _going_on()) == (self._seeded, self._going_on)
        self._is_whole = is_new and is_untouched and self._left >= 0
        return packed


def ask_again(
    test: Any,  # noqa: ANN401 - a test function under `given`
    draws: Sequence[Draw],
    others: dict[str, Any],
    package: str,
) -> None:
    """Run the body of a property on known draws, with the other arguments that it takes.

    Raises what the body does, and OtherwiseError where it raises nothing and yet does not do as it
    did before: whatever is not of `ENDS`, Hypothesis has to run the check from its beginning.
    """
    __tracebackhide__ = True
    with entropy.deterministic_PRNG():
        for draw in draws:
            for generator in entropy.RANDOMS_TO_MANAGE.values():
                generator.seed(0)  # as Hypothesis does before each input
            _ask_one(test, draw, others, package)


def _ask_one(test: Any, draw: Draw, others: dict[str, Any], package: str) -> None:  # noqa: ANN401 - likewise
    __tracebackhide__ = True
    data, discarded, returned = ConjectureData.for_choices([]), False, None
    try:
        drawn = draw.arguments(package)
    except NotDataError as problem:
        raise OtherwiseError from problem
    with control.BuildContext(data, wrapped_test=test):
        try:
            returned = test.hypothesis.inner_test(**others, **drawn)
        except UnsatisfiedAssumption:
            discarded = True
    if discarded != draw.discarded or returned is not None or data.target_observations:
        raise OtherwiseError


def _reseeded() -> int:
    """Return what tells the states of Python's and numpy's generators: seeded for each input."""
    numpy, states = sys.modules.get("numpy"), [random.getstate()]
    if numpy is not None:
        name, keys, *rest = numpy.random.get_state()
        states.append((name, keys.tobytes(), *rest))
    return hash(tuple(states))


def _going_on() -> bytes:
    """Return the state of torch's generator, which goes on from input to input."""
    torch = sys.modules.get("torch")
    return bytes(torch.get_rng_state().numpy()) if torch is not None else b""
