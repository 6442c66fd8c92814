"""Probes forced to agree: which mutants lose by the word of their own process alone."""

from pathlib import Path
from types import SimpleNamespace

import pytest

from grader.assignment.folder import load_assignment
from grader.grade.result import CheckResult, Verdict
from grader.selftest import claims
from grader.selftest.bench import Bench
from grader.selftest.claims import probes_decide_nothing
from grader.selftest.solutions import load_solutions
from grader.selftest.suite import checks_taking
from tests.selftest.conftest import RIGHT, SUITE

PROBES = """def names(export):
    return list(getattr(submission, export).__code__.co_names)
"""
HELPED = RIGHT.replace("def sign(x):", "def sign(x):\n    return helper(x)\n\n\ndef helper(x):")
PLUS = RIGHT.replace("x < 0", "False")
SAYS = '"""It is wrong.\n\nLoses: test_sign{}\n"""\n\n\n'


def test_a_mutant_that_only_a_probe_finds_is_told(make_sign):
    """One that answers wrongly is not, nor one that says so itself, nor where no probe is asked."""
    asked = '    assert "helper" not in probes.names("sign"), "sign asks a helper"\n'
    folder = make_sign(
        **{
            "test_sign.py": SUITE.replace("sign(submission)", "sign(submission, probes)") + asked,
            "probes.py": PROBES,
            "selftest/mutants/helped.py": SAYS.format("") + HELPED,
            "selftest/mutants/known.py": SAYS.format("\nBy a probe: test_sign") + HELPED,
            "selftest/mutants/plus.py": SAYS.format("") + PLUS,
            "selftest/mutants/stale.py": SAYS.format("\nBy a probe: test_sign") + PLUS,
        }
    )
    assignment = load_assignment(folder)
    assert checks_taking(assignment, "probes") == {"test_sign": ["probes"]}
    family = probes_decide_nothing(
        Bench(assignment, load_solutions(assignment), None, Path(), full=True)
    )
    assert (family.ran, family.of) == (4, 4)
    (told,) = family.problems
    assert told.startswith("mutants/helped.py earns test_sign where its probes agree")
    (told,) = family.advice
    assert told.startswith("mutants/stale.py, test_sign: loses it where its probes agree, too")


@pytest.mark.parametrize("late", ["reference", "mutants/helped.py"])
def test_a_check_that_did_not_run_is_told(make_sign, monkeypatch, late):
    """It wins no point, and nothing is known of it: the family was said to be kept."""
    folder = make_sign(
        **{
            "test_sign.py": SUITE.replace("sign(submission)", "sign(submission, probes)"),
            "probes.py": PROBES,
            "selftest/mutants/helped.py": SAYS.format("") + HELPED,
        }
    )

    def grade(_assignment, path, *_, role="submission"):
        is_late = (role == "reference") == (late == "reference")
        verdict = Verdict.not_run if is_late else Verdict.wrong
        check = CheckResult("test_sign", "It holds.", verdict, 0.0, 1, message="too busy")
        return SimpleNamespace(checks=(check,))

    monkeypatch.setattr(claims, "_grade", grade)
    monkeypatch.setattr(claims.Sandbox, "start", lambda _: SimpleNamespace(close=lambda: None))
    assignment = load_assignment(folder)
    family = probes_decide_nothing(Bench(assignment, load_solutions(assignment), None, Path()))
    assert family.problems == []
    assert family.advice == [f"test_sign did not run in 1 of 2 gradings ({late}): too busy"]
