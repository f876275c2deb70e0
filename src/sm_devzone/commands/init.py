"""`devzone init`: makes the journal, before anything is recorded in it; with --group for all of an office."""

from __future__ import annotations

from typing import Annotated

import typer

from sm_devzone.context import Context


def command(
    ctx: typer.Context,
    group: Annotated[
        bool, typer.Option("--group", help="让文件夹的同组用户都能读写；已经有的流水也可以这样改成共用")
    ] = False,
) -> str:
    """建立一本空的流水，只有本人可读写（--group：同组的人都可读写）；已经有了就不动里面的记录。第一次登记时也会建立。"""
    context: Context = ctx.obj
    database = context.journal.database
    if not context.begin():
        context.terminal.tell("流水已经有了，没有动它")
    if group:
        context.share()
    return f"{database}\n"
