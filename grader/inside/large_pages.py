"""Large pages for what is imported, so that a fork of it costs little.

A fork copies the tables of its parent's pages, and its end takes them down again. For the 300 MiB
that torch and its modules hold in pages of 4 KiB both together took 17 ms of processor; in pages of
2 MiB, 3 ms. A worker that writes to one gets its own copy of 4 KiB of it, as ever.
"""

from . import system

_SIZE = 2 << 20


def join_pages() -> None:
    """Have the kernel put this process's own memory into large pages, as far as it will.

    Linux 6.1 can (MADV_COLLAPSE); an older kernel refuses, and nothing changes.
    """
    with open("/proc/self/maps", encoding="utf-8", errors="replace") as maps:
        lines = [line.split() for line in maps]
    for place, rights, _, _, _, *name in lines:
        if rights == "rw-p" and name in ([], ["[heap]"]):
            begin, end = (int(address, 16) for address in place.split("-"))
            for address in range(-(-begin // _SIZE) * _SIZE, end - _SIZE + 1, _SIZE):
                system.collapse(address, _SIZE)
