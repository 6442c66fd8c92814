"""So many places and no more: who finds none waits, a thread or a loop alike."""

from __future__ import annotations

import threading
from collections import deque
from concurrent.futures import Future


class Places:
    """Places that are taken and given back, in the order in which they are asked for."""

    def __init__(self, count: int) -> None:
        self._free = count
        self._waiting: deque[Future[None]] = deque()
        self._lock = threading.Lock()

    def take(self) -> Future[None]:
        """Return what is done when there is a place; who does not want it any more leaves it."""
        place: Future[None] = Future()
        with self._lock:
            if self._free:
                self._free -= 1
                place.set_result(None)
            else:
                self._waiting.append(place)
        return place

    def give_back(self) -> None:
        """Give a place back, for whoever has waited longest."""
        while True:
            with self._lock:
                if not self._waiting:
                    self._free += 1
                    return
                place = self._waiting.popleft()
            if place.set_running_or_notify_cancel():
                place.set_result(None)
                return

    def leave(self, place: Future[None]) -> None:
        """Want a place no more, whether or not it was there by now."""
        if not place.cancel():
            self.give_back()
