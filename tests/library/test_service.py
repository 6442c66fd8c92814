"""What a caller may ask of a grader, and what it is told: a grade, or why there is none."""

import asyncio
import os
import shutil
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from grader import AssignmentError, Grade, Grader, GradingOptions, NoGrade
from tests.cli.test_run import NO_CARD
from tests.library.conftest import CHECKS, HANGS, RIGHT, WRONG

HIDDEN = '''"""A hidden check, whose answer depends on what is drawn."""


def test_parity(submission, check_seed):
    """name() is a word, where the number is even."""
    assert submission.name() == ["light", "dark"][check_seed % 2]
'''
HALF = RIGHT.replace("'light'", "'dark'")
SOURCES = {
    "right": (RIGHT, 3),
    "right, as bytes": (RIGHT.encode(), 3),
    "wrong": (WRONG, 1),
    "half": (HALF, 2),
    "empty": ("", 0),
    "blank": (" \n\n", 0),
    "no Python": ("def double(: pass", 0),
    "does not load": ("raise ValueError\n" + RIGHT, 0),
    "exits": ("import sys\nsys.exit(0)\n" + RIGHT, 0),
    "exits at once": ("import os\nos._exit(0)\n" + RIGHT, 0),
    "half a character": ("'\ud800'\n" + RIGHT, 0),
    "no text at all": (bytes(range(256)), 0),
    "a zero byte": ("\0" + RIGHT, 0),
    "too long": ("#" + "x" * (9 << 20) + "\n" + RIGHT, 0),
    "names a file": ("light_reference.py", 0),
}


def test_sources_are_worth_what_they_are_worth(grader):
    """Whatever a program is, it is graded; what it earns is a share of what was asked for."""
    grades = list(grader.grade_many(source for source, _ in SOURCES.values()))
    told = {name: grade.score for name, grade in zip(SOURCES, grades, strict=True)}
    assert told == {name: score for name, (_, score) in SOURCES.items()}
    assert [grade.reward for grade in grades[:4]] == [1, 1, round(1 / 3, 6), round(2 / 3, 6)]
    assert {str(verdict) for verdict in grades[2].verdicts.values()} == {"wrong", "passed"}
    assert all(set(grade.verdicts) == set(CHECKS) for grade in grades)


def test_a_text_never_names_a_file(grader, light):
    """A program that is the path of the reference is a program, and a wrong one."""
    reference = light / "reference" / "light_reference.py"
    assert grader.grade(str(reference)).score == 0
    assert grader.grade(reference).score == 3


ODD = ["nowhere.py", "light.pdf", "link.py", "zero\0byte.py", "x" * 300, "x/" * 200_000]


@pytest.mark.parametrize("name", ODD, ids=lambda name: name[:10].replace("\0", "_"))
def test_what_cannot_be_read_has_no_score(grader, tmp_path, name):
    """A path with nothing to grade is no zero: there is a reason, and no score."""
    (tmp_path / "light.pdf").write_text(RIGHT)
    (tmp_path / "link.py").symlink_to(tmp_path / "light.pdf")
    grade = grader.grade(tmp_path / name)
    assert isinstance(grade, NoGrade)
    assert (grade.status, grade.score, grade.reward) == ("not_read", None, None)
    assert name[-20:].replace("\0", "") in grade.reason.replace("\\x00", "")


def test_a_path_that_is_no_text_is_read(grader, tmp_path):
    """Names of files are bytes, and not all of them are UTF-8."""
    folder = os.fsencode(tmp_path) + b"/\xff"
    os.mkdir(folder)
    path = Path(os.fsdecode(folder), "light.py")
    path.write_text(RIGHT)
    assert grader.grade(path).score == 3


