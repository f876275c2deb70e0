"""`devzone report`: the 督办报告 of a period, as text and as one self-contained HTML file."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Annotated

import typer

from sm_devzone.commands.options import (
    AsOfOption,
    ByOption,
    JsonOption,
    KnownOption,
    PaperOption,
    PolicyOption,
    chosen_formats,
    chosen_paper,
    recorder,
    whole,
)
from sm_devzone.commands.periods import (
    FromOption,
    HalfOption,
    MonthOption,
    QuarterOption,
    ToOption,
    WeekOption,
    YearOption,
    chosen_period,
    last_day,
)
from sm_devzone.context import Context
from sm_devzone.domain import bulletin
from sm_devzone.domain.calendar import period_of
from sm_devzone.domain.digest import Digest
from sm_devzone.domain.text import check_text
from sm_devzone.errors import WrongUsage
from sm_devzone.output import rows
from sm_devzone.papers import bulletins
from sm_devzone.papers.issuing import written

USUAL = ("md", "html")
"""The formats that are made when none is named."""


def command(
    ctx: typer.Context,
    week: WeekOption = None,
    month: MonthOption = None,
    quarter: QuarterOption = None,
    half: HalfOption = None,
    year: YearOption = None,
    start: FromOption = None,
    end: ToOption = None,
    form: Annotated[
        list[str] | None,
        typer.Option(
            "--format",
            help=f"{'、'.join(bulletins.FORMATS)}；docx 是公文格式，xlsx 是任务台账；可写多次，默认 md 和 html",
        ),
    ] = None,
    output: Annotated[
        str | None, typer.Option("-o", "--output", help="写到哪个文件夹或文件；- 是标准输出；默认 ./reports/")
    ] = None,
    paper: PaperOption = None,
    number: Annotated[str | None, typer.Option("--number", help="登记为第几期发出，一年内不重号")] = None,
    verify: Annotated[str | None, typer.Option("--verify", help="把发出过的第几期重新生成一遍，核对是否一样")] = None,
    reprint: Annotated[
        str | None, typer.Option("--reprint", help="把发出过的第几期原样再写出来；不是最近一年的加 --year")
    ] = None,
    note: Annotated[str | None, typer.Option("--note", help="办公室的意见，印在首页“请领导阅示”里")] = None,
    force: Annotated[bool, typer.Option("--force", help="替换内容不同的同名文件；不写时另存为 …(2)")] = False,
    show: Annotated[bool, typer.Option("--open", help="写好以后在桌面上打开")] = False,
    by: ByOption = None,
    policy: PolicyOption = None,
    as_of: AsOfOption = None,
    known: KnownOption = None,
    json: JsonOption = False,
) -> str | bytes:
    """一个时段的督办报告，默认本周到今天，写进 ./reports/，并打印写好的文件。"""
    context: Context = ctx.obj
    today = context.settings.day(as_of)
    issue = None if number is None else whole("--number", number)
    owner = bulletins.series_of(context.plan, policy)
    if reprint is not None or verify is not None:
        if verify is not None and reprint is not None:
            raise WrongUsage("--verify 和 --reprint 只能写一个")
        option, text = ("--verify", verify) if verify is not None else ("--reprint", reprint or "")
        issued_in = None if year is None else whole("--year", year)
        again = bulletins.made_again(context, whole(option, text), policy, issued_in)
        return _agrees(context, again) if verify is not None else _reprinted(context, again, output, force=force)
    named = {"week": week, "month": month, "quarter": quarter, "half": half, "year": year}
    period = chosen_period(context, today, named, start, end) or period_of("week", today)
    day = last_day(period, today)
    formats = _formats(form, output)
    wanted_paper = chosen_paper(paper, of_workbook="xlsx" in formats)
    if wanted_paper and issue is not None:
        raise WrongUsage("登记期号发出的工作簿用 A3，以后才能原样再出", "去掉 --paper，或去掉 --number")
    if output == "-" or json:
        _check_no_file(context, formats[0], numbered=issue is not None, show=show)
    who = recorder(context, by) if issue is not None else ""
    if issue is not None and known is not None:
        raise WrongUsage("登记期号发出的报告按全部登记过的来写，不用 --known")
    judgement = check_text("办公室意见", note)
    with context.terminal.busy("正在生成报告"):
        with context.books(context.settings.known(known)) as books:
            if issue is not None:
                bulletins.check_free(books, issue, owner, day.year)
            seal = books.journal.seal() if issue is not None else None
            asked = () if json else formats
            material = bulletins.gather(books, period, day, owner, asked, number=issue, note=judgement, seal=seal)
            material = material._replace(paper=wanted_paper)
        if json:
            return rows.json_document("report", day, context.plan.only(policy), _as_content(material.bulletin))
        made = bulletins.made(context.settings, material, formats)
    if output == "-":
        return made[formats[0]].decode() if bulletins.FORMATS[formats[0]].is_text else made[formats[0]]
    contents = _named(context, made, output, lambda name: bulletins.file_name(name, period, day, issue))
    reference = command_again = ""
    if issue is not None:
        bulletins.issue(context, material, made, who)
        reference = f"{day.year} 年第 {issue} 期"
        command_again = f"devzone report --reprint {issue} --year {day.year}{f' --policy {owner}' if policy else ''}"
    paths = written(contents, reference=reference, again=command_again, replacing=force)
    if show:
        page = next((path for path in paths if path.suffix == ".html"), paths[0])
        if not context.terminal.open_on_desktop(page):
            context.terminal.tell("这里没有桌面可以打开文件，请把它拷到有桌面的机器上看")
    return "".join(f"{path}\n" for path in paths)


def _agrees(context: Context, again: bulletins.Again) -> str:
    _tell_left_out(context, again)
    made = [one for one in again.issued if one.form in again.contents]
    return "".join(f"{one.year} 年第 {one.number} 期 {one.form} 一致 {one.sha256}\n" for one in made)


def _tell_left_out(context: Context, again: bulletins.Again) -> None:
    """Tell which formats of a former edition cannot be made any more: that is no fault of the paper."""
    if left := [one.form for one in again.issued if one.form not in again.contents]:
        first = again.issued[0]
        context.terminal.tell(
            f"{first.year} 年第 {first.number} 期的 {'、'.join(left)} 由以前的版本做出，现在做不出一样的，没有核对"
        )


def _reprinted(context: Context, again: bulletins.Again, output: str | None, *, force: bool) -> str:
    if output == "-" or (output is not None and not _is_folder(output)):
        raise WrongUsage(f"--reprint 要写到一个文件夹，不是“{output}”", "写一个文件夹；默认 ./reports/")
    _tell_left_out(context, again)
    period, first = again.material.period, again.issued[0]
    contents = _named(
        context, again.contents, output, lambda name: bulletins.file_name(name, period, first.day, first.number)
    )
    paths = written(contents, replacing=force)
    return "".join(f"{path}\n" for path in paths)


def _named(
    context: Context, made: Mapping[str, bytes], output: str | None, name_of: Callable[[str], str]
) -> dict[Path, bytes]:
    """Where the files go: one to the file that is named, or each under its own name into a folder.

    Raises WrongUsage where one of the books lies there.
    """
    target = Path(output or "reports")
    if output is None or _is_folder(output):
        contents = {target / name_of(name): content for name, content in made.items()}
    else:
        (content,) = made.values()
        contents = {target: content}
    for path in contents:
        context.check_no_book(path)
    return contents


def _check_no_file(context: Context, form: str, *, numbered: bool, show: bool) -> None:
    """What cannot be asked for where no file is written. Raises WrongUsage."""
    if numbered:
        raise WrongUsage("登记期号要写成文件", "不要和 -o - 或 --json 一起用")
    if show:
        raise WrongUsage("--open 打开的是写好的文件", "不要和 -o - 或 --json 一起用")
    if not bulletins.FORMATS[form].is_text and context.terminal.shows_result:
        raise WrongUsage(f"{form} 文件不能显示在屏幕上", f"写成文件：-o 报告.{form}")


def _is_folder(output: str) -> bool:
    """Whether -o names a folder for the files. Raises WrongUsage where a file lies in its place."""
    path = Path(output)
    named = output.endswith(("/", os.sep)) or path.is_dir() or not path.suffix
    if named and path.is_file():
        raise WrongUsage(f"{output} 是一个文件，不是文件夹", "写一个文件夹，或带结尾的文件名")
    return named


def _formats(form: list[str] | None, output: str | None) -> list[str]:
    form = chosen_formats(form, bulletins.FORMATS)
    if output == "-":
        chosen = form or ["md"]
    elif output and not _is_folder(output):
        suffix = Path(output).suffix.lower().lstrip(".")
        if suffix not in bulletins.FORMATS:
            endings = "、".join(f".{one}" for one in bulletins.FORMATS)
            raise WrongUsage(f"不知道“{output}”要写成什么格式", f"文件名以 {endings} 结尾，或写一个文件夹")
        chosen = form or [suffix]
        if chosen != [suffix]:
            raise WrongUsage(f"--format 和文件名“{output}”不一致", "写一个文件夹可以一次出多种格式")
    else:
        chosen = form or list(USUAL)
    if output == "-" and len(chosen) > 1:
        raise WrongUsage("标准输出一次只能写一种格式", "--format 只写一个")
    return chosen


_OF_NOTICE = ("number", "year", "colour", "policy", "measure", "unit", "milestone", "period", "issued_on", "reply_due")
"""What a document of a report tells of each 督办单, beside the day of its answer."""
_OF_ENTRY = (
    *("id", "policy", "measure", "unit", "milestone", "period", "happened_on"),
    *("progress", "note", "problem", "next_step"),
)
"""What it tells of each entry."""


def _as_content(composed: bulletin.Bulletin) -> dict[str, object]:
    def news(items: list[bulletin.News]) -> list[dict[str, object]]:
        return rows.as_objects([entry for item in items for entry in item.entries], _OF_ENTRY)

    return {
        "from": composed.start,
        "to": composed.day,
        "totals": composed.totals,
        "before": composed.before,
        "measures": rows.as_objects(composed.measures),
        "news": news(composed.news),
        "overdue": rows.as_objects(composed.overdue),
        "due_next": rows.as_objects(composed.due_next),
        "unreported": rows.as_objects(composed.unreported),
        "problems": news(composed.problems),
        "asks": rows.as_objects(Digest(composed).asks),
        "matters": rows.as_objects(composed.matters),
        "promises": rows.as_objects(composed.promises),
        "notices": [
            {**rows.as_objects([one.notice], _OF_NOTICE)[0], "answered_on": one.answered_on} for one in composed.slips
        ],
    }
