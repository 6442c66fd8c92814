"""`grader run`: what it prints, what it writes, and its exit codes."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
import warnings
from pathlib import Path

import jsonschema
import pytest
import torch
from click.testing import CliRunner

from grader.cli import main, run_command
from grader.reports.schema import SCHEMA_FILE
from tests.conftest import TINY

ABSENT = "L2" if os.getuid() == 0 else "L3r"
"""A level that only others get."""
CLEAN = {k: v for k, v in os.environ.items() if not k.startswith(("PYTEST", "GRADER", "CI"))}
COMMAND = [sys.executable, "-c", "from grader.cli import main; main()"]


@pytest.fixture
def run(monkeypatch):
    """Call the command in this process; return the exit code and output."""
    monkeypatch.delenv("GRADER_SUBMISSION", raising=False)

    def call(*args):
        result = CliRunner().invoke(main, ["run", *map(str, args)])
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result.exit_code, result.output

    return call


@pytest.mark.usefixtures("tiny_sandbox")
def test_a_poor_grade_is_a_grade(run, hand_in, tmp_path):
    """The exit code is 0 whatever the score; the first loss is told in full, the rest in a line."""
    record = tmp_path / "grade.json"
    source = "def double(n): return n\ndef guess(): return 2"
    code, said = run(TINY, hand_in(source), "--json", record)
    assert code == 0
    assert re.search(r"\n✓ test_model_stays_behind +4 / 4  passed\n", said)
    assert "~ test_guess_is_near" in said
    assert "    expected 2\n    got 1\n" in said
    assert "\ntest_guess_is_near: measured 2; all points at 1 or less" in said
    assert "10 of 25 points." in said
    grade = json.loads(record.read_text())
    jsonschema.validate(grade, json.loads(SCHEMA_FILE.read_text()))
    assert (grade["score"], grade["status"], "seed" in grade) == (10.0, "graded", False)


@pytest.mark.usefixtures("tiny_sandbox")
def test_a_grade_can_be_repeated(run, hand_in, tmp_path):
    """--replay repeats a grade from its seed, and refuses to compare other files."""
    path, record = hand_in("def double(n): return n + 20"), tmp_path / "grade.json"
    some = ["--only", "test_double_is_twice", "--only", "test_guess_is_near"]
    assert run(TINY, path, "--seed", "11", "--instructor", "--json", record, *some)[0] == 0
    code, said = run(TINY, path, "--replay", record, *some)
    assert code == 0
    assert "came out the same" in said
    grade = json.loads(record.read_text())
    grade["checks"][0]["verdict"] = "died"
    record.write_text(json.dumps(grade))
    code, said = run(TINY, path, "--replay", record, *some)
    assert code == 1
    assert "test_double_is_twice: was died (0 / 3), now wrong (0 / 3)" in said
    forged = {**grade["checks"][0], "name": "other versions", "verdict": "passed"}
    grade["checks"] = [forged, *grade["checks"][1:]]
    record.write_text(json.dumps(grade))
    code, said = run(TINY, path, "--replay", record, *some)
    assert (code, "came out differently" in said) == (1, True)
    code, said = run(TINY, hand_in(), "--replay", record)
    assert code == 2
    assert "of another submission" in said


@pytest.mark.usefixtures("tiny_sandbox")
@pytest.mark.parametrize("given", ["ada", "ada/tiny.py", "ada.py"])
def test_a_row_is_called_as_its_file_or_folder(run, hand_in, tmp_path, monkeypatch, given):
    """A file that is called as everybody's is names nobody: its folder does."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "ada").mkdir()
    hand_in(name="ada.py" if given == "ada.py" else "ada/tiny.py")
    words = ["--only", "test_guess_is_near", "--to", "csv"]
    assert run(TINY, given, *words)[0] == 0
    assert (tmp_path / "gradebook.csv").read_text().splitlines()[1].startswith("ada,tiny,")


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (["no-such-assignment"], "no folder with an assignment.toml"),
        ([TINY, "nowhere.py"], "there is no nowhere.py"),
        ([TINY, TINY], "candidates"),
        ([TINY, "--seed", "-1"], "a seed is 0 or more"),
        ([TINY, "--only", "test_that"], "no such check"),
        ([TINY, "--only", "test_gues_is_near"], "; did you mean 'test_guess_is_near'?"),
        ([TINY, "--json", "no/folder/grade.json"], "there is no folder"),
        ([TINY, "--data", "no/covid.train.csv"], "--data: there is no no/covid.train.csv"),
        ([TINY, "--submitted-at", "noon"], "Invalid value for --submitted-at"),
        ([TINY, "--deadline", "noon"], "Invalid value for --deadline"),
        ([TINY, "--replay", "nowhere.json"], "nowhere.json"),
        ([TINY, "--colour"], "No such option"),
    ],
)
def test_wrong_use_is_2(run, args, words):
    """What cannot be done as asked ends with 2, a sentence and no grade."""
    code, said = run(*args)
    assert code == 2
    assert words in said


