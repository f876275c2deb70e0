"""`devzone update N --unit U`: what a unit reports; with --done that the work is finished (报完成)."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sm_devzone.commands.acting import MilestoneOption, OnOption, PeriodOption, record
from sm_devzone.commands.options import (
    ByOption,
    MeasureArgument,
    PolicyOption,
    UnitsOption,
    numbered,
    recorder,
)
from sm_devzone.context import Context
from sm_devzone.domain.entry import Entry
from sm_devzone.domain.ledger import Duty
from sm_devzone.domain.plan import Policy
from sm_devzone.domain.rules import check_text, kind_of_report


def command(
    ctx: typer.Context,
    n: MeasureArgument,
    unit: UnitsOption = None,
    milestone: MilestoneOption = None,
    period: PeriodOption = None,
    progress: Annotated[str | None, typer.Option("--progress", help="进度，0 到 100")] = None,
    note: Annotated[str | None, typer.Option("--note", help="进展情况；没有变化就写“本期无变化”")] = None,
    problem: Annotated[str | None, typer.Option("--problem", help="存在问题、需要协调的事")] = None,
    next_step: Annotated[str | None, typer.Option("--next", help="下一步打算")] = None,
    done: Annotated[bool, typer.Option("--done", help="报完成，转为待审核；要写 --note")] = False,
    evidence: Annotated[
        list[str] | None, typer.Option("--evidence", help="佐证材料文件，可写多次；复制一份存在流水旁边")
    ] = None,
    on: OnOption = None,
    by: ByOption = None,
    policy: PolicyOption = None,
) -> str:
    """登记单位报来的进展，或报完成。只追加一条记录，不改旧的。"""
    context: Context = ctx.obj
    said = check_text("进展情况", note)
    percent = numbered(progress)
    trouble, plans = check_text("存在问题", problem), check_text("下一步打算", next_step)
    fact = Entry(
        kind=kind_of_report(done=done, note=said, more=(percent, trouble, plans, evidence or None)),
        policy="",
        measure=0,
        unit="",
        happened_on=context.day(on),
        recorded_by=recorder(context, by),
        progress=percent,
        note=said,
        problem=trouble,
        next_step=plans,
    )

    def with_evidence(_duty: Duty, _owner: Policy) -> Entry:
        # Copied in only once the duty is known; what a refusal leaves in the store is under its hash and harms nothing.
        return fact._replace(evidence=tuple(context.evidence.put(Path(name)) for name in evidence or ()))

    return record(
        context,
        n,
        unit,
        fact,
        milestone=milestone,
        period=period,
        policy=policy,
        about=with_evidence if evidence else None,
    )
