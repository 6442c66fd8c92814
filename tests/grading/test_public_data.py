"""Public data in grades: every worker reads it, read-only and larger than its memory; the hash."""

import json
import os

import numpy as np
import pytest

from grader.cli.replay import describe_circumstances
from grader.grading import data_hash
from grader.grading.data_hash import data_versions
from grader.selftest.promises import try_promises
from tests.small import grade_small, make_small

CHECKS = '''
import numpy as np


def test_mean(submission, reference, public_data):
    """mean() is the mean of the rows."""
    rows = np.load(public_data / "rows.npy", mmap_mode="r")
    assert submission.mean() == float(rows.mean()) == reference.mean()


def test_judged(submission, judge):
    """The judge reads the rows too."""
    judge.is_a_mean(submission.mean())


def test_probed(submission, probes):
    """So do probes, and modules of public/."""
    assert submission.mean() == probes.given() == 2.5
'''
MEAN = """
import numpy as np

def mean():
    return float(np.load("rows_of/rows.npy", mmap_mode="r").mean())
"""
GIVEN = MEAN.replace("mean()", "given()", 1)


@pytest.fixture
def cache(tmp_path, monkeypatch):
    """A cache folder of the test's own."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    data_hash._hash_of.cache_clear()
    return tmp_path / "cache" / "torchmarks" / data_hash.FILE


def rows_of(folder, rows):
    """Write rows beside an assignment that is to be made."""
    (folder / "rows_of").mkdir(exist_ok=True)
    np.save(folder / "rows_of" / "rows.npy", np.array(rows))


def test_every_worker_reads_it_and_the_grade_tells_its_hash(tmp_path, cache):
    """The submission, the reference, the judge, probes and public modules, by one spelling."""
    rows_of(tmp_path, [1.0, 2.0, 3.0, 4.0])
    files = {
        "judge.py": f"{MEAN}\n\ndef is_a_mean(value):\n    assert value == mean()\n",
        "probes.py": "def given():\n    import rows\n    return rows.given()\n",
        "public/rows.py": GIVEN,
    }
    head = 'public_data = "../rows_of"'
    assignment = make_small(tmp_path, CHECKS, MEAN, head=head, files=files)
    grade = grade_small(assignment, MEAN)
    assert [check.message for check in grade.checks] == ["", "", ""]
    assert grade.versions["public_data"] == data_versions(assignment)["public_data"]
    rows_of(tmp_path, [1.0, 2.0, 3.0, 4.5])
    later = grade_small(assignment, "mean = None", select={"test_judged"})
    said = list(describe_circumstances(grade, later))
    assert len(said) == 1
    assert said[0].startswith("other versions: public_data ")


def test_the_hash_is_kept_by_names_sizes_and_times(tmp_path, cache):
    """What is kept is believed, so that no file is read; what has changed is hashed anew."""
    rows_of(tmp_path, [1.0])
    file = tmp_path / "rows_of" / "rows.npy"
    assignment = make_small(tmp_path, CHECKS, MEAN, head='public_data = "../rows_of"')
    first = data_versions(assignment)
    assert not cache.exists()  # it is too young: another change could have its times
    data_hash._hash_of.cache_clear()
    settled = data_hash._SETTLED
    try:
        data_hash._SETTLED = -settled
        assert data_versions(assignment) == first
    finally:
        data_hash._SETTLED = settled
    (fingerprint,) = json.loads(cache.read_bytes())
    cache.write_text(json.dumps({fingerprint: "as kept"}))
    data_hash._hash_of.cache_clear()
    assert data_versions(assignment) == {"public_data": "as kept"}
    times = file.stat()
    rows_of(tmp_path, [2.0])
    os.utime(file, ns=(times.st_atime_ns, times.st_mtime_ns))
    assert data_versions(assignment)["public_data"] not in {"as kept", first["public_data"]}
    file.rename(file.with_name("other.npy"))
    assert data_versions(assignment) != first
    for broken in (b"", b"[]", b"\xff"):
        cache.write_bytes(broken)
        data_hash._hash_of.cache_clear()
        assert len(data_versions(assignment)["public_data"]) == 64


def test_an_assignment_without_it_has_no_hash(tmp_path):
    """And a check that asks for it is a fault of the assignment's, with file and sentence."""
    assignment = make_small(tmp_path, CHECKS, MEAN)
    assert data_versions(assignment) == {}
    grade = grade_small(assignment, "mean = len", select={"test_mean"}, instructor=True)
    assert f"{assignment.toml} names no public_data" in grade.checks[0].message


def test_a_selftest_looks_for_what_is_hidden_in_it(tmp_path, cache):
    """Workers would read it, whatever a release leaves out."""
    rows_of(tmp_path, [1.0])
    (tmp_path / "rows_of" / "labels_hidden.npy").write_bytes(b"1")
    assignment = make_small(tmp_path, CHECKS, MEAN, head='public_data = "../rows_of"')
    promise, wrong = next(try_promises(assignment))
    assert promise == "nothing in rows_of/ is hidden"
    assert "labels_hidden.npy is called hidden" in wrong
