"""Frames: what was packed comes back, and nothing that was not makes the grader stumble."""

import gc
import math
import os
import socket
import subprocess
import sys

import numpy as np
import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from grader.assignment.limits import Limits
from grader.inside.frames import LENGTHS, FrameError, Handle, lengths, pack, unpack
from grader.sandbox.arguments import Arguments
from grader.sandbox.deadline import Moment
from grader.sandbox.lines import Lines
from grader.sandbox.outcome import Died, Raised, Returned, TimedOut
from grader.sandbox.process_handle import ProcessHandle
from grader.sandbox.worker import Worker
from tests.sandbox import frame_mutants, fuzz

LEAVES = (
    st.none()
    | st.booleans()
    | st.integers(-(2**255), 2**255)
    | st.floats()
    | st.text(st.characters(exclude_categories=["Cs"]))
    | st.complex_numbers()
    | st.builds(Handle, st.integers(0, 9), st.sampled_from(["Linear", "list"]))
)
VALUES = st.recursive(
    LEAVES,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.lists(inner, max_size=4).map(tuple)
        | st.dictionaries(
            st.text(st.characters(exclude_categories=["Cs"])) | st.integers(-9, 9),
            inner,
            max_size=4,
        )
    ),
    max_leaves=20,
)
JSON_LIKE = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["t", "n", "T", "d", "z", "h", "c", "number", "value"]),
            inner,
            max_size=2,
        )
    ),
    max_leaves=30,
)


def through(value, keep=None):
    """A value, packed and unpacked."""
    data = b"".join(bytes(piece) for piece in pack(value, keep))
    header, _ = lengths(data[:8])
    return unpack(data[8 : 8 + header], bytearray(data[8 + header :]))


def same(a, b):
    """Equal, where NaN equals itself."""
    return repr(a) == repr(b)


@given(VALUES)
def test_a_value_comes_back_as_it_was(value):
    """Unpacking undoes packing, types included."""
    assert same(through(value), value)


@given(
    st.lists(st.integers(0, 4), max_size=4),
    st.sampled_from(["float32", "int64", "bool", "complex128", "uint8"]),
)
def test_an_array_comes_back_bit_for_bit(shape, name):
    """Arrays and tensors of every shape come back with their dtype and bits."""
    array = np.arange(math.prod(shape)).reshape(shape).astype(name)
    got, tensor = through([array, torch.from_numpy(array.copy())])
    assert got.dtype == array.dtype
    assert np.array_equal(got, array)
    assert np.array_equal(tensor.numpy(), array)
    assert tensor.shape == array.shape


@pytest.mark.parametrize(
    "value",
    [
        object(),
        {1, 2},
        1 << 300,
        [[[[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]]],
        np.array([object()]),
        torch.eye(2).to_sparse(),
    ],
    ids=["object", "set", "integer", "depth", "objects", "sparse"],
)
def test_what_is_no_data_cannot_be_packed(value):
    """The grader's side refuses what the frame cannot hold."""
    with pytest.raises(FrameError):
        pack(value)


def test_what_was_answered_can_be_asked_about():
    """The deepest answer that is accepted can be sent back inside a request."""
    value = 1
    for _ in range(15):
        value = [value]
    answer = through({"number": 1, "value": value}, keep=lambda _: Handle(0, "x"))
    pack({"number": 2, "act": "call", "args": [answer["value"]], "kwargs": {}})


@settings(max_examples=300)
@given(st.binary(max_size=200), st.binary(max_size=64))
def test_random_bytes_are_refused_and_nothing_else(header, buffers):
    """Random bytes raise FrameError or decode; nothing else ever comes out."""
    fuzz.decode(header, buffers)


@settings(max_examples=300, suppress_health_check=[HealthCheck.too_slow])
@given(JSON_LIKE, st.binary(max_size=64))
def test_random_headers_are_refused_and_nothing_else(tree, buffers):
    """Headers of JSON made of our own tags raise FrameError or decode."""
    import json

    fuzz.decode(json.dumps(tree).encode(), buffers)


def test_five_thousand_frames_do_no_harm():
    """Five thousand mutated, cut and invented frames neither crash, stall nor grow the grader."""
    refused = fuzz.run(5_000, seed=3)
    assert 2_500 < refused < 5_000


@pytest.fixture
def line():
    """A worker whose other end is in our hands: the socket, the worker, and its process."""
    process = subprocess.Popen(["/bin/sleep", "100"])
    ours, theirs = socket.socketpair()
    prints, stack_dump = os.pipe(), os.pipe()
    end = {"exit": -9, "cpu": 0.0, "memory": 0}
    limits = Limits(call_seconds=0.3)
    lines = Lines(ours, prints[0], stack_dump[0], Arguments())
    worker = Worker(lines, ProcessHandle(os.pidfd_open(process.pid)), limits, lambda: end)
    worker.number = 1
    yield theirs, worker
    worker.close()
    theirs.close()
    os.close(prints[1])
    os.close(stack_dump[1])
    process.wait()


def answer_of(line, data):
    """What the grader makes of these bytes on the wire."""
    theirs, worker = line
    theirs.sendall(data)
    try:
        return worker.decode(*worker.receive(Moment(0.3)))
    except Exception as lost:  # noqa: BLE001 - Lost is looked at, anything else fails in the assertion
        return lost.outcome


def test_half_a_frame_is_waited_for_no_longer_than_the_limit(line):
    """A frame that stops half way is TimedOut by the one deadline for all of it."""
    assert isinstance(answer_of(line, frame_mutants.frame(b"12", b"")[:9]), TimedOut)


def test_a_claim_over_the_limit_is_not_waited_for(line):
    """A frame that claims four gigabytes is refused at once, before its time is up."""
    assert isinstance(answer_of(line, b"\xff" * 8), Died)


def test_a_worker_that_speaks_first_is_ended(line):
    """Bytes that nobody asked for end the worker at the next request."""
    theirs, worker = line
    theirs.sendall(b"x")
    assert "before it was asked" in worker.ask("nothing", {}, 1).reason


@pytest.mark.parametrize("seed", range(40))
def test_frames_on_the_wire_become_outcomes(line, seed):
    """Whatever a worker writes becomes an outcome, and never an exception of ours."""
    rng = frame_mutants.generator(seed)
    for _ in range(5):
        outcome = answer_of(line, frame_mutants.frame(*frame_mutants.draw(rng)))
        assert isinstance(outcome, (Returned, Raised, Died, TimedOut)) or hasattr(outcome, "at")
        if isinstance(outcome, (Died, TimedOut)):
            break


def test_a_payload_is_given_back_without_a_collection_of_garbage():
    """Else a worker would hold every large question that it was ever asked."""
    (head, *buffers) = pack({"x": (np.ones(100), [np.ones(3)])})
    payload = bytearray(b"".join(buffers))
    gc.disable()
    try:
        held = sys.getrefcount(payload)
        value = unpack(bytes(head)[LENGTHS.size :], payload)
        assert sys.getrefcount(payload) > held
        del value
        assert sys.getrefcount(payload) == held
    finally:
        gc.enable()
