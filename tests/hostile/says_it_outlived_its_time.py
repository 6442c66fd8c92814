"""Says of its loading each time that another statement outlived its time, so that it is loaded again.

Earns: nothing
Verdict: missing
"""

import json
import os
import struct
import time


def answer(value):
    text = json.dumps({"d": [["number", 1], ["value", value]]}).encode()
    os.write(3, struct.pack("<II", len(text), 0) + text)


failed = {"d": [["at", int.from_bytes(os.urandom(6), "little")], ["outlived", True]]}
answer({"d": [["exports", {"d": []}], ["report", {"d": [["failed", [failed]]]}]]})
time.sleep(60)
