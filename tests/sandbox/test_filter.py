"""The filter of both kinds of processor: what can be checked without them."""

import re
from pathlib import Path

import pytest

from grader.inside import calls, seccomp, syscalls, system

HEADERS = Path("/usr/include/x86_64-linux-gnu/asm/unistd_64.h")
PROFILES = ["plain", "workers", "compile"]
MORE_THAN_ALL = 1000
NEVER = """
ptrace process_vm_readv process_vm_writev kcmp unshare setns mount umount2 pivot_root chroot
rt_sigqueueinfo rt_tgsigqueueinfo bpf perf_event_open userfaultfd keyctl add_key request_key
init_module finit_module delete_module kexec_load kexec_file_load reboot swapon swapoff syslog acct
quotactl name_to_handle_at open_by_handle_at iopl ioperm modify_ldt uselib lookup_dcookie
personality setpriority sched_setaffinity sched_setscheduler sched_setattr sched_setparam ioprio_set
setrlimit setsid setpgid mknod mknodat vmsplice splice tee memfd_create clock_settime clock_adjtime
settimeofday adjtimex sethostname setdomainname vhangup shmget shmat shmctl semget semop semtimedop
semctl msgget msgsnd msgrcv msgctl mq_open mq_unlink fanotify_init inotify_init inotify_init1
move_pages migrate_pages pidfd_send_signal io_uring_setup io_uring_enter io_uring_register open_tree
move_mount fsopen fsconfig fsmount fspick pidfd_open pidfd_getfd process_madvise mount_setattr
quotactl_fd memfd_secret process_mrelease sync syncfs sync_file_range listmount statmount
landlock_create_ruleset landlock_add_rule landlock_restrict_self seccomp io_setup io_submit
io_getevents io_pgetevents io_destroy io_cancel timer_create timer_settime timerfd_create
signalfd4 mlock mlockall mlock2 fadvise64 readahead mincore cachestat openat2 clone3 recvmmsg
sendmmsg execveat setuid setresuid setgroups capset get_robust_list
""".split()
"""Of the calls that are not on the list, those that attacks were made of."""


@pytest.fixture(params=["x86_64", "aarch64"])
def machine(request, monkeypatch):
    """Pretend to be on one kind of processor."""
    monkeypatch.setattr(system, "MACHINE", request.param)
    monkeypatch.setattr(seccomp, "NUMBER", syscalls._numbers())
    return request.param


def decide(steps, number, arguments=(), architecture=None):
    """What a filter answers to a call, and after how many steps: an interpreter of classic BPF."""
    words = {0: number, 4: architecture or seccomp._ARCHITECTURE[system.MACHINE]}
    words |= {16 + 8 * index: value & 0xFFFFFFFF for index, value in enumerate(arguments)}
    words |= {20 + 8 * index: value >> 32 for index, value in enumerate(arguments)}
    at = held = 0
    for taken in range(len(steps)):
        code, yes, no, value = steps[at]
        at += 1
        if code == seccomp._LOAD:
            held = words.get(value, 0)
        elif code == seccomp._AND:
            held &= value
        elif code == seccomp._RETURN:
            return value, taken
        else:
            equal, least = seccomp._JUMP_EQUAL, seccomp._JUMP_AT_LEAST
            at += yes if {equal: held == value, least: held >= value}[code] else no
    raise AssertionError("it goes round in circles")


def run(steps, number, arguments=(), architecture=None):
    """What a filter answers to a call."""
    return decide(steps, number, arguments, architecture)[0]


def allows(steps, name, *arguments):
    """Whether a filter lets a call through."""
    return run(steps, seccomp.NUMBER[name], arguments) == seccomp._ALLOW


