"""A root of our own: namespaces, and a file system that holds only what is bound into it.

Two ways to the same place. An ordinary user enters a user namespace first and
builds the root inside it. Root builds the root while it can still read a Python
under a closed home, and then becomes nobody before entering the namespaces, so
that no student code ever runs under a real uid 0.
"""

import os

from . import system

SCRATCH = "/scratch"
_DEVICES = ("/dev/null", "/dev/zero", "/dev/urandom", "/dev/random")
_OLD = "/old"
_STAGE = "/tmp"  # noqa: S108 - any folder will do: an empty one is mounted over it, for us alone
_ALL = (
    system.CLONE_NEWUSER
    | system.CLONE_NEWNS
    | system.CLONE_NEWPID
    | system.CLONE_NEWNET
    | system.CLONE_NEWIPC
    | system.CLONE_NEWUTS
    | system.CLONE_NEWCGROUP
)


def enter(places: list[tuple[str, ...]], first_uid: int, uids: int) -> None:
    """Enter new namespaces, with a root that holds ``places`` alone. Returns in their pid 1.

    A place is ``("bind", path)``, seen read-only at its own path, ``("hide", path)``, an
    empty folder over what an earlier place shows there, or ``("link", path, target)``.
    ``first_uid`` is the outside uid that becomes 0 inside; ``uids`` how many are mapped
    (more than one only when started by root). Raises OSError where the machine refuses.
    """
    if os.getuid() == 0:
        system.unshare(system.CLONE_NEWNS)
        _build_root(places)
        if uids > 1:
            _unshare_with_range(first_uid, uids)
        else:
            _become(first_uid)
            system.unshare(_ALL)
            _map_one(first_uid, first_uid)
    else:
        uid, gid = os.getuid(), os.getgid()
        system.unshare(_ALL)
        _map_one(uid, gid)
        _build_root(places)
    _be_first_process()
    scratch(size=1 << 20, files=64)  # the zygote's own; each worker mounts another over it
    os.chdir(SCRATCH)


def scratch(size: int, files: int) -> None:
    """Mount empty, bounded scratch folders and this pid namespace's /proc, for us alone."""
    flags = system.MS_NOSUID | system.MS_NODEV
    for place in (SCRATCH, "/dev/shm"):  # noqa: S108 - a new tmpfs, not the shared one
        system.mount("tmpfs", place, "tmpfs", flags, f"size={size},nr_inodes={files},mode=777")
    system.mount("proc", "/proc", "proc", flags | system.MS_NOEXEC)


def cover(place: str) -> None:
    """Hide a folder under an empty read-only one."""
    # Its own root is the one inode.
    system.mount("tmpfs", place, "tmpfs", system.MS_RDONLY, "size=4k,nr_inodes=1,mode=555")


def _become(uid: int) -> None:
    # In this order: once the user has changed, the groups cannot be.
    os.setgroups([])
    os.setresgid(uid, uid, uid)
    os.setresuid(uid, uid, uid)
    system.prctl(system.PR_SET_DUMPABLE, 1)  # /proc/self must be ours to write the maps


def be_user_of_ones_own() -> None:
    """Enter one more user namespace: what a user may have is then counted for us alone."""
    system.unshare(system.CLONE_NEWUSER)
    system.prctl(system.PR_SET_DUMPABLE, 1)  # or the files of the maps belong to the real root
    _map_one(0, 0)
    system.prctl(system.PR_SET_DUMPABLE, 0)  # or others of the same real user could trace us


def _map_one(uid: int, gid: int) -> None:
    # Or the kernel takes no map of groups (user_namespaces(7)).
    _write("/proc/self/setgroups", "deny")
    _write("/proc/self/uid_map", f"0 {uid} 1")
    _write("/proc/self/gid_map", f"0 {gid} 1")


