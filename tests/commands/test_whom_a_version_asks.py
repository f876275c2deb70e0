"""Of whom a version of the plan asks a milestone: what was closed stays closed, what is new is owed from its day."""

from __future__ import annotations

from typing import Any

import pytest

from tests.conftest import Devzone

PLAN = """
policy: {id: demo, title: 若干措施, issuer: 市府办, issued: 2026-01-01, valid_until: 2027-12-31, office: 市督查室}
units: [{name: 市督查室}, {name: 市甲局}, {name: 市乙局}, {name: 市丙局}]
measures:
"""
MONTHLY = PLAN.replace("office: 市督查室", "office: 市督查室, reporting_cycle: month")
ONCE = "{key: 方案, title: 方案, origin: policy, due: 2026-02-28, as_written: 二月底%s}"
EACH = "{key: 月, title: 月, origin: policy, every: month, first: 2026-01, as_written: 每月%s}"


def a_plan(*milestones: str, units: str = "市甲局, 市乙局", more: str = "", before: str = PLAN) -> str:
    listed = f", milestones: [{', '.join(milestones)}]" if milestones else ""
    return f"{before}  - {{number: 1, title: 整治, units: [{units}]{listed}{more}}}\n"


def adopt(devzone: Devzone, day: str, plan: str) -> None:
    devzone.at(day).plan(plan)
    devzone.ok("plan", "adopt", "--reason", "修订")


def duties(devzone: Devzone, *fields: str) -> list[tuple[Any, ...]]:
    """(milestone or period, unit, …) of each duty, in their order."""
    found = devzone.ok("export", "duties", "--json").json["duties"]
    return [
        (row["period"] or row["milestone"] or "长期", row["unit"], *(row[name] for name in fields)) for row in found
    ]


def overdue(devzone: Devzone) -> list[tuple[Any, ...]]:
    return [row[:2] for row in duties(devzone, "signal") if row[2] == "overdue"]


@pytest.mark.parametrize("transferred", [True, False])
def test_another_unit_is_asked_from_its_day_on(devzone: Devzone, transferred: bool) -> None:
    own = ", units: [市甲局]"
    devzone.plan(a_plan(ONCE % own, EACH % own))
    for which in (["方案"], ["月", "--period", "2026-01"]):
        devzone.at("2026-01-20").ok("update", 1, "--unit", "甲局", "--milestone", *which, "--done", "--note", "办")
        devzone.at("2026-01-21").ok("close", 1, "--unit", "甲局", "--milestone", *which, "--note", "核实")
    if transferred:
        devzone.at("2026-03-10").ok("transfer", 1, "--from", "甲局", "--to", "丙局", "--reason", "三定")
    own = own.replace("甲", "丙")
    adopt(devzone, "2026-03-12", a_plan(ONCE % own, EACH % own, units="市丙局, 市乙局"))
    devzone.at("2026-03-13")
    open_ones = [("2026-02", "市丙局", "overdue")] if transferred else []  # February is the one that it took over
    new = [] if transferred else [("方案", "市丙局", "overdue")]
    assert sorted(duties(devzone, "signal")) == sorted(
        [
            *new,
            *open_ones,
            ("方案", "市甲局", None),
            ("2026-01", "市甲局", None),
            ("2026-03", "市丙局", "due_soon"),
            ("长期", "市乙局", "ongoing"),
        ]
    )
    closed = devzone.ok("stats", "--quarter", "2026Q1", "--json").json["rows"]
    assert {row["unit"]: row["closed"] for row in closed}["市甲局"] == 2


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (", units: [市甲局]", ", units: [市甲局, 市乙局]"),
        (", units: [市甲局]", ""),
    ],
)
def test_a_unit_that_is_added_owes_nothing_of_the_time_before(devzone: Devzone, before: str, after: str) -> None:
    devzone.plan(a_plan(EACH % before, before=MONTHLY))
    for month in ("01", "02", "03", "04"):
        devzone.at(f"2026-{month}-20").ok("update", 1, "--unit", "乙局", "--note", "报")
    adopt(devzone, "2026-05-10", a_plan(EACH % after, before=MONTHLY))
    assert [row for row in duties(devzone, "owed_from", "unreported") if row[1] == "市乙局"] == [
        ("2026-05", "市乙局", "2026-05-10", False)
    ]


