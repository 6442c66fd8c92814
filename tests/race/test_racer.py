"""What a racer does before its first lap."""

import json
from dataclasses import replace

from grader.grade.result import Decision
from tests.race.conftest import UNSHAKEN

CELLS = [
    "import torch\nPOWER = 2",
    """
def distances(points):
    power = eval('POW' + 'ER')
    return ((points[:, None] - points[None]) ** power).sum(-1).sqrt()
""",
]


def test_a_name_that_a_racer_misses_is_loaded_before_its_first_lap(yard):
    """Even where no analysis sees that a statement is needed, the race is run."""
    cells = [{"cell_type": "code", "source": text, "outputs": [], "metadata": {}} for text in CELLS]
    path = yard.folder / "racing.ipynb"
    path.write_text(json.dumps({"cells": cells, "nbformat": 4, "nbformat_minor": 5}))
    submission = yard.enter(path)
    rules = replace(UNSHAKEN, cached=99, most_waiting=9)  # nor does it refer anybody
    result = yard.race(submission, rules=rules)
    assert result.timing.decision is not Decision.referred
    assert result.timing.laps
