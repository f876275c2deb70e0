"""`devzone check`: reads plan and journal and tells every problem there is."""

from __future__ import annotations

import typer

from sm_devzone.commands.options import AsOfOption, JsonOption, PolicyOption
from sm_devzone.context import Context
from sm_devzone.domain.ledger import compute
from sm_devzone.domain.text import one_line
from sm_devzone.output import rows
from sm_devzone.output.listing import Listing


def command(
    ctx: typer.Context, policy: PolicyOption = None, as_of: AsOfOption = None, json: JsonOption = False
) -> Listing:
    """检查计划文件和流水：计划的每处问题写明文件和行号；流水里对不上计划的记录逐条列出。"""
    context: Context = ctx.obj
    day = context.settings.day(as_of)
    plan = context.plan.only(policy)
    context.journal.database.verify()
    with context.books() as books:
        journal = books.journal
        ledger = compute(plan, journal.records(day, policy), journal.appointments(day, policy), day)
        strays = set(ledger.strays)
        entries = journal.entries(day, policy) if strays else []
        count = journal.count(day, policy)
        evidence = journal.evidence(day, policy)
    faults = context.evidence.faults(evidence)
    lost = [entry for entry in reversed(entries) if entry.key in strays and entry.voided_by is None]
    measures = [measure for own in plan for measure in own.measures]
    counts = {
        "measures": len(measures),
        "pairs": sum(len(measure.units) for measure in measures),
        "duties": len(ledger.duties),
        "entries": count,
        "evidence": len(evidence),
    }
    keys = ("id", "policy", "measure", "unit", "milestone", "period")
    lines = [
        (
            f"计划：政策 {len(plan.policies)} 个，措施 {counts['measures']} 条，"
            f"单位与措施的对应 {counts['pairs']} 对，没有问题"
        ),
        f"流水：记录 {count} 条，佐证材料 {len(evidence)} 份",
        f"台账：截至 {day}，任务 {counts['duties']} 项",
        *(
            f"流水 {entry.id} 号：{entry.policy} 措施 {entry.measure}{entry.place} {entry.unit} 不在计划里，"
            f"没有计入台账；请把计划改回来，或用 devzone void {entry.id} --reason 原因 作废"
            for entry in lost
        ),
        *faults,
    ]
    return Listing(
        "check",
        day,
        plan,
        content=lambda: {"counts": counts, "strays": rows.as_objects(lost, keys), "evidence_faults": faults},
        lines=lambda: [[line] for line in lines],
        draw=lambda _: "\n".join(map(one_line, lines)),
        as_json=json,
    )
