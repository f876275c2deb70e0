"""Workbooks for Excel, WPS and LibreOffice: the 填报表 of a unit, and lists to send on.

The same content gives the same bytes. What is text goes in as text, so that no cell from outside is a formula.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import date, datetime, time
from io import BytesIO
from math import ceil
from typing import Any, NamedTuple
from unicodedata import east_asian_width

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from sm_devzone.domain import review
from sm_devzone.domain.answers import EMPTY, FORM_HEADINGS, REASON, SentBack
from sm_devzone.domain.form import (
    ANSWERS,
    CHOICES,
    CONTACT,
    FIXED,
    FOOTER,
    HELP_SHEET,
    MANIFEST_SHEET,
    SHEET,
    SIGNATURE,
    Form,
    help_lines,
    manifest,
)
from sm_devzone.domain.review import Sheet
from sm_devzone.domain.text import plain

MAX_CHARACTERS = 32_767
"""What a cell of a workbook can hold."""

PAPERS = {"A4": 9, "A3": 8}
"""The papers that workbooks are printed on, and the numbers that programs for tables know them by."""

_NARROW, _SQUEEZED = 12, 0.75
"""Columns of more than so many characters hold words; they give way where a list is to be printed on A4."""

_LINE, _HIGHEST, _ROOM_TO_ANSWER = 14.5, 409, 48
"""Points: a line of text, the highest row that there is, and the lowest row that leaves room for an answer."""

_FONT = {"font_name": "宋体", "font_size": 11, "valign": "top"}
_DAY = "yyyy-mm-dd"
_LOCKED_COLOUR, _OPEN_COLOUR = "#E7E6E6", "#DDEBF7"
_WIDTHS = {
    "number": 5,
    "measure": 14,
    "tasks": 28,
    "place": 10,
    "role": 6,
    "due": 12,
    "state": 10,
    "last": 26,
    "answer": 10,
    "progress": 7,
    "done_on": 12,
    "note": 30,
    "problem": 19,
    "needs": 11,
    "next_step": 19,
    "promised": 12,
    "material": 13,
    "reporter": 9,
    "phone": 14,
}
"""The columns of a form in their order, FIXED and then ANSWERS, and their widths in characters."""


class ListColumn(NamedTuple):
    """A column of a list: its heading, its width in characters, and how a record's cell is made. Cells wrap.

    A cell is text, a whole number, a share of one (shown in percent), a day, a moment, a Shaded of these, or None.
    A column that `may_go` is left out where nothing stands in it.
    `choices` are what may be filled in, where the list is one to fill in.
    """

    heading: str
    width: float
    cell: Callable[[Any], object]
    may_go: bool = False
    choices: Sequence[str] = ()


class Shaded(NamedTuple):
    """A cell in the colour of the state or signal `name`."""

    value: object
    name: str


_SHADES: dict[str, dict[str, Any]] = {
    "overdue": {"font_color": "#9C0006", "bg_color": "#FFC7CE", "bold": True},
    "due_soon": {"font_color": "#7F6000", "bg_color": "#FFEB9C"},
    "on_track": {"font_color": "#006100", "bg_color": "#E2EFDA"},
    "closed_out": {"font_color": "#006100", "bg_color": "#C6EFCE"},
    "submitted": {"font_color": "#1F4E79", "bg_color": "#DDEBF7"},
    "suspended": {"font_color": "#595959", "bg_color": "#EDEDED"},
}
"""State or signal -> how its cell looks; what is not named looks as the others do."""


def form(sent: Form, advice: Sequence[str], paper: str) -> bytes:
    """What a unit fills in: the form, a sheet of `advice` how to do so, and the hidden one that tells what it is.

    It is printed on `paper`, one of PAPERS, landscape and one page wide.
    """
    target = BytesIO()
    with _book(target, sent.day) as book:
        sheet = book.add_worksheet(SHEET)
        _draw_form(book, sheet, sent, paper)
        guide = book.add_worksheet(HELP_SHEET)
        guide.set_column(0, 0, 100)
        guide.hide_gridlines(2)
        title, *lines = help_lines(advice)
        guide.write_string(0, 0, title, book.add_format({**_FONT, "font_size": 16, "bold": True}))
        look = book.add_format({**_FONT, "font_size": 12, "text_wrap": True})
        for number, words in enumerate(lines, 1):
            guide.write_string(number, 0, words, look)
        guide.protect()
        _hide_manifest(book, manifest(sent, _shown, advice))
    return target.getvalue()


def sent_back(back: SentBack, advice: Sequence[str], paper: str) -> bytes:
    """A form that is sent back: as `form` makes it, with the answers, the refused ones marked, and why beside."""
    target = BytesIO()
    names = [*FIXED, *ANSWERS]
    reasons = [back.reason(at) for at in range(len(back.form.rows))]
    with _book(target, back.form.day) as book:
        sheet = book.add_worksheet(SHEET)
        _draw_form(book, sheet, back.form, paper)
        base = {**_FONT, "text_wrap": True, "border": 1, "locked": False}
        marked = {**base, **{name: look for name, look in _SHADES["overdue"].items() if name != "bold"}}
        styles: dict[tuple[bool, str], Format] = {
            (is_marked, kind): book.add_format({**(marked if is_marked else base), "num_format": kind})
            for is_marked in (True, False)
            for kind in ("@", _DAY, "General")
        }
        for at, (row, refused) in enumerate(zip(back.answers, back.refused, strict=True), 3):
            for name in {*row, *(name for name in refused if name in ANSWERS)}:
                cell, place = row.get(name, EMPTY), names.index(name)
                if cell.day is not None and name == "done_on":
                    sheet.write_datetime(at, place, _midnight(cell.day), styles[name in refused, _DAY])
                elif cell.number is not None and name == "progress" and cell.shown == f"{cell.number:g}":
                    sheet.write_number(at, place, cell.number, styles[name in refused, "General"])
                else:
                    _write(sheet, at, place, cell.shown, styles[name in refused, "@"])
        beside = len(names) + 1
        why = book.add_format({**_FONT, "text_wrap": True, "border": 1, "font_color": "#9C0006"})
        sheet.set_column(beside, beside, 36)
        sheet.write_string(2, beside, REASON, book.add_format({**_FONT, "bold": True, "border": 1, "align": "center"}))
        for at, reason in enumerate(reasons, 3):
            _write(sheet, at, beside, reason, why)
        red = book.add_format({**_FONT, "font_color": "#9C0006"})
        for at, said in enumerate(back.besides, len(reasons) + 6):
            _write(sheet, at, 1, said, red)
        _hide_manifest(book, manifest(back.form, _shown, advice, (REASON, *reasons, *back.besides)))
    return target.getvalue()


def review_sheet(sent: Sheet, paper: str) -> bytes:
    """What waits for the office, with room for its decision beside each row, for `collect`; printed on `paper`."""
    target = BytesIO()
    with _book(target, sent.day) as book:
        sheet = book.add_worksheet(review.SHEET)
        looks = _SheetLooks(book)
        _heading(book, sheet, *sent.heading, len(_REVIEW_WIDTHS))
        widths = _columns(sheet, looks, review.REVIEW_HEADINGS, review.VERDICT, _REVIEW_WIDTHS, paper)
        for at, row in enumerate(sent.rows, 3):
            cells = sent.cells(row)
            for place, name in enumerate(widths):
                value = cells.get(name)
                if isinstance(value, date):
                    sheet.write_datetime(at, place, _midnight(value), looks.locked_day)
                elif isinstance(value, int):
                    sheet.write_number(at, place, value, looks.locked_middle)
                elif place:
                    look = looks.locked if name in review.FIXED else looks.open_text
                    _write(sheet, at, place, str(value or ""), look)
            _finish_row(sheet, looks, at, row.code, [cells.get(name) for name in widths], widths)
        rule = {"validate": "list", "source": list(review.CHOICES), "error_message": "请选销号或退回"}
        _check_cells(sheet, list(widths).index("decision"), len(sent.rows), "审核意见", rule)
        _finish(sheet, paper)
        _hide_manifest(book, review.manifest(sent, _shown))
    return target.getvalue()


_REVIEW_WIDTHS = {
    "number": 5,
    "unit": 14,
    "measure": 18,
    "place": 10,
    "due": 12,
    "done_on": 12,
    "note": 40,
    "evidence": 22,
    "waited": 9,
    "decision": 10,
    "words": 32,
}


def _hide_manifest(book: Workbook, lines: Iterable[Sequence[str]]) -> None:
    """The hidden sheet that says what was sent."""
    hidden = book.add_worksheet(MANIFEST_SHEET)
    for number, line in enumerate(lines):
        for place, word in enumerate(line):
            hidden.write_string(number, place, word)
    hidden.protect()
    hidden.very_hidden()


def _draw_form(book: Workbook, sheet: Worksheet, sent: Form, paper: str) -> None:
    looks = _SheetLooks(book)
    title, facts, label = sent.above
    names = list(_WIDTHS)
    _heading(book, sheet, title, facts, len(names))
    once = names.index(CONTACT[0])
    sheet.write_string(1, once - 1, label, book.add_format({**_FONT, "align": "right", "valign": "vcenter"}))
    for place, words in enumerate(sent.contact, once):
        _write(sheet, 1, place, words, looks.open_text)
    sheet.write_string(len(sent.rows) + 4, 1, SIGNATURE, book.add_format({**_FONT, "locked": False}))
    widths = _columns(sheet, looks, FORM_HEADINGS, ANSWERS, _WIDTHS, paper)
    styles = {
        **dict.fromkeys(FIXED, looks.locked),
        **dict.fromkeys(("place", "role"), looks.locked_middle),
        **dict.fromkeys(("done_on", "promised"), looks.open_day),
        "progress": looks.open,
    }
    for at, row in enumerate(sent.rows, 3):
        values = [getattr(row, name, None) for name in names]
        for place, (name, value) in enumerate(zip(names[1:], values[1:], strict=True), 1):
            if isinstance(value, date):
                sheet.write_datetime(at, place, _midnight(value), looks.locked_day)
            else:
                is_late = name == "state" and "逾期" in (value or "")
                _write(sheet, at, place, value or "", looks.late if is_late else styles.get(name, looks.open_text))
        _finish_row(sheet, looks, at, row.code, values, widths)
    choices = {"validate": "list", "source": list(CHOICES), "error_message": f"请选{'、'.join(CHOICES)}"}
    _check_cells(sheet, names.index("answer"), len(sent.rows), "本期状态", choices)
    share = {"validate": "decimal", "criteria": "between", "minimum": 0, "maximum": 100}
    share["error_message"] = "请写 0 到 100 的整数，如 80"
    _check_cells(sheet, names.index("progress"), len(sent.rows), "进度%", share)
    _finish(sheet, paper)


# Sheets to fill in: headings in the third row, the code of each row in a hidden column behind the others.


def _columns(
    sheet: Worksheet,
    looks: _SheetLooks,
    headings: Mapping[str, str],
    to_fill_in: Collection[str],
    widths: Mapping[str, float],
    paper: str,
) -> dict[str, float]:
    """Make the columns of `widths`, with a hidden one behind them; return the width that each has on `paper`."""
    found = {name: _width_on(paper, width) for name, width in widths.items()}
    for place, (name, width) in enumerate(found.items()):
        sheet.set_column(place, place, width)
        sheet.write_string(2, place, headings[name], looks.heads[name in to_fill_in])
    sheet.set_column(len(found), len(found), None, None, {"hidden": True})
    sheet.write_string(2, len(found), headings["code"], looks.heads[False])
    sheet.set_row(2, 24)
    return found


def _finish_row(
    sheet: Worksheet, looks: _SheetLooks, at: int, code: str, values: Sequence[object], widths: Mapping[str, float]
) -> None:
    """The height of a row, its number, and behind its cells its code."""
    sheet.set_row(at, _height(values, [*widths.values()], _ROOM_TO_ANSWER))
    sheet.write_number(at, 0, at - 2, looks.locked_middle)
    sheet.write_string(at, len(widths), code, looks.locked)


def _check_cells(sheet: Worksheet, place: int, rows: int, title: str, rule: Mapping[str, object]) -> None:
    """Let the cells of a column take only what `rule` allows."""
    sheet.data_validation(3, place, max(rows, 1) + 2, place, {**rule, "error_title": title})


def _finish(sheet: Worksheet, paper: str) -> None:
    sheet.freeze_panes(3, 2)
    sheet.protect("", {"format_cells": True, "format_columns": True, "format_rows": True})
    _for_print(sheet, paper, 2)


def listing(
    title: str, said: str, day: date, columns: Sequence[ListColumn], records: Sequence[Any], totals: str, paper: str
) -> bytes:
    """A list as a formatted workbook: title, what is `said` below it, header, numbered rows, and the `totals` in words.

    It is printed on `paper`, one of PAPERS, landscape and one page wide.
    """
    target = BytesIO()
    with _book(target, day) as book:
        sheet = book.add_worksheet(title)
        looks = _Looks(book)
        kept = (column for column in columns if not column.may_go or any(map(column.cell, records)))
        columns = [ListColumn(FIXED["number"], 6, lambda _: None), *kept]
        widths = [_width_on(paper, column.width) for column in columns]
        _heading(book, sheet, title, said, len(columns))
        sheet.set_row(2, _height([column.heading for column in columns], widths))
        for place, (column, width) in enumerate(zip(columns, widths, strict=True)):
            sheet.set_column(place, place, width)
            sheet.write_string(2, place, column.heading, looks.head)
        number = 0
        for number, record in enumerate(records, 1):
            at = number + 2
            cells = [number, *(column.cell(record) for column in columns[1:])]
            sheet.set_row(at, _height(cells, widths))
            for place, value in enumerate(cells):
                looks.write(sheet, at, place, value)
        for place, column in enumerate(columns):
            if column.choices:
                rule = {"validate": "list", "source": list(column.choices)}
                _check_cells(sheet, place, number, column.heading, rule)
        sheet.autofilter(2, 0, max(number, 1) + 2, len(columns) - 1)
        _write(sheet, number + 4, 0, totals, book.add_format({**_FONT, "bold": True}))
        sheet.freeze_panes(3, 0)
        _for_print(sheet, paper, 2)
    return target.getvalue()


class _SheetLooks:
    """How the cells of a sheet to fill in look: those that are locked, those to fill in, and the headings."""

    def __init__(self, book: Workbook) -> None:
        border = {**_FONT, "text_wrap": True, "border": 1}
        shut, free, middle, day = {"bg_color": "#F7F7F7"}, {"locked": False}, {"align": "center"}, {"num_format": _DAY}
        head = {"bold": True, "align": "center", "valign": "vcenter"}

        def made(*looks: dict[str, Any]) -> Format:
            return book.add_format({name: value for look in (border, *looks) for name, value in look.items()})

        self.locked, self.locked_middle, self.locked_day = made(shut), made(middle, shut), made(middle, shut, day)
        self.late = made(_SHADES["overdue"])
        # Text, so that a telephone number keeps its noughts; progress stays General, which turns 80% into a percentage.
        self.open, self.open_day, self.open_text = made(free), made(free, day), made(free, {"num_format": "@"})
        self.heads = {
            is_open: made(head, {"bg_color": _OPEN_COLOUR if is_open else _LOCKED_COLOUR}) for is_open in (True, False)
        }


class _Looks:
    """How the cells of a list look, by what they hold and by their shade."""

    def __init__(self, book: Workbook) -> None:
        self._book = book
        self._made: dict[tuple[str, str], Format] = {}
        self.head = self._format({"bold": True, "align": "center", "bg_color": _OPEN_COLOUR})

    def write(self, sheet: Worksheet, row: int, column: int, value: object) -> None:
        """A cell of a row. A number goes in as one, whatever it counts."""
        value, shade = value if isinstance(value, Shaded) else (value, "")
        if isinstance(value, datetime):
            sheet.write_datetime(row, column, value, self._of(f"{_DAY} hh:mm", shade))
        elif isinstance(value, date):
            sheet.write_datetime(row, column, _midnight(value), self._of(_DAY, shade))
        elif isinstance(value, float):
            sheet.write_number(row, column, value, self._of("0%", shade))
        elif isinstance(value, int):
            sheet.write_number(row, column, value, self._of("0", shade))
        else:
            _write(sheet, row, column, str(value or ""), self._of("", shade))

    def _of(self, number_format: str, shade: str) -> Format:
        if (number_format, shade) not in self._made:
            look = {"align": "center"} if number_format or shade else {}
            written = {"num_format": number_format} if number_format else {}
            self._made[number_format, shade] = self._format({**look, **written, **_SHADES.get(shade, {})})
        return self._made[number_format, shade]

    def _format(self, look: dict[str, Any]) -> Format:
        return self._book.add_format({**_FONT, "valign": "vcenter", "text_wrap": True, "border": 1, **look})


def _width_on(paper: str, width: float) -> float:
    """The width of a column that is made for A3, on `paper`."""
    return max(_NARROW, width * _SQUEEZED) if paper == "A4" and width > _NARROW else width


def _book(target: BytesIO, day: date) -> Workbook:
    # In memory, xlsxwriter gives every part the same time; the day takes the place of the clock.
    book = Workbook(target, {"in_memory": True})
    book.set_properties({"created": _midnight(day), "author": "devzone"})
    return book


def _height(values: Sequence[object], widths: Sequence[float], least: float = 0) -> float:
    """The height of a row, in points, that shows its text whole, as far as a row can be high.

    Set by us, as LibreOffice does not find it out by itself.
    """
    lines = 1
    for value, width in zip(values, widths, strict=True):
        words = value.value if isinstance(value, Shaded) else value
        if isinstance(words, str) and words:
            lines = max(lines, sum(max(1, ceil(_width(line) / (width - 1))) for line in words.split("\n")))
    return min(max(_LINE * lines + 4, least), _HIGHEST)


def _width(line: str) -> float:
    """How wide `line` is, in the width of a digit: a Chinese character takes a little more than two."""
    return sum(2.1 if east_asian_width(character) in "WFA" else 1 for character in line)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time())


def _heading(book: Workbook, sheet: Worksheet, title: str, said: str, columns: int) -> None:
    """Two lines above the header, the title centred across the columns, without merging any cell."""
    sheet.set_row(0, 34)
    style = {"font_name": "黑体", "font_size": 18, "align": "center_across", "valign": "vcenter"}
    across = book.add_format(style)
    _write(sheet, 0, 0, title, across)
    for place in range(1, columns):
        sheet.write_blank(0, place, None, across)
    sheet.set_row(1, 20)
    _write(sheet, 1, 0, said, book.add_format({**_FONT, "valign": "vcenter"}))


def _for_print(sheet: Worksheet, paper: str, header: int) -> None:
    """Landscape, one page wide, the header on every page, page numbers below."""
    sheet.set_landscape()
    sheet.set_paper(PAPERS[paper])
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(header)
    sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
    sheet.center_horizontally()
    sheet.set_footer(FOOTER)


def _write(sheet: Worksheet, row: int, column: int, text: str, style: Format) -> None:
    if words := _shown(text):
        sheet.write_string(row, column, words, style)
    else:
        sheet.write_blank(row, column, None, style)


def _shown(text: str) -> str:
    """`text` as a cell can hold it."""
    words = plain(text)
    if len(words) <= MAX_CHARACTERS:
        return words
    note = f"…（表格里放不下，共 {len(words)} 字，全文用 devzone history 查）"
    return words[: MAX_CHARACTERS - len(note)] + note
