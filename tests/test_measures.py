"""data/measures.yaml says what the policy says: checked against facts read from the document by hand."""

from __future__ import annotations

from datetime import date

import pytest

from sm_devzone.domain.calendar import occurrences
from sm_devzone.domain.duties import Facts
from sm_devzone.domain.ledger import compute
from sm_devzone.domain.plan import Milestone, Plan, Policy
from sm_devzone.settings import shipped
from sm_devzone.storage.plan_file import read_policy

COUNTIES, ZONES = "各县(市、区)人民政府", "各省级及以上开发区"

ELEVEN = ("三元区", "沙县区", "永安市", "明溪县", "清流县", "宁化县", "大田县", "尤溪县", "将乐县", "泰宁县", "建宁县")

# Number, title, and the line 责任单位 without the two collectives. 市 is left out where a name begins with it, and two
# names are cut short.
TRUTH = """\
1  建立联席会议机制       商务局 发改委 科技局 工信局 财政局 自然资源局 生态环境局 应急局
2  理顺开发区与属地权责   商务局
3  明确管委会与平台公司权责 国资委 商务局
4  推进县域园区整合       商务局 发改委 工信局 财政局 生态环境局 应急局 自然资源局
5  依法下放经济管理权限   发改委 科技局 工信局 财政局 自然资源局 林业局 住建局
6  加强科技创新           科技局 发改委 工信局
7  实施产业集聚行动       工信局 发改委 科技局 生态环境局 商务局
8  加大多方支持力度       自然资源局 生态环境局 林业局 应急局 统计局 财政局 税务局
9  加强要素保障           委组织部 发改委 科技局 工信局 人社局 自然资源局 林业局 人行 金融监管
10 严格土地集约利用       自然资源局 住建局 工信局 商务局 市场监督管理局
11 完善基础设施建设       商务局 工信局 发改委 财政局
12 调整收入分配制度       财政局 自然资源局
13 制定开发区发展规划     商务局 发改委 工信局 自然资源局 生态环境局
14 强化招商引资           商务局 发改委 工信局 科技局 生态环境局 自然资源局 应急局 投资集团
15 推动园区合作共建       商务局 发改委 工信局 财政局
16 落实新时代山海协作     商务局 发改委 工信局 科技局
17 做实开发区考评         商务局 科技局 工信局 财政局 自然资源局 统计局
"""

WITHOUT_PREFIX = {"人行": "人行三明市分行", "金融监管": "国家金融监管总局三明监管分局"}


def expected() -> dict[int, tuple[str, tuple[str, ...]]]:
    rows = (line.split() for line in TRUTH.splitlines())
    return {
        int(number): (title, tuple(WITHOUT_PREFIX.get(name, f"市{name}") for name in units))
        for number, title, *units in rows
    }


@pytest.fixture(scope="module")
def policy() -> Policy:
    policy, problems = read_policy((shipped("data") / "measures.yaml").read_bytes())
    assert policy, problems
    return policy


def milestones(policy: Policy) -> dict[int, tuple[Milestone, ...]]:
    return {measure.number: measure.milestones for measure in policy.measures if measure.milestones}


def test_titles_and_responsible_units_in_the_order_of_the_document(policy: Policy) -> None:
    assert {m.number: (m.title, m.units) for m in policy.measures} == {
        number: (title, (*units, COUNTIES, ZONES)) for number, (title, units) in expected().items()
    }
    assert [m.number for m in policy.measures] == list(range(1, 18))


def test_pairs_of_unit_and_measure(policy: Policy) -> None:
    listed = [units for _, units in expected().values()]
    printed = sum(map(len, listed)) + len((COUNTIES, ZONES))  # the two are printed in measure 1 only
    assert printed == 89
    assert sum(len(measure.units) for measure in policy.measures) == 121
    assert len({unit for units in listed for unit in units}) == 19
    assert policy.common_units == (COUNTIES, ZONES)


def test_the_register_holds_the_units_of_the_document_and_the_counties_and_nobody_else(policy: Policy) -> None:
    named = {unit for _, units in expected().values() for unit in units}
    assert {unit.name for unit in policy.units} == named | {COUNTIES, ZONES} | set(ELEVEN)


def test_eleven_counties_and_no_invented_zone(policy: Policy) -> None:
    members = {unit.name: unit.members for unit in policy.units}
    assert members[COUNTIES] == ELEVEN
    assert members[ZONES] == ()
    assert all(measure.roster[-12:] == (*ELEVEN, ZONES) for measure in policy.measures)


