"""A class in which names are no UTF-8."""

import os

from tests.course.conftest import RIGHT
from tests.course.test_class import Class


def test_names_that_are_no_utf_8_are_graded(light, hand_in_all):
    """A file, a folder and what lies in one; a link of such a name has its row."""
    names = [b"ad\xe9.py", b"f\xe9y/l\xe9.py"]
    submissions = hand_in_all({os.fsdecode(name): RIGHT for name in names} | {"bob.py": RIGHT})
    (submissions / os.fsdecode(b"l\xefnk.py")).symlink_to(submissions / "bob.py")
    course = Class(light, submissions)
    code, told = course.grade()
    assert code == 3, told
    scores = {student: row["score"] for student, row in course.rows().items()}
    assert scores == {"ad\\xe9": "3", "bob": "3", "f\\xe9y": "3", "l\\xefnk": ""}