@pytest.mark.parametrize(
    ("act", "there"),
    [
        (("assign", 1, "--unit", "丙局", "--reason", "分工", "--on", "2026-02-01"), ["市甲局"]),  # not on the list
        (("transfer", 1, "--from", "甲局", "--to", "丙局", "--reason", "三定", "--on", "2026-02-01"), ["市丙局"]),
        (("transfer", 1, "--from", "乙局", "--to", "丙局", "--reason", "三定", "--on", "2026-02-01"), ["市甲局"]),
    ],
)
def test_whom_the_office_put_in_is_asked_like_the_others(
    devzone: Devzone, act: tuple[str | int, ...], there: list[str]
) -> None:
    """Of a milestone for all that a version leaves to one: whoever took over from that one goes on with it."""
    devzone.plan(a_plan(ONCE % ""))
    devzone.at("2026-02-02").ok("update", 1, "--unit", "甲局", "--note", "办", "--on", "2026-01-20")
    devzone.ok(*act)
    adopt(devzone, "2026-02-10", a_plan(ONCE % ", units: [市甲局]"))
    devzone.at("2026-03-13")
    assert [unit for which, unit, _ in duties(devzone, "state") if which == "方案"] == there


def test_a_list_that_is_lifted_asks_those_whom_the_office_put_in_as_well(devzone: Devzone) -> None:
    devzone.plan(a_plan(ONCE % ", units: [市甲局]"))
    devzone.at("2026-01-20").ok("assign", 1, "--unit", "丙局", "--reason", "分工")
    assert ("方案", "市丙局") not in duties(devzone)
    adopt(devzone, "2026-02-10", a_plan(ONCE % ""))
    assert [row for row in duties(devzone, "owed_from") if row[0] == "方案"] == [
        ("方案", "市甲局", "2026-01-01"),
        ("方案", "市乙局", "2026-02-10"),
        ("方案", "市丙局", "2026-02-10"),
    ]


@pytest.mark.parametrize(
    ("before", "after", "new"),
    [
        (a_plan(), a_plan(ONCE % "", more=", standing: 其余"), "方案"),
        (a_plan(EACH % ""), a_plan(EACH % "", ONCE % ""), "方案"),
        (a_plan(ONCE % ""), a_plan(ONCE % "", more=", standing: 其余"), "长期"),
        (a_plan(ONCE % ""), a_plan(ONCE % "", EACH % ""), "2026-05"),
    ],
)
def test_what_a_version_adds_to_a_measure_is_owed_from_its_day(
    devzone: Devzone, before: str, after: str, new: str
) -> None:
    monthly = [plan.replace(PLAN, MONTHLY) for plan in (before, after)]
    devzone.plan(monthly[0])
    devzone.at("2026-01-20").ok("update", 1, "--unit", "甲局", "--note", "办", *_milestone(before))
    adopt(devzone, "2026-05-10", monthly[1])
    devzone.at("2026-05-20")
    owed = [row[2:] for row in duties(devzone, "owed_from", "unreported") if row[0] == new]
    assert owed == [("2026-05-10", False)] * 2


def _milestone(plan: str) -> list[str]:
    return (
        ["--milestone", "方案"]
        if "方案" in plan
        else ["--milestone", "月", "--period", "2026-01"]
        if "月" in plan
        else []
    )


def test_a_version_for_the_first_day_says_what_was_always_so(devzone: Devzone) -> None:
    """The way to mend a plan in which a milestone was forgotten."""
    devzone.plan(a_plan(before=MONTHLY))
    devzone.at("2026-03-10").ok("update", 1, "--unit", "甲局", "--note", "办")
    devzone.plan(a_plan(EACH % "", more=", standing: 其余", before=MONTHLY))
    devzone.ok("plan", "adopt", "--on", "2026-01-01", "--reason", "漏录")
    assert overdue(devzone) == [
        ("2026-01", "市甲局"),
        ("2026-01", "市乙局"),
        ("2026-02", "市甲局"),
        ("2026-02", "市乙局"),
    ]


