"""审核: the queue of what waits for the office, and ten decisions in one go."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from tests.conftest import Devzone
from tests.forms import PLAN

HEAD = 3


@pytest.fixture
def office(devzone: Devzone) -> Devzone:
    """东县 was done in time and typed in first, 乙局 came in yesterday with evidence and said more today."""
    devzone.plan(PLAN)
    devzone.at("2026-11-16").ok("update", 2, "--unit", "东县", "--done", "--note", "已验收", "--on", "2026-11-10")
    Path("验收表.pdf").write_text("验收")
    devzone.at("2026-11-22").ok(
        "update", 2, "--unit", "乙局", "--done", "--note", "验收完", "--problem", "缺章", "--evidence", "验收表.pdf"
    )
    devzone.ok("update", 1, "--unit", "乙局", "--done", "--note", "碰头完")
    devzone.at("2026-11-23").ok("update", 2, "--unit", "乙局", "--milestone", "验收", "--note", "补了章")
    return devzone


def waiting(devzone: Devzone, *fields: str) -> list[tuple[Any, ...]]:
    return [tuple(row[name] for name in fields) for row in devzone.ok("review", "--json").json["waiting"]]


def test_the_longest_waits_first_and_a_unit_stands_together(office: Devzone) -> None:
    assert waiting(office, "unit", "measure", "milestone", "entry", "since", "days", "done_on") == [
        ("东县", 2, "验收", 1, "2026-11-16", 7, "2026-11-10"),
        ("市乙局", 2, "验收", 2, "2026-11-22", 1, "2026-11-22"),
        ("市乙局", 1, None, 3, "2026-11-22", 1, "2026-11-22"),
    ]
    assert waiting(office, "note", "problem", "evidence", "is_on_time")[1] == (
        "验收完\n补了章", "缺章", ["验收表.pdf"], True,
    )  # fmt: skip
    shown = office.ok("review", terminal=True).out
    for words in (
        "  1 项",
        "7 天",
        "验收完",
        "补了章",
        "问题：缺章",
        "验收表.pdf",
        "无佐证",
        "3 项，最久的等了 7 天",
    ):
        assert words in shown
    assert len(office.ok("review", "--unit", "乙局").lines) == 2
    assert len(office.ok("review", "--measure", 1).lines) == 1


def test_the_queue_of_another_day(office: Devzone) -> None:
    assert [line[5] for line in office.ok("review", "--as-of", "2026-11-16").lines] == ["东县"]
    assert office.ok("review", "--as-of", "2026-11-12", "--json").json["waiting"][0]["days"] == 0  # not known yet then
    assert office.ok("review", "--as-of", "2026-11-12", "--known", "2026-11-12").lines == []
    office.ok("close", 2, "--unit", "东县", "--note", "核实")
    assert len(office.ok("review").lines) == 2
    office.ok("return", 2, "--unit", "乙局", "--milestone", "验收", "--note", "没有章")
    office.at("2026-11-25").ok("update", 2, "--unit", "乙局", "--milestone", "验收", "--done", "--note", "又报")
    assert waiting(office, "unit", "measure", "note", "days") == [("市乙局", 1, "碰头完", 3), ("市乙局", 2, "又报", 0)]


def test_nothing_waits(devzone: Devzone) -> None:
    assert devzone.ok("review").out == ""
    assert "没有待审核的任务" in devzone.ok("review", terminal=True).out
    ran = devzone.ok("review", "-o", "审核表.xlsx")
    assert (ran.out, "没有出表" in ran.err, Path("审核表.xlsx").exists()) == ("", True, False)


# The workbook


def sheet_of(devzone: Devzone) -> Path:
    return Path(devzone.ok("review", "-o", "审核表.xlsx").out.strip())


def decide(path: Path, decisions: dict[int, tuple[str | None, str | None]]) -> Path:
    """Write 审核意见 and 依据或原因 into rows."""
    book = load_workbook(path)
    sheet: Worksheet = book["审核表"]
    columns = {cell.value: at for at, cell in enumerate(sheet[HEAD], 1)}
    for at, (choice, words) in decisions.items():
        sheet.cell(at, columns["审核意见"]).value = choice
        sheet.cell(at, columns["依据或原因"]).value = words
    book.save(path)
    return path


def entries(devzone: Devzone) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = devzone.ok("history", "--json").json["entries"]
    return found[::-1]


def test_the_sheet_says_what_is_to_be_decided(office: Devzone) -> None:
    book = load_workbook(sheet_of(office))
    sheet = book["审核表"]
    assert sheet["A1"].value == "待审核任务审核表"
    assert "共 3 项" in sheet["A2"].value
    assert [cell.value for cell in sheet[HEAD]][:11] == [
        "序号", "单位", "措施", "节点", "完成时限", "完成日期", "完成情况", "佐证材料", "待审天数",
        "审核意见", "依据或原因",
    ]  # fmt: skip
    assert [cell.value for cell in sheet[5]][1:9] == [
        "市乙局", "2 按期验收", "验收", sheet["E5"].value, "2026-11-22\n按期", "验收完\n补了章\n问题：缺章",
        "验收表.pdf", 1,
    ]  # fmt: skip
    unlocked = [cell.coordinate for cell in sheet[5] if not cell.protection.locked]
    assert unlocked == ["J5", "K5"]
    (choices,) = sheet.data_validations.dataValidation
    assert choices.formula1 == '"销号,退回"'
    again = office.ok("review", "-o", "审核表.xlsx").out
    assert again in ("审核表.xlsx\n", "审核表(2).xlsx\n")


def test_ten_decisions_in_one_go(office: Devzone) -> None:
    path = decide(sheet_of(office), {4: ("销号", "验收表在卷"), 5: ("退回", "章不清楚")})
    seen = office.ok("collect", path, "--dry-run")
    ran = office.ok("collect", path, "--yes", "--by", "小王")
    assert [line[1:] for line in seen.lines] == [line[1:] for line in ran.lines]
    assert [(e["kind"], e["unit"], e["note"], e["recorded_by"], e["source"]) for e in entries(office)[4:]] == [
        ("close", "东县", "验收表在卷", "小王", "审核表.xlsx 第 4 行"),
        ("return", "市乙局", "章不清楚", "小王", "审核表.xlsx 第 5 行"),
    ]
    assert waiting(office, "unit", "measure") == [("市乙局", 1)]
    again = office.ok("collect", path, "--yes")
    assert (again.out, len(entries(office))) == ("", 6)


@pytest.mark.parametrize(
    ("decision", "said"),
    [
        (("销号", None), "退回：销号要写销号依据"),
        (("退回", "  "), "退回：退回要写退回原因"),
        ((None, "好"), "没有选销号还是退回"),
        (("同意", "好"), "“同意”不是可选的意见，请选销号、退回"),
    ],
)
def test_what_is_no_decision_is_told_by_cell_and_nothing_is_taken(
    office: Devzone, decision: tuple[str | None, str | None], said: str
) -> None:
    path = decide(sheet_of(office), {4: ("销号", "在卷"), 5: decision})
    ran = office("collect", path, "--yes")
    assert (ran.code, ran.out, len(entries(office))) == (5, "", 4)
    assert f"审核表.xlsx 审核表 J5：{said}" in ran.err or said in ran.err
    assert "J4：暂不登记" in ran.err


def test_what_a_unit_reported_since_is_a_conflict(office: Devzone) -> None:
    path = decide(sheet_of(office), {5: ("销号", "在卷")})
    office.ok("update", 2, "--unit", "乙局", "--milestone", "验收", "--note", "章是假的")
    ran = office("collect", path, "--yes")
    assert (ran.code, len(entries(office))) == (5, 5)
    assert "冲突：出表以后又有记录（5 号 2026-11-23 报进展：章是假的）" in ran.err
    office.ok("collect", path, "--yes", "--theirs")
    assert entries(office)[-1]["kind"] == "close"


def test_a_decision_is_about_the_report_that_it_was_made_on(office: Devzone) -> None:
    path = decide(sheet_of(office), {5: ("销号", "在卷")})
    office.ok("return", 2, "--unit", "乙局", "--milestone", "验收", "--note", "没有章")
    assert "J5：退回" in office("collect", path, "--yes").err
    office.at("2026-11-25").ok("update", 2, "--unit", "乙局", "--milestone", "验收", "--done", "--note", "又报")
    ran = office("collect", path, "--yes", "--theirs")
    assert (ran.code, "请重新出表审核" in ran.err) == (5, True)


def moved(sheet: Worksheet) -> None:
    for column in (2, 3, 4):
        sheet.cell(4, column).value, sheet.cell(5, column).value = (
            sheet.cell(5, column).value,
            sheet.cell(4, column).value,
        )


def copied(sheet: Worksheet) -> None:
    for column in range(1, sheet.max_column + 1):
        sheet.cell(8, column).value = sheet.cell(4, column).value


def foreign(sheet: Worksheet) -> None:
    sheet.cell(4, 12).value = "0123456789abcdef"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (moved, "B4：退回：单位和发出时不一样（发出“东县”）"),
        (copied, "L8：退回：和第 4 行是同一项任务"),
        (foreign, "L4：退回：第 4 行的编号不是这张表发出的"),
        (lambda sheet: sheet.delete_cols(11), "少了“依据或原因”列"),
        (lambda sheet: sheet.parent["devzone"].cell(2, 2, "1"), "隐藏的信息页被改过或不完整"),
        (lambda sheet: sheet.merge_cells("K4:K5"), "在合并单元格 K4:K5 里"),
    ],
)
def test_what_cannot_be_told_apart_is_refused(office: Devzone, change: Any, said: str) -> None:
    path = decide(sheet_of(office), {4: ("销号", "在卷"), 5: ("退回", "没有章")})
    book = load_workbook(path)
    change(book["审核表"])
    book.save(path)
    ran = office("collect", path, "--yes")
    assert (ran.code, ran.out, len(entries(office))) == (5, "", 4)
    assert said in ran.err


def test_a_sheet_that_is_sorted_renamed_and_left_open(office: Devzone) -> None:
    path = sheet_of(office)
    book = load_workbook(path)
    sheet = book["审核表"]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(4, 6)]
    for at, values in zip((4, 5, 6), rows[::-1], strict=True):
        for column, value in enumerate(values, 1):
            sheet.cell(at, column).value = value
    sheet.title = "领导批"
    sheet["J6"], sheet["K6"], sheet["C1"] = "销号", "在卷", "请尽快"
    book.save("领导批过.xlsx")
    ran = office.ok("collect", "领导批过.xlsx", "--yes")
    assert "C1：提示：写在表头上面，没有登记" in ran.err
    assert [(e["kind"], e["unit"]) for e in entries(office)[4:]] == [("close", "东县")]


@pytest.mark.parametrize(
    "words", [["-o", "审核表.csv"], ["-o", "x.xlsx", "--json"], ["-o", "x.xlsx", "--as-of", "2026-11-01"]]
)
def test_what_is_wrong_usage(office: Devzone, words: list[str]) -> None:
    ran = office("review", *words)
    assert (ran.code, ran.out) == (2, "")
