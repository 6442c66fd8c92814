"""Started by path, before anything else: becomes the zygote. Argument: the control socket."""

import contextlib
import importlib.util
import json
import os
import socket
import sys
from collections.abc import Callable
from typing import Any

_SETTINGS_LIMIT = 1 << 16
_FIRST_VICTIM = "900"  # of at most 1000 (proc(5))


def _import_ourselves(path: str) -> None:
    """Make this folder importable as ``inside``, and nothing beside it."""
    folder = path.rpartition("/")[0]
    spec = importlib.util.spec_from_file_location(
        "inside", f"{folder}/__init__.py", submodule_search_locations=[folder]
    )
    if spec is None or spec.loader is None:
        raise ImportError(f"{folder} is not readable")
    package = importlib.util.module_from_spec(spec)
    sys.modules["inside"] = package
    spec.loader.exec_module(package)


def _settle(settings: dict[str, Any]) -> None:
    """Look for modules in this Python alone; be what ends first when memory runs out."""
    homes = (sys.prefix, sys.base_prefix, sys.exec_prefix)
    sys.path[:] = [path for path in sys.path if path.startswith(homes)] + settings["sites"]
    os.umask(0o022)  # with 077 the new root would be closed to whoever we become
    with contextlib.suppress(OSError), open("/proc/self/oom_score_adj", "w") as score:
        score.write(_FIRST_VICTIM)


def main() -> None:
    """Become the zygote: enter the namespaces, import everything, serve till the socket closes."""
    control = socket.socket(fileno=int(sys.argv[1]))
    settings = json.loads(control.recv(_SETTINGS_LIMIT))
    _import_ourselves(__file__)
    _settle(settings)
    try:
        serve = _prepare(control, settings)
    except Exception as error:  # noqa: BLE001 - the grader is told why, whatever it is
        control.send(json.dumps({"failed": f"{type(error).__name__}: {error}"[:500]}).encode())
        return
    serve()


def _prepare(control: socket.socket, settings: dict[str, Any]) -> Callable[[], None]:
    """Everything up to the first request; returns what answers requests."""
    from inside import namespaces, preload  # type: ignore[import-not-found]  # noqa: PLC0415 - made only now
    from inside.confine import Wall  # type: ignore[import-not-found]  # noqa: PLC0415 - made only now

    wall = Wall(**{**settings["wall"], "places": [tuple(p) for p in settings["wall"]["places"]]})
    if wall.namespaces:
        # Before torch: a process with threads may not enter a user namespace.
        namespaces.enter(wall.places, wall.first_uid, wall.uids)
    preload.preload(notebooks=settings["notebooks"], packages=settings["packages"])
    from inside.zygote import ForkServer  # type: ignore[import-not-found]  # noqa: PLC0415 - made only now

    serve: Callable[[], None] = ForkServer(control, wall).serve
    control.send(json.dumps({"ready": True}).encode())
    return serve


if __name__ == "__main__":
    main()
