"""The levels of isolation by name, strongest first, and what each is made of, in a line."""

LEVELS = {
    "L3r": "own namespaces, a user of its own for each worker, Landlock, system-call filter",
    "L3": "own namespaces, Landlock, system-call filter",
    "L3-landlock": "own namespaces and system-call filter, without Landlock",
    "L3b": "the system's bwrap, and in it Landlock and a strict system-call filter",
    "L2u": "a user of its own for each worker, Landlock, a strict system-call filter",
    "L2": "Landlock and a strict system-call filter, under the grader's own user",
    "L0": "limits of time and memory, and nothing else",
}
NOT_LINUX = (
    "grading needs Linux: on Windows use WSL 2, on macOS a Linux container or virtual machine, or "
    "push to GitHub and let its workflow grade"
)


def why_no_level(name: str | None) -> str:
    """Return what is wrong with the name of a level, or ""; None names none."""
    if name is None or name in LEVELS:
        return ""
    return f"there is no isolation level {name!r}; there are {', '.join(LEVELS)}"


def is_weaker(level: str, other: str) -> bool:
    """Whether a level is weaker than another."""
    order = list(LEVELS)
    return order.index(level) > order.index(other)
