"""The packages of an assignment are there, and can be imported before a fork."""

from click.testing import CliRunner

from grader.assignment.folder import load_assignment
from grader.cli import main
from grader.sandbox.packages import find_package_problems


def test_each_is_tried_in_a_process_of_its_own(tmp_path, monkeypatch):
    """What is missing, breaks, or starts a thread is named with what to do."""
    (tmp_path / "threads.py").write_text(
        "import threading, time\nthreading.Thread(target=time.sleep, args=[9], daemon=True).start()"
    )
    (tmp_path / "breaks.py").write_text("1 / 0")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    told = find_package_problems(["json", "threads", "breaks", "no_such_package"])
    assert told[0] == (
        "threads: importing it starts a thread, so workers cannot be forked: take it out"
    )
    assert "breaks: cannot be imported here (ZeroDivisionError" in told[1]
    assert "No module named 'no_such_package'" in told[2]
    assert len(told) == 3


def test_doctor_tells_of_an_assignments_packages(copy_tiny, monkeypatch):
    """A package that is missing is no machine for a grade."""
    monkeypatch.setattr("grader.sandbox.choice.try_levels", lambda *_, **__: iter(()))
    folder = copy_tiny(toml=("[points]", 'packages = ["no_such_package"]\n[points]'))
    assert load_assignment(folder).packages == ("no_such_package",)
    done = CliRunner().invoke(main, ["doctor", str(folder)])
    assert done.exit_code == 3
    assert "The assignment's packages: no_such_package: cannot be imported here" in done.output
