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


def read(path: Path) -> list[Table]:
    """The sheets of the workbook at `path` that hold anything. Raises CannotRead."""
    try:
        size = path.stat().st_size
        if size > MAX_BYTES:
            raise FileRefused(f"有 {size / 1e6:.0f} MB，超过上限 {MAX_BYTES / 1e6:.0f} MB")
        content = path.read_bytes()
        if said := why_no_workbook(content):
            raise FileRefused(said)
        with damage_told():
            found = open_book(content)
    except OSError as error:
        raise CannotRead(f"{path} 读不了（{cause(error)}）", "请检查路径和权限") from error
    except FileRefused as refusal:
        raise CannotRead(f"{path.name}：{refusal}") from refusal
    return [_table(path.name, page) for page in found if page.rows]


def _table(file: str, page: Page) -> Table:
    columns = sorted({column for row in page.rows.values() for column in row})[:_MAX_COLUMNS]
    return Table(
        file,
        page.title,
        page.rows,
        [Block(*span) for span in page.merged],
        {column: letters(column) for column in columns},
        page.besides,
    )
