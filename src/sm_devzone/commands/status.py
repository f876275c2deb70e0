"""`devzone status`: one line a measure with its roll-up, then the totals."""

from __future__ import annotations

from typing import Annotated

import typer

from sm_devzone.commands.options import (
    AsOfOption,
    JsonOption,
    MeasureOption,
    PolicyOption,
    UnitOption,
    chosen,
)
from sm_devzone.context import Context
from sm_devzone.domain.glossary import SIGNALS, STATES
from sm_devzone.domain.ledger import roll_up, totals
from sm_devzone.output import rows


def command(
    ctx: typer.Context,
    unit: UnitOption = None,
    measure: MeasureOption = None,
    signal: Annotated[str | None, typer.Option("--signal", help="只看一种预警，如 overdue 或 逾期")] = None,
    state: Annotated[str | None, typer.Option("--state", help="只看一种状态，如 not_started 或 未启动")] = None,
    policy: PolicyOption = None,
    as_of: AsOfOption = None,
    json: JsonOption = False,
) -> str:
    """全部措施的进度、时限和预警；末行是合计。筛选条件选任务，各列只数选中的任务。"""
    context: Context = ctx.obj
    day = context.day(as_of)
    wanted_signal, wanted_state = chosen("--signal", signal, SIGNALS), chosen("--state", state, STATES)
    ledger = context.ledger(day, policy, measure)
    duties = ledger.duties
    if unit is not None:
        units = set(ledger.plan.find_units(unit))
        duties = [duty for duty in duties if duty.unit in units]
    if wanted_signal is not None:
        duties = [duty for duty in duties if duty.signal == wanted_signal]
    if wanted_state is not None:
        duties = [duty for duty in duties if duty.state == wanted_state]
    measures = roll_up(ledger, duties)
    if json:
        content = {"totals": totals(measures), "measures": rows.as_objects(measures)}
        return rows.json_document("status", day, ledger.plan, content)
    if not context.on_terminal:
        return rows.tab_separated(measures)
    from sm_devzone.output import screen

    return screen.status(ledger, measures)
