"""A right answer is right in every form that a handout allows; no answer is a grader's fault."""

import copy
from pathlib import Path

import numpy as np
import pytest
import torch

from assignments.hw1 import workload_hidden as hw1_workload
from assignments.hw2 import workload_hidden as hw2_workload
from grader.assignment.folder import load_assignment
from grader.assignment.suite import load_suite
from grader.grade.result import Verdict
from grader.grading.devices import open_gradings
from grader.grading.options import GradingOptions
from grader.inside.frames import Handle, lengths, pack, unpack
from grader.inside.tensors import fill
from grader.plugin.session import run_checks
from reference import critical_points, loss_diagnosis
from tests import answers
from tests.submissions import TRAINED, correct

ASSIGNMENTS = Path(__file__).parents[1] / "assignments"
SOLUTIONS = {"hw1": "functional", "hw2": "torch_func"}
MOST_IN_A_LIST = 10_000
"""Numbers: what is sent as text is bounded, and no handout allows lists for arrays so large."""
FORMS = sorted({*answers.ARRAYS, *answers.GRAPHS, *answers.NUMBERS})


@pytest.fixture(scope="module")
def grade(homework, tmp_path_factory):
    """Grade a right solution whose answers are changed by one more line, without its race."""

    def run(name, line, solution=None, left_out=TRAINED, share=0.1):
        assignment, sandbox = homework(name, short=name == "hw1")
        stem = solution or SOLUTIONS[name]
        (right,) = [one for one in correct(name) if one.path.stem == stem]
        path = tmp_path_factory.mktemp("handed") / f"{name}.py"
        helper = Path(answers.__file__).read_text()
        text = right.path.read_text()  # in a namespace of its own, where exports call each other
        path.write_text(
            f"{helper}\nright = {{'__name__': 'right'}}\nexec({text!r}, right)\n"
            f"globals().update({{name: right[name] for name in {assignment.exports!r}}})\n{line}\n"
        )
        options = GradingOptions(submission=path, seed=1, share=share)
        gradings = open_gradings(assignment, options, sandbox=sandbox)
        run_checks(gradings, set(assignment.checks) - load_suite(assignment).timed - left_out)
        return [check for check in gradings.grade().checks if check.verdict is not Verdict.not_run]

    return run


def lost(checks):
    return {check.name: check.message for check in checks if check.verdict is not Verdict.passed}


EXPORTS = {
    "hw1": ("predict", "diagnose", "failing_depth", "early_stop"),
    "hw2": tuple(load_assignment(ASSIGNMENTS / "hw2").exports),
}


@pytest.mark.parametrize("name", ["hw1", "hw2"])
def test_a_right_answer_is_right_in_any_form(grade, name):
    """Each answer comes in another form; hw1's predictions alone may carry no graph."""
    line = f"wear(globals(), {EXPORTS[name]!r}, graphs={name == 'hw2'})"
    assert not lost(grade(name, line))


@pytest.mark.slow
@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(
    ("name", "solution"), [(name, one.path.stem) for name in SOLUTIONS for one in correct(name)]
)
def test_every_solution_is_right_in_every_form(grade, name, solution, form):
    """All forms, one at a time, of all right solutions."""
    line = f"wear(globals(), {EXPORTS[name]!r}, {form!r}, graphs={name == 'hw2'})"
    if solution != "notebook":
        assert not lost(grade(name, line, solution))


def kept(*_):
    return Handle(0, "thing", "a thing")


def sent(value):
    """Send an answer to the grader and back, as a worker does."""
    try:
        data = b"".join(map(bytes, pack(value, kept)))
    except Exception:  # noqa: BLE001 - then the worker says so in its place
        return kept()
    header, _ = lengths(data[:8])
    return unpack(data[8 : 8 + header], bytearray(data[8 + header :]))


def questions():
    """Yield a check of each race with a question and its right answer."""
    rng = np.random.default_rng(3)
    loss, theta = hw2_workload.on_the_way(rng)
    yield hw2_workload.check, (loss, theta), critical_points.hessian(loss, theta)
    weights, X, y, X_new = hw1_workload.draw(rng)
    model = loss_diagnosis.build(X.shape[1])
    fill(model, weights)
    loss_diagnosis.train(model, X, y, hw1_workload.EPOCHS, len(X), hw1_workload.RATE, 0)
    answer = loss_diagnosis.predict(model, torch.cat([X_new, X]))
    yield hw1_workload.check, (weights, X, y, X_new), answer


@pytest.fixture(scope="module", params=range(2))
def question(request):
    """Give one question of a race."""
    return list(questions())[request.param]


def test_a_racers_answer_is_right_in_any_form(question):
    """What a race's check holds an answer to does not hang on its form."""
    check, arguments, answer = question
    arrays = {**answers.ARRAYS, **answers.GRAPHS}
    if answer.numel() > MOST_IN_A_LIST:
        arrays = {name: wear for name, wear in arrays.items() if name not in ("a list", "a tuple")}
    for form in FORMS:
        worn = answers.dress(
            copy.deepcopy(answer),
            lambda names, form=form: form if form in names else names[0],
            arrays,
        )
        check(arguments, sent(worn), answer)


@pytest.mark.filterwarnings("ignore::UserWarning", "ignore::PendingDeprecationWarning")
@pytest.mark.parametrize("number", range(len(answers.ODD)))
def test_a_racers_odd_answer_is_a_wrong_one(question, number):
    """A race's check says of each odd answer that it is wrong, in words."""
    check, arguments, answer = question
    with pytest.raises(AssertionError) as said:
        check(arguments, sent(answers.ODD[number]()), answer)
    assert str(said.value)


MODELS = ("build", "train", "train_robust")


@pytest.mark.parametrize(
    ("name", "right"), [("hw1", ()), ("hw1", MODELS), ("hw1", ("build",)), ("hw2", ())]
)
def test_no_odd_answer_is_a_fault_of_the_grader(grade, name, right):
    """Whatever comes back, it is the submission's: a verdict on it, and words."""
    exports = load_assignment(ASSIGNMENTS / name).exports
    checks = grade(name, f"answer_oddly(globals(), {exports!r}, {right!r})", left_out=TRAINED)
    assert checks
    assert {check.verdict for check in checks} <= {
        *(Verdict.wrong, Verdict.raised, Verdict.passed, Verdict.died, Verdict.out_of_memory),
    }
    for check in checks:
        assert "TypeError" not in check.message
        assert "could not use" not in check.message, check


@pytest.mark.slow
@pytest.mark.parametrize("number", range(len(answers.ODD)))
@pytest.mark.parametrize(
    ("name", "right"), [("hw1", ()), ("hw1", MODELS), ("hw1", ("build",)), ("hw2", ())]
)
def test_each_odd_answer_is_no_fault_of_the_grader(grade, name, right, number):
    """All of them, to every check, the trained ones too."""
    exports = load_assignment(ASSIGNMENTS / name).exports
    line = f"answer_oddly(globals(), {exports!r}, {right!r}, {number})"
    checks = grade(name, line, left_out=frozenset())
    assert Verdict.grader_error not in {check.verdict for check in checks}
