"""督办报告 of a period: what is new in it, what stands at its end, and how that compares with the day before it began.

A report knows what was known at the end of its last day. What was entered late comes in the report of the period in
which it was recorded, so that a report made again is the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from itertools import groupby
from typing import NamedTuple

from sm_devzone.domain.calendar import ONE_DAY, Period, chinese_day, period_of
from sm_devzone.domain.entry import REPORTS, DutyKey, Entry
from sm_devzone.domain.ledger import Duty, Ledger, MeasureRow, by_urgency, roll_up, totals
from sm_devzone.domain.plan import Policy

_NAMES = {
    "week": ("周报", "本周", "上周", "下周"),
    "month": ("月报", "本月", "上月", "下月"),
    "quarter": ("季报", "本季度", "上季度", "下季度"),
    "half": ("半年报", "本半年", "上半年度", "下一个半年"),
    "year": ("年报", "本年", "上年", "下一年"),
    "days": ("报告", "本期", "上期", "下期"),
}


class Item(NamedTuple):
    """One thing that is due, with all the units it is due from: they differ in nothing else."""

    policy: str
    measure: int
    title: str
    milestone: str
    period: str | None
    due: date
    due_origin: str
    days_overdue: int | None
    units: tuple[str, ...]
    new: bool


class UnitCount(NamedTuple):
    """A unit with its number of duties unreported in this reporting cycle, of all its duties."""

    unit: str
    unreported: int
    duties: int


class News(NamedTuple):
    """One report of a unit, as it became known in the period."""

    entry: Entry
    title: str


class Bulletin(NamedTuple):
    """Everything a report says. `before` are the totals on the eve of the period; `day` is its last day so far."""

    kind: str
    this: str
    last: str
    next: str
    span: str
    start: date
    day: date
    next_end: date
    policies: tuple[Policy, ...]
    totals: dict[str, int]
    before: dict[str, int]
    measures: list[MeasureRow]
    news: list[News]
    overdue: list[Item]
    due_next: list[Item]
    unreported: list[UnitCount]
    problems: list[News]
    next_steps: list[News]

    @property
    def counted(self) -> int:
        """The denominator of the closing rate: suspended duties are out."""
        return self.totals["duties"] - self.totals["suspended"]

    @property
    def closing_rate(self) -> float | None:
        """Closed out of counted duties, in percent; None when none is counted."""
        return 100 * self.totals["closed_out"] / self.counted if self.counted else None

    @property
    def newly_overdue(self) -> list[Item]:
        return [item for item in self.overdue if item.new]


def days(start: date, end: date) -> Period:
    """A period of any days, both inclusive."""
    return Period(f"{start:%Y%m%d}-{end:%Y%m%d}", "days", start, end)


def span(period: Period) -> str:
    """How a heading names the period: 2026年第47周(11月16日—11月22日)."""
    year, start, end = period.start.year, period.start, period.end
    if period.cycle == "week":
        iso_year, week = period.name.split("-W")
        return f"{iso_year}年第{int(week)}周（{start.month}月{start.day}日—{end.month}月{end.day}日）"
    if period.cycle == "month":
        return f"{year}年{start.month}月"
    if period.cycle == "quarter":
        return f"{year}年第{'一二三四'[(start.month - 1) // 3]}季度"
    if period.cycle == "year":
        return f"{year}年"
    return f"{chinese_day(start)}—{chinese_day(end)}"


def file_stem(period: Period, day: date) -> str:
    """The file name of its report, without ending: 督办周报-2026-W47(截至20261120)."""
    return f"督办{_NAMES[period.cycle][0]}-{period.name}(截至{day:%Y%m%d})"


def compose(period: Period, ledger: Ledger, before: Ledger, entries: Iterable[Entry]) -> Bulletin:
    """The report of `period`: `ledger` on its last day so far, `before` on its eve, `entries` known since."""
    day = ledger.day
    measures = roll_up(ledger, ledger.duties)
    titles = {(row.policy, row.number): row.title for row in measures}
    was_overdue = {duty.key for duty in before.duties if duty.signal == "overdue"}
    following = _following(period)
    news = [
        News(entry, titles.get((entry.policy, entry.measure), ""))
        for entry in sorted(entries, key=lambda e: (e.policy, e.measure, e.happened_on, e.id))
        if entry.kind in REPORTS and entry.voided_by is None
    ]
    kind, this, last, next_ = _NAMES[period.cycle]
    return Bulletin(
        kind=kind,
        this=this,
        last=last,
        next=next_,
        span=span(period),
        start=period.start,
        day=day,
        next_end=following.end,
        policies=tuple(ledger.plan),
        totals=totals(measures),
        before=totals(roll_up(before, before.duties)),
        measures=measures,
        news=news,
        overdue=_items((d for d in ledger.duties if d.signal == "overdue"), was_overdue),
        due_next=_items(
            (
                d
                for d in ledger.duties
                if d.state != "submitted"
                and (d.signal == "due_soon" or (d.signal == "on_track" and d.due and d.due <= following.end))
            ),
            (),
        ),
        unreported=_unreported(ledger.duties),
        problems=[item for item in news if item.entry.problem],
        next_steps=[item for item in news if item.entry.next_step],
    )


def _following(period: Period) -> Period:
    if period.cycle == "days":
        return days(period.end + ONE_DAY, period.end + (period.end - period.start) + ONE_DAY)
    return period_of(period.cycle, period.end + ONE_DAY)


def _items(duties: Iterable[Duty], known_before: Iterable[DutyKey]) -> list[Item]:
    known = set(known_before)

    def thing(duty: Duty) -> tuple[object, ...]:
        return (
            duty.policy,
            duty.measure,
            duty.milestone,
            duty.period,
            duty.due,
            duty.days_overdue,
            duty.key not in known,
        )

    items = []
    for _, same in groupby(by_urgency(duties), key=thing):
        group: Sequence[Duty] = list(same)
        first = group[0]
        assert first.due is not None
        assert first.due_origin is not None
        items.append(
            Item(
                first.policy,
                first.measure,
                first.title,
                first.milestone or "",
                first.period,
                first.due,
                first.due_origin,
                first.days_overdue,
                tuple(duty.unit for duty in group),
                first.key not in known,
            )
        )
    return items


def _unreported(duties: Iterable[Duty]) -> list[UnitCount]:
    all_duties: dict[str, int] = {}
    missing: dict[str, int] = {}
    for duty in duties:
        all_duties[duty.unit] = all_duties.get(duty.unit, 0) + 1
        if duty.unreported:
            missing[duty.unit] = missing.get(duty.unit, 0) + 1
    counts = [UnitCount(unit, missing[unit], all_duties[unit]) for unit in all_duties if unit in missing]
    return sorted(counts, key=lambda count: -count.unreported)
