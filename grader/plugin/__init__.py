"""The pytest plug-in: `pytest assignments/hw2` grades a submission.

It is installed for every project of an environment, so it does nothing and imports
nothing more until what is collected lies in a folder with an `assignment.toml`.

    activate      from a collected folder to a grading;  options: --submission and the others
    session       the same without a command line: `grade_submission`
    hooks         what is done at each step of a check;  fixtures: what a suite may ask for
    bounds        what may be collected;  profile: Hypothesis with the draws of a seed
    asking        a check is asked: what is known to be drawn, or by Hypothesis
    drawing       what Hypothesis draws, noted, and asked without it
    comparing     a failing comparison, explained by us
    second_opinion      whose fault it is, found by asking the reference
    suite_faults      faults that belong to no single check
    private_names      what pytest and Hypothesis keep to themselves, and grading needs
    order         in which order checks run
    summary, hush      what is printed at the end, and that none of it is an order
"""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from grader.assignment.isolation import NOT_LINUX
from grader.plugin.options import add_options, chosen_options
from grader.threads import keep_to_one_thread

__all__ = [
    "pytest_addoption",
    "pytest_collection",
    "pytest_collection_modifyitems",
    "pytest_ignore_collect",
]

_FOLDERS = pytest.StashKey[list[Path]]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options of grading."""
    add_options(parser)


@pytest.hookimpl(tryfirst=True)
def pytest_collection(session: pytest.Session) -> None:
    """Open the assignment that an argument lies in, before anything is imported."""
    config = session.config
    config.stash[_FOLDERS] = []
    for argument in config.args:
        path = (config.invocation_params.dir / argument.partition("::")[0]).resolve()
        folder = next((p for p in (path, *path.parents) if _is_assignment(p)), None)
        if folder is not None:
            _meet(config, folder)
            _refuse_strangers(folder, path)
    _refuse_two(config)


@pytest.hookimpl(trylast=True)
def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Open the assignment that collection comes upon, below a path that was asked for."""
    if _is_assignment(collection_path) and _is_asked_for(config, collection_path):
        _meet(config, collection_path.resolve())
    return None


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config) -> None:
    """Refuse a session with two assignments, or with options of grading and none."""
    _refuse_two(config)
    if not config.stash.get(_FOLDERS, []) and (options := chosen_options(config)):
        raise pytest.UsageError(f"{options[0]}: no assignment was collected")


def _is_asked_for(config: pytest.Config, path: Path) -> bool:
    """Whether a path lies below an argument; pytest also lists what lies beside one."""
    base = config.invocation_params.dir
    return any(path.is_relative_to((base / a.partition("::")[0]).resolve()) for a in config.args)


def _is_assignment(path: Path) -> bool:
    return (path / "assignment.toml").is_file()


def _meet(config: pytest.Config, folder: Path) -> None:
    folders = config.stash.setdefault(_FOLDERS, [])
    if folder in folders:
        return
    folders.append(folder)
    if len(folders) == 1:
        _refuse_foreign_settings(config, folder)
        if sys.platform != "linux":
            raise pytest.UsageError(NOT_LINUX)
        keep_to_one_thread()
        from grader.plugin.activate import open_assignment  # noqa: PLC0415 - imports torch

        open_assignment(config, folder)


def _refuse_foreign_settings(config: pytest.Config, folder: Path) -> None:
    """Refuse settings that lie beside a path of an option: pytest looks beside every path."""
    if config.inipath is None or config.option.inifilename:
        return
    if not folder.is_relative_to(config.inipath.resolve().parent):
        raise pytest.UsageError(
            f"pytest took its settings from {config.inipath}, which is not the assignment's: "
            "write the paths of options with an equals sign, as in --submission=PATH"
        )


def _refuse_two(config: pytest.Config) -> None:
    folders = config.stash.get(_FOLDERS, [])
    if len(folders) > 1:
        commands = "\n".join(f"  pytest {folder}" for folder in folders)
        raise pytest.UsageError(f"a session grades one assignment; run one at a time:\n{commands}")


def _refuse_strangers(folder: Path, path: Path) -> None:
    suites = [folder / f"test_{folder.name}{end}.py" for end in ("", "_hidden")]
    if path != folder and path not in suites:
        raise pytest.UsageError(
            f"{path} is not a module of checks; to grade it: pytest {folder} --submission {path}"
        )
