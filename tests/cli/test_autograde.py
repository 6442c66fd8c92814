"""Gradescope's run: a results.json whatever happens, and no points taken away by accident."""

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
import zipfile
from datetime import datetime
from pathlib import Path

import pytest
from click.testing import CliRunner

from grader.assignment.folder import load_assignment
from grader.cli import autograde, main
from grader.cli.autograde import Site
from grader.cli.gradescope_folder import find_own_deadline, look_into
from grader.grade.result import Verdict
from grader.release.archive import write_classroom50_bundle, write_gradescope_zip
from grader.release.new import make_assignment
from grader.release.student_repository import Kit, ReleaseError
from grader.release.wheel import make_wheel
from grader.reports import write
from grader.reports.gradescope import render_failure, render_results
from tests.reports.grades import a_check, a_grade
from tests.sandbox.processes import alive, descendants
from tests.sandbox.someone import ORDINARY

ROOT = Path(__file__).parents[2]
KIT = Kit("torchmarks==0.1.0")


@pytest.fixture
def fresh(tmp_path):
    """Make a new assignment, hw3, with two attempts."""
    make_assignment(tmp_path / "course" / "hw3")
    toml = tmp_path / "course" / "hw3" / "assignment.toml"
    toml.write_text(toml.read_text().replace("\n[points]", "\nattempts = 2\n[points]", 1))
    return load_assignment(toml.parent)


@pytest.fixture
def site(tmp_path):
    """Lay out Gradescope's folder."""
    for name in ("source", "submission", "results"):
        (tmp_path / "autograder" / name).mkdir(parents=True)
    return Site(tmp_path / "autograder")


def results(site):
    """Read what Gradescope would read."""
    return json.loads(site.results.read_text())


def pretend(monkeypatch, code, said="", score=None):
    """Replace the grading by an exit code, some words and perhaps a score."""

    def run(site, assignment, metadata):
        if score is not None:
            site.write(json.dumps({"score": score, "output": "graded", "tests": []}).encode())
        return code, said

    monkeypatch.setattr(autograde, "_run", run)


def before(site, *scores, known=None, **more):
    """Tell the site of earlier submissions, and of what else is known."""
    earlier = [{"score": score, "autograder_error": False, **more} for score in scores]
    data = {"created_at": "2026-11-01T10:00:00-07:00", "previous_submissions": earlier}
    (site.root / "submission_metadata.json").write_text(json.dumps(data | (known or {})))


def test_a_grade_is_left_as_it_is(site, fresh, monkeypatch):
    """What the grading wrote is what Gradescope reads."""
    pretend(monkeypatch, 0, score=65.0)
    assert autograde.autograde(site, fresh.folder) == 0
    assert results(site) == {"score": 65.0, "output": "graded", "tests": []}


@pytest.mark.parametrize(
    "words",
    [
        "the loop did not finish",
        "Grading began and did not finish.",
        "The autograder could not be started; please tell your instructor.",
        "No grade: This grade is withheld",
        render_failure("Grading began and did not finish.").decode(),
    ],
)
@pytest.mark.parametrize("place", ["message", "counterexample", "sentence"])
def test_no_words_of_a_submission_take_a_grade_away(site, fresh, monkeypatch, words, place):
    """A grade is told from its absence by the file, and not by what stands in it."""
    check = a_check("test_it", Verdict.wrong, 0.8157, 100.0, **{"sentence": "", place: words})
    told = render_results(a_grade(check, notices=(words,)))

    def run(site, assignment, metadata):
        site.write(told)
        return 0, words

    monkeypatch.setattr(autograde, "_run", run)
    assert autograde.autograde(site, fresh.folder) == 0
    assert site.results.read_bytes() == told
    assert results(site)["score"] == 81.57


def test_a_grading_that_wrote_nothing_says_so(site, fresh, monkeypatch):
    """What was written before the grading began is no grade, whatever the grading's exit code."""
    pretend(monkeypatch, 0, "the wall fell")
    assert autograde.autograde(site, fresh.folder) == 0
    assert results(site)["output"] == "No grade: the wall fell"


