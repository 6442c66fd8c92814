"""What one kind of reader would obey, taken out of text that is harmless otherwise."""

from __future__ import annotations

import re

from markupsafe import Markup

_MARKDOWN = re.compile(r"([\\`*_{}\[\]()#+!|~$@]|:(?=//)|(?<=www)\.)")
_BLOCK = re.compile(r"^(\d{1,9}(?=\.(?: |$))|(?=-))")
_LONGEST_WORD = 20  # letters that a telephone's column has room for
_FORMULA = frozenset("=+-@\t\r\uff1d\uff0b\uff0d\uff20")


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
    return _BLOCK.sub(r"\1\\", _MARKDOWN.sub(r"\\\1", text))


def fence(text: str) -> str:
    """Write text as a Markdown code block that nothing inside it can close."""
    longest = max((len(run) for run in re.findall(r"`+", text)), default=0)
    bar = "`" * max(3, longest + 1)
    return f"{bar}text\n{text}\n{bar}"


def guard_cell(text: str) -> str:
    """Keep a spreadsheet from reading a cell as a formula; a dash alone is none."""
    first = {text[:1], text.lstrip()[:1]} - {""}
    return f"'{text}" if first & _FORMULA and text.strip() not in ("", "-") else text


def breakable(name: str) -> Markup:
    """Write a name for HTML that may go on in the next line after each of its words.

    So may a word that is longer than a column on a telephone.
    """
    return Markup("<wbr>").join(re.findall(rf"[^_]{{1,{_LONGEST_WORD}}}_*|_+", name))