@pytest.mark.parametrize("profile", PROFILES)
def test_what_is_never_allowed_never_is(machine, profile):
    """No profile lets any of the dangerous calls through, where the machine has them."""
    steps = seccomp.program(profile, None)
    present = [name for name in NEVER if seccomp.NUMBER[name] >= 0]
    assert len(present) > 120
    assert not [name for name in present if allows(steps, name)]


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("own_pid", [None, 4321])
@pytest.mark.parametrize("device", ["cpu", "cuda"])
def test_only_what_is_on_the_list_passes(machine, profile, own_pid, device):
    """Of all numbers, those of the list pass, for good arguments; each jump can be encoded."""
    steps = seccomp.program(profile, own_pid, device)
    listed = calls.allowed(profile, own_pid, device)
    free = {seccomp.NUMBER[name] for name, only in listed.items() if not only} - {-1}
    bound = {seccomp.NUMBER[name] for name, only in listed.items() if only} - {-1}
    passing = {n for n in range(MORE_THAN_ALL) if run(steps, n) == seccomp._ALLOW}
    assert free <= passing <= free | bound
    assert max(max(step[1:3]) for step in steps) < 256


def test_each_number_is_the_kernels(monkeypatch):
    """The table agrees with this machine's headers, where it has them."""
    if not HEADERS.exists():
        pytest.skip(f"there is no {HEADERS}")
    monkeypatch.setattr(system, "MACHINE", "x86_64")
    told = dict(re.findall(r"__NR_(\w+) (\d+)", HEADERS.read_text()))
    numbers = syscalls._numbers()
    assert not {n: v for n, v in numbers.items() if n in told and v != int(told[n])}


def test_frequent_calls_are_decided_early(machine):
    """What a worker calls most is decided in some twenty steps of its filter."""
    steps = seccomp.program("plain", 4321)
    for name in ("futex", "readv", "writev", "read", "write"):
        assert decide(steps, seccomp.NUMBER[name])[1] < 20


def test_a_process_needs_a_profile(machine):
    """Threads start in every profile, processes not in plain, programs in compile alone."""
    thread, process = 0x3D0F00, 17
    plain, workers, compiles = (seccomp.program(p, None) for p in PROFILES)
    assert [allows(steps, "clone", thread) for steps in (plain, workers, compiles)] == [True] * 3
    assert [allows(steps, "clone", process) for steps in (plain, workers, compiles)] == [
        False,
        True,
        True,
    ]
    assert [allows(steps, "execve") for steps in (plain, workers, compiles)] == [False, False, True]
    assert not allows(compiles, "clone", 0x10000000 | process)
    assert not allows(plain, "clone", 0x10000000 | thread)


def test_sockets_need_a_profile(machine):
    """A pair of streams is made everywhere, Unix sockets with processes, others never."""
    unix, inet, stream, datagram, close_on_exec = 1, 2, 1, 2, 0x80000
    plain, workers, _ = (seccomp.program(p, None) for p in PROFILES)
    assert allows(plain, "socketpair", unix, stream | close_on_exec)
    assert allows(workers, "socketpair", unix, datagram)
    assert not allows(plain, "socketpair", unix, datagram)
    for steps in (plain, workers):
        assert not allows(steps, "socketpair", inet, stream)
        assert not allows(steps, "socket", inet, stream)
    for name in ("socket", "connect", "bind", "sendmsg", "recvmsg", "setsockopt", "getpeername"):
        assert not allows(plain, name, unix)
        assert allows(workers, name, unix)


def test_a_line_is_read_and_written_and_nothing_else(machine):
    """Sending and receiving takes no flags and no address, not even a high one, in plain."""
    steps = seccomp.program("plain", None)
    for name in ("sendto", "recvfrom"):
        assert allows(steps, name, 3, 7, 1, 0, 0, 0)
        for flags, address in ((0x40, 0), (1, 0), (0, 7), (0, 7 << 32), (0, 1 << 63)):
            assert not allows(steps, name, 3, 7, 1, flags, address, 16)


