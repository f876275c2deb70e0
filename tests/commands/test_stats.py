"""统计 after hand-overs, a repeal and edits of the plan: what a whole period says is what its months say."""

from __future__ import annotations

from typing import Any

import pytest

from tests.conftest import Devzone

PLAN = """
policy:
  {id: demo, title: 若干措施, issuer: 市府办, issued: 2026-01-01, valid_until: 2027-12-31, office: 市督查室}
units: [{name: 市督查室}, {name: 市甲局}, {name: 市乙局}, {name: 市丙局}]
measures:
  - {number: 1, title: 清理, units: [市甲局]}
"""
MONTHLY = PLAN.replace("office: 市督查室", "office: 市督查室, reporting_cycle: month")
DATED = PLAN.replace(
    "units: [市甲局]}",
    "units: [市甲局], milestones: [{key: 完成, title: 完成, origin: policy, due: 2026-06-30, as_written: 六月底前}]}",
)


def counted(devzone: Devzone, *period: str, fields: tuple[str, ...]) -> dict[str, tuple[Any, ...]]:
    found = devzone.ok("stats", *period, "--json").json["rows"]
    return {row["unit"]: tuple(row[name] for name in fields) for row in found}


@pytest.mark.parametrize(
    ("before", "owed"),
    [
        ([("2026-02-10", "suspend", "--note", "暂停")], 0),
        ([("2026-02-10", "update", "--done", "--note", "办完")], 0),
        ([("2026-03-05", "update", "--note", "三月报过")], 3),  # March counts as reported, for the whole duty
        ([], 3),
    ],
)
def test_who_had_a_duty_for_a_while_owed_what_the_duty_owed(
    devzone: Devzone, before: list[tuple[str, ...]], owed: int
) -> None:
    devzone.plan(MONTHLY)
    devzone.at("2026-01-20").ok("update", 1, "--unit", "甲局", "--note", "办")
    for day, verb, *words in before:
        devzone.at(day).ok(verb, 1, "--unit", "甲局", *words)
    devzone.at("2026-03-10").ok("transfer", 1, "--from", "甲局", "--to", "乙局", "--reason", "三定")
    devzone.at("2026-06-10").ok("transfer", 1, "--from", "乙局", "--to", "丙局", "--reason", "三定")
    devzone.at("2026-07-01")
    cycles = ("cycles_due", "cycles_reported")
    months = [
        counted(devzone, "--month", f"2026-{month:02}", fields=cycles).get("市乙局", (0, 0)) for month in range(3, 7)
    ]
    half = counted(devzone, "--half", "2026H1", fields=cycles)["市乙局"]
    assert half == tuple(map(sum, zip(*months, strict=True)))
    assert half[0] == owed


@pytest.mark.parametrize(("repealed_on", "due"), [("2026-05-01", 0), ("2026-06-30", 0), ("2026-07-01", 1)])
def test_what_a_repeal_ended_before_its_date_never_fell_due(devzone: Devzone, repealed_on: str, due: int) -> None:
    devzone.plan(DATED)
    devzone.at("2026-03-10").ok("update", 1, "--unit", "甲局", "--note", "办")
    repealed = DATED.replace("office: 市督查室", f"office: 市督查室, repealed_on: {repealed_on}, repealed_reason: 新文")
    devzone.at(repealed_on).plan(repealed)
    devzone.ok("plan", "adopt", "--reason", "废止")
    devzone.at("2026-07-10")
    assert counted(devzone, "--half", "2026H1", fields=("due", "base"))["市甲局"] == (due, due)


