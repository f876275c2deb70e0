"""Reading plan files: what is understood, and that whatever cannot be is told with its line.

In the plans below a comment `#!` marks a line that is at fault; what follows it are words that the message must hold.
"""

from __future__ import annotations

import re
import textwrap
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sm_devzone.domain.plan import Colour, Measure, Milestone, Plan, Policy, Unit
from sm_devzone.settings import shipped
from sm_devzone.storage.plan_file import read_policy
from sm_devzone.storage.plan_schema import ColourShape, MeasureShape, MilestoneShape, PolicyShape, UnitShape
from sm_devzone.storage.plan_text import Problem
from tests.conftest import Devzone, Ran

SECTIONS = {
    "policy": """\
policy:
  id: zone
  title: 若干措施
  issuer: 市政府办
  issued: 2024-07-15
  valid_until: 2027-07-14
  office: 甲局
""",
    "units": """\
units:
  - name: 甲局
  - name: 乙局
  - name: 丙局
""",
    "measures": """\
measures:
  - number: 1
    title: 建立机制
    units: [甲局, 乙局]
""",
}


def whole(text: str) -> str:
    """A whole plan: `text`, and before it the top sections that it does not write itself."""
    text = textwrap.dedent(text)
    missing = (section for key, section in SECTIONS.items() if not re.search(rf"^{key}:", text, re.MULTILINE))
    return "".join(missing) + text


def policy_of(text: str) -> Policy:
    policy, problems = read_policy(whole(text).encode())
    assert problems == []
    assert policy is not None
    return policy


def first_measure(text: str) -> Measure:
    return policy_of(text).measures[0]


def problem_lines(ran: Ran, path: Path) -> list[tuple[int, str]]:
    """Line and text of each problem that a refused plan printed, in the order printed; nothing else was printed."""
    assert (ran.code, ran.out) == (3, "")
    assert "Traceback" not in ran.err
    *problems, summary = ran.err.splitlines()
    assert summary.startswith(f"devzone: 计划文件有 {len(problems)} 处问题")
    found = [re.fullmatch(r"(?P<file>.+?):(?P<line>\d+): (?P<text>.+)", problem) for problem in problems]
    assert [match and match["file"] for match in found] == [str(path)] * len(problems)
    return [(int(match["line"]), match["text"]) for match in found if match]


def refused(devzone: Devzone, text: str) -> None:
    """`text` is refused with the problems that its marks name, no more and no fewer, each on its line."""
    path = devzone.plan(text)
    problems = problem_lines(devzone("check"), path)
    marks = [
        (number, words.split())
        for number, line in enumerate(textwrap.dedent(text).splitlines(), 1)
        for words in line.split("#!")[1:]
    ]
    assert [line for line, _ in problems] == [line for line, _ in marks], problems
    for line, words in marks:
        told = [problem for at, problem in problems if at == line]
        assert any(all(word in problem for word in words) for problem in told), (line, words, told)


# -- What the shape of the file cannot say ----------------------------------------------------------------------------


def test_every_problem_of_meaning_comes_at_once(devzone: Devzone) -> None:
    refused(
        devzone,
        """\
        policy:
          id: zone
          title: 若干措施
          issuer: 市政府办
          issued: 2024-07-15
          valid_until: 2027-07-14
          office: 督查室              #! 督查室 不在名册里
        units:
          - name: 甲局
            aliases: [局]
          - name: 乙局
            aliases: [局]             #! 局 甲局 乙局
          - name: 甲 局               #! 甲 写了两次
        groups:
          - name: 各县
            members: [甲县]           #! 甲县 不在名册里
          - name: 圈子
            members: [圈子]           #! 圈子 包含了自己
        common_units: [各县, 各镇]    #! 各镇 不在名册里
        measures:
          - number: 1
            title: 一
            units: [甲局, 丁局]       #! 丁局 不在名册里
          - number: 1                 #! 措施序号 1 写了两次
            title: 二                 # the words that name the lead are missing: told where the measure begins
            units: [甲局]
            roles_as_written: 由乙局牵头
            lead: 乙局                #! 乙局 不在措施 责任单位
            milestones:
              - key: 整合
                title: 整合
                origin: policy
                as_written: 2027年完成
                due: 2027-12-31       #! 2027-12-31 晚于 2027-07-14
        """,
    )


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(
            """\
            measures:
              - number: 7
                title: 一
                units: [甲局]
              - number: 8
                title: 二
                units: [甲局]
              - number: 7   #! 措施序号 7 写了两次
                title: 三
                units: [甲局]
            """,
            id="a measure number twice",
        ),
        pytest.param(
            """\
            measures:
              - number: 1
                title: 一
                units:
                  - 甲局
                  - 商务厅  #! 商务厅 不在名册里
            """,
            id="an unknown unit",
        ),
        pytest.param("common_units: [甲局, 商务厅]  #! 商务厅 不在名册里\n", id="an unknown common unit"),
        pytest.param(
            """\
            groups:
              - name: 各局
                members:
                  - 甲局
                  - 商务厅  #! 商务厅 不在名册里
            """,
            id="an unknown member",
        ),
        pytest.param(
            """\
            policy:
              id: zone
              title: 若干措施
              issuer: 市政府办
              issued: 2024-07-15
              valid_until: 2027-07-14
              office: 商务厅  #! 商务厅 不在名册里
            """,
            id="an unknown office",
        ),
        pytest.param(
            """\
            measures:
              - number: 1
                title: 一
                units: [甲局]
                milestones:
                  - key: 整合
                    title: 整合
                    origin: office
                    reason: 定的
                    due: 2025-12-31
                    units:
                      - 甲局
                      - 乙局    #! 乙局 不是措施 责任单位
                      - 商务厅  #! 商务厅 不在名册里
            """,
            id="a milestone for a unit that is not responsible, or not known",
        ),
        pytest.param(
            """\
            measures:
              - number: 1
                title: 一
                units: [甲局, 乙局, 甲局]  #! 甲局 写了两次
            """,
            id="a unit twice in one measure",
        ),
        pytest.param(
            """\
            measures:
              - number: 1  #! 措施 没有责任单位
                title: 一
            """,
            id="a measure for nobody",
        ),
        pytest.param(
            """\
            units:
              - name: 甲局
              - name: 乙局
              - name: 甲局      #! 甲局 写了两次
            groups:
              - name: 乙局      #! 乙局 写了两次
            """,
            id="a name twice, in units and as a group",
        ),
        pytest.param(
            """\
            units:
              - name: 甲局
              - name: 乙局
              - name: 丙\u200b局   #! 第 2 个字符看不见（U+200B）
              - name: 丁⼄局   #! 第 2 个字符 U+2F04
              - name: "\u200b"   #! 是空的
            """,
            id="what nobody sees in a name",
        ),
        pytest.param(
            """\
            units:
              - name: 甲局
                aliases: [商务]
              - name: 乙局
                aliases:
                  - 工信
                  - 商 务       #! 商 甲局 乙局
            groups:
              - name: 各局
                aliases: [工信, 甲局]  #! 工信 乙局 各局  #! 甲局 各局
            """,
            id="an alias that means two units, or is the name of another",
        ),
        pytest.param(
            """\
            groups:
              - name: 各局
                members: [甲局, 各局]  #! 各局 包含了自己
            """,
            id="a group in itself",
        ),
        pytest.param(
            """\
            groups:
              - name: 各局
                members: [各处]  #! 各局 包含了自己
              - name: 各处
                members: [各科]  #! 各处 包含了自己
              - name: 各科
                members: [各局]  #! 各科 包含了自己
              - name: 全体
                members: [各局]
            measures:
              - number: 1
                title: 一
                units: [全体]
                roles_as_written: 由商务厅牵头
                lead: 商务厅     #! 商务厅 不在名册里
            """,
            id="groups in a circle, which hide no other problem",
        ),
        pytest.param(
            """\
            measures:
              - number: 1
                title: 一
                units: [甲局, 乙局]
                roles_as_written: 由丙局牵头
                lead:
                  - 甲局
                  - 丙局  #! 丙局 不在措施 责任单位
                assisting:
                  - 丙局  #! 丙局 不在措施 责任单位 #! 丙局 又牵头又配合
                  - 甲局  #! 甲局 又牵头又配合
            """,
            id="who leads or assists is responsible, and does one of the two",
        ),
        pytest.param(
            """\
            measures:
              - number: 1  #! 措施 1 roles_as_written
                title: 一
                units: [甲局, 乙局]
                lead: 甲局
              - number: 2  #! 措施 2 roles_as_written
                title: 二
                units: [甲局, 乙局]
                assisting: [乙局]
            """,
            id="roles without the words they rest on",
        ),
    ],
)
def test_names_and_numbers_that_do_not_fit(devzone: Devzone, text: str) -> None:
    refused(devzone, whole(text))