@pytest.mark.parametrize("code", [1, 2, 3, -9])
def test_a_crash_leaves_every_maximum(site, fresh, monkeypatch, code):
    """When the grading ends without a grade, all checks stand there with nothing earned."""
    pretend(monkeypatch, code, "two candidates: a.py, b.py")
    assert autograde.autograde(site, fresh.folder) == code
    found = results(site)
    assert [test["max_score"] for test in found["tests"]] == list(fresh.points.values())
    assert found["score"] == 0
    assert "two candidates" in found["output"]


def test_a_broken_assignment_is_said(site, fresh):
    """A mistake in the TOML is in the output, not a missing file."""
    fresh.toml.write_text("title = 3")
    assert autograde.autograde(site, fresh.folder) == 2
    assert "cannot be graded" in results(site)["output"]


def test_a_seed_that_cannot_be_read_is_said(site, fresh):
    """Where the seed is closed to whoever runs this, the output names it and why."""
    (site.root / "source" / "seed").mkdir()
    upload(site, "hw3.py")
    assert autograde.autograde(site, fresh.folder) == 2
    assert "source/seed: Is a directory" in results(site)["output"]


def test_attempts_that_are_used_up_keep_the_last_result(site, fresh, monkeypatch):
    """The third of two attempts is not graded: the result of the second stands."""
    pretend(monkeypatch, 0, score=100.0)
    old = {"score": 20.0, "output": "old", "tests": []}
    before(site, 10.0, 20.0, results=old)
    assert autograde.autograde(site, fresh.folder) == 0
    assert results(site)["score"] == 20.0
    assert "All 2 attempts are used" in results(site)["output"]


def test_a_failed_attempt_does_not_count(site, fresh, monkeypatch):
    """An earlier submission on which the autograder failed leaves the attempt free."""
    pretend(monkeypatch, 0, score=100.0)
    before(site, 10.0, 20.0, autograder_error=True)
    autograde.autograde(site, fresh.folder)
    assert results(site)["score"] == 100.0


@pytest.mark.parametrize(("visibility", "words"), [("hidden", "your points"), ("visible", "40 p")])
def test_a_withheld_grade_keeps_earlier_points(site, fresh, monkeypatch, visibility, words):
    """Until a person has looked, the best earlier score stays; it is a secret as any total is."""
    show_hidden(fresh, visibility)
    pretend(monkeypatch, 3, score=0.0)
    before(site, 40.0)
    assert autograde.autograde(site, fresh.folder) == 3
    assert results(site)["score"] == 40.0
    assert words in results(site)["output"]
    assert ("40" in results(site)["output"]) is (visibility == "visible")


def show_hidden(fresh, visibility):
    """Have the assignment show its hidden checks at some time."""
    text = fresh.toml.read_text().replace(
        "\n[points]", f'\nvisibility = "{visibility}"\n[points]', 1
    )
    fresh.toml.write_text(text)


OLD = {"score": 20.0, "output": "old", "tests": [{"name": "a"}], "extra_data": {"status": "graded"}}


@pytest.mark.parametrize(
    ("code", "said", "words"),
    [
        (2, "two candidates: a.py, b.py", "two candidates: a.py, b.py Your earlier result stands."),
        (3, "no grade: no isolation", "No grade: no grade: no isolation Your earlier"),
        (-9, "", "No grade: the grader broke off"),
        (1, "Traceback (most recent call last):\n  /srv/secret.py", "the grader broke off"),
    ],
)
def test_an_upload_that_cannot_be_graded_leaves_the_earlier_grade(
    site, fresh, monkeypatch, code, said, words
):
    """The last result that was one stands, with the reason above it, and no attempt is used."""
    pretend(monkeypatch, code, said)
    before(site, 10.0, 20.0, results=OLD)
    attempts = fresh.toml.read_text().replace("attempts = 2", "attempts = 3")
    fresh.toml.write_text(attempts)
    assert autograde.autograde(site, fresh.folder) == code
    found = results(site)
    assert (found["score"], found["tests"]) == (20.0, OLD["tests"])
    assert words in found["output"].replace("\\", "")
    assert "secret" not in found["output"]
    assert found["extra_data"] == {"status": "graded", "counts": False}
    pretend(monkeypatch, 0, score=100.0)
    before(site, 20.0, 20.0, 20.0, results=found)
    autograde.autograde(site, fresh.folder)
    assert results(site)["score"] == 100.0


