"""The office's own ledger of the past is taken over: whatever its layout, each cell is read for certain or told."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from tests.conftest import Devzone, Ran
from tests.ledgers import PLAN, ledger

HEAD = ("序号", "工作任务", "责任单位", "完成时限", "办理状态", "完成日期", "进展情况", "报送日期", "备注")


@pytest.fixture
def office(devzone: Devzone) -> Devzone:
    devzone.plan(PLAN)
    return devzone.at("2026-11-23")


def facts(devzone: Devzone, *names: str) -> list[tuple[Any, ...]]:
    """What the journal holds, oldest first: measure, unit, kind, day, and the other fields that are named."""
    entries = devzone.ok("history", "--json").json["entries"][::-1]
    return [tuple(entry[name] for name in ("measure", "unit", "kind", "happened_on", *names)) for entry in entries]


def refused(devzone: Devzone, path: Path, *words: str) -> Ran:
    """A ledger of which nothing is recorded, because something in it is not certain."""
    ran = devzone("takeover", path, "--yes", *words)
    assert (ran.code, ran.out) == (5, ""), ran
    assert facts(devzone) == []
    return ran


# One ledger as it is most often


def test_a_ledger_is_shown_and_recorded_with_its_true_days(office: Devzone) -> None:
    path = ledger(
        [
            HEAD,
            (1, "建立联席会议机制", "市甲局", "长期", "推进中", None, "碰头三次", date(2025, 3, 31), "好"),
            (2, "二、按期完成园区整合", "乙局", "2024年底", "已销号", date(2024, 12, 20), "两园合并", None, None),
            (3, "按期完成园区整合。", "东县", "2024年12月底前", "已完成", "2025.1.15", None, None, None),
            (4, "按期完成园区整合", "西县", None, "未启动", None, None, None, None),
        ]
    )
    seen = office.ok("takeover", path, "--dry-run")
    assert facts(office) == []
    ran = office.ok("takeover", path, "--yes")
    assert [line[1:] for line in ran.lines] == [line[1:] for line in seen.lines]
    assert facts(office, "note") == [
        (1, "市甲局", "update", "2025-03-31", "碰头三次"),
        (2, "市乙局", "submit", "2024-12-20", "两园合并"),
        (2, "市乙局", "close", "2024-12-20", "已销号"),
        (2, "东县", "submit", "2025-01-15", "已完成"),
    ]
    assert {entry["source"] for entry in office.ok("history", "--json").json["entries"]} == {
        "建账补登：台账.xlsx 台账 第 2 行", "建账补登：台账.xlsx 台账 第 3 行", "建账补登：台账.xlsx 台账 第 4 行",
    }  # fmt: skip
    assert "按这些列读：B 措施、C 责任单位、D 完成时限、E 状态、F 完成日期、G 进展情况、H 报送日期" in ran.err
    assert "没有读：A 序号、I 备注" in ran.err
    assert "没有销号日期，销号记在完成的那天" in ran.err
    assert "E4：提示：“已完成”记为报完成，等审核" in ran.err


def test_the_figures_of_each_year_are_its_own(office: Devzone) -> None:
    office.ok(
        "takeover",
        ledger([HEAD, (1, "按期完成园区整合", "乙局", None, "已销号", "2024-12-20", None, None, None)]),
        "--yes",
    )
    closed = {year: office.ok("stats", "--year", year, "--json").json["rows"] for year in ("2024", "2026")}
    assert [sum(row["closed"] for row in rows) for rows in closed.values()] == [1, 0]


def test_a_ledger_taken_over_twice_adds_nothing(office: Devzone) -> None:
    path = ledger([HEAD, (1, "按期完成园区整合", "乙局", None, "已销号", "2024-12-20", "两园合并", None, None)])
    office.ok("takeover", path, "--yes")
    again = office.at("2026-11-24").ok("takeover", path, "--yes")
    assert (again.out, len(facts(office))) == ("", 2)


def test_a_report_tells_it_in_one_line_and_not_as_news(office: Devzone) -> None:
    office.ok("update", 1, "--unit", "甲局", "--note", "起步")
    office.at("2026-11-25").ok(
        "takeover",
        ledger([HEAD, (1, "按期完成园区整合", "乙局", None, "已销号", "2024-12-20", "两园合并", None, None)]),
        "--yes",
    )
    said = office.ok("report", "--format", "md", "-o", "-").out
    assert "另有建账时补登的以前的记录2条" in said
    assert "两园合并" not in said


def test_what_was_recorded_by_hand_is_not_contradicted(office: Devzone) -> None:
    office.ok("update", 2, "--unit", "乙局", "--done", "--note", "报完成", "--on", "2024-11-30")
    path = ledger(
        [
            HEAD,
            (1, "按期完成园区整合", "乙局", None, "推进中", None, "拆墙", "2024-12-05", None),
            (2, "按期完成园区整合", "东县", None, "已完成", "2024-12-20", None, None, None),
            (3, "按期完成园区整合", "乙局", None, "已完成", "2024-12-20", None, None, None),
        ]
    )
    ran = office("takeover", path, "--yes")
    assert ran.code == 5
    assert (
        "C4：退回：市乙局 2024-12-20 报完成：已完成；市乙局 的这项任务待审核，未启动、推进中的任务才能报完成" in ran.err
    )
    assert len(facts(office)) == 1


# Layouts


def test_headings_of_two_lines_merged_tasks_and_days_of_a_year_in_the_heading(office: Devzone) -> None:
    path = ledger(
        [
            ("某市督办台账",),
            ("序号", "工作措施", "责任单位", "2025年落实情况", None, None, "存在的问题"),
            (None, None, None, "状态", "完成日期", "进展情况", None),
            (1, "每年体检", "市应急管理局", "已完成", "11月20日", "体检两个园区", "/"),
            (None, None, "乙局", "已办结", "12月1日", "体检三个园区", "缺经费"),
        ],
        "A1:G1", "A2:A3", "B2:B3", "C2:C3", "D2:F2", "G2:G3", "A4:A5", "B4:B5",
    )  # fmt: skip
    ran = refused(office, path)
    assert (
        "C4、C5：退回：在措施 3 里有 3 项任务（体检 2025、体检 2026、长期推进），请在“节点”一列写明是哪一项" in ran.err
    )
    path = ledger(
        [
            ("某市督办台账",),
            ("序号", "工作措施", "节点", "责任单位", "2025年落实情况", None, None, "存在的问题"),
            (None, None, None, None, "状态", "完成日期", "进展情况", None),
            (1, "每年体检", "体检 2025", "市应急管理局", "已完成", "11月20日", "体检两个园区", "/"),
            (None, None, None, "乙局", "已办结", "12月1日", "体检三个园区", "缺经费"),
        ],
        "A1:H1", "A2:A3", "B2:B3", "C2:C3", "D2:D3", "E2:G2", "H2:H3", "A4:A5", "B4:B5", "C4:C5",
    )  # fmt: skip
    office.ok("takeover", path, "--yes")
    assert facts(office, "period", "note", "problem") == [
        (3, "市应急管理局", "submit", "2025-11-20", "2025", "体检两个园区", None),
        (3, "市乙局", "submit", "2025-12-01", "2025", "体检三个园区", "缺经费"),
        (3, "市乙局", "close", "2025-12-01", "2025", "已办结", None),
    ]


def test_a_column_for_each_report_with_its_day_in_the_heading(office: Devzone) -> None:
    path = ledger(
        [
            ("措施", "责任单位", "2025年进展情况", None, "状态"),
            (None, None, "6月30日", "9月30日", None),
            ("建立联席会议机制", "市甲局", "拟方案", "碰头一次", "推进中"),
            ("建立联席会议机制", "市乙局", None, "派人参加", None),
        ],
        "A1:A2", "B1:B2", "C1:D1", "E1:E2",
    )  # fmt: skip
    office.ok("takeover", path, "--yes")
    assert facts(office, "note") == [
        (1, "市甲局", "update", "2025-06-30", "拟方案"),
        (1, "市甲局", "update", "2025-09-30", "碰头一次"),
        (1, "市乙局", "update", "2025-09-30", "派人参加"),
    ]


@pytest.mark.parametrize("head", ["2025年完成日期", "完成日期（2025）", "2025年\n完成日期"])
def test_a_heading_may_say_the_year_of_its_days(office: Devzone, head: str) -> None:
    path = ledger([("措施", "责任单位", "状态", head), ("按期完成园区整合", "乙局", "待审核", "1月20日")])
    office.ok("takeover", path, "--yes")
    assert facts(office) == [(2, "市乙局", "submit", "2025-01-20")]


def test_a_heading_may_be_a_day_that_shows_no_year(office: Devzone) -> None:
    path = ledger(
        [
            ("措施", "责任单位", "状态", "进展情况", None),
            (None, None, None, date(2025, 6, 30), date(2025, 9, 30)),
            ("建立联席会议机制", "乙局", "推进中", "拟方案", "碰头"),
        ],
        "A1:A2", "B1:B2", "C1:C2", "D1:E1",
        formats={"D2": 'm"月"d"日"', "E2": 'm"月"d"日"'},
    )  # fmt: skip
    office.ok("takeover", path, "--yes")
    assert [fact[3] for fact in facts(office)] == ["2025-06-30", "2025-09-30"]


def test_headings_of_two_lines_that_are_not_merged(office: Devzone) -> None:
    path = ledger(
        [
            ("序号", "任务名称", "责任单位", "落实情况", None, "状态"),
            (None, None, None, "内容", "时间", None),
            (1, "建立联席会议机制", "市甲局", "碰头", "2025-03-31", "推进中"),
        ]
    )
    office.ok("takeover", path, "--yes")
    assert facts(office, "note") == [(1, "市甲局", "update", "2025-03-31", "碰头")]


def test_the_day_above_the_table_is_that_of_words_without_one(office: Devzone) -> None:
    rows = [("建立联席会议机制", "市甲局", "推进中", "碰头")]
    head = ("措施", "责任单位", "状态", "工作进展")
    office.ok("takeover", ledger([("督办台账（截至2025年6月30日）",), head, *rows], "A1:D1"), "--yes")
    assert facts(office) == [(1, "市甲局", "update", "2025-06-30")]


def test_words_without_a_day_are_of_the_day_that_is_given_or_of_none(office: Devzone) -> None:
    path = ledger([("措施", "责任单位", "状态", "工作进展"), ("建立联席会议机制", "市甲局", "推进中", "碰头")])
    assert "没有写是哪天的情况" in refused(office, path).err
    office.ok("takeover", path, "--yes", "--on", "2025-06-30")
    assert facts(office) == [(1, "市甲局", "update", "2025-06-30")]


def test_several_units_in_a_cell_are_each_told_of(office: Devzone) -> None:
    path = ledger(
        [
            HEAD,
            (1, "建立联席会议机制", "市甲局、乙局", None, "推进中", None, "碰头", "2025-03-31", None),
            (2, "按期完成园区整合", "各县(市、区)人民政府", None, "已完成", "2024-12-30", None, None, None),
        ]
    )
    ran = office.ok("takeover", path, "--yes")
    assert [fact[1] for fact in facts(office)] == ["市甲局", "市乙局", "东县", "西县"]
    assert "C2、C3：提示：写了 2 个单位，这一行的情况每个单位各记一条" in ran.err


@pytest.mark.parametrize("words", ["本期无变化", "没有变化。", "同上期", "无变化"])
@pytest.mark.parametrize(
    ("state", "kind", "note"), [(None, "unchanged", "本期无变化"), ("推进中", "update", "推进中，本期无变化")]
)
def test_however_it_is_said_no_change_moves_nothing_but_the_state_that_is_written_holds(
    office: Devzone, words: str, state: str | None, kind: str, note: str
) -> None:
    path = ledger([HEAD, (1, "建立联席会议机制", "市甲局", None, state, None, words, "2025-03-31", None)])
    office.ok("takeover", path, "--yes")
    assert facts(office, "note") == [(1, "市甲局", kind, "2025-03-31", note)]


def test_what_was_reported_before_it_was_done_stays_a_report_of_its_day(office: Devzone) -> None:
    days = [f"截至2024年{day}进展" for day in ("6月30日", "9月30日", "12月31日")]
    path = ledger(
        [
            ("措施", "责任单位", "状态", "完成日期", *days),
            ("按期完成园区整合", "乙局", "已销号", "2024-12-20", "拟方案", "无变化", "两园合并"),
        ]
    )  # fmt: skip
    office.ok("takeover", path, "--yes")
    assert facts(office, "note") == [
        (2, "市乙局", "update", "2024-06-30", "拟方案"),
        (2, "市乙局", "unchanged", "2024-09-30", "本期无变化"),
        (2, "市乙局", "submit", "2024-12-20", "两园合并"),
        (2, "市乙局", "close", "2024-12-20", "已销号"),
    ]


def test_what_stands_below_and_between_is_told_and_not_recorded(office: Devzone) -> None:
    path = ledger(
        [
            HEAD,
            ("一、园区提质",),
            (1, "建立联席会议机制", "市甲局", None, "推进中", None, "碰头", "2025-03-31", None),
            HEAD,
            (),
            ("合计", "1 项", None, None, "推进中 1", None, None, None, None),
            ("注：本表数据由各单位报送",),
            ("填表人：小林", None, "审核人：老张"),
        ],
        "A2:I2",
    )  # fmt: skip
    ran = office.ok("takeover", path, "--yes")
    assert facts(office) == [(1, "市甲局", "update", "2025-03-31")]
    for told in ("A2：提示：“一、园区提质”", "A6：提示：“合计”", "A7：提示：“注：本表数据由各单位报送”", "A8：提示："):
        assert told in ran.err


def test_the_form_to_fill_in_is_read_without_naming_a_column(office: Devzone) -> None:
    (made,) = office.ok("takeover", "--blank").out.splitlines()
    book = load_workbook(made)
    sheet = book.active
    assert sheet is not None
    assert [cell.value for cell in sheet[3]][1:8] == [
        "措施序号",
        "措施",
        "节点",
        "责任单位",
        "完成时限",
        "状态",
        "完成日期",
    ]
    assert office.ok("takeover", made, "--yes").out == ""
    rows = {(row[1].value, row[3].value, row[4].value): row for row in sheet.iter_rows(4)}
    filled: dict[tuple[str, str, str], dict[int, Any]] = {
        ("2", "整合", "东县"): {6: "已销号", 7: date(2024, 12, 20), 8: date(2025, 1, 10), 10: "合并"},
        ("3", "体检 2025", "市乙局"): {6: "待审核", 7: "2025-11-20", 10: "体检完"},
        ("3", "长期推进", "市乙局"): {6: "中止", 10: "机构改革", 13: "2026-03-01"},
    }
    for row, values in filled.items():
        for place, value in values.items():
            rows[row][place].value = value
    book.save(made)
    office.ok("takeover", made, "--yes")
    assert facts(office, "milestone", "period") == [
        (2, "东县", "submit", "2024-12-20", "整合", ""),
        (2, "东县", "close", "2025-01-10", "整合", ""),
        (3, "市乙局", "submit", "2025-11-20", "体检", "2025"),
        (3, "市乙局", "suspend", "2026-03-01", "", ""),
    ]


# What cannot be known


GOOD = {"A": 1, "B": "按期完成园区整合", "C": "乙局", "E": "已销号", "F": "2024-12-20"}
"""A row of HEAD in which everything is certain."""


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"E": "一般"}, "E2：退回：“一般”看不出是什么状态，请写未启动、推进中、待审核、已销号、中止"),
        ({"E": "逾期"}, "E2：退回：“逾期”看不出是什么状态"),
        ({"F": None}, "F2：退回：“已销号”没有完成日期"),
        ({"F": "2024.12"}, "F2：退回：“2024.12”只到月，请写到日"),
        ({"F": 2024.12}, "F2：退回：“2024.12”只到月，请写到日"),
        ({"F": "2024年12月底"}, "F2：退回：“2024年12月底”只到月，请写到日"),
        ({"F": "2024年底"}, "F2：退回：“2024年底”只到年，请写到日"),
        ({"F": "11月20日"}, "F2：退回：“11月20日”没有写哪一年"),
        ({"F": "=TODAY()"}, "F2：退回：是公式"),
        ({"F": "2027-01-01"}, "日期 2027-01-01 还没有到"),
        ({"F": "2023-12-20"}, "早于政策印发日 2024-01-05"),
        ({"E": "推进中"}, "F2：退回：写了完成日期，状态却是“推进中”"),
        ({"B": "按期完成园区"}, "B2：退回：认不出是哪条措施（“按期完成园区”），最接近措施 2“按期完成园区整合”"),
        ({"B": "3、按期完成园区整合"}, "B2：退回：写的是 3，而这个标题是措施 2，请核对"),
        ({"B": None}, "B2：退回：没有写是哪条措施"),
        ({"C": "市丁局"}, "C2：退回：没有单位“市丁局”"),
        ({"C": "乙局等部门"}, "C2：退回：“乙局等部门”没有列全"),
        ({"C": "市甲局"}, "C2：退回：市甲局 不是措施 2 的责任单位；先交办"),
        ({"C": None}, "C2：退回：没有写责任单位"),
    ],
)
def test_a_cell_that_is_not_certain_is_told_and_nothing_recorded(
    office: Devzone, change: dict[str, Any], said: str
) -> None:
    row = [{**GOOD, **change}.get(letter) for letter in "ABCDEFGHI"]
    good = (2, "建立联席会议机制", "乙局", None, "推进中", None, "参加", "2025-03-31")
    assert said in refused(office, ledger([HEAD, row, good])).err


def test_what_several_rows_say_together_is_nobodys(office: Devzone) -> None:
    path = ledger(
        [
            HEAD,
            (1, "建立联席会议机制", "市甲局", None, "推进中", None, "碰头", "2025-03-31", None),
            (2, "建立联席会议机制", "市乙局", None, "推进中", None, None, "2025-03-31", None),
        ],
        "G2:G3",
    )
    assert "G2、G3：退回：在合并单元格 G2:G3 里，看不出是每一行的还是合起来的" in refused(office, path).err


def test_another_table_below_is_told_and_not_read_by_the_columns_of_the_first(office: Devzone) -> None:
    path = ledger(
        [
            HEAD,
            (1, "建立联席会议机制", "市甲局", None, "推进中", None, "碰头", "2025-03-31", None),
            ("二、其他",),
            ("任务", "承办单位", "办理状态", "进展", "时间"),
            ("建立联席会议机制", "乙局", "推进中", "参加", "2025-04-01"),
        ]
    )
    told = [line for line in refused(office, path).err.splitlines() if "退回" in line]
    assert told == [
        "devzone: 台账.xlsx 台账 C4：退回：下面是另一张表，表头不一样；请把两张表分到两张工作表，一张一张收"
    ]


def test_reports_by_month_need_a_day(office: Devzone) -> None:
    path = ledger(
        [
            ("措施", "责任单位", "2025年进展情况", None, "状态"),
            (None, None, "1月", "2月", None),
            ("建立联席会议机制", "市甲局", "拟方案", "碰头", "推进中"),
        ],
        "A1:A2", "B1:B2", "C1:D1", "E1:E2",
    )  # fmt: skip
    ran = office("takeover", path, "--yes")
    assert (ran.code, "把表头写到日" in ran.err) == (2, True)
    ran = refused(office, path, "--columns", "进展情况=D")
    assert "D3：退回：这一列的表头（2025年进展情况/2月）只到月" in ran.err


def test_a_day_with_its_year_hidden_by_its_format_is_a_day(office: Devzone) -> None:
    row = (1, "按期完成园区整合", "乙局", None, "已销号", date(2024, 12, 20), None, None, None)
    office.ok("takeover", ledger([HEAD, row], formats={"F2": 'm"月"d"日"'}), "--yes")
    assert facts(office) == [(2, "市乙局", "submit", "2024-12-20"), (2, "市乙局", "close", "2024-12-20")]


# Columns that a person has to name


@pytest.mark.parametrize(
    ("head", "row", "said", "columns"),
    [
        (
            ("措施", "责任单位", "状态", "完成时间"),
            ("按期完成园区整合", "乙局", "已销号", "2024-12-20"),
            "的“完成时间”（D 列）看不出是时限还是完成日期",
            "完成日期=D",
        ),
        (
            ("条", "谁办", "办得怎样", "哪天办完"),
            (2, "乙局", "已销号", "2024-12-20"),
            "没有认出表头",
            "措施序号=A1,责任单位=B1,状态=C1,完成日期=D1",
        ),
        (
            ("序号", "责任单位", "状态", "完成日期"),
            (2, "乙局", "已销号", "2024-12-20"),
            "没有认出“措施”这一列",
            "措施序号=序号",
        ),
        (
            ("措施", "责任单位", "单位", "状态", "完成日期"),
            ("按期完成园区整合", "市甲局", "乙局", "已销号", "2024-12-20"),
            "有 2 列像“责任单位”（B、C）",
            "责任单位=单位",
        ),
    ],
)
def test_where_the_headings_leave_a_choice_it_is_asked(
    office: Devzone, head: tuple[str, ...], row: tuple[Any, ...], said: str, columns: str
) -> None:
    path = ledger([head, row])
    ran = office("takeover", path, "--yes")
    assert (ran.code, ran.out) == (2, "")
    assert said in ran.err
    office.ok("takeover", path, "--yes", "--columns", columns)
    assert facts(office) == [(2, "市乙局", "submit", "2024-12-20"), (2, "市乙局", "close", "2024-12-20")]


def test_what_devzone_has_written_itself_is_a_ledger_too(office: Devzone) -> None:
    office.ok("update", 2, "--unit", "东县", "--done", "--note", "合并", "--on", "2024-12-20")
    office.ok("close", 2, "--unit", "东县", "--note", "批复在卷")
    office.ok("update", 1, "--unit", "乙局", "--progress", 60, "--note", "碰头三次", "--problem", "缺人")
    office.ok("update", 3, "--unit", "应急", "--period", "2025", "--done", "--note", "体检完", "--on", "2025-11-20")
    office.ok("export", "duties", "-o", "任务台账.xlsx")

    def standing(*words: str) -> list[tuple[Any, ...]]:
        rows = office.ok(*words, "export", "duties", "--json").json["duties"]
        return [(*list(row.values())[:6], row["state"], row["done_on"], row["note"], row["progress"]) for row in rows]

    office.ok("--db", "new.db", "takeover", "任务台账.xlsx", "--yes")
    assert standing("--db", "new.db") == standing()


@pytest.mark.parametrize(
    ("meanwhile", "code", "kinds"),
    [
        (("update", "1", "--unit", "甲局", "--note", "别的"), 0, ["update", "submit", "close"]),
        (("update", "2", "--unit", "乙局", "--done", "--note", "报完成", "--on", "2024-12-01"), 5, ["submit"]),
    ],
)
def test_what_others_record_before_the_yes_counts(
    office: Devzone, monkeypatch: pytest.MonkeyPatch, meanwhile: tuple[str, ...], code: int, kinds: list[str]
) -> None:
    path = ledger([HEAD, (1, "按期完成园区整合", "乙局", None, "已销号", "2024-12-20", None, None, None)])
    monkeypatch.setattr("sm_devzone.terminal.Terminal.can_ask", True)
    monkeypatch.setattr("typer.confirm", lambda *_, **__: office.ok(*meanwhile).code == 0)
    assert office("takeover", path).code == code
    assert [fact[2] for fact in facts(office)] == kinds


def test_a_sheet_has_to_be_named_where_two_are_ledgers(office: Devzone) -> None:
    path = ledger(
        [HEAD, (1, "建立联席会议机制", "市甲局", None, "推进中", None, "碰头", "2025-03-31", None)], sheet="2025年"
    )
    book = load_workbook(path)
    book.copy_worksheet(book["2025年"]).title = "2026年"
    book.create_sheet("说明")["A1"] = "本表由小林维护"
    book.save(path)
    ran = office("takeover", path, "--yes")
    assert (ran.code, "有 2 张像台账的工作表（2025年、2026年）" in ran.err) == (2, True)
    office.ok("takeover", path, "--yes", "--sheet", "2026年")
    assert office("takeover", path, "--yes", "--sheet", "2027年").code == 4


def test_what_is_no_workbook(office: Devzone) -> None:
    Path("台账.csv").write_text("序号,措施\n", encoding="utf-8")
    Workbook().save("空.xlsx")
    for name, said in (("台账.csv", "不是 .xlsx"), ("没有.xlsx", "没有这个文件"), ("空.xlsx", "没有认出表头")):
        ran = office("takeover", name, "--yes")
        assert (ran.code in (1, 2), ran.out) == (True, ""), ran
        assert said in ran.err
    assert office("takeover").code == 2


def test_what_is_made_to_choke_on_is_refused_at_once(office: Devzone) -> None:
    far = ledger([HEAD, *[(n, "建立联席会议机制") for n in range(12_000)]], "I1:XFD12001", name="合并.xlsx")
    wide = ledger([[*HEAD, *range(300)], (1, "建立联席会议机制", "市甲局", None, "推进中", None, "碰头", "2025-03-31")])
    ran = office("takeover", far, "--yes")
    assert (ran.code, "合并了太多格子" in ran.err) == (1, True)
    ran = office.ok("takeover", wide, "--yes")
    assert "GS 列起：提示：太远了，109 列没有读" in ran.err
    os.mkfifo("管道")
    assert "不是普通文件" in office("takeover", "管道", "--yes").err


@pytest.mark.parametrize("step", [1, -1])
def test_the_order_of_rows_changes_nothing(office: Devzone, step: int) -> None:
    rows: list[tuple[Any, ...]] = [
        (1, "建立联席会议机制", "市甲局", None, "推进中", None, "拟方案", "2025-03-31", None),
        (2, "建立联席会议机制", "市甲局", None, "推进中", None, "碰头", "2025-06-30", None),
        (3, "按期完成园区整合", "乙局", None, "推进中", None, "摸底", "2024-06-30", None),
        (4, "按期完成园区整合", "乙局", None, "已销号", "2024-12-20", "合并", None, None),
    ]
    office.ok("takeover", ledger([HEAD, *rows[::step]]), "--yes")
    duties = office.ok("export", "duties", "--json").json["duties"]
    told = [(row["unit"], row["state"], row["note"], row["reported_on"]) for row in duties if row["note"]]
    assert told == [("市甲局", "in_progress", "碰头", "2025-06-30"), ("市乙局", "closed_out", "合并", "2024-12-20")]


def test_a_ledger_under_a_former_name_of_a_unit_and_a_date_that_moved_since(office: Devzone) -> None:
    office.ok("update", 1, "--unit", "甲局", "--note", "起步")
    plan = PLAN.replace("name: 市乙局\n        aliases: [乙局]", "name: 市丙局\n        aliases: [市乙局, 乙局]")
    plan = plan.replace("市甲局, 市乙局]", "市甲局, 市丙局]").replace("[市乙局, 各县", "[市丙局, 各县")
    plan = plan.replace("市应急管理局, 市乙局]", "市应急管理局, 市丙局]").replace("due: 2024-12-31", "due: 2025-06-30")
    office.plan(plan)
    office.ok("plan", "adopt", "--reason", "机构改革")
    path = ledger([HEAD, (1, "按期完成园区整合", "市乙局", "2024年底", "已销号", "2025-01-20", None, None, None)])
    ran = office.ok("takeover", path, "--yes")
    assert "D2：提示：时限和计划不一样（计划是 2025-06-30），以计划为准" in ran.err
    (row,) = [row for row in office.ok("show", 2, "--json").json["duties"] if row["unit"] == "市丙局"]
    assert (row["state"], row["done_on"], row["due"]) == ("closed_out", "2025-01-20", "2024-12-31")  # in force then


def test_what_a_person_sees_before_saying_yes(office: Devzone) -> None:
    path = ledger([HEAD, (1, "建立联席会议机制", "市甲局、乙局", None, "推进中", None, "碰头", "2025-03-31", None)])
    ran = office("takeover", path, "--dry-run", terminal=True, width=100)
    assert "表头第 1 行" in ran.err
    assert "市甲局 2025-03-31 报进展：碰头" in ran.err
    assert ran.out.strip() == "可登记 2 条"
