"""`check` tells what may not be as it was meant, and never advises to void what is only not there."""

from __future__ import annotations

import pytest

from tests.conftest import Devzone

PLAN = """\
policy: {{id: {id}, title: 试点, issuer: 甲市, issued: 2026-01-01, valid_until: 2027-12-31, office: 市督查室}}
units: [{{name: 市督查室}}, {{name: 甲局}}]
measures: [{{number: 1, title: 试点, units: [甲局]}}]
"""


def test_entries_of_a_plan_that_is_not_loaded_are_not_to_be_voided(devzone: Devzone) -> None:
    devzone.plan(PLAN.format(id="other"), "plans/other.yaml")
    devzone.ok("update", 1, "--unit", "甲局", "--note", "一")
    devzone.ok("update", 1, "--unit", "甲局", "--note", "二")
    devzone.plan(PLAN.format(id="demo"), "plans/demo.yaml")
    ran = devzone.ok("check")
    assert "void" not in ran.out
    assert "流水里有政策 other 的记录 2 条，它的计划没有读进来，没有核对；请用 --plan 指向放全部计划的文件夹" in ran.out
    told = devzone.ok("check", "--json").json
    assert (told["strays"], told["not_loaded"]) == ([], [{"policy": "other", "entries": 2}])
    (line,) = devzone.ok("status").err.splitlines()
    assert line == "devzone: 流水里还有政策 other 的记录，它的计划没有读进来（--plan），没有计入"
    assert devzone.ok("--plan", "plans", "check").out.count("other") == 0
    assert devzone.ok("--plan", "plans", "status").err == ""


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("title: 完成 #1 园区整合", "“完成”后面的“#1 园区整合”是注释，没有读进来"),
        ("title: 完成 # 整合", "“完成”后面的“# 整合”是注释"),
        ("title: 完成\t#整合", "“完成”后面的“#整合”是注释"),
        ("title: 完成  #整合", "“完成”后面的“#整合”是注释"),
        ("title: 完成整合  # 原文第 3 页", ""),  # as comments are usually written
        ('title: 完成 "#1" 园区', ""),
        ("title: '完成 #1 园区' # 原文", ""),
        ("title: 完成#1 园区", ""),
        ("title: 完成\n    tasks:\n      - 甲 #乙", "“甲”后面的“#乙”是注释"),
        ("title: 完成\n    tasks:\n      - |\n        甲 #乙", ""),
        ("title: 完成\n    reporting_cycle: month #每月", ""),  # no text, so no text is lost
        ("title: 完成\n    formerly: 2 #旧序号", ""),
    ],
)
def test_words_that_yaml_takes_for_a_comment_are_told(devzone: Devzone, written: str, told: str) -> None:
    path = devzone.plan(f"""\
policy: {{id: demo, title: 试点, issuer: 甲市, issued: 2026-01-01, valid_until: 2027-12-31, office: 甲局}}
units: [{{name: 甲局}}]
measures:
  - number: 1
    units: [甲局]
    {written}
""")
    ran = devzone.ok("check")
    remarks = [line for line in ran.out.splitlines() if str(path) in line]
    assert [told in line for line in remarks] == [True] * bool(told)
    assert all(line.startswith(f"{path}:") and line.endswith("是正文就给整段加引号") for line in remarks)
    assert devzone.ok("check", "--json").json["remarks"] == remarks


def test_the_shipped_plan_loses_no_words(devzone: Devzone) -> None:
    assert devzone.ok("check", "--json").json["remarks"] == []
