"""Our own mutants that are called right: each is one that there is, and none loses a check."""

from contextlib import closing

import pytest

from grader.assignment.folder import load_assignment
from grader.course.engines.jobs import Settings
from grader.selftest.bench import AS_FOUND, SEED, Bench
from grader.selftest.equivalents import load_equivalents, number_twins
from grader.selftest.mutating import make_mutants
from grader.selftest.solutions import Solutions, load_solutions
from grader.selftest.trials import Trial, Trials
from tests.submissions import HERE

HOMEWORK = ("hw1", "hw2", "hw3")


def excused(assignment):
    """The equivalents of an assignment, all mutants of their files, and right solutions' names."""
    known = load_equivalents(assignment.solutions_of("correct"))
    files = {place[0] for place, _ in known.reasons}
    paths = [assignment.reference, *(one.path for one in load_solutions(assignment).correct)]
    mutants = number_twins(m for path in paths if path.name in files for m in make_mutants(path))
    return known, mutants, {path.name for path in paths}


@pytest.mark.parametrize("name", HOMEWORK)
def test_every_equivalent_is_a_mutant_that_there_is(name):
    """A change in a right solution takes its entries along."""
    known, mutants, files = excused(load_assignment(HERE.parent / "assignments" / name))
    assert known.without_mutant(mutants, files) == []
    assert known.reasons


@pytest.mark.slow
@pytest.mark.parametrize("name", HOMEWORK)
def test_no_equivalent_loses_a_check(name, tmp_path):
    """What is called right is right, by all that the suite asks."""
    assignment = load_assignment(HERE.parent / "assignments" / name)
    known, mutants, _ = excused(assignment)
    with closing(Trials(Settings(str(assignment.folder), jobs=2))) as trials:
        bench = Bench(assignment, Solutions(), trials, tmp_path)
        made = (
            Trial(
                *(mutant, bench.written(f"mutant_{k}", mutant.text), bench.name_of(".py")),
                *(bench.checks, SEED, AS_FOUND),
                until_lost=True,
                reference=mutant.path == assignment.reference,
            )
            for k, mutant in enumerate(mutants)
            if known.reason(mutant.change)
        )
        lost = {str(tried.trial.subject.change): tried.lost for tried in trials.run(made)}
    assert len(lost) >= len(known.reasons)
    assert not any(lost.values()), lost
