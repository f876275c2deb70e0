"""信: what the office writes to a unit with a form, with slips, or to urge it; a mail program sends it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from sm_devzone.domain.calendar import due_day
from sm_devzone.domain.contacts import Contact
from sm_devzone.domain.duties import Duty
from sm_devzone.domain.form import Form
from sm_devzone.domain.phrases import days_late, matter
from sm_devzone.domain.plan import Plan, Policy


class Letter(NamedTuple):
    """What one unit is written: `kind` is form, notice or urge, `items` are what it is about, a line each.

    `people` are the 联络员 by name, `reply_by` the last day for the answer where one is set, `titles` those of the
    policies. `office` signs, and `sender` is whom to ask there. Units stand with their full names.
    """

    kind: str
    unit: str
    people: tuple[str, ...]
    titles: tuple[str, ...]
    items: tuple[str, ...]
    day: date
    reply_by: date | None
    office: str
    sender: str


def letter(
    kind: str,
    unit: str,
    contacts: Iterable[Contact],
    sender: Contact,
    policies: Iterable[Policy],
    items: Iterable[str],
    day: date,
    reply_by: date | None,
) -> Letter:
    """What `unit` is written about `policies`, of which there is one at least.

    Where the office names nobody of its own in `sender`, it is whom the first policy names for its slips.
    """
    policies = tuple(policies)
    first = policies[0]
    return Letter(
        kind,
        first.full_name(unit),
        tuple(contact.name for contact in contacts if contact.name),
        tuple(f"《{policy.title}》" for policy in policies),
        tuple(items),
        day,
        reply_by,
        "、".join(dict.fromkeys(policy.full_name(policy.office) for policy in policies)),
        sender.words or Contact(first.contact, first.phone).words,
    )


def form_reply_by(form: Form, plan: Plan) -> date | None:
    """The day by which a form is to come back: the report day of its period, the earliest of its measures.

    None where the plan asks for no reports in such periods, or where the day has passed.
    """
    measures = (plan.policies[row.key.policy].measure(row.key.measure) for row in form.rows)
    days = {
        due_day(form.period, measure.report_by)
        for measure in measures
        if measure is not None and measure.reporting_cycle == form.period.cycle
    }
    return min((day for day in days if day >= form.day), default=None)


def urged(duty: Duty) -> str:
    """措施4 推进县域园区整合“整合”，时限 2024-12-31，逾期 693 天: why a duty is urged."""
    late = f"时限 {duty.due}，逾期 {days_late(duty.days_overdue, duty.days_suspended)}" if duty.days_overdue else ""
    silent = "本期尚未报送" if duty.unreported else ""
    return "，".join(filter(None, (str(matter(duty, duty.title)), late, silent)))