def test_a_grading_that_is_cut_off_leaves_the_earlier_grade(site, fresh, monkeypatch):
    """What lies there while the grading runs is the earlier result, should it never end."""
    seen = []

    def run(site, assignment, metadata):
        seen.append(results(site))
        return 0, ""

    monkeypatch.setattr(autograde, "_run", run)
    before(site, 20.0, results=OLD)
    autograde.autograde(site, fresh.folder)
    assert (seen[0]["score"], seen[0]["tests"]) == (20.0, OLD["tests"])
    assert "did not finish" in seen[0]["output"]


@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGTERM])
def test_a_grading_that_is_interrupted_is_ended_and_leaves_the_earlier_grade(site, fresh, end):
    """However Gradescope ends it, nothing goes on behind it, and no traceback tells of it."""
    (site.submission / "hw3.py").write_text("while True:\n    pass\n")
    before(site, 20.0, results=OLD)
    command = [sys.executable, "-m", "grader.cli.autograde", str(site.root), str(fresh.folder)]
    was = signal.signal(end, signal.SIG_DFL)  # whoever runs the tests may ignore it
    grading = subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE)
    signal.signal(end, was)
    give_up = time.monotonic() + 100
    while not (started := descendants(grading.pid)):
        assert time.monotonic() < give_up
        time.sleep(0.05)
    grading.send_signal(end)
    assert (grading.communicate()[1], grading.returncode) == (b"interrupted\n", 130)
    assert not alive(started)
    assert (results(site)["score"], results(site)["tests"]) == (20.0, OLD["tests"])


def test_a_failure_hides_what_is_hidden(site, fresh, monkeypatch):
    """Where nothing was graded, hidden checks have the visibility that the assignment says."""
    show_hidden(fresh, "after_published")
    pretend(monkeypatch, 2, "two candidates")
    autograde.autograde(site, fresh.folder)
    found = {test["name"]: test["visibility"] for test in results(site)["tests"]}
    assert found["test_softmax_of_extreme_logits"] == "after_published"
    assert list(found.values()).count("visible") == 3


def upload(site, *names):
    """Put files into the upload."""
    for name in names:
        path = site.root / "submission" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("x = 1\n")


@pytest.mark.parametrize(
    ("names", "found"),
    [
        (["hw3.py", "sub/hw3.py"], ""),
        (["hw3/hw3.py", "__MACOSX/hw3/._hw3.py", "hw3/.ipynb_checkpoints/hw3.ipynb"], "hw3"),
        (["conftest.py", "a/b/hw3.ipynb", "a/data/x.csv"], "a/b"),
        (["mine/answer.py", "mine/data/more.csv"], "mine"),
        (["one.txt", ".git/hw3.py"], ""),
        (["a/b/c/d/e/f/hw3.py"], ""),
    ],
)
def test_a_folder_of_an_upload_is_looked_into(site, names, found):
    """The nearest folder with an accepted name is graded, or else the nearest with code."""
    upload(site, *names)
    assert look_into(site.submission, ["hw3.py", "hw3.ipynb"]) == site.submission / found


def test_no_link_of_an_upload_is_followed(site, tmp_path):
    """A folder that is a link to another is none of an upload's."""
    (tmp_path / "hw3.py").touch()
    (site.submission / "hw3").symlink_to(tmp_path)
    assert look_into(site.submission, ["hw3.py"]) == site.submission


def test_two_folders_are_two_candidates(site, fresh):
    """Where two folders are as near the upload is not graded, and the output names them."""
    upload(site, "a/hw3.py", "b/hw3.py")
    assert autograde.autograde(site, fresh.folder) == 2
    said = "No grade: your upload has something to grade in a and b: hand in one of them"
    assert results(site)["output"] == said


def test_an_upload_without_code_is_told_what_is_in_it(site, fresh):
    """Nothing to grade is no fault of the grader, and has no path of its machine."""
    upload(site, "notes.txt")
    assert autograde.autograde(site, fresh.folder) == 2
    assert "your upload holds notes.txt, but neither hw3.py nor" in results(site)["output"]
    assert str(site.root) not in results(site)["output"]


def due(text):
    """Write the part of the metadata that tells a due date."""
    return {"assignment": {"due_date": text}}


SHARED, OWN = "2026-11-01T09:00:00-07:00", "2026-11-03T09:00:00-07:00"


