"""The steps, in the order of their worth, and the process that does one of them.

    python -m benchmarks.cuda.steps STEP --items FILE --device DEVICE --seconds N [--short]

does one step and adds a line of JSON to FILE for each item as soon as it is known.
"""

from __future__ import annotations

import argparse
import importlib
import json
import sys
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.cuda.record import Item
from grader.threads import keep_to_one_thread

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping


NOT_ALL = 4
"""The exit code of a step that ended in time by leaving some of its items for another run."""


class TimeUpError(Exception):
    """A step left some of its items for another run; the message names them."""


@dataclass(frozen=True)
class Wish:
    """What a step is asked for: where, until when, where items go, and what is known already."""

    device: str
    deadline: float
    items: Path
    known: Mapping[str, Item] = field(default_factory=dict)
    short: bool = False

    def time_left(self) -> float:
        """Seconds until the step is cut off."""
        return self.deadline - time.monotonic()


@dataclass(frozen=True)
class Step:
    """One step: what it is called, the seconds it may take, and the function that does it."""

    name: str
    title: str
    seconds: float
    home: str

    def load(self) -> Callable[[Wish], Iterator[Item]]:
        """Import the function that does the step."""
        module, _, function = self.home.partition(":")
        found: Callable[[Wish], Iterator[Item]] = getattr(
            importlib.import_module(f"benchmarks.cuda.{module}"), function
        )
        return found


STEPS = (
    Step("machine", "1. The machine, and a worker behind the wall", 90, "machine:look"),
    Step("grades", "2. Graded on the GPU: references, and a few of each kind", 220, "grades:some"),
    Step("tests", "3. The tests that need a GPU", 60, "suite:run_tests"),
    Step("faults", "4. What ends a worker and no grade", 60, "faults:provoke"),
    Step("races", "5. Races, and the clocks they go by", 230, "races:race"),
    Step("numerics", "6. The exact Hessian and the note's training", 60, "numerics:measure"),
    Step("cheats", "7. Racers that cheat", 180, "suite:race_cheats"),
    Step("rest", "8. Graded on the GPU: all other solutions", 300, "grades:all_others"),
)


def main() -> None:
    """Do one step."""
    parser = argparse.ArgumentParser()
    parser.add_argument("step", choices=[step.name for step in STEPS])
    parser.add_argument("--items", type=Path, required=True)
    parser.add_argument("--device", default="cuda")
    parser.add_argument("--seconds", type=float, required=True)
    parser.add_argument("--short", action="store_true")
    chosen = parser.parse_args()
    keep_to_one_thread()
    known = {item.name: item for item in read_items(chosen.items) if item.passed}
    deadline = time.monotonic() + chosen.seconds
    wish = Wish(chosen.device, deadline, chosen.items, known, chosen.short)
    step = next(step for step in STEPS if step.name == chosen.step)
    try:
        for item in step.load()(wish):
            _tell(item, chosen.items)
    except TimeUpError as left:
        print(f"left for another run: {left}", flush=True)
        sys.exit(NOT_ALL)


def _tell(item: Item, path: Path) -> None:
    print(f"{'ok' if item.passed else 'NOT OK'}: {item.name}: {item.said}", flush=True)
    with path.open("a", encoding="utf-8") as file:
        file.write(json.dumps(asdict(item)) + "\n")


def read_items(path: Path) -> list[Item]:
    """Read what has been told so far; a line that was cut off is no item. The last one counts."""
    found: dict[str, Item] = {}
    for line in path.read_text(encoding="utf-8").splitlines() if path.exists() else ():
        try:
            item = Item(**json.loads(line))
        except (ValueError, TypeError):
            continue
        found[item.name] = item
    return list(found.values())


if __name__ == "__main__":
    main()
