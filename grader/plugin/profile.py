"""Hypothesis as grading needs it: the same draws for the same seed, wherever it runs.

Hypothesis mixes constants into its draws that it finds in the source of whatever local
modules happen to be imported, and keeps a folder of them below the current one, with what it
knows of Unicode. Then draws depend on who started the grading and on what lies there, so while a
check runs there are no such constants, and the folder is elsewhere.
"""

from __future__ import annotations

import contextlib
import functools
import math
import os
import random
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hypothesis import HealthCheck, Phase, Verbosity, given, is_hypothesis_test, seed, settings
from hypothesis import core as hypothesis_core
from hypothesis.configuration import set_hypothesis_home_dir
from hypothesis.errors import UnsatisfiedAssumption
from hypothesis.internal.conjecture import providers
from hypothesis.internal.constants_ast import Constants
from hypothesis.strategies import none

from grader.files import TemporaryFolder
from grader.home import cache_folder
from grader.plugin.private_names import replaced, require_names

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from grader.grading.check_run import CheckRun
    from grader.plugin.drawing import Notes

NAME = "torchmarks"
_QUICK = (Phase.explicit, Phase.generate)
_RULES: dict[str, Any] = {
    "derandomize": False,
    "database": None,
    "deadline": None,
    "phases": (*_QUICK, Phase.shrink),
    "report_multiple_bugs": False,
    "print_blob": False,
    "verbosity": Verbosity.quiet,
    "suppress_health_check": (
        HealthCheck.too_slow,
        HealthCheck.data_too_large,
        HealthCheck.large_base_example,
        HealthCheck.filter_too_much,
        HealthCheck.function_scoped_fixture,
    ),
}
_APPLIED = "_hypothesis_internal_settings_applied"
_SETTINGS = "_hypothesis_internal_use_settings"
_ATTRIBUTES = (_SETTINGS, "_hypothesis_internal_use_seed")
_CONSTANTS = "_get_local_constants"  # Hypothesis has no setting for it
_FORCED = "global_force_seed"  # what its own --hypothesis-seed sets
PROFILE = settings(max_examples=60, **_RULES)


@given(none())
def _example(_: None) -> None:
    """A property test, by which it is seen what Hypothesis keeps with one."""


require_names("hypothesis", _example, *_ATTRIBUTES)
require_names("hypothesis", PROFILE(_example), _APPLIED)
require_names("hypothesis", providers, _CONSTANTS, "CONSTANTS_CACHE")
require_names("hypothesis", providers.CONSTANTS_CACHE, "cache")
require_names("hypothesis", hypothesis_core, _FORCED)


@contextlib.contextmanager
def profile() -> Iterator[None]:
    """Have our profile in force, so that modules imported meanwhile begin from it."""
    before = settings.get_current_profile_name()
    settings.register_profile(NAME, PROFILE)
    settings.load_profile(NAME)
    try:
        yield
    finally:
        settings.load_profile(before)


@contextlib.contextmanager
def storage() -> Iterator[None]:
    """Have Hypothesis keep what it remembers in the user's cache, and look for it nowhere else.

    A user without a home directory has no cache: then it is forgotten at the end.
    """
    if os.environ.get("HYPOTHESIS_STORAGE_DIRECTORY"):
        yield
        return
    with contextlib.ExitStack() as stack:
        if (cache := cache_folder()) is None:
            cache = Path(stack.enter_context(TemporaryFolder()))
        set_hypothesis_home_dir(cache / "hypothesis")
        try:
            yield
        finally:
            set_hypothesis_home_dir(None)


def is_property(function: Callable[..., Any]) -> bool:
    """Whether Hypothesis draws the inputs of a test function."""
    return is_hypothesis_test(function) and hasattr(function, _SETTINGS)


@contextlib.contextmanager
def prepared(
    function: Callable[..., Any],
    number: int,
    run: CheckRun,
    *,
    share: float = 1.0,
    small: bool = True,
    notes: Notes | None = None,
) -> Iterator[None]:
    """Seed a property test, hold it to the profile, and keep in its run how an input fails.

    Of the inputs that it asks for, draw a `share`; less than all is a quick look, so what fails
    there is not made smaller, and neither is what need not be `small`. What is drawn is told to the
    `notes`. A plain test function is left as it is, but that what it runs of
    Hypothesis, as a machine of rules, has its seed; and so is one whose `given` does not fit it:
    Hypothesis says so when it is called.
    """
    if not is_property(function):
        with _no_local_constants(), replaced(hypothesis_core, _FORCED, number):
            yield
        return
    test: Any = function
    inner, kept = test.hypothesis.inner_test, {name: getattr(test, name) for name in _ATTRIBUTES}
    chosen = settings(kept[_SETTINGS], **_RULES) if hasattr(test, _APPLIED) else PROFILE
    quick: dict[str, Any] = {} if small and share == 1 else {"phases": _QUICK}
    most = math.ceil(share * chosen.max_examples)
    setattr(test, _SETTINGS, settings(chosen, max_examples=most, **quick))
    seed(number)(test)
    test.hypothesis.inner_test = _watched(inner, run, notes)
    try:
        with _no_local_constants():
            yield
    finally:
        test.hypothesis.inner_test = inner
        for name, value in kept.items():
            setattr(test, name, value)


def _watched(
    body: Callable[..., Any], run: CheckRun, notes: Notes | None = None
) -> Callable[..., Any]:
    @functools.wraps(body)
    def watched(*args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - any test function's arguments
        __tracebackhide__ = True
        run.begin_input()
        try:
            with notes.input(kwargs) if notes else contextlib.nullcontext():
                return body(*args, **kwargs)
        except UnsatisfiedAssumption:
            raise
        except Exception as error:
            run.fail(error)
            raise

    return watched


@contextlib.contextmanager
def _no_local_constants() -> Iterator[None]:
    providers.CONSTANTS_CACHE.cache.clear()
    try:
        with replaced(providers, _CONSTANTS, Constants):
            yield
    finally:
        providers.CONSTANTS_CACHE.cache.clear()


def seed_generators(number: int) -> None:
    """Seed what a suite may draw from besides Hypothesis.

    Not by `torch.manual_seed`, which keeps a stack each time, for GPUs that nobody has used yet.
    """
    random.seed(number)
    if torch := sys.modules.get("torch"):
        torch.default_generator.manual_seed(number % 2**63)
        if torch.cuda.is_initialized():
            torch.cuda.manual_seed_all(number % 2**63)
    if numpy := sys.modules.get("numpy"):
        numpy.random.seed(number % 2**32)
