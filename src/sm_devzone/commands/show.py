"""`devzone show N`: one measure with its tasks, units, milestones, each unit's duty and last words."""

from __future__ import annotations

import typer

from sm_devzone.commands.options import AsOfOption, JsonOption, MeasureArgument, PolicyOption
from sm_devzone.context import Context
from sm_devzone.domain.ledger import roll_up
from sm_devzone.output import rows


def command(
    ctx: typer.Context,
    n: MeasureArgument,
    policy: PolicyOption = None,
    as_of: AsOfOption = None,
    json: JsonOption = False,
) -> str:
    """一条措施的详情：任务要点、单位和角色、节点、各单位的任务和最近一次报送的内容。"""
    context: Context = ctx.obj
    day = context.day(as_of)
    ledger = context.ledger(day, policy, n)
    _, measure = ledger.plan.find_measure(n)
    duties = context.with_words(ledger.duties, ledger)
    if json:
        rolled = roll_up(ledger, duties)
        content = {
            "measure": rolled[0]._asdict() if rolled else None,
            "tasks": measure.tasks,
            "standing": measure.standing,
            "reporting_cycle": measure.reporting_cycle,
            "roles_as_written": measure.roles_as_written,
            "milestones": rows.as_objects(measure.milestones),
            "duties": rows.as_objects(duties),
        }
        return rows.json_document("show", day, ledger.plan, content)
    if not context.on_terminal:
        return rows.tab_separated(duties)
    from sm_devzone.output import screen

    return screen.show(ledger, measure, duties)
