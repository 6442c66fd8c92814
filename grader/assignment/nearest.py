"""The name that was probably meant, where one is not known."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """Return "; did you mean 'x'?" for the known name most like this one, "" if none is."""
    folded = {word.casefold(): word for word in known if word != name}
    near = difflib.get_close_matches(name.casefold(), folded, n=1)
    return f"; did you mean {folded[near[0]]!r}?" if near else ""


def there_are(known: Collection[str], meant: str = "") -> str:
    """Return "there are x, y" of all known names, with the one that was probably meant."""
    return f"there are {', '.join(known)}{did_you_mean(meant, known)}"
