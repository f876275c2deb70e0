"""填报表: which duties they ask about, and that they went out."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from sm_devzone.books import Books
from sm_devzone.context import Context
from sm_devzone.domain.calendar import ONE_DAY, Period, parse_period
from sm_devzone.domain.contacts import Contact
from sm_devzone.domain.duties import Duty
from sm_devzone.domain.entry import Dispatch
from sm_devzone.domain.form import Form, Report, forms, last_report
from sm_devzone.domain.letters import form_reply_by
from sm_devzone.domain.plan import Plan
from sm_devzone.domain.selection import Selection
from sm_devzone.papers.issuing import digest


class Drafted(NamedTuple):
    """The forms for what is open of a selection, the SHA-256 of the one each unit was sent last, and their plan.

    `earlier` are the days on which a unit was sent others about a period that the new one is about, too.
    """

    forms: list[Form]
    duties: int
    sent_before: Mapping[str, str]
    plan: Plan
    earlier: Mapping[str, list[date]]


def drafted(
    books: Books, day: date, selection: Selection, period: Period | None, office: Contact, reply_by: date | None
) -> Drafted:
    """The forms of `day`, each knowing what the books know, and no entry that they do not.

    They go back to `office`, by `reply_by` or else by the report day of their period.
    """
    ledger = books.ledger(day, Selection(selection.policy))
    meant = books.selected(selection, day).of(ledger.duties)
    duties = [duty for duty in meant if duty.is_open]
    words = books.words(duties, ledger)
    sent_before = {sent.unit: sent.sha256 for sent in books.journal.dispatches()}

    def before(duty: Duty, start: date) -> Report:
        acts = books.acts(day, ledger.keys(duty))
        return last_report(act for act in acts if act.happened_on < start)

    def addressed(form: Form) -> Form:
        own = [ledger.plan.policies[id_] for id_ in form.versions]
        offices = "、".join(dict.fromkeys(policy.full_name(policy.office) for policy in own))
        whom = office.words or Contact(own[0].contact, own[0].phone).words
        by_then = reply_by or form_reply_by(form, ledger.plan)
        return form._replace(reply_to=f"{offices}{f'（{whom}）' if whom else ''}", reply_by=by_then)

    drawn = [*map(addressed, forms(ledger, duties, words, before, period, books.position))]
    sent = books.journal.sent_since(date.min + ONE_DAY, day)
    earlier = {form.unit: _earlier(books.names_of([form.unit]), form, sent) for form in drawn}
    return Drafted(drawn, len(duties), sent_before, ledger.plan, earlier)


def _earlier(names: Collection[str], form: Form, sent: Iterable[tuple[str, date, str]]) -> list[date]:
    """When a unit of any of `names` was sent a form about a period that shares days with that of `form`."""
    periods = [(on, parse_period(period)) for unit, on, period in sent if unit in names]
    return [on for on, own in periods if own and own.start <= form.period.end and form.period.start <= own.end]


def recorded(context: Context, made: Iterable[tuple[Form, bytes]], by: str) -> Sequence[Dispatch]:
    """Record that the forms go out; what a unit was sent last, byte for byte, is not sent anew."""
    facts = [
        Dispatch(
            unit=form.unit,
            day=form.day,
            period=form.period.name,
            position=form.position,
            duties=len(form.rows),
            name=form.file_name,
            sha256=digest(content),
            recorded_by=by,
        )
        for form, content in made
    ]

    def decide(books: Books) -> list[Dispatch]:
        last = {sent.unit: sent.sha256 for sent in books.journal.dispatches()}
        return [fact for fact in facts if last.get(fact.unit) != fact.sha256]

    return context.append(decide)
