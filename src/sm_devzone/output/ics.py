"""时限 as a calendar (.ics, RFC 5545) that phones and mail programs take: an event of a whole day for each date.

An event is known by its duty, as the first version of the plan that had it named that; so it stays the same event when
its date moves, its measure gets another number, or its unit another name. The same ledger gives the same bytes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import UTC, datetime, time

from icalendar import Calendar, Event

from sm_devzone.domain.calendar import ONE_DAY
from sm_devzone.domain.duties import Duty
from sm_devzone.domain.entry import DutyKey
from sm_devzone.domain.glossary import ORIGINS, STATES
from sm_devzone.domain.ledger import Ledger
from sm_devzone.domain.phrases import days_late, extension_note, late_term, matter
from sm_devzone.domain.text import plain


def calendar(ledger: Ledger, duties: Iterable[tuple[Duty, DutyKey]]) -> bytes:
    """The dates of `duties`, each with the key by which its event is known."""
    made = Calendar()
    made.add("prodid", "-//devzone//devzone//ZH")
    made.add("version", "2.0")
    made.add("method", "PUBLISH")
    made.add("x-wr-calname", f"督办时限（{'、'.join(ledger.of)}）" if ledger.of else "督办时限")
    for duty, key in duties:
        made.add_component(_event(ledger, duty, key))
    content: bytes = made.to_ical()
    return content


def _event(ledger: Ledger, duty: Duty, key: DutyKey) -> Event:
    assert duty.due is not None
    event = Event()
    event.add("uid", f"{hashlib.sha256(repr(tuple(key)).encode()).hexdigest()[:32]}@devzone")
    event.add("dtstamp", datetime.combine(ledger.day, time(), UTC))
    event.add("dtstart", duty.due)
    event.add("dtend", duty.due + ONE_DAY)
    event.add("summary", plain(f"{duty.unit}　{matter(duty, duty.title)}"))
    event.add("description", plain("\n".join(_lines(ledger, duty))))
    event.add("transp", "TRANSPARENT")  # nobody is busy on that day because of it
    return event


def _lines(ledger: Ledger, duty: Duty) -> Iterable[str]:
    late = days_late(duty.days_overdue, duty.days_suspended)
    yield f"{STATES[duty.state]}{f'，{late_term(duty.state)} {late}' if late else ''}（截至 {ledger.day}）"
    yield "；".join(filter(None, (ORIGINS[duty.due_origin or "policy"], extension_note(duty))))
    yield f"《{ledger.plan.policies[duty.policy].title}》"
