"""`grader selftest` from end to end: an assignment of two functions, sound and with faults."""

import json

import pytest
from click.testing import CliRunner

from grader.cli import main
from grader.cli.selftest import NAMES
from grader.selftest.command import FAMILIES, PROMISES
from grader.selftest.equivalents import NAME
from grader.selftest.trials import Trials
from tests.selftest.conftest import RIGHT, SUITE, TOML, TRIPLE


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
    assert "test_sign: no mutant loses it" in text
    rows = [line for line in text.splitlines() if line[2:].startswith(promises_of(families))]
    assert len(rows) == len(FAMILIES)
    assert max(map(len, rows)) <= 80
    assert {row[58:60] for row in rows} == {"  "}


def promises_of(families):
    """What the rows of a table begin with."""
    return tuple(family["promise"] for family in families.values())


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
    """Where the reference loses, nothing more is tried, and the last line says so."""
    wrong = {"reference/sign_reference.py": TRIPLE}
    code, text, told = selftest(**wrong)
    assert (code, told["families"]) == (1, [])
    assert "✗ the reference earns every point" in text
    assert text.splitlines()[-1] == "1 promise broken; the rest was not tried"


BARE = dict.fromkeys(
    ("selftest/correct/added.py", "selftest/mutants/triple.py", "selftest/hostile/leaves.py")
)


def test_a_fresh_assignment_is_told_what_would_be_tried(selftest):
    """By the folder that is empty; the reference is a right solution like any."""
    code, text, told = selftest(**BARE)
    assert code == 0, text
    families = {family["name"]: family for family in told["families"]}
    untried = {name: one["untried"] for name, one in families.items() if one["untried"]}
    assert untried == {
        "correct": "no file in selftest/correct",
        "mutants": "no file in selftest/mutants",
        "hostile": "no file in selftest/hostile",
        "neighbours": "no file in selftest/hostile",
        "probes": "no check takes `probes`",
        "paces": "no pace in paces/ of a race",
    }
    assert all(f"nothing to try, 0 s\n    {why}\n" in text for why in untried.values())
    assert families["seeds"]["ran"] == 1
    assert families["repeats"]["ran"] == 2


def test_the_reference_is_the_neighbour_where_there_is_no_other(selftest):
    """So that hostile files are tried in an assignment that has no right solution more."""
    _, _, told = selftest("--only", "neighbours", **{"selftest/correct/added.py": None})
    (family,) = told["families"]
    assert (family["ran"], family["problems"]) == (2, [])


ALONE = TOML.replace('reference = "reference/sign_reference.py"\n', "")
ASKS = """

def test_like_the_reference(submission, reference):
    \"\"\"double(x) is as it should be.\"\"\"
    assert submission.double(3) == reference.double(3)
"""


def test_an_assignment_without_a_reference_says_what_is_not_tried(selftest):
    """Once, at the start; all else is tried."""
    files = {"assignment.toml": ALONE, "reference/sign_reference.py": None}
    code, text, told = selftest("--only", "orders", "--only", "correct", **files)
    assert code == 0, text
    assert text.startswith("- no reference: not tried is")
    assert [family["untried"] for family in told["families"]] == ["there is no reference", ""]
    files |= {"test_sign.py": SUITE + ASKS}
    files |= {"assignment.toml": f"{ALONE}test_like_the_reference = 1\n"}
    code, text, told = selftest(**files)
    assert code == 1
    assert "✗ a check that asks the reference has one to ask" in text
    assert "test_like_the_reference takes reference, and assignment.toml names no" in text


SKIPS = """

def test_card(submission):
    \"\"\"It is fast.\"\"\"
    import pytest
    pytest.skip("needs a card, which is not here")
"""


def test_what_did_not_run_is_told_with_its_own_reason(selftest):
    """One sentence for the check, whoever is graded, and none of a busy machine."""
    files = {"test_sign.py": SUITE + SKIPS, "assignment.toml": f"{TOML}test_card = 0\n"}
    _, text, told = selftest("--only", "constants", **files)
    (family,) = told["families"]
    (told,) = family["advice"]
    assert told.startswith(f"test_card did not run in {family['ran']} of {family['ran']} gradings")
    assert "needs a card, which is not here" in told
    assert "busy" not in text


