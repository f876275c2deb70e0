"""A workbook opened: its sheets by what they show, and what lies on them that is no cell."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException

from sm_devzone.intake.cells.number_format import BUILT_IN, FIRST_OF_ONES_OWN, GENERAL, compiled
from sm_devzone.intake.cells.package import Package, Relation, attribute, local
from sm_devzone.intake.cells.sheet import CellReader, Rows, Span, Style, Words, is_on, letters, read_sheet, shared_words
from sm_devzone.intake.refusal import FileRefused

_TO_BE_SAVED_ANEW = "请另存为普通的 .xlsx 再收"


class Page(NamedTuple):
    """One sheet of a workbook. `besides` are pairs of a place and what lies there that is no cell."""

    title: str
    rows: Rows
    merged: Sequence[Span]
    besides: Sequence[tuple[str, str]]
    print_words: Sequence[str]


def open_book(content: bytes) -> list[Page]:
    """The sheets of the workbook `content`. Raises FileRefused, and what parsers raise where the file is damaged."""
    package = Package(content)
    main = _main_part(package)
    root = package.tree(main)
    if "purl.oclc.org/ooxml" in str(root.tag):
        raise FileRefused(f"存成了“Strict Open XML”格式，{_TO_BE_SAVED_ANEW}")
    relations = package.relations(main)
    reader = CellReader(
        _styles(package, relations),
        _words(package, relations),
        from_1904=any(is_on(attribute(one, "date1904") or "0") for one in root.iter() if local(one) == "workbookPr"),
    )
    return [_page(package, name, relations.get(key), reader) for name, key in _listed(root)]


def _main_part(package: Package) -> str:
    found = (one.target for one in package.relations("").values() if one.kind == "officeDocument")
    return next((name for name in found if name in package), "xl/workbook.xml")


def _listed(root: Element) -> Iterator[tuple[str, str]]:
    """Title of each sheet, and the name of its relation."""
    for one in root.iter():
        if local(one) == "sheet":
            yield one.get("name", ""), next((value for key, value in one.items() if key.endswith("}id")), "")


def _page(package: Package, title: str, relation: Relation | None, reader: CellReader) -> Page:
    if relation is None or relation.target not in package:
        raise FileRefused(f"文件损坏，打不开（少了工作表“{title}”），请对方重新保存再发")
    besides = list(dict.fromkeys(_besides(package, relation.target)))
    if relation.kind != "worksheet":
        return Page(title, {}, (), [*besides, ("", "是图表或宏的工作表")], ())
    sheet = read_sheet(package.read(relation.target), reader)
    return Page(title, sheet.rows, sheet.merged, besides, sheet.print_words)


def _words(package: Package, relations: Mapping[str, Relation]) -> Sequence[Words]:
    return next((shared_words(package.read(name)) for name in _parts(package, relations, "sharedStrings")), ())


def _parts(package: Package, relations: Mapping[str, Relation], kind: str) -> Iterator[str]:
    """The parts of `kind` that are there; without any relation the usual one."""
    names = [one.target for one in relations.values() if one.kind == kind and not one.is_outside]
    yield from (name for name in names or [f"xl/{kind}.xml"] if name in package)


# How cells look


_UNKNOWN = Style(None)


def _styles(package: Package, relations: Mapping[str, Relation]) -> Sequence[Style]:
    """Number format of each style. A part that cannot be read leaves numbers without a look, and words as they are."""
    plain = Style(compiled(GENERAL))
    name = next(_parts(package, relations, "styles"), None)
    if name is None:
        return [plain]
    try:
        root = package.tree(name)
    except (ParseError, DefusedXmlException):
        return [_UNKNOWN]
    codes: dict[int, str] = {}
    for one in root.iter():
        if local(one) == "numFmt" and (number := _number(one, "numFmtId")) is not None:
            # Where a newer and an older way to say it stand side by side, the newer one comes first.
            codes.setdefault(number, one.get("formatCode", GENERAL))
    struck = [
        any(local(inner) == "strike" and is_on(inner.get("val")) for inner in font)
        for fonts in root
        if local(fonts) == "fonts"
        for font in fonts
    ]
    found = [_style(one, codes, struck) for own in root if local(own) == "cellXfs" for one in own if local(one) == "xf"]
    return found or [plain]


def _style(element: Element, codes: Mapping[int, str], struck: Sequence[bool]) -> Style:
    number, font = _number(element, "numFmtId") or 0, _number(element, "fontId") or 0
    code = codes.get(number, BUILT_IN.get(number, GENERAL if number >= FIRST_OF_ONES_OWN else ""))
    return Style(compiled(code) if code else None, font < len(struck) and struck[font])


def _number(element: Element, name: str) -> int | None:
    value = element.get(name, "")
    return int(value) if value.isdecimal() else None


# What is no cell


def _besides(package: Package, sheet: str) -> Iterator[tuple[str, str]]:
    """Pictures, text boxes, remarks and files on a sheet: none of them is recorded, all of them are told."""
    for relation in package.relations(sheet).values():
        if relation.kind in ("comments", "threadedComment"):
            yield "批注", "没有登记，请打开表看"
        elif relation.kind in ("oleObject", "package"):
            yield "嵌入的文件", "没有登记；请把文件另存出来，和本表一起发回"
        elif relation.kind == "image":
            yield "工作表背景", "是图片，没有登记"
        elif relation.kind == "control":
            yield "控件", "没有登记；请把选的写在格子里"
        elif relation.kind == "drawing" and relation.target in package:
            try:
                yield from _drawn(package.tree(relation.target))
            except (ParseError, DefusedXmlException):
                yield "表上", "有画上去的东西，读不出来，没有登记"


_ANCHORS = ("twoCellAnchor", "oneCellAnchor", "absoluteAnchor")


def _drawn(root: Element) -> Iterator[tuple[str, str]]:
    for anchor in root.iter():
        if local(anchor) in _ANCHORS:
            names = {local(one) for one in anchor.iter()}
            words = "".join(one.text or "" for one in anchor.iter() if local(one) == "t").strip()
            place = _place(anchor)
            if words:
                yield place, f"这里有文本框，没有登记；请把话写在格子里：“{words[:60]}”"
            elif names & {"pic", "blip"}:
                yield place, "这里有图片，没有登记；请写图片的文件名，图片和本表一起发回"
            else:
                yield place, "这里有画上去的图形或图表，没有登记；请把意思写在格子里"


def _place(anchor: Element) -> str:
    """The cell that the upper left corner lies on."""
    corner = next((one for one in anchor if local(one) == "from"), ())
    found = {
        local(one): int(one.text or 0)
        for one in corner
        if local(one) in ("col", "row") and (one.text or "").strip().isdecimal()
    }
    return f"{letters(found['col'] + 1)}{found['row'] + 1}" if len(found) == 2 else "表上"
