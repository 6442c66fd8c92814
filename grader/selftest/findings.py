"""What a self-test finds: a family of gradings each, with problems, and with advice."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass
class Family:
    """One kind of gradings: what is promised of them, and what they came to.

    `ran` of `of` gradings were made. A problem makes grades wrong, advice is for a better suite;
    each is a text of a line or more, whose first says what and where. `facts` are for programs.
    """

    name: str
    promise: str
    ran: int = 0
    of: int = 0
    problems: list[str] = field(default_factory=list)
    advice: list[str] = field(default_factory=list)
    facts: dict[str, object] = field(default_factory=dict)
    seconds: float = 0.0

    @property
    def words(self) -> str:
        """What it came to, in a few words."""
        if self.problems:
            return f"{len(self.problems)} broken"
        return f"{len(self.advice)} to look at" if self.advice else "kept"

    @property
    def share(self) -> str:
        """How much of the family ran."""
        return f"{self.ran} of {self.of}" if self.of else "–"
