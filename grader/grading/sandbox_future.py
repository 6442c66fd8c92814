"""A room that is being made ready while something else goes on.

The thread that starts a process must outlive it: the box dies with the thread that
started it, as it should with the grader. So the thread waits until the room is left.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from grader.sandbox.opened import Room

if TYPE_CHECKING:
    from grader.assignment.folder import Assignment
    from grader.grading.options import Terms


class Attendant:
    """Starts a room at once, hands it over when asked, closes it at the end."""

    def __init__(
        self, assignment: Assignment, terms: Terms, libraries: tuple[str, ...], hash_seed: int
    ) -> None:
        self._assignment, self._terms = assignment, terms
        self._libraries, self._hash_seed = libraries, hash_seed
        self._room: Room | None = None
        self._problem: BaseException | None = None
        self._ready, self._left = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._attend, name="room", daemon=True)
        self._thread.start()

    def room(self) -> Room:
        """Wait for the room; raises Refused if the machine does not give the isolation."""
        self._ready.wait()
        if self._problem is not None:
            raise self._problem
        assert self._room is not None
        return self._room

    @property
    def level(self) -> str:
        """The level of the room, `none` while there is no room."""
        return self._room.level if self._room is not None else "none"

    def close(self) -> None:
        """Leave the room."""
        self._left.set()
        self._thread.join()

    def _attend(self) -> None:
        try:
            self._room = Room.start(
                self._assignment,
                level=self._terms.isolation,
                device=self._terms.device,
                allow_unsafe=self._terms.allow_unsafe,
                libraries=self._libraries,
                hash_seed=self._hash_seed,
            )
        except BaseException as problem:  # noqa: BLE001 - raised again where the room is asked for
            self._problem = problem
        self._ready.set()
        self._left.wait()
        if self._room is not None:
            self._room.close()