def test_what_was_taken_out_by_mistake_and_put_back_stands_as_it_stood(devzone: Devzone) -> None:
    devzone.plan(a_plan(ONCE % "", more=", standing: 其余"))
    devzone.at("2026-01-20").ok("update", 1, "--unit", "甲局", "--milestone", "方案", "--done", "--note", "办")
    devzone.ok("close", 1, "--unit", "甲局", "--milestone", "方案", "--note", "核实")
    adopt(devzone, "2026-02-10", a_plan())
    assert [which for which, _ in duties(devzone)] == ["长期", "长期"]
    adopt(devzone, "2026-02-20", a_plan(ONCE % "", more=", standing: 其余"))
    assert [row for row in duties(devzone, "state") if row[0] == "方案"] == [
        ("方案", "市甲局", "closed_out"),
        ("方案", "市乙局", "not_started"),
    ]


Q1 = ["2026-01", "2026-02", "2026-03"]
MONTHS = "{key: 月, title: 月, origin: policy, %s, as_written: 每月}"


@pytest.mark.parametrize(
    ("before", "after", "owed"),
    [
        # the months of a time in which nobody had asked for them
        ("every: month, first: 2026-01, until: 2026-03", "every: month, first: 2026-01", [*Q1, "2026-06"]),
        ("every: month, first: 2026-06", "every: month, first: 2026-01", ["2026-06"]),
        ("every: month, first: 2026-01", "every: quarter, first: 2026Q1", ["2026Q2"]),
        ("due: 2026-12-31", "every: month, first: 2026-01", ["2026-06"]),
        # and those that it had asked for
        ("every: month, first: 2026-04", "every: month, first: 2026-01", ["2026-04", "2026-05", "2026-06"]),
        (
            "every: month, first: 2026-01, until: 2026-12",
            "every: month, first: 2026-04",
            ["2026-04", "2026-05", "2026-06"],
        ),
        ("every: month, first: 2026-05", 'every: month, first: 2026-05, by: "20"', ["2026-05", "2026-06"]),
    ],
)
def test_an_occurrence_is_owed_from_the_version_that_asks_for_it(
    devzone: Devzone, before: str, after: str, owed: list[str]
) -> None:
    devzone.plan(a_plan(MONTHS % before, units="市甲局"))
    devzone.at("2026-02-01").ok("plan", "adopt")
    adopt(devzone, "2026-06-10", a_plan(MONTHS % after, units="市甲局"))
    assert [which for which, _ in duties(devzone)] == owed


@pytest.mark.parametrize(
    "over", ["valid_until: 2026-03-31", "valid_until: 2027-12-31, repealed_on: 2026-03-31, repealed_reason: 废止"]
)
def test_what_fell_in_a_time_without_the_policy_is_not_owed_when_it_is_back(devzone: Devzone, over: str) -> None:
    plan = a_plan(EACH % "", units="市甲局", more=", standing: 其余", before=MONTHLY)
    devzone.plan(plan.replace("valid_until: 2027-12-31", over))
    devzone.at("2026-03-20").ok(
        "update", 1, "--unit", "甲局", "--milestone", "月", "--period", "2026-03", "--note", "办"
    )
    devzone.ok("update", 1, "--unit", "甲局", "--milestone", "standing", "--note", "办")
    adopt(devzone, "2026-06-10", plan)
    owed = [row for row in duties(devzone, "unreported") if row[0] > "2026-02"]
    assert owed == [("2026-03", "市甲局", False), ("2026-06", "市甲局", False), ("长期", "市甲局", False)]


GROUP = PLAN.replace("measures:", "groups: [{name: 各园区, members: [%s]}]\nmeasures:").replace(
    "{name: 市丙局}", "{name: 东园}, {name: 西园}, {name: 南园}"
)


def of_group(members: str, *milestones: str) -> str:
    return a_plan(*milestones, units="各园区", before=GROUP % members)


