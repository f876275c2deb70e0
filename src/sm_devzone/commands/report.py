"""`devzone report`: the 督办报告 of a period, as Markdown and as one self-contained HTML file."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from sm_devzone.commands.options import AsOfOption, JsonOption, OutputOption, PolicyOption
from sm_devzone.context import Context
from sm_devzone.domain import bulletin
from sm_devzone.domain.calendar import ONE_DAY, Period, parse_period, period_of
from sm_devzone.errors import WrongUsage
from sm_devzone.output import document, files, rows

FORMATS = ("md", "html")


def command(
    ctx: typer.Context,
    week: Annotated[str | None, typer.Option("--week", help="周，如 2026-W47")] = None,
    month: Annotated[str | None, typer.Option("--month", help="月，如 2026-11")] = None,
    quarter: Annotated[str | None, typer.Option("--quarter", help="季度，如 2026Q4")] = None,
    year: Annotated[str | None, typer.Option("--year", help="年，如 2026")] = None,
    start: Annotated[str | None, typer.Option("--from", help="自定时段的第一天")] = None,
    end: Annotated[str | None, typer.Option("--to", help="自定时段的最后一天")] = None,
    form: Annotated[list[str] | None, typer.Option("--format", help="md 或 html；可写多次，默认两种都出")] = None,
    output: OutputOption = None,
    policy: PolicyOption = None,
    as_of: AsOfOption = None,
    json: JsonOption = False,
) -> str:
    """一个时段的督办报告，默认本周到今天，写进 ./reports/，并打印写好的文件。"""
    context: Context = ctx.obj
    today = context.day(as_of)
    named = {"week": week, "month": month, "quarter": quarter, "year": year}
    period = _period({cycle: text for cycle, text in named.items() if text is not None}, start, end, today, context)
    day = min(period.end, today)
    if period.start > day:
        raise WrongUsage(f"时段从 {period.start} 开始，而截至日是 {day}", "请改时段或 --as-of")
    formats = _formats(form, output)
    composed = _compose(context, period, day, policy)
    if json:
        return rows.json_document("report", day, context.plan.only(policy), _as_content(composed))
    made = {name: document.render(f"report.{name}", composed, context.template_paths) for name in formats}
    if output == "-":
        return made[formats[0]]
    written = []
    for name, text in made.items():
        target = Path(output or "reports")
        if not target.suffix or target.is_dir():
            target /= f"{bulletin.file_stem(period, day)}.{name}"
        files.replace(target, text.encode())
        written.append(f"{target}\n")
    return "".join(written)


def _period(named: dict[str, str], start: str | None, end: str | None, today: date, context: Context) -> Period:
    if len(named) + (start is not None or end is not None) > 1:
        raise WrongUsage("时段只能写一种", "--week、--month、--quarter、--year、--from/--to 选一个")
    for cycle, text in named.items():
        period = parse_period(text)
        if period is None or period.cycle != cycle:
            shape = {"week": "2026-W47", "month": "2026-11", "quarter": "2026Q4", "year": "2026"}[cycle]
            raise WrongUsage(f"--{cycle} “{text}”写法不对", f"写成 {shape}")
        return period
    if start is None and end is None:
        return period_of("week", today)
    if start is None:
        raise WrongUsage("有 --to 还要有 --from")
    first, last = context.day(start), context.day(end) if end else today
    if last < first:
        raise WrongUsage(f"--to {last} 早于 --from {first}")
    return bulletin.days(first, last)


def _formats(form: list[str] | None, output: str | None) -> list[str]:
    for name in form or ():
        if name not in FORMATS:
            raise WrongUsage(f"没有格式“{name}”", f"可选：{'、'.join(FORMATS)}")
    suffix = Path(output).suffix.lower().lstrip(".") if output and output != "-" else ""
    if output == "-":
        chosen = form or ["md"]
    elif suffix and not Path(output or "").is_dir():
        if suffix not in FORMATS:
            raise WrongUsage(f"不知道“{output}”要写成什么格式", "文件名以 .md 或 .html 结尾，或写一个文件夹")
        chosen = form or [suffix]
        if chosen != [suffix]:
            raise WrongUsage(f"--format 和文件名“{output}”不一致", "写一个文件夹可以一次出多种格式")
    else:
        chosen = form or list(FORMATS)
    chosen = list(dict.fromkeys(chosen))
    if output == "-" and len(chosen) > 1:
        raise WrongUsage("标准输出一次只能写一种格式", "--format 只写一个")
    return chosen


def _compose(context: Context, period: Period, day: date, policy: str | None) -> bulletin.Bulletin:
    ledger = context.ledger(day, policy)
    before = context.ledger(period.start - ONE_DAY, policy)
    with context.journal.reading() as reader:
        entries = reader.entries(day, policy, since=period.start)
    known = {(own.id, measure.number) for own in ledger.plan for measure in own.measures}
    return bulletin.compose(period, ledger, before, [e for e in entries if (e.policy, e.measure) in known])


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
        return rows.as_objects([item.entry for item in items], names)

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
