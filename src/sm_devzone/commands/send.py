"""`devzone send -o DIR`: a 填报表 for each unit, one workbook each, with its open duties as they stand."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import Annotated

import typer

from sm_devzone import files
from sm_devzone.commands.options import (
    AsOfOption,
    ByOption,
    EmlOption,
    PaperOption,
    PolicyOption,
    UnitsOption,
    chosen_paper,
    complete_measures,
    named_period,
    recorder,
)
from sm_devzone.context import Context
from sm_devzone.domain.calendar import parse_period
from sm_devzone.errors import WrongUsage
from sm_devzone.papers import forms, letters
from sm_devzone.papers.issuing import digest, written


def command(
    ctx: typer.Context,
    unit: UnitsOption = None,
    measure: Annotated[
        list[str] | None,
        typer.Option("--measure", help="只发这条措施，可写多次", autocompletion=complete_measures),
    ] = None,
    period: Annotated[str | None, typer.Option("--period", help="填报周期，如 2026-11；默认本期")] = None,
    output: Annotated[str | None, typer.Option("-o", "--output", help="写到哪个文件夹，必写")] = None,
    paper: PaperOption = None,
    eml: EmlOption = False,
    reply_by: Annotated[str | None, typer.Option("--reply-by", help="请于哪天前反馈；默认报送周期的截止日")] = None,
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
    day, today = context.settings.day(as_of), context.settings.today
    if day > today:
        raise WrongUsage(f"截至日 {day} 还没有到（今天是 {today}）", "请改 --as-of")
    wanted_paper = chosen_paper(paper) or "A3"
    limit = context.settings.day(reply_by, ahead=True) if reply_by is not None else None
    if limit is not None and limit < today:
        raise WrongUsage(f"--reply-by {limit} 已经过了", "写今天以后的日期")
    wanted_period = parse_period(named_period(period) or "")
    who = recorder(context, by)
    selection = context.select(policy, measure, unit)._replace(policy=policy)
    with context.books() as books:
        drafted = forms.drafted(books, day, selection, wanted_period, context.contacts.office, limit)
    if not drafted.duties:
        context.terminal.tell("没有要填报的任务，没有出表")
        return ""
    from sm_devzone.output import screen, workbook

    advice = context.settings.template_lines("form.txt")
    made = [(form, workbook.form(form, advice, wanted_paper)) for form in screen.tracked(drafted.forms, "出表")]
    new = forms.recorded(context, made, who)
    paths = []
    for left, (form, content) in zip(range(len(made), 0, -1), made, strict=True):
        if eml:
            policies = [row.key.policy for row in form.rows]
            items = [f"{row.measure}（{row.place}）" for row in form.rows]
            letter = letters.mail(
                context, "form", form.unit, drafted.plan, policies, items, form.reply_by, {form.file_name: content}
            )
            contents, replacing = {folder / files.safe_name(f"{Path(form.file_name).stem}.eml"): letter}, False
        else:
            target = folder / files.safe_name(form.file_name)
            contents, replacing = {target: content}, _is_as_sent(target, drafted.sent_before.get(form.unit))
        reference = f"发给{form.unit}{f'等 {left} 个单位' if left > 1 else ''}的填报表"
        paths += written(contents, reference=reference, again="再运行一次，-o 写能写的文件夹", replacing=replacing)
    for name in [fact.unit for fact in new]:
        if days := drafted.earlier[name]:
            context.terminal.tell(
                f"{name} 这一期已在 {'、'.join(map(str, days))} 发过填报表，这是第 {len(days) + 1} 份"
            )
    said = f"登记发出 {len(new)} 份" if new else "都已登记发出过"
    context.terminal.tell(f"共 {len(made)} 个单位、{drafted.duties} 项任务，{said}")
    return "".join(f"{path}\n" for path in paths)


def _is_as_sent(target: Path, sha256: str | None) -> bool:
    """Whether a form lies there that was sent before and that nobody has filled in."""
    with suppress(OSError):  # it is told where it is written
        return sha256 is not None and target.is_file() and digest(target.read_bytes()) == sha256
    return False
