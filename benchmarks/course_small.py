"""A class of the small assignment: what its students hand in, and a program run on it."""

import subprocess
from pathlib import Path

from benchmarks.course_peers import Command

ROOT = Path(__file__).parents[1]
SMALL = ROOT / "benchmarks" / "small"
REFERENCE = SMALL / "reference" / "small_reference.py"
WRONG = [
    ("", ""),
    ("(x - x.mean(0))", "x"),
    ("", ""),
    ("** 2).mean()\n\n\ndef g", "** 2).sum()\n\n\ndef g"),
    ("", ""),
    ("return -torch", "return torch"),
    ("", ""),
    ("correction=0", "correction=1"),
    ("", ""),
    ("return torch.autograd.grad(loss, w)[0]", "raise ValueError(x.shape)"),
]
"""What is changed in the reference, file by file: every second one is right."""


def hand_in(folder: Path, count: int) -> list[Path]:
    """Write a class of so many submissions into a folder."""
    text, files = REFERENCE.read_text(encoding="utf-8"), []
    for number in range(count):
        old, new = WRONG[number % len(WRONG)]
        if old not in text:
            raise RuntimeError(f"the reference does not hold {old!r}")
        folder.mkdir(parents=True, exist_ok=True)
        files.append(path := folder / f"student{number:05}.py")
        path.write_text(f"{text.replace(old, new)}\n# {number}\n", encoding="utf-8")
    return files


def run(command: Command) -> None:
    """Run a program that ends with 0, or with 1 where a submission is wrong."""
    done = subprocess.run(
        command.words,
        cwd=command.folder,
        env=command.environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode not in (0, 1):
        told = f"{done.stdout[-2000:]}{done.stderr[-2000:]}"
        raise RuntimeError(f"{command.words}: {done.returncode}\n{told}")
