"""Text that came from a submission, made harmless: the one rule of which characters are.

A student chooses the messages of exceptions, the names of files and what the printed form of an
answer looks like. Here is taken away what no reader should ever see: control characters, those that
change the direction of writing, halves of surrogates, and whatever is invisible. What one kind of
reader would obey is taken away where that reader is written to.

    clean         a text of several lines, with a limit
    clean_ends    the same, of which head and tail are kept
    clean_line    one line;  clean_name: a person's name;  clean_path: a file's
"""

from __future__ import annotations

import re
from unicodedata import category

# Characters that are printable by the letter of Unicode, and invisible.
_BLANK = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
_INVISIBLE = _BLANK | {chr(code) for code in (*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0))}
_JOINERS = "\u200c\u200d"
_LONGEST_PATH, _HEAD, _TAIL = 100, 60, 30
_ANSI = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\))")
_BLANK_LINES = re.compile(r"\n(?:[ \t]*+\n){2,}+")


def is_harmless(letter: str) -> bool:
    """Whether a character can be seen, and does nothing but that; a blank can."""
    return letter.isprintable() and letter not in _INVISIBLE


def escape(text: str, *, kept: str = "\n\t") -> str:
    """Write each character that is not harmless as Python would; newlines and tabs stay."""
    return "".join(
        letter
        if is_harmless(letter) or letter in kept
        else letter.encode("unicode_escape").decode("ascii")
        for letter in text
    )


def _without_effects(text: str) -> str:
    """Take away what a terminal would make colours of, and all but one of many blank lines."""
    return _BLANK_LINES.sub("\n\n", _ANSI.sub("", text))


def clean(text: str, limit: int) -> str:
    """Make a text harmless, and keep at most `limit` characters.

    Newlines and tabs stay. What is left is valid UTF-8 and valid in XML 1.0, and cleaning
    it once more changes nothing.
    """
    text = escape(_without_effects(text[: 2 * limit + 2].replace("\r\n", "\n")))
    if len(text) <= limit:
        return text
    note = " … (cut)"
    return text[: max(0, limit - len(note))] + note[:limit]


def clean_ends(text: str, limit: int = 4000) -> str:
    """Make a text harmless, and keep head and tail of one that is longer than `limit`."""
    text = _without_effects(text)
    if len(text) > limit:
        text = f"{text[: limit // 2]} … {text[-limit // 2 :]}"
    return escape(text)


def clean_line(text: str, limit: int) -> str:
    """Clean text and fold it into one line, with spaces of one kind."""
    return " ".join(clean(" ".join(text[: 2 * limit + 2].split()), limit).split())


NO_TEXT = "is no UTF-8 text: give the folder another name"
"""What is said of a path that is not."""


def is_text(name: str) -> bool:
    """Whether all of a name can be written as UTF-8, which a file's need not be."""
    return name == name.encode(errors="replace").decode()


def clean_path(name: str) -> str:
    """Make the name of a file harmless: one line of at most 100 characters."""
    shown = escape(name[: 2 * _LONGEST_PATH], kept="")
    return shown if len(shown) <= _LONGEST_PATH else f"{shown[:_HEAD]}…{shown[-_TAIL:]}"


def clean_name(text: str, limit: int) -> str:
    """Clean a person's name into one line, and leave it as its owner writes it.

    Some scripts join and part letters by marks that are invisible by themselves, and part words
    by spaces of their own. Cleaning it once more changes nothing.
    """
    text = " ".join(re.split(r"[^\S ]*[\n\t\r\f\v]+\s*", text[: 2 * limit + 2]))
    around = zip(f" {text}", text, f"{text[1:]} ", strict=False)
    kept = "".join(
        letter if _is_of_a_name(before, letter, after) else escape(letter)
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
