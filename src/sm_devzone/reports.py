"""A report as files: what a bulletin is composed from, and what each format is made by. Options are the command's."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from sm_devzone.context import Context
from sm_devzone.domain import bulletin
from sm_devzone.domain.calendar import ONE_DAY, Period
from sm_devzone.domain.ledger import by_urgency
from sm_devzone.output import document


def compose(context: Context, period: Period, day: date, policy: str, until: str | None = None) -> bulletin.Bulletin:
    """The bulletin of `period` on `day`, its last one so far, of `policy` or, where that is empty, of all.

    What was recorded after the bulletin before had been issued, but still in its period, is news now. `until` is the
    moment up to which bulletins count as issued before, None for all that are known on `day`.
    """
    only = (policy or None) if len(context.plan.policies) > 1 else None
    ledger = context.ledger(day, only)
    before = context.ledger(period.start - ONE_DAY, only)
    with context.reading() as reader:
        last = reader.last_issue(policy, period.cycle, period.start, until, day)
        entries = reader.entries(day, only, since=period.start, after=last and last.position)
        evidenced = reader.evidenced(day, only)
    told = context.ledger(last.day, only, position=last.position) if last else None
    known = {(own.id, measure.number) for own in ledger.plan for measure in own.measures}
    news = [entry for entry in entries if (entry.policy, entry.measure) in known]
    return bulletin.compose(period, ledger, before, news, evidenced, told)


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
