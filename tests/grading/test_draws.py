"""What was drawn comes back from its bytes just as it was, or is not kept."""

import math
import sys
import types
from dataclasses import dataclass, field
from fractions import Fraction

import numpy as np
import pytest
import torch

from grader.grading.draws import (
    Draw,
    NotDataError,
    owned_parts,
    pack_draw,
    read_draws,
    write_draws,
)

PACKAGE = "suite_of_a_test"


@dataclass(frozen=True)
class Plane:
    """A surface."""

    slope: float
    name: str = "plane"


@dataclass(frozen=True, eq=False)
class Case:
    """A surface with tensors, and what follows from them."""

    plane: Plane
    theta: torch.Tensor
    twice: float = field(init=False)

    def __post_init__(self):
        object.__setattr__(self, "twice", 2 * self.plane.slope)


@dataclass(frozen=True, slots=True)
class Slim:
    """A dataclass without a dictionary."""

    n: int


@dataclass
class Grown:
    """A dataclass that is built otherwise than it is."""

    n: int

    def __post_init__(self):
        self.n += 1


@dataclass(frozen=True)
class Elsewhere:
    """A dataclass of some other module."""

    n: int = 1


@pytest.fixture(autouse=True)
def package(monkeypatch):
    """A suite's package, with dataclasses in one of its modules."""
    module = types.ModuleType(f"{PACKAGE}.strategies")
    for kind in (Plane, Case, Slim, Grown):
        monkeypatch.setattr(kind, "__module__", module.__name__)
        setattr(module, kind.__name__, kind)
    monkeypatch.setitem(sys.modules, module.__name__, module)


def tensor(*numbers, **how):
    return torch.tensor(numbers, **{"dtype": torch.float64, **how})


DATA = {
    "scalars": [
        None,
        True,
        3,
        -(2**255),
        1.5,
        -0.0,
        math.inf,
        math.nan,
        1 - 2j,
        "a\n\u00e9\U0001f600",
    ],
    "containers": [
        [],
        (),
        {},
        [(1,), ((), [2])],
        {"a": (1, 2), 3: {"b": None}, None: 1.0, True: 2},
    ],
    "tensors": [
        tensor(1.0, -0.0, math.nan),
        tensor(1, 2, dtype=torch.int32),
        tensor(1, 0, dtype=torch.bool),
        tensor(1.5, dtype=torch.bfloat16),
        tensor(1j, dtype=torch.complex128),
        tensor(1.0, requires_grad=True),
        torch.zeros(0, 3),
        torch.tensor(2.0),
    ],
    "arrays": [np.arange(6).reshape(2, 3), np.zeros((0, 2)), np.array(1.5), np.array([True])],
    "dataclasses": [Plane(1.25), Slim(3)],
}


@pytest.mark.parametrize("kind", DATA)
def test_data_comes_back_as_it_was(kind):
    """Its kind, its bits, its order, and memory of its own."""
    packed = pack_draw({"values": DATA[kind]}, PACKAGE)
    back = Draw(packed).arguments(PACKAGE)["values"]
    assert repr(back) == repr(DATA[kind])
    assert [*map(type, back)] == [*map(type, DATA[kind])]
    assert not {*owned_parts(back)} & {*owned_parts(DATA[kind])}


def test_a_named_value_is_built_from_its_fields():
    """By its class, with what follows from the fields."""
    case = Case(Plane(0.5), tensor(1.0, 2.0))
    back = Draw(pack_draw({"case": case}, PACKAGE)).arguments(PACKAGE)["case"]
    assert (type(back), back.plane, back.twice) == (Case, case.plane, 1.0)
    assert torch.equal(back.theta, case.theta)


def with_attribute():
    case = Case(Plane(0.5), tensor(1.0))
    object.__setattr__(case, "cached", 1)
    return case


NO_DATA = {
    "another number": Fraction(1, 3),
    "a number of numpy's": np.float64(1.0),
    "a large number": 2**300,
    "half a character": "\ud800",
    "an object": object(),
    "a function": len,
    "a set": {1},
    "a class of another module": Elsewhere(),
    "what is built otherwise": Grown(1),
    "an attribute beside the fields": with_attribute,
    "a transposed tensor": torch.arange(6.0).reshape(2, 3).T,
    "a part of a graph": tensor(1.0, requires_grad=True) * 2,
    "a parameter": torch.nn.Parameter(tensor(1.0)),
    "a sparse tensor": torch.eye(2).to_sparse(),
    "columns first": np.asfortranarray(np.arange(6).reshape(2, 3)),
    "the other byte order": np.arange(3).astype(">i8"),
    "words": np.array(["a"]),
    "a view that is not written to": np.broadcast_to(np.arange(3), (3,)),
    "a key that is a tuple": {(1, 2): 3},
    "too deep": [[[[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]]],
}


@pytest.mark.parametrize("name", NO_DATA)
def test_what_is_no_data_is_not_kept(name):
    """A body could tell what comes back from what was drawn."""
    value = NO_DATA[name]() if name == "an attribute beside the fields" else NO_DATA[name]
    with pytest.raises(NotDataError):
        pack_draw({"value": value}, PACKAGE)


def test_what_is_known_by_its_identity_is_told():
    """Lists, arrays and objects that are compared by it; tensors by their memory."""
    one, inner = tensor(1.0, 2.0), [1]
    assert len([*owned_parts([one, one[:1]])]) == 3
    assert len({*owned_parts([one, one[:1]])}) == 2
    array = np.arange(4)
    assert len({*owned_parts((array, array[1:]))}) == 1
    assert len({*owned_parts((inner, {"a": inner}))}) == 2
    case = Case(Plane(1.0), one)
    assert len({*owned_parts((case, case))}) == 2
    assert [*owned_parts((1, "a", (2.0,), Plane(1.0)))] == []


def draws():
    return [Draw(pack_draw({"n": n, "x": tensor(n)}, PACKAGE), n % 2 == 1) for n in range(3)]


def test_a_file_holds_all_draws_of_a_check():
    """In their order, with what was discarded."""
    back = read_draws(write_draws(draws()))
    assert [(d.arguments(PACKAGE)["n"], d.discarded) for d in back] == [
        (0, False),
        (1, True),
        (2, False),
    ]


def test_a_file_that_is_not_whole_is_none():
    """Whatever byte is another, wherever it is cut off."""
    whole = write_draws(draws())
    for place in range(0, len(whole), 7):
        changed = bytearray(whole)
        changed[place] ^= 1
        for damaged in (bytes(changed), whole[:place], whole + b"\0"):
            with pytest.raises(NotDataError):
                read_draws(damaged)


@pytest.mark.parametrize(
    "name", ["os:path", f"{PACKAGE}.strategies:len", f"{PACKAGE}.gone:Plane", "x"]
)
def test_a_name_means_a_dataclass_of_the_suite_and_nothing_else(name):
    """Nothing else is looked up, let alone called."""
    from grader.inside.frames import pack

    packed = b"".join(pack({"value": (name, {})}))
    with pytest.raises(NotDataError):
        Draw(packed).arguments(PACKAGE)
