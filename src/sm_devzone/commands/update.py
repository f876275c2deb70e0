"""`devzone update N --unit U`: what a unit reports; with --done that the work is finished (报完成)."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Annotated

import typer

from sm_devzone.commands.acting import MilestoneOption, OnOption, PeriodOption, Target, record
from sm_devzone.commands.options import (
    ByOption,
    MeasuresArgument,
    PolicyOption,
    UnitsOption,
    YesOption,
    complete_units,
    numbered,
    recorder,
)
from sm_devzone.context import Context
from sm_devzone.domain.entry import Act
from sm_devzone.domain.problems import needs_told
from sm_devzone.domain.rules import kind_of_report, note_told, problem_told
from sm_devzone.domain.text import check_text
from sm_devzone.errors import NotFound, Refused


def command(
    ctx: typer.Context,
    n: MeasuresArgument,
    unit: UnitsOption = None,
    milestone: MilestoneOption = None,
    period: PeriodOption = None,
    progress: Annotated[str | None, typer.Option("--progress", help="进度，0 到 100")] = None,
    note: Annotated[str | None, typer.Option("--note", help="进展情况；没有变化就写“本期无变化”")] = None,
    problem: Annotated[str | None, typer.Option("--problem", help="存在问题、需要协调的事")] = None,
    needs: Annotated[
        list[str] | None,
        typer.Option("--needs", help="这个问题要请哪个单位协调解决，可写多次", autocompletion=complete_units),
    ] = None,
    next_step: Annotated[str | None, typer.Option("--next", help="下一步打算")] = None,
    promised: Annotated[
        str | None, typer.Option("--promised", help="单位自己预计完成的日期；不是时限，不算逾期")
    ] = None,
    done: Annotated[bool, typer.Option("--done", help="报完成，转为待审核；要写 --note")] = False,
    evidence: Annotated[
        list[str] | None, typer.Option("--evidence", help="佐证材料文件，可写多次；复制一份存在流水旁边")
    ] = None,
    on: OnOption = None,
    by: ByOption = None,
    yes: YesOption = False,
    policy: PolicyOption = None,
) -> str:
    """登记单位报来的进展，或报完成。只追加一条记录，不改旧的。"""
    context: Context = ctx.obj
    said = note_told(check_text("进展情况", note))
    words = {
        "progress": numbered(progress),
        "note": said,
        "problem": problem_told(check_text("存在问题", problem)),
        "needs": _needs(context, needs or (), policy),
        "next_step": check_text("下一步打算", next_step),
        "promised": None if promised is None else context.settings.day(promised),
    }
    more = (*(words[name] for name in words if name != "note"), evidence or None)
    kind = kind_of_report(done=done, note=said, more=more)
    act = Act(kind, context.settings.day(on), recorder(context, by), words)

    def copied_in() -> dict[str, object]:
        paths = [Path(name) for name in evidence or ()]
        for path in paths:
            _check_unmarked(path)
        return {"evidence": tuple(map(context.evidence.put, paths))}

    target = Target(n, unit, milestone, period, policy)
    return record(context, target, act, yes=yes, at_last=copied_in if evidence else None)


def _check_unmarked(path: Path) -> None:
    """Raises Refused for a file that says of itself that it is secret. What cannot be read is told by the store."""
    from sm_devzone.intake.marked import mark_in
    from sm_devzone.storage.evidence import MAX_BYTES

    with suppress(OSError):
        if path.is_file() and path.stat().st_size <= MAX_BYTES and (mark := mark_in(path.read_bytes())):
            raise Refused(f"佐证材料 {path} 里写着“{mark}”，没有收", "涉密文件不能放进这里，请按保密规定处理")


def _needs(context: Context, words: Sequence[str], policy: str | None) -> str | None:
    """Who must solve the problem: units as the plan names them, others as they were written, which is told."""
    plan = context.plan.only(policy)
    kept: list[str] = []
    for word in words:
        written = needs_told(plan, check_text("需协调单位", word)) or ""
        for name in filter(None, written.split("、")):
            if any(name == unit.name for own in plan for unit in own.units):
                kept.append(name)
                continue
            try:
                kept += plan.find_units(name)
            except NotFound as error:
                context.terminal.tell(f"需协调单位“{name}”不在单位名册里，照写（{error.remedy}）")
                kept.append(name)
    return "、".join(dict.fromkeys(kept)) or None
