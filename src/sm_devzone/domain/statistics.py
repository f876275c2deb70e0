"""统计 of a period, by unit or by measure. Every rate comes with its two numbers; suspended duties are out of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from sm_devzone.domain.calendar import ONE_DAY, Period, period_of
from sm_devzone.domain.cycles import is_heard, owed_cycles
from sm_devzone.domain.duties import Duty, Ended
from sm_devzone.domain.entry import DutyKey, Entry, Span
from sm_devzone.domain.glossary import ROLES
from sm_devzone.domain.ledger import Ledger


class StatRow(NamedTuple):
    """One unit in one role, or one measure, over a period; all counts are of duties, but for the last seven.

    `closed` were closed out in the period, `on_time` and `late` those of them with a date. `due` fell due in it.
    `base` are the dated duties that were closed in it, or fell due in it and had not been closed before, which counted
    then; `base_suspended` those of them that are suspended.
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


class Counted(NamedTuple):
    """What is counted of one ledger: what is `owed` of all that stands in it, and what happened to it in the period.

    `notices` are the duties of the 督办单 of the period, `now` is as in Dropped.
    """

    ledger: Ledger
    owed: Sequence[Duty | Ended]
    entries: Iterable[Entry]
    reports: Reports
    turns: Turns
    notices: Iterable[DutyKey] = ()
    now: Mapping[DutyKey, tuple[int | None, str]] = {}


def reports_from(ledger: Ledger, start: date) -> date:
    """From which day on reports are needed for the cycles whose report day is `start` or later."""
    cycles = {own.cycle for ordered in ledger.orders.values() for own in ordered}
    return min((period_of(cycle, start).start for cycle in cycles if cycle), default=start)


def by_unit(counted: Sequence[Counted], start: date, forms: Callable[[str], int] = lambda _: 0) -> list[StatRow]:
    """A row for each unit and role, in the plan's order. The office, which keeps the ledger, is left out.

    `counted` begins with the ledger of the last day; then come those of the eves of versions that took something out of
    the plan, each with that. `forms` tells how many 填报表 a unit was sent in the period.
    """
    plan = counted[0].ledger.plan
    offices = {policy.id: policy.office for policy in plan}
    order = {unit.name: place for policy in plan for place, unit in enumerate(policy.units)}

    def group_of(owed: Duty | Ended, _: int | None, unit: str) -> _Group | None:
        return (owed.policy, None, unit, owed.role) if unit != offices[owed.policy] else None

    rows = _rows(counted, start, group_of)
    roles = list(ROLES)
    rows.sort(key=lambda row: (row.policy, order.get(row.unit or "", 0), roles.index(row.role or "lead")))
    first = {row.unit: place for place, row in reversed([*enumerate(rows)])}
    return [
        row._replace(forms=forms(row.unit) if row.unit and first[row.unit] == place else 0)
        for place, row in enumerate(rows)
    ]


def by_measure(counted: Sequence[Counted], start: date) -> list[StatRow]:
    """A row for each measure, in the plan's order, then, without a number, all that are not in it any more.

    `counted` is as in `by_unit`.
    """
    return _rows(counted, start, lambda owed, number, _: (owed.policy, number, None, None))


def ranked(rows: Iterable[StatRow]) -> list[StatRow]:
    """Best first: by 按时办结率, then 报送率, then fewest overdue; what has no rate comes last."""
    return sorted(rows, key=lambda row: (-_or_less(row.on_time_rate), -_or_less(row.report_rate), row.overdue))


def _or_less(rate: float | None) -> float:
    return -1 if rate is None else rate


def _percent(part: int, whole: int) -> float | None:
    return round(100 * part / whole, 1) if whole > 0 else None


_Group = tuple[str, int | None, str | None, str | None]


def _rows(
    counted: Sequence[Counted],
    start: date,
    group_of: Callable[[Duty | Ended, int | None, str], _Group | None],
) -> list[StatRow]:
    groups: dict[_Group, list[Duty]] = {}
    closed: dict[_Group, list[Duty]] = {}
    heard: dict[_Group, list[bool]] = {}
    acts: Counter[tuple[_Group, str]] = Counter()
    for part in counted:
        of_key: dict[DutyKey, _Group] = {}
        for owed in part.owed:
            group = group_of(owed, *part.now.get(owed.key, (owed.measure, owed.unit)))
            if group is None:
                continue
            of_key.setdefault(owed.key, group)
            groups.setdefault(group, []).extend([owed] if part is counted[0] and isinstance(owed, Duty) else [])
            heard.setdefault(group, []).extend(cycles_of(part.ledger, owed, start, part.reports, part.turns).values())
            if isinstance(owed, Duty) and (on := part.ledger.closed_on(owed)) is not None and on >= start:
                closed.setdefault(group, []).append(owed)
        happened = [(entry.key, entry.kind) for entry in part.entries if entry.voided_by is None]
        happened += [(key, "notice") for key in part.notices]
        acts.update((of_key[key], kind) for key, kind in happened if key in of_key)
    of_acts = {group for group, _ in acts}
    return [
        _row(group, duties, closed.get(group, ()), start, counted[0].ledger, acts, heard[group])
        for group, duties in groups.items()
        if duties or heard[group] or group in closed or group in of_acts
    ]


def _row(
    group: _Group,
    duties: Sequence[Duty],
    closed: Sequence[Duty],
    start: date,
    ledger: Ledger,
    acts: Mapping[tuple[_Group, str], int],
    heard: Sequence[bool],
) -> StatRow:
    """The row of a group: `duties` are its own on the last day, `closed` those of the period, wherever they are now.

    `acts` counts what happened to any, `heard` tells of each cycle that they owed.
    """
    dated = [duty for duty in closed if duty.is_on_time is not None]
    due = [duty for duty in duties if _fell_due(duty, start, ledger)]
    left = [duty for duty in due if (on := ledger.closed_on(duty)) is None or on >= start]
    base = dict.fromkeys([*left, *dated])
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
        returned=acts[group, "return"],
        extended=acts[group, "extend"],
        cycles_due=len(heard),
        cycles_reported=sum(heard),
        urges=acts[group, "urge"],
        notices=acts[group, "notice"],
    )


def _fell_due(duty: Duty, start: date, ledger: Ledger) -> bool:
    """Whether a duty was to be done by a day of the period; not what had ended with a repeal by then."""
    if duty.due is None or not start <= duty.due <= ledger.day:
        return False
    repealed_on = ledger.plan.policies[duty.policy].repealed_on
    return duty.state != "terminated" or repealed_on is None or duty.due < repealed_on


def cycles_of(ledger: Ledger, owed: Duty | Ended, start: date, reports: Reports, turns: Turns) -> dict[Period, bool]:
    """The cycles that were owed, and whose report day is `start` or later: whether the unit was heard in each."""
    ordered, begun = ledger.ordered(owed), ledger.facts.begun.get(owed.policy)
    if begun is None or not any(own.cycle for own in ordered):
        return {}
    assert owed.owed_from is not None
    keys, record = ledger.keys(owed), ledger.record(owed)
    spans = [Span(owed.left_on)] if isinstance(owed, Ended) else []
    spans += [*record.pauses, *_done(sorted(turn for key in keys for turn in turns.get(key, ())))]
    if record.suspended_on is not None:
        spans.append(Span(record.suspended_on))
    cycles = owed_cycles(ordered, max(owed.owed_from, begun), ledger.seen_on, spans)
    days = [day for key in keys for day in reports.get(key, ())]
    return {cycle: is_heard(cycle, days) for cycle, report_day in cycles.items() if report_day >= start}


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
