"""A package imported from its folder, though the folder that it lies in cannot be listed."""

import importlib.util
import os
import sys


def adopt(folder: str) -> None:
    """Import the package in ``folder`` under the folder's name; its modules follow on demand."""
    name = os.path.basename(folder)
    start = os.path.join(folder, "__init__.py")
    spec = importlib.util.spec_from_file_location(name, start, submodule_search_locations=[folder])
    if spec is None or spec.loader is None:
        raise ImportError(f"{folder} is no package")
    package = importlib.util.module_from_spec(spec)
    sys.modules[name] = package
    spec.loader.exec_module(package)
