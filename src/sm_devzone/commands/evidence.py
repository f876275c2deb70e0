"""`devzone evidence`: lists 佐证材料, hands one out, verifies them all."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated, NamedTuple

import typer

from sm_devzone import files
from sm_devzone.commands.options import (
    AsOfOption,
    JsonOption,
    KnownOption,
    OnlyMeasureArgument,
    OutputOption,
    PolicyOption,
    UnitOption,
)
from sm_devzone.context import Context
from sm_devzone.domain.entry import Entry, Evidence
from sm_devzone.domain.selection import Selection
from sm_devzone.domain.text import one_line
from sm_devzone.errors import DevzoneError, NotFound, WrongUsage
from sm_devzone.output import rows
from sm_devzone.output.listing import Listing


class EvidenceRow(NamedTuple):
    """One file with the entry that it belongs to; `size` in bytes."""

    id: int
    entry: int
    policy: str
    measure: int
    unit: str
    milestone: str
    period: str
    name: str
    size: int
    sha256: str
    recorded_at: str
    recorded_by: str


class EvidenceFaulty(DevzoneError):
    """Files are missing or altered; the lines name each."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__(f"佐证材料有 {len(faults)} 处问题", "请从备份找回原文件")
        self.faults = [one_line(fault) for fault in faults]

    def lines(self) -> list[str]:
        return [*self.faults, *super().lines()]


def command(
    ctx: typer.Context,
    n: OnlyMeasureArgument = None,
    unit: UnitOption = None,
    get: Annotated[
        str | None, typer.Option("--get", help="取出一份：材料编号；写到 -o 的文件夹，默认当前文件夹")
    ] = None,
    verify: Annotated[bool, typer.Option("--verify", help="逐份核对，有缺失或改动时退出码为 1")] = False,
    output: OutputOption = None,
    policy: PolicyOption = None,
    as_of: AsOfOption = None,
    known: KnownOption = None,
    json: JsonOption = False,
) -> str | Listing:
    """佐证材料：列出、取出（--get）、核对（--verify）。"""
    context: Context = ctx.obj
    day = context.settings.day(as_of)
    plan = context.plan.only(policy)
    listed = _listed(context, context.select(policy, n, unit), day, context.settings.known(known))
    if get is not None:
        return _hand_out(context, listed, get, Path(output or "."))
    if verify:
        faults = context.evidence.faults(kept for _, kept in listed)
        if faults:
            raise EvidenceFaulty(faults)
        if context.nothing_read is None:
            context.terminal.tell(f"{len(listed)} 份佐证材料都完好")
        return ""
    found = [
        EvidenceRow(
            *(kept.id, kept.entry, *entry.key, kept.name, kept.size, kept.sha256),
            recorded_at=entry.recorded_at,
            recorded_by=entry.recorded_by,
        )
        for entry, kept in listed
    ]
    return Listing(
        "evidence",
        day,
        plan,
        content=lambda: {"evidence": rows.as_objects(found)},
        lines=lambda: found,
        draw=lambda screen: screen.evidence(listed, context.plan),
        as_json=json,
    )


def _listed(context: Context, selection: Selection, day: date, known: date | None) -> list[tuple[Entry, Evidence]]:
    with context.books(known) as books:
        kept = books.journal.evidence(day, selection.policy)
        found = books.in_terms_of(context.settings.today, books.entries(day, selection)) if kept else []
    entries = {entry.id: entry for entry in found}
    return [(entries[one.entry], one) for one in kept if one.entry in entries]


def _hand_out(context: Context, listed: list[tuple[Entry, Evidence]], get: str, folder: Path) -> str:
    kept = next((one for _, one in listed if str(one.id) == get.strip()), None)
    if kept is None:
        raise NotFound(f"没有 {get} 号佐证材料", "用 devzone evidence 查编号")
    if fault := context.evidence.fault(kept):
        raise EvidenceFaulty([f"{kept.id} 号 {kept.name}：{fault}"])
    target = folder / files.safe_name(kept.name)
    if target.exists():
        raise WrongUsage(f"{target} 已经有了，没有覆盖", "用 -o 写到别的文件夹")
    with context.evidence.opened(kept) as file:
        files.replace(target, file.read())
    return f"{target}\n"
