"""Values and calls as a person writes them."""

import math
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
import torch

from grader.grading.counterexample import describe_comparison, render_call
from grader.grading.source_text import write_source
from grader.grading.values import show
from grader.inside.frames import Handle
from grader.submission.claims import Comparison
from grader.text import clean_ends


@dataclass(frozen=True)
class Quadratic:
    """A surface."""

    A: object
    b: object


MATRIX = torch.tensor([[0.0, -2.0], [-2.0, 0.0]], dtype=torch.float64)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (2.0, "2"),
        (-0.0, "-0"),
        (0.1, "0.1"),
        (1 / 3, "0.333333"),
        (1e-12, "1e-12"),
        (float("nan"), "nan"),
        (True, "True"),
        (None, "None"),
        (2**99, "a whole number of 100 bits"),
        ("sad\u202edle", "'sad\\u202edle'"),
        ((1.5,), "(1.5,)"),
        ([1, "a"], "[1, 'a']"),
        (list(range(20)), "[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, … 20 in all]"),
        ({"a": 1.0}, "{'a': 1}"),
        (torch.tensor(3.0), "3  float32"),
        (torch.zeros(2, dtype=torch.float64), "[0, 0]"),
        (torch.tensor([1.5], requires_grad=True), "[1.5]  float32"),
        (torch.tensor([1.5], dtype=torch.bfloat16), "[1.5]  float32"),
        (np.array([[1, 2], [30, 4]]), "[[ 1,  2],\n [30,  4]]"),
        (MATRIX, "[[ 0, -2],\n [-2,  0]]\neigenvalues -2, 2"),
        (torch.zeros(385), "an array of shape (385,), beginning 0, 0, 0, 0, 0, 0  float32"),
        (torch.zeros(0, 3), "an array of shape (0, 3)  float32"),
        (Quadratic(1.0, (2,)), "Quadratic(A=1, b=(2,))"),
        (
            Quadratic(np.array([[1, 2], [3, 4]]), 0),
            "Quadratic with\n  A = [[1, 2],\n       [3, 4]]\n  b = 0",
        ),
        (Handle(3, "Linear"), "the Linear that was returned before"),
    ],
)
def test_a_value_reads_as_written_by_hand(value, text):
    """Exact where that is short, aligned where it is a matrix, bounded in any case."""
    assert show(value) == text


def test_a_text_is_made_harmless_and_short():
    """Colours are gone, control characters and changes of direction spelled out."""
    assert clean_ends("a\x1b[31mb\rc\u202ed\n\te\x1b") == "ab\\rc\\u202ed\n\te\\x1b"
    assert len(clean_ends("x" * 10**6, 100)) < 200


def test_a_nested_value_ends():
    """Lists in lists are cut at a depth."""
    value = []
    for _ in range(100):
        value = [value]
    assert show(value) == "[[[[[…]]]]]"


def test_a_call_names_its_arguments_and_can_be_tried():
    """A call is shown with names and small values, then as source for the student's own file."""
    text = render_call("classify", (torch.zeros(2), MATRIX), {"tol": 0.5}, ("g", "H"), "hw2")
    assert text.startswith(
        "classify(g, H, tol=tol) with\n"
        "  g   = [0, 0]  float32\n"
        "  H   = [[ 0, -2],\n"
        "         [-2,  0]]\n"
        "        eigenvalues -2, 2\n"
        "  tol = 0.5\n"
    )
    source = text.partition("to try it:\n")[2].replace("\n  ", "\n").strip()
    called = []
    space = {}
    exec(
        source.replace("from hw2 import classify", "").replace("print(", "("),
        {"classify": lambda *a, **k: called.append((a, k))},
        space,
    )
    ((gradient, hessian), options) = called[0]
    assert torch.equal(gradient, torch.zeros(2))
    assert torch.equal(hessian, MATRIX)
    assert options == {"tol": 0.5}


@pytest.mark.parametrize(
    ("args", "names", "shown"),
    [
        ((1, 2), (), "f(argument_1, argument_2)"),
        ((1, 2), ("x",), "f(x, argument_2)"),
        ((1, 2), ("x", "x"), "f(argument_1, argument_2)"),
        ((1,), ("",), "f(argument_1)"),
        ((), (), "f()"),
    ],
)
def test_arguments_without_a_name_get_a_number(args, names, shown):
    """Every argument has a name of its own."""
    assert render_call("f", args, {}, names, None).startswith(shown)


def test_a_snippet_finds_what_students_were_given(tmp_path):
    """It runs where the student stands: above the folder of the assignment, in plain Python."""
    from assignments.hw2.public.surfaces import Lee

    (tmp_path / "hw2.py").write_text("def lowest(loss, theta): return float(loss(theta))")
    public = Path(__file__).parents[2] / "assignments" / "hw2" / "public"
    (tmp_path / "given").symlink_to(public)
    text = render_call("lowest", (Lee(), torch.zeros(2)), {}, (), "hw2", "given")
    source = text.partition("to try it:\n")[2].replace("\n  ", "\n").strip()
    done = subprocess.run(
        [sys.executable, "-c", source], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert done.stdout == "1.0\n"


def test_what_cannot_be_written_has_no_snippet():
    """A model or a large array is shown, but not as source."""
    assert "to " not in render_call("f", (Handle(1, "Linear"),), {}, ("m",), "hw")
    assert "to " not in render_call("f", (torch.zeros(100),), {}, ("x",), "hw")


def test_what_was_returned_by_a_model_has_no_snippet():
    """What an export returned cannot be imported from a student's file."""
    assert "to " not in render_call("build(…)", (1,), {}, ("x",), "hw")


def test_what_is_no_number_is_not_off_by_one():
    """A difference is told where there is one."""
    said = describe_comparison(Comparison("==", float("nan"), 1.0), None)
    assert said == "expected 1\ngot nan"
    sparse = Handle(1, "Tensor", "a sparse tensor; a dense one is asked for")
    assert describe_comparison(Comparison("==", sparse, 1.0), None).endswith(sparse.words)
    model = Handle(1, "Linear")
    said = describe_comparison(Comparison("==", model, 1.0), None)
    assert said == "expected 1\ngot an object of type Linear"


def test_two_numbers_that_look_alike_are_told_apart():
    """When rounding would hide a difference, all digits are shown."""
    said = describe_comparison(Comparison("==", 0.1 + 0.2, 0.3), None)
    assert said == "expected 0.3\ngot 0.30000000000000004\noff by 5.55e-17"
    assert describe_comparison(Comparison("==", 1, "1"), None) == "expected '1'\ngot 1"
    assert (
        describe_comparison(Comparison("is", 1.0, 1), None) == "expected 1 (int)\ngot 1.0\noff by 0"
    )


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (np.float64(0.5), "0.5"),
        (np.float32("nan"), 'float("nan")'),
        (np.int64(3), "3"),
        (np.ones(1, bool)[0], "True"),
        (complex(math.nan, 1), 'complex("(nan+1j)")'),
        (np.zeros((0, 3)), "numpy.zeros((0, 3), dtype=numpy.float64)"),
        (np.array([True]), "numpy.array([True], dtype=bool)"),
    ],
)
def test_source_makes_what_was_sent(value, text):
    """What is written of a value runs, and makes what the submission was given."""
    assert write_source(value, set()) == text
    made = eval(text, {"numpy": np})
    assert np.array_equal(made, value, equal_nan=True)
    assert np.shape(made) == np.shape(value)
