"""`devzone office create|list|upgrade`: the offices that share one PostgreSQL, each with a journal of its own."""

from __future__ import annotations

from typing import Annotated

import typer

from sm_devzone.commands.options import JsonOption
from sm_devzone.context import Context
from sm_devzone.domain.plan import Plan
from sm_devzone.errors import WrongUsage
from sm_devzone.output.listing import Listing
from sm_devzone.storage import offices
from sm_devzone.storage.database import Database

_ACTS = {"create": "新建", "list": "列出", "upgrade": "升级"}
CONDITIONS = {"current": "", "older": "旧的，要升级", "newer": "由更新的 devzone 升级过", "closed": "这个登录看不到"}


def command(
    ctx: typer.Context,
    what: Annotated[
        str, typer.Argument(metavar="做什么", help="create、list 或 upgrade", autocompletion=lambda: [*_ACTS])
    ],
    names: Annotated[list[str] | None, typer.Argument(metavar="办公室", help="办公室的名字，例如 jianning")] = None,
    json: JsonOption = False,
) -> Listing | str:
    """一个 PostgreSQL 里放几个办公室，各有各的流水：create 新建、list 列出、upgrade 升级表结构（不写名字是全部）。"""
    context: Context = ctx.obj
    if what not in _ACTS:
        raise WrongUsage(f"没有“{what}”这一种", f"可选：{'、'.join(f'{act}({term})' for act, term in _ACTS.items())}")
    if json and what != "list":
        raise WrongUsage("--json 只和 list 一起用")
    database = context.journal.database
    wanted = list(names or ())
    if what == "create":
        return _created(context, database, wanted)
    if what == "upgrade":
        return _upgraded(context, database, wanted)
    if wanted:
        raise WrongUsage("list 列出全部办公室，不写名字")
    found = offices.listed(database)
    return Listing(
        "office",
        None,
        Plan(()),
        content=lambda: {"offices": [{**one._asdict(), "condition": one.condition} for one in found]},
        lines=lambda: [(*one, one.condition) for one in found],
        draw=lambda screen: screen.sentences_apart(
            [
                f"{one.office}　属于 {one.owner}　结构 {one.step or '—'}"
                + (f"（{CONDITIONS[one.condition]}）" if CONDITIONS[one.condition] else "")
                for one in found
            ]
            or ["还没有办公室；新建：devzone office create 名字"]
        ),
        as_json=json,
    )


def _created(context: Context, database: Database, names: list[str]) -> str:
    if len(names) != 1:
        raise WrongUsage("新建办公室要写一个名字", "例如：devzone office create jianning")
    own = database.of_office(names[0])
    if own.office == "public":
        raise WrongUsage("public 是没有名字的那一个，不用新建", "不写 --office 就是它，第一次登记时建立")
    if not offices.create(own):
        context.terminal.tell(f"办公室 {own.office} 已经有了，没有动它")
    return f"{own.office}\n"


def _upgraded(context: Context, database: Database, names: list[str]) -> str:
    done = offices.upgrade_all(database, names)
    if not done:
        context.terminal.tell("结构都是最新的，没有要升级的")
    return "".join("\t".join(row) + "\n" for row in done)
