"""`devzone restore ARCHIVE -o FOLDER`: lays out a backup in an empty folder, once all of it was checked."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sm_devzone.context import Context
from sm_devzone.domain.calendar import in_china
from sm_devzone.errors import WrongUsage
from sm_devzone.storage import backup

_BESIDE = ("/contacts.yaml", "/批示和会议议定事项.yaml")
"""What is found beside a plan and needs no naming."""


def command(
    ctx: typer.Context,
    archive: Annotated[str, typer.Argument(metavar="备份", help="backup 写出的文件")],
    output: Annotated[
        str | None, typer.Option("-o", "--output", help="恢复到哪个文件夹，必写；要是空的，或还没有")
    ] = None,
) -> str:
    """把一份备份恢复到一个空文件夹：先核对链和每份佐证材料，都对了才一步放到位；从不覆盖。"""
    context: Context = ctx.obj
    if output is None:
        raise WrongUsage("缺少 -o 文件夹", "例如：devzone restore 备份.zip -o 恢复的台账")
    folder = Path(output)
    if folder.is_file() or (folder.is_dir() and any(folder.iterdir())):
        raise WrongUsage(f"{output} 不是空的，没有恢复", "恢复只写到空文件夹：换一个名字，看过以后再换上去")
    with context.terminal.busy("正在恢复"):
        restored = backup.restore(backup.Archive(Path(archive)), folder)
    manifest = restored.manifest
    for lost in restored.missing:
        context.terminal.tell(f"佐证材料 {lost} 在做备份以前就没有了")
    context.terminal.tell(
        f"恢复了 {in_china(manifest.made_at)} 的备份：事实 {manifest.seal.number} 件、佐证材料 {restored.evidence} 份，"
        f"都核对过；封签 {manifest.seal.code}"
    )
    plans = [part.name for part in manifest.parts if part.name.startswith("plans/") and not part.name.endswith(_BESIDE)]
    plan = folder / (plans[0] if len(plans) == 1 else "plans")
    templates = any(part.name.startswith("templates/") for part in manifest.parts)
    using = [f"--db {folder / backup.JOURNAL}", *([f"--plan {plan}"] if plans else [])]
    using += [f"--templates {folder / 'templates'}"] if templates else []
    context.terminal.tell(f"用它：devzone {' '.join(using)} check")
    return f"{folder}\n"
