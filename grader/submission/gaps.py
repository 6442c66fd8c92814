"""What loading left undone, and why: from a name that is missing to the first cause of that."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from grader.submission.load_report import Costly, Failed, LeftOut, Ran, SyntaxProblem

_MOST_CAUSES = 5
_MOST_STEPS = 20
_UNDEFINED = re.compile(r"NameError: name '(\w{1,100})' is not defined")
_WANTING = re.compile(
    r"(?:FileNotFoundError: .{0,300}?: |ModuleNotFoundError: No module named )"
    r"['\"]([^'\"]{1,200})['\"]"
)


def place_of(source: str, entry: Failed | LeftOut | Costly) -> str:
    """Say where a statement stands."""
    cell = f"cell {entry.cell}, " if entry.cell else ""
    return f"{getattr(entry, 'file', '') or source} {cell}line {entry.line}"


def describe_syntax(name: str, error: SyntaxProblem) -> str:
    """Say why a ``.py`` could not be compiled, and what that costs."""
    where = f" in line {error.line}" if error.line else ""
    quoted = f", `{error.text}`" if error.text else ""
    told = f"{name} is not Python: {error.message}{where}{quoted}."
    if error.newer:
        told = f"{name} line {error.line}{quoted}: {error.newer}."
    return f"{told} Until that is put right, nothing in the file counts."


def describe_undefined(source: str, ran: Ran, name: str) -> str | None:
    """Say which statement would have defined a name, had it been run; None if there is none."""
    for failed in ran.failed:
        if name in failed.names:
            first = _first_cause(_by_name(ran.failed), failed)
            said = f"{name} is not defined: {place_of(source, failed)} stopped with {failed.error}"
            if first is failed:
                return said
            return f"{said}; it began at {place_of(source, first)}, with {first.error}"
    for left_out in ran.left_out:
        if name in left_out.names:
            place = place_of(source, left_out)
            return f"{name} is not defined: {place} was left out ({left_out.what})"
    return None


def describe_stops(source: str, ran: Ran, most: int = _MOST_CAUSES) -> list[str]:
    """Say which statements stopped when a source was loaded: a sentence for each first cause."""
    groups: dict[object, list[Failed]] = {}
    by_name = _by_name(ran.failed)
    for failed in ran.failed:
        first = _first_cause(by_name, failed)
        wanting = _WANTING.search(first.error)
        groups.setdefault(wanting[1] if wanting else first.at, []).append(failed)
    told = list(_sentences(source, by_name, groups))
    more = sum(len(group) for group in list(groups.values())[most:])
    end = f"{more} more statements of {source} stopped when it was loaded"
    return [*told[:most], end] if more > 1 else told[: most + more]


def _sentences(
    source: str, by_name: Mapping[str, list[Failed]], groups: Mapping[object, list[Failed]]
) -> Iterator[str]:
    for key, group in groups.items():
        first = _first_cause(by_name, group[0])
        said = f"{place_of(source, first)} stopped when it was loaded: {first.error}"
        if len(group) > 1 and isinstance(key, str):
            said = f"{len(group)} statements stopped for want of {key}: {said}"
        elif len(group) > 1:
            said += f" ({len(group) - 1} more stopped for want of what it defines)"
        yield said


def describe_stand_ins(ran: Ran) -> list[str]:
    """Say which libraries are not installed and were stood in for, since no answer needs them."""
    if not ran.stand_ins:
        return []
    names = ", ".join(ran.stand_ins)
    return [f"not installed here, so what it shows is left out, which costs no point: {names}"]


def describe_lacking(source: str, ran: Ran) -> list[str]:
    """Say what may matter where an answer is wrong: what stopped, what is needed but left out."""
    lacking = [entry for entry in ran.left_out if entry.lacking]
    told = [f"{place_of(source, entry)} was left out ({entry.what})" for entry in lacking[:2]]
    if len(lacking) > 2:
        told[-1] += f", and {len(lacking) - 2} more were"
    return [*describe_stops(source, ran, 2), *told]


def describe_costs(source: str, ran: Ran) -> str:
    """Say which statements cost how much each time that a source is loaded; "" if none does."""
    places = ", ".join(
        f"{entry.seconds:.2g} s in each check: cell {entry.cell}, line {entry.line}"
        for entry in ran.costly[:3]
    )
    return f"{places} of {source}" if places else ""


def _by_name(failed: Sequence[Failed]) -> dict[str, list[Failed]]:
    """Sort what stopped by the names that it leaves undefined."""
    by_name: dict[str, list[Failed]] = defaultdict(list)
    for entry in failed:
        for name in entry.names:
            by_name[name].append(entry)
    return by_name


def _first_cause(by_name: Mapping[str, list[Failed]], entry: Failed) -> Failed:
    """Follow names that were not defined to the statement that did not define them."""
    for _ in range(_MOST_STEPS):
        missed = _UNDEFINED.search(entry.error)
        others = by_name.get(missed[1], ()) if missed else ()
        found = next((other for other in others if other is not entry), None)
        if not found or found.at > entry.at:
            break
        entry = found
    return entry
