"""What the figures of a period are counted from."""

from __future__ import annotations

from datetime import date

from sm_devzone.books import Books
from sm_devzone.domain.calendar import ONE_DAY
from sm_devzone.domain.ledger import Dropped, Ledger
from sm_devzone.domain.statistics import Counted, reports_from


def counted(books: Books, ledger: Ledger, start: date, policy: str | None) -> list[Counted]:
    """What counts from `start` to the day of `ledger`, of `policy`: first what stands in it, then what is gone."""
    standing = _counted(books, Dropped(ledger, [*ledger.duties, *ledger.ended], {}), start, ledger.day, policy)
    gone = [
        _counted(books, part, start, part.ledger.day + ONE_DAY, of)
        for part in books.dropped(start, ledger)
        for of in part.ledger.plan.policies  # each is of one policy
    ]
    return [standing, *gone]


def _counted(books: Books, part: Dropped, start: date, until: date, policy: str | None) -> Counted:
    day = part.ledger.day
    return Counted(
        part.ledger,
        part.owed,
        books.in_terms_of(day, books.journal.happened(start, until, policy)),
        books.report_days(reports_from(part.ledger, start), day, policy),
        books.turns(day, policy),
        [own.key for own in books.notices(day) if start <= own.issued_on <= day],
        part.now,
    )
