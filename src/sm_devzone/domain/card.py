"""单位履责卡: what one unit owes and how it did, on one page, beside units like it; for a slip or a talk.

It ranks nobody: of the others it tells the least, the middle and the most.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import date
from functools import partial
from statistics import median
from typing import NamedTuple

from sm_devzone.domain.calendar import ONE_DAY, Period, period_of
from sm_devzone.domain.cycles import is_heard
from sm_devzone.domain.duties import Duty
from sm_devzone.domain.entry import DutyKey
from sm_devzone.domain.gathering import gathered
from sm_devzone.domain.ledger import Ledger, by_urgency, is_awaited
from sm_devzone.domain.notice import Sent
from sm_devzone.domain.plan import Plan
from sm_devzone.domain.statistics import Counted, Reports, StatRow, Turns, by_unit, cycles_of

SHOWN_CYCLES = 12
"""How many reporting cycles a card shows, the running one among them."""

MOST_LINES, MOST_SLIPS, MOST_EXTENSIONS = 22, 5, 4
"""What fits on one page; of what is more the number is told."""


class Line(NamedTuple):
    """A duty, and of each of the cycles that a card shows, the oldest first, whether it was `reported`, `silent`,
    `awaited`, or, None, owed nothing. `slips` counts those about it, and `lacks_evidence` says that it was closed out
    or is said to be done without any.
    """

    duty: Duty
    cycles: tuple[str | None, ...]
    slips: int
    lacks_evidence: bool


class Figure(NamedTuple):
    """A figure of the unit, and of the units like it the least, the middle and the most; None where there is none.

    A rate is in percent, and `part` of `whole` are the numbers that it is made from.
    """

    name: str
    own: float | None
    least: float | None
    middle: float | None
    most: float | None
    part: int | None = None
    whole: int | None = None


class Card(NamedTuple):
    """`lines` are those that there is room for, the most urgent first; `duties` counts all. `slips` and `extended` are
    the latest, `all_slips` and `all_extended` count them. `peers` are the units like it, called `kind`.
    """

    unit: str
    full_name: str
    offices: tuple[str, ...]
    plan: Plan
    day: date
    start: date
    periods: tuple[Period, ...]
    duties: tuple[Duty, ...]
    lines: tuple[Line, ...]
    slips: tuple[Sent, ...]
    all_slips: int
    extended: tuple[Duty, ...]
    all_extended: int
    figures: tuple[Figure, ...]
    kind: str
    peers: tuple[str, ...]

    @property
    def labels(self) -> tuple[str, ...]:
        """How the periods are told above their squares: 12 of 2025-12, 47 of 2026-W47, 4 of 2026Q4."""
        return tuple(re.split(r"-W?|Q|H", period.name)[-1][-2:].lstrip("0") for period in self.periods)

    @property
    def is_mixed(self) -> bool:
        """Whether some duty is reported on in other cycles than those above the squares."""
        cycles = {
            measure.reporting_cycle
            for duty in self.duties
            if (measure := self.plan.policies[duty.policy].measure(duty.measure)) is not None
        }
        return bool(cycles - {None, self.periods[0].cycle})

    def count(self, *states: str) -> int:
        """How many duties have one of these states or signals."""
        return sum(duty.state in states or duty.signal in states for duty in self.duties)

    @property
    def unreported(self) -> int:
        return sum(duty.unreported for duty in self.duties)


def last_periods(cycle: str, day: date) -> tuple[Period, ...]:
    """The last SHOWN_CYCLES periods of `cycle`, the oldest first, with the one that `day` lies in."""
    found = [period_of(cycle, day)]
    while len(found) < SHOWN_CYCLES:
        found.append(period_of(cycle, found[-1].start - ONE_DAY))
    return tuple(reversed(found))


def cycle_of(plan: Plan) -> str:
    """The reporting cycle whose periods head a card: that of the first policy that has one."""
    return next((policy.reporting_cycle for policy in plan if policy.reporting_cycle), "month")


def first_day(plan: Plan, day: date) -> date:
    """From which day on the cards of `day` count."""
    return last_periods(cycle_of(plan), day)[0].start


def first_report_day(plan: Plan, day: date) -> date:
    """From which day on reports are needed for the cards of `day`."""
    cycles = {measure.reporting_cycle or "month" for policy in plan for measure in policy.measures}
    return min(last_periods(cycle, day)[0].start for cycle in (*cycles, cycle_of(plan)))


def compose(
    counted: Sequence[Counted],
    unit: str,
    reports: Reports,
    evidenced: Collection[DutyKey],
    sent: Sequence[Sent],
) -> Card:
    """The card of `unit`; `counted` is as in statistics.by_unit, since `first_day`; `reports` since `first_report_day`.

    `sent` are all slips that were issued by then, the oldest first.
    """
    ledger = counted[0].ledger
    periods = last_periods(cycle_of(ledger.plan), ledger.day)
    start = periods[0].start
    own = [duty for duty in ledger.duties if duty.unit == unit]
    mine = [one for one in sent if one.notice.unit == unit]
    lines = [
        Line(
            duty,
            _squares(ledger, duty, reports, counted[0].turns),
            sum(one.notice.key == duty.key for one in mine),
            duty.state in ("closed_out", "submitted") and duty.key not in evidenced,
        )
        for duty in by_urgency(own)
    ]
    kind, peers = _peers(ledger, unit)
    rows = by_unit(counted, start)
    extended = sorted((duty for duty in own if duty.extensions), key=lambda duty: duty.due or date.min, reverse=True)
    policies = [policy for policy in ledger.plan if any(known.name == unit for known in policy.units)]
    return Card(
        unit,
        policies[0].full_name(unit),
        tuple(dict.fromkeys(policy.full_name(policy.office) for policy in policies)),
        ledger.plan,
        ledger.day,
        start,
        periods,
        tuple(own),
        tuple(lines[:MOST_LINES]),
        tuple(mine[::-1][:MOST_SLIPS]),
        len(mine),
        tuple(extended[:MOST_EXTENSIONS]),
        len(extended),
        _figures(unit, peers, rows, [one for one in sent if one.notice.issued_on >= start]) if peers else (),
        kind,
        tuple(peers),
    )


def _squares(ledger: Ledger, duty: Duty, reports: Reports, turns: Turns) -> tuple[str | None, ...]:
    measure = ledger.plan.policies[duty.policy].measure(duty.measure)
    if measure is None or measure.reporting_cycle is None:
        return (None,) * SHOWN_CYCLES
    periods = last_periods(measure.reporting_cycle, ledger.day)
    owed = cycles_of(ledger, duty, periods[0].start, reports, turns)
    days = [day for key in ledger.keys(duty) for day in reports.get(key, ())]
    marks: list[str | None] = []
    for period in periods:
        if is_heard(period, days):
            marks.append("reported")
        elif period in owed:
            marks.append("silent")
        else:
            marks.append("awaited" if period == periods[-1] and is_awaited(ledger, duty) else None)
    return tuple(marks)


def _peers(ledger: Ledger, unit: str) -> tuple[str, list[str]]:
    """What the units like `unit` are called, and which they are: of its collective, else those that are in none.

    The office keeps the ledger and is like nobody; a unit under its own system is like those under theirs.
    """
    present = dict.fromkeys(duty.unit for duty in ledger.duties)
    offices = {policy.office for policy in ledger.plan}
    collectives = [known for policy in ledger.plan for known in policy.units if known.members]
    vertical = {known.name for policy in ledger.plan for known in policy.units if known.vertical}
    if unit in offices:
        return "", []
    if home := next((known for known in collectives if unit in known.members), None):
        kind, alike = home.name, set(home.members)
    elif unit in vertical:
        kind, alike = "垂直管理单位", vertical
    else:
        grouped = {member for known in collectives for member in (known.name, *known.members)}
        kind, alike = "其他部门和单位", set(present) - grouped - vertical
    return kind, [name for name in present if name in alike - offices and name != unit]


def _figures(unit: str, peers: Sequence[str], rows: Iterable[StatRow], sent: Iterable[Sent]) -> tuple[Figure, ...]:
    slips = Counter(one.notice.unit for one in sent)
    rows_of = gathered((row.unit, row) for row in rows)

    def total(name: str, field: str) -> int:
        """What the rows of a unit add up to, whatever its roles."""
        return sum(getattr(row, field) for row in rows_of.get(name, ()))

    def base(name: str) -> int:
        return total(name, "base") - total(name, "base_suspended")

    def figure(name: str, of: Callable[[str], float | None]) -> Figure:
        known = [value for value in map(of, peers) if value is not None]
        return Figure(name, of(unit), *((min(known), median(known), max(known)) if known else (None, None, None)))

    def rate(name: str, part: Callable[[str], int], whole: Callable[[str], int]) -> Figure:
        made = figure(name, lambda own: 100 * part(own) / whole(own) if whole(own) else None)
        return made._replace(part=part(unit), whole=whole(unit))

    return (
        *(figure(field, partial(total, field=field)) for field in ("duties", "overdue", "extended", "returned")),
        figure("slips", slips.__getitem__),
        rate("on_time_rate", partial(total, field="on_time"), base),
        rate("report_rate", partial(total, field="cycles_reported"), partial(total, field="cycles_due")),
    )
