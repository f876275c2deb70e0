"""`devzone history [N] [--unit U]`: the journal, newest first."""

from __future__ import annotations

from typing import Annotated

import typer

from sm_devzone.commands.options import AsOfOption, JsonOption, PolicyOption, UnitOption, _complete_measures
from sm_devzone.context import Context
from sm_devzone.domain.glossary import ENTRY_COLUMNS
from sm_devzone.output import rows


def command(
    ctx: typer.Context,
    n: Annotated[
        str | None, typer.Argument(metavar="[N]", help="只看一条措施", autocompletion=_complete_measures)
    ] = None,
    unit: UnitOption = None,
    policy: PolicyOption = None,
    as_of: AsOfOption = None,
    json: JsonOption = False,
) -> str:
    """流水，新的在前：什么时候、谁、记了什么、来自哪个文件哪一行；作废的也在。"""
    context: Context = ctx.obj
    day = context.day(as_of)
    plan = context.plan.only(policy)
    number = None
    if n is not None:
        found, measure = plan.find_measure(n)
        policy, number = found.id, measure.number
    units = set(plan.find_units(unit)) if unit is not None else None
    with context.reading() as reader:
        entries = reader.entries(day, policy, number)
    if units is not None:
        entries = [entry for entry in entries if entry.unit in units]
    listed = rows.as_objects(entries, ENTRY_COLUMNS)
    if json:
        return rows.json_document("history", day, plan, {"entries": listed})
    if not context.on_terminal:
        return rows.tab_separated(tuple(row.values()) for row in listed)
    from sm_devzone.output import screen

    return screen.history(entries, several=len(plan.policies) > 1)