MILESTONE = """\
measures:
  - number: 1
    title: 整合
    units: [甲局, 乙局]
    milestones:
"""


@pytest.mark.parametrize(
    "milestone",
    [
        "- {key: a, title: a, due: 2027-07-15, origin: office, reason: r}  #! 2027-07-15 晚于 2027-07-14",
        "- {key: a, title: a, due: 2024-07-14, origin: office, reason: r}  #! 2024-07-14 早于 2024-07-15",
        "- {key: a, title: a, due: 2024-02-30, origin: office, reason: r}  #! due 2024-02-30 不存在",
        "- {key: a, title: a, due: 2024/12/31, origin: office, reason: r}  #! due 2024/12/31 写法不对",
        "- {key: a, title: a, due: 2025, origin: office, reason: r}  #! due 2025 写法不对",
        "- {key: a, title: a, due: 20251231, origin: office, reason: r}  #! due 20251231 写法不对",
        "- {key: a, title: a, due: 0, origin: office, reason: r}  #! due 0 写法不对",
        "- {key: a, title: a, due: 2025-12-31T00:00:00, origin: office, reason: r}  #! due 写法不对",
        "- {key: a, title: a, due: 2025-12-31, origin: policy}  #! as_written 原文",
        "- {key: a, title: a, due: 2025-12-31, origin: policy, reason: r}  #! as_written 原文",
        "- {key: a, title: a, due: 2025-12-31, origin: office}  #! reason 为什么",
        "- {key: a, title: a, due: 2025-12-31, origin: office, as_written: w}  #! reason 为什么",
        "- {key: a, title: a, due: 2025-12-31, origin: 上级, reason: r}  #! origin policy office",
        "- {key: a, title: a, origin: office, reason: r}  #! due every 只能写一个",
        "- {key: a, title: a, due: 2025-12-31, every: year, origin: office, reason: r}  #! due every 只能 #! first",
        "- {key: a, title: a, due: 2025-12-31, by: 12-01, origin: office, reason: r}  #! by 只用于周期",
        "- {key: a, title: a, every: year, origin: office, reason: r}  #! first 从哪个周期",
        "- {key: a, title: a, every: year, first: 2025Q1, origin: office, reason: r}  #! first 2025Q1 year",
        "- {key: a, title: a, every: quarter, first: 2025, origin: office, reason: r}  #! first 2025 quarter",
        "- {key: a, title: a, every: quarter, first: 2025Q5, origin: office, reason: r}  #! first 2025Q5",
        "- {key: a, title: a, every: month, first: 2025-13, origin: office, reason: r}  #! first 2025-13",
        "- {key: a, title: a, every: week, first: 2025-W53, origin: office, reason: r}  #! first 2025-W53",
        "- {key: a, title: a, every: week, first: 9999-W52, origin: office, reason: r}  #! first 9999-W52",
        "- {key: a, title: a, every: day, first: 2025, origin: office, reason: r}  #! every half quarter month week",
        "- {key: a, title: a, every: year, first: 2023, origin: office, reason: r}  #! 2023-12-31 早于",
        "- {key: a, title: a, every: year, first: 2027, origin: office, reason: r}  #! 2027-12-31 晚于",
        "- {key: a, title: a, every: year, first: 2024, by: 03-31, origin: office, reason: r}  #! 2024-03-31 早于",
        "- {key: a, title: a, every: year, first: 2025, by: 02-30, origin: office, reason: r}  #! by 02-30",
        "- {key: a, title: a, every: year, first: 2025, by: 31, origin: office, reason: r}  #! by 31 year",
        "- {key: a, title: a, every: half, first: 2025H1, by: 15, origin: office, reason: r}  #! by 15 half",
        "- {key: a, title: a, every: half, first: 2025H1, by: 7-01, origin: office, reason: r}  #! by 7-01 half 1-10",
        "- {key: a, title: a, every: quarter, first: 2025Q1, by: 4-01, origin: office, reason: r}  #! by 4-01 quarter",
        "- {key: a, title: a, due: 2025-12-31, until: 2025, origin: office, reason: r}  #! until 只用于周期",
        "- {key: a, title: a, every: month, first: 2025-03, until: 2025-02, origin: office, reason: r}  #! until 早于",
        "- {key: a, title: a, every: month, first: 2025-03, until: 2025Q2, origin: office, reason: r}  #! until month",
        "- {key: a, title: a, every: month, first: 2025-03, until: 年底, origin: office, reason: r}  #! until",
        "- {key: a, title: a, every: month, first: 2025-03, until: 2025-02-30, origin: office, reason: r}  #! until",
        "- {key: a, title: a, due: 2025-12-31, origin: office, reason: r, formerly: [a]}  #! formerly a 现在的节点",
        "- {key: a, title: a, due: 2025-12-31, origin: office, reason: r, formerly: [b, b]}  #! formerly b 写了两次",
        "- {key: a, title: a, due: 2025-12-31, origin: office, reason: r, formerly: ''}  #! formerly 空",
        "- {key: a, title: a, every: month, first: 2025-01, by: 32, origin: office, reason: r}  #! by 32 month",
        "- {key: a, title: a, every: month, first: 2025-01, by: ², origin: office, reason: r}  #! by ² month",
        "- {key: a, title: a, every: week, first: 2025-W01, by: 8, origin: office, reason: r}  #! by 8 week",
        "- {key: 长期推进, title: a, due: 2025-12-31, origin: office, reason: r}  #! 长期推进 短名",
        "- {key: standing, title: a, due: 2025-12-31, origin: office, reason: r}  #! standing 短名",
    ],
)
def test_milestones_that_do_not_fit(devzone: Devzone, milestone: str) -> None:
    refused(devzone, whole(f"{MILESTONE}      {milestone}\n"))