@pytest.mark.parametrize(
    ("metadata", "own"),
    [
        (due(SHARED) | {"users": [due(SHARED)]}, None),
        (due(SHARED) | {"users": [{"name": "Ada"}]}, None),
        (due(SHARED) | {"users": [due(OWN)]}, OWN),
        (due(SHARED) | {"users": [due(SHARED), due(OWN), due(None)]}, OWN),
        (due(None) | {"users": [due(OWN)]}, OWN),
        (due(OWN) | {"users": [due(SHARED)]}, SHARED),
        (due("soon") | {"users": [due("later"), 3]}, None),
        ({"users": None}, None),
    ],
)
def test_a_students_own_due_date_is_found(metadata, own):
    """It is the one that differs from everybody's; of a group the latest counts."""
    assert find_own_deadline(metadata) == (own and datetime.fromisoformat(own))


@pytest.mark.parametrize("text", ["", "[]", "{", '{"previous_submissions": null}'])
def test_strange_metadata_does_no_harm(site, fresh, monkeypatch, text):
    """Metadata that cannot be read is as good as none."""
    (site.root / "submission_metadata.json").write_text(text)
    pretend(monkeypatch, 0, score=5.0)
    autograde.autograde(site, fresh.folder)
    assert results(site)["score"] == 5.0


def lay_out(fresh, root):
    """Unpack the upload as Gradescope does, with our own interpreter as its environment."""
    wheel = root.parent / "torchmarks-0.1.0-py3-none-any.whl"
    wheel.write_bytes(b"not installed here")
    write_gradescope_zip(fresh, root.parent / "hw3.zip", wheel, 7)
    subprocess.run(["unzip", "-q", root.parent / "hw3.zip", "-d", root / "source"], check=True)
    (root / "run_autograder").write_bytes((root / "source" / "run_autograder").read_bytes())
    (root / "run_autograder").chmod(0o755)
    (root / "venv").symlink_to(sys.prefix)
    sample = fresh.folder / "submission" / "hw3.py"
    (root / "submission" / "hw3.py").write_bytes(sample.read_bytes())
    before(Site(root))


def run_there(root, *by):
    """Run run_autograder, perhaps by a command that runs commands."""
    environ = {**os.environ, "AUTOGRADER_ROOT": str(root), "HOME": str(root)}
    return subprocess.run(
        [*by, root / "run_autograder"],
        env=environ,
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_upload_grades_where_it_is_unpacked(site, fresh):
    """Unpacked as Gradescope does it, run_autograder grades the sample by its seed."""
    lay_out(fresh, site.root)
    done = run_there(site.root)
    assert done.returncode == 0, done.stdout + done.stderr
    found = results(site)
    assert (found["score"], len(found["tests"])) == (65.0, 5)
    assert found["tests"][3]["visibility"] == "hidden"


@pytest.mark.slow
def test_the_upload_grades_a_folder_by_the_students_own_due_date(site, fresh):
    """With a folder in the zip and a day more than others, what is late is judged by that day."""
    policy = 'deadline = 2026-11-01T08:00:00\ntimezone = "America/Los_Angeles"\nlate = "10% a day"'
    fresh.toml.write_text(fresh.toml.read_text().replace("attempts = 2", policy))
    lay_out(load_assignment(fresh.folder), site.root)
    (site.submission / "mine").mkdir()
    (site.submission / "hw3.py").rename(site.submission / "mine" / "hw3.py")
    for own, score in ((SHARED, 58.5), (OWN, 65.0)):
        before(site, known={**due(SHARED), "users": [due(own)]})
        done = run_there(site.root)
        assert done.returncode == 0, done.stdout + done.stderr
        assert results(site)["score"] == score
    before(site, known={**due(SHARED), "users": [due("2026-11-01T09:30:00-07:00")]})
    assert run_there(site.root).returncode == 0
    told = results(site)["output"].replace("\\", "")
    assert "30 minutes after your own deadline, 2026-11-01 08:30 (America/Los_Angeles)" in told
    assert "10% less than 50" in told
    assert "45 of 70 points for the checks that are shown here" in told


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")
def test_an_ordinary_user_can_run_the_upload(fresh):
    """The same as an ordinary user, to whom the folder belongs and little else is open."""
    with tempfile.TemporaryDirectory() as open_to_all:
        Path(open_to_all).chmod(0o755)
        site = Site(Path(open_to_all) / "autograder")
        for name in ("source", "submission", "results"):
            (site.root / name).mkdir(parents=True)
        lay_out(fresh, site.root)
        for path in (site.root, *site.root.rglob("*")):
            os.chown(path, ORDINARY, ORDINARY, follow_symlinks=False)
        done = run_there(site.root, sys.executable, "-m", "tests.sandbox.someone", "user")
        assert done.returncode == 0, done.stdout + done.stderr
        assert results(site)["score"] == 65.0
        assert site.results.stat().st_uid == ORDINARY


def test_without_its_environment_the_upload_says_so(site, fresh):
    """When setup did not make the environment, results.json says that nothing started."""
    lay_out(fresh, site.root)
    (site.root / "venv").unlink()
    assert run_there(site.root).returncode != 0
    assert "could not be started" in results(site)["output"]


def test_the_zip_has_what_gradescope_needs(fresh, tmp_path):
    """setup.sh and run_autograder are executable at the root, the seed is for its owner alone."""
    wheel = tmp_path / "torchmarks-0.1.0-py3-none-any.whl"
    wheel.write_bytes(b"wheel")
    for name in ("one.zip", "two.zip"):
        write_gradescope_zip(fresh, tmp_path / name, wheel, 7)
    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "two.zip").read_bytes()
    with zipfile.ZipFile(tmp_path / "one.zip") as archive:
        modes = {i.filename: i.external_attr >> 16 & 0o777 for i in archive.infolist()}
        setup = archive.read("setup.sh").decode()
    assert modes["setup.sh"] == modes["run_autograder"] == 0o755
    assert modes["seed"] == 0o600
    assert "course/hw3/test_hw3_hidden.py" in modes
    assert "course/hw3/reference/hw3.py" in modes
    assert not [name for name in modes if "submission" in name or "starter" in name]
    assert subprocess.run(["bash", "-n"], input=setup, text=True, check=False).returncode == 0


