"""The engine of this machine, as often as it is lost, and always by the same assignment."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.course.engines.jobs import EDITED, EngineError
from grader.course.engines.local import LocalEngine

if TYPE_CHECKING:
    from grader.course.engines.jobs import Settings


class Unedited:
    """Starts engines, of which `LocalEngine.start` has the words; all grade by the same files."""

    def __init__(self, settings: Settings, wake: int | None = None) -> None:
        self._settings, self._wake = settings, wake
        self._made_from = ""

    def start(self) -> LocalEngine:
        """Start one; raises EngineError, also where another would grade by other files."""
        engine = LocalEngine.start(self._settings, self._wake)
        self._made_from = self._made_from or engine.made_from
        if engine.made_from != self._made_from:
            engine.close()
            raise EngineError(EDITED)
        return engine
