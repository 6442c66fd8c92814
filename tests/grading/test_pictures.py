"""Pictures of counterexamples: drawn where they are asked for and can be, and worth no point."""

import re
from base64 import b64encode

import pytest

from grader.assignment.folder import load_assignment
from grader.grading.options import GradingOptions
from grader.plugin.session import grade_submission
from grader.reports.record import parse_json, render_json
from grader.reports.webpage import render_webpage
from tests.submissions import HERE

WRONG = "def double(n): return n * 2 if not isinstance(n, int) or n < 10 else n"
LOST = ("test_double_is_twice", "test_double_agrees")  # one public, one hidden
ARTIST = """
from matplotlib.figure import Figure

def draw(export, arguments):
    figure = Figure(figsize=(2, 2))
    figure.subplots().plot(range(arguments[0]))
    yield f"{export} of {arguments[0]}", figure
"""


@pytest.fixture
def illustrated(copy_tiny, tiny_sandbox, hand_in):
    """Grade a wrong submission with a pictures_hidden.py of some text, or none."""
    folder = copy_tiny()

    def run(artist, source=WRONG, **options):
        path = folder / "pictures_hidden.py"
        path.unlink(missing_ok=True)
        if artist is not None:
            path.write_text(artist)
        options = GradingOptions(**{"seed": 7, "pictures": True, **options})
        assignment = load_assignment(folder)
        grade = grade_submission(
            assignment, hand_in(source), options=options, sandbox=tiny_sandbox, select=LOST
        )
        return grade, [next(c for c in grade.checks if c.name == name) for name in LOST]

    return run


def test_the_call_that_lost_a_public_check_is_drawn(illustrated):
    """A public check has the picture of its smallest counterexample; a hidden one has none."""
    grade, (public, hidden) = illustrated(ARTIST)
    (picture,) = public.pictures
    assert picture.caption == "double of 10"
    assert picture.png.startswith(b"\x89PNG")
    assert not hidden.is_full
    assert hidden.pictures == ()
    page = render_webpage(grade)
    assert b64encode(picture.png).decode() in page
    assert page.count("<img") == 1
    assert "double of 10</figcaption>" in page
    assert parse_json(render_json(grade, instructor=True)) == grade


@pytest.mark.parametrize(
    ("artist", "source", "options"),
    [
        (ARTIST, WRONG, {"pictures": False}),
        (ARTIST, "", {}),
        (None, WRONG, {}),
        ("def draw(export, arguments): return ()", WRONG, {}),
    ],
    ids=["not asked for", "nothing lost", "no artist", "nothing to draw"],
)
def test_nothing_is_drawn(illustrated, artist, source, options):
    """There is no picture, and no complaint, where none is wanted or there is none to draw."""
    grade, results = illustrated(artist, source, **options)
    assert [result.pictures for result in results] == [(), ()]
    assert not any("pictures" in notice for notice in grade.notices)


@pytest.mark.parametrize(
    ("artist", "words"),
    [
        ("def draw(export, arguments): 1 / 0", "ZeroDivisionError"),
        ("import no_such_module", "ModuleNotFoundError"),
        ("", "AttributeError"),
    ],
)
def test_an_artist_that_fails_changes_no_point(illustrated, artist, words):
    """The grade is the same without a picture, and the instructor alone reads why."""
    plain, _ = illustrated(None)
    grade, _ = illustrated(artist)
    assert grade.score == plain.score
    assert not any("pictures" in notice for notice in grade.notices)
    told, _ = illustrated(artist, instructor=True)
    assert told.score == plain.score
    place = rf"\S+/pictures_hidden\.py(:\d+)?: {words}"
    pattern = f"pictures_hidden.py could not draw test_double_is_twice: {place}"
    assert [bool(re.match(pattern, notice)) for notice in told.notices].count(True) == 1


def test_an_artist_may_use_the_reference(illustrated):
    """The reference's own module can be imported to draw, and is out of reach again afterwards."""
    import sys

    before = list(sys.path)
    artist = ARTIST.replace("arguments[0]}", "arguments[0]} is {twice(arguments[0])}", 1)
    _, (public, _) = illustrated("from tiny_reference import double as twice\n" + artist)
    assert public.pictures[0].caption == "double of 10 is 20"
    assert sys.path == before


@pytest.mark.parametrize(
    ("mutant", "captions"),
    [
        (
            "hw2/hessian_diagonal.py",
            {
                "test_hessian_is_exact": ["The loss around theta, over", "The eigenvalues of H"],
                "test_analyze_at_a_saddle_between_twins": ["The loss around", "The eigenvalues"],
            },
        ),
        (
            "hw2/classify_by_trace.py",
            {
                "test_classify_names_the_kind": ["The eigenvalues of H, and the band"],
            },
        ),
        (
            "hw2/taylor_without_half.py",
            {"test_taylor_of_a_quadratic_is_the_quadratic": ["The loss on the way from theta0"]},
        ),
        ("hw2/classify_lets_nan_through.py", {"test_classify_refuses_what_is_not_finite": []}),
        ("hw1/early_stop_late.py", {"test_early_stop_keeps_the_best_epoch": ["The losses by"]}),
        ("hw1/failing_depth_ties.py", {"test_failing_depth_finds_it": ["The losses by depth"]}),
    ],
)
def test_our_own_assignments_draw_what_was_got_wrong(homework, mutant, captions):
    """The homework's own pictures come with the checks that a wrong solution loses."""
    assignment, sandbox = homework(mutant.partition("/")[0])
    more = {"options": GradingOptions(seed=7, instructor=True, pictures=True), "sandbox": sandbox}
    path = HERE / "mutants" / mutant
    grade = grade_submission(assignment, path, select=captions.keys(), **more)
    assert not any("could not draw" in notice for notice in grade.notices)
    for check in (check for check in grade.checks if check.name in captions):
        assert not check.is_full
        drawn = zip(check.pictures, captions[check.name], strict=True)
        assert all(picture.caption.startswith(start) for picture, start in drawn)
