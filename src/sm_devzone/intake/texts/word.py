"""A Word file: paragraphs with the numbers that Word counts itself, tables in their place (python-docx is loaded here).

Tracked insertions are read, deletions are not; headers, footers, notes and hidden text are not the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from io import BytesIO
from typing import Any
from zipfile import ZipFile

from sm_devzone.domain.phrases import chinese_numeral
from sm_devzone.domain.reading.text import Line
from sm_devzone.errors import CannotRead
from sm_devzone.intake.limits import MAX_MEMBERS, MAX_UNPACKED_BYTES

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_GONE = {
    *(f"{_W}{name}" for name in ("del", "moveFrom", "pPr", "rPr", "instrText", "delText", "sdtPr", "tblPr")),
    *(f"{_W}{name}" for name in ("footnoteReference", "object")),
}
_CHINESE_FORMS = {
    *("chineseCounting", "chineseCountingThousand", "japaneseCounting", "taiwaneseCounting"),
    *("taiwaneseCountingThousand", "chineseLegalSimplified", "ideographDigital", "japaneseDigitalTenThousand"),
}
_ROMAN = {100: "C", 90: "XC", 50: "L", 40: "XL", 10: "X", 9: "IX", 5: "V", 4: "IV", 1: "I"}


def fits(content: bytes) -> bool:
    if not content.startswith(b"PK\x03\x04"):
        return False
    try:
        with ZipFile(BytesIO(content)) as archive:
            return "word/document.xml" in archive.namelist()
    except Exception:  # noqa: BLE001 - whatever is wrong inside a file from outside, it is no Word file
        return False


def lines(content: bytes) -> list[Line]:
    _check_size(content)
    from docx import Document

    try:
        document = Document(BytesIO(_slim(content)))
        body = document.element.body
        numbering = getattr(_part(document, "numbering"), "element", None)
        styles = document.styles.element
    except Exception as error:
        # Anything may be wrong inside a file from outside; python-docx has exceptions of its own for little of it.
        raise CannotRead(
            f"Word 文件损坏，打不开（{type(error).__name__}）", "请用 Word 或 WPS 打开，重新另存为 .docx"
        ) from error
    walker = _Walker(_Numbers(numbering, styles))
    walker.walk(body)
    walker.close()
    return [Line(number, text, None, cells, table) for number, (text, cells, table) in enumerate(walker.rows, 1)]


def _check_size(content: bytes) -> None:
    try:
        with ZipFile(BytesIO(content)) as archive:
            # zipfile never reads past the sizes that are told here.
            members = archive.infolist()
            locked = any(member.flag_bits & 1 for member in members)
    except Exception as error:
        raise CannotRead("Word 文件损坏，打不开", "请重新另存为 .docx") from error
    if locked:
        raise CannotRead("文件加了密码", "请去掉密码，另存为 .docx")
    read = sum(member.file_size for member in members if member.filename.endswith((".xml", ".rels")))
    if len(members) > MAX_MEMBERS or read > MAX_UNPACKED_BYTES:
        raise CannotRead("文件展开后太大，没有打开", "请只留政策正文，另存为 .docx")


def _slim(content: bytes) -> bytes:
    """`content` without pictures and embedded files, which nobody reads here and which may be of any size."""
    target = BytesIO()
    with ZipFile(BytesIO(content)) as archive, ZipFile(target, "w") as slim:
        for member in archive.infolist():
            heavy = member.filename.startswith(("word/media/", "word/embeddings/")) or member.filename.endswith(".bin")
            slim.writestr(member.filename, b"" if heavy else archive.read(member))
    return target.getvalue()


def _part(document: Any, kind: str) -> Any:
    return next(
        (
            one.target_part
            for one in document.part.rels.values()
            if not one.is_external and one.reltype.endswith("/" + kind)
        ),
        None,
    )


class _Numbers:
    """The numbers that Word counts: which a paragraph bears, by itself or by its style."""

    def __init__(self, numbering: Any, styles: Any) -> None:
        self._levels: dict[str, dict[int, tuple[int, str, str, bool]]] = {}
        self._abstract: dict[str, str] = {}
        self._starts: dict[tuple[str, int], int] = {}
        self._counts: dict[str, dict[int, int]] = {}
        self._begun: set[tuple[str, int]] = set()
        self._styles: dict[str, tuple[str | None, str | None, str | None]] = {}
        self._by_style: dict[tuple[str, str], int] = {}
        self._read_styles(styles)
        if numbering is not None:
            self._read(numbering)

    def _read_styles(self, styles: Any) -> None:
        for style in styles.iter(f"{_W}style"):
            based = style.find(f"{_W}basedOn")
            number = style.find(f"{_W}pPr/{_W}numPr")
            number_id, level = _number_of(number)
            self._styles[style.get(f"{_W}styleId") or ""] = (
                number_id,
                level,
                based.get(f"{_W}val") if based is not None else None,
            )

    def _read(self, numbering: Any) -> None:
        links: dict[str, str] = {}
        for abstract in numbering.iter(f"{_W}abstractNum"):
            own = abstract.get(f"{_W}abstractNumId")
            link = abstract.find(f"{_W}numStyleLink")
            if link is not None:
                links[own] = link.get(f"{_W}val")
            self._levels[own] = {}
            for level in abstract.iter(f"{_W}lvl"):
                depth = int(level.get(f"{_W}ilvl") or 0)
                self._levels[own][depth] = _level(level)
                if (style := level.find(f"{_W}pStyle")) is not None:
                    self._by_style[own, style.get(f"{_W}val")] = depth
        for num in numbering.iter(f"{_W}num"):
            own = num.get(f"{_W}numId")
            abstract_id = num.find(f"{_W}abstractNumId")
            if abstract_id is None:
                continue
            self._abstract[own] = abstract_id.get(f"{_W}val")
            for override in num.iter(f"{_W}lvlOverride"):
                depth = int(override.get(f"{_W}ilvl") or 0)
                start = override.find(f"{_W}startOverride")
                if start is not None and (start.get(f"{_W}val") or "").isdigit():
                    self._starts[own, depth] = int(start.get(f"{_W}val"))
        for own, style in links.items():
            number_id = self._styles.get(style, (None, None, None))[0]
            if number_id and number_id in self._abstract and not self._levels[own]:
                self._levels[own] = self._levels.get(self._abstract[number_id], {})

    def next(self, properties: Any) -> str:
        """The number before a paragraph with these properties, counted on; empty where it bears none."""
        number_id, depth = self._found(properties)
        if not number_id or number_id == "0" or number_id not in self._abstract:
            return ""
        abstract = self._abstract[number_id]
        levels = self._levels.get(abstract, {})
        if depth not in levels:
            return ""
        counts = self._counts.setdefault(abstract, {})
        start = levels[depth][0]
        if (number_id, depth) in self._starts and (number_id, depth) not in self._begun:
            self._begun.add((number_id, depth))
            counts[depth] = self._starts[number_id, depth]
        else:
            counts[depth] = counts.get(depth, start - 1) + 1
        for deeper in [one for one in counts if one > depth]:
            del counts[deeper]
        _, form, text, is_legal = levels[depth]
        if form in ("bullet", "none"):
            return ""

        def count(match: re.Match[str]) -> str:
            at = int(match[1]) - 1
            own = levels.get(at, (1, "decimal", "", False))
            return _written(counts.get(at, own[0]), "decimal" if is_legal else own[1])

        return re.sub(r"%([1-9])", count, text)

    def _found(self, properties: Any) -> tuple[str | None, int]:
        number_id = level = None
        style = ""
        if properties is not None:
            number_id, level = _number_of(properties.find(f"{_W}numPr"))
            if (own := properties.find(f"{_W}pStyle")) is not None:
                style = own.get(f"{_W}val") or ""
        first = style
        seen: set[str] = set()
        while number_id is None and style and style not in seen:
            seen.add(style)
            number_id, own_level, based = self._styles.get(style, (None, None, None))
            level = level if level is not None else own_level
            if number_id is not None and level is None:
                abstract = self._abstract.get(number_id, "")
                level = str(self._by_style.get((abstract, style), self._by_style.get((abstract, first), 0)))
            style = based or ""
        return number_id, int(level) if level and level.isdigit() else 0


def _number_of(number: Any) -> tuple[str | None, str | None]:
    if number is None:
        return None, None
    own, level = number.find(f"{_W}numId"), number.find(f"{_W}ilvl")
    return (own.get(f"{_W}val") if own is not None else None, level.get(f"{_W}val") if level is not None else None)


def _level(level: Any) -> tuple[int, str, str, bool]:
    def value(name: str, default: str) -> str:
        found = level.find(f"{_W}{name}")
        return (found.get(f"{_W}val") or default) if found is not None else default

    start = value("start", "1")
    form = level.find(f"{_W}numFmt")
    if form is None and (choice := level.find(f"{_MC}AlternateContent")) is not None:
        form = next(choice.iter(f"{_W}numFmt"), None)
    return (
        int(start) if start.isdigit() else 1,
        (form.get(f"{_W}val") or "decimal") if form is not None else "decimal",
        value("lvlText", ""),
        level.find(f"{_W}isLgl") is not None,
    )


def _written(count: int, form: str) -> str:
    if form in _CHINESE_FORMS and 0 < count < 1000:
        return chinese_numeral(count)
    if form in ("decimalEnclosedCircle", "decimalEnclosedCircleChinese") and count <= 20:
        return chr(ord("①") + count - 1)
    if form == "decimalZero":
        return f"{count:02}"
    if form in ("upperLetter", "lowerLetter"):
        letter = chr(ord("A") + (count - 1) % 26)
        return letter if form == "upperLetter" else letter.lower()
    if form in ("upperRoman", "lowerRoman"):
        text, rest = "", count
        for value, mark in _ROMAN.items():
            while rest >= value:
                text, rest = text + mark, rest - value
        return text if form == "upperRoman" else text.lower()
    return str(count)


class _Walker:
    """Goes through the body and gathers lines and rows. A paragraph whose mark was deleted runs on into the next."""

    def __init__(self, numbers: _Numbers) -> None:
        self.rows: list[tuple[str, tuple[str, ...] | None, int]] = []
        self._numbers = numbers
        self._open = ""
        self._tables = 0

    def close(self) -> None:
        if self._open:
            self.rows.append((self._open, None, 0))
            self._open = ""

    def walk(self, node: Any) -> None:
        for child in node:
            if child.tag == f"{_W}p":
                self._paragraph(child)
            elif child.tag == f"{_W}tbl":
                self.close()
                self._table(child)
            elif child.tag not in _GONE and isinstance(child.tag, str):
                self.walk(child)

    def _paragraph(self, node: Any) -> None:
        properties = node.find(f"{_W}pPr")
        text = "".join(_text(node))
        number = self._numbers.next(properties) if text.strip() else ""
        own = self._open + ("" if self._open else number) + text
        self._open = ""
        if properties is not None and properties.find(f"{_W}rPr/{_W}del") is not None:
            self._open = own
            return
        for piece in own.split("\n"):
            self.rows.append((piece, None, 0))
        for box in _boxes(node):
            self.walk(box)

    def _table(self, table: Any) -> None:
        grid = list(_rows(table))
        if all(len(cells) < 2 for cells in grid):
            for cells in grid:
                for cell in cells:
                    self.walk(cell)
            return
        self._tables += 1
        held: dict[int, str] = {}
        mine = self._tables
        for cells in grid:
            words: list[str] = []
            for cell in cells:
                span, merge = _spans(cell)
                inner = _Walker(self._numbers)
                inner.walk(cell)
                inner.close()
                own = "\n".join(text for text, *_ in inner.rows if text.strip())
                for _ in range(span):
                    at = len(words)
                    if merge == "continue":
                        own = held.get(at, own)
                    held[at] = own
                    words.append(own)
            self.rows.append(("\t".join(word.replace("\n", " ") for word in words), tuple(words), mine))


def _rows(table: Any) -> Iterator[list[Any]]:
    for row in _inside(table, f"{_W}tr"):
        if row.find(f"{_W}trPr/{_W}del") is None:
            yield list(_inside(row, f"{_W}tc"))


def _inside(node: Any, tag: str) -> Iterator[Any]:
    """The children of `node` with `tag`, also behind content controls and tracked changes."""
    for child in node:
        if child.tag == tag:
            yield child
        elif (
            child.tag not in _GONE
            and isinstance(child.tag, str)
            and child.tag in (f"{_W}sdt", f"{_W}sdtContent", f"{_W}ins", f"{_W}customXml", f"{_W}moveTo")
        ):
            yield from _inside(child, tag)


def _spans(cell: Any) -> tuple[int, str]:
    grid, merge = cell.find(f"{_W}tcPr/{_W}gridSpan"), cell.find(f"{_W}tcPr/{_W}vMerge")
    own = grid.get(f"{_W}val") if grid is not None else "1"
    return (
        max(1, min(int(own), 60)) if own and own.isdigit() else 1,
        (merge.get(f"{_W}val") or "continue") if merge is not None else "",
    )


def _text(node: Any) -> Iterator[str]:
    for child in node:
        tag = child.tag
        if tag in _GONE or not isinstance(tag, str):
            continue
        if tag == f"{_W}t":
            yield child.text or ""
        elif tag in (f"{_W}tab", f"{_W}ptab"):
            yield "\u3000"
        elif tag in (f"{_W}br", f"{_W}cr"):
            yield "" if child.get(f"{_W}type") in ("page", "column") else "\n"
        elif tag == f"{_W}noBreakHyphen":
            yield "-"
        elif (tag == f"{_W}r" and _is_hidden(child)) or tag in (f"{_W}drawing", f"{_W}pict", f"{_MC}AlternateContent"):
            continue
        else:
            yield from _text(child)


def _is_hidden(run: Any) -> bool:
    vanish = run.find(f"{_W}rPr/{_W}vanish")
    return vanish is not None and (vanish.get(f"{_W}val") or "1") not in ("0", "false", "off")


def _boxes(node: Any) -> Iterator[Any]:
    """The text boxes of a paragraph, each once: what is drawn, not what older programs draw instead."""
    for child in node.iter(f"{_W}txbxContent"):
        if not any(above.tag == f"{_MC}Fallback" for above in child.iterancestors()):
            yield child
