"""What a zygote holds before any submission is seen: every grade that runs at once has one."""

from pathlib import Path

import pytest

from grader.sandbox import Returned, open_zygote
from tests.sandbox.processes import descendants
from tests.sandbox.walls import fork_with, strong


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


def test_public_data_is_mapped_on_top_of_the_memory(tmp_path):
    """A file larger than a worker's memory is read where it lies; what is made of it counts."""
    size = 3 << 30
    (tmp_path / "data").mkdir()
    with (tmp_path / "data" / "rows.bin").open("wb") as file:
        file.truncate(size)  # a hole: it takes nothing on the disk
    zygote = strong(data=str(tmp_path / "data"), mapped=size)
    path = f"{tmp_path}/data/rows.bin"
    code = (
        "import numpy as np\n"
        f"rows = np.memmap({path!r}, np.uint8, 'r')\n"
        "def last(): return int(rows[-1]), len(rows)\n"
        "def copied(): return len(rows[: 1 << 30].tobytes())\n"
    )
    worker = fork_with(zygote, code)
    outcomes = [worker.call(name, (), {}) for name in ("last", "copied")]
    worker.close()
    zygote.close()
    assert outcomes[0] == Returned((0, size))
    assert outcomes[1].out_of_memory
