"""The system calls that a worker may make, and with which arguments; there are no others.

A list of what honest work needs, and not of what is known to harm: a call that nobody thought of
is refused, and so is one that the kernel learns next year. Where a call does many things, its
arguments are on the list too.
"""

from dataclasses import dataclass

_FILES = """
read write readv writev pread64 pwrite64 preadv pwritev close lseek open openat creat stat fstat
lstat newfstatat statx access faccessat faccessat2 readlink readlinkat getdents getdents64 getcwd
chdir fchdir rename renameat renameat2 mkdir mkdirat rmdir link linkat symlink symlinkat unlink
unlinkat umask dup dup2 dup3 close_range pipe pipe2 fcntl ioctl fsync fdatasync ftruncate fallocate
sendfile copy_file_range preadv2 pwritev2 statfs fstatfs getxattr lgetxattr fgetxattr listxattr
llistxattr flistxattr
""".split()
_MEMORY = """
mmap munmap mprotect mremap brk madvise msync mbind set_mempolicy get_mempolicy membarrier
""".split()
_WAITING = """
futex poll ppoll select pselect6 epoll_create epoll_create1 epoll_ctl epoll_wait epoll_pwait
epoll_pwait2 eventfd eventfd2 pause nanosleep clock_nanosleep wait4 waitid sched_yield
restart_syscall
""".split()
_SIGNALS = """
rt_sigaction rt_sigprocmask rt_sigreturn rt_sigpending rt_sigtimedwait rt_sigsuspend sigaltstack
kill tkill tgkill alarm getitimer setitimer
""".split()
_ITSELF = """
clone exit exit_group set_tid_address set_robust_list rseq arch_prctl prctl prlimit64 getrlimit
getrusage times sysinfo uname getpid gettid getppid getpgrp getpgid getsid getuid geteuid getgid
getegid getresuid getresgid getgroups capget getpriority sched_getaffinity sched_getscheduler
sched_getparam sched_getattr sched_get_priority_max sched_get_priority_min sched_rr_get_interval
getcpu time gettimeofday clock_gettime clock_getres getrandom
""".split()
_PAIR = "socketpair sendto recvfrom".split()
_FILE_FACTS = """
chmod fchmod fchmodat fchmodat2 chown fchown lchown fchownat utime utimes futimesat utimensat
setxattr lsetxattr fsetxattr removexattr lremovexattr fremovexattr truncate
""".split()
"""What changes a file by its name: Landlock does not cover these, so they take own namespaces."""
_SOCKETS = """
socket connect bind listen accept accept4 sendmsg recvmsg shutdown getsockname getpeername
setsockopt getsockopt
""".split()
_PROCESSES = "fork vfork".split()
_PROGRAMS = "execve flock".split()  # elsewhere a lock on a library's file would be felt outside

_WHOLE = 0xFFFFFFFF
_CLONE_THREAD = 0x10000
_CLONE_NAMESPACES = 0x7E020080
_MAP_HUGETLB = 0x40000  # the machine has one pool of large pages, which no limit divides
_AF_UNIX, _SOCK_STREAM, _KIND = 1, 1, 0xF
_O_ACCMODE, _O_TRUNC = 0x3, 0x200

# NORMAL to DONTNEED, FREE, DONTFORK, DOFORK, huge pages, dumps, WIPEONFORK and KEEPONFORK,
# POPULATE, guards. Not COLD, PAGEOUT and COLLAPSE, which change what others find in memory, and
# not MERGEABLE, which compares it with theirs.
_ADVICE = (*range(5), 8, 10, 11, *range(14, 20), 22, 23, 102, 103)
# F_DUPFD, F_GETFD, F_SETFD, F_GETFL, F_SETFL, F_DUPFD_QUERY, F_DUPFD_CLOEXEC, F_GETPIPE_SZ. Not
# locks, leases and signals, which are felt outside, and no larger pipes, which are counted there.
_FILE_COMMANDS = (*range(5), 1027, 1030, 1032)
# TCGETS, TIOCGPGRP, TIOCOUTQ, TIOCGWINSZ, FIONREAD, FIONBIO, FIONCLEX, FIOCLEX, TCGETS2.
_REQUESTS = (0x5401, 0x540F, 0x5411, 0x5413, 0x541B, 0x5421, 0x5450, 0x5451, 0x802C542A)
_GPU_REQUESTS = (0x5400, 0x4600, 0)  # of terminals and pipes, and of a GPU, whose are not known
_TERMINAL_INPUT = (0x5412, 0x541C)  # TIOCSTI, TIOCLINUX
# GET_PDEATHSIG, GET_DUMPABLE, SET_NAME, GET_NAME, GET_SECCOMP, CAPBSET_READ, GET_TIMERSLACK,
# GET_NO_NEW_PRIVS, SET_ and GET_THP_DISABLE, SVE_GET_VL, SME_GET_VL, SET_VMA (names of memory).
_OPTIONS = (2, 3, 15, 16, 21, 23, 30, 39, 41, 42, 51, 64, 0x53564D41)


