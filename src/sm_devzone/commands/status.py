"""`devzone status`: one line a measure with its roll-up, then the totals."""

from __future__ import annotations

from datetime import date
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
from sm_devzone.errors import WrongUsage
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
    offices: Annotated[
        bool, typer.Option("--offices", help="下级办公室：每个一行，最近的上报包里的数，和封签说了什么")
    ] = False,
    policy: PolicyOption = None,
    as_of: AsOfOption = None,
    known: KnownOption = None,
    json: JsonOption = False,
) -> Listing:
    """全部措施的进度、时限和预警；末行是合计。筛选条件选任务，各列只数选中的任务。"""
    context: Context = ctx.obj
    day = context.settings.day(as_of)
    if offices:
        if any((unit, measure, signal, state, policy)):
            raise WrongUsage("--offices 只看下级办公室的数，不能和别的筛选一起写", "去掉 --unit、--measure 等")
        return _offices(context, day, context.settings.known(known), as_json=json)
    wanted_signal, wanted_state = chosen("--signal", signal, SIGNALS), chosen("--state", state, STATES)
    of_all = policy is None and measure is None
    narrowed = None if of_all else context.select(policy, measure, unit)  # which may look into the journal itself
    with context.books(context.settings.known(known), day if of_all else None) as books:
        selection = narrowed or context.select(units=unit)
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


def _offices(context: Context, day: date, known: date | None, *, as_json: bool) -> Listing:
    """The offices below by the bundles that they sent. Their duties are none of this ledger's, and nothing is added."""
    from sm_devzone.domain.received import standings

    with context.books(known) as books:
        received = books.journal.bundles()
    found = standings(context.contacts.offices, received, day)
    return Listing(
        "offices",
        day,
        context.plan,
        content=lambda: {"offices": [one.row for one in found]},
        lines=lambda: [tuple(one.row.values()) for one in found],
        draw=lambda screen: screen.offices(found, day),
        as_json=as_json,
    )
