"""What Gradescope's `run_autograder` does: grade, and leave a `results.json` whatever happens.

    python -I -m grader.autograde /autograder /autograder/source/course/assignments/hw2

A file that says "did not finish" is written first and replaced by the grade. Where it was not is
known by its bytes: any words may also stand in a grade. When a grade is withheld, the points of an
earlier submission stay; when the attempts are used up, so does the result of the last one that
counted.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from grader.assignment import Assignment, AssignmentError, load_assignment
from grader.files import write_whole
from grader.reports.gradescope import render_failure
from grader.reports.quoting import clean, escape_markdown

_GRADED, _MISUSED, _WITHHELD = 0, 2, 3
_SAID = 4000


@dataclass(frozen=True, slots=True)
class Site:
    """Gradescope's folder: where the submission is, and where the results go."""

    root: Path

    @property
    def results(self) -> Path:
        """The file that Gradescope reads."""
        return self.root / "results" / "results.json"

    def load_metadata(self) -> dict[str, Any]:
        """Return what Gradescope knows of the submission; nothing where the file is missing."""
        try:
            found = json.loads((self.root / "submission_metadata.json").read_text("utf-8"))
        except (OSError, ValueError):
            return {}
        return found if isinstance(found, dict) else {}

    def load_seed(self) -> list[str]:
        """Return the option that gives `grader run` the seed of the upload."""
        path = self.root / "source" / "seed"
        return ["--seed", path.read_text("ascii").strip()] if path.exists() else []

    def write(self, data: bytes) -> None:
        """Write `results.json`, whole or not at all."""
        self.results.parent.mkdir(parents=True, exist_ok=True)
        write_whole(self.results, data, named=True)


def autograde(site: Site, folder: Path) -> int:
    """Grade the submission at a site; return the exit code."""
    site.write(render_failure("The autograder did not finish; please tell your instructor."))
    try:
        assignment = load_assignment(folder)
    except AssignmentError as error:
        site.write(render_failure(f"The assignment cannot be graded as it is: {error}"))
        return _MISUSED
    checks = list(assignment.points.items())
    began = render_failure("Grading began and did not finish.", checks)
    site.write(began)
    metadata = site.load_metadata()
    before = [old for old in metadata.get("previous_submissions") or [] if _counts(old)]
    if assignment.attempts and len(before) >= assignment.attempts:
        site.write(_stands(before[assignment.attempts - 1], assignment))
        return _GRADED
    try:
        code, said = _run(site, assignment, metadata)
    except OSError as error:
        code, said = _MISUSED, f"{error.filename}: {error.strerror}"
    if code == _MISUSED or site.results.read_bytes() == began:
        site.write(render_failure(f"No grade: {clean(said[-_SAID:], _SAID)}", checks))
    if code == _WITHHELD:
        _keep_points(site, before)
    return code


def _run(site: Site, assignment: Assignment, metadata: dict[str, Any]) -> tuple[int, str]:
    command = [sys.executable, "-I", "-m", "grader", "run", str(assignment.folder)]
    options = [str(site.root / "submission"), "--to", "gradescope", "--all", *site.load_seed()]
    if came := metadata.get("created_at"):
        options += ["--submitted-at", str(came)]
    environ = {**os.environ, "GRADESCOPE_RESULTS": str(site.results.parent), "NO_COLOR": "1"}
    done = subprocess.run(  # noqa: S603 - our own interpreter, our own command
        [*command, *options],
        cwd=assignment.folder,
        env=environ,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )
    said = done.stdout.decode("utf-8", "replace")
    sys.stdout.write(said)
    return done.returncode, said


def _counts(old: object) -> bool:
    return isinstance(old, dict) and not old.get("autograder_error")


def _stands(old: dict[str, Any], assignment: Assignment) -> bytes:
    """Return the earlier result again, under a sentence that says so."""
    said = f"All {assignment.attempts} attempts are used: the result of the last one stands."
    results = old.get("results")
    kept = dict(results) if isinstance(results, dict) else {"score": _score(old)}
    output = f"{escape_markdown(said)}\n\n{kept.get('output', '')}"
    return json.dumps({**kept, "output": output, "output_format": "md"}).encode()


def _keep_points(site: Site, before: list[dict[str, Any]]) -> None:
    """Keep a withheld grade from taking away the points of an earlier submission."""
    if best := max((_score(old) for old in before), default=0.0):
        results = json.loads(site.results.read_bytes())
        said = f"Until then your {best:g} points of an earlier submission stay."
        results.update(score=best, output=f"{results['output']}\n\n{escape_markdown(said)}")
        site.write(json.dumps(results).encode())


def _score(old: dict[str, Any]) -> float:
    try:
        return float(old.get("score") or 0)
    except (TypeError, ValueError):
        return 0.0


if __name__ == "__main__":
    sys.exit(autograde(Site(Path(sys.argv[1]).absolute()), Path(sys.argv[2])))
