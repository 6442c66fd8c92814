"""A Ray cluster on this machine: each node is a `ray start` with processes of its own."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

import psutil

_SMALL = ["--object-store-memory=80000000", "--disable-usage-stats", "--block"]


class Nodes:
    """Nodes of so many cores each, the first the head; closed, nothing of them is left."""

    def __init__(self, cores=1, **environment):
        self.cores = cores
        self.folder = tempfile.mkdtemp(prefix="ray-", dir="/tmp")  # a socket's path is short
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        self.address, self.started = f"127.0.0.1:{port}", []
        head = ["--head", f"--port={port}", "--include-dashboard=false", "--temp-dir", self.folder]
        self.add(*head, **environment)

    def add(self, *words, by=(), **environment):
        """Start a node, by default one of the cluster's; return its process once it is there.

        It is started `by` a program that is given its command.
        """
        given = words or [f"--address={self.address}"]
        ray = [*by, sys.executable, "-c", "from ray.scripts.scripts import main; main()"]
        log = Path(self.folder, f"node-{len(self.started)}.log")
        with log.open("wb") as file:
            process = psutil.Popen(
                [*ray, "start", *given, f"--num-cpus={self.cores}", *_SMALL],
                stdout=file,
                stderr=subprocess.STDOUT,
                env={**os.environ, **environment},
                start_new_session=True,
            )
        self.started.append(process)
        for _ in range(600):
            if b"--block" in log.read_bytes():
                return process
            with contextlib.suppress(psutil.TimeoutExpired):
                process.wait(0.1)
                break
        raise AssertionError(log.read_text())

    def living(self):
        """Return the raylets that live."""
        found = []
        for process in self.started:
            with contextlib.suppress(psutil.NoSuchProcess):
                below = process.children(recursive=True)
                found += [p for p in below if p.name() == "raylet" and p.status() != "zombie"]
        return found

    def gradings(self):
        """Return all processes of ours on the nodes: those that Ray started, and what they did."""
        family = []
        for process in self.started:
            with contextlib.suppress(psutil.NoSuchProcess):
                for one in process.children(recursive=True):
                    if one.name() == "ray::Node":
                        family += [one, *one.children(recursive=True)]
        return family

    def kill(self, process):
        """Kill all processes of a node, as when its plug is pulled."""
        family = [process, *process.children(recursive=True)]
        for one in family:
            with contextlib.suppress(psutil.NoSuchProcess):
                one.kill()
        psutil.wait_procs(family, timeout=20)

    def close(self):
        """Kill every node."""
        for process in reversed(self.started):
            with contextlib.suppress(psutil.NoSuchProcess):
                self.kill(process)
        shutil.rmtree(self.folder)
