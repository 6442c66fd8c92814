"""What people read: text, Markdown, a page, a picture."""

import html
import itertools
import re
import tomllib
import xml.etree.ElementTree as ET
from html.parser import HTMLParser
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from grader.cli import main
from grader.grade.result import NOT_REACHED, NOT_SELECTED, Decision, Verdict
from grader.reports.cleaning import clean_grade, for_student
from grader.reports.markdown import render_markdown
from grader.reports.quoting import escape_markdown
from grader.reports.race_svg import render_svg
from grader.reports.record import write_grade
from grader.reports.text import render_table
from grader.reports.view import view_grade
from grader.reports.webpage import render_webpage
from grader.reports.wording import describe_verdict
from tests.reports.grades import HOSTILE, a_check, a_grade, a_timing, grades, on_screen

ASSIGNMENTS = Path(__file__).parents[2] / "assignments"
some_grades = settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))


class Tags(HTMLParser):
    """Gathers the tags and attributes of a page."""

    def __init__(self, page):
        super().__init__()
        self.tags, self.attributes, self.sources = set(), set(), set()
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        """Note one tag."""
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        self.sources |= {value for name, value in attrs if name == "src"}


def test_the_first_line_names_the_circumstances():
    """Isolation level, device and the seed's fingerprint come first."""
    first, table = (show(a_grade()).splitlines()[0] for show in (on_screen, render_table))
    assert first == table == "hw2: isolation L3r, device cpu, seed cc6003987aad"


@pytest.mark.parametrize("why", [NOT_SELECTED, NOT_REACHED])
def test_what_was_not_asked_is_listed_and_not_explained(why):
    """A check that this grading did not come to is in every table, and has no section."""
    unasked = a_check("test_unasked", Verdict.not_run, message=why)
    grade = a_grade(a_check("test_kind", Verdict.wrong), unasked)
    assert why not in on_screen(grade)
    assert on_screen(grade).count("test_unasked") == render_table(grade).count("test_unasked") == 1
    assert render_markdown(grade).count("test\\_unasked") == 1
    assert render_webpage(grade).count("test_<wbr>unasked") == 1
    busy = a_grade(a_check("test_busy", Verdict.not_run, message="the machine is too busy"))
    assert "the machine is too busy" in on_screen(busy)


@some_grades
@given(grades())
def test_every_report_lays_out_the_same_view(grade):
    """Headline, total and each check's points and verdict are the same words in all of them."""
    view = view_grade(grade)
    screen, page = on_screen(grade), html.unescape(render_webpage(grade))
    for text in (render_table(grade), screen, page):
        assert all(part in text for part in (view.headline, view.total, view.late))
        assert all(check.verdict in text for check in view.checks)
    markdown = render_markdown(grade)
    for row in view.checks:
        assert f"| {row.points} | {escape_markdown(row.verdict)} |" in markdown
        assert f"<td>{row.points}</td>" in page
        assert row.points in screen
    assert escape_markdown(view.total) in markdown
    assert [check.name for check in view.lost] == [
        check.name for check in clean_grade(grade).checks if check.was_asked and not check.is_full
    ]


def test_each_lost_point_is_explained():
    """The table has a line for each check; below it each lost check has its sentence."""
    text = on_screen(a_grade())
    for table in (text, render_table(a_grade())):
        assert re.search(r"\ntest_exact +40 / 40  passed\n", table)
    assert "test_kind: wrong\n    test_kind holds.\n    expected a, got b" in text
    assert "\ntest_exact: " not in text
    assert "52.5 of 100 points." in text


def test_no_line_is_broken_where_a_terminal_ends(tmp_path):
    """Lines to paste come out of `grader report` and `grader merge` as they are, however long."""
    line = f'  assert got == 3, "expected 3, got {"x" * 200} and more words"'
    lost = a_check(verdict=Verdict.wrong, counterexample=f"to see it fail:\n{line}")
    write_grade(a_grade(lost), tmp_path / "grade.json", instructor=False)
    kept = str(tmp_path / "grade.json")
    for words in (["report", kept], ["merge", str(tmp_path / "out.json"), kept, kept]):
        done = CliRunner().invoke(main, words)
        assert (done.exit_code, f"\n    {line}\n" in done.output) == (0, True), done.output


@pytest.mark.parametrize(
    ("check", "words"),
    [
        (a_check(verdict=Verdict.timed_out), "timed out"),
        (a_check(verdict=Verdict.wrong, credit=0.5), "in part"),
        (a_check(verdict=Verdict.wrong, credit=0.5, timing=a_timing()), "in part, slowdown 4.13"),
        (a_check(verdict=Verdict.wrong, timing=a_timing(900.0)), "too slow, slowdown 900"),
        (
            a_check(verdict=Verdict.wrong, timing=a_timing(0.1, decision=Decision.referred)),
            "withheld until a person has looked, slowdown 0.1",
        ),
        (a_check(timing=a_timing(1.0)), "passed, slowdown 1"),
        (a_check(verdict=Verdict.wrong, timing=a_timing(1000.0)), "too slow, slowdown 1000"),
        (a_check(verdict=Verdict.wrong, timing=a_timing(12345.6)), "too slow, slowdown 12346"),
    ],
)
def test_verdicts_in_words(check, words):
    """A verdict is read with what a race or a part of the credit adds."""
    assert describe_verdict(check) == words


def test_a_missing_export_is_not_started():
    """What is missing is said kindly, also when the kit gave no message."""
    assert "not started" in on_screen(a_grade(a_check(verdict=Verdict.missing)))


@some_grades
@given(grades())
def test_a_terminal_is_given_no_orders(grade):
    """No escape sequence of a submission reaches a terminal, in plain text or in colour."""
    for text in (render_table(grade), on_screen(grade, width=100)):
        assert not set(text) & set("\x1b\r\x07\x00\u202e")


