"""`devzone history [N] [--unit U]`: the journal, newest first."""

from __future__ import annotations

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
from sm_devzone.output import rows
from sm_devzone.output.listing import Listing


def command(
    ctx: typer.Context,
    n: OnlyMeasureArgument = None,
    unit: UnitOption = None,
    policy: PolicyOption = None,
    as_of: AsOfOption = None,
    known: KnownOption = None,
    json: JsonOption = False,
) -> Listing:
    """流水，新的在前：什么时候、谁、记了什么、来自哪个文件哪一行；作废的也在。"""
    context: Context = ctx.obj
    day = context.settings.day(as_of)
    plan = context.plan.only(policy)
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
