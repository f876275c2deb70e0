"""`devzone grant`: what a login of the server may see and record; the SQL of it, run with --yes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import typer

from sm_devzone.books import Books
from sm_devzone.commands.options import JsonOption, UnitOption, recorder
from sm_devzone.context import Context
from sm_devzone.domain.plan import Plan
from sm_devzone.domain.plan_history import PlanVersion
from sm_devzone.domain.text import stray_character
from sm_devzone.errors import WrongUsage
from sm_devzone.output import rows
from sm_devzone.output.listing import Listing
from sm_devzone.storage import rights
from sm_devzone.storage.rights import SORTS, Login

_LONGEST = 63
"""Bytes that PostgreSQL keeps of a name."""


def command(
    ctx: typer.Context,
    login: Annotated[str | None, typer.Option("--login", help="数据库的登录；没有的会建立，口令由管理员设")] = None,
    unit: UnitOption = None,
    office: Annotated[bool, typer.Option("--office", help="办公室的人：看全部，办办公室的事")] = False,
    leader: Annotated[bool, typer.Option("--leader", help="领导：看全部，不登记")] = False,
    reader: Annotated[bool, typer.Option("--reader", help="只读：看全部，不登记，例如统计软件")] = False,
    revoke: Annotated[bool, typer.Option("--revoke", help="收回这个登录的全部授权；它登记过的都还在")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="直接运行；不写时只打出 SQL，交给数据库管理员看、去运行")] = False,
    json: JsonOption = False,
) -> Listing | str:
    """授权 PostgreSQL 的登录：一个单位的只看、只报本单位的，办公室、领导、只读的看全部。不写 --login 列出授权。

    打出 SQL，交给数据库管理员看、去运行；加 --yes 就直接运行。
    """
    context: Context = ctx.obj
    database = context.journal.database
    chosen = [
        sort for sort, given in (("unit", unit), ("office", office), ("leader", leader), ("reader", reader)) if given
    ]
    if login is None:
        if chosen or revoke or yes:
            raise WrongUsage("缺少 --login", "例如：devzone grant --unit 建宁县 --login jianning")
        return _list(rights.logins(database), as_json=json)
    name = _checked(login)
    if len(chosen) != (0 if revoke else 1):
        said = "收回时不写" if revoke else "写明是哪一种，只写一个："
        raise WrongUsage(
            f"{said} --unit、--office、--leader、--reader", f"例如：devzone grant --unit 建宁县 --login {name}"
        )
    if json:
        raise WrongUsage("--json 只用于列出授权")
    granted = Login(name, chosen[0] if chosen else "reader", _unit(context.plan, unit) if unit else None)
    if not yes:
        return "".join(f"{line};\n" for line in ("BEGIN", *rights.script(database, granted, revoked=revoke), "COMMIT"))
    if not revoke:
        _record_plan(context)
    with context.books() as books:
        histories = books.recorded()
    rights.grant(database, granted, histories, revoked=revoke)
    if revoke:
        return f"{name} 的授权收回了\n"
    return f"{name} → {SORTS[granted.sort]}{f' {granted.unit}' if granted.unit else ''}\n"


def _list(logins: Sequence[Login], *, as_json: bool) -> Listing:
    return Listing(
        "grant",
        None,
        Plan(()),
        content=lambda: {"logins": rows.as_objects(logins)},
        lines=lambda: logins,
        draw=lambda screen: screen.sentences_apart(
            [f"{one.login}　{SORTS[one.sort]}{f'　{one.unit}' if one.unit else ''}" for one in logins]
            or ["还没有授权任何登录"]
        ),
        as_json=as_json,
    )


def _checked(login: str) -> str:
    name = login.strip()
    if not name or len(name.encode()) > _LONGEST or stray_character(name):
        raise WrongUsage(f"“{name[:40]}”不能作登录的名字", f"最多 {_LONGEST} 个字节，例如 jianning")
    return name


def _unit(plan: Plan, words: str) -> str:
    """The one unit that is meant. Raises NotFound, and WrongUsage where it is several."""
    names = plan.find_units(words)
    if len(names) != 1:
        raise WrongUsage(f"“{words}”是 {len(names)} 个单位，一个登录只给一个单位", "写单位的全称")
    return names[0]


def _record_plan(context: Context) -> None:
    """What a unit is called is known by the recorded plan: it is recorded first where it is not."""
    who = recorder(context, None)

    def pending(books: Books) -> list[PlanVersion]:
        return books.pending(context.text_of_plan, who)

    for version in context.adopt(pending):
        context.terminal.tell(f"计划 {version.policy} 登记为第 {version.number} 版")
