"""A grader for programs: give it a source, and it says what that is worth."""

from __future__ import annotations

import asyncio
import os
import sys
import weakref
from collections import deque
from dataclasses import fields
from errno import ENAMETOOLONG
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from grader.assignment.folder import load_assignment
from grader.assignment.isolation import NOT_LINUX
from grader.assignment.nearest import did_you_mean
from grader.assignment.suite import load_suite
from grader.course.engines.jobs import MOST_JOBS, Job, Settings, jobs_at_a_time, split_path
from grader.grade.no_grade import NoGrade
from grader.grading.options import GradingOptions
from grader.grading.selection import Selection
from grader.library.dispatch import Dispatcher, answered
from grader.library.places import Places
from grader.source.handin import MisuseError
from grader.text import clean_path

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator
    from types import TracebackType

    from grader.assignment.folder import Assignment
    from grader.grade.result import Grade
    from grader.library.dispatch import Result


_TAKEN = ("seed", "device", "isolation", "allow_unsafe", "instructor", "data", "patient")


class Grader:
    """Grades sources for one assignment, many at a time; close it, or use it in a `with`.

    A source is the text of a program, as `str` or `bytes`, or the path of a file or folder, which
    is a `Path` and never a text: what a program says cannot name a file. Safe to use from several
    threads, and from several event loops.

    `checks` names those to run, or all; without `races` none of them is raced. With `fresh` hidden
    inputs are drawn anew for each source; as the assignment says where it is `None`. So many `jobs`
    run at a time, as many as there are cores, and of those that were given and are not graded there
    are at most `queue`: whoever gives one more waits. Of the `options` those that are of one
    submission are refused.

    Opening it waits until it can grade. Raises AssignmentError, ValueError for what cannot be, and
    RuntimeError where nothing can be graded.
    """

    def __init__(
        self,
        assignment: str | Path,
        *,
        checks: Collection[str] | None = None,
        races: bool = False,
        fresh: bool | None = None,
        jobs: int | None = None,
        queue: int = 256,
        options: GradingOptions | None = None,
    ) -> None:
        from grader.sandbox.packages import find_package_problems  # noqa: PLC0415 - imports numpy

        if sys.platform != "linux":
            raise RuntimeError(NOT_LINUX)
        loaded = load_assignment(assignment)
        if queue < 1 or (jobs is not None and not 1 <= jobs <= MOST_JOBS):
            raise ValueError(f"jobs and queue are 1 or more, and jobs at most {MOST_JOBS}")
        if problems := find_package_problems(loaded.packages):
            raise RuntimeError("\n".join(problems))
        self._select = _chosen(loaded, checks, races=races)
        timed = load_suite(loaded).timed
        self._is_raced = bool(races and timed.intersection(self._select or loaded.checks))
        self._name = _name_of_texts(loaded)
        self._queue, self._places, self._process = queue, Places(queue), os.getpid()
        made_with = _taken(options or GradingOptions())
        running = jobs or jobs_at_a_time(made_with["device"])
        settings = Settings(str(loaded.folder), jobs=running, fresh=fresh, **made_with)
        self._dispatcher = Dispatcher(settings)
        self._finish = weakref.finalize(self, self._dispatcher.close)

    @property
    def level(self) -> str:
        """The name of the isolation that it proved, such as `L3`."""
        return self._dispatcher.level

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """End all that it started, and return when that is gone; what waits has a `NoGrade`."""
        self._finish()

    def grade(self, source: str | bytes | Path) -> Grade | NoGrade:
        """Grade one source, and wait for it; an exception in the waiting, as Ctrl-C, ends it."""
        result = self._put(source)
        try:
            return result.result()
        except BaseException:
            result.cancel()
            raise

    def grade_many(self, sources: Iterable[str | bytes | Path]) -> Iterator[Grade | NoGrade]:
        """Yield a grade for each source, in their order, many at a time.

        At most `queue` of them are held, so that there may be any number. When the iterator is
        closed, or `sources` raises, those that nobody waits for are ended.
        """
        results: deque[Result] = deque()
        try:
            for source in sources:
                results.append(self._put(source))
                while results and (len(results) >= self._queue or results[0].done()):
                    yield results.popleft().result()
            while results:
                yield results.popleft().result()
        finally:
            for result in results:
                result.cancel()

    async def agrade(self, source: str | bytes | Path) -> Grade | NoGrade:
        """Grade one source and wait for it in an event loop, which goes on; cancelled, it ends."""
        self._require_home()
        place = self._places.take()
        try:
            await asyncio.wrap_future(place)
        except BaseException:
            self._places.leave(place)
            raise
        return await asyncio.wrap_future(self._put_in_place(source))

    def _put(self, source: str | bytes | Path) -> Result:
        self._require_home()
        place = self._places.take()
        try:
            place.result()
        except BaseException:
            self._places.leave(place)
            raise
        return self._put_in_place(source)

    def _put_in_place(self, source: str | bytes | Path) -> Result:
        places = self._places  # and not ourselves, whom nobody may hold for its sake
        try:
            result = self._begin(source)
        except BaseException:
            places.give_back()
            raise
        result.add_done_callback(lambda _: places.give_back())
        return result

    def _begin(self, source: str | bytes | Path) -> Result:
        job = partial(Job, 0, select=self._select, alone=self._is_raced)
        if isinstance(source, Path):
            if why := _why_no_path(source):
                return answered(NoGrade("not_read", why))
            path, raw = split_path(str(source.absolute()))
            return self._dispatcher.put(job(path=path, raw_path=raw))
        if not isinstance(source, str | bytes):
            raise TypeError(f"a source is a str, bytes or a Path, not {type(source).__name__}")
        if not self._name:
            raise ValueError("several files are asked for: give the Path of their folder")
        given = source.encode(errors="surrogatepass") if isinstance(source, str) else source
        return self._dispatcher.put(job(path=self._name, given=given))

    def _require_home(self) -> None:
        if os.getpid() != self._process:
            raise RuntimeError(
                "this grader belongs to the process that opened it, of which this one is a fork: "
                "open another here"
            )


