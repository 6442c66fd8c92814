"""Frames that are nearly right: what a hostile worker might write, drawn at random.

Each draw begins with a valid answer and then does to it what breaks decoders: bytes
flipped, cut, doubled and moved, lengths that lie, numbers that are too large, nesting,
tags in the wrong places.
"""

import json
import random
import struct

import numpy as np
import torch

from grader.inside.frames import Handle, pack

_LEAVES = (
    None,
    True,
    False,
    0,
    -1,
    2**255,
    2**300,
    10**400,
    1.5,
    1e308,
    "",
    "a",
    "\ud800",
    "\u202e\x1b",
    "t",
    "d",
)
_TAGS = ("t", "n", "T", "d", "z", "h", "c", "value", "")
_DTYPES = (
    "float32",
    "float64",
    "bool",
    "int64",
    "bfloat16",
    "complex64",
    "object",
    "O",
    "V8",
    "float128",
    "",
    None,
    3,
)
_LENGTHS = (0, 1, 2, 3, -1, 7, 2**31, 2**32, 2**39, 2**40, 2**63, 1.0, True, None, "1")
_VALUES = (
    6,
    [1.0, None, "word"],
    (torch.arange(6.0).reshape(2, 3), np.arange(4)),
    {"a": torch.zeros(0, 3), 3: 1j},
    Handle(0, "Linear"),
    torch.tensor([True, False]),
    torch.ones(2, dtype=torch.bfloat16, requires_grad=True),
)


def draw(rng):
    """The header and the buffers of one frame."""
    kind = rng.random()
    if kind < 0.35:
        return mutated(rng)
    if kind < 0.75:
        return json.dumps(tree(rng, 0)).encode(errors="surrogatepass"), rng.randbytes(
            rng.choice((0, 8, 16, 64))
        )
    if kind < 0.9:
        return rng.randbytes(rng.randrange(60)), rng.randbytes(rng.randrange(20))
    return extreme(rng), b""


def valid(rng):
    """The bytes of an answer that makes sense."""
    value = rng.choice(_VALUES)
    answer = rng.choice(
        (
            {"number": 1, "value": value},
            {
                "number": 1,
                "raised": {"kind": "E", "message": "m", "traceback": "", "memory": False},
            },
        )
    )
    return b"".join(bytes(piece) for piece in pack(answer, lambda _: Handle(0, "object")))


def mutated(rng):
    """A valid answer with some bytes changed, cut away or doubled."""
    data = bytearray(valid(rng))
    header = struct.unpack_from("<I", data)[0]
    text, rest = bytearray(data[8 : 8 + header]), data[8 + header :]
    for _ in range(rng.randrange(1, 5)):
        at = rng.randrange(len(text)) if text else 0
        act = rng.randrange(5)
        if act == 0 and text:
            text[at] = rng.randrange(256)
        elif act == 1:
            text = text[:at]
        elif act == 2:
            text[at:at] = text[at : at + 9]
        elif act == 3:
            text[at : at + 1] = rng.choice(
                (b"9999999999", b"-", b"NaN", b"[", b'{"t":', b"null", b"1e999")
            )
        else:
            rest = rest[: rng.randrange(len(rest) + 1)] + rng.randbytes(rng.choice((0, 16)))
    return bytes(text), bytes(rest)


def tree(rng, depth):
    """A random header, mostly of our own tags with bodies of the wrong kind."""
    if depth > 3 or rng.random() < 0.3:
        return rng.choice(_LEAVES)
    kind = rng.random()
    deeper = [tree(rng, depth + 1) for _ in range(rng.randrange(4))]
    if kind < 0.2:
        return {
            rng.choice("tn"): [
                rng.choice(_DTYPES),
                [rng.choice(_LENGTHS) for _ in range(rng.randrange(4))],
                *deeper[:1],
            ]
        }
    if kind < 0.4:
        pairs = [["number", 1], ["value", tree(rng, depth + 1)]] + [
            [rng.choice(_LEAVES), leaf] for leaf in deeper
        ]
        return {"d": pairs[rng.randrange(3) :]}
    if kind < 0.5:
        return {
            "d": [
                ["number", 1],
                [rng.choice(("raised", "progress", "value")), tree(rng, depth + 1)],
            ]
        }
    if kind < 0.8:
        return {rng.choice(_TAGS): rng.choice((deeper, rng.choice(_LEAVES)))}
    return deeper


def extreme(rng):
    """A header that is small to write and large to read."""
    many = int(40_000 ** rng.random())
    return rng.choice(
        (
            b"[" * many,
            b'{"T":[' * many,
            b"9" * many,
            b'"' + b"\\ud800" * many + b'"',
            b"[" + b"[]," * many + b"0]",
        )
    )


def frame(header, buffers):
    """The bytes of a frame as they would be on the socket."""
    return struct.pack("<II", len(header), len(buffers)) + header + buffers


def generator(seed):
    """A source of draws that can be repeated."""
    return random.Random(seed)
