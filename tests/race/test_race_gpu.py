"""What spoils a lap on a GPU, on readings that are made up; on a real one where there is one."""

import pytest
import torch

from grader.race.gpu import PROBE, GpuWatch
from grader.race.zygote_pool import STEADY
from grader.sandbox.card import Reading, find_card, parse_reading
from grader.sandbox.visible_paths import environment as environment_of
from grader.sandbox.visible_paths import gpu_environment, gpu_in_use

NEEDS_CUDA = pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA device")


def watch(probes, readings=None):
    """Make a watch that sees these probes and readings, one after another."""
    next_probe = iter(probes).__next__
    return GpuWatch(next_probe, iter(readings).__next__ if readings else None)


def test_a_quiet_gpu_spoils_nothing():
    """Probes within a tenth and a steady clock leave every lap alone."""
    steady = watch([1.0, 1.01, 0.99, 1.0, 1.0, 1.08, 1.0], [Reading(1900, 1)] * 7)
    assert [steady.inspect() for _ in range(7)] == [""] * 7


def test_a_busy_gpu_spoils_the_lap():
    """A probe a tenth over the running median says that something else runs."""
    busy = watch([1.0] * 6 + [1.15, 1.0], None)
    said = [busy.inspect() for _ in range(8)]
    assert said[:6] == [""] * 6
    assert "15 % longer" in said[6]
    assert said[7] == ""


def test_a_fallen_clock_spoils_the_lap():
    """A clock under three quarters of its median spoils the lap."""
    slow = watch([1.0] * 7, [Reading(2000)] * 6 + [Reading(1400)])
    assert [slow.inspect() for _ in range(7)][-1] == "the GPU's clock fell to 1400 MHz"


@pytest.mark.parametrize(("bit", "word"), [(0x08, "hardware"), (0x20, "hot"), (0x80, "brake")])
def test_throttling_spoils_the_lap(bit, word):
    """A GPU that is held down says why."""
    assert word in watch([1.0], [Reading(2000, bit)]).inspect()


def test_reasons_of_our_own_making_do_not_spoil():
    """Idle, chosen clocks and the power cap of a fully loaded GPU are no fault."""
    assert watch([1.0], [Reading(2000, 0x01 | 0x02 | 0x04)]).inspect() == ""


def test_the_line_of_the_command_is_read():
    """The driver's command gives the clock and a bit for each reason."""
    assert parse_reading("1980, 0x0000000000000024\n") == Reading(1980.0, 0x24)
    with pytest.raises(ValueError, match="could not convert"):
        parse_reading("[N/A], [N/A]\n")


@pytest.mark.parametrize(
    ("visible", "gpu"), [(None, "0"), ("", "0"), ("3", "3"), ("GPU-8f0a, 1", "GPU-8f0a")]
)
def test_workers_and_readings_are_of_the_grader_s_gpu(monkeypatch, visible, gpu):
    """The first that a grader may see is raced on and read; a worker sees that one alone."""
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)
    if visible is not None:
        monkeypatch.setenv("CUDA_VISIBLE_DEVICES", visible)
    assert gpu_in_use() == gpu
    assert gpu_environment()["CUDA_VISIBLE_DEVICES"] == gpu


def test_float32_is_float32_on_a_gpu():
    """Of itself torch lets a card convolve with ten bits of mantissa, which no suite forgives."""
    assert (environment_of("cuda", "/tmp") | STEADY)["NVIDIA_TF32_OVERRIDE"] == "0"
    assert environment_of("cuda", "/tmp")["NVIDIA_TF32_OVERRIDE"] == "0"


@pytest.mark.cuda
@NEEDS_CUDA
def test_the_probe_kernel_is_short():
    """The probe kernel takes between a tenth and ten milliseconds on any GPU in use."""
    space = {}
    exec(PROBE, space)
    space["probe"]()
    assert 1e-4 < space["probe"]() < 1e-2


@pytest.mark.cuda
@NEEDS_CUDA
def test_the_gpu_can_be_read():
    """Where there is a GPU its clock can be read, by the library or by the command."""
    assert find_card().read().megahertz > 0