@dataclass(frozen=True)
class Only:
    """A word of an argument that must be one of some values, or none of them."""

    offset: int
    values: tuple[int, ...]
    mask: int = _WHOLE
    among: bool = True


def _argument(number: int, *values: int, mask: int = _WHOLE, among: bool = True) -> Only:
    """Judge the low half of an argument, which is all of an ``int``."""
    return Only(16 + 8 * number, values, mask, among)


def _no_pointer(number: int) -> tuple[Only, ...]:
    return Only(16 + 8 * number, (0,)), Only(20 + 8 * number, (0,))


Calls = dict[str, tuple[Only, ...]]


def allowed(profile: str, own_pid: int | None, device: str) -> Calls:
    """Every call that passes, each with what must hold of its arguments.

    ``profile`` is ``plain`` (threads, but no processes, programs or sockets but for a pair),
    ``workers`` (processes and Unix sockets, for DataLoader) or ``compile`` (programs too).
    ``own_pid`` is given where processes and files are shared with others: signals may then go to
    that process alone, and calls that change files by name are refused.
    """
    names = [*_FILES, *_MEMORY, *_WAITING, *_SIGNALS, *_ITSELF, *_PAIR]
    if own_pid is None:
        names += _FILE_FACTS
    if profile != "plain":
        names += [*_SOCKETS, *_PROCESSES]
    if profile == "compile":
        names += _PROGRAMS
    rules = _rules(device) | (_alone() if profile == "plain" else _together())
    if own_pid is not None:
        rules |= {name: (_argument(0, own_pid),) for name in ("kill", "tkill", "tgkill")}
    return {name: rules.get(name, ()) for name in names}


def _rules(device: str) -> Calls:
    """What holds in every profile."""
    flags = _O_ACCMODE | _O_TRUNC
    requests = [_argument(1, *_REQUESTS)]
    if device == "cuda":
        terminal = _argument(1, *_TERMINAL_INPUT, among=False)
        requests = [_argument(1, *_GPU_REQUESTS, mask=0xFF00), terminal]
    return {
        # Mode 3 is neither reading nor writing, so that Landlock asks for no right; and with
        # modes 0 and 3 O_TRUNC empties a file that was not opened for writing.
        "open": (_argument(1, 3, 0 | _O_TRUNC, 3 | _O_TRUNC, mask=flags, among=False),),
        "openat": (_argument(2, 3, 0 | _O_TRUNC, 3 | _O_TRUNC, mask=flags, among=False),),
        "ioctl": tuple(requests),
        "fcntl": (_argument(1, *_FILE_COMMANDS),),
        "prctl": (_argument(0, *_OPTIONS),),
        "prlimit64": (_argument(0, 0),),
        "madvise": (_argument(2, *_ADVICE),),
        "mmap": (_argument(3, 0, mask=_MAP_HUGETLB),),
        # RWF_NOWAIT says whether a page is in memory, RWF_DONTCACHE takes it out.
        "preadv2": (_argument(5, 0),),
        "pwritev2": (_argument(5, 0),),
    }


def _alone() -> Calls:
    """Threads; and one kind of socket, a pair of streams, by which asyncio wakes itself.

    Its ends can never be given a name or another peer, so that nothing else is reached by them;
    datagrams could be addressed, and sent with flags and options they would do more.
    """
    return {
        "clone": (
            _argument(0, _CLONE_THREAD, mask=_CLONE_THREAD),
            _argument(0, 0, mask=_CLONE_NAMESPACES),
        ),
        "socketpair": (_argument(0, _AF_UNIX), _argument(1, _SOCK_STREAM, mask=_KIND)),
        "sendto": (_argument(3, 0), *_no_pointer(4)),
        "recvfrom": (_argument(3, 0), *_no_pointer(4)),
    }


def _together() -> Calls:
    """Processes in the namespaces that a worker has, and the sockets between them."""
    return {
        "clone": (_argument(0, 0, mask=_CLONE_NAMESPACES),),
        "socket": (_argument(0, _AF_UNIX),),
        "socketpair": (_argument(0, _AF_UNIX),),
    }
