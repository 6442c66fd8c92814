"""The options that the plug-in adds to pytest's own."""

from __future__ import annotations

from argparse import ArgumentTypeError
from pathlib import Path
from typing import TYPE_CHECKING, Any

from grader.grading.options import GradingOptions

if TYPE_CHECKING:
    import pytest

_PREFIX = "torchmarks_"


def _path(text: str) -> Path:
    if not text:
        raise ArgumentTypeError("the path is empty: is a variable not set?")
    return Path(text)


_OPTIONS: tuple[tuple[str, dict[str, Any]], ...] = (
    (
        "--submission",
        {
            "type": _path,
            "metavar": "PATH",
            "help": "what to grade: a .py, an .ipynb, or a folder (write --submission=PATH)",
        },
    ),
    ("--grade-json", {"type": _path, "metavar": "FILE", "help": "write the grade to FILE"}),
    (
        "--grade-seed",
        {"type": int, "metavar": "N", "help": "draw the inputs from N, to repeat a grade"},
    ),
    (
        "--device",
        {
            "choices": ("cpu", "cuda", "both"),
            "default": "cpu",
            "help": "where to grade (default: cpu); on both the worse verdict of a check counts",
        },
    ),
    (
        "--isolation",
        {"metavar": "LEVEL", "help": "grade at this level of isolation, or not at all"},
    ),
    (
        "--allow-unsafe",
        {"action": "store_true", "help": "accept a machine that cannot isolate the submission"},
    ),
    (
        "--races",
        {
            "choices": ("always", "never"),
            "default": "always",
            "help": "whether to run the races, which take the longest (default: always)",
        },
    ),
    (
        "--patient",
        {"action": "store_true", "help": "give calls their limit in full after a hang, too"},
    ),
    ("--data", {"type": _path, "metavar": "PATH", "help": "data in place of the assignment's own"}),
    (
        "--instructor",
        {"action": "store_true", "help": "keep the seed and hidden inputs in the grade"},
    ),
)


def add_options(parser: pytest.Parser) -> None:
    """Declare the options, in a group of their own."""
    group = parser.getgroup("torchmarks", "grading an assignment (torchmarks)")
    for name, settings in _OPTIONS:
        group.addoption(name, dest=_PREFIX + name[2:].replace("-", "_"), **settings)


def read_grading_options(config: pytest.Config) -> GradingOptions:
    """Return what the command line chose."""
    return GradingOptions(
        submission=read_option(config, "submission"),
        pictures=read_option(config, "grade_json") is not None,
        seed=read_option(config, "grade_seed"),
        device=read_option(config, "device"),
        isolation=read_option(config, "isolation"),
        allow_unsafe=read_option(config, "allow_unsafe"),
        instructor=read_option(config, "instructor"),
        data=read_option(config, "data"),
        patient=read_option(config, "patient"),
    )


def read_option(config: pytest.Config, name: str) -> Any:  # noqa: ANN401 - an option has any type
    """Return the value of one of our options."""
    return config.getoption(_PREFIX + name)


def chosen_options(config: pytest.Config) -> list[str]:
    """Return the names of our options that the command line gives."""
    defaults = {name: settings.get("default") for name, settings in _OPTIONS}
    return [
        name
        for name, default in defaults.items()
        if read_option(config, name[2:].replace("-", "_")) not in (None, False, default)
    ]