@pytest.mark.parametrize(
    "milestone",
    [
        "- {key: a, title: a, due: 2024-07-15, origin: office, reason: r}",
        "- {key: a, title: a, due: 2027-07-14, origin: office, reason: r}",
        "- {key: a, title: a, every: year, first: 2024, origin: office, reason: r}",
        "- {key: a, title: a, every: year, first: 2027, by: 03-31, origin: office, reason: r}",
        "- {key: a, title: a, every: year, first: 2025, by: 02-29, origin: office, reason: r}",
        "- {key: a, title: a, every: half, first: 2025H1, origin: office, reason: r}",
        "- {key: a, title: a, every: month, first: 2025-01, by: 31, origin: office, reason: r}",
        "- {key: a, title: a, every: quarter, first: 2025Q1, by: 1-10, origin: office, reason: r}",
        "- {key: a, title: a, every: half, first: 2025H1, by: 06-30, origin: office, reason: r}",
        "- {key: a, title: a, every: month, first: 2025-03, until: 2025-03, origin: office, reason: r}",
        "- {key: a, title: a, every: month, first: 2025-03, until: 2025-03-01, origin: office, reason: r}",
        "- {key: a, title: a, every: month, first: 2025-03, until: 2099-12, origin: office, reason: r}",
        "- {key: a, title: a, due: 2025-12-31, origin: office, reason: r, formerly: [b, c]}",
        "- {key: a, title: a, every: week, first: 2026-W53, by: 5, origin: office, reason: r}",
    ],
)
def test_milestones_at_the_edge_of_what_fits(milestone: str) -> None:
    assert len(first_measure(f"{MILESTONE}      {milestone}\n").milestones) == 1


def test_a_milestone_key_is_single_in_its_measure(devzone: Devzone) -> None:
    refused(
        devzone,
        whole(
            """\
            measures:
              - number: 1
                title: 一
                units: [甲局]
                milestones:
                  - {key: 整合, title: 一, due: 2025-12-31, origin: office, reason: r}
                  - {key: 整合, title: 二, due: 2026-12-31, origin: office, reason: r}  #! 整合 写了两次
              - number: 2
                title: 二
                units: [甲局]
                milestones:
                  - {key: 整合, title: 三, due: 2025-12-31, origin: office, reason: r}
            """
        ),
    )


def test_a_policy_ends_after_it_was_issued(devzone: Devzone) -> None:
    refused(
        devzone,
        whole(
            """\
            policy:
              id: zone
              title: 若干措施
              issuer: 市政府办
              issued: 2024-07-15
              valid_until: 2024-07-14  #! 2024-07-14 早于 2024-07-15
              office: 甲局
            """
        ),
    )


def test_a_former_number_or_key_belongs_to_one(devzone: Devzone) -> None:
    refused(
        devzone,
        whole(
            """\
            measures:
              - {number: 1, title: 一, units: [甲局], formerly: 7}
              - {number: 2, title: 二, units: [甲局], formerly: 2}
              - number: 3
                title: 三
                units: [甲局]
                formerly: 7        #! formerly 7 两条
                milestones:
                  - {key: 月报, title: 一, due: 2025-12-31, origin: office, reason: r, formerly: 旬报}
                  - key: 季报
                    title: 二
                    due: 2026-12-31
                    origin: office
                    reason: r
                    formerly: [旬报, 月报]  #! 旬报 两次 #! 月报 现在
              - number: 4
                title: 四
                units: [甲局]
                formerly: 0        #! formerly 0
                milestones:
                  - {key: 年报, title: 一, due: 2025-12-31, origin: office, reason: r, formerly: 旬报}
            """
        ),
    )


POLICY = """\
policy:
  id: zone
  title: 若干措施
  issuer: 市政府办
  issued: 2024-07-15
  valid_until: 2027-07-14
  office: 甲局
"""


@pytest.mark.parametrize(
    "fields",
    [
        "  repealed_on: 2026-01-01  #! repealed_reason 依据\n",
        "  repealed_reason: 市府发文废止  #! repealed_on 日期\n",
        "  repealed_on: 2024-07-14  #! 2024-07-14 早于 2024-07-15\n  repealed_reason: 市府发文废止\n",
        "  repealed_on: 年底  #! repealed_on 年底\n  repealed_reason: 市府发文废止\n",
        "  report_by: 25  #! report_by reporting_cycle\n",
        "  report_by: 32  #! report_by 32 month\n  reporting_cycle: month\n",
        "  report_by: 25  #! report_by 25 quarter 1-10\n  reporting_cycle: quarter\n",
        "  report_by: 8  #! report_by 8 week\n  reporting_cycle: week\n",
        "  report_by: 13-01  #! report_by 13-01 year\n  reporting_cycle: year\n",
        "  report_by: 25\n  reporting_cycle: day  #! reporting_cycle half\n",
    ],
)
def test_repeal_and_reporting_days_that_do_not_fit(devzone: Devzone, fields: str) -> None:
    refused(devzone, whole(POLICY + fields))


