"""What a zygote holds before any submission is seen: every grade that runs at once has one."""

from pathlib import Path

import pytest

from grader.sandbox import open_zygote
from tests.sandbox.processes import descendants


@pytest.mark.parametrize("notebooks", [False, True])
def test_without_torch_it_is_small(zygote, notebooks):
    """Below 40 MiB where only .py files are accepted, 45 with the reader of Jupyter's commands.

    34 and 39 MiB as measured; asyncio alone, imported beforehand, would be 4 more.
    """
    opened = open_zygote(zygote.level.name, level=zygote.level.name, notebooks=notebooks)
    try:
        held = max(_resident(pid) for pid in {opened.pid, *descendants(opened.pid)})
        assert 10 < held < (45 if notebooks else 40)
    finally:
        opened.close()


def _resident(pid):
    """MiB of memory that a process has by now, what it shares with others included."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS")) / 1024
