"""The options that name a period, and the period they mean."""

from __future__ import annotations

from datetime import date
from typing import Annotated

import typer

from sm_devzone.context import Context
from sm_devzone.domain.bulletin import days
from sm_devzone.domain.calendar import WRITTEN, Period, parse_period
from sm_devzone.errors import WrongUsage
from sm_devzone.settings import YEARS

WeekOption = Annotated[str | None, typer.Option("--week", help="周，如 2026-W47")]
MonthOption = Annotated[str | None, typer.Option("--month", help="月，如 2026-11")]
QuarterOption = Annotated[str | None, typer.Option("--quarter", help="季度，如 2026Q4")]
HalfOption = Annotated[str | None, typer.Option("--half", help="半年，如 2026H1")]
YearOption = Annotated[str | None, typer.Option("--year", help="年，如 2026")]
FromOption = Annotated[str | None, typer.Option("--from", help="自定时段的第一天")]
ToOption = Annotated[str | None, typer.Option("--to", help="自定时段的最后一天")]


def chosen_period(
    context: Context,
    today: date,
    named: dict[str, str | None],
    start: str | None,
    end: str | None,
) -> Period | None:
    """The one period that the options name (`named` by cycle), None when they name none. Raises WrongUsage."""
    given = {cycle: text for cycle, text in named.items() if text is not None}
    if len(given) + (start is not None or end is not None) > 1:
        raise WrongUsage("时段只能写一种", "--week、--month、--quarter、--half、--year、--from/--to 选一个")
    for cycle, text in given.items():
        period = parse_period(text)
        if period is None or period.cycle != cycle:
            raise WrongUsage(f"--{cycle} “{text}”写法不对", f"写成 {WRITTEN[cycle]}")
        if period.start.year not in YEARS:
            raise WrongUsage(f"--{cycle} {text} 太早或太晚", f"年份在 {YEARS.start} 到 {YEARS.stop - 1} 之间")
        return period
    if start is None and end is None:
        return None
    if start is None:
        raise WrongUsage("有 --to 还要有 --from")
    first, last = context.settings.day(start), context.settings.day(end) if end else today
    if last < first:
        raise WrongUsage(f"--to {last} 早于 --from {first}")
    return days(first, last)


def last_day(period: Period, today: date) -> date:
    """The last day of `period` so far. Raises WrongUsage when it has not begun."""
    if period.start > today:
        raise WrongUsage(f"时段从 {period.start} 开始，而截至日是 {today}", "请改时段或 --as-of")
    return min(period.end, today)