def test_the_reporting_day_of_a_measure_fits_its_cycle(devzone: Devzone) -> None:
    refused(
        devzone,
        whole(
            f"""\
{POLICY}  reporting_cycle: month
  report_by: 25
measures:
  - {{number: 1, title: 一, units: [甲局], report_by: 3-25}}  #! report_by 3-25 month
  - {{number: 2, title: 二, units: [甲局], reporting_cycle: quarter, report_by: 25}}  #! report_by 25 quarter
"""
        ),
    )


def test_a_repealed_policy_ends_the_day_before() -> None:
    repealed = policy_of(POLICY + "  repealed_on: 2026-03-01\n  repealed_reason: 明政〔2026〕3号\n")
    assert (repealed.repealed_on, repealed.repealed_reason) == (date(2026, 3, 1), "明政〔2026〕3号")
    assert repealed.ends_on == date(2026, 2, 28)
    assert policy_of(POLICY).ends_on == date(2027, 7, 14)
    assert policy_of(POLICY + "  repealed_on: 2030-01-01\n  repealed_reason: 文\n").ends_on == date(2027, 7, 14)


# -- The shape of the file --------------------------------------------------------------------------------------------


def test_every_problem_of_shape_comes_at_once(devzone: Devzone) -> None:
    refused(
        devzone,
        """\
        policy:                     #! 缺少字段 valid_until
          id: 三明                  #! id 字母
          title: 若干措施
          title: 措施               #! 字段 title 写了两次 3
          issuer:                   #! issuer 空
          issued: 2024-02-30        #! issued 2024-02-30 不存在
          office: [甲局]            #! office 文字
          on: yes                   #! 没有字段 on
        units:
          - name: 甲局
            alias: [甲]             #! 没有字段 alias
          - aliases: [乙]           #! 缺少字段 name
          - name: " "               #! name 空
        units:                      #! 字段 units 写了两次 9
          - name: 丁局
        measures:
          - number: abc             #! number abc
            title: 一
            units: 甲局             #! units 列表
          - number: 1_0             #! number 1_0
            title: 二
            units:                  #! units 列表
              甲局: 责任
          - number: 0               #! number 0
            title: {}               #! title 文字
            milestones: [x]         #! milestones 字段
            reporting_cycle: 月     #! reporting_cycle month
          - 措施                    #! measures 字段
        """,
    )


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("measures: []  #! measures 空\n", id="no measures"),
        pytest.param("units: []  #! units 空\n", id="no units"),
        pytest.param("units:  #! units 空\n", id="units left blank"),
        pytest.param("措施: []  #! 没有字段 措施\n", id="a Chinese field name"),
        pytest.param(
            """\
            policy:
              id: zone
              title: 若干措施
              issuer: 市政府办
              issued: 2024-07-15
              valid_until: 2027-07-14
              office: 甲局
              report_to:        #! report_to 空
              copy_to: [市领导, {}]  #! copy_to 文字
              reply_workdays: 0  #! reply_workdays 0
              workdays: [2027-02-06, 2027-02-30]  #! workdays 2027-02-30
              holidays: 元旦    #! holidays 列表
            units:
              - name: 甲局
              - {name: 乙局, vertical: yes}  #! vertical true
            """,
            id="who is told, and days of the office",
        ),
        pytest.param("list[x: 1  #! 没有字段 list[x\n", id="a field name that looks like a type"),
        pytest.param(
            """\
            measures:
              - number: 1
                title: 一
                units: [甲局]
                lead:    #! lead 空
                tasks:   #! tasks 空
            """,
            id="fields left blank are to be filled in or taken out",
        ),
        pytest.param(
            """\
            measures:
              - number: 1
                title: 一
                units: [甲局]
                lead: ""  #! lead 空
            """,
            id="one word in place of a list, and that empty",
        ),
        pytest.param(
            """\
            measures:
              - number: 1
                title: 一
                units:
                  - 甲局
                  -        #! units 空
                  - [乙局]  #! units 文字
            """,
            id="items of a list",
        ),
        pytest.param(
            """\
            measures:
              - number: 1
                title: "警\\e[31m告"  #! 控制字符 U+001B
                units: [甲局]
            """,
            id="an escape sequence for the terminal",
        ),
    ],
)
def test_shapes_that_do_not_fit(devzone: Devzone, text: str) -> None:
    refused(devzone, whole(text))


def test_a_message_stays_on_its_line_and_short(devzone: Devzone) -> None:
    long = "9" * 100_000
    path = devzone.plan(
        whole(f"measures:\n  - number: {long}\n    title: 一\n    units: [甲局]\n    {long[:900]}: 1\n")
    )
    ran = devzone("check")
    assert [line for line, _ in problem_lines(ran, path)] == [13, 16]
    assert len(ran.err) < 1000


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title: yes", "yes"),
        ("title: 2024-02-30", "2024-02-30"),
        ("title: 1_000", "1_000"),
        ("title: 0o17", "0o17"),
        ("title: 12:30:45", "12:30:45"),
        ("title: .inf", ".inf"),
        ("title: 'null'", "null"),
        ('title: "  整合  "', "整合"),
        ("title: |\n      整合\n", "整合"),
        ("title: 〔2022〕179号", "〔2022〕179号"),
    ],
)
def test_text_is_taken_as_it_stands(field: str, value: str) -> None:
    assert first_measure(f"measures:\n  - number: 1\n    units: [甲局]\n    {field}\n").title == value


@pytest.mark.parametrize(("written", "number"), [("7", 7), ("007", 7), ("010", 10), ("'4'", 4), ("9999", 9999)])
def test_numbers_are_decimal(written: str, number: int) -> None:
    assert first_measure(f"measures:\n  - number: {written}\n    title: 一\n    units: [甲局]\n").number == number


