"""An assignment of a few lines: its checks, its reference, and what else a test wants of it."""

import re
from pathlib import Path

from grader.assignment.folder import Assignment, load_assignment
from grader.grade.result import Grade
from grader.grading.options import GradingOptions
from grader.plugin.session import grade_submission


def make_small(
    folder: Path,
    checks: str,
    reference: str,
    *,
    hidden: str = "",
    exports: tuple[str, ...] = (),
    toml: str = "",
    head: str = "",
    files: dict[str, str | bytes] | None = None,
    free: tuple[str, ...] = (),
    asked: str = 'accepts = ["small.py"]\nreference = "reference/small.py"',
) -> Assignment:
    """Write an assignment named small, in which each check is worth a point, or nothing if free."""
    home = folder / "small"
    texts = {
        "__init__.py": "",
        "test_small.py": checks,
        "reference/small.py": reference,
        **({"test_small_hidden.py": hidden} if hidden else {}),
        **(files or {}),
    }
    names = re.findall(r"^def (test_\w+)", checks + "\n" + hidden, re.MULTILINE)
    found = exports or tuple(re.findall(r"^(?:def|class) (\w+)", reference, re.MULTILINE))
    texts["assignment.toml"] = "\n".join(
        [
            f'title = "small"\n{asked}',
            f"exports = {[*found]}",
            head,
            "[points]",
            *(f"{name} = {int(name not in free)}" for name in names),
            toml,
        ]
    )
    for name, text in texts.items():
        (home / name).parent.mkdir(parents=True, exist_ok=True)
        (home / name).write_bytes(text if isinstance(text, bytes) else text.encode())
    return load_assignment(home)


def grade_small(assignment: Assignment, source: str | None = None, **more: object) -> Grade:
    """Grade a source, or else the reference itself."""
    path = assignment.reference
    if source is not None:
        path = assignment.folder.parent / "handed" / "small.py"
        path.parent.mkdir(exist_ok=True)
        path.write_text(source)
    options = {key: more.pop(key) for key in ("instructor", "role", "seed", "share") if key in more}
    return grade_submission(
        assignment, path, options=GradingOptions(**{"seed": 1, **options}), **more
    )
