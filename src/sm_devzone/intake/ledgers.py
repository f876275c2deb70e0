"""The office's own ledger (台账) out of a workbook: each sheet as a table, by what a person sees in it."""

from __future__ import annotations

from pathlib import Path

from sm_devzone.domain.takeover.columns import Block, Table
from sm_devzone.errors import CannotRead, cause
from sm_devzone.intake.cells.book import Page, open_book
from sm_devzone.intake.cells.sheet import letters
from sm_devzone.intake.limits import MAX_BYTES
from sm_devzone.intake.refusal import FileRefused, damage_told
from sm_devzone.intake.sniffing import why_no_workbook

_MAX_COLUMNS = 200
"""A ledger that a person keeps has some twenty."""
_MAX_COVERED = 2_000_000
"""Cells under merged ranges, of which a ledger of ten thousand rows has some ten thousand."""


def read(path: Path) -> list[Table]:
    """The sheets of the workbook at `path` that hold anything. Raises CannotRead."""
    try:
        size = path.stat().st_size
        if not (path.is_file() or path.is_dir()):
            raise FileRefused("不是普通文件，没有读")
        if size > MAX_BYTES:
            raise FileRefused(f"有 {size / 1e6:.0f} MB，超过上限 {MAX_BYTES / 1e6:.0f} MB")
        content = path.read_bytes()
        if said := why_no_workbook(content):
            raise FileRefused(said)
        with damage_told():
            return [_table(path.name, page) for page in open_book(content) if page.rows]
    except OSError as error:
        raise CannotRead(f"{path} 读不了（{cause(error)}）", "请检查路径和权限") from error
    except FileRefused as refusal:
        raise CannotRead(f"{path.name}：{refusal}") from refusal


def _table(file: str, page: Page) -> Table:
    columns = sorted({column for row in page.rows.values() for column in row})
    last = max(page.rows)
    sizes = ((min(own.bottom, last) - own.top + 1, min(own.right - own.left + 1, _MAX_COLUMNS)) for own in page.merged)
    if sum(max(rows, 0) * wide for rows, wide in sizes) > _MAX_COVERED:
        raise FileRefused(f"工作表“{page.title}”里合并了太多格子，请取消合并再收")
    more = columns[_MAX_COLUMNS:]
    notes = [*page.besides, *([(f"{letters(more[0])} 列起", f"太远了，{len(more)} 列没有读")] if more else [])]
    return Table(
        file,
        page.title,
        page.rows,
        [Block(*span) for span in page.merged],
        {column: letters(column) for column in columns[:_MAX_COLUMNS]},
        notes,
    )
