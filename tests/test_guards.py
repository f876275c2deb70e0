"""Two guards: what says of itself that it is secret stays out; and how often a unit is asked for anything is told."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from docx import Document
from openpyxl import load_workbook

from sm_devzone.intake.marked import mark_in
from tests.conftest import Devzone

HERE = ("update", 4, "--unit", "商务局", "--note", "好")


def word(*paragraphs: str) -> bytes:
    document, made = Document(), io.BytesIO()
    for text in paragraphs:
        document.add_paragraph("")
        for character in text:  # as Word parts what was typed at different times
            document.paragraphs[-1].add_run(character)
    document.save(made)
    return made.getvalue()


def packed(name: str, content: bytes) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr(name, content)
    return made.getvalue()


def pdf(text: str) -> bytes:
    """One page with `text` in a font that says by ToUnicode what its codes mean."""
    codes = "".join(f"{ord(character):04X}" for character in text)
    to_unicode = (
        b"/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /A def /CMapType 2 def "
        b"1 begincodespacerange <0000> <FFFF> endcodespacerange 1 beginbfrange <0000> <FFFF> <0000> endbfrange "
        b"endcmap end end"
    )
    page = f"BT /F 12 Tf 50 700 Td <{codes}> Tj ET".encode()
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(page), page),
        b"<</Type/Font/Subtype/Type0/BaseFont/A/Encoding/Identity-H/DescendantFonts[6 0 R]/ToUnicode 7 0 R>>",
        b"<</Type/Font/Subtype/CIDFontType2/BaseFont/A/CIDSystemInfo<</Registry(A)/Ordering(I)/Supplement 0>>>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(to_unicode), to_unicode),
    ]
    made = b"%PDF-1.7\n"
    places = []
    for number, content in enumerate(objects, 1):
        places.append(len(made))
        made += b"%d 0 obj%s endobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    count = len(objects) + 1
    start = len(made)
    made += b"xref\n0 %d\n0000000000 65535 f \n%strailer<</Size %d/Root 1 0 R>>\n" % (count, table, count)
    return made + b"startxref\n%d\n%%%%EOF" % start


@pytest.mark.parametrize(
    ("content", "found"),
    [
        ("机密★1年\n关于……".encode(), "机密★"),
        ("绝密★".encode("gb18030"), "绝密★"),
        ("\ufeff秘密★启用前".encode("utf-16"), "秘密★"),
        ("秘　密 ★ 5年".encode(), "秘密★"),
        ("机\u200b密★".encode(), "机密★"),
        (b"\xd0\xcf\x11\xe0 \xff\xfe\xfd" + "秘密★".encode("utf-16-le") + b"\0\xff", "秘密★"),
        (b"<p>&#26426;&#23494;&#9733;</p>", "机密★"),
        ("<p>秘密&#x2605;</p>".encode(), "秘密★"),
        ("<p>秘密&#X02605 1年</p>".encode(), "秘密★"),
        ("<p>绝密&starf;</p>".encode(), "绝密★"),
        ("<p>秘密&#x26050;</p>".encode(), None),
        (word("绝密★"), "绝密★"),
        (packed("附件/通知.docx", word("机 密★1年")), "机密★"),
        (packed("a.xml", b"\xff" * 9), None),
        (pdf("机密★"), "机密★"),
        (pdf("好"), None),
        (b"%PDF-1.7 nothing else", None),
        (word("保守秘密", "★重点工作"), None),
        ("保守国家秘密，★为必填项".encode(), None),
        ("密★".encode(), None),
        (b"", None),
        (packed("a.zip", packed("b.zip", packed("c.zip", packed("d.txt", "秘密★".encode())))), None),
    ],
    ids=lambda value: None if isinstance(value, bytes) else str(value),
)
def test_a_mark_is_found_in_what_has_words(content: bytes, found: str | None) -> None:
    assert mark_in(content) == found


def test_evidence_with_a_mark_is_refused_and_none_is_kept(devzone: Devzone, tmp_path: Path) -> None:
    plain, marked = tmp_path / "批复.txt", tmp_path / "通知.docx"
    plain.write_text("同意", encoding="utf-8")
    marked.write_bytes(word("机密★1年"))
    ran = devzone(*HERE, "--evidence", plain, "--evidence", marked)
    assert (ran.code, ran.out) == (5, "")
    assert "写着“机密★”，没有收" in ran.err
    assert not (devzone.db.parent / "devzone-evidence").exists()
    devzone.ok(*HERE, "--evidence", plain)


def test_a_form_with_a_mark_is_refused(devzone: Devzone) -> None:
    devzone.ok(*HERE)
    (name,) = devzone.ok("send", "--unit", "商务局", "-o", "表").out.splitlines()
    book = load_workbook(name)
    book.worksheets[0]["A1"] = "秘密★"
    book.save(name)
    ran = devzone("collect", "表", "--yes")
    assert ran.code == 5
    assert "表里写着“秘密★”" in ran.err


def test_a_plan_with_a_mark_is_refused_by_its_line(devzone: Devzone) -> None:
    text = Path(__file__).parents[1].joinpath("data", "measures.yaml").read_text("utf-8")
    path = devzone.plan("# 绝密★\n" + text)
    ran = devzone("status")
    assert (ran.code, ran.out) == (3, "")
    assert f"{path}:1: 写着“绝密★”" in ran.err


def test_a_plan_that_was_recorded_with_one_can_still_be_read(devzone: Devzone) -> None:
    text = Path(__file__).parents[1].joinpath("data", "measures.yaml").read_text("utf-8")
    devzone.plan(text.replace("title: ", "title: ★", 1))
    devzone.ok(*HERE)
    devzone.plan(text)
    devzone.ok("plan", "adopt", "--reason", "去掉符号")
    devzone.ok("plan", "--diff", 1, 2)


def test_a_policy_text_with_a_mark_is_not_read(devzone: Devzone, tmp_path: Path) -> None:
    path = tmp_path / "文件.txt"
    path.write_text("机密★1年\n一、做好工作\n（责任单位：市商务局）\n", encoding="utf-8")
    ran = devzone("draft", path, "-o", "plan.yaml")
    assert (ran.code, ran.out) == (1, "")
    assert "写着“机密★”，没有读" in ran.err
    assert not Path("plan.yaml").exists()


@pytest.fixture
def asked(devzone: Devzone) -> Callable[..., dict[tuple[str, str], list[int | None]]]:
    """`asked("--month", "2026-11")`: forms, urges and slips of each unit in each role that had any."""

    def rows(*words: str) -> dict[tuple[str, str], list[int | None]]:
        found = devzone.ok("stats", *words, "--json").json["rows"]
        counts = {(row["unit"], row["role"]): [row["forms"], row["urges"], row["notices"]] for row in found}
        return {key: own for key, own in counts.items() if any(own)}

    return rows


def test_how_often_a_unit_was_asked(
    devzone: Devzone, asked: Callable[..., dict[tuple[str, str], list[int | None]]]
) -> None:
    devzone.at("2026-10-30").ok("send", "--unit", "建宁", "-o", "表")
    devzone.at("2026-11-05").ok("send", "--unit", "建宁", "-o", "表")
    devzone.at("2026-11-06").ok("urge", 4, "--unit", "建宁", "--by-means", "电话", "--note", "答应周五报")
    devzone.at("2026-11-20").ok("notice", "--unit", "建宁", "--measure", "4")
    assert asked("--month", "2026-11") == {("建宁县", "responsible"): [1, 1, 1]}
    assert [own[0] for own in asked("--month", "2026-10").values()] == [1]
    shown = devzone.ok("stats", "--month", "2026-11", terminal=True).out
    assert "表·催·督" in shown
    assert "1·1·1" in shown


def test_a_second_form_in_one_cycle_is_told(devzone: Devzone) -> None:
    assert "发过" not in devzone.ok("send", "--unit", "建宁", "-o", "表").err
    assert "发过" not in devzone.ok("send", "--unit", "建宁", "-o", "表").err  # the same bytes are no second form
    ran = devzone.at("2026-11-25").ok("send", "--unit", "建宁", "-o", "表")
    assert "这一期已在 2026-11-23 发过填报表，这是第 2 份" in ran.err
    assert "发过" not in devzone.at("2026-12-02").ok("send", "--unit", "建宁", "-o", "表").err
