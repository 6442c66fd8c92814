"""What Gradescope's `run_autograder` does: grade, and leave a `results.json` whatever happens.

    python -I -m grader.cli.autograde /autograder /autograder/source/course/assignments/hw2

A file that says "did not finish" is written first and replaced by the grade. Where it was not is
known by its bytes: any words may also stand in a grade. No upload takes an earlier grade away
without giving one: when it cannot be graded the result of the last one that could stands, and so
does the last that counted when the attempts are used up; a withheld grade keeps the best points.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from grader.assignment.folder import Assignment, AssignmentError, load_assignment
from grader.assignment.suite import load_suite
from grader.cli.gradescope_folder import Site, find_own_deadline, look_into
from grader.cli.interrupts import interrupted_by_signals
from grader.grade.late import format_exactly
from grader.grading.handed import find_submission
from grader.reports.gradescope import render_failure
from grader.reports.muting import mute_commands
from grader.reports.quoting import escape_markdown
from grader.source.handin import MisuseError
from grader.text import clean

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

_GRADED, _MISUSED, _WITHHELD, _INTERRUPTED = 0, 2, 3, 130
_SAID = 4000
_TELL = "please tell your instructor"
_TRACEBACK = "Traceback (most recent call last):"

Result = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Fallback:
    """What is told where there is no grade: the earlier result, or that nothing is earned."""

    before: Sequence[Result]
    checks: Sequence[tuple[str, float]] = ()
    hidden: Collection[str] = ()
    visibility: str = "hidden"

    def render(self, sentence: str) -> bytes:
        """Return `results.json`, which counts as no attempt."""
        if self.before:
            return _stands(self.before[-1], f"{sentence} Your earlier result stands.")
        return render_failure(sentence, self.checks, self.hidden, self.visibility)

    @property
    def is_secret(self) -> bool:
        """Whether a total would tell of checks that students do not see."""
        return self.visibility != "visible" and bool(self.hidden)


def autograde(site: Site, folder: Path) -> int:
    """Grade the submission at a site; return the exit code."""
    metadata = site.load_metadata()
    before = [old for old in metadata.get("previous_submissions") or [] if _counts(old)]
    fallback = Fallback(before)
    site.write(fallback.render(f"The autograder did not finish; {_TELL}."))
    try:
        assignment = load_assignment(folder)
        hidden = {check.name for check in load_suite(assignment).checks if check.hidden}
    except AssignmentError as error:
        print(error)  # noqa: T201 - what Gradescope shows to instructors alone
        site.write(fallback.render(f"The assignment cannot be graded as it is; {_TELL}."))
        return _MISUSED
    checks = list(assignment.points.items())
    fallback = Fallback(before, checks, hidden, assignment.visibility)
    began = fallback.render("Grading began and did not finish.")
    site.write(began)
    if assignment.attempts and len(before) >= assignment.attempts:
        said = f"All {assignment.attempts} attempts are used: the result of the last one stands."
        site.write(_stands(before[assignment.attempts - 1], said))
        return _GRADED
    try:
        code, said = _run(site, assignment, metadata)
    except OSError as error:
        code, said = _MISUSED, f"{error.filename}: {error.strerror}"
    if code == _MISUSED or site.results.read_bytes() == began:
        site.write(fallback.render(f"No grade: {_reason(said)}"))
    elif code == _WITHHELD:
        _keep_points(site, fallback)
    return code


def _run(site: Site, assignment: Assignment, metadata: dict[str, Any]) -> tuple[int, str]:
    """Grade in a process of its own; return its exit code, and why there is no grade if so."""
    try:
        upload = look_into(site.submission, assignment.handed_in)
        find_submission(assignment, upload, {})
    except MisuseError as wrong:
        return _MISUSED, str(wrong).replace(str(site.submission), "your upload", 1)
    command = [sys.executable, "-I", "-m", "grader", "run", str(assignment.folder)]
    options = [str(upload), "--to", "gradescope", "--all", *site.load_seed()]
    if came := metadata.get("created_at"):
        options += ["--submitted-at", str(came)]
    if own := find_own_deadline(metadata):
        options += ["--deadline", format_exactly(own)]
    environ = {name: value for name, value in os.environ.items() if name != "GITHUB_ACTIONS"}
    environ |= {"GRADESCOPE_RESULTS": str(site.results.parent), "NO_COLOR": "1"}
    code, *texts = _run_to_its_end([*command, *options], cwd=assignment.folder, env=environ)
    told, problem = (text.decode("utf-8", "replace") for text in texts)
    sys.stdout.write(told + problem)
    return code, problem


def _run_to_its_end(command: Sequence[str], **how: Any) -> tuple[int, bytes, bytes]:  # noqa: ANN401 - as Popen's
    """Run a command; return its exit code and what it printed. Interrupted, it does not go on."""
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdout=pipe, stderr=pipe, **how) as process:  # noqa: S603 - as its own
        try:
            told, problem = process.communicate()
        except KeyboardInterrupt:
            process.terminate()
            raise
    return process.returncode, told, problem


def _reason(said: str) -> str:
    """Return what a student may read of why there is no grade: a sentence, and no traceback."""
    reason = clean(said.partition(_TRACEBACK)[0].strip()[-_SAID:], _SAID)
    return reason or f"the grader broke off; {_TELL}"


def _counts(old: object) -> bool:
    """Whether an earlier submission was graded."""
    if not isinstance(old, dict) or old.get("autograder_error"):
        return False
    results = old.get("results")
    extra = results.get("extra_data") if isinstance(results, dict) else None
    return not (isinstance(extra, dict) and extra.get("counts") is False)


def _stands(old: Result, said: str) -> bytes:
    """Return the earlier result again, under a sentence that says so."""
    results = old.get("results")
    kept = dict(results) if isinstance(results, dict) else {"score": _score(old)}
    extra = kept.get("extra_data")
    kept["extra_data"] = {**(extra if isinstance(extra, dict) else {}), "counts": False}
    output = f"{escape_markdown(said)}\n\n{kept.get('output', '')}"
    return json.dumps({**kept, "output": output, "output_format": "md"}).encode()


def _keep_points(site: Site, fallback: Fallback) -> None:
    """Keep a withheld grade from taking away the points of an earlier submission."""
    if best := max((_score(old) for old in fallback.before), default=0.0):
        results = json.loads(site.results.read_bytes())
        points = "" if fallback.is_secret else f"{best:g} "
        said = f"Until then your {points}points of an earlier submission stay."
        results.update(score=best, output=f"{results['output']}\n\n{escape_markdown(said)}")
        site.write(json.dumps(results).encode())


def _score(old: Result) -> float:
    try:
        return float(old.get("score") or 0)
    except (TypeError, ValueError):
        return 0.0


def main(root: str, folder: str) -> int:
    """Grade at a site; where its results cannot be written, say so and nothing else.

    Interrupted, what was written before the grading stands.
    """
    try:
        with interrupted_by_signals():
            return autograde(Site(Path(root).absolute()), Path(folder))
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)  # noqa: T201 - as above
        return _INTERRUPTED
    except OSError as error:
        print(f"{error.filename}: {error.strerror}", file=sys.stderr)  # noqa: T201 - as above
        return _MISUSED


if __name__ == "__main__":
    with mute_commands(os.environ, print):
        sys.exit(main(*sys.argv[1:]))
