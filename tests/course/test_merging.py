"""Parts of a class, and a class on two devices: joined they are what one command gives."""

import dataclasses
import json
import shutil

import pytest
from click.testing import CliRunner

from grader.cli import main
from grader.course.merging import merge_stores
from grader.course.shards import Shard
from grader.course.store import HumanDecision, Outcome, Store
from grader.source.handin import MisuseError
from tests.course.conftest import RIGHT, STARTER, WRONG
from tests.course.test_class import Class
from tests.course.test_store import grade

KEYS = {student: f"{number:064x}" for number, student in enumerate(["ada", "bob", "cy", "di"])}
GOOD, BAD = grade(test_double=1, test_name=1), grade(test_double=0, test_name=1)
CHECKS = {"test_double": "1", "test_name": "2"}


@pytest.mark.parametrize(
    "text", ["0/2", "3/2", "1", "1/0", "a/b", "01/2", "1/2/3", "-1/2", "", "1/9999999"]
)
def test_a_part_is_one_of_so_many(text):
    """Anything else is wrong use, and the message says how to write it."""
    with pytest.raises(MisuseError, match="as in 2/8"):
        Shard.read(text)


@pytest.mark.parametrize("count", [1, 2, 7, 100])
def test_each_attempt_is_of_just_one_part(count):
    """Whatever its key; who has no attempt is of the first."""
    parts = [Shard(number, count) for number in range(1, count + 1)]
    keys = [f"{(number * 7919) ** 9:064x}"[-64:] for number in range(300)]
    assert all(sum(part.has(key) for part in parts) == 1 for key in keys)
    assert [part.number for part in parts if part.has("")] == [1]
    assert all(Shard.read(str(part)) == part for part in parts)


def kept(student, found, content="c"):
    """What a student's attempt came to, of a grade."""
    return Outcome(KEYS[student], found.status, "", content, CHECKS, (), found)


def make_store(folder, light, graded, shard="1/1", content="c", more=(), **circumstances):
    """Write a store as the command does, of outcomes by student."""
    folder.mkdir(exist_ok=True)
    about = {student: {"attempt": key} for student, key in KEYS.items()} | dict(more)
    with Store.open(folder, "light") as store:
        store.keep_roll(about)
        store.note("folder", str(light))
        store.note("service", "")
        store.note("shard", shard)
        store.note("content", content)
        store.note("circumstances", json.dumps({"device": "cpu", "seed": "s"} | circumstances))
        for student, found in graded.items():
            store.keep(
                [student], found if isinstance(found, Outcome) else kept(student, found, content)
            )
    return folder


def outcomes_in(folder):
    """All that a store holds of its students."""
    with Store.open(folder) as store:
        return {key: store.outcome(*key) for key in store.outcomes()}


def test_what_is_merged_is_as_stale_as_it_was_in_its_part(light, tmp_path):
    """Whatever the folder was graded by before; a part given again takes its place."""
    out = make_store(tmp_path / "out", light, {"ada": BAD, "bob": BAD}, content="old")
    old = kept("bob", GOOD, "old")
    part = make_store(tmp_path / "1", light, {"ada": GOOD, "bob": old}, content="new")
    merge_stores(out, [part])
    rows = (out / "grades.csv").read_text()
    assert ("ada,light,4,4,graded" in rows, "bob,light,,3,withheld" in rows) == (True, True), rows
    assert "earlier version" in (out / "problems.csv").read_text()
    make_store(part, light, {"bob": GOOD}, content="new")
    merge_stores(out, [part])
    assert "bob,light,4,4,graded" in (out / "grades.csv").read_text()


def test_parts_are_joined_and_merging_again_changes_nothing(light, tmp_path):
    """In any order, part by part or at once; what is missing is named, and has no points."""
    one = make_store(tmp_path / "1", light, {"ada": GOOD, "cy": BAD}, "1/2")
    two = make_store(tmp_path / "2", light, {"bob": GOOD, "di": GOOD}, "2/2")
    out = tmp_path / "out"
    told, is_whole = merge_stores(out, [one])
    assert not is_whole
    assert "missing: part 2/2, of which no store was given" in told
    rows = (out / "grades.csv").read_text().splitlines()
    assert [line.split(",")[0] for line in rows[1:]] == list(KEYS)
    assert sum("withheld" in line for line in rows) == 2
    first = [merge_stores(out, [two, one]), outcomes_in(out), (out / "grades.csv").read_bytes()]
    again = [merge_stores(out, [one, two]), outcomes_in(out), (out / "grades.csv").read_bytes()]
    assert first == again
    assert first[0][1]
    assert len(first[1]) == 4
    other = tmp_path / "other"
    merge_stores(other, [one, two, two])
    assert outcomes_in(other) == first[1]


LATER = dataclasses.replace(BAD, started_at="2026-03-02T00:00:00Z")


