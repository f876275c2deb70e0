"""`devzone card`: one unit on one page: duties, twelve cycles, slips, and units like it beside them."""

from __future__ import annotations

from pathlib import Path

import pytest
from docx import Document

from tests.conftest import Devzone
from tests.output.reading_word import as_pdf, disorder, pages, text


def card(devzone: Devzone, *words: str | int) -> Path:
    return devzone.folder / devzone.ok("card", *words).out.strip()


def line_of(path: Path, matter: str) -> list[str]:
    """The cells of a duty: what, when, state, twelve squares, slips, evidence."""
    (found,) = [row for row in Document(str(path)).tables[0].rows if row.cells[0].text == matter]
    return [cell.text for cell in found.cells]


def figure_of(path: Path, name: str) -> list[str]:
    (found,) = [row for row in Document(str(path)).tables[1].rows if row.cells[0].text == name]
    return [cell.text for cell in found.cells[1:]]


def a_year(devzone: Devzone) -> Devzone:
    """建宁县 in measure 4: a report in January, March and November 2026, an extension, and a slip without an answer."""
    at = devzone.at("2026-01-10")
    at.ok("update", 4, "--unit", "建宁", "--note", "摸底")
    devzone.at("2026-03-31").ok("update", 4, "--unit", "建宁", "--note", "方案")
    devzone.at("2026-05-06").ok("extend", 4, "--unit", "建宁", "--to", "2026-06-30", "--reason", "债务清理未完")
    devzone.at("2026-11-02").ok("notice", "--unit", "建宁", "--measure", 4)
    devzone.at("2026-11-18").ok("update", 4, "--unit", "建宁", "--note", "整合方案已批")
    devzone.ok("update", 4, "--unit", "三元", "--done", "--note", "挂牌")
    devzone.ok("close", 4, "--unit", "三元", "--note", "批复在卷")
    return devzone.at("2026-11-20")


def test_a_unit_on_one_page(devzone: Devzone) -> None:
    path = card(a_year(devzone), "--unit", "建宁")
    assert path.name == "履责卡-建宁县-20261120.docx"
    said = text(path)
    assert "# 建宁县人民政府履责卡\n三明市商务局　截至2026年11月20日\n" in said
    assert "任务18项：已销号0项，待审核0项，推进中1项，未启动17项。其中逾期1项，临期0项，未报送17项。" in said
    squares = ["·", "■", "□", "■", "□", "□", "□", "□", "□", "□", "□", "■"]  # December 2025 is before the first entry
    assert line_of(path, "4 推进县域园区整合“整合”") == [
        "4 推进县域园区整合“整合”",
        "2026年6月30日（原定2024年12月31日）",
        "推进中\n逾期143天",
        *squares,
        "1",
        "",
    ]
    assert line_of(path, "5 依法下放经济管理权限")[3:15] == ["·", *["□"] * 10, "○"]  # November is not over
    assert "蓝色明商督〔2026〕1号，措施4“整合”，2026年11月2日签发，限2026年11月9日前；2026年11月18日回复。" in said
    assert "措施4“整合”，原定2024年12月31日，延期1次至2026年6月30日。" in said


def test_it_stands_beside_its_like_and_ranks_nobody(devzone: Devzone) -> None:
    path = card(a_year(devzone), "--unit", "建宁")
    assert "和同类单位放在一起看（各县(市、区)人民政府的另外10个；2025年12月1日以来）" in text(path)
    assert figure_of(path, "任务") == ["18", "18", "18", "18"]
    assert figure_of(path, "逾期") == ["1", "0", "1", "1"]
    assert figure_of(path, "督办单") == ["1", "0", "0", "0"]
    # 18 duties × January to October; of 三元区 the same, and all others never reported.
    assert figure_of(path, "报送率") == ["1.1%（2/180）", "0.0%", "0.0%", "0.0%"]
    department = text(card(devzone, "--unit", "林业局"))
    assert "其他部门和单位的另外" in department
    assert "垂直管理单位的另外2个" in text(card(devzone, "--unit", "税务局"))
    assert "同类" not in text(card(devzone, "--unit", "商务局"))  # the office keeps the ledger


def test_what_lacks_evidence_is_marked(devzone: Devzone) -> None:
    a_year(devzone)
    (devzone.folder / "批复.pdf").write_bytes(b"%PDF-1.4")
    devzone.ok("update", 4, "--unit", "沙县", "--done", "--note", "整合完成", "--evidence", "批复.pdf")
    assert line_of(card(devzone, "--unit", "三元"), "4 推进县域园区整合“整合”")[-1] == "缺"
    assert line_of(card(devzone, "--unit", "沙县"), "4 推进县域园区整合“整合”")[-1] == ""


def test_the_page_says_what_the_paper_says(devzone: Devzone) -> None:
    a_year(devzone)
    docx, html = (
        devzone.folder / line
        for line in devzone.ok("card", "--unit", "建宁", "--format", "docx", "--format", "html").out.splitlines()
    )
    page = html.read_text("utf-8")
    for words in ("建宁县人民政府履责卡", "逾期143天", "1.1%（2/180）", "2026年11月18日回复", "延期1次至2026年6月30日"):
        assert words in page
        assert words in text(docx)
    assert page.count('aria-label="未报"') == 17 * 10 + 8
    assert "http" not in page.replace("http-equiv", "")


def test_one_page_for_a_unit_with_much_to_tell(devzone: Devzone, tmp_path: Path) -> None:
    a_year(devzone)
    for day in ("2026-11-20", "2026-12-01", "2026-12-10", "2026-12-20", "2027-01-05", "2027-01-20"):
        devzone.at(day).ok("notice", "--unit", "商务局", "--measure", 17, "--period", "2025")
        devzone.ok("notice", "--unit", "商务局", "--measure", 4)
    path = card(devzone, "--unit", "商务局")
    said = text(path)
    assert "督办单（共12张，列最近5张）" in said
    assert disorder(path) == []
    assert len(pages(as_pdf(path, tmp_path))) == 1


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ((), 2),
        (("--unit", "没有的单位"), 4),
        (("--unit", "建宁", "--format", "pdf"), 2),
        (("--unit", "建宁", "-o", "-"), 2),
    ],
)
def test_what_is_refused(devzone: Devzone, words: tuple[str, ...], code: int) -> None:
    ran = devzone("card", *words)
    assert (ran.code, ran.out) == (code, "")


def test_several_units_get_one_each(devzone: Devzone) -> None:
    paths = devzone.ok("card", "--unit", "各县", "-o", "卡").out.splitlines()
    assert len(paths) == 11
    assert all(path.startswith("卡/履责卡-") for path in paths)