@pytest.mark.parametrize("written", ["4.0", "+4", "0x4", "4e0", "-4", "0", "10000", "true", "四", "４", "", "~", "[4]"])
def test_what_is_no_number_of_a_measure(devzone: Devzone, written: str) -> None:
    text = f"measures:\n  - number: {written}  #! number\n    title: 一\n    units: [甲局]\n"
    refused(devzone, whole(text))


def test_an_optional_field_left_blank_is_as_if_it_were_not_there() -> None:
    measure = first_measure(
        """\
        measures:
          - number: 1
            title: 一
            units: [甲局]
            standing:
            reporting_cycle: ~
            milestones:
              - {key: a, title: a, due: 2025-12-31, every: , first: null, origin: office, reason: r}
        """
    )
    assert (measure.standing, measure.reporting_cycle) == (None, None)
    assert (measure.milestones[0].every, measure.milestones[0].first) == (None, None)


# -- What is read when all is well ------------------------------------------------------------------------------------


def test_groups_become_their_members_and_common_units_belong_to_every_measure() -> None:
    policy = policy_of(
        """\
        units: [{name: 甲局}, {name: 乙局}, {name: 东县}, {name: 西县}, {name: 南区}]
        groups:
          - {name: 各县, members: [东县, 西县]}
          - {name: 各地, members: [南区, 各县, 东县]}
          - {name: 各开发区}
        common_units: [各地, 各开发区]
        measures:
          - {number: 1, title: 一, units: [甲局]}
          - {number: 2, title: 二, units: [各开发区, 乙局, 西县]}
        """
    )
    one, two = policy.measures
    assert one.units == ("甲局", "各地", "各开发区")
    assert one.roster == ("甲局", "南区", "东县", "西县", "各开发区")
    assert two.units == ("各开发区", "乙局", "西县", "各地")
    assert two.roster == ("各开发区", "乙局", "西县", "南区", "东县")


def test_roles_and_milestones() -> None:
    measure = first_measure(
        """\
        units: [{name: 甲局}, {name: 东县}, {name: 西县}]
        groups: [{name: 各县, members: [东县, 西县]}]
        measures:
          - number: 17
            title: 考评
            units: [甲局, 各县]
            lead: 甲局
            assisting: [各县]
            roles_as_written: 由甲局牵头、各县配合
            milestones:
              - {key: 体检, title: 体检, origin: policy, as_written: 每年, every: year, first: 2025, units: [各县]}
              - {key: 整合, title: 整合, origin: office, reason: 定的, due: 2024-12-31}
        """
    )
    assert [measure.planned_role(unit) for unit in measure.roster] == ["lead", "assisting", "assisting"]
    yearly, dated = measure.milestones
    assert (yearly.every, yearly.first, yearly.due, yearly.units) == ("year", "2025", None, ("东县", "西县"))
    assert (dated.every, dated.due, dated.units) == (None, date(2024, 12, 31), ())


PAPERS = """\
policy:
  id: zone
  title: 若干措施
  issuer: 市政府办
  issued: 2024-07-15
  valid_until: 2027-07-14
  office: 甲局
"""


def test_whom_papers_go_to_and_when_answers_are_due() -> None:
    own = "  report_to: 市领导\n  copy_to: [甲, 乙]\n  reply_workdays: 3\n"
    own += "  workdays: [2027-02-06]\n  holidays: [2027-01-01]\n"
    policy = policy_of(PAPERS + own + "units: [{name: 甲局}, {name: 乙局, vertical: true}]\n")
    assert (policy.report_to, policy.copy_to, policy.reply_workdays) == (("市领导",), ("甲", "乙"), 3)
    assert (policy.workdays, policy.holidays) == ((date(2027, 2, 6),), (date(2027, 1, 1),))
    assert [policy.is_vertical(name) for name in ("甲局", "乙局", "没有")] == [False, True, False]
    plain = policy_of(PAPERS)
    assert (plain.report_to, plain.copy_to, plain.reply_workdays, plain.workdays) == ((), (), 5, ())


def test_a_day_is_worked_or_free(devzone: Devzone) -> None:
    refused(
        devzone,
        whole(PAPERS + "  workdays: [2027-02-06]\n  holidays: [2027-01-01, 2027-02-06]  #! 2027-02-06 又上班又放假\n"),
    )


def test_the_reporting_cycle_of_a_measure_beats_that_of_the_policy() -> None:
    policy = policy_of(
        """\
        policy:
          id: zone
          title: 若干措施
          issuer: 市政府办
          issued: 2024-07-15
          valid_until: 2027-07-14
          office: 甲局
          reporting_cycle: month
        measures:
          - {number: 1, title: 一, units: [甲局]}
          - {number: 2, title: 二, units: [甲局], reporting_cycle: week}
        """
    )
    assert [measure.reporting_cycle for measure in policy.measures] == ["month", "week"]


def test_the_reporting_day_comes_with_the_cycle_that_it_is_a_day_of() -> None:
    policy = policy_of(
        f"""\
{POLICY}  reporting_cycle: month
  report_by: 25
measures:
  - {{number: 1, title: 一, units: [甲局]}}
  - {{number: 2, title: 二, units: [甲局], report_by: 20}}
  - {{number: 3, title: 三, units: [甲局], reporting_cycle: week}}
  - {{number: 4, title: 四, units: [甲局], reporting_cycle: half, report_by: 6-25}}
  - {{number: 5, title: 五, units: [甲局], reporting_cycle: month}}
"""
    )
    assert [(measure.reporting_cycle, measure.report_by) for measure in policy.measures] == [
        ("month", "25"),
        ("month", "20"),
        ("week", None),
        ("half", "6-25"),
        ("month", "25"),
    ]


def test_former_numbers_and_keys_and_the_end_of_a_recurrence() -> None:
    measure = first_measure(
        """\
        measures:
          - number: 1
            title: 一
            units: [甲局]
            formerly: 7
            milestones:
              - {key: 月, title: 月, origin: office, reason: r, every: month, first: 2025-01, until: 2025-09}
              - {key: 季, title: 季, origin: office, reason: r, every: quarter, first: 2025Q4, formerly: [季报, 季度]}
        """
    )
    assert measure.formerly == 7
    assert [(each.until, each.formerly) for each in measure.milestones] == [("2025-09", ()), (None, ("季报", "季度"))]