@pytest.mark.parametrize(
    ("one", "other", "counts"),
    [
        (GOOD, Outcome(KEYS["ada"], "withheld", "our fault", "c"), GOOD),
        (GOOD, LATER, LATER),
        (GOOD, Outcome(KEYS["ada"], "graded", "", "stale", CHECKS, (), LATER), GOOD),
        (Outcome(KEYS["ada"], "not_read", "is a link", "c"), GOOD, GOOD),
    ],
)
def test_of_two_outcomes_the_better_counts_in_any_order(light, tmp_path, one, other, counts):
    """A grade above none, what is not stale above what is, and then the later one."""
    places = [
        make_store(tmp_path / name, light, {"ada": found})
        for name, found in (("1", one), ("2", other))
    ]
    for number, order in enumerate([places, places[::-1]]):
        out = tmp_path / f"out{number}"
        for place in order:
            merge_stores(out, [place])
        assert outcomes_in(out)["ada", KEYS["ada"]].grade == counts


def test_a_class_on_two_devices_has_the_worse_verdicts(light, tmp_path):
    """Joined check by check as two grades are; without a grade on one of them there is none."""
    cuda = dataclasses.replace(BAD, device="cuda")
    here = make_store(tmp_path / "cpu", light, {"ada": GOOD, "bob": GOOD})
    there = make_store(tmp_path / "cuda", light, {"ada": cuda}, content="d", device="cuda")
    out = tmp_path / "out"
    for order in ([here, there], [there, here], [here, there]):
        merge_stores(out, order)
        joined = outcomes_in(out)
        assert joined["ada", KEYS["ada"]].grade.score == 2
        assert set(joined["ada", KEYS["ada"]].grade.device.split("+")) == {"cpu", "cuda"}
        assert joined["bob", KEYS["bob"]].status == "withheld"
    with pytest.raises(MisuseError, match="holds grades of cuda: give the stores of all devices"):
        merge_stores(out, [here])


def test_decisions_of_all_stores_are_kept(light, tmp_path):
    """The later one counts, whichever store it is from."""
    one = make_store(tmp_path / "1", light, {"ada": BAD}, "1/2")
    two = make_store(tmp_path / "2", light, {"bob": BAD}, "2/2")
    for place, points, at in ((one, 1.0, "2026-03-03"), (two, 2.0, "2026-03-02")):
        with Store.open(place) as store:
            store.decide(HumanDecision("ada", "test_double", points, "why", "me", at))
    for order in ([one, two], [two, one]):
        merge_stores(tmp_path / "out", order)
        with Store.open(tmp_path / "out") as store:
            assert [decision.points for decision in store.decisions()] == [1.0]


@pytest.mark.parametrize(
    ("other", "words"),
    [
        ({"content": "d", "seed": "t"}, "seed differ"),
        ({"content": "d"}, "the assignment's files differ"),
        ({"shard": "1/3"}, "two divisions: 1/2 and 1/3"),
        ({"more": {"eve": {}}}, "eve is not the same in both"),
        ({"more": {"ada": {"attempt": "f" * 64}}}, "ada is not the same in both"),
        ({"content": ""}, "does not say what it is made from"),
    ],
)
def test_stores_of_two_classes_are_refused(light, tmp_path, other, words):
    """Nothing is written where parts do not belong together, and the message says why."""
    one = make_store(tmp_path / "1", light, {"ada": GOOD}, "1/2")
    two = make_store(tmp_path / "2", light, {}, **({"shard": "2/2"} | other))
    with pytest.raises(MisuseError, match=words):
        merge_stores(tmp_path / "out", [one, two])
    assert not (tmp_path / "out").exists()
    with pytest.raises(MisuseError, match="both what is written and what is read"):
        merge_stores(one, [one, two])


def test_parts_graded_apart_come_to_what_one_command_does(light, hand_in_all):
    """Each in a folder of its own; the store that they are merged in goes on as any other does."""
    texts = {f"{name}.py": text for name, text in zip("abcde", [RIGHT, WRONG] * 3, strict=False)}
    course = Class(light, hand_in_all(texts | {"f.py": STARTER, "g/readme.txt": "hello"}))
    code, _ = course.grade()
    whole = course.rows()
    shutil.rmtree(course.out)
    for part in ("1/2", "2/2", "1/2"):
        course.grade(shard=Shard.read(part))
    assert not course.heard("begin"), "a part given again has nothing to do"
    places = sorted((course.out / "shards").iterdir())
    assert [place.name for place in places] == ["1-of-2", "2-of-2"]
    done = CliRunner().invoke(main, ["merge", str(course.out), *map(str, places)])
    assert done.exit_code == code == 3, done.output
    assert "not read: g:" in done.output

    def told(rows):
        return {s: {k: v for k, v in row.items() if k != "graded_at"} for s, row in rows.items()}

    assert told(course.rows()) == told(whole)
    course.grade()
    assert not course.heard("begin"), "what was merged is not graded again"
    mixed = CliRunner().invoke(main, ["merge", str(course.out), str(places[0]), "x.json"])
    assert mixed.exit_code == 2
