"""台账: every duty as it stands on a day, computed from plan, records and that day; and its roll-ups.

Rules and their sources: a due day itself is not overdue; what was done in time and waits for review is not overdue;
a duty without a date is never overdue; state belongs to one unit's duty, and one unit's progress moves no other's.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from itertools import groupby
from typing import NamedTuple

from sm_devzone.domain.calendar import ONE_DAY, occurrences, parse_period, period_of
from sm_devzone.domain.entry import DutyKey, Record, Words
from sm_devzone.domain.glossary import SIGNALS
from sm_devzone.domain.plan import Measure, Milestone, Plan, Policy

Appointments = Mapping[tuple[str, int, str], str | None]
"""What the office decided on (policy, measure, unit): a role, or None when the unit was taken out."""


class Duty(NamedTuple):
    """One measure (and milestone, and its occurrence) × one unit, as it stands on a day: a duty row.

    `extensions` counts, `days_overdue` is in days and None unless overdue, `progress` in percent. The words
    (`progress`, `note`, `problem`, `next_step`) are None until `with_words` puts them in.
    """

    policy: str
    measure: int
    title: str
    milestone: str | None
    period: str | None
    unit: str
    role: str
    lead_unit: str | None
    state: str
    signal: str | None
    due: date | None
    due_origin: str | None
    first_due: date | None
    extensions: int
    days_overdue: int | None
    progress: int | None
    note: str | None
    problem: str | None
    next_step: str | None
    reported_on: date | None
    unreported: bool
    done_on: date | None

    @property
    def key(self) -> DutyKey:
        return DutyKey(self.policy, self.measure, self.unit, self.milestone or "", self.period or "")

    @property
    def is_on_time(self) -> bool | None:
        """Whether it was done by its date; None for what is not done or has no date."""
        return None if self.done_on is None or self.due is None else self.done_on <= self.due

    @property
    def is_open(self) -> bool:
        return self.state not in ("closed_out", "suspended")

    def with_words(self, words: Words) -> Duty:
        return Duty._make((*self[:_SAID], *words[:_PARTS], *self[_SAID + _PARTS :]))


_SAID, _PARTS = Duty._fields.index("progress"), 4
"""Where the words stand in a duty row, and how many: the first of those of Words, in their order."""


class MeasureRow(NamedTuple):
    """A measure rolled up over the duties that were asked for. The counts are of duties.

    `lead_origin` tells a lead that the policy names (`policy`) from the office's decision (`office`).
    `signal` is the most urgent of any, `due` the earliest date that it comes from and `as_written` the words that this
    date rests on. `state` is what all duties share, else in_progress.
    """

    policy: str
    number: int
    title: str
    lead_unit: str | None
    responsible_units: tuple[str, ...]
    due: date | None
    as_written: str | None
    state: str
    signal: str | None
    duties: int
    closed_out: int
    submitted: int
    in_progress: int
    not_started: int
    suspended: int
    overdue: int
    due_soon: int
    unreported: int
    reported_on: date | None
    due_origin: str | None
    first_due: date | None
    extensions: int
    lead_origin: str | None


COUNTS = (
    "duties", "closed_out", "submitted", "in_progress", "not_started", "suspended", "overdue", "due_soon", "unreported",
)  # fmt: skip
"""The counts of a MeasureRow that add up to the totals."""

_UNTOUCHED = Record()

_URGENCY: dict[str | None, int] = {signal: place for place, signal in enumerate([*SIGNALS, None])}


def roster(measure: Measure, changes: Mapping[str, str | None]) -> dict[str, str]:
    """Unit -> role: the plan's, as changed by the office (a role, or None for a unit that was taken out)."""
    roles: dict[str, str | None] = {unit: measure.planned_role(unit) for unit in measure.roster}
    roles.update(changes)
    return {unit: role for unit, role in roles.items() if role is not None}


def lead_origin(measure: Measure, lead_unit: str | None) -> str | None:
    """Whether the policy names the lead (`policy`) or the office decided on it (`office`); None without a lead."""
    if lead_unit is None:
        return None
    return "policy" if set(lead_unit.split("、")) <= set(measure.lead) else "office"


def extension_note(first_due: date | None, due: date | None, extensions: int, extended_late: int = 0) -> str:
    """What an extension leaves visible beside the date that counts: the first date, how often, how many days in all."""
    if not extensions or first_due is None or due is None:
        return ""
    late = f"，其中逾期后延期 {extended_late} 次" if extended_late else ""
    return f"原定 {first_due}，延期 {extensions} 次共 {(due - first_due).days} 天{late}"


