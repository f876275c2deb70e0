"""统计 of a period, by unit or by measure. Every rate comes with its two numbers; suspended duties are out of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import NamedTuple

from sm_devzone.domain.calendar import ONE_DAY, period_of
from sm_devzone.domain.entry import Entry
from sm_devzone.domain.ledger import Duty, Ledger


class StatRow(NamedTuple):
    """One unit in one role, or one measure, over a period; all counts are of duties, but for the last four.

    `closed` were closed out in the period, `on_time` and `late` those of them with a date. `due` fell due in it.
    `base` are the dated duties that fell due or were closed in it, `base_suspended` those of them that are suspended.
    `returned` and `extended` count entries; `cycles_due` and `cycles_reported` count duty × reporting cycle.
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

    @property
    def on_time_rate(self) -> float | None:
        """按时办结率 = on_time ÷ (base − base_suspended), in percent."""
        return _percent(self.on_time, self.base - self.base_suspended)

    @property
    def report_rate(self) -> float | None:
        """报送率 = cycles_reported ÷ cycles_due, in percent."""
        return _percent(self.cycles_reported, self.cycles_due)


def cycle_ends(ledger: Ledger, start: date) -> list[date]:
    """The last days so far of the reporting cycles that end or run from `start`, or the begin of the journal, on."""
    ends = set()
    for cycle in {measure.reporting_cycle for policy in ledger.plan for measure in policy.measures} - {None}:
        assert cycle is not None
        last = max(start, ledger.kept_since)
        while last <= ledger.day:
            period = period_of(cycle, last)
            ends.add(min(period.end, ledger.day))
            last = period.end + ONE_DAY
    return sorted(ends)


def by_unit(ledger: Ledger, start: date, entries: Iterable[Entry], cycles: dict[date, Ledger]) -> list[StatRow]:
    """A row for each unit and role, in the plan's order. The office, which keeps the ledger, is left out."""
    offices = {policy.id: policy.office for policy in ledger.plan}
    order = {unit.name: place for policy in ledger.plan for place, unit in enumerate(policy.units)}
    rows = _rows(
        ledger,
        start,
        entries,
        cycles,
        lambda duty: (duty.policy, None, duty.unit, duty.role) if duty.unit != offices[duty.policy] else None,
    )
    roles = ("lead", "responsible", "assisting")
    return sorted(rows, key=lambda row: (row.policy, order.get(row.unit or "", 0), roles.index(row.role or "lead")))


def by_measure(ledger: Ledger, start: date, entries: Iterable[Entry], cycles: dict[date, Ledger]) -> list[StatRow]:
    """A row for each measure, in the plan's order."""
    return _rows(ledger, start, entries, cycles, lambda duty: (duty.policy, duty.measure, None, None))


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
    cycles: dict[date, Ledger],
    group_of: Callable[[Duty], _Group | None],
) -> list[StatRow]:
    groups: dict[_Group, list[Duty]] = {}
    for duty in ledger.duties:
        group = group_of(duty)
        if group is not None:
            groups.setdefault(group, []).append(duty)
    acts: dict[tuple[_Group, str], int] = {}
    duty_of = {duty.key: duty for duty in ledger.duties}
    for entry in entries:
        found = duty_of.get(entry.key)
        group = group_of(found) if found and entry.voided_by is None else None
        if group is not None:
            acts[group, entry.kind] = acts.get((group, entry.kind), 0) + 1
    cycle_of = {(p.id, m.number): m.reporting_cycle for p in ledger.plan for m in p.measures}
    awaited: dict[_Group, list[bool]] = {}
    for end, then in cycles.items():
        for duty in then.duties:
            cycle = cycle_of[duty.policy, duty.measure]
            group = group_of(duty_of[duty.key]) if duty.key in duty_of else None
            if cycle is None or group is None or min(period_of(cycle, end).end, ledger.day) != end:
                continue
            heard = duty.reported_on is not None and duty.reported_on >= period_of(cycle, end).start
            if heard or duty.unreported:
                awaited.setdefault(group, []).append(heard)
    return [
        _row(group, duties, start, ledger)._replace(
            returned=acts.get((group, "return"), 0),
            extended=acts.get((group, "extend"), 0),
            cycles_due=len(awaited.get(group, ())),
            cycles_reported=sum(awaited.get(group, ())),
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
