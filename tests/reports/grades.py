"""Grades to write reports of: one that has everything, and any that Hypothesis can think of."""

import io
import math

from hypothesis import strategies as st
from rich.console import Console

from grader.grade.hang import Hang
from grader.grade.late import Late
from grader.grade.result import CheckResult, Decision, Grade, Handed, Picture, Timing, Verdict
from grader.reports.terminal import render_rich

HOSTILE = (
    "\n::error title=x::pwned\r\n##[error]y\x1b[31m\u202e<script>alert(1)</script>]]>"
    "\x00\ud800\ufffe|`````${{ secrets.X }}=cmd()"
)
SECRET = "hidden-input-4711"
PNG = b"\x89PNG\r\n\x1a\n"


def on_screen(grade, width=10**6):
    """Return what a person reads on a terminal, without what only fills its lines."""
    screen = io.StringIO()
    Console(file=screen, width=width, soft_wrap=True).print(render_rich(grade))
    return "\n".join(line.rstrip(" ") for line in screen.getvalue().split("\n"))


def a_check(name="test_one", verdict=Verdict.passed, credit=None, points=10.0, **more):
    """Make a check with defaults: full credit when it passed, else none."""
    credit = float(verdict is Verdict.passed) if credit is None else credit
    sentence = more.pop("sentence", f"{name} holds.")
    return CheckResult(name, sentence, verdict, credit, points, **more)


def a_timing(slowdown=4.13, **more):
    """Make a race that was decided."""
    known = {"interval": (4.0, 4.3), "laps": 40, "decision": Decision.decided, "full": 2.0}
    known |= {"submission_seconds": 0.1, "reference_seconds": 0.024, "none": 512.0}
    return Timing(slowdown, **(known | {"paces": {"loop": 30.0, "torch.func": 3.1}} | more))


def a_grade(*checks, **more):
    """Make a grade of some checks, by default one of each interesting kind."""
    unseen = {"hidden": True, "message": SECRET, "counterexample": SECRET}
    unseen["pictures"] = (Picture(SECRET, PNG + SECRET.encode()),)
    everything = (
        a_check("test_exact", points=40.0),
        a_check("test_kind", Verdict.wrong, points=30.0, message="expected a, got b"),
        a_check("test_fast", Verdict.wrong, 0.625, 20.0, timing=a_timing()),
        a_check("test_unseen", Verdict.raised, **unseen),
    )
    known = {"assignment": "hw2", "title": "Homework 2: stuck?", "version": "1", "device": "cpu"}
    known |= {"submission": Handed("hw2.py", "a" * 64), "isolation": "L3r", "seconds": 2.5}
    known |= {"seed_fingerprint": "cc6003987aad", "started_at": "2026-11-23T01:00:00Z"}
    known |= {"seed": 2**200 + 1, "versions": {"python": "3.11.7"}}
    return Grade(**(known | {"checks": checks or everything} | more))


texts = st.one_of(st.text(max_size=60), st.just(HOSTILE), st.just("x" * 1_000_000))
lines = st.one_of(st.text(max_size=20), st.just(HOSTILE), st.just("a:b\n::c"), st.just("n" * 5000))
numbers = st.floats(0.1, 600) | st.floats()
seconds = st.floats(0, 1e9) | st.sampled_from((math.nan, math.inf))
timings = st.none() | st.builds(
    Timing,
    slowdown=numbers,
    interval=st.tuples(numbers, numbers),
    laps=st.integers(0, 160),
    decision=st.sampled_from(Decision),
    submission_seconds=seconds,
    reference_seconds=seconds,
    first_call_seconds=st.none() | seconds,
    note=texts,
    paces=st.dictionaries(lines, numbers, max_size=3),
    full=st.none() | numbers,
    none=st.none() | numbers,
)


pictures = st.builds(
    Picture, texts, st.sampled_from((b"", b"<script>", PNG, PNG + bytes(10), PNG + bytes(600_000)))
)


@st.composite
def checks(draw, index=0):
    """Any check: each verdict, credit where there may be some, points in hundredths."""
    verdict = draw(st.sampled_from(Verdict))
    earns = verdict in (Verdict.passed, Verdict.wrong)
    return CheckResult(
        name=f"test_{index}" + draw(lines),
        sentence=draw(texts),
        verdict=verdict,
        credit=draw(st.sampled_from((0.0, 1.0, 0.5, 1 / 3)) | st.floats(0, 1)) if earns else 0.0,
        points=draw(st.integers(0, 5000)) / 100,
        hidden=draw(st.booleans()),
        message=draw(texts),
        counterexample=draw(st.none() | texts),
        seconds=draw(seconds),
        timing=draw(timings),
        measured=draw(st.none() | numbers),
        pictures=tuple(draw(st.lists(pictures, max_size=6))),
        waits_for=draw(lines) if verdict is Verdict.not_run else "",
        by_hand=draw(st.booleans()),
    )


lates = st.none() | st.builds(
    Late,
    submitted_at=st.just("2026-11-23T01:00:00Z"),
    deadline=st.just("2026-11-22T01:00:00Z"),
    seconds_late=st.floats(1, 1e6),
    penalty=st.integers(0, 100).map(lambda percent: percent / 100),
)


@st.composite
def grades(draw, most=8):
    """Any grade of up to `most` checks."""
    count = draw(st.integers(0, most))
    every = [draw(checks(index=index)) for index in range(count)]
    return a_grade(
        submission=Handed(draw(lines), "b" * 64),
        notices=tuple(draw(st.lists(texts, max_size=2))),
        late=draw(lates),
        seconds=draw(seconds),
        hangs=tuple(draw(st.lists(st.builds(Hang, lines, lines, seconds), max_size=2))),
        checks=tuple(every),
    )


def is_close(hundredths, points):
    """Whether whole hundredths are a number of points, rounded."""
    return math.isclose(hundredths / 100, points, abs_tol=0.00501)