def test_an_unwritable_zip_is_named(fresh, tmp_path):
    """Where the zip cannot be written, the command is wrong use and names the file."""
    wheel = make_wheel(tmp_path)
    target = str(tmp_path / "nowhere" / "hw3.zip")
    command = ["package", "gradescope", str(fresh.folder), "-o", target, "--wheel", str(wheel)]
    done = CliRunner(env={"TORCHMARKS_SECRET": "s" * 32}).invoke(main, command)
    assert done.exit_code == 2
    assert "hw3.zip: cannot be written" in done.output


def test_classroom50s_bundle_is_public(fresh, tmp_path):
    """The bundle holds public checks only, and a program that compiles."""
    write_classroom50_bundle(fresh, tmp_path / "bundle", KIT)
    files = {path.name: path for path in (tmp_path / "bundle").rglob("*") if path.is_file()}
    compile(files["autograder.py"].read_text(), "autograder.py", "exec")
    held = "".join(path.read_text() for path in files.values())
    assert "test_softmax_of_extreme_logits" not in held
    assert "weights / weights.sum()" not in held
    assert '"torchmarks==0.1.0"' in files["autograder.py"].read_text()
    with pytest.raises(ReleaseError, match="exists"):
        write_classroom50_bundle(fresh, tmp_path / "bundle", KIT)


def test_classroom50s_bundle_may_bring_the_grader(fresh, tmp_path):
    """With a wheel the bundle installs the grader from itself."""
    wheel = tmp_path / "torchmarks-0.1.0-py3-none-any.whl"
    wheel.write_bytes(b"wheel")
    write_classroom50_bundle(fresh, tmp_path / "bundle", Kit("torchmarks", wheel))
    assert (tmp_path / "bundle" / "wheels" / wheel.name).read_bytes() == b"wheel"
    program = (tmp_path / "bundle" / "autograder.py").read_text()
    compile(program, "autograder.py", "exec")
    assert f'HERE / "wheels/{wheel.name}"' in program


NOWHERE = "https://example.org/x"
ENVIRONMENT = {
    **dict.fromkeys(("CLASSROOM", "ASSIGNMENT", "OWNER", "USERNAME"), "x"),
    **dict.fromkeys(("COMMIT_URL", "RELEASE_URL", "REVIEW_URL"), NOWHERE),
    "SUBMISSION_TAG": "submit/2026-11-01T10-00-00Z-abcdef0",
    "ASSIGNMENT_TYPE": "individual",
}


