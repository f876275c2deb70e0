"""Every failure that a user can meet: what happened in one sentence, the exit code, and what to try next.

Exit codes are part of the contract with scripts: 1 failed, 2 wrong usage, 3 the plan is not valid, 4 no such
measure, unit or entry, 5 the ledger refuses, 6 the database cannot be used.
"""

from __future__ import annotations

import errno
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


class CannotRead(DevzoneError):
    """A file from somebody else could not be read; nothing was written. `remedy` is the way on."""


class CannotWrite(DevzoneError):
    """A file could not be written; nothing was left half-written."""


class NotTheSame(DevzoneError):
    """A paper that was issued no longer comes out the same."""

    def __init__(self, message: str) -> None:
        super().__init__(message, "流水不会变，请看计划文件、模板或 devzone 的版本是否改过")


class WrongUsage(DevzoneError):
    exit_code = 2


class PlanInvalid(DevzoneError):
    """The plan has problems: all of them, each `file:line: what is wrong, what to do`."""

    exit_code = 3
    what = "计划文件"

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__(f"{self.what}有 {len(problems)} 处问题，请改正后再运行")
        self.problems = list(problems)

    def lines(self) -> list[str]:
        return [*self.problems, *super().lines()]


class ContactsInvalid(PlanInvalid):
    """As PlanInvalid, of contacts.yaml."""

    what = "通讯录"


class NotFound(DevzoneError):
    exit_code = 4


class Refused(DevzoneError):
    """The request is understood, and a rule of the ledger forbids it; `remedy` names the way on."""

    exit_code = 5


class DatabaseUnusable(DevzoneError):
    exit_code = 6


_CAUSES = {
    "ENOENT": "没有这个文件或文件夹",
    "EACCES": "没有权限",
    "EPERM": "没有权限",
    "EROFS": "所在的盘是只读的",
    "ENOSPC": "磁盘已满",
    "EDQUOT": "超出磁盘配额",
    "EFBIG": "超出文件大小上限",
    "EISDIR": "是一个文件夹",
    "ENOTDIR": "路径里有一段不是文件夹",
    "EEXIST": "已经有了",
    "ENAMETOOLONG": "名字太长",
    "ELOOP": "链接绕成了圈",
    "EIO": "磁盘读写出错",
    "EBADF": "已经关闭",
}


def cause(error: OSError) -> str:
    """Why the system refused, in Chinese where it is one of the usual reasons."""
    name = errno.errorcode.get(error.errno or 0, "")
    return _CAUSES.get(name) or error.strerror or str(error) or type(error).__name__
