"""`devzone takeover LEDGER.xlsx`: the office's own Excel of the past, shown, then recorded whole or not at all."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from sm_devzone import files
from sm_devzone.books import Books
from sm_devzone.commands.options import ByOption, YesOption, check_can_record, is_agreed, recorder
from sm_devzone.context import Context
from sm_devzone.domain.answers import Finding
from sm_devzone.domain.entry import Entry
from sm_devzone.domain.plan import Plan
from sm_devzone.domain.takeover.columns import FIELDS, Layout, Table, named_columns, propose
from sm_devzone.domain.takeover.rows import Measures, is_state, weigh
from sm_devzone.errors import NotFound, Refused, WrongUsage
from sm_devzone.output import rows

BLANK = "建账表.xlsx"


def command(
    ctx: typer.Context,
    ledger: Annotated[str | None, typer.Argument(metavar="台账", help="办公室自己的台账，.xlsx")] = None,
    columns: Annotated[
        list[str] | None,
        typer.Option(
            "--columns", help="哪一列是什么，如 措施=B,责任单位=C,状态=办理状态；表头认不出时写明格子，如 措施=B4"
        ),
    ] = None,
    sheet: Annotated[str | None, typer.Option("--sheet", help="哪一张工作表；有几张像台账时要写明")] = None,
    on: Annotated[str | None, typer.Option("--on", help="没有写日期的进展算哪一天的；不写就要求表里有日期")] = None,
    yes: YesOption = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只看，不登记")] = False,
    blank: Annotated[bool, typer.Option("--blank", help="出一张空的建账表，任务都列好，填好再收")] = False,
    output: Annotated[str | None, typer.Option("-o", "--output", help=f"--blank 写到哪里，默认 {BLANK}")] = None,
    by: ByOption = None,
) -> str:
    """建账：把办公室自己的台账读成记录，先列出哪一列是什么、每行记什么，再一次登记；有一处看不准就都不登记。"""
    context: Context = ctx.obj
    if blank:
        if ledger is not None or columns or sheet or on or yes or dry_run:
            raise WrongUsage("--blank 只和 -o 一起用", f"例如：devzone takeover --blank -o {BLANK}")
        return _blank(context, Path(output or BLANK))
    if ledger is None:
        raise WrongUsage("没有写台账文件", "例如：devzone takeover 台账.xlsx；要一张空表：devzone takeover --blank")
    if output is not None:
        raise WrongUsage("-o 只和 --blank 一起用", "例如：devzone takeover --blank -o 建账表.xlsx")
    check_can_record(context, yes=yes, dry_run=dry_run)
    day = context.settings.day(on) if on is not None else None
    who = recorder(context, by)
    table, layout = _found(context.plan, Path(ledger), sheet, named_columns(columns or ()))
    found: list[Finding] = []
    seen: tuple[int, int] | None = None

    def decide(books: Books) -> list[Entry]:
        today = context.settings.today
        if seen == (books.position, books.plans):  # nobody has written since it was shown
            return entries
        now = books.ledger(today)
        found[:] = weigh(table, layout, now, lambda duty: books.acts(today, now.keys(duty)), who, day)
        return [one.entry for one in found if one.result == "new" and one.entry is not None]

    with context.books() as books:
        entries = decide(books)
        seen = books.position, books.plans
    asks = not (yes or dry_run)
    if asks or context.terminal.shows_result:
        from sm_devzone.output import screen

        context.terminal.show(screen.takeover(table, layout, found, context.plan))
    else:
        _tell(context, table, layout, found)
    if any(one.result == "refused" for one in found):
        context.exit_code = Refused.exit_code
        context.terminal.tell("有看不准的格子，一条也没有登记；改好再收，或用 --columns 指明列")
        return ""
    if entries and not dry_run:
        if asks and not is_agreed(context, f"登记这 {len(entries)} 条吗？"):
            return ""
        entries = context.append(decide)
        if not entries:
            raise Refused("别人刚登记了别的，和这份台账对不上了，没有登记", "请再运行一次，看看是哪里")
    if context.terminal.shows_result:
        return f"{'可登记' if dry_run else '已登记'} {len(entries)} 条"
    return rows.tab_separated((e.id or None, e.kind, *e.key, e.happened_on, e.source) for e in entries)


def _found(plan: Plan, path: Path, sheet: str | None, named: dict[str, str]) -> tuple[Table, Layout]:
    """The one table of the workbook that is a ledger. Raises WrongUsage, NotFound, CannotRead."""
    from sm_devzone.intake.ledgers import read

    tables = read(path)
    if sheet is not None:
        titles = "、".join(table.sheet for table in tables)
        tables = [table for table in tables if table.sheet == sheet]
        if not tables:
            raise NotFound(f"{path.name} 里没有工作表“{sheet}”", f"有：{titles}")
    measures = Measures(plan)
    found: list[tuple[Table, Layout | WrongUsage]] = []
    for table in tables:
        try:
            layout = propose(table, named, measures.is_one, is_state)
        except WrongUsage as fault:
            found.append((table, fault))
        else:
            found += [(table, layout)] if layout is not None else []
    if len(found) > 1:
        titles = "、".join(table.sheet for table, _ in found)
        raise WrongUsage(
            f"{path.name} 里有 {len(found)} 张像台账的工作表（{titles}）", "用 --sheet 写明收哪一张，一张一张收"
        )
    for table, proposed in found:
        if isinstance(proposed, WrongUsage):
            raise proposed
        return table, proposed
    raise WrongUsage(
        f"{path.name} 里没有认出表头（{FIELDS['measure']}、{FIELDS['unit']}、{FIELDS['state']}……）",
        "写明表头在哪几格，例如 --columns 措施=B4,责任单位=C4,状态=F4,完成日期=G4,进展情况=H4",
    )


def _tell(context: Context, table: Table, layout: Layout, found: Sequence[Finding]) -> None:
    """What a person should know of, a line each."""
    read = "、".join(f"{table.letters[own.place]} {FIELDS[own.field]}" for own in layout.columns)
    unused = "、".join(f"{table.letters[place]} {heading}" for place, heading in layout.unused)
    context.terminal.tell(f"按这些列读：{read}{f'；没有读：{unused}' if unused else ''}")
    for one in found:
        if one.result in ("note", "refused"):
            context.terminal.tell(f"{one.where}：{'提示' if one.result == 'note' else '退回'}：{one.said}")


def _blank(context: Context, target: Path) -> str:
    """The form to fill in: a row for each duty of the plan as it stands."""
    from sm_devzone.output import lists

    today = context.settings.today
    with context.books() as books:
        ledger = books.ledger(today)
    content = lists.blank_ledger(ledger, ledger.duties)
    return "".join(f"{path}\n" for path in files.write_beside({target: content}))
