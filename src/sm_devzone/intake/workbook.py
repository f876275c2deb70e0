"""A returned 填报表 as Excel, WPS or LibreOffice saved it (the only openpyxl): its cells, and what it was sent as.

Rows are read one by one, so that a sheet formatted down to its last row costs time and no memory.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Mapping
from contextlib import redirect_stdout
from io import BytesIO, StringIO
from typing import Any
from zipfile import BadZipFile

from sm_devzone.domain.answers import HEADINGS, Cell, Returned
from sm_devzone.domain.form import ANSWERS, HELP_SHEET, MANIFEST_SHEET, SHEET, Sent, read_manifest, squeezed
from sm_devzone.intake.mail import Unreadable, member_sizes

MAX_XML_BYTES = 100_000_000
"""The unpacked size, in bytes, of the parts of a workbook that are read; more is no form that anybody filled in."""

MAX_CELLS = 5_000_000
"""Cells of a sheet that are looked at, empty ones between others too: a form of ten thousand rows has 180,000."""
TOO_LARGE = "展开后太大（多半是整张表都带了格式），没有打开；请把填好的内容复制到新发的表里"
_HEAD_ROWS = 20
"""Rows in which the header is looked for."""
_OLE = bytes.fromhex("d0cf11e0a1b11ae1")
_MERGED = re.compile(rb'<(?:\w+:)?mergeCell\s[^>]*?ref="([A-Z]+[0-9]+:[A-Z]+[0-9]+)"')


def read(name: str, content: bytes) -> Returned:
    """The form in the workbook `content`. Raises Unreadable."""
    if content.startswith(_OLE):
        said = "加了密码，请去掉密码另存" if "EncryptedPackage".encode("utf-16-le") in content else "其实是旧格式 .xls"
        raise Unreadable(f"{said}；请存成 .xlsx 再收")
    try:
        sizes = member_sizes(content)
    except (BadZipFile, NotImplementedError, ValueError) as error:
        raise Unreadable("文件损坏，或不是 .xlsx，请对方重新保存再发") from error
    if sum(size for part, size in sizes.items() if part.endswith((".xml", ".rels"))) > MAX_XML_BYTES:
        raise Unreadable(TOO_LARGE)
    from openpyxl import load_workbook

    try:
        with warnings.catch_warnings(), redirect_stdout(StringIO()):
            # openpyxl warns of what it would lose in writing, and prints what it does not understand.
            warnings.simplefilter("ignore")
            book = load_workbook(BytesIO(content), read_only=True, keep_links=False)
            try:
                return _returned(name, book)
            finally:
                book.close()
    except Unreadable:
        raise
    except Exception as error:
        # Anything may be wrong inside a file from outside, and openpyxl has an exception of its own for none of it.
        raise Unreadable(f"文件损坏，打不开（{type(error).__name__}），请对方重新保存再发") from error


def _returned(name: str, book: Any) -> Returned:
    from openpyxl.utils import get_column_letter

    sheets = {sheet.title: _filled_rows(sheet) for sheet in book.worksheets}
    sent = _manifest(sheets)
    # The form by its name; renamed, it is the sheet that has the header.
    titles = sorted(sheets.keys() - {MANIFEST_SHEET, HELP_SHEET}, key=lambda title: title != SHEET)
    title, head = next(((title, at) for title in titles if (at := _header(sheets[title])) is not None), ("", 0))
    if not title:
        raise Unreadable(f"没有找到表头（{HEADINGS['answer']}、{HEADINGS['note']}……），请在发出的表里填")
    columns = _columns(title, sheets[title][head])
    merged = _merged(book, title)
    rows: dict[int, dict[str, Cell]] = {}
    notes: list[tuple[str, str]] = []
    strangers: set[str] = set()
    for at, cells in sheets[title].items():
        if at <= head:
            continue
        rows[at] = {column: _cell(cells[place]) for place, column in columns.items() if place in cells}
        strangers |= {cell.column_letter for place, cell in cells.items() if place not in columns}
    for span in merged:
        _mark(rows, columns, span, head)
    notes += [(f"{letter} 列", "是多出来的列，没有登记") for letter in sorted(strangers)]
    notes += [(f"工作表“{other}”", "不是发出的，没有读") for other in titles if other != title and sheets[other]]
    letters = {column: get_column_letter(place) for place, column in columns.items()}
    return Returned(name, title, sent, letters, {at: row for at, row in sorted(rows.items()) if row}, notes)


_Rows = dict[int, dict[int, Any]]
"""Row number -> column number -> the cell of openpyxl, of those that hold anything."""


def _filled_rows(sheet: Any) -> _Rows:
    sheet.reset_dimensions()  # some programs write wrong ones
    rows: _Rows = {}
    looked_at = 0
    for row in sheet.iter_rows():
        looked_at += len(row)
        if looked_at > MAX_CELLS:
            raise Unreadable(TOO_LARGE)
        filled = {cell.column: cell for cell in row if cell.value is not None and cell.value != ""}
        if filled:
            rows[next(iter(filled.values())).row] = filled
    return rows


def _manifest(sheets: Mapping[str, _Rows]) -> Sent:
    for rows in sheets.values():
        if rows and _words(rows.get(1, {}).get(1)) == "devzone":
            lines = [[_words(row.get(at)) for at in range(1, max(row) + 1)] for row in rows.values()]
            sent = read_manifest(lines)
            if isinstance(sent, str):
                raise Unreadable(sent)
            return sent
    raise Unreadable("不是 devzone 发出的填报表（没有隐藏的信息页），请在发出的表里填")


def _words(cell: Any) -> str:
    return "" if cell is None or cell.value is None else str(cell.value)


def _header(rows: _Rows) -> int | None:
    """The number of the row that holds the headings."""
    wanted = set(HEADINGS.values())
    for at, row in list(rows.items())[:_HEAD_ROWS]:
        found = {squeezed(_words(cell)) for cell in row.values()} & wanted
        if HEADINGS["answer"] in found and len(found) > len(ANSWERS):
            return at
    return None


def _columns(title: str, header: Mapping[int, Any]) -> dict[int, str]:
    """Column number -> name. Raises Unreadable where a column is missing or there twice."""
    names = {heading: name for name, heading in HEADINGS.items()}
    found = {place: names[word] for place, cell in header.items() if (word := squeezed(_words(cell))) in names}
    missing = [HEADINGS[name] for name in HEADINGS if name not in found.values()]
    if missing:
        raise Unreadable(f"工作表“{title}”少了“{'”“'.join(missing)}”列，请在发出的表里填，不要删改表头")
    if twice := {HEADINGS[name] for name in found.values() if list(found.values()).count(name) > 1}:
        raise Unreadable(f"工作表“{title}”有几列都叫“{'”“'.join(sorted(twice))}”，请只留一列")
    return found


def _cell(cell: Any) -> Cell:
    from openpyxl.utils.escape import unescape

    value, flaw = cell.value, ""
    if cell.data_type == "f":
        value, flaw = None, "是公式，请复制后用“选择性粘贴—数值”换成值"
    elif cell.data_type == "e":
        value, flaw = None, f"是错误值 {value}，请改正"
    elif isinstance(value, str):
        value = unescape(value)  # programs for tables keep control characters as _x0007_
    return Cell(cell.coordinate, value, percent="%" in cell.number_format, flaw=flaw)


def _merged(book: Any, title: str) -> list[tuple[int, int, int, int]]:
    """The merged ranges of a sheet (first column, first row, last column, last row).

    Reading row by row, openpyxl does not tell them; they stand in the sheet's XML behind the rows.
    """
    from openpyxl.worksheet.cell_range import CellRange

    with book[title]._get_source() as source:  # the one way to the sheet's own part of the file
        return [CellRange(ref.decode()).bounds for ref in _MERGED.findall(source.read())]


def _mark(
    rows: dict[int, dict[str, Cell]], columns: Mapping[int, str], span: tuple[int, int, int, int], head: int
) -> None:
    """A merged cell below the header, of answers, has one value for several rows or columns: none of them is sure."""
    from openpyxl.utils import get_column_letter

    left, top, right, bottom = span
    name = f"{get_column_letter(left)}{top}:{get_column_letter(right)}{bottom}"
    for at in range(max(top, head + 1), bottom + 1):
        for place in range(left, right + 1):
            if columns.get(place) in ANSWERS and at in rows:
                ref = f"{get_column_letter(place)}{at}"
                rows[at][columns[place]] = Cell(ref, flaw=f"在合并单元格 {name} 里，请取消合并，逐行填写")
