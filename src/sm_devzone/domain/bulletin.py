"""督办报告 of a period: what is new in it, what stands at its end, and how that compares with the day before it began.

A report knows what was known at the end of its last day. What was entered late comes in the report of the period in
which it was recorded, so that a report made again is the same.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Container, Iterable, Sequence
from datetime import date
from typing import NamedTuple

from sm_devzone.domain.calendar import ONE_DAY, Period, chinese_day, parse_period, period_of
from sm_devzone.domain.entry import REPORTS, DutyKey, Entry
from sm_devzone.domain.glossary import ORIGINS, SIGNALS, STATES
from sm_devzone.domain.ledger import (
    Duty,
    Ledger,
    MeasureRow,
    by_urgency,
    extension_note,
    missed_cycles,
    roll_up,
    totals,
)
from sm_devzone.domain.plan import Policy

DECISIONS = ("close", "return", "reopen", "suspend", "resume", "extend", "urge", "assign", "remove")
"""What the office did in a period, beside what the units reported."""

_NAMES = {
    "week": ("周报", "本周", "上周", "下周"),
    "month": ("月报", "本月", "上月", "下月"),
    "quarter": ("季报", "本季度", "上季度", "下季度"),
    "half": ("半年报", "本半年", "上半年度", "下一个半年"),
    "year": ("年报", "本年", "上年", "下一年"),
    "days": ("报告", "本期", "上期", "下期"),
}

_COMPARED = {
    "duties": "任务",
    **{state: STATES[state] for state in ("closed_out", "submitted", "in_progress", "not_started", "suspended")},
    **{signal: SIGNALS[signal] for signal in ("overdue", "due_soon")},
}
"""The counts that a period is compared by with the one before."""


class Item(NamedTuple):
    """One thing that is due, with all the units it is due from: they differ in nothing else.

    `new` says that its signal is new in the period; `extension` what an extension leaves visible.
    """

    policy: str
    measure: int
    title: str
    milestone: str
    period: str | None
    due: date
    due_origin: str
    signal: str
    days_overdue: int | None
    extension: str
    new: bool
    units: tuple[str, ...]

    @property
    def limit(self) -> str:
        """The date that counts and what it rests on: 2024年12月31日（政策时限）."""
        return limit_in_words(self.due, self.due_origin, self.extension)


class UnitCount(NamedTuple):
    """A unit with its number of duties unreported in this reporting cycle, of all its duties.

    `cycles` counts the cycles in a row in which the longest silent of them was not heard of.
    """

    unit: str
    unreported: int
    duties: int
    cycles: int


class News(NamedTuple):
    """What became known in the period, with the title of its measure: one entry, or several that say the same.

    `entries` differ in nothing that is shown but the unit; `entry` is the first of them.
    """

    title: str
    entries: tuple[Entry, ...]

    @property
    def entry(self) -> Entry:
        return self.entries[0]

    @property
    def units(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(entry.unit for entry in self.entries))


class MeasureNews(NamedTuple):
    """What was said of one measure."""

    policy: str
    number: int
    title: str
    said: tuple[News, ...]


class UnitItems(NamedTuple):
    """Units from which the same things (`due`) are due."""

    units: tuple[str, ...]
    due: tuple[Item, ...]

    @property
    def who(self) -> str:
        """市甲局、东县（2个单位）各3项."""
        several = f"（{len(self.units)}个单位）各" if len(self.units) > 1 else ""
        return f"{'、'.join(self.units)}{several}{len(self.due)}项"


class Suspension(NamedTuple):
    """A suspended duty and since when, with all the units of which the same holds."""

    duty: Duty
    since: date
    units: tuple[str, ...]


class Bulletin(NamedTuple):
    """Everything a report says; `number` when it is issued as 第N期.

    `before` are the totals on the eve of the period; `day` is its last day so far, `ledger` all that stood on it."""

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
    decisions: list[News]
    suspended: list[Suspension]
    without_evidence: list[Duty]
    ledger: Ledger
    number: int | None = None

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

    @property
    def comparison(self) -> str:
        """What has changed since the end of the last period, in words."""
        changed = []
        for name, term in _COMPARED.items():
            more = self.totals[name] - self.before[name]
            if more:
                changed.append(f"{term}{'增加' if more > 0 else '减少'}{abs(more)}项")
        rest = "各项数字持平" if not changed else "其余持平" if len(changed) < len(_COMPARED) else ""
        return f"与{self.last}末相比，{'，'.join(filter(None, [*changed, rest]))}"

    @property
    def is_long(self) -> bool:
        """Whether it covers more than a reader wants every single report of: a month or longer."""
        return self.kind not in (_NAMES["week"][0], _NAMES["days"][0])

    @property
    def news_by_measure(self) -> list[MeasureNews]:
        """新进展, measure by measure; the same words of several units once. Of a long period the last of each duty."""
        last = {
            entry.key: entry.id
            for entry in sorted((e for item in self.news for e in item.entries), key=lambda e: (e.happened_on, e.id))
        }
        by_measure: dict[tuple[str, int, str], list[News]] = {}
        for item in self.news:
            shown = tuple(e for e in item.entries if not self.is_long or last[e.key] == e.id)
            if shown:
                by_measure.setdefault((shown[0].policy, shown[0].measure, item.title), []).append(
                    News(item.title, shown)
                )
        return [MeasureNews(*key, tuple(own)) for key, own in by_measure.items()]

    @property
    def reports(self) -> int:
        """How often units reported in the period."""
        return sum(len(item.entries) for item in self.news)

    @property
    def decision_counts(self) -> dict[str, int]:
        """How often the office did what in the period, by kind."""
        counts = Counter(entry.kind for item in self.decisions for entry in item.entries)
        return {kind: counts[kind] for kind in DECISIONS if counts[kind]}

    @property
    def overdue_by_unit(self) -> list[UnitItems]:
        return _by_unit(self.overdue)

    @property
    def due_next_by_unit(self) -> list[UnitItems]:
        return _by_unit(self.due_next)

    def document(self, policy: str) -> str:
        """《title》 of the policy with that id, where there are several to tell apart; else nothing."""
        return next((f"《{own.title}》" for own in self.policies if own.id == policy and len(self.policies) > 1), "")

    @property
    def ended(self) -> list[Policy]:
        """The policies whose validity is over."""
        return [policy for policy in self.policies if self.day > policy.valid_until]

    @property
    def asks_reports(self) -> bool:
        """Whether any unit owes a report in this cycle: a policy in force has one."""
        return any(
            measure.reporting_cycle
            for policy in self.policies
            if policy.issued <= self.day <= policy.valid_until
            for measure in policy.measures
        )

    @property
    def offices(self) -> tuple[str, ...]:
        """Who signs: the office of each policy."""
        return tuple(dict.fromkeys(policy.office for policy in self.policies))

    @property
    def report_to(self) -> tuple[str, ...]:
        """报: as the plans name them; often nobody."""
        return tuple(dict.fromkeys(name for policy in self.policies for name in policy.report_to))

    @property
    def copy_to(self) -> tuple[str, ...]:
        """送: as the plans name them; often nobody."""
        return tuple(dict.fromkeys(name for policy in self.policies for name in policy.copy_to))


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
    if period.cycle == "half":
        return f"{year}年{'上' if start.month == 1 else '下'}半年"
    return f"{chinese_day(start)}—{chinese_day(end)}"


def period_in_words(name: str) -> str:
    """As `span`, for the name of a period: 2026Q3 is 2026年第三季度."""
    period = parse_period(name)
    return span(period) if period else name


def place_in_words(of: Entry | Item | Duty) -> str:
    """“2026年体检”: the milestone of `of` with its period; nothing for the standing part."""
    period = period_in_words(of.period) if of.period else ""
    return f"“{period}{of.milestone}”" if of.milestone else ""


def limit_in_words(due: date, origin: str, extension: str) -> str:
    """2024年12月31日（政策时限；原定 …）: a date, what it rests on, and what an extension leaves visible."""
    return f"{chinese_day(due)}（{'；'.join(filter(None, (ORIGINS[origin], extension)))}）"


def file_stem(period: Period, day: date, number: int | None = None) -> str:
    """The file name of its report, without ending: 督办周报-2026-W47(截至20261120)."""
    issue = f"第{number}期-" if number is not None else ""
    return f"督办{_NAMES[period.cycle][0]}-{issue}{period.name}(截至{day:%Y%m%d})"


def compose(
    period: Period,
    ledger: Ledger,
    before: Ledger,
    entries: Sequence[Entry],
    evidenced: Container[DutyKey],
    told: Ledger | None = None,
) -> Bulletin:
    """The report of `period`: `ledger` on its last day so far, `before` on its eve, `entries` that are news in it.

    `evidenced` are the duties with 佐证材料. `told` is the ledger of the bulletin issued before, where there is one:
    what is overdue since then is newly overdue.
    """
    told = told or before
    day = ledger.day
    measures = roll_up(ledger, ledger.duties)
    titles = {(row.policy, row.number): row.title for row in measures}
    was_overdue = {duty.key for duty in told.duties if duty.signal == "overdue"}
    was_due_soon = {duty.key for duty in told.duties if duty.signal == "due_soon"}
    following = _following(period)
    live = sorted(
        (entry for entry in entries if entry.voided_by is None),
        key=lambda e: (e.policy, e.measure, e.happened_on, e.id),
    )
    news = [entry for entry in live if entry.kind in REPORTS]

    def gathered(some: Iterable[Entry], what_is_shown: Callable[[Entry], object]) -> list[News]:
        alike: dict[object, list[Entry]] = {}
        for entry in some:
            alike.setdefault(what_is_shown(entry), []).append(entry)
        return [News(titles.get((own[0].policy, own[0].measure), ""), tuple(own)) for own in alike.values()]

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
        news=gathered(news, Entry.of_any_unit),
        overdue=_items(ledger, (d for d in ledger.duties if d.signal == "overdue"), was_overdue),
        due_next=_items(ledger, (d for d in ledger.duties if _is_due_next(d, following.end)), was_due_soon),
        unreported=_unreported(ledger),
        problems=gathered((e for e in news if e.problem), lambda e: (*e.key._replace(unit=""), e.problem)),
        next_steps=gathered((e for e in news if e.next_step), lambda e: (*e.key._replace(unit=""), e.next_step)),
        decisions=gathered((e for e in live if e.kind in DECISIONS), Entry.of_any_unit),
        suspended=_suspensions(ledger),
        without_evidence=[d for d in ledger.duties if d.state == "closed_out" and d.key not in evidenced],
        ledger=ledger,
    )


def _is_due_next(duty: Duty, next_end: date) -> bool:
    if duty.state == "submitted":
        return False
    return duty.signal == "due_soon" or (duty.signal == "on_track" and duty.due is not None and duty.due <= next_end)


def _following(period: Period) -> Period:
    if period.cycle == "days":
        return days(period.end + ONE_DAY, period.end + (period.end - period.start) + ONE_DAY)
    return period_of(period.cycle, period.end + ONE_DAY)


def _items(ledger: Ledger, duties: Iterable[Duty], known_before: Container[DutyKey]) -> list[Item]:
    """`duties`, most urgent first, with the units of one and the same thing gathered in one item."""
    items: dict[Item, list[str]] = {}
    for duty in by_urgency(duties):
        assert duty.due is not None
        assert duty.due_origin is not None
        extended_late = ledger.record(duty).extended_late
        item = Item(
            policy=duty.policy,
            measure=duty.measure,
            title=duty.title,
            milestone=duty.milestone or "",
            period=duty.period,
            due=duty.due,
            due_origin=duty.due_origin,
            signal=duty.signal or "",
            days_overdue=duty.days_overdue,
            extension=extension_note(duty.first_due, duty.due, duty.extensions, extended_late),
            new=duty.key not in known_before,
            units=(),
        )
        items.setdefault(item, []).append(duty.unit)
    return [item._replace(units=tuple(units)) for item, units in items.items()]


def _suspensions(ledger: Ledger) -> list[Suspension]:
    alike: dict[object, list[tuple[Duty, date]]] = {}
    for duty in ledger.duties:
        if (since := ledger.record(duty).suspended_on) is not None:
            alike.setdefault((duty.key._replace(unit=""), since), []).append((duty, since))
    return [Suspension(*own[0], tuple(duty.unit for duty, _ in own)) for own in alike.values()]


def _by_unit(items: Iterable[Item]) -> list[UnitItems]:
    """`items` by unit; units from which exactly the same is due stand together."""
    of_unit: dict[str, list[Item]] = {}
    for item in items:
        for unit in item.units:
            of_unit.setdefault(unit, []).append(item)
    together: dict[tuple[Item, ...], list[str]] = {}
    for unit, own in of_unit.items():
        together.setdefault(tuple(own), []).append(unit)
    return [UnitItems(tuple(units), own) for own, units in together.items()]


def chinese_numeral(number: int) -> str:
    """1–9999 as headings number: 一, 十, 二十一, 一百零三."""
    text, gap = "", False
    for power, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = number // power % 10
        if digit:
            text += ("零" if gap and text else "") + "零一二三四五六七八九"[digit] + name
        gap = not digit
    return text.removeprefix("一") if 10 <= number < 20 else text


def sentence(text: str | None) -> str:
    """`text` with the full stop that people leave out."""
    words = (text or "").strip()
    return words if not words or words.endswith(tuple("。！？!?…")) else words.rstrip("；;，,、.") + "。"


def _unreported(ledger: Ledger) -> list[UnitCount]:
    duties: dict[str, list[Duty]] = {}
    for duty in ledger.duties:
        duties.setdefault(duty.unit, []).append(duty)
    counts = [
        UnitCount(unit, len(missing), len(own), max(missed_cycles(ledger, duty) for duty in missing))
        for unit, own in duties.items()
        if (missing := [duty for duty in own if duty.unreported])
    ]
    return sorted(counts, key=lambda count: -count.unreported)
