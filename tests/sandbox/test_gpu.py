"""What is known of a card, on readings that are made up: the same code runs where there is one."""

import math
import sys
from types import MappingProxyType, SimpleNamespace

import pytest
import torch

from grader.inside import worker as inside_worker
from grader.race.gpu import GpuWatch
from grader.sandbox import (
    Died,
    GpuUnusableError,
    IsolationError,
    Raised,
    Returned,
    StartTimeoutError,
    TimedOut,
)
from grader.sandbox.card import Reading, find_card, parse_memory
from grader.sandbox.card_memory import TAKEN, MemoryWatch
from grader.sandbox.gpu import explain_failure, wait_for_gpu

APPS = "4711, 512\n4712, 20480\n"


class Card:
    """A card whose process holds more and more, with so much free, of so much."""

    def __init__(self, held, pause=0.0, memory=None):
        self.held, self.pause, self._memory = iter(held), pause, memory

    def memory_of(self, _pid):
        """Tell what the process holds now."""
        return next(self.held)

    def memory(self):
        """Tell what is free, and what there is."""
        return self._memory


def test_a_worker_that_holds_too_much_is_seen():
    """What torch may take is the limit, and two gigabytes more for the driver's own."""
    watch = MemoryWatch(Card([1 << 30, 5 << 30, 7 << 30]), 4711, 4 << 30)
    assert [watch.is_over() for _ in range(3)] == [False, False, True]


GIB = 1 << 30