def missed_cycles(ledger: Ledger, duty: Duty) -> int:
    """How many reporting cycles in a row, this one included, `duty` was not heard of; 0 when it was, or none is set.

    Counted from the issue of the policy, the begin of the occurrence or of the journal, whichever came last.
    """
    policy = ledger.plan.policies[duty.policy]
    measure = policy.measure(duty.measure)
    if not duty.unreported or measure is None or measure.reporting_cycle is None:
        return 0
    begun = max(policy.issued, ledger.kept_since)
    if duty.period and (period := parse_period(duty.period)):
        begun = max(begun, period.start)
    heard = duty.reported_on is not None and duty.reported_on >= begun
    cycle = period_of(measure.reporting_cycle, duty.reported_on if heard and duty.reported_on else begun)
    missed = 0 if heard else 1
    while cycle.end < ledger.day:
        cycle = period_of(cycle.cycle, cycle.end + ONE_DAY)
        missed += 1
    return missed


def named_leads(roles: Mapping[str, str]) -> str | None:
    """The lead units of a measure joined by 、; None where neither the text nor the office names one."""
    return "、".join(unit for unit, role in roles.items() if role == "lead") or None


def state_of(record: Record) -> str:
    """How far the facts in `record` have brought a duty."""
    if record.suspended_on is not None:
        return "suspended"
    if record.act is not None:
        return {"submit": "submitted", "close": "closed_out"}.get(record.act, "in_progress")
    return "in_progress" if record.started else "not_started"


def signal_of(
    state: str, due: date | None, done_on: date | None, day: date, *, due_soon_days: int, valid_until: date
) -> str | None:
    """预警 of a duty on `day`; `done_on` is the day its unit says the work was done."""
    if state in ("closed_out", "suspended"):
        return None
    if due is None:
        return "ongoing" if day <= valid_until else None
    if state == "submitted" and done_on is not None:
        return "overdue" if done_on > due else "on_track"
    if day > due:
        return "overdue"
    return "due_soon" if (due - day).days <= due_soon_days else "on_track"


def duties_of(
    policy: Policy,
    measure: Measure,
    records: dict[DutyKey, Record],
    changes: Mapping[str, str | None],
    day: date,
    *,
    dated: bool = False,
) -> list[Duty]:
    """The duties of `measure` on `day`: milestones in their order, then, unless `dated`, the rest; units as listed.

    Those of `records` that are about them are taken out. `changes` are the office's appointments in this measure.
    Before the policy was issued there are no duties; an occurrence comes into being on the first day of its period.
    """
    if day < policy.issued:
        return []
    roles = roster(measure, changes)
    lead_unit = named_leads(roles)
    cycle = measure.reporting_cycle if day <= policy.valid_until else None
    cycle_start = period_of(cycle, day).start if cycle else None

    def duty(unit: str, milestone: Milestone | None, period: str, due: date | None) -> Duty:
        key = DutyKey(policy.id, measure.number, unit, milestone.key if milestone else "", period)
        record = records.pop(key, _UNTOUCHED)
        first_due, due = due, due and (record.due or due)  # what has no date cannot be given another
        state = state_of(record)
        done_on = record.submitted_on if record.act in ("submit", "close") else None
        signal = signal_of(state, due, done_on, day, due_soon_days=policy.due_soon_days, valid_until=policy.valid_until)
        unreported = (
            cycle_start is not None
            and state in ("not_started", "in_progress")
            and (record.reported_on is None or record.reported_on < cycle_start)
        )
        return Duty(  # by place: with names this takes more than twice as long
            policy.id,
            measure.number,
            measure.title,
            milestone.key if milestone else None,
            period or None,
            unit,
            roles[unit],
            lead_unit,
            state,
            signal,
            due,
            None if milestone is None else "extended" if record.due else milestone.origin,
            first_due,
            record.extensions,
            ((done_on or day) - due).days if signal == "overdue" and due else None,
            None,  # the words: progress, note, problem, next step
            None,
            None,
            None,
            record.reported_on,
            unreported,
            done_on,
        )

    rows: list[Duty] = []
    bound: set[str] = set()
    for milestone in measure.milestones:
        units = [unit for unit in roles if not milestone.units or unit in milestone.units]
        bound.update(units)
        if milestone.every is None:
            rows += [duty(unit, milestone, "", milestone.due) for unit in units]
        else:
            assert milestone.first is not None
            for period, due in occurrences(milestone.first, milestone.by, policy.valid_until, day, milestone.until):
                rows += [duty(unit, milestone, period.name, due) for unit in units]
    keeps_standing = measure.standing is not None or not measure.milestones
    if not dated:
        rows += [duty(unit, None, "", None) for unit in roles if keeps_standing or unit not in bound]
    return rows


class Ledger(NamedTuple):
    """Everything on one day. `strays` are the keys of facts that belong to no duty of the plan.

    `kept_since` is the first day of the journal: of what was not reported before it, nothing can be said.
    """

    day: date
    kept_since: date
    plan: Plan
    appointments: Appointments
    records: Mapping[DutyKey, Record]
    duties: list[Duty]
    strays: list[DutyKey]

    def record(self, duty: Duty) -> Record:
        """What counts of `duty`."""
        return self.records.get(duty.key, _UNTOUCHED)

    def closed_on(self, duty: Duty) -> date | None:
        """The day on which `duty` was closed out; None when it is not."""
        return self.record(duty).acted_on if duty.state == "closed_out" else None


