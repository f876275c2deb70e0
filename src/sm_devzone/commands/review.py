"""`devzone review`: what waits for the office (待审核), by unit; with -o as a workbook to decide in, for `collect`."""

from __future__ import annotations

from pathlib import Path

import typer

from sm_devzone import files
from sm_devzone.books import Books
from sm_devzone.commands.options import (
    AsOfOption,
    JsonOption,
    KnownOption,
    MeasureOption,
    OutputOption,
    PaperOption,
    PolicyOption,
    UnitsOption,
    chosen_paper,
)
from sm_devzone.context import Context
from sm_devzone.domain.gathering import gathered
from sm_devzone.domain.ledger import Ledger
from sm_devzone.domain.review import Sheet, Waiting, waiting
from sm_devzone.domain.selection import Selection
from sm_devzone.errors import WrongUsage
from sm_devzone.output import rows
from sm_devzone.output.listing import Listing
from sm_devzone.papers.issuing import written


def command(
    ctx: typer.Context,
    unit: UnitsOption = None,
    measure: MeasureOption = None,
    output: OutputOption = None,
    paper: PaperOption = None,
    policy: PolicyOption = None,
    as_of: AsOfOption = None,
    known: KnownOption = None,
    json: JsonOption = False,
) -> str | Listing:
    """待审核的任务：按单位，等得最久的在前，有完成情况、佐证、等了几天；-o 写成审核表，填好用 collect 收回。"""
    context: Context = ctx.obj
    day = context.settings.day(as_of)
    if output is not None and (json or known is not None or day != context.settings.today):
        raise WrongUsage(
            "-o 写的审核表是今天的，不和 --as-of、--known、--json 一起用", "例如：devzone review -o 审核表.xlsx"
        )
    if output is not None and Path(output).suffix.lower() != ".xlsx":
        raise WrongUsage(f"-o “{output}”不是 .xlsx", "例如：devzone review -o 审核表.xlsx")
    wanted_paper = chosen_paper(paper, of_workbook=output is not None) or "A4"
    selection = context.select(policy, measure, unit)
    with context.books(context.settings.known(known)) as books:
        ledger = books.ledger(day, Selection(selection.policy))
        queue = _queue(books, ledger, books.selected(selection, day))
        position = books.position
    if output is None:
        return Listing(
            "review",
            day,
            ledger.plan,
            content=lambda: {"waiting": rows.as_objects(queue)},
            lines=lambda: queue,
            draw=lambda screen: screen.queue(ledger, gathered((one.unit, one) for one in queue)),
            as_json=json,
        )
    if not queue:
        context.terminal.tell("没有待审核的任务，没有出表")
        return ""
    from sm_devzone.output import workbook

    versions = {row.policy: ledger.plan.policies[row.policy].version for row in queue}
    content = workbook.review_sheet(Sheet(day, position, versions, queue, ledger.plan.number_of), wanted_paper)
    target = Path(output)
    (path,) = written({target.parent / files.safe_name(target.name): content})
    context.terminal.tell(f"待审核 {len(queue)} 项；填好收回：devzone collect {path}")
    return f"{path}\n"


def _queue(books: Books, ledger: Ledger, selection: Selection) -> list[Waiting]:
    """What waits, the longest first; what waits of one unit together."""
    evidence = books.evidenced(ledger, selection.policy)
    found = []
    for duty in selection.of(ledger.duties):
        number = ledger.record(duty).last_act
        if duty.state == "submitted" and number is not None:
            acts = books.acts(ledger.day, ledger.keys(duty))
            found.append(waiting(duty, number, acts, evidence.get(duty.key, ()), ledger.day))
    found.sort(key=lambda one: (one.since, one.entry))
    return [one for own in gathered((one.unit, one) for one in found).values() for one in own]
