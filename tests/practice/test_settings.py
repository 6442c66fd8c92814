"""What a submission sets in Python's libraries is its own, and not the checks'."""

import pytest
from click.testing import CliRunner

from grader.assignment.folder import load_assignment
from grader.cli import main
from grader.grade.result import Verdict
from grader.practice.kernel import grade_kernel
from grader.practice.settings import settings_in_force, settings_now

SETS = """
import numpy as np
import torch
torch.set_default_dtype(torch.float64)
torch.set_grad_enabled(False)
np.seterr(all="raise")

def double(x):
    return [str(x.dtype), str(torch.tensor([0.1]).dtype), np.geterr()["over"]]

def half(x):
    return torch.is_grad_enabled()
"""
ASKS = '''
"""What a submission sets for itself."""
import numpy as np
import torch

def test_double(submission):
    """double(x) has the dtype of x, that of numbers in the file, and what numpy does."""
    assert np.geterr()["over"] == "warn" and torch.is_grad_enabled()
    assert submission.double(torch.tensor([0.1])) == ["torch.float32", "torch.float64", "raise"]
    assert submission.double(torch.tensor([0.1])) == ["torch.float32", "torch.float64", "raise"]
    assert np.geterr()["over"] == "warn" and torch.is_grad_enabled()

def test_half(submission):
    """half(x) is whether gradients are taken."""
    assert submission.half(1) is False
'''


@pytest.fixture
def settings():
    """What is set before and after."""
    import torch  # noqa: F401 - some settings are its own

    before = settings_now()
    yield before
    assert settings_now() == before


def ask_for_settings(repository):
    """Have a suite that asks twice, once after the submission has set what it likes."""
    folder = repository / "assignments/small"
    text = ASKS
    more = text[text.index("def test_double") : text.index("def test_half")]
    for name in ("test_double_of_none", "test_left_alone"):
        text += "\n\n" + more.replace("test_double", name)
    (folder / "test_small.py").write_text(text)
    return load_assignment(folder)


def test_a_kernels_settings_are_not_those_of_the_checks(repository, no_secret, settings):
    """They draw and compare by their own, as in a grade; the kernel's are as they were."""
    ask_for_settings(repository)
    found = {}
    with settings_in_force({}):
        exec(SETS, found)
        kernels = settings_now()
        practice = grade_kernel(found, "", repository)
        assert settings_now() == kernels
    assert {check.verdict for check in practice.checks} == {Verdict.passed}, repr(practice)


def test_what_a_file_sets_it_sets_for_itself(repository, no_secret, settings):
    """In one process with the checks, too."""
    small = ask_for_settings(repository)
    (repository / "small.py").write_text(SETS)
    result = CliRunner().invoke(main, ["check", "--practice", "--assignment", str(small.folder)])
    assert "5 of 5 points" in result.output, result.output
