"""How many gradings there is memory for."""

import pytest

from grader.course.engines.memory import has_room, read_available

GIB = 1 << 30


@pytest.mark.parametrize(
    ("running", "available", "fits"),
    [
        (0, 0, True),
        (0, 10 * GIB, True),
        (1, 4 * GIB, True),
        (1, 4 * GIB - 1, False),
        (7, 16 * GIB, True),
        (8, 16 * GIB, False),
        (3, None, True),
    ],
)
def test_room(running, available, fits):
    """Each may take two GiB; one runs in any case."""
    assert has_room(running, 2 * GIB, available) is fits


MEMINFO = "MemTotal: 9000000 kB\nMemFree: 100 kB\nMemAvailable: 5000 kB\n"
STAT = "anon 700\ninactive_file 300\nactive_file 1\n"


@pytest.mark.parametrize(
    ("meminfo", "most", "available"),
    [
        (MEMINFO, None, 5000 << 10),
        (MEMINFO, "max", 5000 << 10),
        (MEMINFO, "2000", 1300),
        (MEMINFO, str(1 << 40), 5000 << 10),
        ("MemTotal: 1 kB\n", "2000", 1300),
        ("MemTotal: 1 kB\n", None, None),
        (None, None, None),
    ],
)
def test_what_is_available(tmp_path, meminfo, most, available):
    """The machine's or the control group's, whichever is less, with what can be given back."""
    path, group = tmp_path / "meminfo", tmp_path / "group"
    group.mkdir()
    if meminfo is not None:
        path.write_text(meminfo)
    if most is not None:
        for name, text in {
            "memory.max": most,
            "memory.current": "1000",
            "memory.stat": STAT,
        }.items():
            (group / name).write_text(text)
    assert read_available(path, group) == available
