"""A class in parts: which of its attempts belong to one of several commands."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from grader.source.handin import MisuseError

if TYPE_CHECKING:
    from pathlib import Path

FOLDER = "shards"
_WRITTEN = re.compile(r"([1-9]\d{0,5})/([1-9]\d{0,5})")


@dataclass(frozen=True, slots=True)
class Shard:
    """Part `number`, from 1, of `count`: an attempt belongs to one, whoever asks and whenever."""

    number: int = 1
    count: int = 1

    @classmethod
    def read(cls, text: str) -> Shard:
        """Read `2/8`; raises MisuseError."""
        found = _WRITTEN.fullmatch(text)
        if found is None or int(found[1]) > int(found[2]):
            raise MisuseError(f"--shard {text}: write the part and how many there are, as in 2/8")
        return cls(int(found[1]), int(found[2]))

    def __str__(self) -> str:
        return f"{self.number}/{self.count}"

    def has(self, key: str) -> bool:
        """Whether an attempt is of this part, by its key; without one it is of the first."""
        return (int(key[:12], 16) if key else 0) % self.count == self.number - 1

    def folder(self, out: Path) -> Path:
        """Return where the part's own grades are kept, which no other one writes to."""
        return out if self.count == 1 else out / FOLDER / f"{self.number}-of-{self.count}"
