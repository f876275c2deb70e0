"""An office's own ledgers, as people lay them out: rows of cells, headings of several lines, merged ranges."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.utils.cell import coordinate_to_tuple
from openpyxl.worksheet.cell_range import CellRange

PLAN = """
    policy:
      id: demo
      title: 关于做好三件事的若干措施
      issuer: 某市人民政府办公室
      issued: 2024-01-05
      valid_until: 2028-12-31
      office: 市甲局
    units:
      - name: 市甲局
      - name: 市乙局
        aliases: [乙局]
      - name: 市应急管理局
      - name: 东县
      - name: 西县
    groups:
      - name: 各县(市、区)人民政府
        members: [东县, 西县]
    measures:
      - number: 1
        title: 建立联席会议机制
        units: [市甲局, 市乙局]
        tasks: [每月碰头]
      - number: 2
        title: 按期完成园区整合
        units: [市乙局, 各县(市、区)人民政府]
        milestones:
          - key: 整合
            title: 完成园区整合
            origin: policy
            due: 2024-12-31
            as_written: 2024年完成
      - number: 3
        title: 每年体检
        units: [市应急管理局, 市乙局]
        milestones:
          - {key: 体检, title: 全面体检, origin: policy, every: year, first: "2025", as_written: 每年}
        standing: 考评体系
"""


def ledger(
    rows: Sequence[Sequence[Any]], *merged: str, name: str = "台账.xlsx", sheet: str = "台账", formats: Any = ()
) -> Path:
    """Write a ledger: `rows` from A1 on, ranges that are merged, number formats by cell."""
    book = Workbook()
    page = book.active
    assert page is not None
    page.title = sheet
    for row in rows:
        page.append(list(row))
    for cell, code in dict(formats).items():
        page.cell(*coordinate_to_tuple(cell)).number_format = code
    for span in merged:
        page.merged_cells.add(CellRange(span))  # page.merge_cells makes every cell under it
    path = Path(name)
    book.save(path)
    return path