def test_groups_that_double_at_each_of_sixty_steps() -> None:
    steps = "".join(f"  - {{name: {side}{i}, members: [a{i + 1}, b{i + 1}]}}\n" for i in range(60) for side in "ab")
    text = f"groups:\n{steps}  - {{name: a60, members: [甲局]}}\n  - {{name: b60, members: [乙局]}}\n"
    policy = policy_of(f"{text}measures:\n  - {{number: 1, title: 一, units: [a0]}}\n")
    assert policy.measures[0].roster == ("甲局", "乙局")


def test_groups_in_groups_hundreds_deep() -> None:
    steps = "".join(f"  - {{name: g{i}, members: [g{i + 1}]}}\n" for i in range(600))
    policy = policy_of(f"groups:\n{steps}  - {{name: g600, members: [甲局]}}\ncommon_units: [g0]\n")
    assert policy.measures[0].roster == ("甲局", "乙局")


# -- Bytes ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_encodings_and_line_ends_of_editors(encoding: str, line_end: str) -> None:
    text = whole("# 三条规矩\nunits: [{name: 甲局}, {name: 乙局}, {name: 㵘塘镇𠮷}]\n").replace("\n", line_end)
    policy, problems = read_policy(text.encode(encoding))
    assert problems == []
    assert policy
    assert [unit.name for unit in policy.units] == ["甲局", "乙局", "㵘塘镇𠮷"]


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_both_byte_orders_of_utf_16(encoding: str) -> None:
    policy, problems = read_policy(("\ufeff" + whole("")).encode(encoding))
    assert (policy and policy.title, problems) == ("若干措施", [])


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("bad", ["number: x", "number: 1\x07"])
def test_a_line_is_counted_as_editors_count_it(line_end: str, bad: str) -> None:
    text = whole("").replace("number: 1", bad).replace("\n", line_end)
    assert [problem.line for problem in read_policy(text.encode())[1]] == [13]


BOMB = "a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]\nd: [*c, *c]\n"


@pytest.mark.parametrize(
    ("raw", "line", "words"),
    [
        pytest.param(b"", 1, "空", id="nothing"),
        pytest.param(b"\xef\xbb\xbf", 1, "空", id="nothing but a BOM"),
        pytest.param(b"\n  \n\n", 1, "空", id="blank lines"),
        pytest.param("# 计划\n# 待填\n".encode(), 1, "空", id="comments only"),
        pytest.param(b"~\n", 1, "空", id="null"),
        pytest.param("三明市\n".encode(), 1, "字段", id="one sentence"),
        pytest.param(b"- a\n- b\n", 1, "字段", id="a list"),
        pytest.param(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01", 2, "U+001A 不是文本", id="a picture"),
        pytest.param(b"PK\x03\x04\x14\0\x06\0", 1, "U+0003 不是文本", id="a workbook"),
        pytest.param(b"\0" * 4096, 1, "U+0000 不是文本", id="NULs"),
        pytest.param(b"policy:\n  id: a\0b\n", 2, "U+0000 不是文本", id="a NUL"),
        pytest.param("policy:\n  id: a\u2028b\n".encode(), 2, "U+2028", id="a line end that editors do not show"),
        pytest.param(b"policy: \xff\xff\n", 1, "编码", id="no encoding at all"),
        pytest.param(b"\xff\xfep", 1, "编码", id="UTF-16, cut in the middle"),
        pytest.param(BOMB.encode(), 1, "锚点", id="billion laughs"),
        pytest.param(b"policy: 1\nunits: *all\n", 2, "别名", id="an alias"),
        pytest.param(b"a: 1\nb: !!python/object/apply:os.system [ls]\n", 2, "标签 python", id="a tag that runs code"),
        pytest.param(b"a: 1\nb: !!int 3\n", 2, "标签 int", id="a harmless tag"),
        pytest.param(b"a:\n  b: " + b"[" * 100_000, 2, "嵌套", id="nested brackets"),
        pytest.param(b"a:\n  b: " + b"{" * 100_000, 2, "嵌套", id="nested braces"),
        pytest.param(b"[" * 100_000 + b"]" * 100_000, 1, "嵌套", id="nested brackets, closed"),
        pytest.param(b"- " * 100_000, 1, "嵌套", id="nested dashes"),
        pytest.param(b"? " * 100_000, 1, "嵌套", id="nested keys"),
        pytest.param(b"policy:\n  id: a\n\ttitle: b\n", 3, "制表符", id="a tab"),
        pytest.param(b"policy:\n\tid: a\n", 2, "制表符", id="a tab in place of the indent"),
        pytest.param(b'policy:\n  id: "a\n  title: b\n  issuer: c\n', 2, "引号", id="a quote not closed"),
        pytest.param(b"policy:\n  id: 'a\n  title: b\n", 2, "引号", id="a single quote not closed"),
        pytest.param(b"policy:\n  id: [a\nunits:\n  - b\n", 2, "括号", id="a bracket not closed"),
        pytest.param(b"policy:\n  id: [a,\n\n", 2, "括号", id="a bracket not closed before the end"),
        pytest.param(b"policy:\n  - a\nunits\nmeasures: 1\n", 3, "冒号", id="a colon left out"),
        pytest.param(b"policy:\n  id: a: b\n", 2, "冒号", id="a colon too many"),
        pytest.param(b"policy:\n    id: a\n  title: b\n", 3, "缩进", id="an indent that fits no line"),
        pytest.param(b"policy: 1\n---\npolicy: 2\n", 2, "两份文档", id="two documents"),
        pytest.param(b"policy: 1\n? [a, b]\n: 2\n", 2, "字段名", id="a list as a key"),
        pytest.param(b"policy: 1\n{a: b}: 2\n", 2, "字段名", id="a mapping as a key"),
        pytest.param(b"policy: 1\n~: 2\n", 2, "字段名", id="nothing as a key"),
    ],
)
def test_what_is_no_plan_at_all(devzone: Devzone, raw: bytes, line: int, words: str) -> None:
    path = devzone.plan("")
    path.write_bytes(raw)
    ((at, text),) = problem_lines(devzone("check"), path)
    assert at == line
    assert all(word in text for word in words.split()), text


def test_a_file_of_50_mb_is_not_even_parsed(devzone: Devzone) -> None:
    path = devzone.plan("")
    with path.open("wb") as file:
        file.truncate(50_000_000)
    ((line, text),) = problem_lines(devzone("check"), path)
    assert line == 1
    assert "50.0 MB" in text


# -- Files and folders ------------------------------------------------------------------------------------------------


def test_a_missing_plan(devzone: Devzone) -> None:
    ran = devzone("--plan", "nowhere.yaml", "check")
    assert (ran.code, ran.out) == (3, "")
    assert ran.err.startswith("nowhere.yaml:1: 计划文件读不了")


def test_a_folder_without_plans(devzone: Devzone, tmp_path: Path) -> None:
    (tmp_path / "plans").mkdir()
    (tmp_path / "plans" / "notes.txt").write_text("x")
    ran = devzone("--plan", tmp_path / "plans", "check")
    assert (ran.code, ran.out) == (3, "")
    assert "没有计划文件" in ran.err


def write(folder: Path, **files: str) -> Path:
    folder.mkdir(exist_ok=True)
    for name, text in files.items():
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    return folder


def test_a_folder_of_several_policies(devzone: Devzone, tmp_path: Path) -> None:
    plans = write(
        tmp_path / "plans", b=whole("").replace("id: zone", "id: b"), a=whole("").replace("id: zone", "id: a")
    )
    (plans / "c.YML").write_text(whole("").replace("id: zone", "id: c"), encoding="utf-8")
    document = devzone.ok("--plan", plans, "status", "--json").json
    assert [measure["policy"] for measure in document["measures"]] == ["a", "b", "c"]


def test_hidden_files_in_a_folder_are_no_plans(devzone: Devzone, tmp_path: Path) -> None:
    plans = write(tmp_path / "plans", a=whole(""))
    (plans / "._a.yaml").write_bytes(b"\0\5\x16\7\0\2\0\0Mac OS X")
    (plans / ".#a.yaml").symlink_to("user@host.1:1")
    assert len(devzone.ok("--plan", plans, "status", "--json").json["measures"]) == 1
    (plans / "a.yaml").unlink()
    assert "没有计划文件" in devzone("--plan", plans, "status").err


def test_problems_of_every_file_come_at_once(devzone: Devzone, tmp_path: Path) -> None:
    plans = write(tmp_path / "plans", a="- x\n", b=whole(""), c=whole("").replace("number: 1", "number: x"))
    ran = devzone("--plan", plans, "check")
    assert (ran.code, ran.out) == (3, "")
    assert [line.split(": ")[0] for line in ran.err.splitlines()[:-1]] == [f"{plans}/a.yaml:1", f"{plans}/c.yaml:13"]


def test_one_policy_id_in_two_files(devzone: Devzone, tmp_path: Path) -> None:
    plans = write(tmp_path / "plans", a=whole(""), b="# 修订\n" + whole(""))
    for _ in ("read", "from the cache"):
        ((line, text),) = problem_lines(devzone("--plan", plans, "check"), plans / "b.yaml")
        assert line == 3
        assert "zone" in text
        assert "a.yaml" in text


# -- Laws -------------------------------------------------------------------------------------------------------------


def reads_or_tells(raw: bytes) -> tuple[Policy | None, list[Problem]]:
    """A policy or problems, never both, never an exception; every problem lies in the file and is one line."""
    policy, problems = read_policy(raw)
    assert (policy is None) == bool(problems)
    lines = len(re.findall(rb"\r\n?|\n", raw)) + 1
    for problem in problems:
        assert 1 <= problem.line <= lines, problem
        assert problem.text.strip()
        assert len(problem.text.splitlines()) == 1
    return policy, problems


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(raw: bytes) -> None:
    reads_or_tells(raw)


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet="ab:-?!&*|>%@`'\"#,[]{}\\~<=. \t\n\r01县\u2028\ufeff\x85", max_size=60))
def test_any_text_is_read_or_refused(text: str) -> None:
    reads_or_tells(text.encode())


