"""`devzone urge`: without N who is to be urged; with N a reminder that was sent, and how."""

from __future__ import annotations

from typing import Annotated

import typer

from sm_devzone.commands.acting import MilestoneOption, OnOption, PeriodOption, Target, record
from sm_devzone.commands.options import (
    AsOfOption,
    ByOption,
    JsonOption,
    KnownOption,
    PolicyOption,
    UnitsOption,
    complete_measures,
    recorder,
)
from sm_devzone.context import Context
from sm_devzone.domain.entry import Act
from sm_devzone.domain.ledger import by_urgency
from sm_devzone.domain.rules import MOVES
from sm_devzone.domain.text import check_text
from sm_devzone.errors import WrongUsage
from sm_devzone.output.listing import Listing, duty_list


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
        return _list(context, unit, policy, as_of, known, as_json=json)
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
    *,
    as_json: bool,
) -> Listing:
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
    return duty_list("urge", ledger, "该催的任务", duties, as_json=as_json)
