"""A clean room for the instructor's code, and probes among the student's."""

import pytest

from grader.assignment.folder import AssignmentError, load_assignment
from grader.grading.author_code import functions_of
from grader.release.student_repository import copy_public
from tests.small import grade_small, make_small

CHECKS = '''
from grader import as_number


def test_judged(submission, judge):
    """The judge finds the error of the weights below 1."""
    assert as_number(judge.error(submission.fit(), bias=1.0)) < 1


def test_stated(submission, judge):
    """What the judge asserts is true."""
    judge.hold(submission.fit())


def test_probed(submission, probes):
    """The model has two layers, and says 3."""
    model = submission.build()
    assert probes.layers(model) == ["list", "tuple"]
    assert model() == 3


def test_claimed(submission, probes):
    """Rests on a claim alone."""
    assert probes.layers(submission.build()) == ["list", "tuple"]


def test_misspelt(submission, judge):
    """Asks for what is not there."""
    judge.eror(submission.fit())
'''
JUDGE = '''
"""What nobody else can read."""

SECRET = 17


def error(weights, bias):
    return abs(sum(weights) / len(weights) - bias)


def hold(weights):
    assert weights[0] == 1, "the first weight is not 1"


def _helper():
    pass
'''
PROBES = """
def layers(model):
    return [type(layer).__name__ for layer in model.parts]
"""
REFERENCE = """
class Model:
    def __init__(self):
        self.parts = [[], ()]
    def __call__(self):
        return 3

def build():
    return Model()

def fit():
    return [1.0, 1.5]
"""
ALL = ("test_judged", "test_stated", "test_probed", "test_claimed", "test_misspelt")


@pytest.fixture(scope="module")
def judging(tmp_path_factory):
    """An assignment with a judge and with probes."""
    files = {"judge.py": JUDGE, "probes.py": PROBES}
    folder = tmp_path_factory.mktemp("judging")
    return make_small(folder, CHECKS, REFERENCE, exports=("build", "fit"), files=files)


def graded(assignment, source=None, select=ALL[:3]):
    """Grade as an instructor; give each check, and the notices."""
    grade = grade_small(assignment, source, select=select, instructor=True)
    return {check.name: check for check in grade.checks if check.name in select}, grade.notices


def test_points_may_rest_on_a_judge_and_on_no_claim_alone(judging):
    """A check of claims alone, or of no judge, is the suite's fault."""
    checks, notices = graded(judging, select=ALL)
    assert [str(checks[name].verdict) for name in ALL] == [*["passed"] * 3, *["grader_error"] * 2]
    assert "test_claimed rests on probes alone" in checks["test_claimed"].message
    told = checks["test_misspelt"].message
    assert "judge.py defines no function eror; did you mean 'error'?" in told
    assert not notices


FIT = "[1.0, 1.5]"


@pytest.mark.parametrize(
    ("old", "new", "check", "verdict", "words", "noticed"),
    [
        (FIT, "[9.0]", "test_judged", "wrong", "expected less than 1\ngot 8", False),
        (
            FIT,
            "[]",
            "test_judged",
            "wrong",
            "what fit returned: judge.py:",
            True,
        ),
        (
            FIT,
            "object()",
            "test_judged",
            "wrong",
            "expected data, got an object",
            False,
        ),
        (FIT, "[2.0]", "test_stated", "wrong", "the first weight is not 1", False),
        (FIT, "open('judge.py')", "test_judged", "raised", "FileNotFoundError", False),
        (
            FIT,
            "__import__('judge').SECRET",
            "test_judged",
            "raised",
            "ModuleNotFoundError",
            False,
        ),
        (
            "[[], ()]",
            "[[]]",
            "test_probed",
            "wrong",
            "claim of the submission's own",
            False,
        ),
        ("self.parts", "self.part", "test_probed", "raised", "has no attribute 'parts'", False),
    ],
)
def test_what_data_does_to_a_judge_is_the_submissions(
    judging, old, new, check, verdict, words, noticed
):
    """It is wrong, or told as what it is; and nothing is withheld."""
    checks, notices = graded(judging, REFERENCE.replace(old, new))
    found = checks[check]
    assert (str(found.verdict), words in found.message) == (verdict, True), found.message
    assert [notice for notice in notices if notice.startswith(check)] == (
        [f"{check}: judge.py:8 raised ZeroDivisionError: division by zero"] if noticed else []
    )


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("judge.py", JUDGE.replace("abs(", "unknown("), "judge.py:8 raised NameError"),
        ("judge.py", "1 / 0\n" + JUDGE, "judge.py"),
        ("judge.py", JUDGE.replace("def error", "def error("), "judge.py:7: "),
        ("judge.py", None, "there is no "),
    ],
)
def test_a_fault_of_the_judges_own_is_the_graders(tmp_path, name, text, words):
    """It raises on the reference's data too, or is not there: the grade is withheld."""
    files = {"probes.py": PROBES, **({name: text} if text else {})}
    folder = make_small(tmp_path, CHECKS, REFERENCE, exports=("build", "fit"), files=files)
    checks, _ = graded(folder, select=["test_judged"])
    assert checks["test_judged"].verdict == "grader_error"
    assert words in checks["test_judged"].message


def test_its_functions_are_read_from_the_text(judging, tmp_path):
    """No line of it runs in the grader."""
    assert functions_of(judging.folder / "judge.py") == ("error", "hold")
    with pytest.raises(AssignmentError, match="cannot be read"):
        functions_of(tmp_path / "judge.py")


def test_students_do_not_get_it(judging, tmp_path):
    """Their copy has no judge; checks that need it are not run there, and say so."""
    copy_public(judging, tmp_path / "copy" / "small")
    assert not list((tmp_path / "copy").rglob("judge.py"))
    (toml,) = (tmp_path / "copy").rglob("assignment.toml")
    checks, _ = graded(load_assignment(toml.parent), REFERENCE)
    assert checks["test_judged"].verdict == "not_run"
    assert "needs judge.py, which this copy" in checks["test_judged"].message
