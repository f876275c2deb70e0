"""The cells of one sheet, row by row, and what is merged there. Empty cells cost time and no memory."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from math import isfinite
from typing import NamedTuple
from xml.parsers.expat import ParserCreate

from sm_devzone.domain.answers import Cell
from sm_devzone.domain.calendar import day_of, parse_day
from sm_devzone.domain.text import is_blank
from sm_devzone.intake.cells.number_format import NumberFormat, Unsure, day_of_serial
from sm_devzone.intake.cells.package import TOO_LARGE
from sm_devzone.intake.limits import MAX_CELLS, MAX_ROWS
from sm_devzone.intake.refusal import FileRefused

Rows = dict[int, dict[int, Cell]]
"""Row number -> column number -> cell, of those that show anything or cannot be read."""


class Span(NamedTuple):
    """A merged range: the numbers of its first column and row, and of its last."""

    left: int
    top: int
    right: int
    bottom: int

    @property
    def name(self) -> str:
        return f"{letters(self.left)}{self.top}:{letters(self.right)}{self.bottom}"


class Sheet(NamedTuple):
    """What one sheet says. `print_words` are those of its headers and footers, codes taken out."""

    rows: Rows
    merged: Sequence[Span]
    print_words: Sequence[str]


class Words(NamedTuple):
    """A text as it is shown; `is_struck` where any of it is struck out."""

    text: str
    is_struck: bool = False


class Style(NamedTuple):
    """What a cell's style says of how its value is shown. `format` is None where that part cannot be read."""

    format: NumberFormat | None
    is_struck: bool = False


def letters(column: int) -> str:
    """A, B, … Z, AA."""
    name = ""
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(65 + rest) + name
    return name


def column_number(name: str) -> int:
    number = 0
    for letter in name.upper():
        number = number * 26 + ord(letter) - 64
    return number


# Words


_ESCAPE = re.compile("_x([0-9A-Fa-f]{4})_")


def unescaped(text: str) -> str:
    """`text` as it was typed: programs for tables keep what XML cannot hold as _x000D_, and a typed _x000D_ as
    _x005F_x000D_. Any other character they write as it is, so _x2024_ was typed.
    """
    return _ESCAPE.sub(_character, text) if "_x" in text else text


def _character(found: re.Match[str]) -> str:
    number = int(found[1], 16)
    is_kept_so = number < 0x20 or number == ord("_") or 0xD800 <= number < 0xE000 or number >= 0xFFFE
    return chr(number) if is_kept_so else found[0]


def shared_words(xml: bytes) -> list[Words]:
    """The texts that cells refer to by number."""
    found: list[Words] = []
    parts = _Parts()

    def start(name: str, attributes: dict[str, str]) -> None:
        parts.start(_local(name), attributes)

    def end(name: str) -> None:
        inner = _local(name)
        parts.end(inner)
        if inner == "si":
            found.append(parts.taken())

    _parse(xml, start, end, parts.data)
    return found


