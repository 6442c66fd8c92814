"""Every correct hw3 keeps every point, every mutant loses just what it says, a constant earns none.

The fast tests leave out what trains for seconds, but for one solution of either kind, draw a part
of the inputs, and ask of the mutants that `by_turns` chooses the checks that `within_reach` does;
the slow ones do all.
"""

import pytest

from grader.assignment.folder import load_assignment
from grader.assignment.suite import load_suite
from grader.grade.result import Verdict
from grader.grading.options import GradingOptions
from grader.plugin.session import grade_submission
from grader.sandbox.opened import Sandbox
from tests.submissions import (
    HERE,
    by_turns,
    correct,
    exports_by_check,
    is_as_said,
    mutants,
    within_reach,
)

HW3 = HERE.parent / "assignments" / "hw3"
FAST = GradingOptions(seed=1, share=0.3)
SEEDS = [
    pytest.param(GradingOptions(seed=seed), marks=pytest.mark.slow, id=f"seed{seed}")
    for seed in range(5)
]
MUTANTS = mutants("hw3")
LONG = frozenset(
    {"test_train_fits_both_networks", "test_cnn_finds_unseen_places", "test_mlp_learns_where"}
)
"""Checks that train for a second or more each."""
ANSWERS = {
    "nothing": "None",
    "zero": "0",
    "its argument": "args[0]",
    "an exception": "1 / 0",
}
WORDS = ("fine", "overfitting", "mismatch", "place matters", "optimization issue", "model bias")
SHAPES = """
import torch

def conv2d(x, w):
    return x.new_zeros(len(x), len(w), x.shape[2] - w.shape[2] + 1, x.shape[3] - w.shape[3] + 1)

def conv2d_matrix(w, shape):
    C, H, W = shape
    return w.new_zeros(len(w) * (H - w.shape[2] + 1) * (W - w.shape[3] + 1), C * H * W)

def count_parameters(layers):
    return 0

def pool2d(x, k):
    return x.new_zeros(*x.shape[:2], x.shape[2] // k, x.shape[3] // k)

def build_cnn(shape, classes):
    return torch.nn.Sequential(torch.nn.Flatten(), torch.nn.Linear(shape[1] ** 2, classes))

def build_mlp(shape, classes):
    return build_cnn(shape, classes)

def train(model, x, y, seed=0):
    return model

def predict(model, x):
    return torch.zeros(len(x))

def compare(curves):
    return "fine"
"""


@pytest.fixture(scope="session")
def hw3():
    """The assignment as an instructor has it."""
    return load_assignment(HW3)


@pytest.fixture(scope="session")
def sandbox(hw3):
    """One zygote for all of them, as in a class run."""
    sandbox = Sandbox.start(hw3)
    yield sandbox
    sandbox.close()


@pytest.fixture(scope="session")
def calls(hw3, sandbox):
    """Which exports each check calls."""
    return exports_by_check(hw3, sandbox)


def unraced(assignment):
    """The checks that are not timed."""
    return frozenset(assignment.checks) - load_suite(assignment).timed


def lost(assignment, sandbox, path, select, options=FAST):
    """Grade a file by some checks; what earned less than everything, and why."""
    grade = grade_submission(assignment, path, options=options, sandbox=sandbox, select=select)
    return {
        check.name: f"{check.verdict}: {check.message}"
        for check in grade.checks
        if check.credit < 1 and check.verdict is not Verdict.not_run
    }


@pytest.mark.parametrize("options", [pytest.param(FAST, id="fast"), *SEEDS])
@pytest.mark.parametrize("solution", correct("hw3"), ids=str)
def test_a_correct_submission_keeps_every_point(hw3, sandbox, solution, options):
    """Style does not matter: what is right earns everything."""
    long = frozenset() if options is not FAST or solution.path.stem == "torch_calls" else LONG
    assert lost(hw3, sandbox, solution.path, unraced(hw3) - long, options) == {}


@pytest.mark.parametrize("mutant", by_turns(MUTANTS))
def test_a_mutant_loses_what_it_says(hw3, sandbox, calls, mutant):
    """A wrong solution loses the checks in its docstring, and no others that it is asked."""
    select = within_reach(mutant, calls, MUTANTS.index(mutant)) - LONG or mutant.loses
    found = lost(hw3, sandbox, mutant.path, select)
    assert mutant.loses & select <= found.keys() <= mutant.loses | mutant.may_lose, found


@pytest.mark.parametrize("options", SEEDS)
@pytest.mark.parametrize("mutant", MUTANTS, ids=str)
def test_a_mutant_loses_no_more_when_all_is_run(hw3, sandbox, mutant, options):
    """A wrong solution loses the checks in its docstring and no others, whatever is drawn."""
    found = lost(hw3, sandbox, mutant.path, unraced(hw3), options)
    assert is_as_said(found, mutant), found


def constant(hw3, answer):
    """Write a submission all of whose functions give one answer."""
    return "\n\n".join(f"def {name}(*args, **_):\n    return {answer}" for name in hw3.exports)


@pytest.mark.parametrize("answer", ANSWERS)
def test_a_constant_earns_nothing(hw3, sandbox, tmp_path, answer):
    """None, zero, its own argument, an exception: no check is passed without an answer."""
    (tmp_path / "hw3.py").write_text(constant(hw3, ANSWERS[answer]))
    assert lost(hw3, sandbox, tmp_path / "hw3.py", unraced(hw3)).keys() == unraced(hw3)


@pytest.mark.parametrize("word", WORDS)
def test_a_word_earns_nothing(hw3, sandbox, tmp_path, word):
    """Nor is there a word that is right often enough."""
    (tmp_path / "hw3.py").write_text(constant(hw3, repr(word)))
    asked = frozenset(name for name in unraced(hw3) if "compare" in name)
    assert lost(hw3, sandbox, tmp_path / "hw3.py", asked).keys() == asked


@pytest.mark.parametrize("source", ["", SHAPES], ids=["an empty file", "zeros of every shape"])
def test_shapes_alone_earn_nothing(hw3, sandbox, tmp_path, source):
    """Nor does what has every shape right and holds nothing but zeros, nor a file with nothing."""
    (tmp_path / "hw3.py").write_text(source)
    assert lost(hw3, sandbox, tmp_path / "hw3.py", unraced(hw3)).keys() == unraced(hw3)


def test_every_check_calls_something(hw3, calls):
    """What is known of a check's calls is known of every check."""
    assert calls.keys() == unraced(hw3)


def test_every_check_is_failed_by_some_mutant(hw3):
    """A check that no wrong solution fails is worth nothing."""
    failed = frozenset().union(*(mutant.loses for mutant in MUTANTS))
    assert failed == unraced(hw3)


def test_no_two_mutants_are_the_same_file():
    """Each mutant is a solution of its own."""
    texts = [mutant.path.read_bytes() for mutant in MUTANTS]
    assert len(set(texts)) == len(texts) >= 30
