"""A returned 填报表 as Excel, WPS or LibreOffice saved it: its cells, and what it was sent as.

Rows are read one by one, so that a sheet formatted down to its last row costs time and no memory.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Mapping
from contextlib import redirect_stdout
from io import BytesIO, StringIO
from typing import Any
from zipfile import ZipFile

from sm_devzone.domain.answers import HEADINGS, Cell, Returned
from sm_devzone.domain.form import ANSWERS, HELP_SHEET, MANIFEST_SHEET, Sent, read_manifest
from sm_devzone.domain.text import squeezed
from sm_devzone.intake.limits import MAX_BYTES, MAX_CELLS, MAX_ROWS, MAX_UNPACKED_BYTES, MAX_WORDS_BYTES
from sm_devzone.intake.mail import Unreadable

TOO_LARGE = "展开后太大（多半是整张表都带了格式），没有打开；请把填好的内容复制到新发的表里"
_ABOUT = 2000
_HEAD_ROWS = 20
"""Rows in which the header is looked for."""
_CONTROL = re.compile("_x(00[01][0-9A-Fa-f])_")
"""How programs for tables keep control characters. Other escapes openpyxl has undone, where they are any."""
_LITERAL = re.compile(r'"[^"]*"|\\.')
"""What a number format shows as it stands: 0.00"%" is no percentage."""
_OLE = bytes.fromhex("d0cf11e0a1b11ae1")
_MERGED = re.compile(rb'<(?:\w+:)?mergeCell\s[^>]*?ref="([A-Z]+[0-9]+:[A-Z]+[0-9]+)"')


def read(name: str, content: bytes) -> Returned:
    """The form in the workbook `content`. Raises Unreadable."""
    if content.startswith(_OLE):
        said = "加了密码，请去掉密码另存" if "EncryptedPackage".encode("utf-16-le") in content else "其实是旧格式 .xls"
        raise Unreadable(f"{said}；请存成 .xlsx 再收")
    try:
        with ZipFile(BytesIO(content)) as archive:
            # zipfile never reads past the sizes that are told here.
            sizes = {member.filename: member.file_size for member in archive.infolist()}
            about = (
                archive.read("xl/workbook.xml")[:_ABOUT] if sizes.get("xl/workbook.xml", MAX_BYTES) < MAX_BYTES else b""
            )
    except Exception as error:
        raise Unreadable("文件损坏，或不是 .xlsx，请对方重新保存再发") from error
    words = max((size for part, size in sizes.items() if "sharedstrings" in part.lower()), default=0)
    if sum(sizes.values()) > MAX_UNPACKED_BYTES or words > MAX_WORDS_BYTES:
        raise Unreadable(TOO_LARGE)
    if b"purl.oclc.org/ooxml" in about:
        raise Unreadable("存成了“Strict Open XML”格式，请另存为普通的 .xlsx 再收")
    from openpyxl import load_workbook

    try:
        with warnings.catch_warnings(), redirect_stdout(StringIO()):
            # openpyxl warns of what it would lose in writing, and prints what it does not understand.
            warnings.simplefilter("ignore")
            book = load_workbook(BytesIO(content), read_only=True, keep_links=False)
            try:
                returned = _returned(name, book)
            finally:
                book.close()
    except Unreadable:
        raise
    except Exception as error:
        # Anything may be wrong inside a file from outside, and openpyxl has an exception of its own for none of it.
        raise Unreadable(f"文件损坏，打不开（{type(error).__name__}），请对方重新保存再发") from error
    if any("comments" in part.lower() for part in sizes):
        returned = returned._replace(notes=[*returned.notes, ("批注", "没有登记，请打开表看")])
    return returned


def _returned(name: str, book: Any) -> Returned:
    from openpyxl.utils import get_column_letter

    sheets = {sheet.title: _filled_rows(sheet) for sheet in book.worksheets}
    sent = _manifest(sheets)
    others = [title for title in sheets if title not in (MANIFEST_SHEET, HELP_SHEET)]
    # The form by its header, whatever it is called now.
    found = {title: head for title in others if (head := _header(sheets[title])) is not None}
    if not found:
        raise Unreadable(f"没有找到表头（{HEADINGS['answer']}、{HEADINGS['note']}……），请在发出的表里填")
    if len(found) > 1:
        raise Unreadable(f"有 {len(found)} 张填报表（{'、'.join(found)}），看不出收哪一张，请只留一张")
    ((title, head),) = found.items()
    columns = _columns(title, sheets[title][head])
    rows: dict[int, dict[str, Cell]] = {}
    odd: dict[str, str] = {}
    for at, cells in sheets[title].items():
        if at > head:
            rows[at] = {column: _cell(cells[place]) for place, column in columns.items() if place in cells}
        for place, cell in cells.items():
            if at < head and place > 1:
                odd[cell.coordinate] = "写在表头上面，没有登记"
            elif at > head and place not in columns:
                odd[f"{cell.column_letter} 列"] = "是多出来的列，没有登记"
    for span in _merged(book, title):
        _mark(rows, columns, span)
    odd |= {f"工作表“{other}”": "不是发出的，没有读" for other in others if other != title and sheets[other]}
    letters = {column: get_column_letter(place) for place, column in columns.items()}
    return Returned(name, title, sent, letters, {at: row for at, row in sorted(rows.items()) if row}, [*odd.items()])


_Rows = dict[int, dict[int, Any]]
"""Row number -> column number -> the cell of openpyxl, of those that hold anything."""


def _filled_rows(sheet: Any) -> _Rows:
    sheet.reset_dimensions()  # some programs write wrong ones
    rows: _Rows = {}
    looked_at = 0
    for number, row in enumerate(sheet.iter_rows()):
        looked_at += len(row)
        if looked_at > MAX_CELLS or number > MAX_ROWS:
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
    value, flaw = cell.value, ""
    if cell.data_type == "f":
        value, flaw = None, "是公式，请复制后用“选择性粘贴—数值”换成值"
    elif cell.data_type == "e":
        value, flaw = None, f"是错误值 {value}，请改正"
    elif isinstance(value, str):
        value = _CONTROL.sub(lambda found: chr(int(found[1], 16)), value)
    shown = _LITERAL.sub("", cell.number_format)
    return Cell(cell.coordinate, value, percent="%" in shown, flaw=flaw)


def _merged(book: Any, title: str) -> list[tuple[int, int, int, int]]:
    """The merged ranges of a sheet (first column, first row, last column, last row).

    Reading row by row, openpyxl does not tell them; they stand in the sheet's XML behind the rows.
    """
    from openpyxl.worksheet.cell_range import CellRange

    with book[title]._get_source() as source:  # the one way to the sheet's own part of the file
        return [CellRange(ref.decode()).bounds for ref in _MERGED.findall(source.read())]


def _mark(rows: dict[int, dict[str, Cell]], columns: Mapping[int, str], span: tuple[int, int, int, int]) -> None:
    """A merged cell of answers has one value for several rows or columns: none of them is sure."""
    from openpyxl.utils import get_column_letter

    left, top, right, bottom = span
    name = f"{get_column_letter(left)}{top}:{get_column_letter(right)}{bottom}"
    for at, row in rows.items():
        for place, column in columns.items():
            if top <= at <= bottom and left <= place <= right and column in ANSWERS:
                said = f"在合并单元格 {name} 里，请取消合并，逐行填写"
                row[column] = Cell(f"{get_column_letter(place)}{at}", flaw=said)
