"""Lists as workbooks: what a clerk sends on without touching it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from tests.conftest import Devzone
from tests.forms import PLAN, fill, sent, shown


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


def listed(devzone: Devzone, what: str, *words: str) -> list[list[Any]]:
    """Heading line and rows of the list, as the workbook shows them."""
    devzone.ok("export", what, "--format", "xlsx", "-o", f"{what}.xlsx", *words)
    sheet = load_workbook(f"{what}.xlsx").active
    assert sheet is not None
    assert sheet.freeze_panes == "A4"
    assert sheet.print_title_rows == "$3:$3"
    assert sheet.page_setup.orientation == "landscape"
    assert not sheet.merged_cells.ranges
    assert sheet.auto_filter.ref.startswith("A3:")
    return [[cell.value for cell in sheet[3]], *shown(sheet)]


def test_the_ledger_in_the_columns_of_an_office(devzone: Devzone) -> None:
    ledger_of(devzone)
    head, *rows = listed(devzone, "duties")
    assert head == [
        "序号", "措施", "节点", "牵头单位", "责任单位", "完成时限", "进展情况", "存在问题", "下一步打算", "状态",
        "佐证材料", "填报人及电话", "备注",
    ]  # fmt: skip
    dated = {row[4]: row[5:] for row in rows if row[2] == "验收"}
    assert dated == {
        "市乙局": [
            "2027-01-31", "40%\n在验收", "缺签字", "补签", "推进中", "纪要.pdf", "老张\n0598-1",
            "批准延期后时限\n原定 2026-12-31，延期 1 次共 31 天\n已催办 1 次",
        ],
        "东县": [
            "2026-12-31", "=已验收", None, None, "已销号", "验收表.pdf", None, "政策时限\n2026-11-23 完成\n按期办结",
        ],
        "西县": ["2026-12-31", None, None, None, "中止", None, None, "政策时限\n2026-11-23 起中止"],
    }  # fmt: skip
    assert rows[-1][0] == "合计：任务 8 项　未启动 5　推进中 1　待审核 0　已销号 1　中止 1　终止 0　逾期 0"


def test_what_is_overdue_says_so_in_words_and_in_colour(devzone: Devzone) -> None:
    devzone.plan(PLAN)
    devzone.at("2027-01-10").ok("update", 2, "--unit", "乙局", "--progress", 90, "--note", "@差一个签字")
    head, *rows = listed(devzone, "overdue")
    assert (head[7], head[8]) == ("逾期天数", "状态")
    assert rows[0][1:9] == ["2 按期验收", "验收", "市乙局", "责任", "2026-12-31", "政策时限", "10 天", "推进中"]
    assert rows[0][9] == "90%\n@差一个签字"
    assert rows[-1][0] == "合计：逾期 3 项，涉及 3 个单位"
    sheet = load_workbook("overdue.xlsx")["逾期清单"]
    assert sheet["H4"].fill.fgColor.rgb == "FFFFC7CE"
    assert sheet["A2"].value == "《关于做好三件事的若干措施》　　截至2027年1月10日"
    assert sheet["J4"].data_type == "s"


def test_an_empty_list_still_says_what_it_is(devzone: Devzone) -> None:
    devzone.plan(PLAN)
    head, *rows = listed(devzone, "overdue")
    assert head[0] == "序号"
    assert [row[0] for row in rows if row[0]] == ["没有逾期的任务"]
    assert devzone("export", "overdue", "--format", "xlsx", "-o", "x.xlsx", "--exit-code").code == 0


def test_the_journal_and_the_plan(devzone: Devzone) -> None:
    ledger_of(devzone)
    devzone.ok("void", 2, "--reason", "没有催")
    _, *rows = listed(devzone, "journal")
    assert [(row[1], row[3], row[-1]) for row in rows if row[1]][1::5] == [
        (2, "催办", "已被 7 号作废"),
        (7, "作废", "作废 2 号"),
    ]
    _, *rows = listed(devzone, "plan")
    assert [(row[2], row[3], row[5], row[6]) for row in rows if row[1]] == [
        ("1 常抓不懈", "市甲局", None, None),
        ("1 常抓不懈", "市乙局", None, None),
        ("2 按期验收", "市乙局", "通过验收", "2026-12-31"),
        ("2 按期验收", "各县", "通过验收", "2026-12-31"),
    ]


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
    devzone.ok("report", "--month", "2026-11", "--number", 1, "--format", "xlsx", "-o", "十一月.xlsx")
    devzone.ok("export", "duties", "--as-of", "2026-11-30", "-o", "台账.xlsx")
    assert Path("十一月.xlsx").read_bytes() == Path("台账.xlsx").read_bytes()
    assert "第 1 期 xlsx 一致" in devzone.ok("report", "--verify", 1).out
    assert devzone("report", "--format", "xlsx", "-o", "-", terminal=True).code == 2