def _why_no_path(path: Path) -> str:
    """Return why nothing can lie at a path, or ""; that nothing does is found where it is read."""
    try:
        path.lstat()
    except ValueError:
        return f"{clean_path(str(path))} is no path: it has a zero byte"
    except OSError as error:
        if error.errno == ENAMETOOLONG:
            return f"{clean_path(str(path))} cannot be read: {error.strerror}"
    return ""


def _chosen(
    assignment: Assignment, checks: Collection[str] | None, *, races: bool
) -> tuple[str, ...]:
    """Return the checks to run, or none for all; ValueError where that cannot be."""
    named = [checks] if isinstance(checks, str) else list(checks or ())
    for name in named:
        if name not in assignment.points:
            hint = did_you_mean(name, assignment.points)
            raise ValueError(f"{assignment.name} has no check {name}{hint}")
    if checks is not None and not named:
        raise ValueError("checks names none: leave it out to run all")
    try:
        return Selection(only=named, races=races).choose(assignment)
    except MisuseError as nothing:
        raise ValueError(str(nothing)) from nothing


def _name_of_texts(assignment: Assignment) -> str:
    """Return what a text is called that lies nowhere; "" where one file is not enough."""
    names = sorted(assignment.accepts, key=lambda name: not name.endswith(".py"))
    return names[0] if names else ""


def _taken(options: GradingOptions) -> dict[str, Any]:
    """Return the options that are of all sources; ValueError where others are set."""
    for option in fields(options):
        if option.name not in _TAKEN and getattr(options, option.name) != option.default:
            raise ValueError(f"options: a Grader takes no {option.name}")
    if options.device == "both":
        raise ValueError("options: a Grader grades on one device, cpu or cuda")
    data = str(options.data.absolute()) if options.data else None
    return {name: getattr(options, name) for name in _TAKEN} | {"data": data}
