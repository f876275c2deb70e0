"""Every failure that a user can meet: what happened in one sentence, the exit code, and what to try next.

Exit codes are part of the contract with scripts: 1 failed, 2 wrong usage, 3 the plan is not valid, 4 no such
measure, unit or entry, 5 the ledger refuses, 6 the database cannot be used.
"""

from __future__ import annotations

from collections.abc import Sequence


class DevzoneError(Exception):
    """Base of all expected failures. `remedy` is what to try next: a command where there is one."""

    exit_code = 1

    def __init__(self, message: str, remedy: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy

    def lines(self) -> list[str]:
        """Lines for stderr, the sentence first."""
        return [f"devzone: {self.message}", *([self.remedy] if self.remedy else [])]


class CannotWrite(DevzoneError):
    """A file could not be written; nothing was left half-written."""


class WrongUsage(DevzoneError):
    exit_code = 2


class PlanInvalid(DevzoneError):
    """The plan has problems: all of them, each `file:line: what is wrong, what to do`."""

    exit_code = 3

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__(f"计划文件有 {len(problems)} 处问题，请改正后再运行")
        self.problems = list(problems)

    def lines(self) -> list[str]:
        return [*self.problems, *super().lines()]


class NotFound(DevzoneError):
    exit_code = 4


class Refused(DevzoneError):
    """The request is understood, and a rule of the ledger forbids it; `remedy` names the way on."""

    exit_code = 5


class DatabaseUnusable(DevzoneError):
    exit_code = 6
