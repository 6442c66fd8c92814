"""The messages of hw2 name a cause for the mutant that has it, and for no other."""

import pytest

from grader.assignment.folder import load_assignment
from grader.grading.options import GradingOptions
from grader.plugin.session import grade_submission
from grader.sandbox.opened import Sandbox
from tests.submissions import HERE

HW2 = HERE.parent / "assignments" / "hw2"
QUADRATIC = "test_taylor_of_a_quadratic_is_the_quadratic"
CAUSES = {
    ("taylor_without_half", QUADRATIC): "the ½ before the second-order term is missing",
    ("taylor_without_gradient", QUADRATIC): "the first-order term is missing",
    ("taylor_without_value", QUADRATIC): "",
    ("gradient_downhill", "test_gradient_is_exact"): "this has the other sign",
    ("hessian_halved", "test_hessian_of_the_lecture_examples"): "this is half of what",
}


@pytest.fixture(scope="module")
def sandbox():
    """One zygote for all of them."""
    sandbox = Sandbox.start(load_assignment(HW2))
    yield sandbox
    sandbox.close()


@pytest.mark.parametrize("case", CAUSES, ids="-".join)
def test_a_cause_is_named(sandbox, case):
    """After expected and got stands what the answer is, if that is in its numbers."""
    mutant, check = case
    path = HERE / "mutants" / "hw2" / f"{mutant}.py"
    more = {"options": GradingOptions(seed=1), "sandbox": sandbox, "select": {check}}
    grade = grade_submission(sandbox.assignment, path, **more)
    (message,) = [result.message for result in grade.checks if result.name == check]
    assert "expected" in message
    assert CAUSES[case] in message
    assert ("missing" in message) == ("missing" in CAUSES[case])
