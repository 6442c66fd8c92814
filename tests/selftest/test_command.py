"""`grader selftest` from end to end: an assignment of two functions, sound and with faults."""

import json

import pytest
from click.testing import CliRunner

from grader.cli import main
from grader.cli.selftest import NAMES
from grader.selftest.command import FAMILIES, PROMISES
from grader.selftest.equivalents import NAME
from tests.selftest.conftest import RIGHT, SUITE, TRIPLE


@pytest.fixture
def selftest(make_sign, tmp_path):
    """Make the assignment of two functions, and try it."""

    def run(*words, **files):
        record = tmp_path / "found.json"
        words = ["selftest", str(make_sign(**files)), "--json", str(record), *words]
        done = CliRunner().invoke(main, words)
        told = json.loads(record.read_text()) if record.exists() else {}
        return done.exit_code, done.output, told

    return run


def test_a_sound_assignment_is_told_its_weakness_as_advice(selftest):
    """Nobody asks about the sign of 0, of 1 or of -1: three mutants of each right solution live."""
    code, text, told = selftest("--full")
    assert code == 0, text
    assert told["schema"] == "torchmarks/selftest/v1"
    assert not any(promise["problem"] for promise in told["promises"])
    families = {family["name"]: family for family in told["families"]}
    assert list(families) == list(FAMILIES)
    assert not any(family["problems"] for family in families.values())
    survivors = families["machine"]["facts"]["survivors"]
    assert {one["now"] for one in survivors} == {
        f'return "minus" if x {end} else "plus"' for end in ("<= 0", "< 1", "< -1")
    }
    assert {one["file"] for one in survivors} == {"sign_reference.py", "added.py"}
    assert '+    return "minus" if x <= 0 else "plus"' in text
    assert "exactly at the bound" in text
    assert families["mutants"]["facts"]["redundant"] == ["test_sign"]


def test_what_makes_grades_wrong_is_a_problem_each(selftest):
    """A constant that earns, solutions that are not what they say, and an equivalent that dies."""
    entry = (
        "[['added.py']]\nin = 'double'\nwas = 'return x + x'\nnow = 'return x - x'\nwhy = 'so'\n"
    )
    code, text, told = selftest(
        *("--only", "constants", "--only", "correct", "--only", "mutants", "--only", "hostile"),
        *("--only", "machine", "--full"),
        **{
            "test_sign.py": SUITE.replace('    assert submission.sign(3) == "plus"\n', ""),
            "selftest/correct/triple.py": TRIPLE,
            "selftest/mutants/triple.py": f'"""Thrice.\n\nLoses: test_sign\n"""\n{TRIPLE}',
            "selftest/hostile/right.py": f'"""Right.\n\nEarns: nothing\n"""\n{RIGHT}',
            f"selftest/correct/{NAME}": entry,
        },
    )
    assert code == 1
    said = {family["name"]: "\n".join(family["problems"]) for family in told["families"]}
    assert "test_sign is passed by whoever always says 'minus'" in said["constants"]
    assert "correct/triple.py loses test_double" in said["correct"]
    assert "triple.py, which does not say so, loses test_double" in said["mutants"]
    assert "triple.py says that it loses test_sign, and keeps it" in said["mutants"]
    assert "hostile/right.py earns test_double, test_sign" in said["hostile"]
    assert "return x - x is called right (so), and loses test_double" in said["machine"]
    assert all(line in text for line in said["hostile"].splitlines())


def test_a_broken_promise_comes_before_everything_else(selftest):
    """Where the reference loses, nothing more is tried."""
    wrong = {"reference/sign_reference.py": TRIPLE}
    code, text, told = selftest(**wrong)
    assert (code, told["families"]) == (1, [])
    assert "✗ the reference earns every point" in text


def test_names_for_only_are_those_of_the_families():
    """The option knows what there is."""
    assert list(NAMES) == [PROMISES, *FAMILIES]
