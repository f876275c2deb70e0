"""单位履责卡: what they are made from, and what makes each format."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date

from sm_devzone.books import Books
from sm_devzone.domain import card
from sm_devzone.domain.card import Card
from sm_devzone.domain.glossary import STAT_COLUMNS
from sm_devzone.domain.notice import sent
from sm_devzone.domain.selection import Selection
from sm_devzone.papers import figures
from sm_devzone.settings import Settings

TERMS = {**STAT_COLUMNS, "slips": "督办单", "on_time_rate": "按时办结率", "report_rate": "报送率"}
"""What the figures are called."""


SQUARES = {"reported": "■", "silent": "□", "awaited": "○", None: "·"}
"""What stands for a reporting cycle of a duty; a GBK console has all of them."""


def _paper(settings: Settings, own: Card) -> bytes:
    from sm_devzone.output import word

    title = f"{own.full_name}履责卡"
    return word.render("card.docx", content(own), settings.template_paths, title=title, day=own.day)


def _page(settings: Settings, own: Card) -> bytes:
    from sm_devzone.output import document

    return document.render("card.html", content(own), settings.template_paths, settings.cache_path).encode()


def content(own: Card) -> dict[str, object]:
    """What templates are given: the card as `c`, the names of its figures, and what stands for a cycle."""
    return {"c": own, "TERMS": TERMS, "SQUARES": SQUARES}


FORMATS: Mapping[str, Callable[[Settings, Card], bytes]] = {"docx": _paper, "html": _page}
"""What makes each format, by the ending of its file."""


def of_units(books: Books, units: Iterable[str], day: date, policy: str | None) -> list[Card]:
    """The card of each of `units` that owes anything on `day`."""
    ledger = books.ledger(day, Selection(policy))
    counted = figures.counted(books, ledger, card.first_day(ledger.plan, day), policy)
    reports = books.report_days(card.first_report_day(ledger.plan, day), day, policy)
    evidenced = books.evidenced(ledger, policy)
    present = {duty.unit for duty in ledger.duties}
    slips = [
        sent(notice, [act for act in books.acts(day, [notice.key]) if act.happened_on <= day])
        for notice in books.notices(day)
        if notice.issued_on <= day and policy in (None, notice.policy)
    ]
    return [card.compose(counted, unit, reports, evidenced, slips) for unit in units if unit in present]
