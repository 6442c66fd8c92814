"""The machine's load of the last minute, which sysinfo tells: threads that hash drive it up."""

import ctypes
import hashlib
import threading
import time

COLD = ()
BITS = 2
STEP = 3.0
MOST_SECONDS = 25
libc = ctypes.CDLL(None)


def write(bits):
    wanted = sum(bit << at for at, bit in enumerate(bits))
    ends = time.monotonic() + MOST_SECONDS
    stop = threading.Event()
    for _ in range(60):
        threading.Thread(target=_hash, args=(stop,), daemon=True).start()
    first = _load()
    while time.monotonic() < ends:
        now = _load()
        if now > first + 2 and _level(now * 0.93, len(bits)) == wanted and now % STEP > STEP / 2:
            break
        time.sleep(0.2)
    stop.set()


def read(count):
    level = _level(_load(), count)
    return [bool(level >> at & 1) for at in range(count)]


def _level(load, count):
    return int(load / STEP) % (1 << count)


def _load():
    facts = (ctypes.c_ulong * 16)()
    libc.sysinfo(facts)
    return facts[1] / 65536


def _hash(stop):
    block = bytes(1 << 20)
    while not stop.is_set():
        hashlib.sha256(block)  # without the interpreter's lock