def test_without_the_isolation_asked_for_there_is_no_grade(run, hand_in):
    """A level that the machine does not have ends with 3 and the reason."""
    code, said = run(TINY, hand_in(), "--isolation", ABSENT)
    assert code == 3
    assert ABSENT in said


@pytest.mark.usefixtures("tiny_sandbox")
def test_a_fault_of_the_grader_withholds_the_grade(run, hand_in, copy_tiny):
    """When a check breaks on its own, the exit code is 3."""
    folder = copy_tiny()
    suite = folder / "test_tiny.py"
    suite.write_text(
        suite.read_text().replace("    measure(", "    undefined(submission)\n    measure(")
    )
    code, said = run(folder, hand_in())
    assert code == 3
    assert "! test_guess_is_near" in said
    assert "withheld" in said


def test_checks_run_at_home_with_data_from_where_it_was_named(
    run, hand_in, copy_tiny, tmp_path, monkeypatch
):
    """A suite is run in its own folder, and what the command line named is still found."""
    folder, path = copy_tiny(), hand_in()
    suite = folder / "test_tiny.py"
    text = suite.read_text().replace("test_guess_is_near(", "test_guess_is_near(data_path, ")
    here = "    import os\n    assert os.path.samefile('.', os.path.dirname(__file__))\n"
    data = "    assert data_path.read_text() == 'numbers'\n"
    suite.write_text(text.replace("    measure(", f"{here}{data}    measure("))
    (tmp_path / "numbers.txt").write_text("numbers")
    monkeypatch.chdir(tmp_path)
    words = ["--only", "test_guess_is_near", "--data", "numbers.txt", "--json", "grade.json"]
    assert run(folder, path.name, *words)[0] == 0
    assert json.loads((tmp_path / "grade.json").read_text())["score"] == 10.0


@pytest.mark.parametrize("becomes", ["renamed", "removed"])
def test_a_grade_outlives_the_folder_in_which_it_was_asked_for(
    run, hand_in, tmp_path, monkeypatch, becomes
):
    """It is told, and kept where that can be; a path within it leads where it led."""
    path, kept, here = hand_in(), tmp_path / "grade.json", tmp_path / "here"
    here.mkdir()
    monkeypatch.chdir(here)
    grade = run_command.run_checks

    def meanwhile(*words):
        there = Path(shutil.move(here, tmp_path / "there"))
        if becomes == "removed":
            there.rmdir()
        return grade(*words)

    monkeypatch.setattr(run_command, "run_checks", meanwhile)
    words = [TINY, str(path), "--only", "test_double_is_twice", "--json"]
    if becomes == "removed":
        code, told = run(*words, str(kept))
    else:
        code, told = run(*words, "grade.json")
        kept = tmp_path / "there" / "grade.json"
    assert (code, json.loads(kept.read_text())["score"]) == (0, 3.0), told
    assert "3 of 25 points" in told


