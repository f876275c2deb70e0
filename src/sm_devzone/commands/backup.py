"""`devzone backup`: journal, evidence, plans and templates of this moment in one file that was read back."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sm_devzone import files
from sm_devzone.context import Context
from sm_devzone.domain.calendar import CHINA
from sm_devzone.errors import PlanInvalid, WrongUsage
from sm_devzone.storage import backup
from sm_devzone.storage.plan_cache import CONTACTS, plan_files


def command(
    ctx: typer.Context,
    output: Annotated[
        str | None,
        typer.Option("-o", "--output", help="写到哪个文件夹（默认 ./backups/），或一个 .zip 文件（总是完整的一份）"),
    ] = None,
) -> str:
    """备份：流水、佐证材料、计划、通讯录、模板装进一个文件，写完读回来逐份核对；别人正在登记也能做。

    服务器上的流水也一样，装进去的是流水文件。文件夹里有以前的完整备份、新东西又不多的，只写新的（增量，恢复时两个文件放在一起）。
    """
    context: Context = ctx.obj
    database = context.journal.database
    if database.is_blank or (database.path is None and _has_nothing(context)):
        raise database.nothing_there(context.settings.db_named_by or "--db")
    folder = Path(output or "backups")
    alone = folder.suffix.lower() == ".zip"
    if folder.is_file() and not alone:
        raise WrongUsage(f"{output} 是一个文件，不是文件夹", "写一个文件夹，或结尾是 .zip 的文件名")
    now = context.settings.now
    target = folder if alone else folder / f"devzone-{now.astimezone(CHINA):%Y%m%d-%H%M%S}.zip"
    with context.terminal.busy("正在备份"):
        made = backup.make(database, context.evidence, _others(context), target, now, alone=alone)
    for told in made.told:
        context.terminal.tell(told)
    manifest = made.manifest
    context.terminal.tell(
        f"备份了事实 {manifest.seal.number} 件、佐证材料 {made.evidence} 份，读回来核对过；封签 {manifest.seal.code}"
    )
    if manifest.base:
        context.terminal.tell(f"这是增量备份，恢复时还要同一个文件夹里的 {manifest.base}")
    return f"{made.path}\n"


def _has_nothing(context: Context) -> bool:
    """Whether there is no journal on the server. One in a file is left as it is, and its copy upgraded.

    Raises Refused for the login of a unit, which does not see all of it.
    """
    if context.viewer is not None:
        return False
    with context.journal.reading() as reader:
        return reader.is_blank


def _others(context: Context) -> dict[str, Path]:
    """What else belongs to the office: plan files, 通讯录 and its own templates, by their names in a backup."""
    found: dict[str, Path] = {}
    settings = context.settings
    try:
        plans = plan_files(settings.plan_path, settings.items_path)
    except PlanInvalid as error:
        context.terminal.tell(f"备份里没有计划文件：{error.problems[0]}")
        plans = []
    beside = settings.beside_plan(CONTACTS)
    plans = [*plans, beside] if beside else plans
    found |= {f"plans/{files.safe_name(path.name)}": path for path in plans if path.is_file()}
    own = context.settings.own_templates
    if own is not None:
        paths = sorted(path for path in own.iterdir() if path.is_file() and not path.name.startswith("."))
        found |= {f"templates/{files.safe_name(path.name)}": path for path in paths}
    return found
