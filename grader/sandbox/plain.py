"""Words that a worker wrote, before anybody reads them."""


def plain(text: str, limit: int) -> str:
    """At most ``limit`` characters, with everything that cannot be seen written as an escape.

    Control, bidirectional and zero-width characters and halves of surrogates are not
    printable; newlines and tabs stay.
    """
    cut = text[: limit + 1]
    shown = "".join(c if c in "\n\t" or c.isprintable() else _escape(c) for c in cut)
    return shown if len(shown) <= limit else shown[: limit - 1] + "…"


def _escape(character: str) -> str:
    return character.encode("unicode_escape").decode("ascii")


def plain_word(word: object, limit: int) -> str:
    """The same of what should be a text, and came from a worker; "?" if it is none."""
    return plain(word, limit) if type(word) is str else "?"


def plain_words(words: object, limit: int = 200, most: int = 20) -> tuple[str, ...]:
    """The same of what should be a list of texts; nothing if it is none."""
    return tuple(plain_word(word, limit) for word in words[:most]) if type(words) is list else ()
