"""Run a command as somebody else: an ordinary user, or confined as Docker confines by default.

    python -m tests.sandbox.someone root|user|docker-root|docker-user COMMAND...

Started by root. Where this Python lies in a folder that is closed to others (root's home,
say), a private mount namespace opens the way to it, and to nothing else in there.
"""

import errno
import os
import sys
import tempfile

from grader.inside import calls, seccomp, system
from grader.inside.syscalls import NUMBER
from grader.sandbox import visible_paths

ORDINARY = 61_234
DOCKER_CAPABILITIES = {0, 1, 3, 4, 5, 6, 7, 8, 10, 13, 18, 27, 29, 31}
DOCKER_REFUSES = """
unshare setns mount umount2 pivot_root fsopen fsconfig fsmount move_mount open_tree mount_setattr
bpf perf_event_open userfaultfd io_uring_setup io_uring_enter io_uring_register keyctl add_key
request_key kexec_load kexec_file_load syslog open_by_handle_at init_module finit_module
delete_module acct swapon swapoff reboot clock_settime clock_adjtime settimeofday quotactl
""".split()


def open_the_way(path: str) -> None:
    """Make a path reachable for everybody, in this process's view alone."""
    closed = visible_paths.closed_to_others(path)
    if closed is None:
        return
    system.unshare(system.CLONE_NEWNS)
    system.mount("", "/", "", system.MS_REC | system.MS_PRIVATE)
    kept = os.open(path, os.O_PATH)
    system.mount("tmpfs", closed, "tmpfs", system.MS_NOSUID, "size=1m,mode=755")
    os.makedirs(path)
    system.mount(f"/proc/self/fd/{kept}", path, "", system.MS_BIND | system.MS_REC)
    os.close(kept)


def be_in_docker() -> None:
    """Keep the capabilities of Docker's default, and refuse the system calls that it refuses."""
    refuse = (seccomp._RETURN, 0, 0, seccomp._FAIL | errno.EPERM)
    missing = (seccomp._RETURN, 0, 0, seccomp._FAIL | errno.ENOSYS)
    pass_on = (seccomp._RETURN, 0, 0, seccomp._ALLOW)
    no_namespaces = calls._together()["clone"]
    steps = seccomp.architecture()
    for name in DOCKER_REFUSES:
        steps += seccomp.when(NUMBER[name], [refuse])
    steps += seccomp.when(NUMBER["clone3"], [missing])
    steps += seccomp.when(NUMBER["clone"], [*seccomp._demand(no_namespaces), pass_on])
    seccomp.load(seccomp.assemble([*steps, pass_on]))
    for capability in range(41):
        if capability not in DOCKER_CAPABILITIES:
            system.prctl(system.PR_CAPBSET_DROP, capability)


def be_ordinary() -> None:
    """Be a user without any rights."""
    os.setgroups([])
    os.setresgid(ORDINARY, ORDINARY, ORDINARY)
    os.setresuid(ORDINARY, ORDINARY, ORDINARY)


def main(who: str, command: list[str]) -> int:
    """Become that somebody in a child, run the command, and give its status."""
    with tempfile.TemporaryDirectory(prefix="torchmarks-home-") as home:
        child = os.fork()
        if child:
            return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        os.environ["HOME"] = home
        if who.endswith("user"):
            os.chown(home, ORDINARY, ORDINARY)
        open_the_way(os.path.realpath(sys.base_prefix))
        if who.startswith("docker"):
            be_in_docker()
        if who.endswith("user"):
            be_ordinary()
        os.execvp(command[0], command)
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2:]))
