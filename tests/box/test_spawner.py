"""Workers that are spawned and not forked: the part of macOS's way that runs on any system."""

import os

from grader.box import Died, Returned, places
from grader.box.levels import Level
from grader.box.spawner import Spawner
from tests.box.processes import alive, descendants
from tests.box.walls import QUICK, fork_with


def test_a_spawned_worker_answers_and_leaves_nothing():
    """Two workers answer, one dies, and after closing there is no process and no folder."""
    level = Level("L0", namespaces=False, landlock=False, filter=False)
    before = descendants(os.getpid())
    spawner = Spawner(level, places.environment(level.device, "/tmp"), notebooks=False).ready()
    first = fork_with(spawner, "def f(x): return x * 2")
    second = fork_with(spawner, "import os\ndef f(): os._exit(4)")
    assert first.call("f", (3,), {}) == Returned(6)
    assert isinstance(second.call("f", (), {}), Died)
    for worker in (first, second):
        worker.close()
    spawner.close()
    assert not alive(descendants(os.getpid()) - before, seconds=2)
    assert not os.path.exists(spawner.scratch.root)
    assert QUICK.call_seconds
