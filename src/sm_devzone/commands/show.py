"""`devzone show N`: one measure with its tasks, units, milestones, each unit's duty and last words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import typer

from sm_devzone.commands.options import AsOfOption, JsonOption, KnownOption, MeasureArgument, PolicyOption
from sm_devzone.context import Context
from sm_devzone.domain.ledger import roll_up
from sm_devzone.output import rows
from sm_devzone.output.listing import Listing


def command(
    ctx: typer.Context,
    n: MeasureArgument,
    policy: PolicyOption = None,
    as_of: AsOfOption = None,
    known: KnownOption = None,
    json: JsonOption = False,
) -> Listing:
    """一条措施的详情：任务要点、单位和角色、节点、各单位的任务和最近一次报送的内容。"""
    context: Context = ctx.obj
    day = context.settings.day(as_of)
    selection = context.select(policy, n)
    with context.books(context.settings.known(known)) as books:
        ledger = books.ledger(day, selection)
        duties = list(books.with_words(ledger.duties, ledger))
    ((measure,),) = [policy.measures for policy in ledger.plan]

    def content() -> Mapping[str, Any]:
        rolled = roll_up(ledger, duties)
        return {
            "measure": rolled[0]._asdict() if rolled else None,
            "tasks": measure.tasks,
            "standing": measure.standing,
            "reporting_cycle": measure.reporting_cycle,
            "roles_as_written": measure.roles_as_written,
            "milestones": rows.as_objects(measure.milestones),
            "duties": rows.as_objects(duties),
        }

    return Listing(
        "show",
        day,
        ledger.plan,
        content=content,
        lines=lambda: duties,
        draw=lambda screen: screen.show(ledger, measure, duties),
        as_json=json,
    )
