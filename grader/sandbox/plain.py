"""Words that a worker wrote, before anybody reads them."""

from grader.text import clean


def plain_word(word: object, limit: int) -> str:
    """Clean what should be a text, and came from a worker; "?" if it is none."""
    return clean(word, limit) if type(word) is str else "?"


def plain_words(words: object, limit: int = 200, most: int = 20) -> tuple[str, ...]:
    """Clean what should be a list of texts; nothing if it is none."""
    return tuple(plain_word(word, limit) for word in words[:most]) if type(words) is list else ()
