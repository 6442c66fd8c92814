"""What stands where a change is made, as far as it matters to what would lose the mutant."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import libcst as cst
from libcst import matchers

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

BOUND, DEFAULT, NUMBER, TEXT, TRUTH = "bound", "default", "number", "text", "truth"
_KINDS: Final[dict[type, str]] = {
    cst.Integer: NUMBER,
    cst.Float: NUMBER,
    cst.SimpleString: TEXT,
    cst.Name: TRUTH,
}
_TOLERANCE = "tol"
"""What the names of tolerances have in them: `tol`, `atol`, `RTOL`, `tolerance`."""


def names_compared(module: cst.Module) -> frozenset[str]:
    """Return the names that stand in a comparison anywhere."""
    found = matchers.findall(module, matchers.Comparison())
    return frozenset(
        name.value
        for comparison in found
        for name in matchers.findall(comparison, matchers.Name())
        if isinstance(name, cst.Name)
    )


def role_of(node: cst.CSTNode, above: Sequence[cst.CSTNode], compared: frozenset[str]) -> str:
    """Say what a node is: a default, a number that bounds something, or else of which kind.

    `above` is what it lies in, from the module down to itself. A number bounds where it is
    compared, is a tolerance, or has a name that is one or that is compared.
    """
    if any(isinstance(one, cst.Param) for one in above):
        return DEFAULT
    kind = _KINDS.get(type(node), "")
    if kind == NUMBER and any(_bounds(one, compared) for one in above):
        return BOUND
    return kind


def _bounds(node: cst.CSTNode, compared: frozenset[str]) -> bool:
    match node:
        case cst.Comparison():
            return True
        case cst.Arg(keyword=cst.Name(value=name)):
            return _TOLERANCE in name.lower()
        case cst.Assign() | cst.AnnAssign() | cst.NamedExpr():
            names = list(_targets(node))
            return any(name in compared or _TOLERANCE in name.lower() for name in names)
    return False


def _targets(node: cst.Assign | cst.AnnAssign | cst.NamedExpr) -> Iterator[str]:
    targets = node.targets if isinstance(node, cst.Assign) else [node]
    yield from (one.target.value for one in targets if isinstance(one.target, cst.Name))
