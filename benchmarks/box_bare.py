"""A zygote without any wall, to measure the wall against: started by path, like the real one.

It is the real zygote, except that its workers give up nothing: they only put their three
descriptors in place.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "grader" / "inside"))

import launch  # type: ignore[import-not-found]


def main() -> None:
    """Replace the confinement by nothing, and go on as the launcher does."""
    launch._import_ourselves(launch.__file__)  # noqa: SLF001 - to measure it
    import inside.confine as confinement  # type: ignore[import-not-found]  # noqa: PLC0415 - made only now

    def put_descriptors(_wall: object, _job: object, *descriptors: int) -> None:
        confinement._descriptors(*descriptors)  # noqa: SLF001 - all that is left of it

    confinement.confine = put_descriptors
    launch._import_ourselves = lambda _path: None  # noqa: SLF001 - done already
    launch.main()


main()
