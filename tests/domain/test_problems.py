"""存在问题 as things: the same words are one, and nothing is solved that nobody called so."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from sm_devzone.domain.problems import says_solved
from tests.conftest import Devzone

PLAN = """
    policy:
      id: demo
      title: 关于做好两件事的若干措施
      issuer: 某市人民政府办公室
      issued: 2026-01-05
      valid_until: 2028-12-31
      office: 市甲局
    units:
      - name: 市甲局
      - {name: 市资源局, aliases: [资源局]}
      - name: 东县
      - name: 西县
    measures:
      - number: 1
        title: 园区整合
        units: [市甲局, 东县, 西县]
        milestones: [{key: 整合, title: 完成整合, origin: policy, due: 2026-12-31, as_written: 年底前}]
"""


@pytest.fixture
def office(devzone: Devzone) -> Devzone:
    devzone.plan(PLAN)
    return devzone


def tell(office: Devzone, day: str, unit: str, *words: str) -> None:
    office.at(day).ok("update", 1, "--unit", unit, *words)


def known(office: Devzone, *words: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = office.ok("problems", "--all", "--json", *words).json["problems"]
    return found


def states(office: Devzone, *words: str) -> list[tuple[str, str]]:
    return [(one["words"], one["state"]) for one in known(office, *words)]


@pytest.mark.parametrize(
    ("words", "solved"),
    [
        ("已解决", True),
        ("已解决。", True),
        ("问题已全部解决", True),
        ("上期问题均已解决", True),
        ("已协调解决", True),
        ("困难已得到解决", True),
        ("已基本解决", False),
        ("边界问题已解决，资金未到位", False),
        ("尚未解决", False),
        ("解决不了", False),
        ("待解决", False),
    ],
)
def test_which_words_say_that_a_problem_is_solved(words: str, solved: bool) -> None:
    assert says_solved(words) is solved


def test_a_problem_told_again_in_the_same_words_is_one(office: Devzone) -> None:
    tell(office, "2026-03-02", "东县", "--problem", "边界待协调", "--needs", "资源局")
    tell(office, "2026-03-09", "东县", "--problem", "边界待 协调", "--note", "仍在办")
    tell(office, "2026-03-16", "东县", "--note", "本期无变化")  # which says nothing of it
    (one,) = known(office)
    assert (one["number"], one["needs"], one["raised"]) == (1, "市资源局", 2)
    assert (one["raised_on"], one["last_on"], one["state"]) == ("2026-03-02", "2026-03-09", "open")


def test_what_a_later_report_leaves_out_is_not_solved(office: Devzone) -> None:
    tell(office, "2026-03-02", "东县", "--problem", "边界待协调")
    tell(office, "2026-03-09", "东县", "--note", "移交过半")
    assert states(office) == [("边界待协调", "unmentioned")]
    tell(office, "2026-03-16", "东县", "--problem", "资金未到位")
    assert states(office) == [("边界待协调", "replaced"), ("资金未到位", "open")]
    tell(office, "2026-03-23", "东县", "--problem", "边界待协调")
    assert states(office) == [("边界待协调", "open"), ("资金未到位", "replaced")]
    assert [one["words"] for one in office.ok("problems", "--json").json["problems"]] == ["边界待协调"]


def test_a_problem_is_solved_by_the_units_own_word(office: Devzone) -> None:
    tell(office, "2026-03-02", "东县", "--problem", "边界待协调")
    tell(office, "2026-03-09", "东县", "--problem", "已解决", "--note", "边界已划定")
    (one,) = known(office)
    assert (one["state"], one["solved_on"], one["solution"]) == ("solved", "2026-03-09", "单位报告已解决")
    tell(office, "2026-03-16", "东县", "--problem", "边界待协调")  # it has come back: another one
    assert [(one["number"], one["state"]) for one in known(office)] == [(1, "solved"), (3, "open")]


def test_the_office_says_that_one_is_solved(office: Devzone) -> None:
    tell(office, "2026-03-02", "东县", "--problem", "边界待协调", "--needs", "资源局", "--needs", "省厅")
    said = office.at("2026-03-10").ok("problems", 1, "--solved", "专题会议已明确", "--on", "2026-03-06")
    assert said.out == "2 号记录：1 号问题（措施 1“整合” 东县）→ 已解决\n"
    (one,) = known(office)
    assert (one["state"], one["solved_on"], one["solution"]) == ("solved", "2026-03-06", "专题会议已明确")
    assert office.ok("problems", "--json").json["problems"] == []
    # Once more says nothing new; a report of the unit is none, and its duty stands where it stood.
    assert "没有重复登记" in office.ok("problems", 1, "--solved", "又一次").err
    assert office.ok("history", "--json").json["entries"][0]["kind"] == "solve"
    assert office.ok("show", 1, "--json").json["duties"][1]["state"] == "in_progress"
    office.ok("void", 2, "--reason", "会议没有开")
    assert known(office)[0]["state"] == "open"


def test_a_problem_of_a_duty_that_is_closed_out_is_solved_with_it(office: Devzone) -> None:
    tell(office, "2026-03-02", "东县", "--problem", "边界待协调")
    tell(office, "2026-04-01", "东县", "--done", "--note", "完成")
    assert states(office) == [("边界待协调", "unmentioned")]
    office.at("2026-04-03").ok("close", 1, "--unit", "东县", "--note", "验收")
    (one,) = known(office)
    assert (one["state"], one["solved_on"], one["solution"]) == ("solved", "2026-04-03", "任务已销号")
    assert known(office, "--as-of", "2026-04-02")[0]["state"] == "unmentioned"


def test_what_is_typed_in_late_counts_on_its_day(office: Devzone) -> None:
    tell(office, "2026-03-09", "东县", "--problem", "边界待协调")
    tell(office, "2026-03-20", "东县", "--note", "移交过半", "--on", "2026-03-05")  # before the problem was told
    tell(office, "2026-03-21", "东县", "--problem", "边界待协调", "--on", "2026-03-02")
    (one,) = known(office)
    assert (one["number"], one["raised_on"], one["raised"], one["state"]) == (1, "2026-03-02", 2, "open")


def test_a_problem_goes_on_with_the_unit_that_was_renamed_and_with_the_one_that_took_over(office: Devzone) -> None:
    tell(office, "2026-03-02", "东县", "--problem", "边界待协调")
    office.plan(PLAN.replace("- name: 东县", "- {name: 东区, aliases: [东县]}").replace("东县, 西县", "东区, 西县"))
    tell(office, "2026-03-09", "东区", "--problem", "边界待协调")
    assert [(one["unit"], one["raised"]) for one in known(office)] == [("东区", 2)]
    office.at("2026-03-12").ok("transfer", 1, "--from", "东区", "--to", "资源局", "--reason", "会议议定")
    assert [(one["unit"], one["raised"]) for one in known(office)] == [("市资源局", 2)]
    office.at("2026-03-16").ok("update", 1, "--unit", "资源局", "--problem", "已解决")
    assert [one["state"] for one in known(office)] == ["solved"]


def test_a_problem_ends_with_a_duty_that_went_to_a_unit_which_owed_it_itself(office: Devzone) -> None:
    tell(office, "2026-03-02", "东县", "--problem", "边界待协调")
    office.at("2026-03-12").ok("transfer", 1, "--from", "东县", "--to", "西县", "--reason", "会议议定")
    assert [(one["unit"], one["state"]) for one in known(office)] == [("东县", "ended")]
    assert office.ok("problems", "--json").json["problems"] == []


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("problems", "7", "--solved", "x"), 4, "没有 7 号问题"),
        (("problems", "1"), 2, "缺少 --solved"),
        (("problems", "1", "--solved", "x", "--on", "2026-03-01"), 5, "2026-03-02 还提过"),
        (("problems", "--solved", "x"), 2, "要和问题的编号一起用"),
        (("problems", "甲", "--solved", "x"), 2, "不是问题的编号"),
        (("update", "1", "--unit", "西县", "--note", "x", "--needs", "资源局"), 2, "没有写是什么问题"),
        (("update", "1", "--unit", "西县", "--next", "x", "--promised", "2026-03-01"), 2, "早于报送那天"),
        (("update", "1", "--unit", "西县", "--done", "--note", "x", "--promised", "2026-05-01"), 2, "报完成不写"),
    ],
)
def test_what_is_refused(office: Devzone, words: tuple[str, ...], code: int, said: str) -> None:
    tell(office, "2026-03-02", "东县", "--problem", "边界待协调")
    ran = office(*words)
    assert (ran.code, said in ran.err) == (code, True), ran.err
    assert len(office.ok("history", "--json").json["entries"]) == 1


def test_who_must_solve_a_problem_may_be_outside_of_the_plan(office: Devzone) -> None:
    said = office.at("2026-03-02").ok(
        "update", 1, "--unit", "东县", "--problem", "批文未下", "--needs", "省自然资源厅、资源局"
    )
    assert "“省自然资源厅”不在单位名册里，照写" in said.err
    assert known(office)[0]["needs"] == "省自然资源厅、市资源局"
    assert len(known(office, "--needs", "资源局")) == 1
    assert known(office, "--needs", "市甲局") == []


def test_a_promise_is_no_deadline(office: Devzone) -> None:
    tell(office, "2026-03-02", "东县", "--next", "月底验收", "--promised", "2026-03-20")
    office.at("2026-04-01")
    row = office.ok("show", 1, "--json").json["duties"][1]
    assert (row["due"], row["signal"], row["days_overdue"]) == ("2026-12-31", "on_track", None)
    assert date.fromisoformat(office.ok("history", "--json").json["entries"][0]["promised"]) == date(2026, 3, 20)