def test_what_is_no_source_is_refused_and_costs_nobody_else(leisurely):
    """Whoever gives something else is told so, and what others gave is graded."""
    slow = RIGHT.replace("    return 2", "    import time\n    time.sleep(2)\n    return 2")
    with Grader(leisurely, checks=CHECKS, queue=2) as grader, ThreadPoolExecutor(1) as pool:
        other = pool.submit(grader.grade, slow)
        time.sleep(1)
        for source in (None, 5, ["x"], {"text": RIGHT}):
            for ask in (grader.grade, lambda it: list(grader.grade_many([it]))):
                with pytest.raises(TypeError, match=f"not {type(source).__name__}"):
                    ask(source)
            with pytest.raises(TypeError):
                asyncio.run(grader.agrade(source))
        assert other.result().score == 3
        assert grader.grade(RIGHT).score == 3


def test_many_come_in_order_and_are_asked_for_as_they_go(grader):
    """However long one takes, grades come in order, and no more sources are held than may wait."""
    asked = []

    def sources():
        for number in range(12):
            asked.append(number)
            yield HANGS if number == 1 else [RIGHT, WRONG, HALF][number % 3]

    scores = []
    for grade in grader.grade_many(sources()):
        scores.append(grade.score)
        assert len(asked) <= len(scores) + 4
    assert scores == [3, 1, 2] + [3, 1, 2] * 3


def test_an_error_of_the_caller_ends_what_waits(grader):
    """What `sources` raises comes through, what was begun is ended, and the grader goes on."""

    def sources():
        yield from [HANGS] * 3
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        list(grader.grade_many(sources()))
    many = grader.grade_many([RIGHT, HANGS, HANGS, HANGS, HANGS])
    assert next(many).score == 3
    many.close()
    assert grader.grade(RIGHT).score == 3


def test_threads_share_a_grader(grader):
    """Each thread has its own grades, whatever the others ask."""
    texts = [RIGHT, WRONG, HALF] * 4
    with ThreadPoolExecutor(6) as pool:
        assert [grade.score for grade in pool.map(grader.grade, texts)] == [3, 1, 2] * 4


def test_a_loop_goes_on_while_it_waits(leisurely):
    """Nothing blocks: a clock ticks on, more wait than there are places, and one is given up."""

    async def main(grader):
        ticks, is_over = 0, asyncio.Event()

        async def tick():
            nonlocal ticks
            while not is_over.is_set():
                ticks += 1
                await asyncio.sleep(0.01)

        ticking = asyncio.create_task(tick())
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(grader.agrade(HANGS), 0.2)
        waiting = [asyncio.create_task(grader.agrade(HANGS)) for _ in range(6)]
        await asyncio.sleep(0.2)
        for task in waiting:
            task.cancel()
        given_up = await asyncio.gather(*waiting, return_exceptions=True)
        assert {type(error) for error in given_up} == {asyncio.CancelledError}
        grades = await asyncio.gather(*(grader.agrade(text) for text in [RIGHT, WRONG] * 5))
        is_over.set()
        await ticking
        assert [grade.score for grade in grades] == [3, 1] * 5
        assert ticks > 5

    with Grader(leisurely, checks=CHECKS, jobs=2, queue=4) as grader:
        asyncio.run(main(grader))


def test_waiting_for_a_place_is_part_of_no_limit(light):
    """One at a time, each takes nearly all its time, and the last one waits far longer."""
    slow = RIGHT.replace("    return 2", "    import time\n    time.sleep(1.2)\n    return 2")
    with Grader(light, checks=["test_double"], jobs=1, queue=4) as grader:
        assert [grade.score for grade in grader.grade_many([slow] * 3)] == [2] * 3


def test_hidden_inputs_are_fresh_where_that_is_asked(light, tmp_path):
    """With `fresh`, what is hidden is drawn for each source; without, it is the same for all."""
    light = shutil.copytree(light, tmp_path / "light")
    (light / "test_light_hidden.py").write_text(HIDDEN)
    toml = light / "assignment.toml"
    toml.write_text(toml.read_text().replace("[points]", "[points]\ntest_parity = 1"))
    texts = [f"{RIGHT}# {number}\n" for number in range(8)]
    scores = {}
    for fresh in (False, True):
        options = GradingOptions(seed=7)
        with Grader(light, checks=["test_parity"], fresh=fresh, options=options) as grader:
            scores[fresh] = {grade.score for grade in grader.grade_many(texts)}
    assert len(scores[False]) == 1
    assert scores[True] == {0, 1}


