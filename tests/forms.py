"""A unit with a program for tables: opens the workbook it was sent, fills in cells, saves it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from tests.conftest import Devzone

PLAN = """
    policy:
      id: demo
      title: 关于做好三件事的若干措施
      issuer: 某市人民政府办公室
      issued: 2026-01-05
      valid_until: 2028-12-31
      office: 市甲局
      reporting_cycle: month
    units:
      - name: 市甲局
      - name: 市乙局
        aliases: [乙局]
      - name: 东县
      - name: 西县
    groups:
      - name: 各县
        members: [东县, 西县]
    measures:
      - number: 1
        title: 常抓不懈
        units: [市甲局, 市乙局]
        tasks: [每月碰头]
      - number: 2
        title: 按期验收
        units: [市乙局, 各县]
        milestones:
          - key: 验收
            title: 通过验收
            origin: policy
            due: 2026-12-31
            as_written: 2026年12月底前
        standing: 其余工作
"""

HEAD = 3
"""The row of the headings; the first duty stands in the next."""

ROWS = {"1": 4, "2 验收": 5, "2": 6}
"""Where the duties of 市乙局 stand in its form."""


def place(sheet: Worksheet, heading: str) -> int:
    """The column of `heading`."""
    return next(cell.column for cell in sheet[HEAD] if cell.value == heading)


def shown(sheet: Worksheet) -> list[list[Any]]:
    """The cells of the duties, which have a code, days as 2026-11-20."""
    return [
        [f"{cell.value:%Y-%m-%d}" if isinstance(cell.value, datetime) else cell.value for cell in row]
        for row in sheet.iter_rows(HEAD + 1)
        if row[place(sheet, "编号") - 1].value
    ]


def edit(path: Path, change: Callable[[Worksheet], Any]) -> Path:
    """Let `change` have the form in the workbook at `path`, and save it."""
    book = load_workbook(path)
    change(book["填报表"])
    book.save(path)
    return path


def fill(path: Path, row: int, **answers: Any) -> Path:
    """Write `answers`, by heading, into a row: fill(path, 4, 本期状态="推进中", 进展情况="…")."""

    def write(sheet: Worksheet) -> None:
        for heading, value in answers.items():
            sheet.cell(row, place(sheet, {"进度": "进度%"}.get(heading, heading))).value = value

    return edit(path, write)


def sent(devzone: Devzone, *words: str) -> Path:
    """The form that 市乙局 is sent."""
    devzone.plan(PLAN)
    out = devzone.ok("send", "--unit", "乙局", "-o", "out", *words).out
    return Path(out.strip())
