"""The filter of both kinds of processor: what can be checked without them."""

import pytest

from grader.inside import seccomp, syscalls, system


@pytest.fixture(params=["x86_64", "aarch64"])
def machine(request, monkeypatch):
    """Pretend to be on one kind of processor."""
    monkeypatch.setattr(system, "MACHINE", request.param)
    monkeypatch.setattr(seccomp, "NUMBER", syscalls._numbers())
    return request.param


def run(steps, number, arguments=(), architecture=None):
    """What a filter answers to a system call: a tiny interpreter of classic BPF."""
    words = {0: number, 4: architecture or seccomp._ARCHITECTURE[system.MACHINE]}
    words |= {16 + 8 * index: value for index, value in enumerate(arguments)}
    at = held = 0
    while True:
        code, yes, no, value = steps[at]
        at += 1
        if code == seccomp._LOAD:
            held = words.get(value, 0)
        elif code == seccomp._AND:
            held &= value
        elif code == seccomp._RETURN:
            return value
        else:
            tests = {
                seccomp._JUMP_EQUAL: held == value,
                seccomp._JUMP_AT_LEAST: held >= value,
                seccomp._JUMP_ANY_BIT: bool(held & value),
            }
            at += yes if tests[code] else no


def allows(steps, name, *arguments):
    """Whether a filter lets a call through."""
    return run(steps, seccomp.NUMBER[name], arguments) == seccomp._ALLOW


@pytest.mark.parametrize("profile", ["plain", "workers", "compile"])
def test_what_is_never_allowed_never_is(machine, profile):
    """No profile lets any of the dangerous calls through, where the machine has them."""
    steps = seccomp.program(profile, None)
    present = [name for name in seccomp._NEVER if seccomp.NUMBER[name] >= 0]
    assert len(present) > 80
    assert not [name for name in present if allows(steps, name)]


def test_a_process_needs_a_profile(machine):
    """Threads start in every profile, processes not in plain, programs in compile alone."""
    thread, process = 0x3D0F00, 17
    plain, workers, compiles = (seccomp.program(p, None) for p in ("plain", "workers", "compile"))
    assert [allows(steps, "clone", thread) for steps in (plain, workers, compiles)] == [True] * 3
    assert [allows(steps, "clone", process) for steps in (plain, workers, compiles)] == [
        False,
        True,
        True,
    ]
    assert [allows(steps, "execve") for steps in (plain, workers, compiles)] == [False, False, True]
    assert not allows(compiles, "clone", 0x10000000 | process)


def test_signals_stay_at_home_without_namespaces(machine):
    """With a shared pid namespace, signals go to the own process alone."""
    steps = seccomp.program("plain", 4321)
    assert allows(steps, "kill", 4321, 9)
    assert not allows(steps, "kill", 4320, 9)
    assert not allows(steps, "tgkill", 1, 1, 0)
    assert not allows(steps, "chmod" if machine == "x86_64" else "fchmodat")


def test_calls_that_change_files_without_writing_are_shut_without_namespaces(machine):
    """Where files are shared, only the ioctls of terminals, pipes and a GPU pass; locks nowhere."""
    shared, own = seccomp.program("plain", 4321), seccomp.program("plain", None)
    terminal, close_on_exec, gpu, memory_of_gpu = 0x5401, 0x5451, 0xC0204600 | 0x2A, 0x30000001
    for request in (terminal, close_on_exec, gpu, memory_of_gpu):
        assert allows(shared, "ioctl", 3, request)
    for request in (0x40086602, 0x401C5820, 0x40806685, 0x5000940E):
        assert not allows(shared, "ioctl", 3, request)
        assert allows(own, "ioctl", 3, request)
    assert not allows(shared, "ioctl", 0, 0x5412)
    for steps in (shared, own):
        assert allows(steps, "fcntl", 3, 1)
        assert not any(allows(steps, "fcntl", 3, lock) for lock in (6, 7, 37, 38))


def test_other_gates_are_shut(machine):
    """Another architecture's calls end the process, and calls of the future do not exist."""
    steps = seccomp.program("plain", None)
    assert run(steps, 20, architecture=0x40000003) == seccomp._KILL
    missing = seccomp._FAIL | 38
    assert run(steps, syscalls.LAST_KNOWN + 1) == missing
    assert run(steps, 435) == missing
    if machine == "x86_64":
        assert run(steps, 0x40000000 + 39) == missing


def test_ordinary_calls_pass(machine):
    """Reading, writing, mapping memory and closing are none of the filter's business."""
    steps = seccomp.program("plain", 77)
    numbers = (0, 1, 3, 9) if machine == "x86_64" else (63, 64, 57, 222)
    assert all(run(steps, number) == seccomp._ALLOW for number in numbers)
