"""What pip has to install for the packages of an assignment, whose names are those of imports."""

from __future__ import annotations

from importlib import metadata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection


def requirements_of(packages: Collection[str]) -> dict[str, str]:
    """Return for each package the name by which pip knows it, as `scikit-learn` for `sklearn`.

    That is found out where it is installed; else, or where several hold parts of it, it is its own.
    """
    homes = metadata.packages_distributions() if packages else {}
    found = {name: sorted(set(homes.get(name, ()))) for name in packages}
    return {name: there[0] if len(there) == 1 else name for name, there in found.items()}
