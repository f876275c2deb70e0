"""`devzone report`: the 督办报告 of a period, as text and as one self-contained HTML file."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from sm_devzone import reports
from sm_devzone.commands.options import AsOfOption, ByOption, JsonOption, PolicyOption, recorder, whole
from sm_devzone.commands.periods import (
    FromOption,
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
from sm_devzone.domain.calendar import Period, parse_period, period_of
from sm_devzone.domain.entry import Issued
from sm_devzone.errors import DevzoneError, NotFound, NotTheSame, Refused, WrongUsage
from sm_devzone.output import files, rows

NO_TEXT = ("docx", "xlsx")
"""The formats that no screen can show."""

USUAL = ("md", "html")
"""The formats that are made when none is named."""


def command(
    ctx: typer.Context,
    week: WeekOption = None,
    month: MonthOption = None,
    quarter: QuarterOption = None,
    year: YearOption = None,
    start: FromOption = None,
    end: ToOption = None,
    form: Annotated[
        list[str] | None,
        typer.Option(
            "--format",
            help=f"{'、'.join(reports.FORMATS)}；docx 是公文格式，xlsx 是任务台账；可写多次，默认 md 和 html",
        ),
    ] = None,
    output: Annotated[
        str | None, typer.Option("-o", "--output", help="写到哪个文件夹或文件；- 是标准输出；默认 ./reports/")
    ] = None,
    number: Annotated[str | None, typer.Option("--number", help="登记为第几期发出，一年内不重号")] = None,
    verify: Annotated[str | None, typer.Option("--verify", help="把发出过的第几期重新生成一遍，核对是否一样")] = None,
    force: Annotated[bool, typer.Option("--force", help="替换内容不同的同名文件；不写时另存为 …(2)")] = False,
    show: Annotated[bool, typer.Option("--open", help="写好以后在桌面上打开")] = False,
    by: ByOption = None,
    policy: PolicyOption = None,
    as_of: AsOfOption = None,
    json: JsonOption = False,
) -> str | bytes:
    """一个时段的督办报告，默认本周到今天，写进 ./reports/，并打印写好的文件。"""
    context: Context = ctx.obj
    today = context.day(as_of)
    issue = None if number is None else whole("--number", number)
    owner = policy or (next(iter(context.plan.policies)) if len(context.plan.policies) == 1 else "")
    if verify is not None:
        return _verify(context, whole("--verify", verify), owner, None if year is None else whole("--year", year))
    named = {"week": week, "month": month, "quarter": quarter, "year": year}
    period = chosen_period(context, today, named, start, end) or period_of("week", today)
    day = last_day(period, today)
    formats = _formats(form, output)
    if output == "-" or json:
        _check_no_file(context, formats[0], numbered=issue is not None, show=show)
    with context.reading() as reader:
        context.position = reader.position()
    with context.busy("正在生成报告"):
        composed = reports.compose(context, period, day, owner)._replace(number=issue)
        if json:
            return rows.json_document("report", day, context.plan.only(policy), _as_content(composed))
        made = {name: reports.FORMATS[name](context, composed) for name in formats}
    if output == "-":
        return made[formats[0]] if formats[0] in NO_TEXT else made[formats[0]].decode()
    if issue is not None:
        with context.reading() as reader:
            if reader.issued(issue, owner, day.year):
                raise Refused(f"{day.year} 年第 {issue} 期已经发过", f"请换一个期号，或用 --verify {issue} 核对")
    target = Path(output or "reports")
    contents = {target: made[formats[0]]}
    if output is None or _is_folder(output):
        stem = bulletin.file_stem(period, day, issue)
        contents = {target / f"{stem}.{name}": content for name, content in made.items()}

    def record() -> None:
        if issue is not None:
            _issue(context, issue, period, day, owner, made, recorder(context, by))

    paths = _written(contents, record, force=force)
    if show:
        page = next((path for path in paths if path.suffix == ".html"), paths[0])
        if not context.open_on_desktop(page):
            context.tell("这里没有桌面可以打开文件，请把它拷到有桌面的机器上看")
    return "".join(f"{path}\n" for path in paths)


def _check_no_file(context: Context, form: str, *, numbered: bool, show: bool) -> None:
    """What cannot be asked for where no file is written. Raises WrongUsage."""
    if numbered:
        raise WrongUsage("登记期号要写成文件", "不要和 -o - 或 --json 一起用")
    if show:
        raise WrongUsage("--open 打开的是写好的文件", "不要和 -o - 或 --json 一起用")
    if form in NO_TEXT and context.on_terminal:
        raise WrongUsage(f"{form} 文件不能显示在屏幕上", f"写成文件：-o 报告.{form}")


def _issue(
    context: Context, number: int, period: Period, day: date, policy: str, made: dict[str, bytes], by: str
) -> None:
    assert context.position is not None
    fact = Issued(
        number=number,
        year=day.year,
        policy=policy,
        cycle=period.cycle,
        period=period.name,
        start=period.start,
        day=day,
        position=context.position,
        form="",
        sha256="",
        recorded_by=by,
    )
    context.journal.issue(
        [fact._replace(form=name, sha256=_digest(content)) for name, content in made.items()], context.now
    )
    context.tell(f"已登记 {day.year} 年第 {number} 期")


def _written(contents: dict[Path, bytes], record: Callable[[], None], *, force: bool) -> list[Path]:
    """Write what was made, beside what lies there or with `force` in its place, and `record` it; return where it lies.

    Where either fails, new files are taken back: no file bears a number that is not recorded.
    """
    paths = list(contents) if force else files.free_names(contents)
    new = [path for path in paths if not path.exists()]
    try:
        for path, content in zip(paths, contents.values(), strict=True):
            files.keep(path, content)
        record()
    except DevzoneError:
        for path in new:
            with suppress(OSError, ValueError):
                path.unlink()
        raise
    return paths


def _verify(context: Context, number: int, policy: str, year: int | None) -> str:
    """Make an issued bulletin again, with what was known then, and compare. Raises NotFound, NotTheSame."""
    with context.reading() as reader:
        issued = reader.issued(number, policy, year)
    if not issued:
        raise NotFound(f"没有登记过第 {number} 期", "发出时用 --number 期号 登记")
    first = issued[0]
    context.position = first.position
    period = parse_period(first.period) or bulletin.days(first.start, first.day)
    composed = reports.compose(context, period, first.day, policy, first.recorded_at)._replace(number=number)
    different = [one.form for one in issued if _digest(reports.FORMATS[one.form](context, composed)) != one.sha256]
    if different:
        raise NotTheSame(
            f"{first.year} 年第 {number} 期（{'、'.join(different)}）和发出时不一样",
        )
    return "".join(f"{one.year} 年第 {number} 期 {one.form} 一致 {one.sha256}\n" for one in issued)


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _is_folder(output: str) -> bool:
    """Whether -o names a folder for the files. Raises WrongUsage where a file lies in its place."""
    path = Path(output)
    named = output.endswith(("/", os.sep)) or path.is_dir() or not path.suffix
    if named and path.is_file():
        raise WrongUsage(f"{output} 是一个文件，不是文件夹", "写一个文件夹，或带结尾的文件名")
    return named


def _formats(form: list[str] | None, output: str | None) -> list[str]:
    for name in form or ():
        if name not in reports.FORMATS:
            raise WrongUsage(f"没有格式“{name}”", f"可选：{'、'.join(reports.FORMATS)}")
    if output == "-":
        chosen = form or ["md"]
    elif output and not _is_folder(output):
        suffix = Path(output).suffix.lower().lstrip(".")
        if suffix not in reports.FORMATS:
            raise WrongUsage(
                f"不知道“{output}”要写成什么格式",
                f"文件名以 {'、'.join(f'.{one}' for one in reports.FORMATS)} 结尾，或写一个文件夹",
            )
        chosen = form or [suffix]
        if chosen != [suffix]:
            raise WrongUsage(f"--format 和文件名“{output}”不一致", "写一个文件夹可以一次出多种格式")
    else:
        chosen = form or list(USUAL)
    chosen = list(dict.fromkeys(chosen))
    if output == "-" and len(chosen) > 1:
        raise WrongUsage("标准输出一次只能写一种格式", "--format 只写一个")
    return chosen


def _as_content(composed: bulletin.Bulletin) -> dict[str, object]:
    def news(items: list[bulletin.News]) -> list[dict[str, object]]:
        names = (
            "id",
            "policy",
            "measure",
            "unit",
            "milestone",
            "period",
            "happened_on",
            "progress",
            "note",
            "problem",
            "next_step",
        )
        return rows.as_objects([entry for item in items for entry in item.entries], names)

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
    }
