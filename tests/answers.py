"""Answers in every form that handouts allow, and answers that no check asks for.

The text of this module is also put behind a submission: it imports nothing of the project's.
"""

import functools
import random
from decimal import Decimal
from fractions import Fraction

import numpy as np
import torch


class Labelled(torch.Tensor):
    """A subclass of Tensor, as libraries make them."""


def _strided(value):
    return torch.stack([value, value + 1], -1)[..., 0]


def _backwards(value):
    flipped = np.ascontiguousarray(value.numpy()[..., ::-1])
    return flipped[..., ::-1]


ARRAYS = {
    "numpy": lambda value: value.numpy(),
    "a list": lambda value: value.tolist(),
    "a tuple": lambda value: tuple(value.tolist()),
    "longdouble": lambda value: value.numpy().astype(np.longdouble),
    "a subclass": lambda value: value.as_subclass(Labelled),
    "a parameter": lambda value: torch.nn.Parameter(value, requires_grad=False),
    "a view": lambda value: value.unsqueeze(0)[0],
    "strided": _strided,
    "Fortran's order": lambda value: np.asfortranarray(value.numpy()),
    "negative strides": _backwards,
    "big-endian": lambda value: value.numpy().astype(value.numpy().dtype.newbyteorder(">")),
    "a matrix's transpose": lambda value: value.T.contiguous().T if value.ndim == 2 else value,
}
GRAPHS = {
    "with a graph": lambda value: value.clone().requires_grad_() * 1,
    "a parameter that learns": torch.nn.Parameter,
}
NUMBERS = {
    "Python's": float,
    "numpy's": np.float64,
    "longdouble": np.longdouble,
    "a tensor": lambda value: torch.tensor(value, dtype=torch.float64),
    "a tensor with one entry": lambda value: torch.tensor([value], dtype=torch.float64),
    "a tensor with one entry and two axes": lambda value: torch.tensor(
        [[value]], dtype=torch.float64
    ),
    "an array with one entry": lambda value: np.array([value]),
    "an array without axes": np.array,
    "a parameter": lambda value: torch.nn.Parameter(torch.tensor(value, dtype=torch.float64)),
    "a fraction": Fraction,
    "a decimal": Decimal,
}
SCALARS = ("taylor", "minimum_ratio")
"""Exports of which a tensor with one entry is a number, and no array that may be a list."""


def dress(value, pick, arrays):
    """Give an answer in another form; ``pick`` chooses among the names of forms."""
    if isinstance(value, tuple):
        return [dress(part, pick, arrays) for part in value]
    if isinstance(value, str):
        return np.str_(value)
    if isinstance(value, torch.Tensor) and value.ndim:
        return arrays[pick(sorted(arrays))](value.detach())
    if isinstance(value, torch.Tensor):
        value = value.item()
    if isinstance(value, (int, float)):
        return NUMBERS[pick(sorted(NUMBERS))](value)
    return value


class Sly:
    """An object whose class cannot be asked for."""

    @property
    def __class__(self):
        raise RuntimeError("no")


class Numberless(float):
    """A number that is none."""

    def __float__(self):
        raise ValueError("no")


def _deep(depth):
    value = [1.0]
    for _ in range(depth):
        value = [value]
    return value


def _left_behind():
    kept = []
    torch.func.grad(lambda x: (kept.append(x), x * x)[1])(torch.tensor(1.0))
    return kept[0]


ODD = (
    *(lambda: None, lambda: True, lambda: "saddle", lambda: "", lambda: "minimum" * 100),
    *(lambda: 0, lambda: -1, lambda: 1 << 200, lambda: 1 << 10**6, lambda: 2.5),
    *(lambda: float("nan"), lambda: float("inf"), lambda: 1j, lambda: complex("nan")),
    *(lambda: Fraction(10**400), lambda: Decimal("sNaN"), lambda: Decimal("Infinity")),
    *(lambda: np.longdouble("1e4000"), lambda: np.float16(3), lambda: np.bool_(1)),
    *(lambda: np.datetime64("2020"), lambda: np.timedelta64(1), lambda: np.str_("saddle")),
    *(list, lambda: (), dict, lambda: [None], lambda: ["a", 1], lambda: [[1], [2, 3]]),
    *(lambda: (1.0, 2.0, 3.0), lambda: (None, None, None), lambda: [[[]]], lambda: {1: 2}),
    *(
        lambda: {(1, 2): 3},
        lambda: dict.fromkeys(range(2000)),
        lambda: _deep(10),
        lambda: _deep(30),
    ),
    *(lambda: {1}, lambda: b"x", lambda: range(3), object, lambda: Sly),
    *(Sly, lambda: Numberless(1), lambda: iter([1]), lambda: len, lambda: torch, lambda: slice(1)),
    *(lambda: torch.tensor([]), lambda: torch.zeros(0, 5), lambda: torch.zeros(3, 3, 3)),
    *(lambda: torch.ones(2), lambda: torch.ones(2, 2), lambda: torch.full((2,), float("nan"))),
    *(lambda: torch.ones(2, dtype=torch.complex64), lambda: torch.ones(2, dtype=torch.bool)),
    *(lambda: torch.ones(2).to(torch.float8_e4m3fn), lambda: torch.ones(2, device="meta")),
    *(lambda: torch.eye(2).to_sparse(), lambda: torch.eye(2).to_sparse_csr()),
    *(lambda: torch.quantize_per_tensor(torch.ones(2), 0.1, 0, torch.qint8), _left_behind),
    *(lambda: torch.zeros((1,) * 40), lambda: torch.zeros(1).expand(1 << 40)),
    *(lambda: torch.zeros(1 << 12, 1 << 13, dtype=torch.float32), lambda: torch.nn.Linear(2, 2)),
    *(lambda: np.zeros((1,) * 30), lambda: np.array([object()]), lambda: np.array(["saddle"])),
    *(lambda: np.array([1j]), lambda: np.zeros(2, "i4,f8"), lambda: np.ma.array([1], mask=[1])),
    *(lambda: np.matrix([[1, 2]]), lambda: np.array(None), lambda: np.zeros((0, 0))),
    *(lambda: np.array([1 << 70]), lambda: np.array(b"x"), lambda: np.zeros(2, ">f2")),
    *(lambda: (torch.eye(2).to_sparse(), Sly(), 1 << 300), lambda: [torch.ones(2), np.ones(2)]),
)
"""Makers of answers that hardly any question has."""


def wear(namespace, exports, form="", *, graphs=True):
    """Have exports answer in one form, or without a name for it each time in another.

    Which one is drawn by ``random``, which is seeded before each call.
    """
    arrays = {**ARRAYS, **(GRAPHS if graphs else {})}

    def pick(names):
        return form if form in names else random.choice(names)

    def worn(name, function):
        @functools.wraps(function)
        def call(*args, **kwargs):
            value = function(*args, **kwargs)
            if name in SCALARS and isinstance(value, torch.Tensor):
                value = value.reshape(())
            return value if isinstance(value, torch.nn.Module) else dress(value, pick, arrays)

        return call

    namespace.update({name: worn(name, namespace[name]) for name in exports})


def answer_oddly(namespace, exports, kept=(), number=None):
    """Have exports give odd answers, any or the one of a number; those that are kept stay right."""
    for name in exports:
        if name not in kept:
            namespace[name] = _odd_one(number)


def _odd_one(number):
    def answer(*_args, **_kwargs):
        make = random.choice(ODD) if number is None else ODD[number]
        return make()

    return answer
