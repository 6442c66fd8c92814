"""What knows nothing earns nothing: who answers without looking loses every check of a homework.

The fast tests hand in an empty file, zeros of every shape beside one word, and exceptions; the slow
ones whatever can be said without looking.
"""

from itertools import cycle

import pytest

from grader.assignment.folder import load_assignment
from grader.assignment.suite import load_suite
from grader.grading.options import GradingOptions
from grader.plugin.session import grade_submission
from grader.selftest.constants import constants_of, render_constant
from tests.submissions import HERE

SHAPES = {
    "hw1": """
import torch

def build(n):
    return torch.nn.Linear(n, 1)

def train(model, X, y, epochs=500, batch_size=128, lr=1e-3, seed=0):
    return model

def predict(model, X):
    return torch.zeros(len(X))

def diagnose(train, validation, test, target, shallower=()):
    return {word}

def failing_depth(losses):
    return {number}

def early_stop(losses, patience):
    return {number}

def train_robust(model, X, y, X_val, y_val, seed=0):
    return model
""",
    "hw2": """
import torch

def gradient(loss, theta):
    return torch.zeros_like(theta)

def hessian(loss, theta):
    return torch.zeros(len(theta), len(theta), dtype=theta.dtype)

def taylor(loss, theta0, theta):
    return {number}

def classify(gradient, hessian):
    return {word}

def escape_direction(hessian):
    return torch.eye(len(hessian), dtype=hessian.dtype)[0]

def minimum_ratio(hessian):
    return {number}

def analyze(loss, theta, tol=1e-3):
    return 0.0, {number}, {word}
""",
    "hw3": """
import torch

def conv2d(x, w):
    return x.new_zeros(len(x), len(w), x.shape[2] - w.shape[2] + 1, x.shape[3] - w.shape[3] + 1)

def conv2d_matrix(w, shape):
    C, H, W = shape
    return w.new_zeros(len(w) * (H - w.shape[2] + 1) * (W - w.shape[3] + 1), C * H * W)

def count_parameters(layers):
    return {number}

def pool2d(x, k):
    return x.new_zeros(*x.shape[:2], x.shape[2] // k, x.shape[3] // k)

def build_cnn(shape, classes):
    size = shape[0] * shape[1] * shape[2]
    return torch.nn.Sequential(torch.nn.Flatten(), torch.nn.Linear(size, classes))

build_mlp = build_cnn

def train(model, x, y, seed=0):
    return model

def predict(model, x):
    return torch.zeros(len(x))

def compare(curves):
    return {word}
""",
}
"""Submissions with zeros of every shape, and one number and one word for all else."""
KNOWN = {"hw1": "fine", "hw2": "saddle", "hw3": "fine"}
"""A word of each homework, which the fast tests try."""
REFUSES = "(_ for _ in ()).throw(ValueError())"


def constants(name):
    """Every submission that answers without looking, by what it does."""
    assignment = load_assignment(HERE.parent / "assignments" / name)
    said = constants_of(assignment)
    words = [one for one in said if one.startswith(("'", '"')) and len(one) > 2]
    words.sort(key=lambda word: word != repr(KNOWN[name]))
    return {
        "nothing": "",
        **{f"always {one}": render_constant(assignment, one) for one in said},
        "its first argument": render_constant(assignment, "args[0]"),
        "its last argument": render_constant(assignment, "args[-1]"),
        "ValueError": render_constant(assignment, REFUSES),
        **{
            f"zeros, {number} and {word}": SHAPES[name].format(word=word, number=number)
            for number, word in zip(cycle(("0", "1", "None", "0.5", "2")), words, strict=False)
        },
    }


def cases():
    """Pairs of a homework and a constant; most of them are slow."""
    for name in SHAPES:
        found = constants(name)
        first = next(kind for kind in found if kind.startswith("zeros"))
        for kind, text in found.items():
            is_fast = kind in {"nothing", first}
            marks = () if is_fast else pytest.mark.slow
            yield pytest.param(name, text, marks=marks, id=f"{name}-{kind}")


@pytest.mark.parametrize(("name", "text"), [*cases()])
def test_a_constant_earns_nothing(homework, tmp_path, name, text):
    """Whatever it answers without looking, it is graded in full and earns no point."""
    assignment, sandbox = homework(name)
    path = tmp_path / f"{name}.py"
    path.write_text(text)
    checks = frozenset(assignment.checks) - load_suite(assignment).timed
    options = GradingOptions(seed=1, share=0.1)
    more = {"options": options, "sandbox": sandbox, "select": checks}
    grade = grade_submission(assignment, path, **more)
    assert {check.name: check.verdict for check in grade.checks if check.credit} == {}
    assert all(check.is_decided for check in grade.checks if check.name in checks)
