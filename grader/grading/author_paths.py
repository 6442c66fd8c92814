"""Files as a student knows them: what code behind the wall says of the grader's machine, renamed.

A traceback that a submission printed names a module of the public folder, a library or the kit by
where this machine has it. At home the same file is `surfaces.py`, or `torch/nn/functional.py`.
"""

from __future__ import annotations

import re
import sysconfig
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from grader.sandbox.scratch import INSIDE
from grader.sandbox.visible_paths import interpreter, sites

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_SCRATCH = re.compile(rf"{re.escape(tempfile.gettempdir())}/torchmarks-\w+(?:/\d+)?(?!\w|[.-]\w)")


def make_familiar(*given: Path) -> Callable[[str], str]:
    """Return what renames the files in a text: of folders that students are given, of libraries."""
    folders = {str(path) for folder in (*given, *_folders()) for path in (folder, folder.resolve())}
    longest = sorted(map(re.escape, folders - {"/"}), key=len, reverse=True)
    known = re.compile(rf"(?<![\w.-])(?:{'|'.join(longest)})(?:/|(?!\w|[.-]\w))")

    def rename(found: re.Match[str]) -> str:
        return "" if found[0].endswith("/") else Path(found[0]).name

    return lambda text: _SCRATCH.sub(INSIDE, known.sub(rename, text))


def _folders() -> Iterator[Path]:
    """Yield the folders whose own name says nothing to a student."""
    yield Path(__file__).parents[2]
    yield from (Path(folder) for folder in sites())
    yield from (Path(sysconfig.get_path(name)) for name in ("purelib", "platlib"))
    yield Path(sysconfig.get_path("stdlib")).parent
    for prefix in map(Path, interpreter()):
        yield from (prefix, prefix / "lib")