def test_no_file_is_opened_without_a_mode(machine):
    """Neither mode 3, of which Landlock asks nothing, nor emptying what is not written."""
    truncate, create = 0x200, 0x40
    for steps in (seccomp.program("plain", None), seccomp.program("plain", 4321)):
        for name, at in (("openat", 2), *([("open", 1)] if machine == "x86_64" else [])):
            before = [0] * at
            for flags in (0, 1, 2, 1 | truncate, 2 | truncate, 1 | truncate | create):
                assert allows(steps, name, *before, flags)
            for flags in (3, 3 | truncate, truncate, 3 | create, truncate | create):
                assert not allows(steps, name, *before, flags)


def test_nothing_tells_or_changes_what_is_in_memory(machine):
    """Reads with flags, advice that evicts, merges or pools: refused; ordinary ones pass."""
    steps = seccomp.program("plain", None)
    assert allows(steps, "preadv2", 3, 7, 1, 0, 0, 0)
    assert not any(allows(steps, "preadv2", 3, 7, 1, 0, 0, 1 << flag) for flag in range(8))
    assert all(allows(steps, "madvise", 7, 1, advice) for advice in (0, 3, 4, 8, 10, 14, 102))
    assert not any(allows(steps, "madvise", 7, 1, advice) for advice in (9, 12, 20, 21, 25, 100))
    assert allows(steps, "mmap", 0, 4096, 3, 0x22)
    assert not allows(steps, "mmap", 0, 4096, 3, 0x40022)


def test_signals_stay_at_home_without_namespaces(machine):
    """With a shared pid namespace, signals go to the own process alone."""
    steps = seccomp.program("plain", 4321)
    assert allows(steps, "kill", 4321, 9)
    assert not allows(steps, "kill", 4320, 9)
    assert not allows(steps, "tgkill", 1, 1, 0)
    assert not allows(steps, "chmod" if machine == "x86_64" else "fchmodat")


def test_calls_that_change_files_without_writing_are_shut(machine):
    """Only ioctls that ask, and a GPU's where there is one; no locks, leases or signals."""
    cpu, cuda = seccomp.program("plain", 4321), seccomp.program("plain", 4321, "cuda")
    terminal, close_on_exec, gpu, memory_of_gpu = 0x5401, 0x5451, 0xC0204600 | 0x2A, 0x30000001
    for steps in (cpu, cuda):
        assert allows(steps, "ioctl", 3, terminal)
        assert allows(steps, "ioctl", 3, close_on_exec)
        for request in (0x40086602, 0x401C5820, 0x40806685, 0x5000940E, 0x5412, 0x541C, 0x8901):
            assert not allows(steps, "ioctl", 3, request)
        assert allows(steps, "fcntl", 3, 1)
        assert not any(allows(steps, "fcntl", 3, c) for c in (5, 6, 7, 8, 10, 37, 38, 1024, 1031))
        assert not any(allows(steps, "prctl", option) for option in (1, 4, 22, 36, 62, 67, 78))
        assert allows(steps, "prctl", 15)
    for request in (gpu, memory_of_gpu):
        assert allows(cuda, "ioctl", 3, request)
        assert not allows(cpu, "ioctl", 3, request)


def test_other_gates_are_shut(machine):
    """Another architecture's calls end the process, and calls of the future do not exist."""
    steps = seccomp.program("plain", None)
    assert run(steps, 20, architecture=0x40000003) == seccomp._KILL
    missing = seccomp._FAIL | 38
    assert run(steps, 470) == missing
    assert run(steps, 435) == missing
    if machine == "x86_64":
        assert run(steps, 0x40000000 + 39) == missing


def test_ordinary_calls_pass(machine):
    """Reading, writing, mapping memory and closing are none of the filter's business."""
    steps = seccomp.program("plain", 77)
    numbers = (0, 1, 3, 9) if machine == "x86_64" else (63, 64, 57, 222)
    assert all(run(steps, number) == seccomp._ALLOW for number in numbers)
