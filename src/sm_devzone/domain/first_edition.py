"""How 0.1.0 told a ledger, for the papers that went out by its rules: they are made again to the byte.

It folded in the order of recording, judged a reporting cycle while it ran, let the date of the last extension count
whatever the plan said, and counted days of a suspension as days overdue. Nothing new is made by these rules.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sm_devzone.domain.appointments import Appointment, roster
from sm_devzone.domain.calendar import ONE_DAY, parse_period, period_of
from sm_devzone.domain.duties import Duty, Facts, signal_of
from sm_devzone.domain.ledger import Ledger


def last_word(facts: Facts) -> Facts:
    """`facts` with the last appointment of each unit only, as if it had always been so."""
    last: dict[tuple[str, int, str], Appointment] = {}
    for act in facts.appointments:
        last[act.policy, act.measure, act.unit] = act._replace(day=date.min)
    return facts._replace(appointments=tuple(last.values()))


def as_told(ledger: Ledger) -> Ledger:
    """`ledger`, which is computed from `last_word`, as 0.1.0 told it."""
    roles = {
        (policy.id, measure.number): roster(measure, _of(ledger.facts.appointments, policy.id, measure.number))
        for policy in ledger.plan
        for measure in policy.measures
    }
    there = [duty for duty in ledger.duties if duty.unit in roles[duty.policy, duty.measure]]
    return ledger._replace(duties=[_told(ledger, duty) for duty in there])


def missed_cycles(ledger: Ledger, duty: Duty, kept_since: date) -> int:
    """How many reporting cycles in a row since `kept_since`, the running one included, `duty` was not heard of."""
    policy = ledger.plan.policies[duty.policy]
    measure = policy.measure(duty.measure)
    if not duty.unreported or measure is None or measure.reporting_cycle is None:
        return 0
    begun = max(policy.issued, kept_since)
    if duty.period and (period := parse_period(duty.period)):
        begun = max(begun, period.start)
    heard = duty.reported_on is not None and duty.reported_on >= begun
    cycle = period_of(measure.reporting_cycle, duty.reported_on if heard and duty.reported_on else begun)
    missed = 0 if heard else 1
    while cycle.end < ledger.day:
        cycle = period_of(cycle.cycle, cycle.end + ONE_DAY)
        missed += 1
    return missed


def _of(acts: Sequence[Appointment], policy: str, number: int) -> list[Appointment]:
    return [act for act in acts if (act.policy, act.measure) == (policy, number)]


def _told(ledger: Ledger, duty: Duty) -> Duty:
    policy = ledger.plan.policies[duty.policy]
    measure = policy.measure(duty.measure)
    assert measure is not None
    record, day = ledger.record(duty), ledger.day
    due = duty.first_due and (record.due or duty.first_due)
    signal = signal_of(
        duty.state, due, duty.done_on, day, due_soon_days=policy.due_soon_days, valid_until=policy.valid_until
    )
    cycle = measure.reporting_cycle if day <= policy.valid_until else None
    start = period_of(cycle, day).start if cycle else None
    return duty._replace(
        due=due,
        signal=signal,
        due_origin="extended" if record.due and due else duty.due_origin,
        days_overdue=((duty.done_on or day) - due).days if signal == "overdue" and due else None,
        days_suspended=None,
        unreported=start is not None
        and duty.state in ("not_started", "in_progress")
        and (record.reported_on is None or record.reported_on < start),
    )
