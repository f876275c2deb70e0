"""The facts: what one row of the journal says, and what the journal knows of a duty on a day."""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from typing import NamedTuple

REPORTS = ("update", "submit")
"""The kinds by which a unit is heard from."""


class DutyKey(NamedTuple):
    """What one duty is kept under. `milestone` and `period` are empty for the standing part of a measure."""

    policy: str
    measure: int
    unit: str
    milestone: str = ""
    period: str = ""


class Entry(NamedTuple):
    """One dated fact. `id` is 0 and `recorded_at` empty until the journal has taken it.

    `happened_on` is the day in China on which it happened, `recorded_at` the UTC moment it was written down
    (2026-11-23T08:20:48Z), `source` the file and row it came from (`cli` when typed), `progress` percent.
    `note` holds the words of the act, whichever option gave them; `voids` the entry that a 作废 takes back.
    """

    kind: str
    policy: str
    measure: int
    unit: str
    happened_on: date
    recorded_by: str
    milestone: str = ""
    period: str = ""
    source: str = "cli"
    role: str | None = None
    progress: int | None = None
    note: str | None = None
    problem: str | None = None
    next_step: str | None = None
    voids: int | None = None
    recorded_at: str = ""
    id: int = 0
    voided_by: int | None = None

    @property
    def key(self) -> DutyKey:
        return DutyKey(self.policy, self.measure, self.unit, self.milestone, self.period)

    @property
    def place(self) -> str:
        """The milestone and period in quotes, empty for the standing part."""
        words = " ".join(filter(None, (self.milestone, self.period)))
        return f"“{words}”" if words else ""

    def of(self, key: DutyKey) -> Entry:
        """This fact, about the duty of `key`."""
        return self._replace(
            policy=key.policy, measure=key.measure, unit=key.unit, milestone=key.milestone, period=key.period
        )

    def says_the_same_as(self, other: Entry) -> bool:
        """Whether both tell one fact, whoever wrote it down and when."""
        return self._bare() == other._bare()

    def _bare(self) -> Entry:
        return self._replace(recorded_by="", recorded_at="", source="", id=0, voided_by=None)


class Record(NamedTuple):
    """What counts of one duty on a day. Entries taken back, or not yet known then, are not in it."""

    reported_on: date | None = None
    submitted_on: date | None = None


class Words(NamedTuple):
    """The last report in words; `progress` is the last one given, which may be older than the words."""

    progress: int | None = None
    note: str | None = None
    problem: str | None = None
    next_step: str | None = None


_LINE_ENDS = re.compile("\r\n|[\r\v\f\x85\u2028\u2029]")


def stray_character(text: str) -> str | None:
    """The first character of `text` that is no text (a control, half of a surrogate pair), or None.

    Line ends and tabs are text: a clerk pastes them out of Word and WeChat.
    """
    return next((c for c in text if c not in "\n\t" and unicodedata.category(c) in ("Cc", "Cs")), None)


def one_line_end(text: str) -> str:
    """`text` with every kind of line end, Word's soft one among them, as a plain line end, and trimmed."""
    return _LINE_ENDS.sub("\n", text).strip()