def test_issue_and_validity(policy: Policy) -> None:
    assert (policy.id, policy.title) == ("sm-devzone-2024", "关于促进省级以上开发区管理提升的若干措施")
    assert (policy.issuer, policy.office) == ("三明市人民政府办公室", "市商务局")
    assert (policy.issued, policy.valid_until) == (date(2024, 7, 15), date(2027, 7, 14))
    assert policy.valid_as_written == "自发布之日起施行,有效期3年"


def test_a_lead_is_named_in_17_only(policy: Policy) -> None:
    assert {m.number: m.lead for m in policy.measures if m.lead} == {17: ("市商务局",)}
    assert {m.number: m.assisting for m in policy.measures if m.assisting} == {17: expected()[17][1][1:]}
    seventeen = policy.measure(17)
    assert seventeen
    assert (seventeen.roles_as_written or "").startswith("由市商务局牵头")


def test_fifteen_of_seventeen_have_no_date(policy: Policy) -> None:
    assert milestones(policy).keys() == {4, 17}
    assert {measure.number for measure in policy.measures if measure.standing} == {4, 17}


def test_4_is_due_at_the_end_of_2024_by_every_responsible_unit(policy: Policy) -> None:
    (merging,) = milestones(policy)[4]
    assert (merging.origin, merging.due, merging.every, merging.units) == ("policy", date(2024, 12, 31), None, ())
    assert merging.as_written == "2024年完成各县(市、区)辖区内园区整合工作"


def test_17_is_yearly_from_2025_by_the_six_of_its_body(policy: Policy) -> None:
    (checkup,) = milestones(policy)[17]
    assert (checkup.origin, checkup.due, checkup.every, checkup.first) == ("policy", None, "year", "2025")
    assert checkup.units == expected()[17][1]
    assert checkup.as_written == "每年赴各开发区进行全面“体检”"
    assert checkup.reason


@pytest.mark.parametrize("today", ["2026-12-31", "2027-07-14", "2027-12-31", "2030-01-01"])
def test_17_is_due_inside_the_validity_only(policy: Policy, today: str) -> None:
    (checkup,) = milestones(policy)[17]
    assert checkup.first
    due_days = [due for _, due in occurrences(checkup.first, checkup.by, policy.valid_until, date.fromisoformat(today))]
    assert due_days == [date(2025, 12, 31), date(2026, 12, 31)]


@pytest.mark.parametrize("today", ["2024-07-15", "2026-11-23", "2027-07-14", "2030-01-01"])
def test_no_other_date_ever_comes_up(policy: Policy, today: str) -> None:
    """5年内 (15), 11条 (14), 30% (12) and document number 179 (8) look like deadlines and are none."""
    duties = compute(Plan([policy]), Facts(), date.fromisoformat(today)).duties
    dated = {(duty.measure, str(duty.due)) for duty in duties if duty.due}
    assert dated <= {(4, "2024-12-31"), (17, "2025-12-31"), (17, "2026-12-31")}
    assert {duty.measure for duty in duties} == set(range(1, 18))
    assert not [duty for duty in duties if duty.due is None and duty.signal in ("overdue", "due_soon")]


def test_each_responsible_unit_of_each_measure_has_a_duty_that_stands_or_is_dated(policy: Policy) -> None:
    duties = compute(Plan([policy]), Facts(), date(2026, 11, 23)).duties
    for measure in policy.measures:
        assert {duty.unit for duty in duties if duty.measure == measure.number} == set(measure.roster)


def test_habits_of_the_office_are_set_in_the_plan(policy: Policy) -> None:
    assert policy.due_soon_days == 30
    assert {measure.reporting_cycle for measure in policy.measures} == {"month"}


def test_tasks_are_given_for_every_measure_and_hold_no_date(policy: Policy) -> None:
    tasks = [task for measure in policy.measures for task in measure.tasks]
    assert all(2 <= len(measure.tasks) <= 6 for measure in policy.measures)
    assert not [task for task in tasks if any(character.isdigit() for character in task)]


def test_the_hand_made_table_is_the_one_meant(policy: Policy) -> None:
    """The traps among the names: a prefix of its own, none at all, and one that is part of the name."""
    assert expected()[9][1][0] == "市委组织部"
    assert expected()[9][1][-2:] == ("人行三明市分行", "国家金融监管总局三明监管分局")
    assert expected()[10][1][-1] == "市市场监督管理局"
    assert expected()[14][1][-1] == "市投资集团"