def test_a_record_that_cannot_be_written_is_told_first(make_sign, tmp_path):
    """Before minutes are spent; and none is written over code."""
    place = make_sign()
    (tmp_path / "notes.md").write_text("mine")
    for record, said in (
        (tmp_path / "nowhere/found.json", "cannot be written"),
        (tmp_path / "notes.md", "what is there is no record"),
        (place / "test_sign.py", "code is not written over"),
    ):
        done = CliRunner().invoke(main, ["selftest", str(place), "--json", str(record)])
        assert (done.exit_code, "✓" in done.output) == (2, False)
        assert said in " ".join(done.output.replace("│", "").split())


def test_paces_without_races_are_wrong_use(make_sign):
    """And no run of nothing that ends well."""
    words = ["selftest", str(make_sign()), "--only", "paces", "--no-race"]
    done = CliRunner().invoke(main, words)
    assert done.exit_code == 2
    assert "paces are raced" in done.output


@pytest.mark.parametrize("where", ["in the engine", "between gradings"])
def test_what_was_found_until_ctrl_c_is_told_and_recorded(selftest, monkeypatch, where):
    """With a code of its own, and the total so far."""
    run = Trials.run

    def run_and_end(self, trials, jobs=0):
        for number, tried in enumerate(run(self, trials, jobs)):
            yield tried
            if number:
                raise KeyboardInterrupt

    def tick(self, said):
        if said.startswith("constants: 3"):
            raise KeyboardInterrupt

    if where == "in the engine":
        monkeypatch.setattr(Trials, "run", run_and_end)
    else:
        monkeypatch.setattr("rich.status.Status.update", tick)
    code, text, told = selftest("--only", "constants", "--only", "correct")
    assert (code, told["end"]) == (130, "interrupted")
    assert [family["name"] for family in told["families"]] == ["constants"]
    assert text.splitlines()[-1].startswith("interrupted: no problem in ")
    assert text.endswith("so far; the rest was not tried\n")


def test_ctrl_c_among_the_promises_tells_how_many_there_were(selftest, monkeypatch):
    """Those that are kept are told as ever."""

    def try_one(assignment, *, races):
        yield "it is whole", ""
        raise KeyboardInterrupt

    monkeypatch.setattr("grader.selftest.command.try_promises", try_one)
    code, text, told = selftest()
    assert (code, told["end"], len(told["promises"])) == (130, "interrupted", 1)
    assert "interrupted: no promise broken of 1 so far; the rest was not tried" in text


def test_a_right_solution_that_is_no_python_is_a_problem(selftest):
    """Named with its line, where its mutants would be made; the others' are."""
    files = {"selftest/correct/broken.py": "def f(:\n"}
    code, _, told = selftest("--only", "machine", **files)
    (family,) = told["families"]
    assert code == 1
    assert any("broken.py:1: is not Python" in problem for problem in family["problems"])
    assert family["ran"]


def test_an_entry_of_a_file_that_is_gone_is_a_problem(selftest):
    """It would excuse whatever comes under that name."""
    entry = "[['gone.py']]\nin = 'f'\nwas = 'a'\nnow = 'b'\nwhy = 'so'\n"
    code, text, _ = selftest("--only", "machine", **{f"selftest/correct/{NAME}": entry})
    assert code == 1
    assert "gone.py is no right solution" in text


def test_a_check_that_asks_probes_and_that_no_mutant_loses_is_told(selftest):
    """Nobody knows whether its points rest on what a student's process says."""
    files = {"test_sign.py": SUITE.replace("sign(submission)", "sign(submission, probes)")}
    files["probes.py"] = "def names():\n    return []\n"
    _, text, _ = selftest("--only", "probes", **files)
    assert "test_sign: it asks probes, and no mutant loses it" in text


def test_names_for_only_are_those_of_the_families():
    """The option knows what there is."""
    assert list(NAMES) == [PROMISES, *FAMILIES]
