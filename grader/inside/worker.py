"""The worker: loads one submission and answers calls to it, one frame in, one frame out.

It runs behind the wall together with the student's code, which may do as it likes
with everything here: a reply means no more than "this process answers Y to X".
"""

import contextlib
import gc
import importlib
import mmap
import os
import random
import sys
import types
from typing import Any

import numpy as np

from . import exports, files, frames, gpu, modules, packages, source, traceback_text
from .sameness import Snapshot
from .stand_ins import StandIns

_MEMORY_WORDS = ("DefaultCPUAllocator: can't allocate memory", "not enough memory", "out of memory")
_DRIVERS_OWN = "CUDA error: out of memory"  # asked of the driver, past torch
_CHANGED = 200  # characters in which it is said what was done to an argument


class CallServer:
    """One submission, its handles, and the socket to the grader."""

    def __init__(self, socket: int, arguments: int) -> None:
        self.socket, self.arguments = socket, arguments
        self.name, self.module = "submission", types.ModuleType("submission")
        self.taken: dict[str, str] = {}
        self.probes: types.ModuleType | None = None
        self.kept: list[object] = []
        self.memory: mmap.mmap | None = None
        self.device = "cuda" if _uses_gpu() else "cpu"

    def serve(self) -> None:
        """Answer until the grader closes the socket."""
        while True:
            header, buffers = frames.LENGTHS.unpack(self._read(frames.LENGTHS.size))
            text = self._read(header)
            shared = buffers & frames.SHARED
            payload = self._shared(buffers - shared) if shared else self._read(buffers)
            request = frames.unpack(text, payload, self._named, self._fetch, self.device)
            self._reply(self._answer(request))

    def _answer(self, request: dict[str, Any]) -> dict[str, Any]:
        number = request["number"]
        try:
            value = getattr(self, "_do_" + request["act"])(request)
        except BaseException as error:  # noqa: BLE001 - whatever the student raises is data
            return {"number": number, "raised": _raised(error)}
        if (watched := request.get("watched")) is not None:
            changed = next(filter(None, (memory.difference() for memory in watched)), "")
            return {"number": number, "value": value, "changed": changed[:_CHANGED]}
        return {"number": number, "value": value}

    def _do_load(self, request: dict[str, Any]) -> dict[str, Any]:
        """Run the submission's source; says which exports are there and what went wrong."""
        name = request["name"]
        self.name = modules.name_for(name, request["path"])
        self.module = modules.first_module(self.name, request["kind"])
        _lay_out(request)
        stand_ins = StandIns()
        stand_ins.install()
        _seed(0)
        report = source.run_source(
            request["kind"],
            name,
            [(cell, text, list(tags)) for cell, text, tags in request["cells"]],
            source.RunPlan(
                request["mode"],
                (*request["exports"], *request["also"]),
                request["statement_seconds"],
                request["all_seconds"],
                frozenset(request["skip"]),
                frozenset(files.modules()),
                tuple(request["modules"]),
            ),
            self.module,
            lambda progress: self._reply({"number": request["number"], "progress": progress}),
        )
        report["stand_ins"] = stand_ins.used
        parts = [(cell, text) for cell, text, _ in request["cells"]]
        asides = [tuple(aside) for aside in request.get("asides", ())]
        self.taken, found = report.pop("taken"), {}
        for export in request["exports"]:
            about = exports.look(self._home(export), export, name, parts, asides)
            found[export] = {**about, "module": self.taken.get(export, "")}
        return {"report": report, "exports": found}

    def _home(self, export: str) -> types.ModuleType:
        """Return the module that an export is in: of several files the first, or another."""
        return sys.modules[self.taken[export]] if export in self.taken else self.module

    def _do_call(self, request: dict[str, Any]) -> object:
        if (seed := request.get("seed")) is not None:
            _seed(seed)
        called = request["export"]  # a name, or what was kept: no text ever is
        function = called
        if isinstance(called, str):
            probes = request.get("probes")
            function = getattr(self._probes(probes) if probes else self._home(called), called)
        if method := request.get("method"):
            function = getattr(function, method)
        if request.get("watch"):
            arguments = enumerate(request["args"], 1)
            request["watched"] = [
                Snapshot(value, f"argument {place}") for place, value in arguments
            ]
        if request.get("program"):
            from . import program  # noqa: PLC0415 - few submissions are one

            return program.run(function, f"{self.name}.py", **request["kwargs"])
        return function(*request["args"], **request["kwargs"])

    def _probes(self, text: str) -> types.ModuleType:
        """Have the assignment's own questions here, among the student's code: claims, no more."""
        if self.probes is None:
            self.probes = types.ModuleType("probes")
            self.probes.__dict__["submission"] = modules.joined(self.module, self.taken)
            exec(compile(text, "probes.py", "exec"), self.probes.__dict__)  # noqa: S102 - the grader sent it
        return self.probes

    def _do_fill(self, request: dict[str, Any]) -> None:
        """Give a model's parameters these values: to each that of its shape, whatever its name."""
        from . import tensors  # noqa: PLC0415 - it imports torch, which not every grade needs

        tensors.fill(request["model"], request["values"])

    def _do_steady(self, _request: dict[str, Any]) -> None:
        """Collect what is garbage now, and collect no more: for a race."""
        gc.collect()
        gc.freeze()
        gc.disable()

    def _do_collect(self, _request: dict[str, Any]) -> None:
        """Collect garbage, between two timed calls."""
        gc.collect()

    def _do_nothing(self, _request: dict[str, Any]) -> None:
        """Answer at once: a barrier, and the cost of a round trip."""

    def _do_probe(self, request: dict[str, Any]) -> dict[str, str]:
        from . import probes  # noqa: PLC0415 - only the throw-away worker needs it

        return probes.run(request["facts"])

    def _reply(self, answer: dict[str, Any]) -> None:
        _flush()
        try:
            pieces = frames.pack(answer, self._keep)
        except frames.TooMuchError as much:
            stays = {**answer, "value": self._keep(answer["value"], str(much))}
            pieces = frames.pack(stays, self._keep)
        except BaseException as error:  # noqa: BLE001 - a hostile value may raise anything
            pieces = frames.pack({"number": answer["number"], "raised": _raised(error)}, self._keep)
        frames.send_all(lambda rest: os.writev(self.socket, rest), pieces)

    def _shared(self, size: int) -> memoryview:
        """Return the memory in which the grader will look at the arguments again."""
        if self.memory is None:
            self.memory = mmap.mmap(self.arguments, frames.SHARED_SIZE)
        return memoryview(self.memory)[:size]

    def _read(self, size: int) -> bytearray:
        data = bytearray(size)
        view = memoryview(data)
        while view:
            got = os.readv(self.socket, [view])
            if not got:
                os._exit(0)
            view = view[got:]
        return data

    def _keep(self, value: object, words: str) -> frames.Handle:
        """Keep what is no data; a model is put where the data is, before it is asked anything."""
        if self.device != "cpu" and issubclass(type(value), sys.modules["torch"].nn.Module):
            value.to(self.device)  # type: ignore[attr-defined]  # it is a module
        self.kept.append(value)
        return frames.Handle(len(self.kept) - 1, traceback_text.name_of(type(value)), words)

    def _fetch(self, number: int) -> object:
        return self.kept[number]

    def _named(self, name: str, fields: dict[str, Any]) -> object:
        """Build a public dataclass from the worker's own copy of the public folder."""
        module, _, kind = name.rpartition(".")
        return getattr(importlib.import_module(module), kind)(**fields)