def scalars() -> st.SearchStrategy[Any]:
    odd = [
        "",
        "甲局",
        "乙局",
        "各县",
        "zone",
        "year",
        "month",
        "2025",
        "2025-12-31",
        "9999-W52",
        "0",
        "1" * 5000,
        "²",
        "\t",
    ]
    return st.none() | st.sampled_from(odd) | st.text(max_size=5)


def odd_values() -> st.SearchStrategy[Any]:
    return scalars() | st.lists(scalars(), max_size=3) | st.dictionaries(st.text(max_size=3), scalars(), max_size=2)


def forms(required: dict[str, Any], optional: list[str]) -> st.SearchStrategy[dict[str, Any]]:
    """Mappings with the right fields, in which any one may hold anything, or the `required` values."""
    return st.fixed_dictionaries(
        {key: st.just(value) | odd_values() for key, value in required.items()},
        optional={key: odd_values() for key in optional},
    )


PLANS = st.fixed_dictionaries(
    {
        "policy": forms(
            {
                "id": "zone",
                "title": "措施",
                "issuer": "办",
                "issued": "2024-07-15",
                "valid_until": "9999-12-31",
                "office": "甲局",
            },
            [
                "due_soon_days",
                "reporting_cycle",
                "report_by",
                "report_to",
                "copy_to",
                "reply_workdays",
                "workdays",
                "holidays",
                "repealed_on",
                "repealed_reason",
            ],
        ),
        "units": st.lists(forms({"name": "甲局"}, ["aliases", "vertical"]), min_size=1, max_size=2),
        "groups": st.lists(forms({"name": "各县", "members": ["各县", "甲局"]}, ["aliases"]), max_size=1),
        "measures": st.lists(
            st.builds(
                lambda measure, milestones: {**measure, "milestones": milestones},
                forms(
                    {"number": "1", "title": "一", "units": ["甲局"]},
                    ["lead", "assisting", "standing", "report_by", "formerly"],
                ),
                st.lists(
                    forms(
                        {"key": "a", "title": "a", "origin": "office", "reason": "r", "first": "9999", "every": "year"},
                        ["due", "by", "units", "until", "formerly"],
                    ),
                    max_size=1,
                ),
            ),
            min_size=1,
            max_size=2,
        ),
    }
)


@settings(max_examples=100, deadline=None)
@given(PLANS)
def test_a_plan_with_anything_in_any_field_is_read_or_refused(plan: Any) -> None:
    import yaml

    reads_or_tells(yaml.safe_dump(plan, allow_unicode=True, default_style='"').encode())


SHIPPED = (shipped("data") / "measures.yaml").read_text(encoding="utf-8").splitlines(keepends=True)