@pytest.mark.parametrize("named", ["", ", units: [各园区]"])
@pytest.mark.parametrize("steps", [["东园, 西园, 南园"], ["东园", "东园, 西园, 南园"]])
def test_members_that_are_named_later_go_on_with_what_their_collective_left_open(
    devzone: Devzone, named: str, steps: list[str]
) -> None:
    milestones = ONCE % named, EACH % named
    devzone.plan(of_group("", *milestones))
    at = ["--unit", "各园区", "--milestone"]
    devzone.at("2026-02-20").ok("update", 1, *at, "方案", "--done", "--note", "完成")
    devzone.ok("close", 1, *at, "方案", "--note", "核实")
    devzone.ok("update", 1, *at, "月", "--period", "2026-01", "--note", "在办", "--on", "2026-01-25")
    for day, members in zip(("2026-03-10", "2026-03-12"), steps, strict=False):
        adopt(devzone, day, of_group(members, *milestones))
    devzone.at("2026-03-20")
    parks = ["东园", "西园", "南园"]
    assert duties(devzone, "state", "signal", "transferred_from") == [
        ("方案", "各园区", "closed_out", None, None),
        *(("2026-01", park, "in_progress", "overdue", "各园区") for park in parks),
        *(("2026-02", park, "not_started", "overdue", "各园区") for park in parks),
        *(("2026-03", park, "not_started", "due_soon", "各园区") for park in parks),
    ]


def test_what_the_collective_did_is_found_under_its_name(devzone: Devzone) -> None:
    devzone.plan(of_group("", ONCE % ""))
    devzone.at("2026-02-20").ok("update", 1, "--unit", "各园区", "--done", "--note", "完成")
    devzone.ok("close", 1, "--unit", "各园区", "--note", "核实")
    adopt(devzone, "2026-03-10", of_group("东园, 西园", ONCE % ""))
    assert [line[1] for line in devzone.ok("history", "--unit", "各园区").lines] == ["close", "submit"]
    assert devzone.ok("history", "--unit", "东园").lines == []
    for day in ("2026-02-25", "2026-03-10"):
        (closed,) = devzone.ok("assign", "--unit", "各园区", "--as-of", day, "--json").json["duties"]
        assert (closed["unit"], closed["state"]) == ("各园区", "closed_out")


def test_a_member_that_owed_it_already_owes_it_once(devzone: Devzone) -> None:
    plan = of_group("", ONCE % "").replace("[各园区]", "[各园区, 东园]")
    devzone.plan(plan)
    devzone.at("2026-02-20").ok("update", 1, "--unit", "东园", "--done", "--note", "完成")
    adopt(devzone, "2026-03-10", plan.replace("members: []", "members: [东园, 西园]"))
    assert duties(devzone, "state") == [("方案", "东园", "submitted"), ("方案", "西园", "not_started")]


def test_a_new_unit_under_an_old_name_begins_with_nothing(devzone: Devzone) -> None:
    """甲局 was renamed, and later another unit is called 甲局: each keeps its own."""
    plan = a_plan(ONCE % "", units="市甲局")
    renamed = plan.replace("{name: 市甲局}", "{name: 市丁局, aliases: [市甲局]}").replace("[市甲局]", "[市丁局]", 2)
    renamed = renamed.replace("aliases: [市丁局]", "aliases: [市甲局]")
    both = plan.replace("{name: 市甲局}", "{name: 市丁局}, {name: 市甲局}").replace("[市甲局]", "[市丁局, 市甲局]")
    devzone.plan(plan)
    devzone.at("2026-01-20").ok("update", 1, "--unit", "市甲局", "--done", "--note", "办")
    adopt(devzone, "2026-02-01", renamed)
    devzone.ok("close", 1, "--unit", "市丁局", "--note", "核实")
    adopt(devzone, "2026-02-20", both)
    stood = [("方案", "市丁局", "closed_out", "2026-01-01"), ("方案", "市甲局", "not_started", "2026-02-20")]
    assert duties(devzone, "state", "owed_from") == stood
    devzone.at("2026-02-25").ok("update", 1, "--unit", "市甲局", "--note", "新的开始办")
    assert [row[2] for row in duties(devzone, "state")] == ["closed_out", "in_progress"]
    assert [line[1] for line in devzone.ok("history", "--unit", "市丁局").lines] == ["close", "submit"]
    assert [line[1] for line in devzone.ok("history", "--unit", "市甲局").lines] == ["update"]
    assert devzone.ok("check").code == 0