@pytest.mark.parametrize(
    ("held", "memory", "is_taken"),
    [
        (3 * GIB, (2 * GIB, 80 * GIB), False),  # of four it had three, and could have had more
        (3 * GIB, (GIB // 2, 80 * GIB), True),  # others hold the rest of what it was promised
        (5 * GIB, (0, 80 * GIB), False),  # it has filled the card itself
        (3 * GIB, (GIB // 2, 4 * GIB), False),  # the card has less than was promised
        (None, (0, 80 * GIB), False),  # nobody tells
        (3 * GIB, None, False),
    ],
)
def test_memory_that_others_hold_is_nobodys_fault(held, memory, is_taken):
    """A worker that runs out of memory must have had what it may have."""
    watch = MemoryWatch(Card([held], memory=memory), 4711, 4 * GIB)
    assert ("other processes hold all the card's memory" in watch.why_short()) == is_taken


@pytest.mark.parametrize("free", [0, 8])
def test_a_worker_that_lacks_what_others_hold_costs_nothing(worker_with, zygote, monkeypatch, free):
    """It is ended in both cases, by its own fault where the card has room for what it may have."""
    watch = MemoryWatch(Card([GIB], memory=(free * GIB, 80 * GIB)), 4711, 4 * GIB)
    monkeypatch.setattr(zygote, "_memory_watch", lambda *_: watch)
    worker = worker_with("import torch\ndef f(): raise torch.OutOfMemoryError('CUDA')")
    outcome = worker.call("f", [], {})
    if free:
        said = "ran out of memory on the GPU (4 GiB allowed)"
        assert outcome == Died(said, out_of_memory=True)
    else:
        assert outcome.by_others
        assert "nvidia-smi lists them" in outcome.reason
    assert worker.end is not None


class Opening:
    """A worker whose card is opened to some outcome."""

    def __init__(self, outcome):
        self.outcome, self.is_closed = outcome, False

    def ask(self, *_):
        """Tell what opening the card came to."""
        return self.outcome

    def close(self):
        """Note that it was ended."""
        self.is_closed = True


@pytest.mark.parametrize(
    ("outcome", "kind", "said"),
    [
        (Died(TAKEN, by_others=True), GpuUnusableError, "other processes hold"),
        (Died("stopped working: setup: CUDA error: out of memory"), GpuUnusableError, "hold all"),
        (TimedOut(60, "wall", ""), StartTimeoutError, "was not opened within 60 s"),
        (Died("was ended by SIGSYS"), IsolationError, "cannot be opened .was ended by SIGSYS"),
    ],
)
def test_a_card_that_does_not_open_is_told_by_its_cause(outcome, kind, said):
    """What others keep is a busy machine; what the level does not let through is the level's."""
    worker = Opening(outcome)
    with pytest.raises(IsolationError, match=said) as told:
        wait_for_gpu(worker, "L3")
    assert (type(told.value), worker.is_closed) == (kind, True)


def test_a_slow_command_is_not_asked_at_every_look():
    """Where only a command tells, it is asked once a second."""
    now = iter([0.0, 0.5, 1.5, 1.5, 2.0])
    watch = MemoryWatch(Card([99 << 30], pause=1.0), 4711, 1 << 30, now=lambda: next(now))
    assert [watch.is_over() for _ in range(3)] == [False, True, False]


def test_a_driver_that_does_not_tell_ends_nobody():
    """In some containers no process is listed: then torch's own bound is all there is."""
    assert not MemoryWatch(Card([None]), 4711, 0).is_over()


@pytest.mark.parametrize(("pid", "held"), [(4711, 512 << 20), (4712, 20 << 30), (471, None)])
def test_the_lines_of_the_command_are_read(pid, held):
    """The driver's command lists processes and what each holds."""
    assert parse_memory(APPS, pid) == held
    assert parse_memory("4711, [N/A]\n", 4711) is None


@pytest.mark.parametrize(
    ("said", "helps"),
    [
        ("CUDA error: all CUDA-capable devices are busy or unavailable", "nvidia-smi -c DEFAULT"),
        ("OutOfMemoryError: CUDA out of memory. Tried to allocate", "other processes hold"),
        ("RuntimeError: CUDA error: out of memory", "other processes hold"),
        ("The NVIDIA driver on your system is too old (found version 11040)", "update the driver"),
        ("CUDA driver version is insufficient for CUDA runtime version", "update the driver"),
        ("CUDA error: no kernel image is available for execution on the device", "for a card of"),
        ("Error 304: OS call failed or operation not supported on this OS", ""),
    ],
)
def test_a_card_that_is_kept_from_us_is_explained(said, helps):
    """Each known cause has a sentence with what to do; others are for the level to report."""
    sentence = explain_failure(said)
    assert helps in sentence
    assert bool(sentence) == bool(helps)


NVIDIA_SMI = """#!/bin/sh
case "$*" in
  *query-gpu=uuid*) printf 'GPU-0001\\nGPU-8f0a5678\\n' ;;
  *memory.free*) echo "1024, 81920" ;;
  *compute-apps*--id=GPU-8f0a5678*) echo "4712, 20480" ;;
  *compute-apps*--id=GPU-*) exit 6 ;;
  *clocks*) echo "1980, 0x0000000000000001" ;;
  *compute-apps*) echo "4711, 512" ;;
esac
"""


@pytest.fixture
def driver(tmp_path, monkeypatch):
    """Put a command of that name on the path, in place of the driver's library."""
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)

    def install(script):
        program = tmp_path / "nvidia-smi"
        program.write_text(script)
        program.chmod(0o755)
        monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
        monkeypatch.setitem(sys.modules, "pynvml", None)
        return find_card()

    return install


def test_a_card_is_asked_about_by_the_command(driver):
    """Where there is no library, the driver's command tells clock, throttling and memory."""
    card = driver(NVIDIA_SMI)
    assert card.read() == Reading(1980.0, 1)
    assert card.memory_of(4711) == 512 << 20
    assert card.memory_of(1) is None
    assert card.memory() == (1 << 30, 80 << 30)


@pytest.mark.parametrize("script", ["#!/bin/sh\nexit 9\n", "#!/bin/sh\necho no devices\n"])
def test_a_driver_that_fails_in_the_middle_ends_nothing(driver, script):
    """What cannot be read is not known: no lap is spoiled by it, and no worker is ended."""
    card = driver(script)
    assert math.isnan(card.read().megahertz)
    assert (card.memory_of(4711), card.memory()) == (None, None)
    watch = GpuWatch(lambda: 1.0, card.read)
    assert [watch.inspect() for _ in range(8)] == [""] * 8


def test_the_command_is_told_the_whole_name(driver, monkeypatch):
    """CUDA takes the beginning of a card's name; the command takes the whole or nothing."""
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "GPU-8f0a,GPU-0001")
    assert driver(NVIDIA_SMI).memory_of(4712) == 20 << 30


class Library:
    """The driver's library with two cards and a slice: of each a process holds another amount."""

    NVMLError = LookupError
    HELD = MappingProxyType({"GPU-0001": 1 << 30, "GPU-8f0a5678": 2 << 30, "MIG-77": 3 << 30})

    def __init__(self, *, is_old=False):
        self.is_old = is_old

    def nvmlInit(self):  # noqa: N802 - its names
        """Do nothing."""

    def nvmlDeviceGetCount(self):  # noqa: N802
        """Tell how many whole cards there are."""
        return 2

    def nvmlDeviceGetHandleByIndex(self, index):  # noqa: N802
        """Find a whole card: here its name is its handle."""
        return ("GPU-0001", "GPU-8f0a5678")[index]

    def nvmlDeviceGetUUID(self, handle):  # noqa: N802
        """Tell a card's name."""
        return handle

    def nvmlDeviceGetHandleByUUID(self, name):  # noqa: N802
        """Find a card or a slice by its whole name."""
        if name not in self.HELD:
            raise self.NVMLError
        return name

    def nvmlDeviceGetMemoryInfo(self, handle):  # noqa: N802
        """Tell what of a card or slice is free, and what there is."""
        return SimpleNamespace(free=(80 << 30) - self.HELD[handle], total=80 << 30)

    def nvmlDeviceGetComputeRunningProcesses(self, handle):  # noqa: N802
        """List them; raise what is no NVMLError where the driver is older than the library."""
        if self.is_old:
            raise RuntimeError("the pyNVML version does not match the NVML lib version")
        return [SimpleNamespace(pid=4711, usedGpuMemory=self.HELD[handle])]


@pytest.mark.parametrize(
    ("visible", "held"),
    [("", 1), ("1", 2), ("GPU-8f0a5678", 2), ("GPU-8f0a,GPU-0001", 2), ("MIG-77", 3)],
)
def test_the_library_is_asked_about_the_card_in_use(monkeypatch, visible, held):
    """However CUDA is told which it is: by number, name, the beginning of one, or a slice's."""
    monkeypatch.setitem(sys.modules, "pynvml", Library())
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", visible)
    assert find_card().memory_of(4711) == held << 30
    assert find_card().memory() == ((80 - held) << 30, 80 << 30)


def test_a_library_that_is_newer_than_its_driver_is_not_asked(driver, monkeypatch):
    """The command is of the driver's own version, and takes its place."""
    driver(NVIDIA_SMI)
    monkeypatch.setitem(sys.modules, "pynvml", Library(is_old=True))
    assert find_card().memory_of(4711) == 512 << 20


def test_without_a_driver_there_is_no_card(monkeypatch):
    """Nothing is asked where there is nothing to ask."""
    monkeypatch.setenv("PATH", "")
    monkeypatch.setitem(sys.modules, "pynvml", None)
    assert find_card() is None


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("raise RuntimeError('CUDA error: device-side assert triggered')", "RuntimeError"),
        ("raise ValueError('this bag is out of memory cards')", "ValueError"),
    ],
)
def test_words_alone_end_no_worker(worker_with, code, kind):
    """Whether a card or the memory failed is not told by what a student's exception says."""
    worker = worker_with(f"def f(): {code}\ndef g(): return 1")
    outcome = worker.call("f", [], {})
    assert isinstance(outcome, Raised)
    assert outcome.kind == kind
    assert worker.call("g", [], {}) == Returned(1)


@pytest.mark.parametrize("fails", [True, False])
def test_a_card_is_broken_that_answers_no_more(monkeypatch, fails):
    """It is asked after each exception: some errors of CUDA's are over with it, others stay."""

    def synchronize():
        if fails:
            raise RuntimeError("CUDA error: device-side assert triggered")

    monkeypatch.setattr(torch.cuda, "is_initialized", lambda: True)
    monkeypatch.setattr(torch.cuda, "synchronize", synchronize)
    for error in (RuntimeError("CUDA error: invalid argument"), ValueError("training failed")):
        assert inside_worker._raised(error)["broken"] is fails
