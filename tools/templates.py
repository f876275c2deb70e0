"""Puts the words of templates/*.docx.txt into the Word files of the same name. Run by `make templates`.

How a paper looks (its styles, margins, page numbers) stays in the Word file and is changed in Word; what it says and in
which order stands in the text, one paragraph a line:

    [落款 同页] {{ b.day|day }}     a style of the file, and what differs from it; without brackets it is 公文正文
    # 一、总体情况                  heading 1; ## is heading 2
    {%p if b.number %}             a paragraph that steers
      and so on                    more of the paragraph above; \\n in it is a line end, \\t a tab
    {| 表格文字 10 46 18            a table: the style of its cells, its columns in millimetres
    |- 340 表头                     a row: its least height in twentieths of a point; 表头 repeats, 通栏 is one cell
    |- {%tr if b.report_to %}      a row that steers
    | {{ row.number }}             a cell
    |}
    ---                            the end of a section, as the file has it
"""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path
from xml.sax.saxutils import escape

from docx import Document

ROOT = Path(__file__).parents[1] / "templates"
LATIN = "Times New Roman"
DOCUMENT = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    ' xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><w:body>{}</w:body></w:document>'
)
MM = 1440 / 25.4
"""Twentieths of a point in a millimetre."""

FONTS = {"黑体": "黑体", "楷体": "楷体_GB2312"}
SIZES = {"一号": 52, "小四": 24}
COLOURS = {"红字": "E60012", "白字": "FFFFFF", "灰字": "808080"}
LOOKS = {
    "同页": "<w:keepNext/>",
    "换页": "<w:pageBreakBefore/>",
    "版记框": f'<w:framePr w:w="{round(225 * MM)}" w:hSpace="0" w:wrap="around" w:vAnchor="margin" w:hAnchor="margin"'
    ' w:xAlign="left" w:yAlign="bottom"/><w:pBdr>'
    + "".join(
        f'<w:{edge} w:val="single" w:sz="{size}" w:space="1" w:color="000000"/>'
        for edge, size in (("top", 8), ("bottom", 8), ("between", 6))
    )
    + f'</w:pBdr><w:tabs><w:tab w:val="right" w:pos="{round(220 * MM)}"/></w:tabs>',
    "红线": '<w:pBdr><w:bottom w:val="single" w:sz="18" w:space="4" w:color="E60012"/></w:pBdr>',
    "蓝底": '<w:shd w:val="clear" w:color="auto" w:fill="1F5FBF"/>',
    "橙底": '<w:shd w:val="clear" w:color="auto" w:fill="E36C0A"/>',
    "红底": '<w:shd w:val="clear" w:color="auto" w:fill="C00000"/>',
    "右对齐": f'<w:tabs><w:tab w:val="right" w:pos="{round(156 * MM)}"/></w:tabs>',
    "宽行": '<w:spacing w:before="240" w:line="800" w:lineRule="exact"/>',
    "空行": '<w:spacing w:before="200" w:line="700" w:lineRule="exact"/>',
    "密行": '<w:spacing w:before="20" w:after="20" w:line="330" w:lineRule="exact"/>',
    "窄行": '<w:spacing w:line="240" w:lineRule="exact"/>',
    "正中": '<w:jc w:val="center"/>',
}
"""What a paragraph may have besides its style, in the order in which Word wants them."""

GRID = (["top", "left", "bottom", "right", "insideH", "insideV"], 40)
TABLES = {"表格文字": GRID, "单子文字": (GRID[0], 100), "版记": (["top", "bottom", "insideH"], 40)}
"""Style of the cells -> the lines of their table, and the room beside the words."""


