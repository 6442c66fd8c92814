"""What knows nothing earns nothing: a submission that answers without looking loses every check."""

import pytest

from grader.assignment.folder import load_assignment
from grader.assignment.suite import load_suite
from grader.grading.options import GradingOptions
from grader.plugin.session import grade_submission
from grader.sandbox.opened import Sandbox
from tests.submissions import HERE

HW2 = HERE.parent / "assignments" / "hw2"
FUNCTIONS = """import torch

def gradient(loss, theta): {gradient}
def hessian(loss, theta): {hessian}
def taylor(loss, theta0, theta): {taylor}
def classify(gradient, hessian): {classify}
def escape_direction(hessian): {escape}
def minimum_ratio(hessian): {ratio}
def analyze(loss, theta, tol=1e-3): {analyze}
"""
NAMES = ("gradient", "hessian", "taylor", "classify", "escape", "ratio", "analyze")
KINDS = ("not critical", "minimum", "maximum", "saddle", "degenerate")


def everywhere(statement):
    """The same statement as the body of every function."""
    return FUNCTIONS.format(**dict.fromkeys(NAMES, statement))


def word(kind):
    """One word for everything, zeros and ones of the right shape beside it."""
    return FUNCTIONS.format(
        gradient="return torch.zeros_like(theta)",
        hessian="return torch.zeros(len(theta), len(theta), dtype=theta.dtype)",
        taylor="return 0.0",
        classify=f"return {kind!r}",
        escape="return torch.eye(len(hessian), dtype=hessian.dtype)[0]",
        ratio="return 1.0",
        analyze=f"return 0.0, 1.0, {kind!r}",
    )


OWN = {
    "gradient": "return theta",
    "hessian": "return torch.outer(theta, theta)",
    "taylor": "return loss(theta0)",
    "classify": "return hessian",
    "escape": "return hessian[0]",
    "ratio": "return hessian",
    "analyze": "return theta, loss, tol",
}
CONSTANTS = {
    "None": everywhere("return None"),
    "zero": everywhere("return 0"),
    "its own argument": FUNCTIONS.format(**OWN),
    "ValueError": everywhere("raise ValueError"),
    "an empty file": "",
    **{kind: word(kind) for kind in KINDS},
}


@pytest.fixture(scope="module")
def sandbox():
    """One zygote for all of them."""
    sandbox = Sandbox.start(load_assignment(HW2))
    yield sandbox
    sandbox.close()


@pytest.mark.parametrize("kind", CONSTANTS)
def test_a_constant_earns_nothing(sandbox, tmp_path, kind):
    """Whatever it answers without looking, it is graded in full and earns no point."""
    path = tmp_path / "hw2.py"
    path.write_text(CONSTANTS[kind])
    checks = set(sandbox.assignment.checks) - load_suite(sandbox.assignment).timed
    options = GradingOptions(seed=1, share=0.1)
    more = {"options": options, "sandbox": sandbox, "select": checks}
    grade = grade_submission(sandbox.assignment, path, **more)
    assert {c.name: c.verdict for c in grade.checks if c.credit} == {}
    assert all(c.is_decided for c in grade.checks if c.name in checks)
