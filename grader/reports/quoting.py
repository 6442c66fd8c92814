"""Text that came from a submission, made safe for whoever reads it.

A student chooses the messages of exceptions, the names of files and what the
printed form of an answer looks like. `clean` takes away what no reader should
ever see; the other functions take away what one kind of reader would obey.
"""

from __future__ import annotations

import re
from unicodedata import category

# Characters that are printable by the letter of Unicode, and invisible.
_BLANK = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
_INVISIBLE = _BLANK | {chr(code) for code in (*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0))}
_JOINERS = "\u200c\u200d"
_MARKDOWN = re.compile(r"([\\`*_{}\[\]()#+!|~$@]|:(?=//)|(?<=www)\.)")
_FORMULA = frozenset("=+-@\t\r\uff1d\uff0b\uff0d\uff20")


def clean(text: str, limit: int) -> str:
    """Escape control, bidirectional and invisible characters; keep at most `limit` characters.

    Newlines and tabs stay. What is left is valid UTF-8 and valid in XML 1.0, and cleaning
    it once more changes nothing.
    """
    text = "".join(map(_plain, text[: 2 * limit + 2].replace("\r\n", "\n")))
    if len(text) <= limit:
        return text
    note = " … (cut)"
    return text[: max(0, limit - len(note))] + note[:limit]


def clean_line(text: str, limit: int) -> str:
    """Clean text and fold it into one line, with spaces of one kind."""
    return " ".join(clean(" ".join(text[: 2 * limit + 2].split()), limit).split())


def clean_name(text: str, limit: int) -> str:
    """Clean a person's name into one line, and leave it as its owner writes it.

    Some scripts join and part letters by marks that are invisible by themselves, and part words
    by spaces of their own. Cleaning it once more changes nothing.
    """
    text = " ".join(re.split(r"[^\S ]*[\n\t\r\f\v]+\s*", text[: 2 * limit + 2]))
    around = zip(f" {text}", text, f"{text[1:]} ", strict=False)
    kept = "".join(
        letter if _is_of_a_name(before, letter, after) else _plain(letter)
        for before, letter, after in around
    )
    return kept.strip()[:limit].rstrip(_JOINERS).rstrip()


def _is_of_a_name(before: str, letter: str, after: str) -> bool:
    """Whether a letter stays in a name: a space, or a mark between two letters that need it."""
    if letter in _JOINERS:
        return _may_be_joined(before) and _may_be_joined(after)
    return category(letter) == "Zs"


def _may_be_joined(letter: str) -> bool:
    visible = not letter.isascii() and letter not in _INVISIBLE
    return visible and category(letter)[0] in "LM"


def _plain(letter: str) -> str:
    if letter in "\n\t" or (letter.isprintable() and letter not in _INVISIBLE):
        return letter
    return letter.encode("unicode_escape", "backslashreplace").decode("ascii")


def disarm(text: str) -> str:
    """Take `::command::` and `##[command]` out of text that is printed in GitHub Actions."""
    while "::" in text:
        text = text.replace("::", ": :")
    return text.replace("##[", "## [").replace("##vso", "## vso")


def escape_data(text: str) -> str:
    """Escape the message of a GitHub workflow command."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def escape_property(text: str) -> str:
    """Escape a property of a GitHub workflow command."""
    return escape_data(text).replace(":", "%3A").replace(",", "%2C")


def escape_markdown(text: str) -> str:
    """Write text as one line of Markdown that means only itself."""
    text = " ".join(text.split()).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return _MARKDOWN.sub(r"\\\1", text)


def fence(text: str) -> str:
    """Write text as a Markdown code block that nothing inside it can close."""
    longest = max((len(run) for run in re.findall(r"`+", text)), default=0)
    bar = "`" * max(3, longest + 1)
    return f"{bar}text\n{text}\n{bar}"


def guard_cell(text: str) -> str:
    """Keep a spreadsheet from reading a cell as a formula."""
    first = {text[:1], text.lstrip()[:1]} - {""}
    return f"'{text}" if first & _FORMULA and text.strip() else text
