"""Coverage-guided fuzzing of the decoder: `tox -e atheris`.

Arguments are libFuzzer's, such as ``-runs=1000000`` or ``-max_total_time=60``.
"""

import contextlib
import struct
import sys

import atheris

with atheris.instrument_imports(include=["grader.inside"]):
    from grader.inside import frames


def one_input(data):
    """Decode one frame; anything but FrameError is a finding."""
    if len(data) < 8:
        return
    header = struct.unpack_from("<I", data)[0] % (len(data) - 7)
    with contextlib.suppress(frames.FrameError):
        frames.unpack(bytearray(data[8 : 8 + header]), bytearray(data[8 + header :]))


if __name__ == "__main__":
    atheris.Setup(sys.argv, one_input)
    atheris.Fuzz()
