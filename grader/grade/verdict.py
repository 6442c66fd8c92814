"""The word for one check, and what a race adds to it."""

from enum import StrEnum


class Verdict(StrEnum):
    """The word for one check."""

    passed = "passed"
    wrong = "wrong"
    raised = "raised"
    timed_out = "timed_out"
    out_of_memory = "out_of_memory"
    died = "died"
    missing = "missing"
    not_run = "not_run"
    grader_error = "grader_error"

    @property
    def words(self) -> str:
        """The verdict as it is read: `timed out` for `timed_out`."""
        return self.value.replace("_", " ")

    @property
    def is_the_submissions(self) -> bool:
        """Whether it says something of the submission, and not of how it was graded."""
        return self not in (Verdict.not_run, Verdict.grader_error)

    @property
    def severity(self) -> int:
        """How much worse than others it is: of several runs of a check the worst one counts."""
        return _SEVERITY.index(self)


_SEVERITY = (
    *(Verdict.passed, Verdict.not_run, Verdict.wrong, Verdict.raised, Verdict.missing),
    *(Verdict.timed_out, Verdict.out_of_memory, Verdict.died, Verdict.grader_error),
)


class Decision(StrEnum):
    """What a race adds to the verdict of its check."""

    decided = "decided"
    inconclusive = "inconclusive"
    referred = "referred"
    too_noisy = "too_noisy"
