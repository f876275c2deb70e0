"""A report as files: what a bulletin is composed from, and what each format is made by. Options are the command's."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from sm_devzone.context import Context
from sm_devzone.domain import bulletin
from sm_devzone.domain.calendar import ONE_DAY, Period
from sm_devzone.domain.ledger import by_urgency
from sm_devzone.output import document


def compose(context: Context, period: Period, day: date, policy: str | None) -> bulletin.Bulletin:
    """The bulletin of `period` on `day`, its last one so far, of one policy or of all."""
    ledger = context.ledger(day, policy)
    before = context.ledger(period.start - ONE_DAY, policy)
    with context.reading() as reader:
        entries = reader.entries(day, policy, since=period.start)
        evidenced = reader.evidenced(day, policy)
    known = {(own.id, measure.number) for own in ledger.plan for measure in own.measures}
    return bulletin.compose(period, ledger, before, [e for e in entries if (e.policy, e.measure) in known], evidenced)


Maker = Callable[[Context, bulletin.Bulletin], bytes]


def _from_template(name: str) -> Maker:
    return lambda context, composed: document.render(
        name, {"b": composed}, context.template_paths, context.cache_path
    ).encode()


def _page(context: Context, composed: bulletin.Bulletin) -> bytes:
    from sm_devzone.output import page

    duties = context.with_words(by_urgency(composed.ledger.duties), composed.ledger)
    return page.render(composed, duties, context.template_paths, context.cache_path).encode()


def _paper(context: Context, composed: bulletin.Bulletin) -> bytes:
    from sm_devzone.output import word

    title = f"督办{composed.kind} {composed.span}"
    return word.render("report.docx", {"b": composed}, context.template_paths, title=title, day=composed.day)


def _workbook(context: Context, composed: bulletin.Bulletin) -> bytes:
    from sm_devzone.output import lists

    ledger = composed.ledger
    with context.reading() as reader:
        evidence = reader.evidenced(ledger.day)
    return lists.duties(ledger, ledger.duties, context.words(ledger.duties, ledger), evidence)


FORMATS: dict[str, Maker] = {
    "md": _from_template("report.md"),
    "html": _page,
    "txt": _from_template("report.txt"),
    "docx": _paper,
    "xlsx": _workbook,
}
"""What each format is made by: the file's ending, and the function from a bulletin to the file's bytes."""
