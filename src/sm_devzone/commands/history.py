"""`devzone history [N] [--unit U]`: the journal, newest first."""

from __future__ import annotations

from datetime import date
from typing import Annotated

import typer

from sm_devzone.commands.options import (
    AsOfOption,
    JsonOption,
    KnownOption,
    OnlyMeasureArgument,
    PolicyOption,
    UnitOption,
)
from sm_devzone.context import Context
from sm_devzone.domain.glossary import ENTRY_COLUMNS
from sm_devzone.errors import WrongUsage
from sm_devzone.output import rows
from sm_devzone.output.listing import Listing


def command(
    ctx: typer.Context,
    n: OnlyMeasureArgument = None,
    unit: UnitOption = None,
    offices: Annotated[bool, typer.Option("--offices", help="收到过的下级办公室的上报包")] = False,
    policy: PolicyOption = None,
    as_of: AsOfOption = None,
    known: KnownOption = None,
    json: JsonOption = False,
) -> Listing:
    """流水，新的在前：什么时候、谁、记了什么、来自哪个文件哪一行；作废的也在。"""
    context: Context = ctx.obj
    day = context.settings.day(as_of)
    plan = context.plan.only(policy)
    if offices:
        if any((n, unit, policy)):
            raise WrongUsage("--offices 列出收到的上报包，不能和别的筛选一起写", "去掉 N、--unit、--policy")
        return _bundles(context, day, context.settings.known(known), as_json=json)
    selection = context.select(policy, n, unit)
    with context.books(context.settings.known(known)) as books:
        entries = books.entries(day, selection)
    return Listing(
        "history",
        day,
        plan,
        content=lambda: {"entries": rows.as_objects(entries, ENTRY_COLUMNS)},
        lines=lambda: [tuple(row.values()) for row in rows.as_objects(entries, ENTRY_COLUMNS)],
        draw=lambda screen: screen.history(entries, plan),
        as_json=json,
    )


def _bundles(context: Context, day: date, known: date | None, *, as_json: bool) -> Listing:
    """The bundles that came from the offices below, as of `day` or before, newest first."""
    with context.books(known) as books:
        found = [one for one in books.journal.bundles() if one.as_of <= day][::-1]
    return Listing(
        "bundles",
        day,
        context.plan,
        content=lambda: {"bundles": rows.as_objects(found)},
        lines=lambda: found,
        draw=lambda screen: screen.bundles(found),
        as_json=as_json,
    )
