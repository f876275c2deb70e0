"""The books of the office as one command reads them: plan and journal, all from one state of the database."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING

from sm_devzone.domain.ledger import compute
from sm_devzone.domain.selection import EVERYTHING, Selection

if TYPE_CHECKING:
    from sm_devzone.domain.entry import DutyKey, Words
    from sm_devzone.domain.ledger import Duty, Ledger
    from sm_devzone.domain.plan import Plan
    from sm_devzone.storage.journal import Reader


class Books:
    """One snapshot. What is made from it says and claims to know the same moment, whatever others write meanwhile.

    Facts that belong to no duty of the plan are handed to `tell`.
    """

    def __init__(self, plan: Plan, journal: Reader, tell: Callable[[str], None]) -> None:
        self.plan = plan
        self.journal = journal
        self._tell = tell

    @cached_property
    def position(self) -> int:
        """The number of the last entry that is taken in, 0 where there is none."""
        return self.journal.position()

    def upto(self, position: int) -> Books:
        """The same state of the database, as far as the entry `position`."""
        return Books(self.plan, self.journal.upto(position), self._tell)

    def ledger(self, day: date, selection: Selection = EVERYTHING, *, dated: bool = False) -> Ledger:
        """The ledger on `day` of the policy and the measure that are selected, with all units in it.

        With `dated` only of what has a date.
        """
        plan = selection.narrow(self.plan)
        policy, number = selection.policy, selection.number
        ledger = compute(
            plan,
            self.journal.records(day, policy, number, dated=dated),
            self.journal.appointments(day, policy, number),
            day,
            self.journal.kept_since(day),
            dated=dated,
        )
        if ledger.strays:
            self._tell(
                f"流水中有 {len(ledger.strays)} 项任务的记录对不上计划（措施、节点或单位已不在计划里），"
                "没有计入；用 devzone check 查看"
            )
        return ledger

    def words(self, duties: Iterable[Duty], ledger: Ledger) -> dict[DutyKey, Words]:
        """What was last reported of each of `duties`, which are of `ledger`."""
        reports = {duty.key: report for duty in duties if (report := ledger.record(duty).last_report)}
        words = self.journal.words(ledger.day, reports.values())
        return {key: words[report] for key, report in reports.items()}

    def with_words(self, duties: Iterable[Duty], ledger: Ledger) -> list[Duty]:
        """`duties`, which are of `ledger`, with what was last reported of each."""
        duties = list(duties)
        words = self.words(duties, ledger)
        return [duty.with_words(words[duty.key]) if duty.key in words else duty for duty in duties]