@some_grades
@given(grades())
def test_a_page_is_ours_alone(grade):
    """Whatever the texts, the page has our tags only, no script and no handler."""
    page = Tags(render_webpage(grade))
    assert page.tags <= {
        *("html", "head", "meta", "title", "style", "body", "header", "p", "h1", "h2", "code"),
        *("strong", "table", "thead", "tbody", "tr", "th", "td", "section", "span", "pre"),
        *("svg", "path", "text", "rect", "div", "figure", "img", "figcaption", "main", "wbr"),
    }
    assert not [name for name in page.attributes if name.startswith("on")]
    assert "href" not in page.attributes
    assert all(re.fullmatch(r"data:image/png;base64,[\w+/=]+", src) for src in page.sources)


@some_grades
@given(grades())
def test_markdown_keeps_its_table(grade):
    """A row of the table has three cells, whatever a check is called."""
    rows = [line for line in render_markdown(grade).splitlines() if line.startswith("| ")]
    assert all(row.replace("\\|", "").count("|") == 4 for row in rows[: 2 + len(grade.checks)])


def test_a_long_report_is_cut_and_says_so():
    """A summary keeps within its bytes: the table is whole, the losses are cut."""
    lost = [a_check(f"test_{i}", Verdict.wrong, message="é" * 4000, points=1.0) for i in range(300)]
    text = render_markdown(a_grade(*lost))
    assert len(text.encode()) < 2**20
    assert text.count("| test\\_") == 300
    assert "cut" in text[-100:]


def test_the_line_goes_down_from_full_to_none():
    """It is level up to `full`, straight down to `none`, and level again."""
    root = ET.fromstring(render_svg(a_timing(paces={})))
    (path,) = [e.get("d") for e in root.iter() if e.get("class") == "credit"]
    start, full, none, end = re.findall(r"[MHL]([\d. ]+)", path)
    assert start.split()[1] == "34.0"
    assert float(start.split()[0]) < float(full) < float(none.split()[0]) < float(end)
    assert none.split()[1] == "200.0"


def test_the_picture_is_an_image():
    """The line is SVG with the submission, its interval and each named pace on it."""
    root = ET.fromstring(render_svg(a_timing(paces={HOSTILE: 30.0, "mine": 3.0})))
    kinds = [element.get("class") for element in root.iter()]
    assert kinds.count("submission") == kinds.count("interval") == kinds.count("credit") == 1
    assert "this submission: 4.13" in [element.text for element in root.iter()]
    names = [e.text for e in root.iter() if e.get("class") == "pace" and e.text]
    assert (len(names), names[0]) == (2, "mine")


OURS = [
    paces
    for path in sorted(ASSIGNMENTS.glob("*/paces/paces.toml"))
    for paces in tomllib.loads(path.read_text()).values()
]


@pytest.mark.parametrize("slowdown", [1.0, 4.13, 300.0, 12345.0])
@pytest.mark.parametrize("paces", [*OURS, {"p" * 30: 0.5, "q" * 30: 0.6, "r" * 30: 9e4}])
def test_no_name_in_a_picture_covers_another(paces, slowdown):
    """Also with a telephone's large letters, and none is cut off at the sides."""
    ends = (0.97 * slowdown, 1.03 * slowdown)
    root = ET.fromstring(render_svg(a_timing(slowdown, interval=ends, paces=paces)))
    rows = {}
    for text in root.iter("{http://www.w3.org/2000/svg}text"):
        if text.get("text-anchor") == "middle":
            middle, half = float(text.get("x")), 9 * len(text.text) / 2
            rows.setdefault(text.get("y"), []).append((middle - half, middle + half))
    for row in map(sorted, rows.values()):
        assert row[0][0] >= -0.1
        assert row[-1][1] <= 640.1
        assert all(before[1] <= after[0] + 0.1 for before, after in itertools.pairwise(row))


@given(st.floats(5e-324, allow_infinity=False), st.floats(5e-324, allow_infinity=False))
@example(5e-324, 1.7e308)
def test_any_numbers_can_be_drawn(slowdown, pace):
    """However far apart a submission and a pace are, there is a picture, and it is XML."""
    found = a_timing(slowdown, interval=(slowdown, slowdown), paces={"pace": pace})
    assert "pace" in [e.text for e in ET.fromstring(render_svg(found)).iter()]


def test_a_race_is_told_with_its_paces():
    """Text has a line for each pace, the page draws them; both give medians and laps."""
    grade = a_grade(a_check("test_fast", Verdict.wrong, 0.5, timing=a_timing(), hidden=True))
    facts = "100 ms a call against 24 ms, median processor time of 40 laps"
    assert "87%  4.13      <- this submission (between 4 and 4.3)" in on_screen(grade)
    assert "51%  30        loop" in on_screen(grade)
    assert facts in on_screen(grade)
    assert facts in render_webpage(grade)
    assert "<- this submission" not in render_webpage(grade)


def test_why_a_hidden_race_gave_no_points_is_told():
    """A student's record keeps a race's message, which has no input in it."""
    why = "This machine is too noisy to grade speed."
    noisy = a_timing(laps=0, decision=Decision.too_noisy)
    check = a_check("test_fast", Verdict.not_run, message=why, timing=noisy, hidden=True)
    assert for_student(a_grade(check)).checks[0].message == why


@pytest.mark.parametrize(
    "timing",
    [a_timing(laps=0), a_timing(float("nan")), a_timing(full=None), a_timing(0.0)],
)
def test_no_picture_of_nothing(timing):
    """Without laps, a slowdown or the ends of the line there is no picture."""
    assert render_svg(timing) == ""
