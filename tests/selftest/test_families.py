"""What a family is judged by: what mutants say, which checks none needs, what constants say."""

from dataclasses import replace
from pathlib import Path
from textwrap import indent
from types import SimpleNamespace

import pytest

from grader.assignment.folder import AssignmentError, load_assignment
from grader.grade.result import CheckResult, Verdict
from grader.selftest.bench import Bench
from grader.selftest.command import FAMILIES
from grader.selftest.constants import constants_of, render_constant, words_returned
from grader.selftest.families import (
    find_redundant,
    judge_hostile,
    judge_mutant,
    mutants_lose_what_they_say,
)
from grader.selftest.findings import Family, describe_waiting
from grader.selftest.mutating import make_mutants
from grader.selftest.repeats import repeated_grades_agree
from grader.selftest.report import render_details, render_family, render_total
from grader.selftest.solutions import Solution, Solutions, load_solutions
from grader.selftest.suggestions import describe_survivors, suggestion_for
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
            int(name != "0"),
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


def test_a_handout_that_is_no_utf_8_is_a_mistake_with_its_line(make_sign):
    """It was a traceback, after minutes."""
    folder = make_sign()
    (folder / "handout.md").write_bytes("Two\nGrüße\n".encode("latin-1"))
    with pytest.raises(AssignmentError, match=r"handout\.md:2: is not UTF-8 text"):
        constants_of(load_assignment(folder))


BOTH = "draw numbers on both sides of the bound, as near as your handout allows: "
BOTH += "st.sampled_from(({0})) | st.floats({0})"


@pytest.mark.parametrize(
    ("operator", "text", "now", "said"),
    [
        ("constant", "b = 1e-8 * m\nif g > b: pass", "b = 1e-07 * m", BOTH.format("1e-08, 1e-07")),
        ("constant", "return x < 0.5", "return x < 5.0", BOTH.format("0.5, 5")),
        ("constant", "return near(x, rtol=0.5)", "return near(x, rtol=5.0)", BOTH.format("0.5, 5")),
        ("constant", "tol: float = 0.5", "tol: float = 5.0", BOTH.format("0.5, 5")),
        ("constant", "def g(x, a=0.5): pass", "def g(x, a=5.0): pass", BOTH.format("0.5, 5")),
        ("constant", "def g(x, on=True): pass", "def g(x, on=False): pass", "call f with its def"),
        ("constant", "return x[0]", "return x[1]", "for which this number decides"),
        ("constant", "lr = 0.01", "lr = 0.1", "for which this number decides"),
        (
            "constant",
            "return Adam(lr=1e-2)",
            "return Adam(lr=0.1)",
            "for which this number decides",
        ),
        (
            "constant",
            "return w(x, 1.0, y)",
            "return w(x, 10.0, y)",
            "for which this number decides",
        ),
        ("constant", "return 'a'", "return 'ax'", "for which this text decides"),
        ("constant", "return True", "return False", "for which this truth decides"),
        ("comparison", "return a < b", "return a <= b", "exactly at the bound"),
        ("swapped arguments", "return g(a, b)", "return g(b, a)", "not alike"),
        ("arithmetic", "return a + b", "return a - b", "for which the two lines differ"),
    ],
)
def test_what_would_lose_a_survivor_is_suggested(tmp_path, operator, text, now, said):
    """A bound gets a strategy with both sides of it; other changes a sentence."""
    path = tmp_path / "a.py"
    path.write_text(f"def f(a, b, x):\n{indent(text, '    ')}\n")
    (found,) = [
        one
        for one in make_mutants(path)
        if (one.change.operator, one.change.now) == (operator, now)
    ]
    assert said in suggestion_for(found)


def test_a_survivor_is_excused_in_the_file_that_there_is(tmp_path):
    """By its path, so that nobody makes it where it is not read."""
    path = tmp_path / "a.py"
    path.write_text("def f(a, b):\n    return a + b\n")
    told = describe_survivors(make_mutants(path)[:1], 7, "selftest/correct/equivalents.toml")
    assert told.count("selftest/correct/equivalents.toml") == 2


@pytest.mark.parametrize(
    ("earns", "verdicts", "said"),
    [
        ("", {"a": "wrong", "b": "died"}, []),
        ("a", {"a": "passed", "b": "died"}, []),
        ("", {"a": "passed", "b": "died"}, ["hostile/w.py earns a"]),
        ("ab", {"a": "passed", "b": "died"}, ["hostile/w.py says that it earns b, and does not"]),
        ("ab", {"a": "passed", "b": "not_run"}, []),
        ("ac", {"a": "passed", "b": "died"}, []),  # c was not asked
        ("a0", {"a": "passed", "0": "passed"}, []),  # which is worth nothing
    ],
)
def test_a_hostile_file_is_held_to_what_it_says(earns, verdicts, said):
    """Neither more nor less is earned: what a mended grader refuses is taken from its line."""
    solution = Solution(Path("w.py"), earns=frozenset(earns), kind="hostile")
    told = judge_hostile(tried(solution, **verdicts), dict.fromkeys("abc", 1) | {"0": 0})
    assert [line.partition(":")[0] for line in told] == said


def test_what_did_not_run_is_one_sentence_a_check():
    """With the check's own reason, and the names of a few."""
    one = describe_waiting("test_a", {"needs a card": ["x"]}, 4)
    assert one == "test_a did not run in 1 of 4 gradings (x): needs a card"
    many = describe_waiting("test_a", {"no": ["w"], "busy": list("abcd")}, 9)
    assert many == "test_a did not run in 5 of 9 gradings (w, a, b and 2 more): busy"


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


