"""Forges what its worker says of its loading, so that whoever looks for a cause in it looks for hours.

Earns: nothing
Verdict: died
"""

import json
import os
import struct
import time


def answer(value):
    text = json.dumps({"d": [["number", 1], ["value", value]]}).encode()
    os.write(3, struct.pack("<II", len(text), 0) + text)


failed = {"d": [["names", ["double", "norm"]], ["error", "FileNotFoundError: " * 40_000]]}
answer({"d": [["exports", {"d": []}], ["report", {"d": [["failed", [failed]]]}]]})
time.sleep(60)
