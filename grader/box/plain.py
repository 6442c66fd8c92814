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
