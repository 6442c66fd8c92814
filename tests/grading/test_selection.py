"""`--only`, `-k`, `--skip` and `--races never`: which checks run, and what the grade says of it."""

import os
from pathlib import Path

import pytest
from _pytest.mark.expression import Expression
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from grader.cli import main
from grader.grading.selection import Selection, read_pattern
from grader.reports.record import read_grade
from grader.source.handin import MisuseError
from tests.conftest import TINY

RACE = (
    "def test_double_is_fast(submission, reference, race):\n"
    '    """It is as fast as the reference."""\n    submission.double(1)\n'
)
RACING = (
    ("[points]\n", "[points]\ntest_double_is_fast = 7\n"),
    ("[limits]", "[speed.test_double_is_fast]\nfull = 1\nnone = 3\n\n[limits]"),
)
WORDS = ["double", "guess", "TINY", "hidden", "test_", "zebra", "1[a-b]"]


def patterns():
    """Patterns as `-k` has them, of a few words."""
    return st.recursive(
        st.sampled_from(WORDS),
        lambda inner: st.one_of(
            inner.map("not {}".format),
            inner.map("({})".format),
            st.tuples(inner, st.sampled_from(["and", "or"]), inner).map(" ".join),
        ),
        max_leaves=6,
    )


@pytest.fixture(scope="module")
def racing(tmp_path_factory):
    """Make the tiny assignment with a race, a check that would withhold the grade if it ran."""
    import shutil

    folder = tmp_path_factory.mktemp("racing") / "tiny"
    shutil.copytree(TINY, folder, ignore=shutil.ignore_patterns("__pycache__"))
    suite, toml = folder / "test_tiny.py", folder / "assignment.toml"
    suite.write_text(f"{suite.read_text()}\n\n{RACE}")
    text = toml.read_text()
    for old, new in RACING:
        text = text.replace(old, new)
    toml.write_text(text)
    return folder


@pytest.fixture
def choose(racing):
    """Choose checks by the words of a command line; give them without `test_`."""
    from grader.assignment.folder import load_assignment

    def choice(**words):
        chosen = Selection(**words).choose(load_assignment(racing))
        return [name.removeprefix("test_") for name in chosen]

    return choice


ALL = [
    *("double_is_twice", "double_of_each_kind", "model_stays_behind", "apply_calls_a_named_bowl"),
    *("guess_is_near", "double_is_fast", "double_agrees"),
]


@pytest.mark.parametrize(
    ("words", "names"),
    [
        ({}, []),
        ({"races": False}, [name for name in ALL if name != "double_is_fast"]),
        ({"keep": "guess or apply"}, ["apply_calls_a_named_bowl", "guess_is_near"]),
        ({"keep": "DOUBLE", "races": False}, [ALL[0], ALL[1], ALL[6]]),
        ({"keep": "hidden"}, ["double_agrees"]),
        ({"skip": ["double", "model"]}, ["apply_calls_a_named_bowl", "guess_is_near"]),
        ({"skip": ["not guess"]}, ["guess_is_near"]),
        ({"only": ["test_double_is_fast", "test_guess_is_near"], "races": False}, [ALL[4]]),
    ],
)
def test_what_is_chosen(choose, words, names):
    """Names, patterns and races narrow the choice one after the other, in the suite's order."""
    assert choose(**words) == names


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ({"keep": "zebra"}, "-k 'zebra' matches no check; there are test_double_is_twice, "),
        ({"skip": ["zebra"]}, "--skip 'zebra' matches no check"),
        ({"keep": "test_guess_is_naer"}, "; did you mean 'test_guess_is_near'?"),
        ({"keep": "guess and"}, "-k 'guess and' is no pattern: write parts of checks' names"),
        ({"keep": ""}, "-k '' is no pattern"),
        ({"keep": "a(b)"}, "is no pattern"),
        ({"keep": "(" * 5000}, "is no pattern"),
        ({"keep": "not " * 50000 + "a"}, "is no pattern"),
        ({"skip": ["guess double"]}, "--skip 'guess double' is no pattern"),
        ({"skip": ["tiny"]}, "nothing is left to run"),
        ({"only": ["test_double_is_fast"], "races": False}, "nothing is left to run"),
        ({"only": ["test_doubel_is_fast"]}, "; did you mean 'test_double_is_fast'?"),
    ],
)
def test_what_cannot_be_meant_is_refused(choose, words, said):
    """A pattern that is none or matches nothing is a slip, and so is leaving out everything."""
    with pytest.raises(MisuseError) as refused:
        choose(**words)
    assert said in str(refused.value)


@given(pattern=patterns(), text=st.lists(st.sampled_from(WORDS), max_size=4).map("\n".join))
def test_a_pattern_is_read_as_pytest_reads_it(pattern, text):
    """Its own reader of `-k` gives the same answer."""
    theirs = Expression.compile(pattern).evaluate(lambda word: word.lower() in text.lower())
    assert read_pattern("-k", pattern)(text) == theirs


@pytest.fixture
def run(monkeypatch, tmp_path, hand_in, racing):
    """Run the command or pytest on the assignment with a race; return exit code, words, grade."""
    monkeypatch.delenv("GRADER_SUBMISSION", raising=False)
    record, path = tmp_path / "grade.json", hand_in()

    def call(*words):
        done = CliRunner().invoke(
            main, [*map(str, ("run", racing, path, "--json", record, *words))]
        )
        assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
        return done.exit_code, done.output, read_grade(record)

    return call


def ran(grade):
    return [check.name.removeprefix("test_") for check in grade.checks if check.ran]


def test_a_grade_of_some_checks_says_that_it_is_partial(run, racing, tmp_path, hand_in):
    """Whatever left them out; repeated, it asks the same again, or what is chosen of those."""
    code, said, grade = run("--races", "never", "--skip", "double_of or hidden")
    assert (code, grade.status) == (0, "partial")
    assert ran(grade) == [ALL[0], *ALL[2:5]]
    assert "18 of 32 points; what was run is worth 18." in said
    record = tmp_path / "before.json"
    (tmp_path / "grade.json").rename(record)
    code, said, grade = run("--replay", record, "-k", "double or guess")
    assert (code, ran(grade)) == (0, [ALL[0], ALL[4]])
    assert "came out the same" in said
    words = ["run", str(racing), str(hand_in()), "--replay", str(record), "-k", "hidden"]
    done = CliRunner().invoke(main, words)
    assert (done.exit_code, "asked none of the checks" in done.output) == (2, True)


def test_pytest_leaves_out_races_too(racing, hand_in, tmp_path, capsys, monkeypatch):
    """`--races never`, beside pytest's own `-k`; both are told as deselected."""
    monkeypatch.delenv("GRADER_SUBMISSION", raising=False)
    record = tmp_path / "grade.json"
    words = ["-c", os.devnull, "--rootdir", Path(racing).parent, "-p", "no:cacheprovider", "-s"]
    words += [racing, "--submission", hand_in(), "--grade-json", record, "--races", "never"]
    assert pytest.main([*map(str, words), "-k", "double or guess"]) == 0
    assert ran(read_grade(record)) == [ALL[0], ALL[1], ALL[4], ALL[6]]
    said = capsys.readouterr().out
    assert "deselected" in said
    assert "20 of 32 points; what was run is worth 20." in said