@pytest.mark.parametrize(
    "met",
    ["grader.grading.devices.Gradings.close", "grader.cli.console.ConsoleReporter.tell_grade"],
)
def test_a_whole_grade_is_kept_also_where_its_end_is_interrupted(
    run, hand_in, tmp_path, monkeypatch, met
):
    """As while its workers end, or while it is told to a pager that is left by Ctrl-C."""

    def interrupt(*_):
        monkeypatch.undo()
        raise KeyboardInterrupt

    record = tmp_path / "grade.json"
    monkeypatch.setattr(met, interrupt)
    code, told = run(TINY, hand_in(), "--only", "test_double_is_twice", "--json", record)
    assert (code, json.loads(record.read_text())["score"]) == (130, 3.0), told


@pytest.mark.usefixtures("tiny_sandbox")
@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_ctrl_c_tells_what_had_run(hand_in, tmp_path, end):
    """An interrupted run ends with 130 and keeps what it knows; so does one whose time is over.

    It is no grade for a service, which would put it in the place of an earlier one.
    """
    record, told = tmp_path / "grade.json", tmp_path / "told"
    path = hand_in("def apply(*args):\n    while True: pass\n\n\nguess = apply")
    command = [*COMMAND, "run", str(TINY), str(path), "--json", str(record), "--to", "gradescope"]
    delivered = tmp_path / "results.json"
    environment = {**CLEAN, "PYTHONUNBUFFERED": "1", "GRADESCOPE_RESULTS": str(tmp_path)}
    was = signal.signal(end, signal.SIG_DFL)  # whoever runs the tests may ignore it, as nohup does
    with told.open("w") as out:
        process = subprocess.Popen(command, env=environment, stdout=out, cwd=TINY.parents[1])
    signal.signal(end, was)
    give_up = time.monotonic() + 100
    while "test_model_stays_behind" not in told.read_text():
        assert time.monotonic() < give_up, told.read_text()
        time.sleep(0.05)
    process.send_signal(end)
    assert process.wait(60) == 130
    assert "grading was interrupted" not in told.read_text()
    assert "note: interrupted: what had run is kept" in told.read_text()
    grade = json.loads(record.read_text())
    verdicts = [check["verdict"] for check in grade["checks"]]
    assert verdicts[:3] == ["passed"] * 3
    assert verdicts[-1] == "not_run"
    assert grade["status"] == "partial"
    assert not delivered.exists(), "a service would take it for the grade"


def test_help_teaches_by_examples_and_imports_no_torch():
    """--help has examples and exit codes, and comes without torch or pytest."""
    loaded = (
        "import sys; from grader.cli import main; main(['run', '--help'], standalone_mode=False);"
        "print({'torch', 'pytest', 'hypothesis'} & set(sys.modules))"
    )
    done = subprocess.run(
        [sys.executable, "-c", loaded], capture_output=True, text=True, check=True
    )
    assert done.stdout.endswith("set()\n")
    for words in ("grader run hw2 my/hw2.ipynb", "Exit codes:", "--replay"):
        assert words in done.stdout


NO_CARD = pytest.mark.skipif(torch.cuda.is_available(), reason="this machine has a card")


@NO_CARD
def test_a_card_that_is_not_there_is_wrong_use(run, hand_in, tmp_path):
    """Whoever asks for a GPU is told why there is none, and nothing is graded."""
    record = tmp_path / "grade.json"
    code, said = run(TINY, hand_in(), "--device", "cuda", "--json", record)
    assert code == 2
    assert said.startswith("--device cuda: this torch ")
    assert not record.exists()


