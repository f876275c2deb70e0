"""Lists as workbooks: what a clerk sends on without touching it."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from tests.conftest import Devzone
from tests.forms import PLAN, fill, sent


def ledger_of(devzone: Devzone) -> None:
    """市乙局 filled in a form, was extended and urged; 东县 is done and closed, 西县 suspended."""
    form = fill(sent(devzone), 5, 本期状态="推进中", 进度=40, 进展情况="在验收", 存在问题="缺签字", 下一步打算="补签")
    fill(form, 5, 佐证材料="纪要.pdf", 填报人="老张", 联系电话="0598-1")
    devzone.ok("collect", form, "--yes")
    devzone.ok("urge", 2, "--unit", "乙局", "--by-means", "电话")
    devzone.ok("extend", 2, "--unit", "乙局", "--to", "2027-01-31", "--reason", "人手不足")
    Path("验收表.pdf").write_bytes(b"%PDF")
    devzone.ok("update", 2, "--unit", "东县", "--done", "--note", "=已验收", "--evidence", "验收表.pdf")
    devzone.ok("close", 2, "--unit", "东县", "--note", "验收表")
    devzone.ok("suspend", 2, "--unit", "西县", "--note", "规划调整")


def shown(value: Any) -> Any:
    """What a cell holds, days as 2026-11-20 and moments as 2026-11-23 09:00."""
    return f"{value:%Y-%m-%d %H:%M}".removesuffix(" 00:00") if isinstance(value, datetime) else value


def listed(devzone: Devzone, what: str, *words: str) -> tuple[list[str], list[dict[str, Any]], str]:
    """The headings of a list, its rows by heading (what is empty left out), and its last line, out of a workbook."""
    devzone.ok("export", what, "--format", "xlsx", "-o", f"{what}.xlsx", *words)
    sheet = load_workbook(f"{what}.xlsx").active
    assert sheet is not None
    assert sheet.freeze_panes == "A4"
    assert sheet.print_title_rows == "$3:$3"
    assert sheet.page_setup.orientation == "landscape"
    assert not sheet.merged_cells.ranges
    assert sheet.auto_filter.ref.startswith("A3:")
    head = [str(cell.value) for cell in sheet[3]]
    *rows, _, last = [[shown(cell.value) for cell in row] for row in sheet.iter_rows(4)]
    return head, [{name: v for name, v in zip(head, row, strict=True) if v is not None} for row in rows], str(last[0])


def test_the_ledger_in_the_columns_of_an_office(devzone: Devzone) -> None:
    ledger_of(devzone)
    head, rows, last = listed(devzone, "duties")
    assert head == [
        "序号", "措施序号", "措施", "节点", "牵头单位", "责任单位", "完成时限", "原定时限", "延期次数", "延期天数",
        "进度", "进展情况", "存在问题", "下一步打算", "状态", "预警", "逾期天数", "完成日期",
        "最近报送", "催办次数", "佐证材料", "填报人及电话", "备注",
    ]  # fmt: skip
    dated = {row["责任单位"]: dict(list(row.items())[6:]) for row in rows if row.get("节点") == "验收"}
    assert dated == {
        "市乙局": {
            "完成时限": "2027-01-31", "原定时限": "2026-12-31", "延期次数": 1, "延期天数": 31, "进度": 0.4,
            "进展情况": "在验收", "存在问题": "缺签字", "下一步打算": "补签", "状态": "推进中", "预警": "正常",
            "最近报送": "2026-11-23", "催办次数": 1, "佐证材料": "纪要.pdf", "填报人及电话": "老张\n0598-1",
            "备注": "批准延期后时限",
        },
        "东县": {
            "完成时限": "2026-12-31", "进展情况": "=已验收", "状态": "已销号", "完成日期": "2026-11-23",
            "最近报送": "2026-11-23", "佐证材料": "验收表.pdf", "备注": "政策时限\n按期办结",
        },
        "西县": {"完成时限": "2026-12-31", "状态": "中止", "备注": "政策时限\n2026-11-23 起中止"},
    }  # fmt: skip
    assert {"逾期后延期", "另有中止天数"}.isdisjoint(head)  # nothing to tell there
    assert last == "合计：任务 8 项　未启动 5　推进中 1　待审核 0　已销号 1　中止 1　终止 0　逾期 0"


def test_what_is_overdue_says_so_in_words_and_in_colour(devzone: Devzone) -> None:
    devzone.plan(PLAN)
    devzone.at("2027-01-10").ok("update", 2, "--unit", "乙局", "--progress", 90, "--note", "@差一个签字")
    head, rows, last = listed(devzone, "overdue")
    assert rows[0] == {
        "序号": 1, "措施序号": 2, "措施": "按期验收", "节点": "验收", "责任单位": "市乙局", "角色": "责任",
        "完成时限": "2026-12-31", "时限依据": "政策时限", "逾期天数": 10, "状态": "推进中", "进度": 0.9,
        "进展情况": "@差一个签字", "最近报送": "2027-01-10",
    }  # fmt: skip
    assert last == "合计：逾期 3 项，涉及 3 个单位"
    sheet = load_workbook("overdue.xlsx")["逾期清单"]
    days, share, note = (sheet.cell(4, head.index(name) + 1) for name in ("逾期天数", "进度", "进展情况"))
    assert (days.data_type, days.number_format, days.fill.fgColor.rgb) == ("n", "0", "FFFFC7CE")
    assert (share.data_type, share.number_format) == ("n", "0%")
    assert note.data_type == "s"
    assert sheet["A2"].value == "《关于做好三件事的若干措施》　　截至2027年1月10日"


def test_days_of_a_suspension_and_of_extensions_stand_in_columns_of_their_own(devzone: Devzone) -> None:
    devzone.plan(PLAN)
    devzone.at("2027-01-05").ok("extend", 2, "--unit", "乙局", "--to", "2027-01-31", "--reason", "市政府同意")
    devzone.at("2027-02-05").ok("suspend", 2, "--unit", "乙局", "--note", "规划调整")
    devzone.at("2027-02-15").ok("resume", 2, "--unit", "乙局", "--note", "规划定了")
    _, rows, _ = listed(devzone.at("2027-02-20"), "overdue")
    (row,) = (row for row in rows if row["责任单位"] == "市乙局")
    told = {
        "完成时限": "2027-01-31", "原定时限": "2026-12-31", "延期次数": 1, "逾期后延期": 1, "延期天数": 31,
        "时限依据": "批准延期后时限", "逾期天数": 10, "另有中止天数": 10,
    }  # fmt: skip
    assert {name: row[name] for name in told} == told


def test_the_last_slip_of_a_duty_stands_beside_it(devzone: Devzone) -> None:
    devzone.plan(PLAN)
    devzone.at("2027-01-04").ok("notice", "--unit", "东县", "--unit", "西县")
    devzone.at("2027-01-06").ok("update", 2, "--unit", "西县", "--milestone", "验收", "--note", "正在验收")
    devzone.at("2027-01-18").ok("notice", "--unit", "东县")
    for what in ("overdue", "duties"):
        head, rows, _ = listed(devzone.at("2027-02-01"), what)
        told = {
            row["责任单位"]: [row.get(name) for name in ("督办单", "回复期限", "回复日期")]
            for row in rows
            if row.get("节点") == "验收"
        }
        assert told == {
            "市乙局": [None, None, None],
            "东县": ["橙色督办单〔2027〕3号", "2027-01-25", None],
            "西县": ["蓝色督办单〔2027〕2号", "2027-01-11", "2027-01-06"],
        }
    head, _, _ = listed(devzone.at("2027-01-03"), "overdue", "--as-of", "2027-01-03")
    assert "督办单" not in head  # on that day there was none


def test_an_empty_list_still_says_what_it_is(devzone: Devzone) -> None:
    devzone.plan(PLAN)
    head, rows, last = listed(devzone, "overdue")
    assert head[0] == "序号"
    assert (rows, last) == ([], "没有逾期的任务")
    assert devzone("export", "overdue", "--format", "xlsx", "-o", "x.xlsx", "--exit-code").code == 0


def test_the_journal_and_the_plan(devzone: Devzone) -> None:
    ledger_of(devzone)
    devzone.ok("void", 2, "--reason", "没有催")
    _, rows, _ = listed(devzone, "journal")
    assert [(row["编号"], row["事项"], row.get("作废哪条"), row.get("被哪条作废")) for row in rows][1::5] == [
        (2, "催办", None, 7),
        (7, "作废", 2, None),
    ]
    assert (rows[0]["措施序号"], rows[0]["措施"], rows[0]["进度"]) == (2, "按期验收", 0.4)
    assert (rows[0]["记录时间"], rows[0]["来源"]) == (
        "2026-11-23 09:00",
        "附件1-市乙局-任务进展填报表(截至20261123).xlsx 第 5 行",
    )
    assert rows[1]["来源"] == "直接登记"
    _, rows, _ = listed(devzone, "plan")
    assert [(row["措施序号"], row["责任单位"], row.get("节点"), row.get("完成时限")) for row in rows] == [
        (1, "市甲局", None, None),
        (1, "市乙局", None, None),
        (2, "市乙局", "通过验收", "2026-12-31"),
        (2, "各县", "通过验收", "2026-12-31"),
    ]


@pytest.mark.parametrize("what", ["overdue", "duties", "journal", "plan", "form"])
def test_no_workbook_shows_what_only_the_program_needs(
    devzone: Devzone, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    quarterly = "every: quarter\n            first: 2026Q1"
    devzone.plan(PLAN, "plans/one.yaml")
    devzone.plan(
        PLAN.replace("demo", "other-2026").replace("三件事", "别的事").replace("due: 2026-12-31", quarterly),
        "plans/two.yaml",
    )
    monkeypatch.setenv("DEVZONE_PLAN", "plans")
    devzone.ok("update", "other-2026/2", "--unit", "乙局", "--period", "2026Q3", "--note", "三季度验收过半")
    devzone.ok("urge", "other-2026/2", "--unit", "乙局", "--period", "2026Q3", "--by-means", "电话")
    if what == "form":
        devzone.ok("send", "--unit", "乙局", "-o", ".")
        (made,) = Path().glob("*.xlsx")
    else:
        made = Path(f"{what}.xlsx")
        devzone.ok("export", what, "--format", "xlsx", "-o", made)
    sheet = load_workbook(made).worksheets[0]
    shut = {letter for letter, column in sheet.column_dimensions.items() if column.hidden}
    cells = [str(cell.value) for row in sheet for cell in row if cell.value and cell.column_letter not in shut]
    assert any("别的事" in words for words in cells)
    assert what == "plan" or "2026年第三季度验收" in cells
    internal = r"other-2026|demo|\bcli\b|\d{4}Q\d|_|overdue|responsible|None"
    assert [words for words in cells if re.search(internal, words)] == []


@pytest.mark.parametrize("what", ["overdue", "duties", "journal", "plan"])
def test_a_workbook_is_made_for_the_paper_that_the_office_has(devzone: Devzone, what: str) -> None:
    ledger_of(devzone)
    for word in ("A4", "a3"):
        devzone.ok("export", what, "--format", "xlsx", "--paper", word, "-o", f"{word}.xlsx")
        sheet = load_workbook(f"{word}.xlsx").active
        assert sheet is not None
        assert (sheet.page_setup.paperSize, sheet.page_setup.fitToHeight) == ({"A4": 9, "a3": 8}[word], 0)
    assert devzone("export", what, "--paper", "A4").err == "devzone: --paper 只用于工作簿\n加 --format xlsx\n"
    assert devzone("export", what, "--format", "xlsx", "--paper", "B5", "-o", "b5.xlsx").code == 2


@pytest.mark.parametrize("what", ["overdue", "duties", "journal", "plan"])
def test_the_same_journal_and_day_give_the_same_bytes(devzone: Devzone, what: str) -> None:
    ledger_of(devzone)
    made = [
        run.out for run in [devzone("export", what, "--format", "xlsx", "-o", name) for name in ("a.xlsx", "b.xlsx")]
    ]
    assert made == ["a.xlsx\n", "b.xlsx\n"]
    assert Path("a.xlsx").read_bytes() == Path("b.xlsx").read_bytes()


def test_a_workbook_is_not_poured_over_a_terminal(devzone: Devzone) -> None:
    ran = devzone("export", "plan", "--format", "xlsx", terminal=True)
    assert (ran.code, ran.out) == (2, "")
    assert "-o 计划.xlsx" in ran.err


def test_the_report_of_a_period_as_a_workbook_is_the_ledger_of_its_last_day(devzone: Devzone) -> None:
    ledger_of(devzone)
    devzone.at("2026-12-02").ok("update", 1, "--unit", "乙局", "--note", "下月的事")
    named = devzone.ok("report", "--month", "2026-11", "--number", 1, "--format", "xlsx").out.strip()
    assert named == "reports/任务台账-第1期-2026-11(截至20261130).xlsx"
    devzone.ok("export", "duties", "--as-of", "2026-11-30", "-o", "台账.xlsx")
    assert Path(named).read_bytes() == Path("台账.xlsx").read_bytes()
    assert "第 1 期 xlsx 一致" in devzone.ok("report", "--verify", 1).out
    assert (
        devzone.ok("report", "--reprint", 1, "-o", "again").out.strip()
        == "again/任务台账-第1期-2026-11(截至20261130).xlsx"
    )
    assert devzone("report", "--format", "xlsx", "-o", "-", terminal=True).code == 2
    assert devzone("report", "--format", "xlsx", "--number", 2, "--paper", "A4").code == 2  # nothing notes the paper
    devzone.ok("report", "--month", "2026-11", "--format", "xlsx", "--paper", "A4", "-o", "小.xlsx")
    devzone.ok("export", "duties", "--as-of", "2026-11-30", "--paper", "A4", "-o", "小台账.xlsx")
    assert Path("小.xlsx").read_bytes() == Path("小台账.xlsx").read_bytes()
