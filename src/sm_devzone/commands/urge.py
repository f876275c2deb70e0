"""`devzone urge`: without N who is to be urged; with N a reminder that was sent, and how."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from sm_devzone import files
from sm_devzone.commands.acting import MilestoneOption, OnOption, PeriodOption, Target, record
from sm_devzone.commands.options import (
    AsOfOption,
    ByOption,
    EmlOption,
    JsonOption,
    KnownOption,
    PolicyOption,
    UnitsOption,
    complete_measures,
    recorder,
)
from sm_devzone.context import Context
from sm_devzone.domain.duties import Duty
from sm_devzone.domain.entry import Act
from sm_devzone.domain.ledger import by_urgency
from sm_devzone.domain.letters import urged
from sm_devzone.domain.plan import Plan
from sm_devzone.domain.rules import MOVES
from sm_devzone.domain.text import check_text
from sm_devzone.errors import WrongUsage
from sm_devzone.output.listing import Listing, duty_list
from sm_devzone.papers import letters
from sm_devzone.papers.issuing import written


def command(
    ctx: typer.Context,
    n: Annotated[
        str | None,
        typer.Argument(metavar="N", help="措施序号；不写就列出该催的", autocompletion=complete_measures),
    ] = None,
    unit: UnitsOption = None,
    means: Annotated[str | None, typer.Option("--by-means", help="怎么催的：电话、书面、当面……")] = None,
    note: Annotated[str | None, typer.Option("--note", help="催办内容或对方答复")] = None,
    milestone: MilestoneOption = None,
    period: PeriodOption = None,
    on: OnOption = None,
    eml: EmlOption = False,
    output: Annotated[str | None, typer.Option("-o", "--output", help="--eml 写到哪个文件夹，默认 ./mails/")] = None,
    by: ByOption = None,
    policy: PolicyOption = None,
    as_of: AsOfOption = None,
    known: KnownOption = None,
    json: JsonOption = False,
) -> str | Listing:
    """不写 N：列出该催的任务（逾期的、到期未报送的，今天催过的不再列）。写 N：登记一次催办。"""
    context: Context = ctx.obj
    if n is None:
        for option, given in (
            ("--by-means", means),
            ("--note", note),
            ("--milestone", milestone),
            ("--period", period),
        ):
            if given:
                raise WrongUsage(f"{option} 要和措施序号一起用", "例如：devzone urge 4 --unit 商务局 --by-means 电话")
        if eml and json:
            raise WrongUsage("--eml 和 --json 只能写一个")
        folder = Path(output or "mails") if eml else None
        if output is not None and not eml:
            raise WrongUsage("-o 要和 --eml 一起用", "例如：devzone urge --eml -o 催办信")
        return _list(context, unit, policy, as_of, known, folder, as_json=json)
    if eml:
        raise WrongUsage("--eml 不和登记催办一起用", "先写信：devzone urge --eml；发出以后再登记")
    if as_of is not None or known is not None or json:
        raise WrongUsage("登记催办时不用 --as-of、--known 和 --json", "看该催的任务时不要写措施序号")
    words = {"means": check_text("催办方式", means), "note": check_text("催办内容", note)}
    act = Act("urge", context.settings.day(on), recorder(context, by), words)
    return record(context, Target(n, unit, milestone, period, policy), act)


def _list(
    context: Context,
    units: list[str] | None,
    policy: str | None,
    as_of: str | None,
    known: str | None,
    folder: Path | None,
    *,
    as_json: bool,
) -> str | Listing:
    day = context.settings.day(as_of)
    selection = context.select(policy, units=units)
    with context.books(context.settings.known(known)) as books:
        ledger = books.ledger(day, selection)
        selection = books.selected(selection, day)
        wanted = [
            duty
            for duty in selection.of(ledger.duties)
            if (duty.signal == "overdue" or duty.unreported)
            and duty.state in MOVES["urge"].moves
            and ledger.record(duty).urged_on != day
        ]
        duties = by_urgency(books.with_words(wanted, ledger))
    if folder is not None:
        return _mailed(context, ledger.plan, duties, folder)
    return duty_list("urge", ledger, "该催的任务", duties, as_json=as_json)


def _mailed(context: Context, plan: Plan, duties: Sequence[Duty], folder: Path) -> str:
    """A mail for each unit about all that it is urged for; return where they lie. That is no 催办 yet: it is unsent."""
    by_unit: dict[str, list[Duty]] = {}
    for duty in duties:
        by_unit.setdefault(duty.unit, []).append(duty)
    paths: list[Path] = []
    for unit, own in by_unit.items():
        letter = letters.mail(context, "urge", unit, plan, [d.policy for d in own], map(urged, own), None, {})
        name = f"{unit}-催办-{context.settings.today:%Y%m%d}.eml"
        paths += written({folder / files.safe_name(name): letter})
    if paths:
        context.terminal.tell("发出以后再登记：devzone urge N --unit 单位 --by-means 邮件")
    return "".join(f"{path}\n" for path in paths)
