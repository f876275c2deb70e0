"""`devzone init`: makes the journal, before anything is recorded in it."""

from __future__ import annotations

import typer

from sm_devzone.context import Context


def command(ctx: typer.Context) -> str:
    """建立一本空的流水，只有本人可读写；已经有了就什么也不动。第一次登记时也会建立。"""
    context: Context = ctx.obj
    database = context.journal.database
    if not context.begin():
        context.terminal.tell("流水已经有了，没有动它")
    return f"{database}\n"
