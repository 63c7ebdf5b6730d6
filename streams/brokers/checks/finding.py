"""Findings: what a check reports, how severe that is, and what to do about it."""

from enum import StrEnum

import msgspec

from streams.errors import CopytasterError


class Severity(StrEnum):
    """How severe a finding is, for a worker that is about to start."""

    OK = "ok"
    UNKNOWN = "unknown"
    """The broker does not report what the check needs."""
    WARNING = "warning"
    """The worker runs; something deserves attention."""
    PROBLEM = "problem"
    """Something differs from the settings, or will fail; the worker starts and logs it."""
    BLOCKING = "blocking"
    """The worker cannot run: it exits, or waits where only the cluster is not ready yet."""

    @property
    def is_problem(self) -> bool:
        """Whether a command that checks exits with 1."""
        return self in {Severity.PROBLEM, Severity.BLOCKING}


class Finding(msgspec.Struct, frozen=True):
    """Result of a check.

    Examples
    --------
    >>> print(Finding("session", Severity.BLOCKING, "the session is too short", "lengthen it"))
    the session is too short; lengthen it
    """

    check: str
    severity: Severity
    message: str
    remedy: str = ""
    error: CopytasterError | None = None
    """What a worker raises, where the finding is an error and no comparison."""

    def __str__(self) -> str:
        return f"{self.message}; {self.remedy}" if self.remedy else self.message
