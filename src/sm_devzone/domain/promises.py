"""预计完成日 (上期承诺、本期兑现): by when a unit itself expected to be done with its next step, and what came of it.

It is the unit's own word and no deadline: nobody is ever 逾期 by it. What is kept is told by the unit's 报完成 alone;
where there is none, what was heard instead is told, and no more.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple

from sm_devzone.domain.duties import Duty
from sm_devzone.domain.entry import DutyKey, Entry
from sm_devzone.domain.gathering import gathered
from sm_devzone.domain.ledger import Ledger
from sm_devzone.domain.problems import Heard

OUTCOMES = {
    "kept": "按承诺报完成",
    "late": "迟于承诺报完成",
    "suspended": "任务中止",
    "moved": "改了预计完成日",
    "told": "报了进展，没有报完成",
    "silent": "没有再报",
}


class Promise(NamedTuple):
    """That `unit` expected to be done by the day `promised`, as it said on `made_on`; `words` are its next step.

    `outcome` is one of OUTCOMES; `on` is the day that goes with it: of the 报完成, of the new date, of the last report.
    """

    policy: str
    measure: int
    title: str
    milestone: str | None
    period: str | None
    unit: str
    words: str | None
    made_on: date
    promised: date
    outcome: str
    on: date | None


class UnitPromises(NamedTuple):
    """What one unit had promised, the earliest date first."""

    unit: str
    promises: tuple[Promise, ...]

    @property
    def kept(self) -> int:
        return sum(one.outcome == "kept" for one in self.promises)


def due_promises(ledger: Ledger, start: date, told: Iterable[Entry], heard: Sequence[Heard]) -> list[Promise]:
    """The promises whose day lies from `start` to the day of `ledger`, by unit and day, with what came of each.

    `told` are the entries that have any, `heard` is all that units reported, each in the terms of the ledger's plan. A
    date that is told again is one promise. Work that was reported as done and then sent back is not done.
    """
    of_key: dict[DutyKey, Duty] = {}
    for duty in ledger.duties:
        of_key |= dict.fromkeys(ledger.keys(duty), duty)
    by_duty = gathered(
        (of_key[entry.key].key, entry)
        for entry in sorted(told, key=lambda own: (own.happened_on, own.id))
        if entry.promised is not None and entry.key in of_key
    )
    reports = gathered((of_key[report.key].key, report) for report in heard if report.key in of_key)
    found = []
    for key, own in by_duty.items():
        first_of: dict[date, Entry] = {}
        for entry in own:
            assert entry.promised is not None
            first_of.setdefault(entry.promised, entry)
        found += [
            _outcome(of_key[key], entry, promised, own, reports.get(key, ()))
            for promised, entry in first_of.items()
            if start <= promised <= ledger.day
        ]
    order = {unit.name: place for policy in ledger.plan for place, unit in enumerate(policy.units)}
    return sorted(found, key=lambda one: (order.get(one.unit, len(order)), one.promised, one.measure))


def promises_by_unit(promises: Iterable[Promise]) -> list[UnitPromises]:
    return [UnitPromises(unit, tuple(own)) for unit, own in gathered((one.unit, one) for one in promises).items()]


def _outcome(duty: Duty, entry: Entry, promised: date, promises: Sequence[Entry], reports: Sequence[Heard]) -> Promise:
    later = [one for one in promises if (one.happened_on, one.id) > (entry.happened_on, entry.id)]
    moved = next((one.promised for one in reversed(later) if one.promised not in (None, promised)), None)
    since = [one.day for one in reports if (one.day, one.number) > (entry.happened_on, entry.id)]
    outcome, on = "silent", None
    if duty.done_on is not None:
        outcome, on = ("kept" if duty.done_on <= promised else "late"), duty.done_on
    elif duty.state == "suspended":
        outcome, on = "suspended", None
    elif moved is not None:
        outcome, on = "moved", moved
    elif since:
        outcome, on = "told", max(since)
    about = (duty.policy, duty.measure, duty.title, duty.milestone, duty.period, duty.unit)
    return Promise(*about, entry.next_step, entry.happened_on, promised, outcome, on)
