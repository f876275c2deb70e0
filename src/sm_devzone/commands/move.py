"""`devzone move --to PLACE`: the journal goes from a file to a server, or back, and is the same there."""

from __future__ import annotations

from typing import Annotated

import typer

from sm_devzone.context import Context
from sm_devzone.errors import Refused, WrongUsage


def command(
    ctx: typer.Context,
    to: Annotated[
        str | None,
        typer.Option("--to", metavar="地址", help="搬到哪里，必写：PostgreSQL 的地址，或一个还没有的文件"),
    ] = None,
) -> str:
    """把流水连同链和佐证材料搬到一个空的 PostgreSQL，或搬回一个文件：读回来核对过才算数，原来的从此只能看。"""
    from sm_devzone.storage.database import Database
    from sm_devzone.storage.evidence import store_of
    from sm_devzone.storage.journal import Journal
    from sm_devzone.storage.move import move

    context: Context = ctx.obj
    if context.viewer is not None:
        raise Refused(f"登录 {context.viewer.login} 不能搬流水", "请用建立它的登录（办公室的主人）")
    if not to:
        raise WrongUsage("缺少 --to 地址", "例如：devzone move --to postgresql+psycopg://用户@主机/数据库")
    source, target = context.journal.database, Database(to, makes_folder=False)
    with context.journal.reading() as reader:
        if reader.is_blank:
            raise source.nothing_there(context.settings.db_named_by or "--db")
        if reader.seal() is None:
            raise WrongUsage(f"流水里还没有记录，没有可搬的：{source}", "直接用新的地方：devzone --db 地址 init")
    if target.path is not None and target.path.exists() and source.path and target.path.samefile(source.path):
        raise WrongUsage(f"{target} 就是现在的流水，没有搬", "写一个空的地方")
    with context.terminal.busy("正在搬"):
        moved = move(source, context.evidence, target, store_of(target), context.recorded, context.settings.today)
    with Journal(target).reading() as reader:
        memory = context.memory_of(target)
        memory.keep(memory.looked(reader.seal, whatever_was=True))
    for told in moved.told:
        context.terminal.tell(f"没有搬过去（以前就没有了，或被改过）：{told}")
    had = "上次已经搬过去了，这次核对过" if moved.was_there else "搬过去读回来核对过"
    context.terminal.tell(
        f"事实 {moved.seal.number} 件、佐证材料 {moved.evidence} 份，{had}；两边封签都是 {moved.seal.code}"
    )
    context.terminal.tell(f"原来的从此只能看：{source}；以后 --db 或 DEVZONE_DB 写新的地址，计划、模板、通讯录照旧")
    if source.path is None or target.path is None:
        context.terminal.tell("授权不跟着搬：单位、领导各用自己登录的，在新的地方再 devzone grant")
    return f"{target}\n"