@pytest.mark.parametrize(
    ("before", "after", "owed"),
    [
        (PLAN, MONTHLY, [0, 0, 0, 0, 1, 1]),  # reports are asked for from May on
        (MONTHLY, PLAN, [1, 1, 1, 1, 0, 0]),
        (MONTHLY, MONTHLY.replace("month}", "quarter}"), [1, 1, 1, 1, 0, 1]),  # the second quarter ends in June
        (MONTHLY, MONTHLY.replace("month}", 'month, report_by: "5"}'), [1, 1, 1, 1, 0, 1]),  # 5 May was over
    ],
)
def test_a_report_is_owed_by_the_version_in_force_when_it_was_to_come(
    devzone: Devzone, before: str, after: str, owed: list[int]
) -> None:
    devzone.plan(before)
    devzone.at("2026-01-20").ok("update", 1, "--unit", "甲局", "--note", "办")
    devzone.at("2026-05-10").plan(after)
    devzone.ok("plan", "adopt", "--reason", "修订")
    devzone.at("2026-07-01")
    months = [
        counted(devzone, "--month", f"2026-{month:02}", fields=("cycles_due",))["市甲局"][0] for month in range(1, 7)
    ]
    assert months == owed
    assert counted(devzone, "--half", "2026H1", fields=("cycles_due",))["市甲局"] == (sum(owed),)


TWO = """
policy:
  id: demo
  title: 若干措施
  issuer: 市府办
  issued: 2026-01-01
  valid_until: 2027-12-31
  office: 市督查室
  reporting_cycle: month
units: [{name: 市督查室}, {name: 市甲局}, {name: 市乙局}]
measures:
  - number: 1
    title: 清理
    units: [市甲局]
    standing: 保持
    milestones:
      - {key: 完成, title: 完成, origin: policy, due: 2026-03-31, as_written: 三月底前}
      - {key: 月, title: 月, origin: policy, every: month, first: 2026-01, as_written: 每月}
  - {number: 2, title: 保持, units: [市甲局]}
"""
DONE = "      - {key: 完成, title: 完成, origin: policy, due: 2026-03-31, as_written: 三月底前}\n"
LAST = TWO[TWO.index("  - {number: 2") :]
WITHOUT = {
    "the measure": TWO[: TWO.index("  - number: 1")] + LAST,
    "the measure, and its number given to the next": TWO[: TWO.index("  - number: 1")]
    + "  - {number: 1, formerly: 2, title: 保持, units: [市甲局]}\n",
    "the measure, and its unit has another name": (TWO[: TWO.index("  - number: 1")] + LAST)
    .replace("{name: 市甲局}", "{name: 市新局, aliases: [市甲局]}")
    .replace("[市甲局]}", "[市新局]}"),
    "a milestone": TWO.replace(DONE, ""),
    "the months from February on": TWO.replace("first: 2026-01,", "first: 2026-01, until: 2026-01,"),
    "the first month": TWO.replace("first: 2026-01,", "first: 2026-02,"),
}
FIGURES = ("closed", "on_time", "late", "returned", "cycles_due", "cycles_reported")


@pytest.mark.parametrize("by", ["unit", "measure"])
@pytest.mark.parametrize("without", sorted(WITHOUT))
def test_what_a_version_took_out_counts_in_the_time_before(devzone: Devzone, without: str, by: str) -> None:
    devzone.plan(TWO)
    devzone.at("2026-01-20").ok("update", 2, "--unit", "甲局", "--note", "报")
    for day, which in [("2026-02-10", ["完成"]), ("2026-02-11", ["月", "--period", "2026-01"])]:
        at = "1", "--unit", "甲局", "--milestone", *which
        devzone.at(day).ok("update", *at, "--done", "--note", "办")
        devzone.ok("return", *at, "--note", "补材料")
        devzone.ok("update", *at, "--done", "--note", "办")
        devzone.ok("close", *at, "--note", "核实")
    devzone.at("2026-05-10").plan(WITHOUT[without])
    devzone.ok("plan", "adopt", "--reason", "修订")
    devzone.at("2026-07-01")

    def figures(*period: str) -> list[int]:
        rows = devzone.ok("stats", *period, "--by", by, "--json").json["rows"]
        return [sum(row[name] for row in rows) for name in FIGURES]

    months = [figures("--month", f"2026-{month:02}") for month in range(1, 7)]
    half = figures("--half", "2026H1")
    assert half == [sum(own) for own in zip(*months, strict=True)]
    assert half[:4] == [2, 1, 1, 2]