def test_an_edit_is_never_half_in_force(light, tmp_path):
    """What was edited since it was opened is not graded by; nothing but an edit is one."""
    light = shutil.copytree(light, tmp_path / "light")
    (light / "reference" / "new.py").touch()
    with Grader(light, checks=CHECKS) as grader:
        (light / "handed_in.py").write_text(RIGHT)
        assert grader.grade(light / "handed_in.py").score == 3
        for name in ("test_light.py", "assignment.toml", "reference/new.py"):
            text, about = (light / name).read_text(), (light / name).stat()
            (light / name).write_text(text + "\n")
            refused = grader.grade(RIGHT)
            assert refused.status == "withheld"
            assert refused.reason.endswith("edited since this grader started: start it again")
            (light / name).write_text(text)
            os.utime(light / name, ns=(about.st_atime_ns, about.st_mtime_ns))
            assert grader.grade(RIGHT).score == 3
        suite = light / "test_light.py"
        text, about = suite.read_text(), suite.stat()
        suite.write_text(text.replace("==", "!="))
        os.utime(suite, ns=(about.st_atime_ns, about.st_mtime_ns))
        assert grader.grade(RIGHT).status == "withheld"
        suite.write_text(text)
        assert grader.grade(RIGHT).score == 3
        (light / "judge.py").touch()
        assert grader.grade(RIGHT).status == "withheld"


def test_an_edit_while_it_starts_is_one(light, tmp_path):
    """What was read by then is not what is there: here a module changes when it is imported."""
    light = shutil.copytree(light, tmp_path / "light")
    suite = light / "test_light.py"
    edit = "from pathlib import Path\nwith Path(__file__).open('a') as file: file.write('\\n')\n"
    suite.write_text(f"{suite.read_text()}\n{edit}")
    with Grader(light, checks=CHECKS) as grader:
        assert grader.grade(RIGHT).reason.endswith(
            "edited since this grader started: start it again"
        )


def test_what_grades_is_shielded_from_its_host(light, monkeypatch):
    """Cards and threads that the host has are nobody's who grades, and the host keeps them."""
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "0")
    monkeypatch.setenv("OMP_NUM_THREADS", "8")
    threads = threading.active_count()
    with Grader(light, checks=["test_circumstances"]) as grader:
        grade = grader.grade(RIGHT)
        assert isinstance(grade, Grade)
        assert grade.reward == 1
        assert grade.seed is None, "a seed is for instructors"
    assert threading.active_count() == threads


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"checks": ["test_dubble"]}, "did you mean 'test_double'"),
        ({"checks": "test_dubble"}, "no check test_dubble"),
        ({"checks": []}, "names none"),
        ({"jobs": 0}, "1 or more"),
        ({"jobs": 334}, "at most 333"),
        ({"queue": 0}, "1 or more"),
        ({"options": GradingOptions(submission=Path("x.py"))}, "takes no submission"),
        ({"options": GradingOptions(share=0.5)}, "takes no share"),
        ({"options": GradingOptions(device="both")}, "one device"),
    ],
)
def test_what_cannot_be_is_said_before_anything_starts(light, wrong, words):
    """A misspelt check and an option of one submission are wrong use."""
    with pytest.raises(ValueError, match=words):
        Grader(light, **wrong)


def test_what_cannot_be_graded_is_said_when_it_is_opened(light, tmp_path):
    """No assignment, a level that nobody gives, a suite that does not load."""
    with pytest.raises(AssignmentError):
        Grader(tmp_path)
    with pytest.raises(RuntimeError, match="no isolation level"):
        Grader(light, options=GradingOptions(isolation="L9"))


@NO_CARD
def test_a_missing_card_is_no_missing_wall(light):
    """Whoever asks for one is told in one sentence, as by `grader run`."""
    with pytest.raises(RuntimeError, match=r"^--device cuda: [^\n]*torch [^\n]*$"):
        Grader(light, options=GradingOptions(device="cuda"))
