"""`devzone export overdue|duties|journal|plan|calendar|bundle`: lists for other programs, for the mail that cron sends,
and for the office above.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any, Literal, NamedTuple

import typer

from sm_devzone.books import Books
from sm_devzone.commands.options import (
    AsOfOption,
    JsonOption,
    KnownOption,
    OutputOption,
    PaperOption,
    PolicyOption,
    chosen_paper,
)
from sm_devzone.context import Context
from sm_devzone.domain import bundle
from sm_devzone.domain.entry import Issued, Notice
from sm_devzone.domain.glossary import CYCLES, DUTY_COLUMNS, ENTRY_COLUMNS, PLAN_COLUMNS
from sm_devzone.domain.ledger import by_urgency
from sm_devzone.domain.phrases import period_in_words
from sm_devzone.domain.plan import Milestone, Plan
from sm_devzone.domain.rules import MOVES
from sm_devzone.domain.selection import Selection
from sm_devzone.errors import Refused, WrongUsage
from sm_devzone.output import rows
from sm_devzone.storage.chain import Walk

NOT_EMPTY = 7


class Listed(NamedTuple):
    """A list as it stands: how many rows it has, the rows, and what makes a file of them.

    The rows may still be read while they are gone through, once. `file` gets the module output/lists for a workbook
    (output/ics for a calendar) and the paper, None the usual one. That of a bundle gets what the office calls itself
    instead, None for what the plan says.
    """

    size: int
    records: Iterable[NamedTuple]
    file: Callable[[Any, str | None], bytes]


class Export(NamedTuple):
    """One list that can be exported: its term, its key in JSON, its columns (field -> heading), and what reads it.

    `read` is told whether a workbook or a calendar is wanted, and else leaves out what only those show. `forms` are the
    formats it has, the usual one first. One that `is_one_file` is no list, and in JSON too what `file` makes. It
    `rests_on` the ledger, or on what has a date in it (`dated`), or on neither.
    """

    term: str
    key: str
    columns: Mapping[str, str]
    read: Callable[[Books, Selection, date, bool], Listed]
    forms: Sequence[str] = ("csv", "json", "xlsx")
    is_one_file: bool = False
    rests_on: Literal["ledger", "dated"] | None = None


def _overdue(books: Books, selection: Selection, day: date, as_file: bool) -> Listed:
    ledger = books.ledger(day, selection, dated=True)
    late = by_urgency(duty for duty in ledger.duties if duty.signal == "overdue")
    said = books.with_words(late, ledger)
    duties = list(said) if as_file else []
    slips = books.slips(ledger) if as_file else []
    return Listed(len(late), said, lambda lists, paper: lists.overdue(ledger, duties, slips, paper))


def _duties(books: Books, selection: Selection, day: date, as_file: bool) -> Listed:
    ledger = books.ledger(day, selection)
    words = books.words(ledger.duties, ledger) if as_file else {}
    evidence = books.evidenced(ledger, selection.policy) if as_file else {}
    slips = books.slips(ledger) if as_file else []
    return Listed(
        len(ledger.duties),
        books.with_words(ledger.duties, ledger),
        lambda lists, paper: lists.duties(ledger, ledger.duties, words, evidence, slips, paper),
    )


def _journal(books: Books, selection: Selection, day: date, as_file: bool) -> Listed:
    plan = selection.narrow(books.plan)
    entries = books.entries(day, selection)[::-1]
    titles = [books.title_of(entry) for entry in entries] if as_file else []
    units = sorted(selection.units or ())
    return Listed(len(entries), entries, lambda lists, paper: lists.journal(entries, titles, plan, day, paper, units))


def _plan(books: Books, selection: Selection, day: date, _: bool) -> Listed:
    plan = selection.narrow(books.plan)
    pairs = list(_plan_rows(plan))
    return Listed(len(pairs), pairs, lambda lists, paper: lists.plan(pairs, plan, day, paper))


def _calendar(books: Books, selection: Selection, day: date, as_file: bool) -> Listed:
    ledger = books.ledger(day, selection, dated=True)
    duties = [duty for duty in by_urgency(ledger.duties) if duty.due is not None and duty.state in MOVES["urge"].moves]
    known = [(duty, books.first_known(duty.key, day)) for duty in duties] if as_file else []
    return Listed(len(duties), duties, lambda ics, _: ics.calendar(ledger, known))


def _bundle(books: Books, selection: Selection, day: date, _: bool) -> Listed:
    if selection.policy is not None:
        raise WrongUsage("上报包是整本台账，不分政策", "去掉 --policy")
    ledger = books.ledger(day)
    duties = list(books.with_words(ledger.duties, ledger))
    journal = books.journal
    seal, chain = journal.seal(), journal.chain()
    if seal is None:
        raise WrongUsage("流水里还没有记录，没有可上报的", "登记以后再导出")
    slips = [slip for slip in journal.notices() if slip.issued_on <= day]
    papers: list[Issued | Notice] = [*journal.bulletins(day), *slips]
    policies = [{"id": own.id, "title": own.title} for own in ledger.plan]

    def file(_: Any, office: str | None) -> bytes:
        offices = [office] if office else sorted({own.office for own in ledger.plan})
        if len(offices) > 1:
            raise WrongUsage(
                f"不知道是哪个办公室的上报包，计划里有几个：{'、'.join(offices)}",
                "在通讯录 contacts.yaml 的 office 里写 unit: 本办公室的全称",
            )
        return bundle.written(offices[0], day, seal, chain, policies, duties, papers)

    return Listed(len(duties), duties, file)


LISTS = {
    "overdue": Export("逾期清单", "duties", DUTY_COLUMNS, _overdue, rests_on="dated"),
    "duties": Export("任务台账", "duties", DUTY_COLUMNS, _duties, rests_on="ledger"),
    "journal": Export("流水", "entries", ENTRY_COLUMNS, _journal),
    "plan": Export("计划", "plan", PLAN_COLUMNS, _plan),
    "calendar": Export("时限日历", "duties", DUTY_COLUMNS, _calendar, ("ics", "json"), rests_on="dated"),
    "bundle": Export("上报包", "duties", DUTY_COLUMNS, _bundle, ("json",), is_one_file=True, rests_on="ledger"),
}
"""Everything that can be exported. A new list is a line here, its reader above, and its workbook in output/lists."""


def command(
    ctx: typer.Context,
    what: Annotated[
        str,
        typer.Argument(metavar="清单", help="、".join(LISTS), autocompletion=lambda: list(LISTS)),
    ],
    form: Annotated[
        str | None, typer.Option("--format", help="csv（默认）、json、xlsx，日历是 ics；不写时看文件名的结尾")
    ] = None,
    output: OutputOption = None,
    paper: PaperOption = None,
    exit_code: Annotated[bool, typer.Option("--exit-code", help="清单不空时退出码为 7")] = False,
    policy: PolicyOption = None,
    as_of: AsOfOption = None,
    known: KnownOption = None,
    json: JsonOption = False,
) -> str | bytes:
    """导出逾期清单 overdue、任务台账 duties、流水 journal、计划 plan，默认是标准输出上的 CSV（带 BOM，Excel 和 WPS
    直接打开），空清单也有表头；calendar 是时限日历（.ics）；bundle 是给上级办公室的上报包，不用联网。
    """
    context: Context = ctx.obj
    if what not in LISTS:
        raise WrongUsage(f"没有“{what}”这种清单", "可选：" + "、".join(f"{k}({v.term})" for k, v in LISTS.items()))
    suffix = Path(output or "").suffix.lower().removeprefix(".")
    export = LISTS[what]
    usual = export.forms[0]
    if form is None and suffix in export.forms[1:] and not json:
        form = suffix
    if form not in (None, *export.forms):
        raise WrongUsage(f"{export.term}没有格式“{form}”", f"可选：{'、'.join(export.forms)}")
    if suffix in ("csv", "json", "xlsx", "ics") and suffix != (form or ("json" if json else usual)):
        raise WrongUsage(f"文件名“{output}”和格式对不上", "改文件名的结尾，或改 --format")
    if json and form not in (None, "json"):
        raise WrongUsage(f"--json 和 --format {form} 只能写一个")
    wanted_paper = chosen_paper(paper, of_workbook=form == "xlsx")
    if form == "xlsx" and output in (None, "-") and context.terminal.shows_result:
        raise WrongUsage(
            "工作簿不能显示在终端上", f"写成文件：devzone export {what} --format xlsx -o {export.term}.xlsx"
        )
    day = context.settings.day(as_of)
    as_json = not export.is_one_file and (json or form == "json")
    as_file = export.is_one_file or (not as_json and (form or usual) in ("xlsx", "ics"))
    about = _vouched_for(context, known) if export.is_one_file else wanted_paper
    ledger_on = None if policy is not None or export.rests_on is None else day
    with context.books(context.settings.known(known), ledger_on, dated=export.rests_on == "dated") as books:
        plan = context.plan.only(policy)
        listed = export.read(books, context.select(policy), day, as_file)
        objects = rows.as_objects(listed.records, export.columns) if as_json else []
        table = b"" if as_file or as_json else rows.csv_file(export.columns, listed.records)
    if exit_code and context.nothing_read is not None and not context.journal.database.is_not_begun:
        raise context.nothing_read  # who looks at the exit code alone would take everything for overdue
    if exit_code and listed.size:
        context.exit_code = NOT_EMPTY
    content: str | bytes = table
    if as_file:
        module = import_module(f"sm_devzone.output.{'ics' if usual == 'ics' else 'lists'}")
        content = listed.file(module, about)
    elif as_json:
        content = rows.json_document(what, day, plan, {export.key: objects}, context.of)
    if output in (None, "-"):
        return content
    return context.save(output, content)


def _vouched_for(context: Context, known: str | None) -> str | None:
    """What this office is called in its own contacts, once its journal is known to be what was recorded."""
    if known is not None:
        raise WrongUsage("上报包说的是现在知道的，不用 --known", "某一天的台账用 --as-of")
    if context.viewer is not None and context.viewer.is_of_unit:
        raise Refused(f"登录 {context.viewer.login} 只看得到本单位的任务，上报包是整本台账", "请办公室导出")
    Walk(context.journal.database)
    return context.contacts.own


class PlanRow(NamedTuple):
    """One unit–measure pair as the policy gives it; collectives are not replaced by their members."""

    policy: str
    measure: int
    title: str
    unit: str
    role: str
    milestone: str
    due: str
    as_written: str
    task: str


def _plan_rows(plan: Plan) -> Iterator[PlanRow]:
    for policy in plan:
        collectives = {unit.name: unit.members for unit in policy.units}
        for measure in policy.measures:
            for unit in measure.units:
                singles = set(collectives[unit] or (unit,))
                own = [m for m in measure.milestones if not m.units or singles & set(m.units)]
                yield PlanRow(
                    policy.id,
                    measure.number,
                    measure.title,
                    unit,
                    measure.planned_role(unit),
                    ";".join(m.title for m in own),
                    ";".join(map(_due, own)),
                    ";".join(m.as_written or m.reason or "" for m in own),
                    ";".join(measure.tasks),
                )


def _due(milestone: Milestone) -> str:
    """2026-12-31, or 每季（2026年第三季度起）."""
    if milestone.every is None:
        return str(milestone.due)
    until = f"，到{period_in_words(milestone.until)}" if milestone.until else ""
    return f"每{CYCLES[milestone.every]}（{period_in_words(milestone.first or '')}起{until}）"
