"""`devzone card --unit U`: 单位履责卡, one page a unit."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sm_devzone import files
from sm_devzone.commands.options import (
    AsOfOption,
    KnownOption,
    PolicyOption,
    UnitsOption,
    chosen_folder,
    chosen_formats,
)
from sm_devzone.context import Context
from sm_devzone.errors import WrongUsage
from sm_devzone.papers import cards
from sm_devzone.papers.issuing import written


def command(
    ctx: typer.Context,
    unit: UnitsOption = None,
    form: Annotated[list[str] | None, typer.Option("--format", help="docx 或 html；可写多次，默认 docx")] = None,
    output: Annotated[str | None, typer.Option("-o", "--output", help="写到哪个文件夹，默认 ./cards/")] = None,
    policy: PolicyOption = None,
    as_of: AsOfOption = None,
    known: KnownOption = None,
) -> str:
    """单位履责卡：一个单位一页，任务、近十二期报送、督办单、延期、缺的佐证，和同类单位放在一起看；不排名。"""
    context: Context = ctx.obj
    if not unit:
        raise WrongUsage("缺少 --unit", "例如：devzone card --unit 建宁")
    formats = chosen_formats(form, cards.FORMATS) or ["docx"]
    folder = chosen_folder(output, "cards", "一个单位一份，写到一个文件夹里")
    day, plan = context.settings.day(as_of), context.plan.only(policy)
    units = list(dict.fromkeys(name for word in unit for name in plan.find_units(word)))
    with context.books(context.settings.known(known)) as books:
        found = cards.of_units(books, units, day, policy)
    without = [name for name in units if name not in {own.unit for own in found}]
    if without:
        context.terminal.tell(f"{day} 没有任务的单位，没有出卡：{'、'.join(without)}")
    paths: list[Path] = []
    for own in found:
        stem = f"履责卡-{own.unit}-{day:%Y%m%d}"
        made = {
            folder / files.safe_name(f"{stem}.{name}"): cards.FORMATS[name](context.settings, own) for name in formats
        }
        paths += written(made)
    return "".join(f"{path}\n" for path in paths)
