"""Whether the modules of `public/` that a suite uses can be imported where submissions run.

There they lie at the top, without the package around them, behind the wall. Where one fails, a
submission could not even be asked, and it would look like the submission's doing.
"""

from __future__ import annotations

import hashlib
import sys
from typing import TYPE_CHECKING

from grader.grading.module_cache import package_of
from grader.sandbox import Returned, WorkerLostError
from grader.sandbox.outcome import describe
from grader.source.handin import Source
from grader.source.notebook import Cell
from grader.submission.loading import Loader
from grader.text import clean_ends

if TYPE_CHECKING:
    from grader.assignment.folder import Assignment
    from grader.sandbox.opened import Sandbox

_PROBE = """
import importlib, traceback

def probe(name, folder):
    try:
        importlib.import_module(name)
    except BaseException as error:
        frames = traceback.extract_tb(error.__traceback__)
        places = [f"{f.filename}:{f.lineno}" for f in frames if f.filename.startswith(folder)]
        if isinstance(error, SyntaxError):
            places.append(f"{error.filename}:{error.lineno}")
        return f"{(places or [folder])[-1]}: {type(error).__name__}: {error}"
    return ""
"""
_HINT = "; where a submission runs, the modules of public/ lie at the top: import none relatively"


def find_public_fault(assignment: Assignment, sandbox: Sandbox) -> str:
    """Import what the suite has imported of `public/` in a worker; say what is wrong, or "".

    That worker sees no submission, so what it says is ours to believe.
    """
    top = f"{package_of(assignment.folder)}.public."
    names = sorted(name.removeprefix(top) for name in sys.modules if name.startswith(top))
    if not names:
        return ""
    sha256 = hashlib.sha256(_PROBE.encode()).hexdigest()
    source = Source("probe.py", sha256, "py", (Cell(0, _PROBE),))
    try:
        worker = Loader(source, sandbox.assignment, reference=False).fork(sandbox)
    except (Exception, WorkerLostError):  # noqa: BLE001 - what else is wrong, the checks will meet
        return ""
    try:
        for name in names:
            outcome = worker.call("probe", [name, f"{sandbox.assignment.public}/"], {})
            said = outcome.value if isinstance(outcome, Returned) else describe(outcome)
            if said:
                return clean_ends(f"{said}{_HINT if 'relative import' in str(said) else ''}", 800)
    finally:
        worker.close()
    return ""
