"""What to do about mutants that survive: what would lose each, or excuse it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from grader.selftest.equivalents import render_entry

if TYPE_CHECKING:
    from grader.selftest.mutating import Mutant

_FRACTION = re.compile(r"(?<![\w.])(?:\d+\.\d*(?:e-?\d+)?|\d+e-?\d+)")


def describe_survivors(survivors: list[Mutant], judged: int, place: str) -> str:
    """Say how many survive, what each changes, what would lose it, and where it is excused."""
    count = len(survivors)
    told = f"{count} of {judged} mutants survive{'s' * (count == 1)}, and this is what they change"
    lines = [f"{told}: add an input that tells them apart, or say in {place} why there is none"]
    for mutant in survivors:
        lines += ["", f"{mutant.change.file}:{mutant.change.line}, {mutant.change.operator}"]
        lines += mutant.diff.splitlines()
        lines += [f"what would lose it: {suggestion_for(mutant)}"]
        lines += [f"what would excuse it, in {place}:", *render_entry(mutant.change).splitlines()]
    return "\n".join(lines)


def suggestion_for(mutant: Mutant) -> str:
    """Suggest what would lose a mutant, by the operator that made it and what stands there."""
    change = mutant.change
    where = f"inputs of {change.function}" if change.function else "inputs"
    if change.role in ("bound", "default") and (bound := _bound_in(change.was, change.now)):
        low, high = bound
        return (
            f"draw numbers on both sides of the bound, as near as your handout allows: "
            f"st.sampled_from(({low:.6g}, {high:.6g})) | st.floats({low:.6g}, {high:.6g})"
        )
    if change.role == "default":
        called = change.function or "it"
        return f"call {called} with its defaults, and hold what comes to what they mean"
    what = change.role if change.role in ("text", "truth") else "number"
    return {
        "comparison": f"draw {where} that stand exactly at the bound, and on either side of it",
        "constant": f"draw {where} for which this {what} decides",
        "swapped arguments": f"draw {where} with two arguments that are not alike",
        "dropped call": f"draw {where} on which this call changes something",
        "dropped statement": "look at what this statement does: an effect, a refusal, a copy",
    }.get(change.operator, f"draw {where} for which the two lines differ")


def _bound_in(was: str, now: str) -> tuple[float, float] | None:
    """Return a number that was changed, and what it became, in order; of fractions only."""
    before, after = (list(map(float, _FRACTION.findall(text))) for text in (was, now))
    changed = [sorted(pair) for pair in zip(before, after, strict=False) if pair[0] != pair[1]]
    return (changed[0][0], changed[0][1]) if changed else None
