"""`devzone status`: one line a measure with its roll-up, then the totals."""

from __future__ import annotations

from typing import Annotated

import typer

from sm_devzone.commands.options import (
    AsOfOption,
    JsonOption,
    KnownOption,
    MeasureOption,
    PolicyOption,
    UnitOption,
    chosen,
    complete_terms,
)
from sm_devzone.context import Context
from sm_devzone.domain.calendar import ONE_DAY
from sm_devzone.domain.glossary import SIGNALS, STATES
from sm_devzone.domain.ledger import roll_up, totals
from sm_devzone.domain.overview import LATELY
from sm_devzone.output import rows
from sm_devzone.output.listing import Listing


def command(
    ctx: typer.Context,
    unit: UnitOption = None,
    measure: MeasureOption = None,
    signal: Annotated[
        str | None,
        typer.Option("--signal", help="只看一种预警，如 overdue 或 逾期", autocompletion=complete_terms(SIGNALS)),
    ] = None,
    state: Annotated[
        str | None,
        typer.Option("--state", help="只看一种状态，如 not_started 或 未启动", autocompletion=complete_terms(STATES)),
    ] = None,
    policy: PolicyOption = None,
    as_of: AsOfOption = None,
    known: KnownOption = None,
    json: JsonOption = False,
) -> Listing:
    """全部措施的进度、时限和预警；末行是合计。筛选条件选任务，各列只数选中的任务。"""
    context: Context = ctx.obj
    day = context.settings.day(as_of)
    wanted_signal, wanted_state = chosen("--signal", signal, SIGNALS), chosen("--state", state, STATES)
    selection = context.select(policy, measure, unit)
    with context.books(context.settings.known(known)) as books:
        ledger = books.ledger(day, selection)
        selection = books.selected(selection, day)
        drawn = context.terminal.shows_result and not json
        since = day - LATELY + ONE_DAY
        lately = books.in_terms_of(day, books.journal.happened(since, day, selection.policy)) if drawn else []
    duties = [
        duty
        for duty in selection.of(ledger.duties)
        if wanted_signal in (None, duty.signal) and wanted_state in (None, duty.state)
    ]
    measures = roll_up(ledger, duties)
    return Listing(
        "status",
        day,
        ledger.plan,
        content=lambda: {"totals": totals(measures), "measures": rows.as_objects(measures)},
        lines=lambda: measures,
        draw=lambda screen: screen.status(ledger, duties, measures, lately),
        as_json=json,
    )
