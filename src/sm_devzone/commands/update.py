"""`devzone update N --unit U`: what a unit reports; with --done that the work is finished (报完成)."""

from __future__ import annotations

from typing import Annotated

import typer

from sm_devzone.commands.options import (
    ByOption,
    MeasureArgument,
    PolicyOption,
    UnitsOption,
    named_period,
    numbered,
    recorder,
)
from sm_devzone.context import Context
from sm_devzone.domain.entry import Entry
from sm_devzone.domain.glossary import STATES
from sm_devzone.domain.ledger import compute
from sm_devzone.domain.rules import MOVES, check_day, check_report, check_text, choose_duty
from sm_devzone.errors import WrongUsage
from sm_devzone.storage.journal import Reader


def command(
    ctx: typer.Context,
    n: MeasureArgument,
    unit: UnitsOption = None,
    milestone: Annotated[str | None, typer.Option("--milestone", help="哪个节点；“长期推进”指没有时限的部分")] = None,
    period: Annotated[str | None, typer.Option("--period", help="哪个周期，如 2026、2026Q4、2026-11")] = None,
    progress: Annotated[str | None, typer.Option("--progress", help="进度，0 到 100")] = None,
    note: Annotated[str | None, typer.Option("--note", help="进展情况；没有变化就写“本期无变化”")] = None,
    problem: Annotated[str | None, typer.Option("--problem", help="存在问题、需要协调的事")] = None,
    next_step: Annotated[str | None, typer.Option("--next", help="下一步打算")] = None,
    done: Annotated[bool, typer.Option("--done", help="报完成，转为待审核；要写 --note")] = False,
    on: Annotated[str | None, typer.Option("--on", help="事情发生的日期；默认今天")] = None,
    by: ByOption = None,
    policy: PolicyOption = None,
) -> str:
    """登记单位报来的进展，或报完成。只追加一条记录，不改旧的。"""
    context: Context = ctx.obj
    if not unit:
        raise WrongUsage("缺少 --unit", "例如：devzone update 4 --unit 商务局 --note 进展情况")
    day = context.day(on)
    report = Entry(
        kind="submit" if done else "update",
        policy="",
        measure=0,
        unit="",
        happened_on=day,
        recorded_by=recorder(context, by),
        progress=numbered(progress),
        note=check_text("进展情况", note),
        problem=check_text("存在问题", problem),
        next_step=check_text("下一步打算", next_step),
    )
    wanted_period = named_period(period)
    plan = context.plan.only(policy)
    owner, measure = plan.find_measure(n)
    plan = plan.only(owner.id).narrowed_to(measure)
    names = list(dict.fromkeys(name for word in unit for name in plan.find_units(word)))
    check_day(day, owner, context.today)
    moves: dict[str, str] = {}

    def take(reader: Reader) -> list[Entry]:
        today = context.today
        records = reader.records(today, owner.id, measure.number)
        appointments = reader.appointments(today, owner.id, measure.number)
        ledger = compute(plan, records, appointments, today)
        new: list[Entry] = []
        for name in names:
            own = [duty for duty in ledger.duties if duty.unit == name]
            duty = choose_duty(own, measure, name, milestone, wanted_period)
            entry = report.of(duty.key)
            if (last := reader.last_report(today, duty.key)) and last.says_the_same_as(entry):
                context.tell(f"{name} 的这项任务已有同样的记录（{last.id} 号），没有重复登记")
                continue
            check_report(duty, entry)
            moves[name] = STATES[MOVES[entry.kind][duty.state]]
            new.append(entry)
        return new

    return "".join(
        f"{entry.id} 号记录：措施 {measure.number}{entry.place} {entry.unit} → {moves[entry.unit]}\n"
        for entry in context.append(take)
    )
