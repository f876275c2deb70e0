"""催办: who is to be urged, by unit; and one command for the call about all of it."""

from __future__ import annotations

from itertools import groupby

import pytest

from tests.conftest import Devzone

PLAN = """
    policy:
      {id: demo, title: 示范, issuer: 甲市, issued: 2026-01-05, valid_until: 2028-12-31, office: 市督查室,
       reporting_cycle: month}
    units: [{name: 市督查室}, {name: 东县}, {name: 西县}, {name: 北县}]
    groups: [{name: 各县, members: [东县, 西县, 北县]}]
    measures:
      - {number: 1, title: 常抓不懈, units: [各县]}
      - number: 2
        title: 按期验收
        units: [东县, 西县]
        milestones: [{key: 验收, title: 验收, origin: policy, due: 2026-10-31, as_written: 10月底前}]
"""


@pytest.fixture
def office(devzone: Devzone) -> Devzone:
    """In October 北县 reported on everything; 东县 and 西县 are silent, and late with 2."""
    devzone.plan(PLAN)
    devzone.at("2026-09-01").ok("update", 1, "--unit", "各县", "--note", "开始")
    devzone.at("2026-10-20").ok("update", 1, "--unit", "北县", "--note", "在做")
    return devzone.at("2026-11-23")


def calls(devzone: Devzone) -> list[tuple[str, int]]:
    return [(duty["unit"], duty["measure"]) for duty in devzone.ok("urge", "--json").json["duties"]]


def test_what_is_to_be_said_to_one_unit_stands_together(office: Devzone) -> None:
    listed = calls(office)
    assert listed == [("东县", 2), ("东县", 1), ("西县", 2), ("西县", 1)]
    assert len([*groupby(unit for unit, _ in listed)]) == 2
    assert [tuple(line[5:6] + line[1:2]) for line in office.ok("urge").lines] == [(u, str(n)) for u, n in listed]
    shown = office.ok("urge", terminal=True).out
    assert "  逾期 1 项、未报送 2 项" in shown
    assert "2 个单位  4 项" in shown
    assert "devzone urge --unit 东县 --by-means 电话" in shown


def test_one_command_records_the_call_for_all_that_was_spoken_of(office: Devzone) -> None:
    ran = office.ok("urge", "--unit", "东县", "--by-means", "电话", "--note", "答应周五报")
    assert ran.out.splitlines() == [
        "5 号记录：措施 2“验收” 东县 → 催办",
        "6 号记录：措施 1 东县 → 催办",
    ]
    assert {
        (e["kind"], e["means"], e["note"]) for e in office.ok("history", "--unit", "东县", "--json").json["entries"]
    } >= {("urge", "电话", "答应周五报")}
    assert calls(office) == [("西县", 2), ("西县", 1)]
    again = office.ok("urge", "--unit", "东县", "--by-means", "电话")
    assert again.out == ""
    assert "没有该催的任务" in again.err


def test_of_several_units_it_is_asked_first(office: Devzone) -> None:
    refused = office("urge", "--unit", "各县", "--by-means", "电话")
    assert (refused.code, refused.out) == (2, "")
    assert len(office.ok("urge", "--unit", "各县", "--by-means", "电话", "--yes").out.splitlines()) == 4
    assert calls(office) == []
    assert "没有" in office.ok("urge", terminal=True).out


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["--by-means", "电话"], "缺少 --unit"),
        (["--unit", "东县", "--note", "x"], "--note 要和 --by-means 一起用"),
        (["--unit", "东县", "--by-means", "电话", "--milestone", "验收"], "措施序号"),
        (["--unit", "东县", "--by-means", "电话", "--json"], "--json"),
        (["--unit", "东县", "--by-means", " "], "缺少催办方式"),
    ],
)
def test_what_is_refused(office: Devzone, words: list[str], says: str) -> None:
    before = len(office.ok("history").lines)
    ran = office("urge", *words)
    assert (ran.code, ran.out) == (2, "")
    assert says in ran.err or "催办要写明" in ran.err
    assert len(office.ok("history").lines) == before


def test_whom_to_call_stands_beside_the_unit(office: Devzone) -> None:
    (office.folder / "contacts.yaml").write_text(
        "contacts: [{unit: 东县, name: 李四, phone: 0598-8220000, email: a@b.cn}]", encoding="utf-8"
    )
    assert "未报送 2 项  李四 0598-8220000" in office.ok("urge", terminal=True).out
    assert office.ok("urge", "--json").json["contacts"] == {
        "东县": [{"name": "李四", "phone": "0598-8220000", "email": "a@b.cn"}]
    }
