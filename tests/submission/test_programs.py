"""A submission that is a program: what it reads, what it prints, how it ends."""

import re

import pytest

from grader import Output, assert_lines
from grader.inside.absences import NO_MORE_LINES
from tests.small import grade_small, make_small

CHECKS = '''
import pytest

from grader import assert_lines, run


def test_it_adds(submission):
    """The program prints the sum of the numbers that it reads, one a line."""
    assert_lines(run(submission, stdin="3\\n4.5\\n"), ["sum", "7.5"])


def test_it_takes_words(submission):
    """With --quiet it prints the number alone, and tells of other words on the error stream."""
    assert_lines(run(submission, stdin="3", args=["--quiet"]), "3.0")
    wrong = run(submission, args=["--loud"])
    assert (wrong.exit, wrong.lines, wrong.stderr) == (2, [], "no --loud here\\n")
'''
ADDS = """
import sys

def main():
    words = sys.argv[1:]
    if words == ["--loud"]:
        print("no --loud here", file=sys.stderr)
        sys.exit(2)
    if not words:
        print("sum")
    print(sum(float(line) for line in sys.stdin))
"""


@pytest.fixture(scope="module")
def adding(tmp_path_factory):
    """Make an assignment whose submissions are programs."""
    return make_small(tmp_path_factory.mktemp("programs"), CHECKS, ADDS)


def checks(assignment, source=None):
    """Give what a source comes to in each check."""
    return {check.name: check for check in grade_small(assignment, source).checks}


def test_a_program_reads_and_prints(adding):
    """It has its lines and its words, its exit is data, and each run its own."""
    assert all(check.verdict == "passed" for check in checks(adding).values())


@pytest.mark.parametrize(
    ("old", "new", "verdict", "words"),
    [
        (
            "print(sum",
            "print(-sum",
            "wrong",
            "line 2 differs\n    sum\n  - 7.5\n  + -7.5\n    ^ here",
        ),
        ('print("sum")', "pass", "wrong", "line 1 differs of 2 lines expected; 1 line came"),
        ("sys.exit(2)", "sys.exit('gone')", "passed", ""),
        ("sum(float(line) for line in sys.stdin)", "input() + input() + input()", "raised", "EOFE"),
        ("print(sum", "input(), input(), input(), print(sum", "raised", NO_MORE_LINES),
        (
            "    print(sum",
            "    print('so far'); 1 / 0; print(sum",
            "raised",
            "it printed:\n  sum\n",
        ),
        ("def main():", "def main():\n    import os; os._exit(3)", "died", "ended its process"),
        ("def main():", "def main():\n    sys.stdout = None", "wrong", "expected; 0 lines came"),
        ("def main():", "def main():\n    sys.stdout.close()", "passed", ""),
        ("    print(sum", "    sys.stdout.buffer.write(b'7.5\\xff\\n')#", "wrong", "  + 7.5\ufffd"),
        ("def main():", "def main(x):", "raised", "missing 1 required positional argument: 'x'"),
        ("def main():", "def mein():", "missing", "but `mein`: rename it"),
    ],
)
def test_what_it_does_otherwise_is_told(adding, old, new, verdict, words):
    """Which line differs and where; an exception with what was printed before it."""
    found = checks(adding, ADDS.replace(old, new))["test_it_adds"]
    assert found.verdict == verdict
    assert words in found.message
    if verdict == "wrong":
        assert found.counterexample == "main()\n  was given to read:\n    3\n    4.5"


def test_words_are_shown_as_they_are_typed(adding):
    """What lost a check with words names them."""
    found = checks(adding, ADDS.replace("print(sum", "print(1 + sum"))["test_it_takes_words"]
    assert found.counterexample.startswith("main(), started with the words  --quiet\n")


@pytest.mark.parametrize(
    ("got", "expected", "words"),
    [
        ("a\n", "a  \n\n", None),
        (Output("a \nb\n\n"), ["a", "b"], None),
        ("", [], None),
        ("", "a", "line 1 differs of 1 line expected; 0 lines came\n  - a\n  + (no line)"),
        ("a\nb\n", "a", "line 2 differs of 1 line expected; 2 lines came\n    a\n  - (no line: "),
        ("aXc", "abc", "  - abc\n  + aXc\n     ^ here"),
        ("ab", "abc", "  - abc\n  + ab\n      ^ here"),
        ("x" * 300, "y", "  + " + "x" * 100 + "…"),
        ("1\n" * 50, "2\n" * 50, "… and 42 lines more"),
    ],
)
def test_lines_are_compared_and_the_difference_is_marked(got, expected, words):
    """Blanks at the end do not count; a long output is shown around its first difference."""
    if words is None:
        assert_lines(got, expected)
        return
    with pytest.raises(AssertionError, match=re.escape(words)) as caught:
        assert_lines(got, expected)
    assert len(str(caught.value).splitlines()) < 25
