"""Decode a great many hostile frames: `python -m tests.sandbox.fuzz [HOW MANY] [SEED]`.

Ends with status 1 and the frame in hexadecimal if one raises anything but FrameError,
takes more than a second, or if the process grows.
"""

import os
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from grader.inside import frames
from tests.sandbox import frame_mutants

MOST_SECONDS, MOST_GROWTH = 1.0, 64 << 20


def decode(header, buffers):
    """One frame by the grader's own path; True if it was refused."""
    data = frame_mutants.frame(header, buffers)
    try:
        frames.lengths(data[:8])
        frames.unpack(bytearray(header), bytearray(buffers))
    except frames.FrameError:
        return True
    return False


def run(count, seed):
    """Decode so many frames; returns how many were refused. Raises AssertionError for a bad one."""
    rng = frame_mutants.generator(seed)
    refused, before = 0, 0
    for number in range(count):
        header, buffers = frame_mutants.draw(rng)
        began = time.process_time()
        try:
            refused += decode(header, buffers)
        except BaseException as error:
            raise AssertionError(
                f"{type(error).__name__}: {error}: {header[:300].hex()} {buffers.hex()}"
            ) from error
        assert time.process_time() - began < MOST_SECONDS, header[:300].hex()
        if number == count // 10:
            before = resident()
    assert resident() - before < MOST_GROWTH
    return refused


def resident():
    """Bytes of memory that this process holds."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGESIZE")


if __name__ == "__main__":
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else int(time.time())
    print(f"{run(count, seed):,} of {count:,} frames were refused, the others decoded; seed {seed}")
