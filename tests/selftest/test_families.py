"""What a family is judged by: what mutants say, which checks none needs, what constants say."""

from pathlib import Path
from types import SimpleNamespace

import pytest

from grader.assignment.folder import load_assignment
from grader.grade.result import CheckResult, Verdict
from grader.selftest.constants import constants_of, render_constant, words_returned
from grader.selftest.families import Bench, find_redundant, judge_mutant
from grader.selftest.findings import Family
from grader.selftest.mutating import Change
from grader.selftest.report import render_details, render_family, render_total
from grader.selftest.solutions import Solution, Solutions
from grader.selftest.sweeps import suggestion_for
from grader.selftest.trials import Trial, Tried
from tests.submissions import HERE


def tried(mutant, **verdicts):
    """A grading of a mutant that came to these verdicts; `waits` is lost with another check."""
    checks = tuple(
        CheckResult(
            name,
            "It holds.",
            Verdict.not_run if verdict == "waits" else Verdict(verdict),
            float(verdict == "passed"),
            1,
            hidden=False,
            waits_for="another" if verdict == "waits" else "",
        )
        for name, verdict in verdicts.items()
    )
    trial = Trial(mutant, mutant.path, "hw.py", tuple(verdicts))
    return Tried(trial, SimpleNamespace(checks=checks))


@pytest.mark.parametrize(
    ("loses", "may_lose", "verdicts", "said"),
    [
        ("a", "", {"a": "wrong", "b": "passed"}, []),
        ("a", "b", {"a": "wrong", "b": "wrong"}, []),
        ("a", "b", {"a": "raised", "b": "passed"}, []),
        ("a", "", {"a": "wrong", "b": "wrong"}, ["w.py, which does not say so, loses b"]),
        ("a", "", {"a": "passed", "b": "passed"}, ["w.py says that it loses a, and keeps it"]),
        ("ab", "", {"a": "passed", "b": "wrong"}, ["w.py says that it loses a, and keeps it"]),
        ("a", "", {"a": "not_run", "b": "passed"}, []),
        ("ac", "", {"a": "wrong", "b": "passed"}, []),  # c was not asked
        ("ab", "", {"a": "wrong", "b": "waits"}, []),
        ("a", "", {"a": "wrong", "b": "waits"}, ["w.py, which does not say so, loses b"]),
    ],
)
def test_a_mutant_is_held_to_what_it_says(loses, may_lose, verdicts, said):
    """Neither more nor less is lost, but for luck that is declared, and what did not run."""
    mutant = Solution(Path("w.py"), frozenset(loses), frozenset(may_lose))
    told = [
        line.partition("\n")[0].removeprefix("mutants/")
        for line in judge_mutant(tried(mutant, **verdicts))
    ]
    assert told == said


def test_a_check_is_needed_by_a_mutant_that_loses_nothing_else(tiny):
    """The others are told as redundant."""
    first, second, *_ = checks = [c for c in tiny.checks if c not in tiny.speed]
    mutants = (
        Solution(Path("a.py"), frozenset({first})),
        Solution(Path("b.py"), frozenset(checks)),
    )
    bench = Bench(tiny, Solutions(mutants=mutants), None, Path())
    assert find_redundant(bench) == set(checks) - {first}
    assert second in find_redundant(bench)


def test_constants_know_the_words_of_the_reference_and_of_the_handout(tmp_path):
    """Texts that are returned, at any depth; none that is only compared with."""
    path = tmp_path / "reference.py"
    path.write_text(
        "def f(x):\n    if x == 'asked':\n        return 'yes' if x else ('no', '')\n    return 1\n"
    )
    assert words_returned(path) == ("yes", "no")
    hw2 = load_assignment(HERE.parent / "assignments" / "hw2")
    said = constants_of(hw2)
    assert {"'saddle'", "'degenerate'", "None", "0.5"} <= set(said)
    space = {}
    exec(render_constant(hw2, "'saddle'"), space)
    assert {space[name](1, tol=2) for name in hw2.exports} == {"saddle"}


@pytest.mark.parametrize(
    ("operator", "was", "now", "said"),
    [
        ("constant", "b = 1e-8 * m", "b = 1e-07 * m", "st.sampled_from((1e-08, 1e-07))"),
        ("constant", "def f(x, tol=0.5):", "def f(x, tol=5.0):", "st.floats(0.5, 5)"),
        ("constant", "def f(x, on=True):", "def f(x, on=False):", "call f with its defaults"),
        ("constant", "x[0]", "x[1]", "for which this number decides"),
        ("comparison", "a < b", "a <= b", "exactly at the bound"),
        ("swapped arguments", "f(a, b)", "f(b, a)", "not alike"),
        ("arithmetic", "a + b", "a - b", "for which the two lines differ"),
    ],
)
def test_what_would_lose_a_survivor_is_suggested(operator, was, now, said):
    """A bound gets a strategy with both sides of it; other changes a sentence."""
    change = Change("a.py", "f", operator, 3, was, now)
    assert said in suggestion_for(SimpleNamespace(change=change))


def test_the_table_has_a_line_a_family_and_then_what_to_look_at():
    """Marks, shares, problems before advice, and the share of everything at the end."""
    kept = Family("orders", "every order", ran=2, of=6)
    wrong = Family("mutants", "what it says", ran=3, of=3, problems=["m.py loses b\nwrong: 2"])
    weak = Family("machine", "loses something", ran=40, of=90, advice=["3 of 40 survive\n-a\n+b"])
    marks = [render_family(family)[0][0] for family in (kept, wrong, weak, Family("x", "y"))]
    assert marks == ["✓", "✗", "!", "-"]
    assert "2 of 6" in render_family(kept)[0]
    text = "\n".join(line for line, _ in render_details([weak, wrong, kept]))
    assert text.index("m.py loses b") < text.index("3 of 40 survive")
    assert render_total([kept, weak], full=False)[0].endswith(
        "42 of 96 gradings: a sample, --full runs all"
    )
    assert render_total([kept, wrong], full=True) == ("\n1 problem in 5 of 9 gradings", "red")