def compute(
    plan: Plan,
    records: Mapping[DutyKey, Record],
    appointments: Appointments,
    day: date,
    kept_since: date | None = None,
    *,
    dated: bool = False,
) -> Ledger:
    """The ledger of `plan` on `day`; `records` and `appointments` are what the journal knows by then.

    Where `dated`, of the duties with a milestone only, and so are `records`: no other is ever overdue or due soon.
    What a unit reported before the office took it out of a measure is history and no stray.
    """
    by_measure = _by_measure(appointments)
    lost = dict(records)
    duties = [
        duty
        for policy in plan
        for measure in policy.measures
        for duty in duties_of(policy, measure, lost, by_measure.get((policy.id, measure.number), {}), day, dated=dated)
    ]
    numbers = {(policy.id, measure.number) for policy in plan for measure in policy.measures}
    strays = [
        key
        for key in lost
        if key[:2] not in numbers or appointments.get((key[0], key[1], key[2]), "planned") is not None
    ]
    strays += [DutyKey(*key) for key in appointments if key[:2] not in numbers]
    return Ledger(day, kept_since or day, plan, appointments, records, duties, sorted(set(strays)))


def roll_up(ledger: Ledger, duties: Iterable[Duty]) -> list[MeasureRow]:
    """A row for each measure that has any of `duties`, which are a selection of the ledger's, in its order."""
    by_measure = _by_measure(ledger.appointments)
    rows = []
    for (policy_id, number), own in groupby(duties, key=lambda duty: (duty.policy, duty.measure)):
        policy = ledger.plan.policies[policy_id]
        measure = policy.measure(number)
        assert measure is not None
        changes = by_measure.get((policy_id, number), {})
        units = [unit for unit in measure.units if changes.get(unit, "planned") is not None]
        units += [unit for unit, role in changes.items() if role is not None and unit not in measure.roster]
        rows.append(_measure_row(policy, measure, list(own), tuple(units)))
    return rows


def totals(rows: Iterable[MeasureRow]) -> dict[str, int]:
    """The number of measures, and each of COUNTS summed over `rows`."""
    rows = list(rows)
    return {"measures": len(rows), **{name: sum(getattr(row, name) for row in rows) for name in COUNTS}}


def by_urgency(duties: Iterable[Duty]) -> list[Duty]:
    """Most urgent first: the longest overdue, then the next due, then the standing ones, then what is not open."""
    return sorted(duties, key=_urgency)


def _urgency(duty: Duty) -> tuple[int, date, int, str, str]:
    return _URGENCY[duty.signal], duty.due or date.max, duty.measure, duty.milestone or "", duty.period or ""


def _by_measure(appointments: Appointments) -> dict[tuple[str, int], dict[str, str | None]]:
    nested: dict[tuple[str, int], dict[str, str | None]] = {}
    for (policy_id, number, unit), role in appointments.items():
        nested.setdefault((policy_id, number), {})[unit] = role
    return nested


def _measure_row(policy: Policy, measure: Measure, duties: Sequence[Duty], units: tuple[str, ...]) -> MeasureRow:
    states: dict[str, int] = {}
    overdue = due_soon = unreported = 0
    reported_on: date | None = None
    telling = duties[0]
    for duty in duties:
        states[duty.state] = states.get(duty.state, 0) + 1
        overdue += duty.signal == "overdue"
        due_soon += duty.signal == "due_soon"
        unreported += duty.unreported
        if duty.reported_on is not None and (reported_on is None or duty.reported_on > reported_on):
            reported_on = duty.reported_on
        if (_URGENCY[duty.signal], duty.due or date.max) < (_URGENCY[telling.signal], telling.due or date.max):
            telling = duty
    return MeasureRow(
        policy=policy.id,
        number=measure.number,
        title=measure.title,
        lead_unit=telling.lead_unit,
        responsible_units=units,
        due=telling.due,
        as_written=next((m.as_written for m in measure.milestones if m.key == telling.milestone), None),
        state=next(iter(states)) if len(states) == 1 else "in_progress",
        signal=telling.signal,
        duties=len(duties),
        closed_out=states.get("closed_out", 0),
        submitted=states.get("submitted", 0),
        in_progress=states.get("in_progress", 0),
        not_started=states.get("not_started", 0),
        suspended=states.get("suspended", 0),
        overdue=overdue,
        due_soon=due_soon,
        unreported=unreported,
        reported_on=reported_on,
        due_origin=telling.due_origin,
        first_due=telling.first_due,
        extensions=telling.extensions,
        lead_origin=lead_origin(measure, telling.lead_unit),
    )
