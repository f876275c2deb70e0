"""统计 after hand-overs, a repeal and edits of the plan: what a whole period says is what its months say."""

from __future__ import annotations

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


def counted(devzone: Devzone, *period: str, fields: tuple[str, ...]) -> dict[str, tuple[int, ...]]:
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
