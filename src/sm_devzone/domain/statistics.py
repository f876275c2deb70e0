"""统计 of a period, by unit or by measure. Every rate comes with its two numbers; suspended duties are out of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from sm_devzone.domain.calendar import ONE_DAY, Period, due_day, period_of
from sm_devzone.domain.cycles import is_heard, owed_cycles
from sm_devzone.domain.duties import UNTOUCHED, Duty, Ended
from sm_devzone.domain.entry import DutyKey, Entry, Record, Span
from sm_devzone.domain.ledger import Ledger


class StatRow(NamedTuple):
    """One unit in one role, or one measure, over a period; all counts are of duties, but for the last seven.

    `closed` were closed out in the period, `on_time` and `late` those of them with a date. `due` fell due in it.
    `base` are the dated duties that fell due or were closed in it, `base_suspended` those of them that are suspended.
    `returned` and `extended` count entries; `cycles_due` and `cycles_reported` count duty × reporting cycle, of
    those whose report day lies in the period. `forms`, `urges` and `notices` count how often it was asked: a form goes
    to a unit whatever its role, and so stands in the first of its rows only; None for a measure.
    """

    policy: str
    measure: int | None
    unit: str | None
    role: str | None
    duties: int
    suspended: int
    closed: int
    on_time: int
    late: int
    overdue: int
    due: int
    base: int
    base_suspended: int
    returned: int
    extended: int
    cycles_due: int
    cycles_reported: int
    forms: int | None = None
    urges: int = 0
    notices: int = 0

    @property
    def on_time_rate(self) -> float | None:
        """按时办结率 = on_time ÷ (base − base_suspended), in percent."""
        return _percent(self.on_time, self.base - self.base_suspended)

    @property
    def report_rate(self) -> float | None:
        """报送率 = cycles_reported ÷ cycles_due, in percent."""
        return _percent(self.cycles_reported, self.cycles_due)


Reports = Mapping[DutyKey, Sequence[date]]
"""Duty -> the days on which it was reported on."""

Turns = Mapping[DutyKey, Sequence[tuple[date, int, str]]]
"""Duty -> when it was submitted, returned and reopened, in order: day, number of the entry, kind."""


def reports_from(ledger: Ledger, start: date) -> date:
    """From which day on reports are needed for the cycles whose report day is `start` or later."""
    cycles = {measure.reporting_cycle for policy in ledger.plan for measure in policy.measures} - {None}
    return min((period_of(cycle, start).start for cycle in cycles if cycle), default=start)


def by_unit(
    ledger: Ledger,
    start: date,
    entries: Iterable[Entry],
    reports: Reports,
    turns: Turns,
    notices: Iterable[DutyKey] = (),
    forms: Callable[[str], int] = lambda _: 0,
) -> list[StatRow]:
    """A row for each unit and role, in the plan's order. The office, which keeps the ledger, is left out.

    `notices` are the duties of the 督办单 of the period, `forms` tells how many 填报表 a unit was sent in it.
    """
    offices = {policy.id: policy.office for policy in ledger.plan}
    order = {unit.name: place for policy in ledger.plan for place, unit in enumerate(policy.units)}
    rows = _rows(
        ledger,
        start,
        entries,
        reports,
        turns,
        notices,
        lambda duty: (duty.policy, None, duty.unit, duty.role) if duty.unit != offices[duty.policy] else None,
    )
    roles = ("lead", "responsible", "assisting")
    rows.sort(key=lambda row: (row.policy, order.get(row.unit or "", 0), roles.index(row.role or "lead")))
    first = {row.unit: place for place, row in reversed([*enumerate(rows)])}
    return [
        row._replace(forms=forms(row.unit) if row.unit and first[row.unit] == place else 0)
        for place, row in enumerate(rows)
    ]


def by_measure(
    ledger: Ledger,
    start: date,
    entries: Iterable[Entry],
    reports: Reports,
    turns: Turns,
    notices: Iterable[DutyKey],
) -> list[StatRow]:
    """A row for each measure, in the plan's order; `notices` as in `by_unit`."""
    return _rows(ledger, start, entries, reports, turns, notices, lambda duty: (duty.policy, duty.measure, None, None))


def ranked(rows: Iterable[StatRow]) -> list[StatRow]:
    """Best first: by 按时办结率, then 报送率, then fewest overdue; what has no rate comes last."""
    return sorted(rows, key=lambda row: (-_or_less(row.on_time_rate), -_or_less(row.report_rate), row.overdue))


def _or_less(rate: float | None) -> float:
    return -1 if rate is None else rate


def _percent(part: int, whole: int) -> float | None:
    return round(100 * part / whole, 1) if whole > 0 else None


_Group = tuple[str, int | None, str | None, str | None]