def _unshare_with_range(first_uid: int, uids: int) -> None:
    """Enter the namespaces while a helper that stays outside writes the map of a range."""
    ready, go = os.pipe(), os.pipe()
    me = os.getpid()
    helper = os.fork()
    if helper == 0:
        status = 1
        try:
            os.read(ready[0], 1)
            for name in ("uid_map", "gid_map"):
                _write(f"/proc/{me}/{name}", f"0 {first_uid} {uids}")
            os.write(go[1], b".")
            status = 0
        finally:
            os._exit(status)
    os.close(go[1])  # so that a helper that fails is an end of file, and no hang
    system.unshare(_ALL)
    os.write(ready[1], b".")
    mapped = os.read(go[0], 1)
    os.waitpid(helper, 0)
    for descriptor in (*ready, go[0]):
        os.close(descriptor)
    if not mapped:
        raise PermissionError("the range of user ids could not be mapped")
    os.setgroups([])
    os.setresgid(0, 0, 0)
    os.setresuid(0, 0, 0)


def _be_first_process() -> None:
    """Fork into the new pid namespace; the process left outside only passes the end on."""
    child = os.fork()
    if child:
        os.closerange(0, 1 << 20)  # or the grader's socket stayed open here after the zygote's end
        _, status = os.waitpid(child, 0)
        os._exit(os.waitstatus_to_exitcode(status) & 0xFF)  # a signal's number is negative
    system.die_with_parent()  # asked before the fork it would be the parent's alone


def _build_root(places: list[tuple[str, ...]]) -> None:
    """Make an empty root with the given places in it, in that order, and step into it."""
    # Nothing of what follows is seen outside.
    system.mount("", "/", "", system.MS_REC | system.MS_PRIVATE)
    system.mount("tmpfs", _STAGE, "tmpfs", system.MS_NOSUID | system.MS_NODEV, "size=1m,mode=755")
    os.chdir(_STAGE)
    os.mkdir("old")
    system.pivot_root(".", "old")
    os.chdir("/")  # the current folder is under the old root still
    hidden = []
    for act, path, *target in places:
        if act == "bind":
            _bind(path)
        elif act == "link":
            _link(path, *target)
        elif os.path.isdir(path):
            system.mount("tmpfs", path, "tmpfs", system.MS_NOSUID, "size=64k,nr_inodes=64,mode=755")
            hidden.append(path)
    for device in _DEVICES:
        _bind(device)
    for path in ("/proc", "/dev/shm", SCRATCH, "/tmp"):  # noqa: S108 - inside the new root
        os.makedirs(path, exist_ok=True)
    # The maps of users are written by way of it, before `scratch` mounts our own.
    system.mount(_OLD + "/proc", "/proc", "", system.MS_BIND | system.MS_REC)
    system.unmount(_OLD)
    os.rmdir(_OLD)
    # Read-only last: places were made in there.
    flags = system.MS_BIND | system.MS_REMOUNT | system.MS_RDONLY | system.MS_NOSUID
    for path in hidden:
        system.mount("", path, "", flags)
    system.mount("", "/", "", flags | system.MS_NODEV)


def _link(path: str, target: str) -> None:
    os.makedirs(os.path.dirname(path), exist_ok=True)
    if not os.path.lexists(path):
        os.symlink(target, path)


def _bind(path: str) -> None:
    source = _OLD + path
    if os.path.islink(source):
        _link(path, os.readlink(source))
        return
    if not os.path.exists(source):
        return
    if os.path.isdir(source):
        os.makedirs(path, exist_ok=True)
    elif not os.path.exists(path):
        os.makedirs(os.path.dirname(path), exist_ok=True)
        os.close(os.open(path, os.O_CREAT | os.O_WRONLY, 0o444))
    system.mount(source, path, "", system.MS_BIND | system.MS_REC)
    if not path.startswith("/dev/"):
        system.make_read_only(path)


def _write(path: str, text: str) -> None:
    descriptor = os.open(path, os.O_WRONLY)
    try:
        os.write(descriptor, text.encode())
    finally:
        os.close(descriptor)