@pytest.mark.parametrize(
    ("after", "lost", "day"),
    [
        (a_plan(ONCE % "", units="市乙局"), "3 号记录（移交", "2026-03-10"),
        (a_plan(units="市甲局"), "2 号记录（延期", "2026-03-02"),  # the hand-over is of the measure, not of a milestone
    ],
)
def test_a_version_from_an_earlier_day_loses_no_fact(devzone: Devzone, after: str, lost: str, day: str) -> None:
    devzone.plan(a_plan(ONCE % "", units="市甲局"))
    devzone.at("2026-03-01").ok("update", 1, "--unit", "甲局", "--progress", 50, "--note", "过半")
    devzone.at("2026-03-02").ok("extend", 1, "--unit", "甲局", "--to", "2026-06-30", "--reason", "批准")
    devzone.at("2026-03-10").ok("transfer", 1, "--from", "甲局", "--to", "乙局", "--reason", "三定")
    stood = duties(devzone, "due", "progress")
    devzone.at("2026-03-12").plan(after)
    ran = devzone("plan", "adopt", "--on", "2026-03-01", "--reason", "三定")
    assert (ran.code, ran.out) == (5, "")
    assert lost in ran.err
    assert len(devzone.ok("plan", "--json").json["versions"]) == 2  # the second is not recorded
    devzone.ok("plan", "adopt", "--on", day, "--reason", "三定")
    if "移交" in lost:
        assert duties(devzone, "due", "progress") == stood


MERGED = "{name: 市丁局, aliases: [市甲局, 市乙局]}"


@pytest.mark.parametrize(
    ("units", "reported", "refused"),
    [
        ("市甲局, 市乙局", ["甲局", "乙局"], True),
        ("市甲局, 市乙局", ["甲局"], True),  # what the other has not done would count as done
        ("市甲局, 市乙局", [], False),  # nothing was done that could be mixed up
        ("市甲局", ["甲局"], False),  # it is one that goes on
    ],
)
def test_what_two_units_did_is_not_added_up_under_one_name(
    devzone: Devzone, units: str, reported: list[str], refused: bool
) -> None:
    plan = a_plan(ONCE % "", units=units)
    devzone.plan(plan)
    devzone.at("2026-03-01").ok("plan", "adopt")
    for unit in reported:
        devzone.ok("update", 1, "--unit", unit, "--note", "办")
    devzone.at("2026-03-10").plan(
        plan.replace("{name: 市甲局}, {name: 市乙局}", MERGED).replace(f"units: [{units}]", "units: [市丁局]")
    )
    ran = devzone("plan", "adopt", "--reason", "合并")
    assert ran.code == (5 if refused else 0)
    if refused:
        assert "市甲局、市乙局都办过措施 1，不能改成一个名字“市丁局”" in ran.err
        assert "devzone transfer" in ran.err
        assert "不能改成一个名字" in devzone("check").out


@pytest.mark.parametrize("by", ["the plan", "the office"])
@pytest.mark.parametrize("first", ["the work", "the end"])
def test_what_a_unit_did_while_it_was_asked_counts_whenever_it_is_typed_in(
    devzone: Devzone, first: str, by: str
) -> None:
    devzone.plan(a_plan(ONCE % "", units="市甲局, 市乙局"))
    devzone.at("2026-01-20").ok("update", 1, "--unit", "甲局", "--note", "办")

    def work() -> None:
        for verb, day in (("update", "2026-02-10"), ("close", "2026-02-12")):
            done = ["--done"] if verb == "update" else []
            devzone.at("2026-04-12").ok(verb, 1, "--unit", "乙局", *done, "--note", "二月已办", "--on", day)

    if first == "the work":
        work()
    if by == "the plan":
        adopt(devzone, "2026-04-12", a_plan(ONCE % "", units="市甲局"))
    else:
        devzone.at("2026-04-12").ok("assign", 1, "--unit", "乙局", "--remove", "--reason", "退出")
    if first == "the end":
        devzone.at("2026-04-13")
        ran = devzone("update", 1, "--unit", "乙局", "--note", "四月的事")
        assert (ran.code, "市乙局 不是措施 1" in ran.err) == (5, True)
        work()
    devzone.at("2026-05-11")
    assert ("方案", "市乙局", "closed_out") in duties(devzone, "state")
    rows = devzone.ok("stats", "--quarter", "2026Q1", "--json").json["rows"]
    assert [(row["unit"], row["closed"], row["on_time"]) for row in rows] == [("市甲局", 0, 0), ("市乙局", 1, 1)]
