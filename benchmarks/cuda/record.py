"""What has been found so far: a file of JSON, complete after every item, and a page made of it."""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

ROOT = Path(__file__).parents[2]
CODE = ("grader", "reference", "assignments", "tests", "benchmarks")
PASSED, FAILED, CUT_OFF, NOT_REACHED = "passed", "failed", "cut off", "not reached"
_LAST_LINES = 25


@dataclass(frozen=True)
class Item:
    """One thing that was tried: whether it came out as it must, and what is to be said of it."""

    name: str
    passed: bool
    said: str = ""
    numbers: dict[str, float] = field(default_factory=dict)


@dataclass
class StepRecord:
    """What a step has come to, by some code on a card; ``last`` are its last lines if it broke."""

    status: str = NOT_REACHED
    code: str = ""
    card: str = ""
    machine: str = ""
    seconds: float = 0.0
    items: list[Item] = field(default_factory=list)
    last: list[str] = field(default_factory=list)

    def is_of(self, code: str, card: str) -> bool:
        """Whether it was done by this code on this card: others say nothing of them."""
        return (self.code, self.card) == (code, card)

    @property
    def failures(self) -> list[Item]:
        """The items that did not come out as they must."""
        return [item for item in self.items if not item.passed]


class Record:
    """The file, and the steps in it; ``keep`` writes both the JSON and the page."""

    def __init__(self, folder: Path, stem: str, titles: dict[str, str]) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.path, self.titles = folder / f"{stem}.json", titles
        stored = json.loads(self.path.read_text()) if self.path.is_file() else {}
        self.steps = {name: _step(stored.get(name, {})) for name in titles}

    def begin(self, name: str, code: str, card: str, machine: str) -> StepRecord:
        """Go on with a step that the same code began on such a card, or begin it anew."""
        step = self.steps[name]
        if not step.is_of(code, card):
            step = self.steps[name] = StepRecord(code=code, card=card)
        step.status, step.machine, step.last = CUT_OFF, machine, []
        return step

    def keep(self) -> None:
        """Write the file and the page, each whole or not at all."""
        data = {name: asdict(step) for name, step in self.steps.items()}
        _replace(self.path, json.dumps(data, indent=1, ensure_ascii=False) + "\n")
        _replace(self.path.with_suffix(".md"), "\n".join(self._page()) + "\n")

    def _page(self) -> Iterator[str]:
        yield from ("# What a graphics card showed", "")
        yield from ("`python -m benchmarks.cuda`, each step as it was last run.", "")
        yield from ("| step | status | items | seconds | code |", "|---|---|---|---|---|")
        for name, step in self.steps.items():
            done = f"{len(step.items) - len(step.failures)} of {len(step.items)}"
            cells = (self.titles[name], step.status, done, f"{step.seconds:.0f}", step.code)
            yield f"| {' | '.join(cells)} |"
        for name, step in self.steps.items():
            if step.items or step.last:
                yield from ("", f"## {self.titles[name]}", "", step.machine, "")
                yield from _table(step.items)
            if step.last:
                yield from ("", "The last lines:", "", "```", *step.last, "```")


def last_lines(text: str) -> list[str]:
    """Return the end of an output, for a page."""
    return [line.rstrip()[:200] for line in text.strip().splitlines()[-_LAST_LINES:]]


def name_code() -> str:
    """Return a short name for the code as it is here, with or without git: a hash of its files."""
    found = hashlib.sha256()
    paths = (path for top in CODE for path in (ROOT / top).rglob("*") if _is_code(path))
    for path in sorted(paths):
        found.update(path.relative_to(ROOT).as_posix().encode() + b"\0" + path.read_bytes())
    return found.hexdigest()[:10]


def _is_code(path: Path) -> bool:
    hidden = {"__pycache__", "results"} & set(path.parts)
    return path.is_file() and not hidden and path.suffix in (".py", ".toml", ".ipynb")


def _step(stored: dict[str, Any]) -> StepRecord:
    return StepRecord(**{**stored, "items": [Item(**item) for item in stored.get("items", [])]})


def _table(items: Iterable[Item]) -> Iterator[str]:
    yield from ("| | | |", "|---|---|---|")
    for item in items:
        said = " ".join(item.said.split()).replace("|", "¦")
        yield f"| {'✓' if item.passed else '✗'} | {item.name} | {said[:400]} |"


def _replace(path: Path, text: str) -> None:
    new = path.with_suffix(path.suffix + ".new")
    new.write_text(text, encoding="utf-8")
    os.replace(new, path)  # noqa: PTH105 - Path.replace is the same, and reads as str.replace
