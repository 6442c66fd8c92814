"""What is changed in a right solution, one place at a time: each operator offers replacements.

They are the slips that are made by hand: a comparison that is off by its end, another sign, a
number that is one more or ten times as much, a call, a decorator or a statement left out, two
arguments in each other's place. Defaults of arguments are numbers like any others.
"""

from __future__ import annotations

import math
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final, TypeVar

import libcst as cst

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

Offer = tuple[str, cst.CSTNode]
Node = TypeVar("Node", bound=cst.CSTNode)

_COMPARISONS: Final[dict[type, tuple[type, ...]]] = {
    cst.LessThan: (cst.LessThanEqual, cst.GreaterThan),
    cst.LessThanEqual: (cst.LessThan, cst.GreaterThanEqual),
    cst.GreaterThan: (cst.GreaterThanEqual, cst.LessThan),
    cst.GreaterThanEqual: (cst.GreaterThan, cst.LessThanEqual),
    cst.Equal: (cst.NotEqual,),
    cst.NotEqual: (cst.Equal,),
    cst.In: (cst.NotIn,),
    cst.NotIn: (cst.In,),
    cst.Is: (cst.IsNot,),
    cst.IsNot: (cst.Is,),
}
_ARITHMETIC: Final[dict[type, type]] = {
    cst.Add: cst.Subtract,
    cst.Subtract: cst.Add,
    cst.Multiply: cst.Divide,
    cst.Divide: cst.Multiply,
    cst.FloorDivide: cst.Multiply,
    cst.Modulo: cst.Multiply,
    cst.Power: cst.Multiply,
    cst.MatrixMultiply: cst.Multiply,
    cst.AddAssign: cst.SubtractAssign,
    cst.SubtractAssign: cst.AddAssign,
    cst.MultiplyAssign: cst.DivideAssign,
    cst.DivideAssign: cst.MultiplyAssign,
    cst.MatrixMultiplyAssign: cst.MultiplyAssign,
}
_TRUTHS: Final = {"True": "False", "False": "True"}


def comparisons(node: cst.ComparisonTarget) -> Iterator[Offer]:
    """Offer the comparison with its end moved, and the other way round."""
    for other in _COMPARISONS[type(node.operator)]:
        yield "comparison", node.with_changes(operator=other())


def arithmetic(node: cst.BinaryOperation | cst.AugAssign) -> Iterator[Offer]:
    """Offer the opposite operation."""
    if other := _ARITHMETIC.get(type(node.operator)):
        yield "arithmetic", node.with_changes(operator=other())


def signs(node: cst.UnaryOperation) -> Iterator[Offer]:
    """Offer the operand without its sign, or its "not"."""
    if isinstance(node.operator, cst.Minus | cst.Not):
        yield "sign", node.expression


def logic(node: cst.BooleanOperation) -> Iterator[Offer]:
    """Offer "or" for "and", and the other way round."""
    other = cst.Or() if isinstance(node.operator, cst.And) else cst.And()
    yield "logic", node.with_changes(operator=other)


def whole_numbers(node: cst.Integer) -> Iterator[Offer]:
    """Offer one more, and one less."""
    for other in (node.evaluated_value + 1, node.evaluated_value - 1):
        number: cst.BaseExpression = cst.Integer(str(abs(other)))
        yield "constant", number if other >= 0 else cst.UnaryOperation(cst.Minus(), number)


def fractions(node: cst.Float) -> Iterator[Offer]:
    """Offer ten times as much, and a tenth, as far as they can be written; in the place of 0, 1."""
    value = node.evaluated_value
    for other in (10 * value, value / 10) if value else (1.0,):
        if math.isfinite(other):
            yield "constant", cst.Float(f"{other!r}")


def texts(node: cst.SimpleString) -> Iterator[Offer]:
    """Offer a text with a letter more."""
    text = node.value.removesuffix(node.quote)
    yield "constant", node.with_changes(value=f"{text}x{node.quote}")


def truths(node: cst.Name) -> Iterator[Offer]:
    """Offer True for False, and the other way round."""
    if node.value in _TRUTHS:
        yield "constant", node.with_changes(value=_TRUTHS[node.value])


def calls(node: cst.Call) -> Iterator[Offer]:
    """Offer what is called upon, or the first argument; and arguments in each other's place."""
    if isinstance(node.func, cst.Attribute) and not _is_module(node.func.value):
        yield "dropped call", node.func.value
    elif node.args and not node.args[0].star and node.args[0].keyword is None:
        yield "dropped call", node.args[0].value
    plain = [i for i, one in enumerate(node.args) if not one.star and one.keyword is None]
    for i, j in pairwise(plain):
        args = list(node.args)
        first, second = args[i].value, args[j].value
        args[i], args[j] = args[i].with_changes(value=second), args[j].with_changes(value=first)
        yield "swapped arguments", node.with_changes(args=args)


def decorated(node: cst.FunctionDef) -> Iterator[Offer]:
    """Offer the function without its decorators, one at a time."""
    for k in range(len(node.decorators)):
        kept = [*node.decorators[:k], *node.decorators[k + 1 :]]
        yield "dropped decorator", node.with_changes(decorators=kept)


def statements(node: cst.SimpleStatementLine) -> Iterator[Offer]:
    """Offer nothing in the place of what only has an effect, and continue in the place of break."""
    match node.body:
        case [cst.Break()]:
            yield "loop", node.with_changes(body=[cst.Continue()])
        case [cst.Continue()]:
            yield "loop", node.with_changes(body=[cst.Break()])
        case [cst.Expr(value=cst.Call()) | cst.Raise() | cst.AugAssign()]:
            yield "dropped statement", node.with_changes(body=[cst.Pass()])


def conditions(node: cst.If | cst.IfExp) -> Iterator[Offer]:
    """Offer the opposite of a condition that is no comparison, whose own ends are offered."""
    if not isinstance(node.test, cst.Comparison | cst.UnaryOperation | cst.BooleanOperation):
        opposite = cst.UnaryOperation(cst.Not(), in_brackets(node.test))
        try:
            yield "condition", node.with_changes(test=opposite)
        except cst.CSTValidationError:  # as in `if(x):`
            yield "condition", node.with_changes(test=in_brackets(opposite))


def in_brackets(node: Node) -> Node:
    """Return an expression in a pair of brackets."""
    return node.with_changes(lpar=[cst.LeftParen()], rpar=[cst.RightParen()])


OPERATORS: Final[dict[type, Callable[[Any], Iterator[Offer]]]] = {
    cst.ComparisonTarget: comparisons,
    cst.BinaryOperation: arithmetic,
    cst.AugAssign: arithmetic,
    cst.UnaryOperation: signs,
    cst.BooleanOperation: logic,
    cst.Integer: whole_numbers,
    cst.Float: fractions,
    cst.SimpleString: texts,
    cst.Name: truths,
    cst.Call: calls,
    cst.FunctionDef: decorated,
    cst.SimpleStatementLine: statements,
    cst.If: conditions,
    cst.IfExp: conditions,
}


def _is_module(node: cst.BaseExpression) -> bool:
    """Whether something is called like a module: `torch`, `torch.nn.functional`, `np`, `F`."""
    while isinstance(node, cst.Attribute):
        node = node.value
    return isinstance(node, cst.Name) and node.value in _MODULES


_MODULES: Final = frozenset(
    "torch nn np numpy F func math copy random itertools functools linalg".split()
)