class _Parts:
    """Text in runs: what is shown of it. What is said above a word, how it is pronounced, is none of it."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self.is_open = self.is_struck = self.run_is_struck = False
        self.pronounced = 0

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        if name == "t":
            self.is_open = not self.pronounced
        elif name == "rPh":
            self.pronounced += 1
        elif name == "r":
            self.run_is_struck = False
        elif name == "strike":
            self.run_is_struck = is_on(attributes.get("val"))

    def end(self, name: str) -> None:
        if name == "t":
            self.is_open = False
        elif name == "rPh":
            self.pronounced -= 1
        elif name == "r":
            self.run_is_struck = False

    def data(self, text: str) -> None:
        if self.is_open:
            self.texts.append(text)
            self.is_struck |= self.run_is_struck and not text.isspace()

    def taken(self) -> Words:
        words = Words(unescaped("".join(self.texts)), self.is_struck)
        self.texts, self.is_struck, self.is_open = [], False, False
        return words


def is_on(value: str | None) -> bool:
    """A flag of the file, which stands for yes where it has no value."""
    return value not in ("0", "false", "off")


# Cells


_IN_CELL_PICTURE = re.compile(r"\s*=?\s*(_xlfn\.)?(DISPIMG|IMAGE)\s*\(", re.IGNORECASE)
_PICTURE = "是放在格子里的图片，登记不了；请写图片的文件名，图片和本表一起发回"
_STRUCK = "有划掉的字，看不出算不算，请把划掉的字删去"
_FORMULA = "是公式，请复制后用“选择性粘贴—数值”换成值"
_TYPED_DAYS = range(20000101, 20991232)
_SERIALS = range(36526, 73051)
"""Days as programs for tables count them, 2000-01-01 to 2099-12-31."""


class _Raw(NamedTuple):
    """What the file keeps of one cell. `formula` is None where it is none."""

    type: str
    style: int
    value: str
    formula: str | None
    inline: Words | None
    is_rich: bool


class CellReader:
    """Makes cells of what a workbook keeps: `styles` by number, shared `words`, how days are counted."""

    def __init__(self, styles: Sequence[Style], words: Sequence[Words], *, from_1904: bool) -> None:
        self._styles, self._words, self._from_1904 = styles, words, from_1904
        self._made: dict[tuple[str, int, str], Cell | None] = {}

    def cell(self, raw: _Raw) -> Cell | None:
        """The cell, or None where it shows nothing. Raises FileRefused where the file contradicts itself."""
        if raw.formula is not None:
            picture = _IN_CELL_PICTURE.match(raw.formula) or _IN_CELL_PICTURE.match(raw.value)
            return Cell(flaw=_PICTURE if picture else _FORMULA)
        if raw.is_rich:
            return Cell(flaw=_PICTURE if raw.type == "e" else "是数据类型，请改成普通的文字或数")
        if raw.inline is not None:
            return self._of_words(raw.inline, self._style(raw.style))
        key = raw.type, raw.style, raw.value
        if key not in self._made:
            self._made[key] = self._simple(raw)
        return self._made[key]

    def _style(self, number: int) -> Style:
        # Without any style a number is shown as it is.
        return self._styles[number] if 0 <= number < len(self._styles) else self._styles[0]

    def _simple(self, raw: _Raw) -> Cell | None:
        style, value = self._style(raw.style), raw.value.strip()
        if raw.type == "s" and value:
            if not value.isdecimal() or int(value) >= len(self._words):
                raise FileRefused("文件损坏，打不开（有的格子没有字），请对方重新保存再发")
            return self._of_words(self._words[int(value)], style)
        if raw.type == "str":
            return self._of_words(Words(unescaped(raw.value)), style)
        return self._of_other(raw.type, value, style) if value else None

    def _of_other(self, type_: str, value: str, style: Style) -> Cell:
        if type_ == "e":
            return Cell(flaw=f"是错误值 {value}，请改正")
        if style.is_struck:
            return Cell(flaw=_STRUCK)
        if type_ == "b":
            return Cell("TRUE" if is_on(value) else "FALSE")
        return self._of_day(value) if type_ == "d" else self._of_number(value, style.format)

    def _of_words(self, words: Words, style: Style) -> Cell | None:
        text = words.text
        if is_blank(text):
            return None
        if _IN_CELL_PICTURE.match(text) and "DISPIMG" in text.upper():
            return Cell(flaw=_PICTURE)
        if words.is_struck or style.is_struck:
            return Cell(flaw=_STRUCK)
        if style.format is None:
            return Cell(text)
        try:
            return Cell(style.format.text(text))
        except Unsure as doubt:
            return Cell(flaw=f"存的是“{text[:40]}”，格式“{style.format.code}”{doubt}，请把格式改成“文本”重填")

    def _of_number(self, value: str, shown_as: NumberFormat | None) -> Cell:
        try:
            number = float(value)
        except ValueError:
            return Cell(flaw=f"“{value[:40]}”不是数，请改正")
        if not isfinite(number):
            return Cell(flaw=f"“{number}”不是数，请改正")
        serial = int(number)
        day = day_of_serial(serial, from_1904=self._from_1904) if serial == number and serial in _SERIALS else None
        if shown_as is None:
            return Cell(
                flaw=f"存的是 {number:.15g}，文件没有说按什么格式显示，请设成“文本”重填", number=number, day=day
            )
        try:
            look = shown_as.number(number, from_1904=self._from_1904)
        except Unsure as doubt:
            said = f"存的是 {number:.15g}，格式“{shown_as.code}”{doubt}，请把格式改成“文本”，照看到的重填"
            # A day typed without marks into a cell for days: programs show ####, for no day is counted so far.
            typed = serial == number and serial in _TYPED_DAYS and shown_as.is_of_days
            meant = day_of(serial // 10000, serial // 100 % 100, serial % 100) if typed else None
            return Cell(flaw=said, number=number, day=meant)
        return Cell(look.words, number, look.day or (day if shown_as.is_bare else None))

    def _of_day(self, value: str) -> Cell:
        found = re.fullmatch(r"(\d{4}-\d\d-\d\d)(T00:00(:00(\.0+)?)?Z?)?", value)
        day = parse_day(found[1]) if found else None
        if day is None:
            return Cell(flaw=f"存的是 {value[:40]}，看不出显示成什么，请写成 2026-11-20")
        return Cell(str(day), None, day)


# Sheets


_PRINT = re.compile(r'&"[^"]*"|&K[0-9A-Fa-f]{6}|&[0-9]+|&[A-Za-z]')
"""What is no word in a header or footer: fonts, colours, sizes, page numbers and the like."""
_PRINTED = ("oddHeader", "oddFooter", "evenHeader", "evenFooter", "firstHeader", "firstFooter")


def read_sheet(xml: bytes, reader: CellReader) -> Sheet:
    """The sheet in `xml`. Raises FileRefused where it is too large or contradicts itself."""
    sheet = _SheetReader(reader)
    _parse(xml, sheet.start, sheet.end, sheet.data)
    return Sheet(sheet.rows, sheet.merged, sheet.print_words)


class _SheetReader:
    """Follows the XML of a sheet. Written for speed: most of what it gets are empty cells."""

    def __init__(self, reader: CellReader) -> None:
        self.rows: Rows = {}
        self.merged: list[Span] = []
        self.print_words: list[str] = []
        self._reader = reader
        self._parts = _Parts()
        self._texts: list[str] = []
        self._is_open = False
        self._is_inline = False
        self._looked_at = 0
        self._row = self._column = 0
        self._at: tuple[int, int] = (0, 0)
        self._cell: dict[str, str] | None = None
        self._value = ""
        self._formula: str | None = None
        self._has_inline = False

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        name = _local(tag)
        if name == "c":
            self._looked_at += 1
            if self._looked_at > MAX_CELLS:
                raise FileRefused(TOO_LARGE)
            if place := attributes.get("r"):
                self._column, row = _place(place)
                self._at = row, self._column
            else:
                self._column += 1
                self._at = self._row, self._column
            self._cell, self._value, self._formula, self._has_inline = attributes, "", None, False
        elif name in ("v", "f"):
            self._is_open = True
            self._texts.clear()
        elif name == "is":
            self._is_inline = True
        elif self._is_inline:
            self._parts.start(name, attributes)
        elif name == "row":
            number = attributes.get("r", "")
            self._row = int(number) if number.isdecimal() else self._row + 1
            self._column = 0
            if self._row > MAX_ROWS:
                raise FileRefused(TOO_LARGE)
        elif name == "mergeCell":
            self.merged += _span(attributes.get("ref", ""))
        elif name in _PRINTED:
            self._is_open = True
            self._texts.clear()

    def end(self, tag: str) -> None:
        name = _local(tag)
        if name == "c":
            self._finish()
        elif name == "v":
            self._value, self._is_open = "".join(self._texts), False
        elif name == "f":
            self._formula, self._is_open = "".join(self._texts), False
        elif name == "is":
            self._is_inline, self._has_inline = False, True
        elif self._is_inline:
            self._parts.end(name)
        elif name in _PRINTED:
            self._is_open = False
            if words := _PRINT.sub("", "".join(self._texts)).strip():
                self.print_words.append(words)

    def data(self, text: str) -> None:
        if self._is_open:
            self._texts.append(text)
        elif self._is_inline:
            self._parts.data(text)

    def _finish(self) -> None:
        kept, self._cell = self._cell, None
        if kept is None:
            return
        inline = self._parts.taken() if self._has_inline else None
        if not self._value and self._formula is None and inline is None:
            return
        style = kept.get("s", "")
        raw = _Raw(
            kept.get("t", "n"),
            int(style) if style.isdecimal() else 0,
            self._value,
            self._formula,
            inline,
            "vm" in kept,
        )
        cell = self._reader.cell(raw)
        if cell is not None:
            row, column = self._at
            own = self.rows.setdefault(row, {})
            if column in own:
                raise FileRefused(f"文件损坏，打不开（{letters(column)}{row} 有两份），请对方重新保存再发")
            own[column] = cell


def _place(reference: str) -> tuple[int, int]:
    """Column and row of B12. Raises FileRefused for what is no cell."""
    name = reference.rstrip("0123456789")
    digits = reference[len(name) :]
    column = _column_of(name)
    if not column or not digits or not 0 < int(digits) <= MAX_ROWS:
        raise FileRefused(f"文件损坏，打不开（没有“{reference[:20]}”这一格），请对方重新保存再发")
    return column, int(digits)


@cache
def _column_of(name: str) -> int:
    """The number of a column, 0 where it is none."""
    return column_number(name) if re.fullmatch("[A-Za-z]{1,3}", name) else 0


def _span(reference: str) -> Iterator[Span]:
    first, _, last = reference.strip().replace("$", "").partition(":")
    if first and last:
        (left, top), (right, bottom) = _place(first), _place(last)
        yield Span(min(left, right), min(top, bottom), max(left, right), max(top, bottom))


@cache
def _local(tag: str) -> str:
    """The name of an element without its prefix, whichever one a program has given it."""
    return tag.rpartition(":")[2]


def _parse(
    xml: bytes, start: Callable[[str, dict[str, str]], None], end: Callable[[str], None], data: Callable[[str], None]
) -> None:
    """Follow `xml`. A part that declares anything of its own (entities) is refused."""

    def refuse(*_: object) -> None:
        raise FileRefused("文件损坏，打不开（里面有外来的定义），请对方重新保存再发")

    parser = ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = start, end, data
    parser.StartDoctypeDeclHandler = refuse
    parser.Parse(xml, True)  # noqa: FBT003 - expat takes no names