def _rows(
    ledger: Ledger,
    start: date,
    entries: Iterable[Entry],
    reports: Reports,
    turns: Turns,
    notices: Iterable[DutyKey],
    group_of: Callable[[Duty | Ended], _Group | None],
) -> list[StatRow]:
    groups: dict[_Group, list[Duty]] = {}
    for duty in ledger.duties:
        group = group_of(duty)
        if group is not None:
            groups.setdefault(group, []).append(duty)
    acts: dict[tuple[_Group, str], int] = {}
    duty_of: dict[DutyKey, Duty | Ended] = {
        **{end.key: end for end in ledger.ended},
        **{d.key: d for d in ledger.duties},
    }
    for entry in entries:
        found = duty_of.get(entry.key)
        group = group_of(found) if found and entry.voided_by is None else None
        if group is not None:
            acts[group, entry.kind] = acts.get((group, entry.kind), 0) + 1
    for key in notices:
        group = group_of(duty_of[key]) if key in duty_of else None
        if group is not None:
            acts[group, "notice"] = acts.get((group, "notice"), 0) + 1
    awaited: dict[_Group, list[bool]] = {}
    for duty in ledger.duties:
        group = group_of(duty)
        if group is not None:
            awaited.setdefault(group, []).extend(cycles_of(ledger, duty, start, reports, turns).values())
    for end in ledger.ended:
        group = group_of(end)
        if group is not None and (cycles := _cycles_until(ledger, end, start, reports, turns)):
            awaited.setdefault(group, []).extend(cycles.values())
    for group in (*awaited, *(group for group, _ in acts)):  # of what nothing is left but this
        groups.setdefault(group, [])
    return [
        _row(group, duties, start, ledger)._replace(
            returned=acts.get((group, "return"), 0),
            extended=acts.get((group, "extend"), 0),
            cycles_due=len(awaited.get(group, ())),
            cycles_reported=sum(awaited.get(group, ())),
            urges=acts.get((group, "urge"), 0),
            notices=acts.get((group, "notice"), 0),
        )
        for group, duties in groups.items()
    ]


def _row(group: _Group, duties: Sequence[Duty], start: date, ledger: Ledger) -> StatRow:
    closed = [duty for duty in duties if (on := ledger.closed_on(duty)) is not None and on >= start]
    dated = [duty for duty in closed if duty.is_on_time is not None]
    due = [duty for duty in duties if duty.due and start <= duty.due <= ledger.day]
    base = {duty.key: duty for duty in (*due, *dated)}.values()
    return StatRow(
        *group,
        duties=len(duties),
        suspended=sum(duty.state == "suspended" for duty in duties),
        closed=len(closed),
        on_time=sum(duty.is_on_time is True for duty in dated),
        late=sum(duty.is_on_time is False for duty in dated),
        overdue=sum(duty.signal == "overdue" for duty in duties),
        due=len(due),
        base=len(base),
        base_suspended=sum(duty.state == "suspended" for duty in base),
        returned=0,
        extended=0,
        cycles_due=0,
        cycles_reported=0,
    )


def cycles_of(ledger: Ledger, duty: Duty, start: date, reports: Reports, turns: Turns) -> dict[Period, bool]:
    """The cycles that `duty` owed and whose report day is `start` or later: whether it was heard of in each."""
    assert duty.owed_from is not None
    return _heard(ledger, ledger.keys(duty), duty.owed_from, ledger.record(duty), [], start, reports, turns)


def _cycles_until(ledger: Ledger, end: Ended, start: date, reports: Reports, turns: Turns) -> dict[Period, bool]:
    """As `cycles_of`, of what a unit owed until it was rid of it."""
    record = ledger.facts.records.get(end.key, UNTOUCHED)
    return _heard(ledger, [end.key], end.owed_from, record, [Span(end.left_on)], start, reports, turns)


def _heard(
    ledger: Ledger,
    keys: Sequence[DutyKey],
    owed_from: date,
    record: Record,
    spared: Sequence[Span],
    start: date,
    reports: Reports,
    turns: Turns,
) -> dict[Period, bool]:
    policy = ledger.plan.policies[keys[0].policy]
    measure = policy.measure(keys[0].measure)
    begun = ledger.facts.begun.get(policy.id)
    if measure is None or begun is None or measure.reporting_cycle is None:
        return {}
    spans = [*spared, *record.pauses, *_done(sorted(turn for key in keys for turn in turns.get(key, ())))]
    if record.suspended_on is not None:
        spans.append(Span(record.suspended_on))
    owed = owed_cycles(policy, measure, max(owed_from, begun), ledger.seen_on, spans)
    days = [day for key in keys for day in reports.get(key, ())]
    return {cycle: is_heard(cycle, days) for cycle in owed if due_day(cycle, measure.report_by) >= start}


def _done(turns: Iterable[tuple[date, int, str]]) -> list[Span]:
    """When a duty waited for review or was closed out: nothing is owed then."""
    spans: list[Span] = []
    since: date | None = None
    for day, _, kind in turns:
        if kind == "submit":
            since = since or day
        elif since is not None:
            spans.append(Span(since, day - ONE_DAY))
            since = None
    return [*spans, *([Span(since)] if since is not None else [])]
