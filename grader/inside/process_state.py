"""What a submission changed for its whole process, named where an exception comes of it."""

import re
from collections.abc import Mapping, Sequence

_CULPRITS = (
    (
        re.compile(r"does not require grad|does not have a grad_fn|requires_grad"),
        re.compile(r"set_grad_enabled\s*\(|no_grad\s*\("),
        "gradients were switched off for everything that comes after",
    ),
    (
        re.compile(r"[Ii]nference (?:tensor|mode)|does not require grad|requires_grad"),
        re.compile(r"inference_mode\s*\("),
        "inference mode was switched on for everything that comes after",
    ),
    (
        re.compile(r"returned nan values in its"),
        re.compile(r"set_detect_anomaly\s*\(|detect_anomaly\s*\("),
        "anomaly detection was switched on for everything that comes after",
    ),
)
_ENDS_BY_ITSELF = re.compile(r"\s*(?:#|@|(?:async\s+)?with\b)")


def culprit_of(message: str, sources: Mapping[str, Sequence[str]]) -> str:
    """Name the line that changed the process so that a message like this one comes of it; or "".

    ``sources`` are the lines of each of the student's files. It is told by what is written there,
    so where nothing is, nothing is said.
    """
    for about, written, what in _CULPRITS:
        if not about.search(message[:1000]):
            continue
        for name, lines in sources.items():
            for number, line in enumerate(lines, 1):
                if written.search(line[:500]) and not _ENDS_BY_ITSELF.match(line):
                    return f"{what}, in {name} line {number}: `{line.strip()[:100]}`"
    return ""