def test_the_figures_of_a_measure_that_is_gone_are_not_those_of_the_one_with_its_number(devzone: Devzone) -> None:
    devzone.plan(TWO)
    devzone.at("2026-02-10").ok("update", 1, "--unit", "甲局", "--milestone", "完成", "--done", "--note", "办")
    devzone.ok("close", 1, "--unit", "甲局", "--milestone", "完成", "--note", "核实")
    devzone.at("2026-05-10").plan(WITHOUT["the measure, and its number given to the next"])
    devzone.ok("plan", "adopt", "--reason", "修订")
    rows = devzone.ok("stats", "--half", "2026H1", "--by", "measure", "--json").json["rows"]
    assert [(row["measure"], row["closed"]) for row in rows] == [(1, 0), (None, 1)]
    assert "已删去" in devzone.ok("stats", "--half", "2026H1", "--by", "measure", terminal=True).out
    said = devzone.ok("report", "--half", "2026H1", "--format", "md", "-o", "-").out
    assert "本半年修订计划后不再要求的任务7项（清理），其中已销号1项。" in said
    assert "不再要求" not in devzone.ok("report", "--month", "2026-04", "--format", "md", "-o", "-").out


def test_what_was_taken_out_twice_counts_once(devzone: Devzone) -> None:
    devzone.plan(TWO)
    at = 1, "--unit", "甲局", "--milestone", "完成"
    devzone.at("2026-02-10").ok("update", *at, "--done", "--note", "办")
    devzone.ok("close", *at, "--note", "核实")
    for day, plan in [
        ("2026-03-10", WITHOUT["a milestone"]),
        ("2026-04-10", TWO),
        ("2026-05-10", WITHOUT["a milestone"]),
    ]:
        devzone.at(day).plan(plan)
        devzone.ok("plan", "adopt", "--reason", "修订")
    assert counted(devzone, "--half", "2026H1", fields=("closed",)) == {"市甲局": (1,)}
    devzone.at("2026-05-20").plan(TWO)
    devzone.ok("plan", "adopt", "--reason", "修订")
    assert counted(devzone, "--half", "2026H1", fields=("closed",)) == {"市甲局": (1,)}


@pytest.mark.parametrize(
    ("month", "figures"),
    [("2026-05", (0, 1, 1, 100.0)), ("2026-06", (1, 0, 0, None)), ("2026-07", (0, 0, 0, None))],
)
def test_what_was_done_early_counts_when_it_was_done(
    devzone: Devzone, month: str, figures: tuple[int, int, int, float | None]
) -> None:
    """It fell due in June, when nothing was left to be done: no reproach."""
    devzone.plan(DATED)
    devzone.at("2026-05-10").ok("update", 1, "--unit", "甲局", "--done", "--note", "办完")
    devzone.ok("close", 1, "--unit", "甲局", "--note", "核实")
    devzone.at("2026-08-01")
    assert counted(devzone, "--month", month, fields=("due", "base", "on_time", "on_time_rate")) == {"市甲局": figures}


def test_what_was_closed_on_the_day_of_the_version_that_took_it_out_counts(devzone: Devzone) -> None:
    devzone.plan(TWO)
    at = 1, "--unit", "甲局", "--milestone", "完成"
    devzone.at("2026-03-10T09:00").ok("update", *at, "--done", "--note", "办")
    devzone.ok("close", *at, "--note", "核实")
    devzone.at("2026-03-10T15:00").plan(WITHOUT["a milestone"])
    devzone.ok("plan", "adopt", "--reason", "修订")
    devzone.at("2026-07-01")
    for period in (["--month", "2026-03"], ["--half", "2026H1"]):
        assert counted(devzone, *period, fields=("closed", "on_time")) == {"市甲局": (1, 1)}
