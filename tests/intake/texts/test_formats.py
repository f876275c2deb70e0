"""The same text in every format gives the same draft; what cannot be read says why and what to do."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable

import pytest

from sm_devzone.domain.reading.draft import Draft
from sm_devzone.domain.reading.plan import draft_of
from sm_devzone.errors import CannotRead
from sm_devzone.intake.limits import MAX_BYTES
from sm_devzone.intake.texts import lines_of
from tests.domain.reading.reading import dates, kinds, told
from tests.intake.texts.making import pdf, pdf_of, word, word_table, xml

TEXT = """
青河市人民政府办公室关于印发青河市河湖长效管护若干措施的通知
青政办〔2025〕8号
各县（市、区）人民政府，市直有关单位：
现将若干措施印发给你们，请认真抓好落实。
青河市人民政府办公室
2025年3月10日
青河市河湖长效管护若干措施
为管好我市河湖，制定本措施。
一、主要任务
（一）管好河道。组织清理河道两岸垃圾，巡查堤防安全隐患，拆除河道管理范围内的违法建筑，恢复河道行洪能力，2025年6月底前完成全部清理。（市水利局牵头，市财政局、住建局配合，列第一位者为牵头单位，下同）
（二）管好湖泊。治理湖面水葫芦，清理湖底淤泥，修复湖滨湿地，提升湖泊水质，每年开展一次健康评价。（市住建局、自然资源局，各县（市、区）人民政府负责）
二、保障措施
（三）落实经费。安排管护经费，同一河道每年最高补助50万元。（责任单位：市财政局、水利局）
本措施自印发之日起施行，有效期3年。
"""
FACTS = [
    "青河市人民政府办公室关于印发青河市河湖长效管护若干措施的通知",
    "青河市人民政府办公室",
    "青政办〔2025〕8号",
    "2025-03-10",
    "2028-03-09",
]
TOLD = [
    "1 管好河道: *市水利局 -市财政局 -市住建局",
    "2 管好湖泊: *市住建局 市自然资源局 各县（市、区）人民政府",
    "3 落实经费: *市财政局 市水利局",
]
PARAGRAPHS = TEXT.strip().split("\n")


def draft(content: bytes) -> Draft:
    return draft_of(lines_of(content))


def check(read: Draft, facts: list[str] = FACTS) -> None:
    own = read.facts
    assert [said and said.value for said in (own.title, own.issuer, own.number, own.issued, own.valid_until)] == facts
    assert told(read) == TOLD
    assert dates(read) == ["1 2025-06-30", "2 year 2025"]
    assert [one.partition(" ")[2] for one in kinds(read, "trap")] == ["同一河道每年最高补助50万元"]


def _auto() -> bytes:
    """Numbers that Word counts itself."""
    own: list[str | tuple[int, str]] = []
    for paragraph in PARAGRAPHS:
        head, _, rest = paragraph.partition("、")
        if head in "一二三":
            own.append((0, rest))
        elif paragraph.startswith("（") and paragraph[1] in "一二三":
            own.append((1, paragraph[3:]))
        else:
            own.append(paragraph)
    return word(*own)


def _tracked() -> bytes:
    """Text that was put in and struck out with changes tracked, and a content control."""
    own: list[object] = list(PARAGRAPHS)
    own[9] = xml(
        f"<w:p>R({PARAGRAPHS[9][:6]})R<w:del w:id='1' w:author='a'><w:r><w:delText>第一个逗号前为牵头单位。</w:delText></w:r></w:del>"
        f"<w:ins w:id='2' w:author='a'>R({PARAGRAPHS[9][6:20]})R</w:ins>R({PARAGRAPHS[9][20:]})R</w:p>"
    )
    own[10] = xml(f"<w:sdt><w:sdtContent><w:p>R({PARAGRAPHS[10]})R</w:p></w:sdtContent></w:sdt>")
    own.insert(
        11,
        xml(
            "<w:p><w:del w:id='3' w:author='a'><w:r><w:delText>（三）删掉的一条。（市园林局负责）</w:delText></w:r></w:del></w:p>"
        ),
    )
    own.insert(
        12, xml("<w:p><w:r><w:rPr><w:vanish/></w:rPr><w:t>（三）藏起来的一条。（市园林局负责）</w:t></w:r></w:p>")
    )
    return word(*own)


def _page(body: str, head: str = "") -> bytes:
    return (
        f"<!DOCTYPE html><html><head><meta charset='utf-8'><title>青河市人民政府</title>{head}<style>p{{}}</style></head><body>"
        "<div class='nav'><a href='/'>首页</a><a href='/zw'>政务公开</a></div><div class='crumb'>当前位置：<a>政策文件</a></div>"
        f"<div class='main'><div class='article'>{body}</div><div class='share'>分享到：微信</div></div>"
        "<div class='footer'>主办：青河市人民政府办公室 版权所有</div><script>var a='（一）市水利局负责';</script></body></html>"
    ).encode()


def _web() -> bytes:
    return _page("".join(f"<p style='text-indent:2em'>&nbsp;&nbsp;{paragraph}</p>\n" for paragraph in PARAGRAPHS))


def _breaks() -> bytes:
    return _page("<div>" + "<br/>\u3000\u3000".join(PARAGRAPHS) + "</div>")


def _marked() -> bytes:
    own = [f"# {PARAGRAPHS[0]}", *PARAGRAPHS[1:]]
    return "\n\n".join(
        one.replace("管好河道。", "**管好河道。**").replace("一、主要", "## 一、主要") for one in own
    ).encode()


def _cut(paragraph: str, width: int, *, by_width: bool) -> list[str]:
    """`paragraph` cut after `width` marks, or where so many Chinese characters fill a line (Latin ones are half)."""
    lines, filled = [""], 0.0
    for mark in paragraph:
        size = 0.5 if by_width and mark.isascii() else 1
        if filled + size > width:
            lines.append("")
            filled = 0
        lines[-1] += mark
        filled += size
    return lines


def _wrapped(width: int = 34, *, by_width: bool = False, text: str = TEXT) -> bytes:
    return "\n".join(
        line for paragraph in text.strip().split("\n") for line in _cut(paragraph, width, by_width=by_width)
    ).encode()


FORMS: dict[str, Callable[[], bytes]] = {
    "text": TEXT.encode,
    "text with BOM": lambda: TEXT.encode("utf-8-sig"),
    "GB18030": lambda: TEXT.encode("gb18030"),
    "UTF-16": lambda: TEXT.encode("utf-16"),
    "CRLF": lambda: TEXT.replace("\n", "\r\n").encode(),
    "wrapped text": _wrapped,
    "Markdown": _marked,
    "Word": lambda: word(*PARAGRAPHS),
    "Word with numbers of its own": _auto,
    "Word with tracked changes": _tracked,
    "web page": _web,
    "web page with breaks": _breaks,
    "web page in GB18030": lambda: _web().decode().encode("gb18030"),
    "PDF": lambda: pdf_of(TEXT),
    "PDF with short pages": lambda: pdf_of(TEXT, width=26, height=7),
}


@pytest.mark.parametrize("form", FORMS)
def test_each_format_reads_the_same(form: str) -> None:
    check(draft(FORMS[form]()))


LATIN = TEXT.replace(
    "组织清理", "按照《河长制办法》（青政〔2022〕179号）和GB/T 50138—2010，用3D建模和AI巡查组织清理"
).replace("本措施自印发之日起施行，有效期3年。", "本措施自2025年3月10日起施行，有效期至2028年3月9日。")


@pytest.mark.parametrize("by_width", [False, True], ids=["after so many marks", "at so wide a line"])
@pytest.mark.parametrize("width", range(24, 65))
def test_a_text_reads_the_same_wherever_its_lines_are_cut(width: int, by_width: bool) -> None:
    check(draft(_wrapped(width, by_width=by_width, text=LATIN)))


@pytest.mark.parametrize("width", range(24, 40))
@pytest.mark.parametrize("height", [7, 11, 20])
def test_a_pdf_reads_the_same_wherever_its_pages_end(width: int, height: int) -> None:
    check(draft(pdf_of(LATIN, width, height)))


def test_a_title_outside_the_article_is_found() -> None:
    content = _page("".join(f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS[1:])).replace(
        b"<div class='main'>", f"<h1>{PARAGRAPHS[0]}</h1><div class='main'>".encode()
    )
    check(draft(content))


def test_pages_of_a_pdf_are_told() -> None:
    lines = lines_of(pdf_of(TEXT, width=26, height=7))
    assert {line.page for line in lines} == {1, 2, 3}
    assert [one.page for one in draft_of(lines).doubts if one.kind == "trap"] == [3]


ROWS = [
    ("序号", "重点任务", "牵头单位", "配合单位", "完成时限"),
    ("1", "清理河道", "市水利局", "市财政局、住建局", "2025年6月底前"),
    ("2", "治理湖面", "市住建局", "各县（市、区）人民政府", "长期坚持"),
    ("3", "落实经费", "市财政局", "市水利局", "2025年底前"),
]
ROWS_TOLD = [
    "1 清理河道: *市水利局 -市财政局 -市住建局",
    "2 治理湖面: *市住建局 -各县（市、区）人民政府",
    "3 落实经费: *市财政局 -市水利局",
]


def _ruled() -> bytes:
    places = [60, 100, 220, 320, 450, 540]
    heights = [700 - 40 * at for at in range(len(ROWS) + 1)]
    rulings = [(places[0], y, places[-1], y) for y in heights] + [(x, heights[-1], x, heights[0]) for x in places]
    words: list[tuple[float, float, str]] = [(200, 750, "青河市河湖管护任务分解表")]
    for at, row in enumerate(ROWS):
        for place, cell in zip(places, row, strict=False):
            words += [
                (place + 4, heights[at] - 16 - 13 * n, cell[7 * n : 7 * n + 7])
                for n in range(len(cell) // 7 + 1)
                if cell[7 * n :]
            ]
    return pdf([words], rulings)


TABLES: dict[str, Callable[[], bytes]] = {
    "Word": lambda: word_table(ROWS),
    "Markdown": (
        "# 任务分解表\n\n" + "\n".join("| " + " | ".join(row) + " |" for row in [ROWS[0], ("---",) * 5, *ROWS[1:]])
    ).encode,
    "text": ("任务分解表\n" + "\n".join("\t".join(row) for row in ROWS)).encode,
    "web page": lambda: _page(
        "<h2>任务分解表</h2><table>"
        + "".join("<tr>" + "".join(f"<td>{c}</td>" for c in row) + "</tr>" for row in ROWS)
        + "</table>"
    ),
    "PDF": _ruled,
}


@pytest.mark.parametrize("form", TABLES)
def test_rows_of_a_table_in_each_format(form: str) -> None:
    read = draft(TABLES[form]())
    assert told(read) == ROWS_TOLD
    assert dates(read) == ["1 2025-06-30", "3 2025-12-31"]


def test_cells_that_are_put_together() -> None:
    rows = [
        ("类别", "任务", "责任单位"),
        ("河", "清理河道", "市水利局"),
        ("", "巡查堤防", ""),
        ("二、湖", "", ""),
        ("湖", "治理湖面", "市住建局"),
    ]
    read = draft(word_table(rows, [(1, 0, 2, 0), (1, 2, 2, 2), (3, 0, 3, 2)]))
    assert [line.partition(" ")[2] for line in told(read)] == [
        "清理河道: 市水利局",
        "巡查堤防: 市水利局",
        "治理湖面: 市住建局",
    ]
    web = "<table><tr><td>类别<td>任务<td>责任单位</tr><tr><td rowspan=2>河<td>清理河道<td rowspan=2>市水利局</tr><tr><td>巡查堤防</tr></table>"
    assert [line.partition(" ")[2] for line in told(draft(_page(web)))] == ["清理河道: 市水利局", "巡查堤防: 市水利局"]


def test_a_table_in_a_pdf_without_a_whole_grid_is_refused() -> None:
    words: list[tuple[float, float, str]] = [
        (60, 700, "序号"),
        (120, 700, "重点任务"),
        (240, 700, "责任单位"),
        (60, 670, "1"),
        (120, 670, "清理河道两岸垃圾"),
        (240, 670, "市水利局"),
    ]
    with pytest.raises(CannotRead, match="第 1 页有表格"):
        lines_of(pdf([[*words, (60, 640, "另有说明的文字若干行在此处")]]))


# What cannot be read


def _zip(**members: bytes) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name.replace("__", "/") + ".xml", content)
    return target.getvalue()


OLE = bytes.fromhex("d0cf11e0a1b11ae1")

BAD: dict[str, tuple[bytes, str]] = {
    "empty": (b" \n", "空的"),
    "old Word": (OLE + b"\0" * 600, "旧格式"),
    "locked Word": (OLE + "EncryptedPackage".encode("utf-16-le"), "密码"),
    "rich text": (b"{\\rtf1 abc}", "rtf"),
    "picture": (b"\x89PNG\r\n\x1a\n" + bytes(range(200)), "图片"),
    "workbook": (_zip(xl__workbook=b"<a/>"), "xlsx"),
    "OFD": (_zip(OFD=b"<a/>"), "ofd"),
    "archive": (_zip(a=b"x"), "压缩包"),
    "broken Word": (_zip(word__document=b"<a/>"), "损坏"),
    "broken archive": (b"PK\x03\x04" + b"\1" * 50, "损坏"),
    "bytes": (bytes(range(256)) * 4, "不认识"),
    "scan": (pdf([[], []]), "扫描件"),
    "broken PDF": (b"%PDF-1.7\nabc", "损坏"),
    "too large": (b"a" * (MAX_BYTES + 1), "超过上限"),
    "two kinds": (b"%PDF-1.4 " + "<html><body><p>一、甲</p></body></html>".encode("utf-16-le"), "损坏|又像|扫描件"),
    "bomb": (_zip(word__document=b"<a>" + b" " * 61_000_000 + b"</a>"), "展开后太大"),
    "entities": (_zip(word__document=b'<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>'), "损坏"),
}


@pytest.mark.parametrize("name", BAD)
def test_what_cannot_be_read_says_why_and_what_to_do(name: str) -> None:
    content, why = BAD[name]
    with pytest.raises(CannotRead, match=why) as caught:
        lines_of(content)
    assert caught.value.remedy.startswith("请")


def test_a_pdf_with_a_password_is_refused() -> None:
    from pypdf import PdfReader, PdfWriter

    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(pdf_of(TEXT))))
    writer.encrypt("secret", algorithm="RC4-128")
    target = io.BytesIO()
    writer.write(target)
    with pytest.raises(CannotRead, match="密码"):
        lines_of(target.getvalue())


def test_nothing_outside_is_read_and_no_entity_of_a_page_is_followed() -> None:
    content = b"<!DOCTYPE html [<!ENTITY x SYSTEM 'file:///etc/passwd'>]>" + _page(
        "<p>&x;</p>" + "".join(f"<p>{one}</p>" for one in PARAGRAPHS)
    )
    assert not any("root:" in line.text for line in lines_of(content))
