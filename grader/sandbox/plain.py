"""Words that a worker wrote, before anybody reads them."""

from typing import Any

from grader.sandbox.outcome import Raised
from grader.text import clean

_TEXT = 4000


def plain_raised(about: dict[str, Any]) -> Raised:
    """Clean what should tell of an exception."""
    words = (about.get(key) for key in ("kind", "message", "traceback"))
    kind, message, trace = (plain_word(word, _TEXT) for word in words)
    return Raised(kind[:100], message[:2000], trace, plain_words(about.get("bases")))


def plain_word(word: object, limit: int) -> str:
    """Clean what should be a text, and came from a worker; "?" if it is none."""
    return clean(word, limit) if type(word) is str else "?"


def plain_words(words: object, limit: int = 200, most: int = 20) -> tuple[str, ...]:
    """Clean what should be a list of texts; nothing if it is none."""
    return tuple(plain_word(word, limit) for word in words[:most]) if type(words) is list else ()
