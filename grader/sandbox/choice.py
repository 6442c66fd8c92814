"""The strongest isolation that this machine proves it can give."""

import contextlib
import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from grader.assignment.isolation import NOT_LINUX, is_weaker, why_no_level
from grader.assignment.limits import Limits
from grader.files import TemporaryFolder
from grader.sandbox.levels import GpuUnusableError, IsolationError, Level, StartTimeoutError, levels
from grader.sandbox.outcome import Returned, TimedOut, describe
from grader.sandbox.zygote import Zygote

_PROOF_SECONDS = 10
_PROOF = Limits(memory=256 << 20, scratch=4 << 20, files=64, cpu_seconds=10)
_ALWAYS_CLOSED = ("/etc/passwd", "/etc/shadow", "/etc/hostname", "/var/lib/dpkg/status")
_SECRETS_TRIED = 20


@dataclass(frozen=True)
class LevelProbe:
    """What became of trying one level: an empty ``reason`` if it holds."""

    level: str
    reason: str = ""


def open_zygote(
    least: str = "L2",
    *,
    level: str | None = None,
    notebooks: bool = True,
    packages: tuple[str, ...] = (),
    environment: dict[str, str] | None = None,
    profile: str = "plain",
    allow_unsafe: bool = False,
    **places: Any,  # noqa: ANN401 - public, private and secret folders and the device, as in Level
) -> Zygote:
    """Start a zygote at the strongest level that proves itself, or at ``level`` alone.

    L0 is no isolation and is given only with ``allow_unsafe``. Raises IsolationError, with the
    reason of every level tried, if none reaches ``least``, and GpuUnusableError if the machine's
    card is kept from us at any level.
    """
    if sys.platform != "linux":
        raise IsolationError(NOT_LINUX)
    if problem := why_no_level(level):
        raise IsolationError(problem)
    reasons = []
    for candidate in levels(programs=profile == "compile", **places):
        if not _wanted(candidate.name, level, least, allow_unsafe=allow_unsafe):
            continue
        try:
            return _open(
                candidate,
                profile,
                notebooks=notebooks,
                packages=packages,
                environment=environment,
            )
        except GpuUnusableError:
            raise
        except IsolationError as refused:
            reasons.append(str(refused))
    raise IsolationError("\n".join(_refusal(level, least, reasons, allow_unsafe=allow_unsafe)))


def _refusal(
    level: str | None, least: str, reasons: list[str], *, allow_unsafe: bool
) -> Iterator[str]:
    yield f"this machine does not give isolation {level or f'{least} or stronger'}"
    yield from reasons
    if level and is_weaker(level, least):
        yield f"{level}: weaker than {least}, the least that is accepted here"
    if level == "L0" and not allow_unsafe:
        yield "L0: no isolation at all; `--allow-unsafe` accepts that, for code that you trust"


def try_levels(profile: str = "plain", **places: Any) -> Iterator[LevelProbe]:  # noqa: ANN401 - as in Level
    """Start and prove every level that there could be here, strongest first, L0 left out."""
    for candidate in levels(programs=profile == "compile", **places):
        if candidate.name != "L0":
            try:
                _open(candidate, profile, notebooks=False, packages=("torch",)).close()
            except IsolationError as refused:
                yield LevelProbe(candidate.name, str(refused).removeprefix(f"{candidate.name}: "))
            else:
                yield LevelProbe(candidate.name)


def prove(zygote: Zygote) -> None:
    """Try the wall from inside in a throw-away worker; where it leaks raise IsolationError.

    StartTimeoutError if the proof was not finished in time, so that nothing is known of the wall.
    L0 has no wall, and is only asked whether it works.
    """
    level = zygote.level
    try:
        with _canary() as canary:
            worker = zygote.fork(_PROOF, profile="plain")
            try:
                if level.device == "cuda":  # a grade and a race need several on one card
                    zygote.fork(_PROOF, profile="plain").close()
                outcome = worker.ask("probe", {"facts": _facts(zygote, canary)}, _PROOF_SECONDS)
            finally:
                worker.close()
    except IsolationError:
        zygote.close()
        raise
    if isinstance(outcome, TimedOut) and outcome.clock == "wall":
        zygote.close()
        raise StartTimeoutError(f"{level.name}: the wall was not proved within {_PROOF_SECONDS} s")
    if isinstance(outcome, Returned) and isinstance(outcome.value, dict):
        wrong = [f"{name} ({what})" for name, what in outcome.value.items() if what]
    else:
        wrong = [describe(outcome)]
    if wrong:
        zygote.close()
        raise IsolationError(f"{level.name}: the wall does not hold: {'; '.join(wrong)}")


def _open(level: Level, profile: str, **given: Any) -> Zygote:  # noqa: ANN401 - as in Zygote.launch
    if why := level.objection(profile):
        raise IsolationError(f"{level.name}: {why}")
    try:
        zygote = Zygote.launch(level, **given)
    except OSError as error:
        raise IsolationError(f"{level.name}: {error}") from error
    try:
        prove(zygote.ready())
    except BaseException:
        zygote.close()
        raise
    return zygote


def _wanted(name: str, level: str | None, least: str, *, allow_unsafe: bool) -> bool:
    if name == "L0":
        return allow_unsafe and level in (None, "L0")
    return level in (None, name) and not is_weaker(name, least)


def _facts(zygote: Zygote, canary: Path) -> dict[str, Any]:
    """What the worker is to try: paths, and the numbers of processes that are not its own."""
    level = zygote.level
    closed = [
        *map(str, _files_below((*level.secret, *level.private))),
        *_ALWAYS_CLOSED,
        str(canary),
    ]
    return {
        "closed": [path for path in closed if os.path.exists(path)],
        "pids": [os.getpid(), zygote.pid],
        "folder": str(canary.parent),
        "file": str(canary),
        "shown": list(filter(None, (level.public, level.data))),
        "walled": level.name != "L0",
        "shared": not level.namespaces,
        "device": level.device,
    }


def _files_below(folders: tuple[str, ...]) -> list[Path]:
    """Some files that must be closed: those of the top of each folder."""
    found = [
        path for folder in folders for path in sorted(Path(folder).glob("*")) if path.is_file()
    ]
    return found[:_SECRETS_TRIED]


@contextlib.contextmanager
def _canary() -> Iterator[Path]:
    """A file and a folder that everybody may read and write: only a wall closes them."""
    with TemporaryFolder("torchmarks-canary-") as folder:
        Path(folder).chmod(0o777)
        path = Path(folder) / "canary"
        path.write_text("outside")
        path.chmod(0o666)
        yield path
