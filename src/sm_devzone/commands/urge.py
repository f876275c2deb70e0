"""`devzone urge`: without N who is to be urged; with N a reminder that was sent, and how."""

from __future__ import annotations

from typing import Annotated

import typer

from sm_devzone.commands.acting import MilestoneOption, OnOption, PeriodOption, record
from sm_devzone.commands.options import (
    AsOfOption,
    ByOption,
    JsonOption,
    PolicyOption,
    UnitsOption,
    _complete_measures,
    recorder,
)
from sm_devzone.context import Context
from sm_devzone.domain.entry import Entry
from sm_devzone.domain.ledger import by_urgency
from sm_devzone.domain.rules import MOVES, check_text
from sm_devzone.errors import WrongUsage
from sm_devzone.output import rows


def command(
    ctx: typer.Context,
    n: Annotated[
        str | None,
        typer.Argument(metavar="[N]", help="措施序号；不写就列出该催的", autocompletion=_complete_measures),
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
    json: JsonOption = False,
) -> str:
    """不写 N：列出该催的任务（逾期的、本期未报送的，今天催过的不再列）。写 N：登记一次催办。"""
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
        return _list(context, unit, policy, as_of, as_json=json)
    if as_of is not None or json:
        raise WrongUsage("登记催办时不用 --as-of 和 --json", "看该催的任务时不要写措施序号")
    fact = Entry(
        kind="urge",
        policy="",
        measure=0,
        unit="",
        happened_on=context.day(on),
        recorded_by=recorder(context, by),
        means=check_text("催办方式", means),
        note=check_text("催办内容", note),
    )
    return record(context, n, unit, fact, milestone=milestone, period=period, policy=policy)


def _list(context: Context, units: list[str] | None, policy: str | None, as_of: str | None, *, as_json: bool) -> str:
    day = context.day(as_of)
    ledger = context.ledger(day, policy)
    wanted = {name for unit in units or () for name in ledger.plan.find_units(unit)}
    duties = [
        duty
        for duty in ledger.duties
        if (duty.signal == "overdue" or duty.unreported)
        and duty.state in MOVES["urge"].moves
        and ledger.record(duty).urged_on != day
        and (not wanted or duty.unit in wanted)
    ]
    duties = by_urgency(context.with_words(duties, ledger))
    if as_json:
        return rows.json_document("urge", day, ledger.plan, {"duties": rows.as_objects(duties)})
    if not context.on_terminal:
        return rows.tab_separated(duties)
    from sm_devzone.output import screen

    return screen.assign(ledger, "该催的任务", duties)
