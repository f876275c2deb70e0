"""Files of each format, as the tests need them: Word with its own numbers and tracked changes, PDF line by line."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Sequence
from io import BytesIO
from typing import Any

from docx import Document
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

NUMBERING = """<w:abstractNum {ns} w:abstractNumId="77"><w:multiLevelType w:val="multilevel"/>
<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="chineseCounting"/><w:lvlText w:val="%1、"/></w:lvl>
<w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="chineseCounting"/><w:lvlText w:val="（%2）"/></w:lvl>
<w:lvl w:ilvl="2"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%3."/></w:lvl>
</w:abstractNum>"""


def word(*paragraphs: str | tuple[int, str] | Any) -> bytes:
    """A Word file: texts, (level, text) for a paragraph that Word numbers, or paragraphs as XML."""
    document = Document()
    numbering = document.part.numbering_part.element
    numbering.insert(0, parse_xml(NUMBERING.format(ns=nsdecls("w"))))
    numbering.append(parse_xml(f'<w:num {nsdecls("w")} w:numId="77"><w:abstractNumId w:val="77"/></w:num>'))
    for own in paragraphs:
        if isinstance(own, str):
            document.add_paragraph(own)
        elif isinstance(own, tuple):
            level, text = own
            properties = document.add_paragraph(text)._p.get_or_add_pPr()
            properties.append(
                parse_xml(f'<w:numPr {nsdecls("w")}><w:ilvl w:val="{level}"/><w:numId w:val="77"/></w:numPr>')
            )
        else:
            document.element.body.insert(-1, own)
    target = BytesIO()
    document.save(target)
    return target.getvalue()


def xml(inner: str) -> Any:
    """A piece of a Word body: R(…) stands for a run of text."""
    while "R(" in inner:
        head, _, rest = inner.partition("R(")
        text, _, tail = rest.partition(")R")
        inner = f'{head}<w:r><w:t xml:space="preserve">{text}</w:t></w:r>{tail}'
    return parse_xml(inner.replace(">", f" {nsdecls('w')}>", 1))


def word_table(rows: Sequence[Sequence[str]], merged: Iterable[tuple[int, int, int, int]] = ()) -> bytes:
    """A Word file with a title and a table; `merged` are cells put together (row, column, to row, to column)."""
    document = Document()
    document.add_paragraph("青河市河湖管护任务分解表")
    table = document.add_table(rows=0, cols=len(rows[0]))
    for row in rows:
        for cell, text in zip(table.add_row().cells, row, strict=True):
            cell.text = text
    for top, left, bottom, right in merged:
        table.cell(top, left).merge(table.cell(bottom, right))
    target = BytesIO()
    document.save(target)
    return target.getvalue()


def pdf(
    pages: Sequence[Sequence[tuple[float, float, str]]], rulings: Sequence[tuple[float, float, float, float]] = ()
) -> bytes:
    """A PDF of pages of (x, y, text), 12 points high; each character has its own code as number.

    `rulings` are lines from point to point, on every page.
    """
    streams = []
    for page in pages:
        drawn = [f"{x1} {y1} m {x2} {y2} l S" for x1, y1, x2, y2 in rulings]
        drawn += [f"BT /F1 12 Tf {x} {y} Td <{text.encode('utf-16-be').hex()}> Tj ET" for x, y, text in page]
        streams.append("\n".join(drawn).encode())
    used = sorted({mark for page in pages for _, _, text in page for mark in text})
    pairs = "\n".join(f"<{ord(mark):04x}> <{ord(mark):04x}>" for mark in used)
    cmap = f"begincmap\n1 begincodespacerange <0000> <ffff> endcodespacerange\n{len(used)} beginbfchar\n{pairs}\nendbfchar\nendcmap"
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Count {len(pages)} /Kids [{' '.join(f'{6 + 2 * at} 0 R' for at in range(len(pages)))}] >>".encode(),
        b"<< /Type /Font /Subtype /Type0 /BaseFont /Song /Encoding /Identity-H /DescendantFonts [4 0 R] /ToUnicode 5 0 R >>",
        b"<< /Type /Font /Subtype /CIDFontType2 /BaseFont /Song /DW 1000 /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> >>",
        _stream(cmap.encode()),
    ]
    for at, stream in enumerate(streams):
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 3 0 R >> >> /Contents {7 + 2 * at} 0 R >>".encode()
        )
        objects.append(_stream(stream))
    whole = b"%PDF-1.4\n"
    places = []
    for number, content in enumerate(objects, 1):
        places.append(len(whole))
        whole += f"{number} 0 obj\n".encode() + content + b"\nendobj\n"
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    tail = f"trailer << /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{len(whole)}\n%%EOF"
    return whole + f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}{tail}".encode()


def _stream(content: bytes) -> bytes:
    packed = zlib.compress(content)
    return f"<< /Length {len(packed)} /Filter /FlateDecode >>\nstream\n".encode() + packed + b"\nendstream"


def pdf_of(text: str, width: int = 30, height: int = 20) -> bytes:
    """A PDF of `text`, `width` characters a line, paragraphs indented by two, pages with head and number."""
    printed = []
    for paragraph in text.strip().split("\n"):
        rest, indent = paragraph, 2
        while rest:
            printed.append((indent, rest[: width - indent]))
            rest, indent = rest[width - indent :], 0
    pages = []
    for number, start in enumerate(range(0, len(printed), height), 1):
        lines: list[tuple[float, float, str]] = [(220, 800, "青河市人民政府公报")]
        lines += [
            (90 + 12 * indent, 760 - 24 * at, own) for at, (indent, own) in enumerate(printed[start : start + height])
        ]
        pages.append([*lines, (280, 60, f"— {number} —")])
    return pdf(pages)
