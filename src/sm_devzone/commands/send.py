"""`devzone send -o DIR`: a 填报表 for each unit, one workbook each, with its open duties as they stand."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Annotated

import typer

from sm_devzone.commands.options import (
    AsOfOption,
    ByOption,
    PolicyOption,
    UnitsOption,
    _complete_measures,
    named_period,
    recorder,
)
from sm_devzone.context import Context
from sm_devzone.domain.calendar import parse_period
from sm_devzone.domain.entry import Dispatch
from sm_devzone.domain.form import Form, forms
from sm_devzone.errors import WrongUsage
from sm_devzone.output import files


def command(
    ctx: typer.Context,
    unit: UnitsOption = None,
    measure: Annotated[
        list[str] | None,
        typer.Option("--measure", help="只发这条措施，可写多次", autocompletion=_complete_measures),
    ] = None,
    period: Annotated[str | None, typer.Option("--period", help="填报周期，如 2026-11；默认本期")] = None,
    output: Annotated[str | None, typer.Option("-o", "--output", help="写到哪个文件夹，必写")] = None,
    by: ByOption = None,
    policy: PolicyOption = None,
    as_of: AsOfOption = None,
) -> str:
    """给每个单位出一份 Excel 填报表，只列没有办结的任务，已知的情况都填好；打印写好的文件。"""
    context: Context = ctx.obj
    if output is None:
        raise WrongUsage("缺少 -o 文件夹", "例如：devzone send -o 本期填报表")
    folder = Path(output)
    if folder.exists() and not folder.is_dir():
        raise WrongUsage(f"{output} 不是文件夹", "每个单位一个文件，-o 要写文件夹")
    day = context.day(as_of)
    if day > context.today:
        raise WrongUsage(f"截至日 {day} 还没有到（今天是 {context.today}）", "请改 --as-of")
    wanted_period = parse_period(named_period(period) or "")
    who = recorder(context, by)
    ledger = context.ledger(day, policy)
    units = {name for word in unit or () for name in ledger.plan.find_units(word)}
    measures = {(owner.id, found.number) for word in measure or () for owner, found in [ledger.plan.find_measure(word)]}
    duties = [
        duty
        for duty in ledger.duties
        if duty.is_open
        and (not units or duty.unit in units)
        and (not measures or (duty.policy, duty.measure) in measures)
    ]
    if not duties:
        context.tell("没有要填报的任务，没有出表")
        return ""
    from sm_devzone.output import screen, workbook

    with context.reading() as reader:
        position = reader.position(day)
        before = {sent.unit: sent.sha256 for sent in reader.dispatches(context.today)}
    all_forms = forms(ledger, duties, context.words(duties, ledger), wanted_period, position)
    made = [(form, workbook.form(form)) for form in screen.tracked(all_forms, "出表")]
    # A fact before it is a file: what cannot be recorded is not sent, and what cannot be written can be sent again.
    new = context.dispatch([_dispatch(form, content, who) for form, content in made])
    paths = []
    for form, content in made:
        target = folder / files.safe_name(form.file_name)
        if _is_as_sent(target, before.get(form.unit)):
            files.replace(target, content)
        else:
            (target,) = files.write_beside({target: content})
        paths.append(f"{target}\n")
    said = f"登记发出 {len(new)} 份" if new else "都已登记发出过"
    context.tell(f"共 {len(made)} 个单位、{len(duties)} 项任务，{said}")
    return "".join(paths)


def _dispatch(form: Form, content: bytes, who: str) -> Dispatch:
    return Dispatch(
        unit=form.unit,
        day=form.day,
        period=form.period.name,
        position=form.position,
        duties=len(form.rows),
        name=form.file_name,
        sha256=hashlib.sha256(content).hexdigest(),
        recorded_by=who,
    )


def _is_as_sent(target: Path, sha256: str | None) -> bool:
    """Whether there lies a form that was sent before and that nobody has filled in."""
    return sha256 is not None and target.is_file() and hashlib.sha256(target.read_bytes()).hexdigest() == sha256
