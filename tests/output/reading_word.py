"""How tests read a Word file: its text, its parts, the order of what is in them, its pages as people see them."""

from __future__ import annotations

import re
import subprocess
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from docx import Document
from docx.oxml import parse_xml
from docx.oxml.ns import qn
from docx.table import Table
from docx.text.paragraph import Paragraph

from tests.conftest import program

ORDER = {
    "pPr": "pStyle keepNext keepLines pageBreakBefore framePr widowControl numPr suppressLineNumbers pBdr shd tabs "
    "suppressAutoHyphens kinsoku wordWrap overflowPunct topLinePunct autoSpaceDE autoSpaceDN bidi adjustRightInd "
    "snapToGrid spacing ind contextualSpacing mirrorIndents suppressOverlap jc textDirection textAlignment "
    "textboxTightWrap outlineLvl divId cnfStyle rPr sectPr pPrChange",
    "rPr": "rStyle rFonts b bCs i iCs caps smallCaps strike dstrike outline shadow emboss imprint noProof snapToGrid "
    "vanish webHidden color spacing w kern position sz szCs highlight u effect bdr shd fitText vertAlign rtl cs em "
    "lang eastAsianLayout specVanish oMath",
    "sectPr": "headerReference footerReference footnotePr endnotePr type pgSz pgMar paperSrc pgBorders lnNumType "
    "pgNumType cols formProt vAlign noEndnote titlePg textDirection bidi rtlGutter docGrid",
    "tbl": "tblPr tblGrid tr",
    "tblPr": "tblStyle tblpPr tblOverlap bidiVisual tblStyleRowBandSize tblStyleColBandSize tblW jc tblCellSpacing "
    "tblInd tblBorders shd tblLayout tblCellMar tblLook",
    "tblBorders": "top left bottom right insideH insideV",
    "tblCellMar": "top left bottom right",
    "tr": "tblPrEx trPr tc",
    "tc": "tcPr p",
    "tcPr": "cnfStyle tcW gridSpan hMerge vMerge tcBorders shd noWrap tcMar textDirection tcFitText vAlign hideMark",
    "style": "name aliases basedOn next link autoRedefine hidden uiPriority semiHidden unhideWhenUsed qFormat locked "
    "pPr rPr tblPr trPr tcPr",
    "settings": "zoom defaultTabStop evenAndOddHeaders characterSpacingControl compat",
    "font": "altName panose1 charset family notTrueType pitch sig",
}
"""In which order ECMA-376 wants the children of an element; Word refuses a file that has them otherwise."""


def parts(content: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(content) as file:
        return {name: file.read(name) for name in file.namelist()}


def disorder(path: Path) -> list[str]:
    """Where children stand in another order than the schema has them, or are none that it knows."""
    faults = []
    for name, content in parts(path).items():
        if not name.startswith("word/") or not name.endswith(".xml"):
            continue
        for element in parse_xml(content).iter():
            own = str(element.tag).rpartition("}")[2]
            wanted = ORDER.get(own, "").split()
            children = [str(child.tag).rpartition("}")[2] for child in element]
            places = [wanted.index(child) if child in wanted else -1 for child in children]
            if wanted and (-1 in places or places != sorted(places)):
                faults.append(f"{name}: {own}: {' '.join(children)}")
    return faults


def blocks(path: Path) -> Iterator[Paragraph | Table]:
    yield from Document(str(path)).iter_inner_content()


def text(path: Path) -> str:
    """A line a paragraph, headings marked; a table as lines of cells."""
    marks = {"Title": "# ", "heading 1": "## ", "Heading 1": "## ", "heading 2": "### ", "Heading 2": "### "}
    lines = []
    for block in blocks(path):
        if isinstance(block, Table):
            lines += [" | ".join(cell.text.replace("\n", " / ") for cell in row.cells) for row in block.rows]
        else:
            style = block.style.name if block.style is not None and block.style.name else ""
            lines.append(marks.get(style, "") + block.text)
        if not isinstance(block, Table) and block._p.find(f"{qn('w:pPr')}/{qn('w:sectPr')}") is not None:
            lines.append("---")
    return "\n".join(lines) + "\n"


class Word(NamedTuple):
    """A word on a page, in points from its left upper corner."""

    left: float
    top: float
    right: float
    bottom: float
    text: str


class Page(NamedTuple):
    width: float
    height: float
    words: list[Word]

    @property
    def text(self) -> str:
        return "".join(word.text for word in self.words)


def as_pdf(path: Path, folder: Path) -> Path:
    """What LibreOffice makes of it. A profile of its own lets several run at a time."""
    command = [program("soffice"), f"-env:UserInstallation=file://{folder}/profile", "--headless"]
    command += ["--convert-to", "pdf", "--outdir", str(folder), str(path)]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    return folder / f"{path.stem}.pdf"


def pages(pdf: Path) -> list[Page]:
    told = subprocess.run(
        [program("pdftotext"), "-bbox", str(pdf), "-"], check=True, capture_output=True, text=True, timeout=60
    ).stdout
    found = []
    for width, height, content in re.findall(r'<page width="([\d.]+)" height="([\d.]+)">(.*?)</page>', told, re.DOTALL):
        words = re.findall(
            r'<word xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)" yMax="([\d.]+)">(.*?)</word>', content
        )
        found.append(
            Page(
                float(width),
                float(height),
                [Word(float(a), float(b), float(c), float(d), e) for a, b, c, d, e in words],
            )
        )
    return found
