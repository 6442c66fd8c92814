"""The nodes of a cluster: a process of ours on each, told and heard, and none that is missed."""

from __future__ import annotations

import os
import time
from collections import Counter, deque
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

import msgspec

from grader.course.engines.cluster.lines import Proof, Word
from grader.course.engines.cluster.members import FleetMember, choose_level, choose_member
from grader.course.engines.cluster.node import HEAR_SECONDS
from grader.course.engines.cluster.remote import LOST, Remote, cause_of, list_nodes
from grader.course.engines.jobs import MOST_JOBS, EngineError, Job, Message, Order, encode

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import Future

    from grader.course.engines.cluster.lines import Commission
    from grader.course.engines.cluster.remote import NodeFacts

_LOOK_SECONDS = 2.0
_START_SECONDS = 300.0  # until a first node grades, and, when none is left, another one does
_GRACE_SECONDS = 30.0  # after the first one, for the others: the level is one that most give
_SILENT_SECONDS = 120.0
_LEAVE_SECONDS = 10.0
_LOSSES = 3  # of a node in a row, without a grade between them

_Answer = tuple[FleetMember, str, "Future[bytes]"]


class Fleet:
    """Grades on all nodes that are alike; says what comes of it, a word each.

    It is asked to take a `turn` whenever the descriptor `wake` can be read, and now and then.
    """

    def __init__(self, commission: Commission, say: Callable[[Word], None], wake: int) -> None:
        self._commission, self._say, self._wake = commission, say, wake
        self._members: dict[str, FleetMember] = {}
        self._left_out: dict[str, str] = {}
        self._losses: Counter[str] = Counter()
        self._lost_on: dict[int, str] = {}
        self._waiting: deque[Job] = deque()
        self._answers: deque[_Answer] = deque()
        self._level = ""
        self._looked, self._nobody_since, self._first = 0.0, time.monotonic(), 0.0

    def begin(self, job: Job) -> None:
        """Begin a job as soon as a node has room; after one that was lost with its node, alone."""
        self._waiting.append(replace(job, alone=job.alone or job.number in self._lost_on))

    def end(self, number: int) -> None:
        """End a job, of which nothing more is told."""
        self._waiting = deque(job for job in self._waiting if job.number != number)
        for member in self._members.values():
            if member.jobs.pop(number, None):
                member.remote.tell("tell", encode(Order(end=number)))

    def turn(self) -> None:
        """Hear what nodes answered, look for new ones, and give out jobs. Raises EngineError."""
        while self._answers:
            member, kind, answer = self._answers.popleft()
            if self._members.get(member.id) is member:
                self._take(member, kind, answer)
        if time.monotonic() - self._looked > _LOOK_SECONDS:
            self._look()
        if not self._level:
            self._agree()
        if self._level:
            self._give_out()

    def close(self) -> None:
        """End all processes; of those that do not end themselves Ray does."""
        for member in self._members.values():
            member.remote.tell("close")
        end = time.monotonic() + _LEAVE_SECONDS
        left = {member.id for member in self._members.values() if member.proof}
        while left and time.monotonic() < end:
            while self._answers:
                left.discard(self._answers.popleft()[0].id)
            time.sleep(0.01)
        for member in self._members.values():
            member.remote.end()

    def _look(self) -> None:
        """Start on each node that has none of ours; see whom nobody hears any more."""
        self._looked = now = time.monotonic()
        for member in [one for one in self._members.values() if one.proof]:
            if now - member.heard > HEAR_SECONDS + _SILENT_SECONDS:
                self._lose(member, f"it said nothing for {_SILENT_SECONDS:.0f} s")
        for node in list_nodes():
            if node.id not in self._members and node.id not in self._left_out:
                self._start(node)
        self._say(Word())
        if any(member.proof for member in self._members.values()):
            self._nobody_since = now
        elif now - self._nobody_since > _START_SECONDS or not self._members:
            self._give_up_if_hopeless(now)

    def _give_up_if_hopeless(self, now: float) -> None:
        """Raise EngineError where no node can be expected to grade."""
        reasons = "; ".join(dict.fromkeys(self._left_out.values()))
        if now - self._nobody_since > _START_SECONDS:
            told = reasons or "are their cores free?"
            raise EngineError(f"no node of the cluster began within {_START_SECONDS:.0f} s: {told}")
        if self._left_out:
            raise EngineError(f"no node of the cluster grades: {reasons}")

    def _start(self, node: NodeFacts) -> None:
        """Start a process of ours on a node, which takes all its cores, and a card if need be."""
        settings = self._commission.settings
        cards = int(settings.device == "cuda")
        if not node.cores or node.cards < cards:
            return
        slots = min(settings.jobs or node.cores, MOST_JOBS)
        member = FleetMember(node.id, node.name, slots, Remote(node, node.cores, cards))
        self._members[node.id] = member
        self._ask(member, "start", encode(replace(settings, jobs=slots)))

    def _ask(self, member: FleetMember, method: str, *arguments: bytes) -> None:
        """Call a method, whose answer a later turn takes."""
        answer = member.remote.ask(method, *arguments)
        answer.add_done_callback(partial(self._note, member, method))

    def _note(self, member: FleetMember, method: str, answer: Future[bytes]) -> None:
        self._answers.append((member, method, answer))
        os.eventfd_write(self._wake, 1)

    def _take(self, member: FleetMember, method: str, answer: Future[bytes]) -> None:
        member.heard = time.monotonic()
        try:
            told = answer.result()
        except LOST as error:
            self._lose(member, cause_of(error))
            return
        if method == "start":
            self._welcome(member, msgspec.json.decode(told, type=Proof))
        else:
            self._hear(member, told)
        if self._members.get(member.id) is member:
            self._ask(member, "hear")

    def _welcome(self, member: FleetMember, proof: Proof) -> None:
        """Have a node grade that has started, if it is as the command's machine and the others."""
        difference = self._commission.made_from.difference(proof.made_from)
        if proof.problem:
            self._leave_out(member, proof.problem)
        elif difference:
            self._leave_out(member, f"its grades would be made from something else: {difference}")
        elif self._level and proof.level != self._level:
            self._leave_out(member, f"it gives {proof.level}, and the others {self._level}")
        else:
            member.proof = proof
            self._first = self._first or time.monotonic()
            self._tell_slots()

    def _agree(self) -> None:
        """Once the nodes have started, or time is up, choose the level that most of them give."""
        ready = [member for member in self._members.values() if member.proof]
        waited = self._first and time.monotonic() - self._first > _GRACE_SECONDS
        if not ready or (len(ready) < len(self._members) and not waited):
            return
        levels = [member.proof.level for member in ready if member.proof]
        self._level = choose_level(levels)
        for member in ready:
            if member.proof and member.proof.level != self._level:
                words = f"it gives {member.proof.level}, and most others {self._level}"
                self._leave_out(member, words)
        self._tell_slots()

    def _tell_slots(self) -> None:
        slots = [member.slots for member in self._members.values() if member.proof]
        if self._level:
            self._say(Word(level=self._level, slots=sum(slots), nodes=len(slots)))

    def _give_out(self) -> None:
        """Give each waiting job to a node that has room for it."""
        ready = [member for member in self._members.values() if member.proof]
        for job in list(self._waiting):
            member = choose_member(ready, job, self._lost_on.get(job.number, ""))
            if member is not None:
                self._waiting.remove(job)
                member.jobs[job.number] = job
                member.remote.tell("tell", encode(Order(begin=job)))

    def _hear(self, member: FleetMember, told: bytes) -> None:
        *lines, rest = (bytes(member.lines) + told).split(b"\n")
        member.lines = bytearray(rest)
        for line in lines:
            word = msgspec.json.decode(line, type=Word)
            if word.lost:
                self._lose(member, word.lost)
            elif word.message and word.number in member.jobs:
                if word.message.is_last:
                    del member.jobs[word.number]
                    self._losses[member.id] = 0
                self._say(word)

    def _lose(self, member: FleetMember, why: str) -> None:
        """Say of each job of a node that it is lost with it; the node is started on anew.

        A job that was alone has itself to blame, and not the node.
        """
        member.remote.end()
        del self._members[member.id]
        for job in member.jobs.values():
            alone = " with nothing else on it" if job.number in self._lost_on else ""
            fault = f"its node {member.name} was lost{alone}: {why}"
            self._say(Word(job.number, Message(fault=fault)))
        blameless = any(job.number in self._lost_on for job in member.jobs.values())
        self._lost_on |= dict.fromkeys(member.jobs, member.id)
        self._losses[member.id] += not blameless
        if self._losses[member.id] >= _LOSSES:
            self._left_out[member.id] = f"node {member.name}: {why}"
            self._say(Word(note=f"node {member.name} is left out, lost {_LOSSES} times: {why}"))
        self._tell_slots()

    def _leave_out(self, member: FleetMember, why: str) -> None:
        member.remote.end()
        del self._members[member.id]
        self._left_out[member.id] = f"node {member.name}: {why}"
        self._say(Word(note=f"node {member.name} is left out: {why}"))