@pytest.mark.parametrize(
    ("warned", "words"),
    [
        ("The NVIDIA driver on your system is too old (found version 11040).", "update the driver"),
        ("CUDA initialization: no CUDA-capable device is detected", "nvidia-smi -L"),
        ("Error 802: system not yet initialized", "torch says: Error 802: system not yet init"),
    ],
)
def test_a_card_that_cannot_be_used_is_explained(run, hand_in, monkeypatch, warned, words):
    """What torch only warns of is said in a sentence, with what to do."""

    def is_available():
        warnings.warn(warned, UserWarning, stacklevel=1)
        return False

    monkeypatch.setattr(torch.version, "cuda", "13.0")
    monkeypatch.setattr(torch.cuda, "is_available", is_available)
    code, said = run(TINY, hand_in(), "--device", "cuda")
    assert code == 2
    assert words in said


@NO_CARD
@pytest.mark.usefixtures("tiny_sandbox")
def test_on_both_devices_a_missing_one_makes_the_grade_partial(run, hand_in, tmp_path):
    """The CPU is graded as ever; that the GPU was not is said, and kept."""
    record = tmp_path / "grade.json"
    code, said = run(TINY, hand_in(), "--device", "both", "--json", record)
    assert code == 0
    assert "note: nothing ran on cuda: this torch " in said
    grade = json.loads(record.read_text())
    jsonschema.validate(grade, json.loads(SCHEMA_FILE.read_text()))
    assert (grade["device"], grade["lost_devices"]) == ("cpu+cuda", ["cuda"])
    assert (grade["score"], grade["status"]) == (grade["max_score"], "partial")


@pytest.mark.usefixtures("tiny_sandbox")
def test_grades_are_merged_by_their_files(run, hand_in, tmp_path):
    """`grader merge` joins grades of one file, and refuses those of two."""
    paths = [tmp_path / name for name in ("one.json", "two.json", "other.json")]
    path = hand_in("def guess(): return 2")
    for record, only in zip(paths, ("test_double_is_twice", "test_guess_is_near"), strict=False):
        assert run(TINY, path, "--only", only, "--json", record)[0] == 0
    assert run(TINY, hand_in(), "--json", paths[2])[0] == 0
    out = tmp_path / "both.json"
    done = CliRunner().invoke(main, ["merge", str(out), str(paths[0]), str(paths[1])])
    assert done.exit_code == 0, done.output
    verdicts = {c["name"]: c["verdict"] for c in json.loads(out.read_text())["checks"]}
    assert verdicts["test_double_is_twice"] == "passed"
    assert verdicts["test_guess_is_near"] == "wrong"
    out.unlink()
    done = CliRunner().invoke(main, ["merge", str(out), str(paths[0]), str(paths[2])])
    assert done.exit_code == 2
    assert "are not the same file" in done.output
    assert not out.exists()
    kept = paths[0].read_text()
    done = CliRunner().invoke(main, ["merge", str(paths[0]), str(paths[1])])
    assert done.exit_code == 2
    assert "say first where to write" in done.output
    assert paths[0].read_text() == kept


def test_advice_to_whoever_grades_is_in_no_report(run, hand_in, copy_tiny, tmp_path, monkeypatch):
    """How to see a hidden check's fault is said on the terminal, and to no student."""
    monkeypatch.chdir(tmp_path)
    folder = copy_tiny(
        hidden='"""Hidden."""\n\n\ndef test_double_agrees():\n    """It."""\n    1 / 0\n'
    )
    words = ["--only", "test_double_agrees", "--json", "kept.json"]
    targets = [word for name in ("html", "markdown", "junit", "csv") for word in ("--to", name)]
    code, said = run(folder, hand_in(), *words, *targets)
    assert (code, "in test_double_agrees: run it again with --instructor" in said) == (3, True)
    written = "".join(path.read_text() for path in tmp_path.iterdir() if path.is_file())
    assert "--instructor" not in written
    assert "ZeroDivisionError" not in written
    assert "run it again" not in run(folder, hand_in(), "--instructor", *words)[1]