class Ungraded:
    """An engine of which no grading comes to a grade."""

    def run(self, trials, _jobs):
        """Yield why there is none."""
        yield from (Tried(trial, problem="there is no room") for trial in trials)


@pytest.mark.parametrize("family", ["machine", "neighbours", "seeds", "repeats", "orders"])
def test_what_was_not_graded_is_a_problem_and_nothing_else(make_sign, tmp_path, family):
    """No mutant is lost by it, and nobody is unharmed."""
    assignment = load_assignment(make_sign())
    bench = Bench(assignment, load_solutions(assignment), Ungraded(), tmp_path)
    found = FAMILIES[family](bench)
    assert len(found.problems) == found.ran > 0
    assert all("not graded: there is no room" in problem for problem in found.problems)
    if family == "machine":
        assert (found.facts["judged"], found.facts["lost"], found.facts["share"]) == (0, 0, None)


class Withheld:
    """An engine by which each grade is withheld, for a fault of the suite's."""

    def run(self, trials, _jobs):
        """Yield it."""
        for trial in trials:
            yield Tried(trial, tried(Solution(trial.path), test_double="grader_error").grade)


@pytest.mark.parametrize(
    "family", ["orders", "constants", "correct", "mutants", "machine", "hostile", "seeds"]
)
def test_a_grade_that_is_withheld_is_a_problem_and_neither_lost_nor_nothing(
    make_sign, tmp_path, family
):
    """A suite that breaks on a wrong answer withholds the grade of whoever gives it."""
    assignment = load_assignment(make_sign())
    bench = Bench(assignment, load_solutions(assignment), Withheld(), tmp_path)
    found = FAMILIES[family](bench)
    (told,) = found.problems
    ran = found.ran
    assert told.startswith(f"test_double withholds the grade in {ran} of {ran} gradings")
    assert found.facts["not_run"] == 0
    if family == "machine":
        assert (found.facts["judged"], found.facts["lost"]) == (0, 0)


def test_a_check_that_no_mutant_loses_is_told_apart_from_one_that_none_needs(tiny, tmp_path):
    """The one wants a mutant, the other may be left out."""
    first, second, *rest = [check for check in tiny.checks if check not in tiny.speed]
    mutants = (
        Solution(Path("a.py"), frozenset({first})),
        Solution(Path("b.py"), frozenset({first, second})),
    )
    bench = Bench(tiny, Solutions(mutants=mutants), Ungraded(), tmp_path)
    assert mutants_lose_what_they_say(bench).advice == [
        f"{', '.join(sorted(rest))}: no mutant loses it: add one that does",
        f"{second}: no mutant loses it alone: it may be left out",
    ]


def test_a_check_that_others_build_on_is_not_left_out_for_being_lost_with_them(tiny, tmp_path):
    """A mutant that loses it loses those as well, by `[needs]`; without it they would be asked."""
    first, second, *_ = [check for check in tiny.checks if check not in tiny.speed]
    mutants = (Solution(Path("a.py"), frozenset({first, second})),)
    apart = Bench(tiny, Solutions(mutants=mutants), Ungraded(), tmp_path)
    assert {first, second} <= find_redundant(apart)
    built = replace(tiny, needs={second: (first,)})
    found = find_redundant(Bench(built, Solutions(mutants=mutants), Ungraded(), tmp_path))
    assert first not in found
    assert second in found


@pytest.mark.parametrize(
    ("came", "differ"),
    [
        ([("passed", 1.0), ("passed", 1.0)], False),
        ([("passed", 1.0), ("wrong", 0.0)], True),
        ([("wrong", 0.5), ("wrong", 0.6)], True),  # a measure's
        ([("passed", 1.0), ("not_run", 0.0)], False),  # on a machine that was busy once
    ],
)
def test_grades_that_are_given_again_agree_in_their_points(make_sign, tmp_path, came, differ):
    """Not in the verdict alone; a check that did not run agrees with everything, and is told."""

    class Again:
        def run(self, trials, _jobs):
            for k, trial in enumerate(trials):
                verdict, credit = came[k % 2]
                grade = tried(trial.subject, test_double=verdict).grade
                checks = (replace(grade.checks[0], credit=credit),)
                yield Tried(trial, SimpleNamespace(checks=checks))

    assignment = load_assignment(make_sign())
    solutions = replace(load_solutions(assignment), correct=(), hostile=())
    family = repeated_grades_agree(Bench(assignment, solutions, Again(), tmp_path))
    assert (family.ran, family.of) == (4, 4)
    assert len(family.problems) == 2 * differ
    assert len(family.advice) == (came[1][0] == "not_run")


def test_a_sample_of_what_is_given_again_is_counted_as_one(make_sign, tmp_path):
    """Of all that `--full` would give again, and not of itself."""
    assignment = load_assignment(make_sign())
    slow = replace(assignment, limits=replace(assignment.limits, submission_seconds=10_000.0))
    bench = Bench(slow, load_solutions(slow), Ungraded(), tmp_path)
    family = repeated_grades_agree(bench)
    assert (family.ran, family.of) == (2, 6)


def test_solutions_of_one_name_are_two(make_sign, tmp_path):
    """A right one and a wrong one that are called alike do not differ from each other."""

    class Graded:
        def run(self, trials, _jobs):
            for trial in trials:
                verdict = "wrong" if trial.subject.kind == "mutants" else "passed"
                yield Tried(trial, tried(trial.subject, test_double=verdict).grade)

    wrong = {"selftest/mutants/added.py": '"""Thrice.\n\nLoses: test_double\n"""\n'}
    assignment = load_assignment(make_sign(**wrong))
    bench = Bench(assignment, load_solutions(assignment), Graded(), tmp_path, full=True)
    assert repeated_grades_agree(bench).problems == []
