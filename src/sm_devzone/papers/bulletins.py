"""Bulletins: what a report is composed from, what each format is made by, how one is issued and made again."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from sm_devzone.books import Books, View
from sm_devzone.context import Context
from sm_devzone.domain import bulletin, first_edition, former
from sm_devzone.domain.bulletin import Bulletin
from sm_devzone.domain.calendar import ONE_DAY, Period, parse_period
from sm_devzone.domain.chain import Seal
from sm_devzone.domain.digest import Digest
from sm_devzone.domain.duties import Duty, with_words
from sm_devzone.domain.entry import DutyKey, Entry, Issued, Words
from sm_devzone.domain.ledger import Ledger, by_urgency
from sm_devzone.domain.plan import Plan
from sm_devzone.domain.problems import problems
from sm_devzone.domain.promises import due_promises
from sm_devzone.domain.selection import EVERYTHING, Selection
from sm_devzone.errors import NotFound, NotTheSame, Refused, WrongUsage
from sm_devzone.output import document
from sm_devzone.papers.issuing import digest
from sm_devzone.settings import Settings


class Material(NamedTuple):
    """All that the formats of one report are made from, read from one state of the books: up to the entry
    `position` and the plan version `plans`. `sealed` is the number of the fact whose seal it bears.

    `words` are those of each duty, read only where a format lists the duties; `evidence` names the files of each.
    `paper` is what a workbook is printed on, where it is not the usual one.
    """

    bulletin: Bulletin
    period: Period
    policy: str
    position: int
    plans: int
    words: Mapping[DutyKey, Words]
    evidence: Mapping[DutyKey, Sequence[str]]
    paper: str | None = None
    sealed: int | None = None


class Format(NamedTuple):
    """What makes the bytes of a format. A screen can show one that `is_text`; one that `lists_duties` needs words.

    `name` is that of its files, where they are no report.
    """

    make: Callable[[Settings, Material], bytes]
    is_text: bool = True
    lists_duties: bool = False
    name: str = ""


def _content(material: Material, *, whole: bool = False) -> dict[str, Any]:
    """What every template of a bulletin is given: its figures `b`, and what a paper says of them `d`, or all of it."""
    return {"b": material.bulletin, "d": Digest(material.bulletin, whole=whole)}


def _from_template(name: str) -> Callable[[Settings, Material], bytes]:
    def make(settings: Settings, material: Material) -> bytes:
        content, duties = _content(material), len(material.bulletin.ledger.duties)
        return document.render(name, content, settings.template_paths, settings.cache_path, duties).encode()

    return make


def _page(settings: Settings, material: Material) -> bytes:
    from sm_devzone.output import page

    composed, words = material.bulletin, material.words
    duties = with_words(by_urgency(composed.ledger.duties), words)
    return page.render(_content(material, whole=True), duties, settings.template_paths, settings.cache_path).encode()


def _paper(settings: Settings, material: Material) -> bytes:
    from sm_devzone.output import word

    composed = material.bulletin
    title = f"督办{composed.kind} {composed.span}"
    return word.render(
        "report.docx",
        _content(material),
        settings.template_paths,
        title=title,
        day=composed.day,
        duties=len(composed.ledger.duties),
    )


def _workbook(_: Settings, material: Material) -> bytes:
    from sm_devzone.output import lists

    ledger = material.bulletin.ledger
    return lists.duties(
        ledger, ledger.duties, material.words, material.evidence, material.bulletin.slips, material.paper
    )


FORMATS = {
    "md": Format(_from_template("report.md")),
    "html": Format(_page, lists_duties=True),
    "txt": Format(_from_template("report.txt")),
    "docx": Format(_paper, is_text=False),
    "xlsx": Format(_workbook, is_text=False, lists_duties=True, name="任务台账"),
}
"""Each format by the ending of its file."""


def file_name(form: str, period: Period, day: date, number: int | None = None) -> str:
    """督办周报-2026-W47(截至20261120).md, 任务台账-2026-W47(截至20261120).xlsx."""
    return f"{bulletin.file_stem(period, day, number, FORMATS[form].name)}.{form}"


def gather(
    books: Books,
    period: Period,
    day: date,
    policy: str,
    formats: Collection[str],
    *,
    number: int | None = None,
    note: str | None = None,
    until: str | None = None,
    seal: Seal | None = None,
) -> Material:
    """What the report of `period` on `day`, its last day so far, says of `policy`, or where that is empty of all.

    `note` is the office's own judgement. `until` is the moment up to which bulletins and 督办单 count as issued before,
    None for all that are known. `seal` is the one that an issued report bears.
    """
    selection = Selection(policy) if policy and len(books.plan.policies) > 1 else EVERYTHING
    compose = _compose_as_0_1_0 if books.view.first_edition else _compose
    composed, evidence = compose(books, period, day, policy, selection, until)
    listed = any(FORMATS[name].lists_duties for name in formats)
    words = books.words(composed.ledger.duties, composed.ledger) if listed else {}
    composed = composed._replace(number=number, note=note, seal=seal.code if seal else "")
    sealed = seal.number if seal else None
    return Material(composed, period, policy, books.position, books.plans, words, evidence, sealed=sealed)


_Composed = tuple[Bulletin, Mapping[DutyKey, Sequence[str]]]


def _compose(
    books: Books, period: Period, day: date, policy: str, selection: Selection, until: str | None
) -> _Composed:
    ledger = books.ledger(day, selection)
    eve = period.start - ONE_DAY
    before = books.ledger(eve, selection)
    last = books.journal.last_issue(policy, period.cycle, period.start, until)
    told = None
    if last:
        now = books.of_policies_in(last)
        told = (books.issued(last).ledger(last.day, selection), now.ledger(last.day, selection))
    happened = books.journal.happened(period.start, day, selection.policy)
    late = books.journal.late(period.start, day, last and last.position, selection.policy)
    evidence = books.evidenced(ledger, selection.policy)
    spoken, heard = books.spoken(ledger, selection.policy)
    composed = bulletin.compose(
        period,
        ledger,
        before,
        _known(ledger, books.in_terms_of(day, happened)),
        evidence,
        late=_known(ledger, books.in_terms_of(day, late)),
        told=told,
        carried=lambda keys: books.carried(keys, eve, day),
        matters=problems(ledger, spoken, heard),
        promises=due_promises(ledger, period.start, spoken, heard),
        slips=books.slips(ledger, until),
        dropped=[owed for own in books.dropped(period.start, ledger) for owed in own.owed if isinstance(owed, Duty)],
    )
    return composed, evidence


def _compose_as_0_1_0(
    books: Books, period: Period, day: date, policy: str, selection: Selection, until: str | None
) -> _Composed:
    """What 0.1.0 said: news was what became known in the period, and late what the last bulletin had not told."""
    then = books.seen(books.view._replace(known=day))
    eve = books.seen(books.view._replace(known=period.start - ONE_DAY))
    ledger = then.ledger(day, selection)
    last = then.journal.last_issue(policy, period.cycle, period.start, until)
    entries = then.journal.recorded_since(period.start, day, last and last.position, selection.policy)
    evidence = then.evidenced(ledger, selection.policy)
    told = None
    if last:
        told = then.seen(View(last.position, last.plans, last.day, first_edition=True)).ledger(last.day, selection)
    kept_since = then.journal.kept_since(day) or day
    composed = bulletin.compose(
        period,
        ledger,
        eve.ledger(period.start - ONE_DAY, selection),
        _known(ledger, then.in_terms_of(day, entries)),
        evidence,
        told=(told, told) if told else None,
        silence=lambda duty: first_edition.missed_cycles(ledger, duty, kept_since),
        was_told=True,
    )
    return composed, evidence


def _known(ledger: Ledger, entries: Iterable[Entry]) -> list[Entry]:
    """Those of `entries` whose measure is in the plan."""
    known = {(policy.id, measure.number) for policy in ledger.plan for measure in policy.measures}
    return [entry for entry in entries if (entry.policy, entry.measure) in known]


def made(settings: Settings, material: Material, formats: Iterable[str]) -> dict[str, bytes]:
    """The report in each of `formats`."""
    return {name: FORMATS[name].make(settings, material) for name in formats}


def check_free(books: Books, number: int, policy: str, year: int) -> None:
    """A number is issued once a year. Raises Refused with the next one that is free."""
    if books.journal.issued(number, policy, year):
        following = books.journal.last_number(policy, year) + 1
        only = f" --policy {policy}" if policy and len(books.plan.policies) > 1 else ""
        raise Refused(
            f"{year} 年第 {number} 期已经发过", f"下一个空号是第 {following} 期；核对发过的用 --verify {number}{only}"
        )


def issue(context: Context, material: Material, contents: Mapping[str, bytes], by: str) -> None:
    """Record that the bulletin goes out with its number, one fact a file. Raises Refused when the number is taken."""
    number, day = material.bulletin.number, material.bulletin.day
    assert number is not None
    facts = [
        Issued(
            number=number,
            year=day.year,
            policy=material.policy,
            cycle=material.period.cycle,
            period=material.period.name,
            start=material.period.start,
            day=day,
            position=material.position,
            form=name,
            sha256=digest(content),
            recorded_by=by,
            plans=material.plans,
            sealed=material.sealed,
            note=material.bulletin.note,
        )
        for name, content in contents.items()
    ]

    def decide(books: Books) -> list[Issued]:
        check_free(books, number, material.policy, day.year)
        books.check_plans(material.plans)
        return facts

    context.append(decide)
    context.terminal.tell(f"已登记 {day.year} 年第 {number} 期")


def series_of(plan: Plan, policy: str | None) -> str:
    """In which series of numbers a report of `policy`, or of all (None), is issued: that of a policy, "" of several."""
    return policy or (next(iter(plan)).id if len(plan.policies) == 1 else "")


def _series(books: Books, number: int, policy: str | None, year: int | None) -> str:
    """The series in which the bulletin of that number was issued: the one a report would be in now, or the only one."""
    there = books.journal.series(number, year)
    usual = series_of(books.plan, policy)
    found = [usual] if usual in there else there if policy is None else []
    if not found:
        raise NotFound(f"没有登记过第 {number} 期", "发出时用 --number 期号 登记")
    if len(found) > 1:
        choices = "、".join(f"--policy {own}" for own in found)
        raise WrongUsage(f"第 {number} 期有 {len(found)} 个政策各发过", f"请写明是哪一个：{choices}")
    (own,) = found
    if own and own not in books.plan.policies:
        raise NotFound(f"第 {number} 期是政策 {own} 的，它的计划没有读进来", "请用 --plan 指向它的计划")
    return own


class Again(NamedTuple):
    """An issued bulletin that was made again: its facts, one a file, and the files by format.

    Formats that no former edition is made again in are not among the files.
    """

    material: Material
    issued: list[Issued]
    contents: Mapping[str, bytes]


def made_again(context: Context, number: int, policy: str | None, year: int | None) -> Again:
    """An issued bulletin, made from what was known then; of the series of `policy`, else of the one that has it.

    Raises NotFound; WrongUsage where several series have it; NotTheSame where a file differs from the one issued.
    """
    with context.books() as books:
        issued = books.journal.issued(number, _series(books, number, policy, year), year)
        first = issued[0]
        period = parse_period(first.period) or bulletin.days(first.start, first.day)
        formats = [one.form for one in issued if former.can_be_made_again(first.edition, one.form)]
        then = books.issued(first)
        seal = books.journal.seal(first.sealed) if first.sealed else None
        material = gather(
            then,
            period,
            first.day,
            first.policy,
            formats,
            number=number,
            note=first.note,
            until=first.recorded_at,
            seal=seal,
        )
    as_told = material._replace(bulletin=former.bulletin_of(first.edition, material.bulletin))
    contents = made(context.settings.of_edition(first.edition), as_told, formats)
    different = [one.form for one in issued if one.form in contents and digest(contents[one.form]) != one.sha256]
    if different:
        raise NotTheSame(f"{first.year} 年第 {number} 期（{'、'.join(different)}）和发出时不一样")
    return Again(material, issued, contents)
