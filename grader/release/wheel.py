"""The kit's own wheel: what students and Gradescope install; it holds no answers.

It is made of what is installed, file by file: so it is the kit that was tried on the assignment,
nothing has to be built or downloaded, and no checkout that one stands in has a part in it.
"""

from __future__ import annotations

import base64
import hashlib
import re
import zipfile
from contextlib import contextmanager
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import TYPE_CHECKING

from grader.files import TemporaryFolder
from grader.release.student_repository import Kit

if TYPE_CHECKING:
    from collections.abc import Iterator

NAME = "torchmarks"
_EPOCH = (1980, 1, 1, 0, 0, 0)
_MODE = 0o100644 << 16
_NEEDED = {"METADATA", "WHEEL", "entry_points.txt"}
_HOW = f"""{NAME} is not installed here, so that there is nothing to make a wheel of. Name one with
--wheel; in a checkout of {NAME} this makes it: python3 -I -m pip wheel --no-deps -w wheels ."""


class WheelError(ValueError):
    """There is no wheel to be had; the message says what to do."""


@contextmanager
def find_kit(requirement: str | None = None, wheel: Path | None = None) -> Iterator[Kit]:
    """Give the wheel or the requirement that was named; without either, a wheel made now.

    Raises WheelError where none can be made, or both are named, or the one named is none.
    """
    if requirement is not None and wheel is not None:
        raise WheelError("--install and --wheel: name one of them")
    if requirement is not None and len(requirement.strip().splitlines()) != 1:
        raise WheelError("--install: write one requirement, as pip takes it")
    if wheel is not None and not _is_wheel(wheel):
        raise WheelError(f"--wheel {wheel}: is no wheel of {NAME}, which pip could install")
    with TemporaryFolder() as folder:
        if requirement is None and wheel is None:
            wheel = make_wheel(Path(folder))
        yield Kit(requirement or NAME, wheel)


def _is_wheel(path: Path) -> bool:
    """Whether a file has the name of a wheel of ours, and in it the package and its description."""
    if not re.fullmatch(rf"{NAME}-[^-]+(-[^-]+){{3,4}}\.whl", path.name):
        return False
    info = f"{NAME}-{path.name.split('-')[1]}.dist-info"
    try:
        with zipfile.ZipFile(path) as archive:
            return {"grader/__init__.py", f"{info}/METADATA"} <= set(archive.namelist())
    except (OSError, zipfile.BadZipFile):
        return False


def make_wheel(folder: Path) -> Path:
    """Make the wheel of what is installed, in a folder; raises WheelError if that is not all there.

    The same files make the same bytes.
    """
    try:
        version, files = distribution(NAME).version, dict(_installed())
    except PackageNotFoundError as error:
        raise WheelError(_HOW) from error
    except OSError as error:
        raise WheelError(
            f"{error.filename}: {error.strerror}; name a wheel with --wheel"
        ) from error
    info = f"{NAME}-{version}.dist-info"
    if missing := {f"{info}/{name}" for name in _NEEDED} - files.keys():
        raise WheelError(f"{', '.join(sorted(missing))} is missing: name a wheel with --wheel")
    path = folder / f"{NAME}-{version}-py3-none-any.whl"
    record = "".join(f"{name},{_digest(data)},{len(data)}\n" for name, data in files.items())
    files[f"{info}/RECORD"] = f"{record}{info}/RECORD,,\n".encode()
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.external_attr, entry.compress_type = _MODE, zipfile.ZIP_DEFLATED
            archive.writestr(entry, data)
    return path


def _installed() -> Iterator[tuple[str, bytes]]:
    """Yield what belongs into the wheel, by its name there: the package, and what describes it."""
    package = Path(__file__).resolve().parents[1]
    for path in sorted(package.rglob("*")):
        place = path.relative_to(package.parent)
        if path.is_file() and not any(
            part.startswith((".", "__pycache__")) for part in place.parts
        ):
            yield place.as_posix(), path.read_bytes()
    one = distribution(NAME)
    for file in sorted(one.files or ()):
        top, *below = file.parts
        if top.endswith(".dist-info") and (below[-1] in _NEEDED or below[0] == "licenses"):
            yield file.as_posix(), Path(str(one.locate_file(file))).read_bytes()


def _digest(data: bytes) -> str:
    digest = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=")
    return f"sha256={digest.decode()}"
