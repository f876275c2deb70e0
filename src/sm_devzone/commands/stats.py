"""`devzone stats`: how units or measures did over a period, each rate with its formula."""

from __future__ import annotations

from collections import Counter
from typing import Annotated

import typer

from sm_devzone.commands.options import AsOfOption, JsonOption, KnownOption, OutputOption, PolicyOption
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
from sm_devzone.domain import statistics
from sm_devzone.domain.bulletin import days
from sm_devzone.domain.glossary import STAT_COLUMNS
from sm_devzone.domain.phrases import span
from sm_devzone.domain.selection import Selection
from sm_devzone.errors import WrongUsage
from sm_devzone.output import rows
from sm_devzone.output.listing import Listing, rendered
from sm_devzone.papers import figures


def command(
    ctx: typer.Context,
    by: Annotated[str, typer.Option("--by", metavar="unit|measure", help="按单位，或按措施")] = "unit",
    rank: Annotated[bool, typer.Option("--rank", help="按按时办结率、报送率排序")] = False,
    week: WeekOption = None,
    month: MonthOption = None,
    quarter: QuarterOption = None,
    half: HalfOption = None,
    year: YearOption = None,
    start: FromOption = None,
    end: ToOption = None,
    form: Annotated[str | None, typer.Option("--format", help="csv 或 json；默认是表格")] = None,
    output: OutputOption = None,
    policy: PolicyOption = None,
    as_of: AsOfOption = None,
    known: KnownOption = None,
    json: JsonOption = False,
) -> str | bytes | Listing:
    """统计：任务、办结、按期、超期、逾期、退回、延期、报送，默认从政策印发到今天。

    按单位时，牵头、责任、配合分开列，督办办公室自己不参加。每个比例都写出两个数；中止的任务不在分母里。
    """
    context: Context = ctx.obj
    if by not in ("unit", "measure"):
        raise WrongUsage(f"--by 没有“{by}”", "可选：unit（单位）、measure（措施）")
    if form not in (None, "csv", "json"):
        raise WrongUsage(f"没有格式“{form}”", "可选：csv、json")
    today = context.settings.day(as_of)
    named = {"week": week, "month": month, "quarter": quarter, "half": half, "year": year}
    period = chosen_period(context, today, named, start, end)
    plan = context.plan.only(policy)
    if period is None:
        period = days(min([today, *(own.issued for own in plan)]), today)
    day = last_day(period, today)
    with context.books(context.settings.known(known)) as books:
        ledger = books.ledger(day, Selection(policy))
        counted = figures.counted(books, ledger, period.start, policy)
        sent = Counter(unit for unit, _, _ in books.journal.sent_since(period.start, day))
        if by == "unit":
            found = statistics.by_unit(
                counted, period.start, lambda unit: sum(sent[name] for name in books.names_of([unit]))
            )
        else:
            found = statistics.by_measure(counted, period.start)
    if rank:
        found = statistics.ranked(found)
    listing = Listing(
        "stats",
        day,
        plan,
        content=lambda: {"from": period.start, "by": by, "rows": rows.as_objects(found, STAT_COLUMNS)},
        lines=lambda: [[getattr(row, name) for name in STAT_COLUMNS] for row in found],
        draw=lambda screen: screen.stats(f"{span(period)}，截至 {day}", found, by, plan),
        as_json=json or form == "json",
    )
    if form != "csv" and output in (None, "-"):
        return listing
    content = rows.csv_file(STAT_COLUMNS, found) if form == "csv" else rendered(listing, on_terminal=False)
    if output in (None, "-"):
        return content
    return context.save(output, content)
