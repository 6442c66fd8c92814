"""What the runs of each check came to, put together into its result: the worst case counts."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING

from grader.grade.result import NOT_SELECTED, CheckResult, Verdict
from grader.grading.check_run import Finding

if TYPE_CHECKING:
    from collections.abc import Iterable

    from grader.assignment.check import Check
    from grader.assignment.suite import Suite
    from grader.submission.call import Call


class Tally:
    """The findings so far, check by check."""

    def __init__(self, suite: Suite, points: dict[str, float]) -> None:
        self._suite, self._points = suite, points
        self._findings: dict[str, list[Finding]] = defaultdict(list)
        self._seconds: Counter[str] = Counter()
        self._cases: Counter[str] = Counter()
        self._partly: set[str] = set()
        self.why_not_run = NOT_SELECTED

    def expect(self, names: Iterable[str]) -> None:
        """Note the cases that the suite has, selected or not: one name for each."""
        self._cases.update(names)

    def expect_more(self, name: str) -> None:
        """Note that a check has cases that were not even collected."""
        self._partly.add(name)

    def add(self, name: str, finding: Finding) -> None:
        """Note what one case of a check came to."""
        self._findings[name].append(finding)

    def spend(self, name: str, seconds: float) -> None:
        """Note time that a check took."""
        self._seconds[name] += seconds  # type: ignore[assignment]  # a Counter adds any number

    def lost(self, name: str) -> bool:
        """Whether some case of a check ended its worker, so that the others need not run."""
        ends = (Verdict.timed_out, Verdict.died, Verdict.out_of_memory)
        return any(finding.verdict in ends for finding in self._findings[name])

    def has_lost(self) -> bool:
        """Whether some case of some check has earned less than everything."""
        return any(finding.credit < 1 for found in self._findings.values() for finding in found)

    def is_lost(self, name: str) -> bool:
        """Whether a check that was run, or waited for another, has earned nothing."""
        worst = self._worst(name)
        return worst.credit == 0 and (worst.verdict.is_the_submissions or bool(worst.waits_for))

    def waits_for(self, name: str) -> str:
        """Return the lost check for whose sake a check was not run, if there is one."""
        return self._worst(name).waits_for

    def has(self, name: str) -> bool:
        """Whether anything is known of a check."""
        return bool(self._findings[name])

    def result(self, check: Check) -> CheckResult:
        """Return the result of one check: of its worst case."""
        finding = self._worst(check.name)
        return CheckResult(
            name=check.name,
            sentence=check.sentence,
            verdict=finding.verdict,
            credit=finding.credit,
            points=self._points[check.name],
            hidden=check.hidden,
            message=finding.message,
            counterexample=finding.counterexample,
            seconds=round(float(self._seconds[check.name]), 4),
            timing=finding.timing,
            measured=finding.measured,
            waits_for=finding.waits_for,
        )

    def lost_calls(self) -> dict[str, Call]:
        """Return the call that lost each check that a call has lost, by the check's name."""
        found = {check.name: self._worst(check.name).call for check in self._suite.checks}
        return {name: call for name, call in found.items() if call is not None}

    def results(self) -> tuple[CheckResult, ...]:
        """Return the results of all checks, in the order of the suite."""
        return tuple(self.result(check) for check in self._suite.checks)

    def _worst(self, name: str) -> Finding:
        found = self._findings[name]
        if not found:
            return Finding(Verdict.not_run, self.why_not_run)
        worst = max(found, key=lambda finding: (finding.verdict.severity, -finding.credit))
        cases = self._cases[name]
        if worst.verdict is Verdict.passed and (len(found) < cases or name in self._partly):
            of = f"of {cases} " if len(found) < cases else ""
            words = f"passed the cases that were run, {len(found)} {of}only: no points"
            return replace(worst, verdict=Verdict.not_run, credit=0.0, message=words)
        return worst