def _seed(seed: int) -> None:
    """Seed every generator in common use, so that a call's randomness is the call's own."""
    random.seed(seed)
    np.random.seed(seed % 2**32)  # noqa: NPY002 - the student's code may use the old generator
    # numpy takes 32 bits, torch 64 with a sign.
    if torch := sys.modules.get("torch"):
        torch.default_generator.manual_seed(seed % 2**63)
        if _uses_gpu():
            torch.cuda.manual_seed_all(seed % 2**63)


def _uses_gpu() -> bool:
    torch = sys.modules.get("torch")
    return torch is not None and bool(torch.cuda.is_initialized())


def _flush() -> None:
    """Send what waits in a stream that the student's code made of ours, which writes every line."""
    for stream, ours in ((sys.stdout, sys.__stdout__), (sys.stderr, sys.__stderr__)):
        if stream is not ours:
            with contextlib.suppress(BaseException):
                stream.flush()


def _lay_out(request: dict[str, Any]) -> None:
    """Have what a submission was handed in with, and is promised, where it looks for it."""
    files.lay_out(request["path"], request.pop("files"), request["linked"])
    modules.make_importable(request["modules"], request["path"])
    sys.argv = [request["name"]]
    for folder in request["packages"]:
        packages.adopt(folder)


def _raised(error: BaseException) -> dict[str, Any]:
    kind, message = traceback_text.error_text(error)
    trace = traceback_text.student_traceback(error)
    return {
        "kind": kind,
        "bases": traceback_text.names_of_bases(error),
        "message": message,
        "traceback": trace,
        "memory": _memory_short_of(error, message),
        "broken": _uses_gpu() and not gpu.answers(),
    }


def _memory_short_of(error: BaseException, message: str) -> str:
    """Which memory ran out, "cpu" or "gpu"; "" where none did."""
    torch = sys.modules.get("torch")
    if torch is not None and isinstance(error, torch.OutOfMemoryError):
        return "gpu"
    told = message if isinstance(error, RuntimeError) else ""  # others use such words as well
    if told.startswith(_DRIVERS_OWN):
        return "gpu"
    short = isinstance(error, MemoryError) or any(word in told for word in _MEMORY_WORDS)
    return "cpu" if short else ""
