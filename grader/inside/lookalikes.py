"""Letters that look like others: a word that reads right and is another word."""

import unicodedata

_PAIRS = (
    "аaеeоoрpсcхxуyіiјjѕsһhԁdԛqԝwвbмmтtкkнhгrпnиuлnАAВBЕEКKМMНHОOРPСCТTХXІIЈJЅSУY"
    "αaεeοoρpνvτtυuκkιiχxηnωwΑAΒBΕEΖZΗHΙIΚKΜMΝNΟOΡPΤTΥYΧXıiɡgℓlɑaօoոnսuհhցg"
)
_TWINS = dict(zip(_PAIRS[::2], _PAIRS[1::2], strict=True))


def plain_twin(word: str) -> str:
    """Write a word with the plain letters that its own look like."""
    return unicodedata.normalize("NFKC", "".join(_TWINS.get(letter, letter) for letter in word))


def odd_letter(word: str) -> str:
    """Name the first letter of a word that only looks like a plain one, and its place; or ""."""
    for place, letter in enumerate(word, 1):
        twin = plain_twin(letter)
        if not letter.isascii() and twin.isascii() and twin.isprintable():
            name = unicodedata.name(letter, f"U+{ord(letter):04X}")
            return f"letter {place} is {name}, which only looks like {twin!r}"
    return ""