@pytest.fixture
def on_classroom50(fresh, tmp_path):
    """Run the bundle in a checkout with some files, as the service does; return both results."""
    write_classroom50_bundle(fresh, tmp_path / "bundle", KIT)
    checkout = tmp_path / "checkout"

    def run(*names, **environ):
        for name in ("README.md", *names):
            (checkout / name).parent.mkdir(parents=True, exist_ok=True)
            (checkout / name).write_bytes((fresh.folder / "reference" / "hw3.py").read_bytes())
        done = subprocess.run(
            [sys.executable, tmp_path / "bundle" / "autograder.py"],
            cwd=checkout,
            env={**os.environ, **ENVIRONMENT, **environ},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        result = json.loads((checkout / "result.json").read_text())
        assert_is_taken(result)
        return result, (checkout / "release-body.md").read_text()

    return run


def assert_is_taken(result):
    """Hold a result against what Classroom 50's runner and its collector ask of it."""
    assert result["schema"] == "classroom50/result/v1"
    for field, name in (
        ("classroom", "CLASSROOM"),
        ("assignment", "ASSIGNMENT"),
        ("owner", "OWNER"),
    ):
        assert result[field] == ENVIRONMENT[name]
    assert result["assignment_type"] in ("individual", "group", "team")
    assert result["submission"].startswith("submit/")
    assert all(result[field] for field in ("commit", "release", "review", "datetime"))
    assert result["tests"], "no tests are read as: no autograder is configured"
    for part in (result, *result["tests"]):
        assert type(part["score"]) is type(part["max-score"]) is int
        assert 0 <= part["score"] <= part["max-score"]
    assert all(test["test-name"] and type(test["passed"]) is bool for test in result["tests"])


def test_classroom50s_program_grades_a_checkout(on_classroom50):
    """Run in a checkout with Classroom 50's variables, it leaves a result in hundredths."""
    result, body = on_classroom50("hw3.py")
    assert (result["score"], result["max-score"], len(result["tests"])) == (7000, 7000, 3)
    assert "README" not in body


@pytest.mark.parametrize(
    ("names", "words"),
    [
        (["hw3.py", "hw3.ipynb"], "Both hw3.py and hw3.ipynb are here: hand in one"),
        (["other.py"], "There is no hw3.py and no hw3.ipynb here."),
        (["hw3.py/inside"], "hw3.py holds inside, but neither hw3.py nor hw3.ipynb."),
    ],
)
def test_classroom50_gets_a_sentence_where_there_is_nothing_to_grade(on_classroom50, names, words):
    """Both files or none is a result of 0 of all points with the reason, and no error."""
    result, body = on_classroom50(*names)
    assert (result["score"], result["max-score"], len(result["tests"])) == (0, 7000, 3)
    assert words in body.replace("\\", "")


def test_classroom50s_own_status_is_left_to_it(on_classroom50, tmp_path):
    """A line `status=` among a step's outputs is posted as the commit's: there is none."""
    output = tmp_path / "output"
    on_classroom50("hw3.py", GITHUB_OUTPUT=str(output))
    assert not output.exists()
    write(a_grade(), ["github"], {**ENVIRONMENT, "GITHUB_OUTPUT": str(output)}, tmp_path)
    names = [line.partition("=")[0] for line in output.read_text().splitlines()]
    assert names == ["result", "score", "max_score"]


def test_classroom50s_program_installs_torch_for_the_cpu(fresh, tmp_path):
    """Where neither is there, torch comes first, and from PyTorch's own index without CUDA."""
    wheel = tmp_path / "torchmarks-0.1.0-py3-none-any.whl"
    wheel.write_bytes(b"wheel")
    write_classroom50_bundle(fresh, tmp_path / "bundle", Kit("torchmarks", wheel))
    program = (tmp_path / "bundle" / "autograder.py").read_text()
    said = program.replace("find_spec(module)", "find_spec('none')")
    said = said.replace("subprocess.run([*pip, *wanted], check=True", "print([*pip, *wanted]) or (")
    said = said.replace(', cwd="/")', ")").replace("return grade(", "return print(")
    (tmp_path / "bundle" / "autograder.py").write_text(said)
    command = [sys.executable, tmp_path / "bundle" / "autograder.py"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    first, second, _ = done.stdout.splitlines()
    assert "'--index-url', 'https://download.pytorch.org/whl/cpu', 'torch>=2.6'" in first
    assert second.endswith(f"wheels/{wheel.name}']")
