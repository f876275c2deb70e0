"""`devzone views`: brings the views of a server up to today, and tells what stands in their columns."""

from __future__ import annotations

import typer

from sm_devzone.commands.options import JsonOption
from sm_devzone.context import Context
from sm_devzone.domain.plan import Plan
from sm_devzone.output import rows
from sm_devzone.output.listing import Listing
from sm_devzone.storage import views


def command(ctx: typer.Context, json: JsonOption = False) -> Listing:
    """给别的软件用的视图（PostgreSQL）：算到今天的任务台账 duties、逾期 overdue，流水 facts；列出每一列是什么。"""
    context: Context = ctx.obj
    views.check(context.journal.database)
    today = context.settings.today
    with context.books() as books:
        seal = books.journal.seal()
        ledger = books.ledger(today)
        duties = list(books.with_words(ledger.duties, ledger))
    views.fill(context.journal.database, duties, today, seal.number if seal else 0)
    columns = views.columns(context.journal.database)
    context.terminal.tell(f"任务 {len(duties)} 项，截至 {today}；有新的登记以后再运行一次")
    return Listing(
        "views",
        None,
        Plan(()),
        content=lambda: {"as_of": today, "duties": len(duties), "columns": rows.as_objects(columns)},
        lines=lambda: columns,
        draw=lambda screen: screen.sentences_apart([f"{one.view}.{one.column}　{one.meaning}" for one in columns]),
        as_json=json,
    )