class _Body:
    """The body of a Word file, made from its words."""

    def __init__(self, path: Path) -> None:
        with zipfile.ZipFile(path) as file:
            self._sections = re.findall(r"<w:sectPr[ >].*?</w:sectPr>", file.read("word/document.xml").decode())
        self._styles = {
            style.name_val: (
                style.styleId,
                style.xpath("string(w:rPr/w:rFonts/@w:eastAsia)"),
                style.xpath("string(w:rPr/w:sz/@w:val)"),
            )
            for style in Document(str(path)).styles.element.style_lst
        }

    def xml(self, words: str) -> str:
        words = re.sub(r"\{#.*?#\}\n|\n  +", "", words, flags=re.DOTALL)
        return "".join([*map(self._block, re.findall(r"\{\|.*?\n\|\}|[^\n]+", words, re.DOTALL)), *self._sections])

    def _block(self, block: str) -> str:
        if block == "---":
            return f'<w:p><w:pPr><w:pStyle w:val="Break"/>{self._sections.pop(0)}</w:pPr></w:p>'
        if block.startswith("{|"):
            return self._table(block[3:-3])
        if block.startswith("{%p"):
            return self._paragraph(f"[灰字] {block}", "模板标签")
        marks = len(block) - len(block.lstrip("#"))
        return self._paragraph(block.lstrip("# "), f"heading {marks}") if marks else self._paragraph(block)

    def _paragraph(self, line: str, style: str = "公文正文") -> str:
        named = re.match(r"\[(.*?)\] ?", line)
        looks, text = (named[1].split(), line[named.end() :]) if named else ([], line)
        if looks and looks[0] in self._styles:
            style = looks.pop(0)
        name, east, size = self._styles[style]
        for look in looks:
            if look not in (*FONTS, *SIZES, *COLOURS, *LOOKS):
                raise SystemExit(f"“{look}”: {line}")
            east, size = FONTS.get(look, east), SIZES.get(look, size)
        letters = (
            f'<w:rFonts w:ascii="{LATIN}" w:hAnsi="{LATIN}" w:eastAsia="{east}" w:cs="{LATIN}" w:hint="eastAsia"/>'
        )
        letters += "".join(f'<w:color w:val="{COLOURS[look]}"/>' for look in looks if look in COLOURS)
        letters += f'<w:sz w:val="{size}"/><w:szCs w:val="{size}"/>'
        runs = []
        for piece in text.split("\\t") if text else ():
            shown = "<w:br/>".join(f'<w:t xml:space="preserve">{escape(part)}</w:t>' for part in piece.split("\\n"))
            runs.append(f"<w:r><w:rPr>{letters}</w:rPr>{shown}</w:r>")
        own = "".join(xml for look, xml in LOOKS.items() if look in looks)
        return f'<w:p><w:pPr><w:pStyle w:val="{name}"/>{own}</w:pPr>{"<w:r><w:tab/></w:r>".join(runs)}</w:p>'

    def _table(self, block: str) -> str:
        look, *rows = block.split("\n|-")
        style, *columns = look.split()
        widths = [round(float(width) * MM) for width in columns]
        edges, side = TABLES[style]
        lines = "".join(f'<w:{edge} w:val="single" w:sz="4" w:space="0" w:color="000000"/>' for edge in edges)
        return (
            f'<w:tbl><w:tblPr><w:tblW w:w="{sum(widths)}" w:type="dxa"/><w:jc w:val="center"/>'
            f'<w:tblBorders>{lines}</w:tblBorders><w:tblLayout w:type="fixed"/><w:tblCellMar><w:left w:w="{side}"'
            f' w:type="dxa"/><w:right w:w="{side}" w:type="dxa"/></w:tblCellMar></w:tblPr><w:tblGrid>'
            + "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
            + f"</w:tblGrid>{''.join(self._row(row, style, widths) for row in rows)}</w:tbl>"
        )

    def _row(self, row: str, style: str, widths: list[int]) -> str:
        look, *cells = row.split("\n")
        rules = "<w:cantSplit/>"
        span = ""
        if "{%tr" in look:
            style, cells = "表格文字", [f"| [灰字]{look}", *"|" * (len(widths) - 1)]
        elif "通栏" in look:
            span, widths = f'<w:gridSpan w:val="{len(widths)}"/>', [sum(widths)]
        else:
            rules += "".join(f'<w:trHeight w:val="{height}"/>' for height in re.findall(r"\d+", look))
            rules += "<w:tblHeader/>" if "表头" in look else ""
        filled = "".join(
            f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{span}<w:vAlign w:val="center"/></w:tcPr>'
            f"{self._paragraph(cell[2:], style)}</w:tc>"
            for cell, width in zip(cells, widths, strict=True)
        )
        return f"<w:tr><w:trPr>{rules}</w:trPr>{filled}</w:tr>"


def made() -> dict[str, bytes]:
    """File name -> bytes of every Word template with the words of its text."""
    found = {}
    for words in ROOT.glob("*.docx.txt"):
        path = words.with_suffix("")
        body, target = _Body(path).xml(words.read_text("utf-8")), io.BytesIO()
        with zipfile.ZipFile(path) as source, zipfile.ZipFile(target, "w") as file:
            for name in source.namelist():
                content = source.read(name)
                if name == "word/document.xml":
                    content = DOCUMENT.format(body).encode()
                file.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED, 9)
        found[path.name] = target.getvalue()
    return found


if __name__ == "__main__":
    for name, content in made().items():
        (ROOT / name).write_bytes(content)
