"""Writes to the folder of public data, by every way there is to a file that can be read.

Earns: everything
"""

import ctypes
import mmap
import os


LEAKS = []
FILE = "figures/numbers.txt"
FOLDER = os.path.realpath("figures")


def attempt(what, act):
    try:
        got = act()
    except Exception:
        return
    LEAKS.append(f"LEAK: {what}: {got!r}"[:200])


def maps_to_write():
    with open(FILE, "rb") as file:
        return mmap.mmap(file.fileno(), 0, mmap.MAP_SHARED, mmap.PROT_READ | mmap.PROT_WRITE)


def makes_a_mapping_writable():
    libc = ctypes.CDLL(None, use_errno=True)
    libc.mmap.restype = ctypes.c_void_p
    with open(FILE, "rb") as file:
        place = libc.mmap(None, 4096, 1, 1, file.fileno(), ctypes.c_long(0))
    if libc.mprotect(ctypes.c_void_p(place), 4096, 3):
        raise OSError
    return "writable"


def opens_what_it_has_open():
    with open(FILE, "rb") as file:
        return os.open(f"/proc/self/fd/{file.fileno()}", os.O_RDWR)


with open(FILE) as file:
    if file.read() != "1.0\n2.0\n":
        LEAKS.append("LEAK: another's change")

for flags in (os.O_WRONLY, os.O_RDWR, os.O_RDONLY | os.O_TRUNC, os.O_WRONLY | os.O_APPEND):
    attempt(f"open {flags}", lambda flags=flags: os.open(FILE, flags))
attempt("create", lambda: os.open("figures/more.txt", os.O_WRONLY | os.O_CREAT))
attempt("a nameless file", lambda: os.open("figures", os.O_TMPFILE | os.O_RDWR))
attempt("truncate", lambda: os.truncate(FILE, 0))
attempt("remove", lambda: os.unlink(FILE))
attempt("rename", lambda: os.rename(FILE, "figures/other.txt"))
attempt("take away", lambda: os.rename(FILE, "mine.txt"))
attempt("take the folder away", lambda: os.rename(FOLDER, FOLDER + "_"))
attempt("make a folder", lambda: os.mkdir("figures/more"))
attempt("link in", lambda: os.symlink("/etc/passwd", "figures/passwd"))
attempt("a hard link", lambda: os.link(FILE, "mine.txt"))
attempt("a hard link in", lambda: os.link(FILE, "figures/twice.txt"))
attempt("mode", lambda: os.chmod(FILE, 0o777))
attempt("mode of the folder", lambda: os.chmod(FOLDER, 0o777))
attempt("owner", lambda: os.chown(FILE, os.getuid(), -1))
attempt("date", lambda: os.utime(FILE))
attempt("attribute", lambda: os.setxattr(FILE, "user.note", b"1"))
attempt("map to write", maps_to_write)
attempt("make a mapping writable", makes_a_mapping_writable)
attempt("open what is open", opens_what_it_has_open)


def double(number):
    return "; ".join(LEAKS) or 2 * number


def norm(x):
    return float(x.norm())


def total(x):
    return x.sum()
