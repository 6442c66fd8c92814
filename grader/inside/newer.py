"""Lines that are Python, but of a version newer than the one that grades."""

import platform
import re
import sys

_SYNTAX: tuple[tuple[tuple[int, int], re.Pattern[str]], ...] = (
    ((3, 12), re.compile(r"\s*(?:async\s+def|def|class)\s+\w+\s*\[")),
    ((3, 12), re.compile(r"\s*type\s+\w+\s*(?:\[[^\]]*\]\s*)?=[^=]")),
    ((3, 14), re.compile(r"(?:.*[^\w])?(?:t|rt|tr)['\"]", re.IGNORECASE)),
    ((3, 14), re.compile(r"\s*except\s+[A-Z][\w.]*\s*,\s*[A-Z]")),
)
_QUOTES_AGAIN = re.compile(
    r".*\b(?:f|rf|fr)(\"|')(?:(?!\1)[^{])*\{(?:(?!\1)[^}])*\1.*\}", re.IGNORECASE
)
_IN_BRACES = "f-string expression part cannot include"


def words_for(error: BaseException) -> str:
    """Say of a syntax error which Python its line is written for, if a newer one takes it."""
    if not issubclass(type(error), SyntaxError):
        return ""
    line, said = getattr(error, "text", None), getattr(error, "msg", None)
    if not isinstance(line, str) or not isinstance(said, str):
        return ""
    needed = _needed(line[:1000], said)
    if needed is None or sys.version_info[:2] >= needed:
        return ""
    return (
        f"this is written for Python {needed[0]}.{needed[1]}, and was graded with Python "
        f"{platform.python_version()}: write it so that that reads it too"
    )


def _needed(line: str, said: str) -> tuple[int, int] | None:
    for version, pattern in _SYNTAX:
        if pattern.match(line):
            return version
    in_braces = said.startswith(_IN_BRACES)
    return (3, 12) if in_braces or _QUOTES_AGAIN.match(line) else None