@st.composite
def mutilated(draw: st.DrawFn) -> str:
    """The shipped plan after a few slips of an editor."""
    lines = SHIPPED.copy()
    for _ in range(draw(st.integers(1, 3))):
        at = draw(st.integers(0, len(lines) - 1))
        line = lines[at]
        cut = draw(st.integers(0, len(line)))
        lines[at : at + 1] = draw(
            st.sampled_from(
                [
                    [],
                    [line, line],
                    [line[:cut]],
                    [line[:cut] + line[cut + 1 :]],
                    [" " + line],
                    [line.lstrip()],
                    [line.replace(":", "：")],
                    [line[:cut] + draw(st.sampled_from("\"'[]{}:,&*!|>#\t\0\n")) + line[cut:]],
                ]
            )
        )
    return "".join(lines)


@settings(max_examples=60, deadline=None)
@given(mutilated())
def test_slips_in_the_policy_of_record_are_read_or_told(text: str) -> None:
    reads_or_tells(text.encode())


@pytest.mark.parametrize("at", range(0, len(SHIPPED), 12))
def test_the_policy_of_record_cut_off_anywhere_is_read_or_told(at: int) -> None:
    reads_or_tells("".join(SHIPPED[:at]).encode())


def test_how_slips_are_written(devzone: Devzone) -> None:
    text = """\
        policy:
          id: p
          title: 若干措施
          issuer: 市政府办公室
          issued: 2026-01-01
          valid_until: 2027-12-31
          office: 甲局
          notice_code: 明商督
          colours:
            - {colour: blue, means: 提醒}
            - {colour: red, copied_to: 市领导}
        units:
          - {name: 甲局, full_name: 某市甲局}
          - name: 乙局
        measures: [{number: 1, title: 一, units: [甲局, 乙局]}]
        """
    policy = policy_of(textwrap.dedent(text))
    assert (policy.full_name("甲局"), policy.full_name("乙局")) == ("某市甲局", "乙局")
    assert [(own.colour, own.means, own.copied_to) for own in policy.colours] == [
        ("blue", "提醒", ()),
        ("red", None, ("市领导",)),
    ]
    assert Plan([policy]).find_units("某市甲局") == ("甲局",)
    wrong = text.replace("colour: red, copied_to: 市领导}", "colour: blue, asks: 办结}  #! blue 写了两次")
    refused(devzone, wrong.replace("- name: 乙局", "- {name: 乙局, full_name: 甲局}  #! 甲局 同时指"))


# -- All at once ------------------------------------------------------------------------------------------------------


def test_nine_faults_of_every_sort_are_told_at_once(devzone: Devzone) -> None:
    refused(
        devzone,
        """\
        policy:
          id: p
          title: 若干措施
          issuer: 市政府办公室
          issued: 2026-01-01
          issued: 2026-01-02  #! issued 写了两次
          valid_until: 2027-12-31
          office: 甲局
          offices: 乙局  #! 没有字段 offices
        units:
          - name: 甲局
            aliases: [老甲局]
          - name: 乙局
            aliases: [老甲局]  #! 老甲局 同时指
        groups:
          - name: 各县
            members: [各乡]  #! 包含了自己
          - name: 各乡
            members: [各县]  #! 包含了自己
        measures:
          - number: 1
            title: 一
            units: [甲局, 丙局]  #! 丙局 不在名册里
          - number: 1  #! 1 写了两次
            title: 二
            units: [甲局]
            lead: 乙局  #! 乙局 不在措施
            roles_as_written: 由乙局牵头
          - number: 3
            title: 三
            units: [甲局]
            milestones:
              - key: 验收
                title: 验收
                origin: policy
                due: 2026-02-30  #! 不存在
                as_written: 二月底前
              - key: 总结
                title: 总结
                origin: policy
                due: 2028-01-01  #! 晚于政策有效期
                as_written: 年底前
        """,
    )


def test_what_is_right_in_a_plan_with_faults_of_shape_is_checked_for_meaning(devzone: Devzone) -> None:
    refused(
        devzone,
        """\
        policy:
          id: 三明                  #! id 字母
          title: 若干措施
          issuer: 市政府办
          issued: 2024-07-15
          valid_until: 2027-07-14
          office: 督查室            #! 督查室 不在名册里
          holidays: [2027-01-01, 元旦]  #! holidays 元旦 #! 又上班又放假
          workdays: [2027-01-01]
        units:
          - name: 甲局
            alias: [甲]             #! 没有字段 alias
          - name: 乙局
            vertical: yes           #! vertical true
        common_units: [乙局, {}]    #! common_units 文字
        measures:
          - number: 1
            title:                  #! title 空
            units: [甲局, 丁局]     #! 丁局 不在名册里
            milestones:
              - key: 整合           #! 缺少字段 title #! reason 为什么
                origin: office
                due: 2028-01-01     #! 2028-01-01 晚于
              - x                   #! milestones 字段
          - 措施                    #! measures 字段
          - number: 1               #! 措施序号 1 写了两次 #! roles_as_written
            title: 二
            lead: [乙局, ""]        #! lead 空
        """,
    )


def test_full_width_brackets_name_the_same_collective() -> None:
    wide = "各县\uff08市\uff09"
    policy = policy_of(
        f"""\
        policy: {{id: p, title: 若干措施, issuer: 市府办, issued: 2026-01-01, valid_until: 2027-12-31, office: 甲局}}
        units: [{{name: 甲局}}, {{name: 东县}}]
        groups: [{{name: 各县(市), members: [东县]}}]
        common_units: [{wide}]
        measures: [{{number: 1, title: 一, units: [甲局]}}]
        """
    )
    assert policy.measures[0].units == ("甲局", "各县(市)")
    assert policy.measures[0].roster == ("甲局", "东县")


# -- A field is named once ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("shape", "record", "computed"),
    [
        (PolicyShape, Policy, {"common_units", "units", "measures", "sha256"}),
        (UnitShape, Unit, {"members", "spellings"}),
        (MeasureShape, Measure, {"roster"}),
        (ColourShape, Colour, set()),
        (MilestoneShape, Milestone, set()),
    ],
)
def test_a_field_of_the_file_is_one_of_the_plan_by_its_name(shape: Any, record: Any, computed: set[str]) -> None:
    assert {*shape.model_fields, *computed} == {*record._fields}
