"""`devzone transfer`: what goes over and what stays, there and back; renaming; appointments that count from a day."""

from __future__ import annotations

from typing import Any

import pytest

from tests.commands.plans import PLAN, RENAMED, changed
from tests.conftest import Devzone

TRANSFER = ("transfer", "--from", "甲局", "--to", "乙局", "--reason", "机构改革方案")


@pytest.fixture
def begun(devzone: Devzone) -> Devzone:
    """市甲局 has closed August, reports on the dated part and was given more time; now it is 2026-10-05."""
    devzone.plan(PLAN)
    devzone.at("2026-06-20").ok(
        "update", 1, "--unit", "甲局", "--milestone", "方案", "--note", "起草", "--progress", 40
    )
    devzone.ok("extend", 1, "--unit", "甲局", "--milestone", "方案", "--to", "2026-09-15", "--reason", "征求意见")
    devzone.at("2026-08-28").ok("update", 1, "--unit", "甲局", "--period", "2026-08", "--done", "--note", "八月报了")
    devzone.at("2026-08-30").ok("close", 1, "--unit", "甲局", "--period", "2026-08", "--note", "收到")
    return devzone.at("2026-10-05")


def duties(devzone: Devzone, *words: str) -> dict[tuple[Any, ...], tuple[Any, ...]]:
    """(measure, milestone, period, unit) -> (state, from whom)."""
    rows = devzone.ok("export", "duties", "--json", *words).json["duties"]
    return {
        (row["measure"], row["milestone"], row["period"], row["unit"]): (row["state"], row["transferred_from"])
        for row in rows
    }


def figures(devzone: Devzone) -> tuple[Any, ...]:
    """All figures of the day, and the report of the month without names."""
    report = devzone.ok("report", "--month", "2026-10", "--json").json
    return (
        devzone.ok("status", "--json").json["totals"],
        report["totals"],
        sum(len(item["units"]) for item in report["overdue"] if item["new"]),
        [row["closed"] for row in devzone.ok("stats", "--by", "measure", "--year", "2026", "--json").json["rows"]],
    )


def test_all_that_is_open_goes_over_as_it_stands(begun: Devzone) -> None:
    before = figures(begun)
    assert begun.ok(*TRANSFER).out.splitlines() == [
        "5 号记录：措施 1 市甲局 移交给 市乙局",
        "6 号记录：措施 2 市甲局 移交给 市乙局",
    ]
    assert figures(begun) == before
    assert duties(begun) == {
        (1, "方案", None, "市乙局"): ("in_progress", "市甲局"),
        (1, "月报", "2026-08", "市甲局"): ("closed_out", None),
        (1, "月报", "2026-09", "市乙局"): ("not_started", "市甲局"),
        (1, "月报", "2026-10", "市乙局"): ("not_started", "市甲局"),
        (2, None, None, "市乙局"): ("not_started", "市甲局"),
        (2, None, None, "市丙局"): ("not_started", None),
    }
    (row,) = [r for r in begun.ok("assign", "--unit", "乙局", "--json").json["duties"] if r["milestone"] == "方案"]
    assert (row["due"], row["extensions"], row["progress"], row["note"]) == ("2026-09-15", 1, 40, "起草")
    assert (row["reported_on"], row["owed_from"], row["days_overdue"]) == ("2026-06-20", "2026-10-05", 20)
    assert set(duties(begun, "--as-of", "2026-10-04")) == {
        (1, "方案", None, "市甲局"),
        (1, "月报", "2026-08", "市甲局"),
        (1, "月报", "2026-09", "市甲局"),
        (1, "月报", "2026-10", "市甲局"),
        (2, None, None, "市甲局"),
        (2, None, None, "市丙局"),
    }
    assert "移交" in begun.ok("history", "--unit", "甲局", terminal=True).out
    assert len(begun.ok("history", "--unit", "甲局").lines) == 6
    assert begun.ok("status").err == begun.ok("check").err == ""


def test_one_measure_on_a_day(begun: Devzone) -> None:
    assert begun.ok(*TRANSFER, 1, "--on", "2026-09-10").out == "5 号记录：措施 1 市甲局 移交给 市乙局\n"
    assert (2, None, None, "市甲局") in duties(begun)
    assert (1, "方案", None, "市甲局") in duties(begun, "--as-of", "2026-09-09")
    assert (1, "方案", None, "市乙局") in duties(begun, "--as-of", "2026-09-10")
    assert (1, "方案", None, "市甲局") in duties(begun, "--as-of", "2026-09-10", "--known", "2026-10-04")


def test_on_and_on_and_back(begun: Devzone) -> None:
    """What one unit after the other had stays whole, be it long over when it went on."""
    before = figures(begun)
    words = (1, "--milestone", "方案", "--unit")
    begun.ok(*TRANSFER, 1)
    begun.at("2026-10-10").ok("transfer", 1, "--from", "乙局", "--to", "丙局", "--reason", "再调整")
    assert duties(begun)[1, "月报", "2026-09", "市丙局"] == ("not_started", "市乙局")
    (row,) = [r for r in begun.ok("show", 1, "--json").json["duties"] if r["milestone"] == "方案"]
    assert (row["unit"], row["note"], row["extensions"]) == ("市丙局", "起草", 1)
    begun.at("2026-10-15").ok("transfer", 1, "--from", "丙局", "--to", "甲局", "--reason", "恢复原职责")
    assert {key[3] for key in duties(begun) if key[0] == 1} == {"市甲局"}
    begun.ok("update", *words, "甲局", "--done", "--note", "印发")
    begun.ok("close", *words, "甲局", "--note", "核实")
    assert duties(begun)[1, "方案", None, "市甲局"] == ("closed_out", "市丙局")
    assert figures(begun)[0]["duties"] == before[0]["duties"]
    assert figures(begun)[0]["closed_out"] == before[0]["closed_out"] + 1


def test_who_takes_over_goes_on_from_any_state(begun: Devzone) -> None:
    words = (1, "--milestone", "方案", "--unit")
    begun.at("2026-09-05").ok("suspend", *words, "甲局", "--note", "等批复")
    begun.at("2026-10-05").ok(*TRANSFER)
    assert duties(begun)[1, "方案", None, "市乙局"] == ("suspended", "市甲局")
    begun.at("2026-10-20").ok("resume", *words, "乙局", "--note", "批复到了")
    begun.at("2026-10-21")
    (row,) = [r for r in begun.ok("show", 1, "--json").json["duties"] if r["milestone"] == "方案"]
    assert (row["state"], row["days_overdue"], row["days_suspended"]) == ("in_progress", 2, 34)
    begun.ok("update", *words, "乙局", "--done", "--note", "印发")
    begun.at("2026-10-25").ok("transfer", 1, "--from", "乙局", "--to", "丙局", "--reason", "x")
    begun.ok("close", *words, "丙局", "--note", "核实")  # what 市乙局 has submitted
    assert duties(begun)[1, "方案", None, "市丙局"] == ("closed_out", "市乙局")


def test_two_that_owe_the_same_are_counted_once(begun: Devzone) -> None:
    begun.ok("transfer", 2, "--from", "甲局", "--to", "丙局", "--reason", "合并")
    assert {key: value for key, value in duties(begun).items() if key[0] == 2} == {
        (2, None, None, "市丙局"): ("not_started", None)
    }


@pytest.mark.parametrize("first", ["the transfer", "the plan"])
def test_the_plan_may_name_the_new_unit_as_well(begun: Devzone, first: str) -> None:
    named = changed(("units: [市甲局]", "units: [市乙局]"))
    if first == "the plan":
        begun.plan(named)
    begun.ok(*TRANSFER, 1)
    begun.plan(named)
    begun.at("2026-10-06").ok("update", 1, "--unit", "乙局", "--period", "2026-09", "--note", "补报九月")
    found = duties(begun)
    assert found[1, "方案", None, "市乙局"] == ("in_progress", "市甲局")
    assert found[1, "月报", "2026-08", "市甲局"] == ("closed_out", None)
    assert found[1, "月报", "2026-09", "市乙局"] == ("in_progress", "市甲局")


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (["1", "--from", "甲局", "--to", "市甲局", "--reason", "x"], 2, "同一个单位"),
        (["1", "--from", "甲局", "--to", "市丁局", "--reason", "x"], 4, "没有单位“市丁局”"),
        (["1", "--from", "市丁局", "--to", "乙局", "--reason", "x"], 4, "没有单位“市丁局”"),
        (["9", "--from", "甲局", "--to", "乙局", "--reason", "x"], 4, "没有措施 9"),
        (["1", "--to", "乙局", "--reason", "x"], 2, "缺少 --from"),
        (["1", "--from", "甲局", "--reason", "x"], 2, "缺少 --to"),
        (["1", "--from", "甲局", "--to", "乙局"], 2, "--reason"),
        (["1", "--from", "甲局", "--to", "乙局", "--reason", "x", "--on", "2026-10-06"], 5, "还没有到"),
        (["1", "--from", "甲局", "--to", "乙局", "--reason", "x", "--on", "2025-12-31"], 5, "早于政策印发日"),
        (["1", "--from", "甲局", "--to", "乙局", "--reason", "x", "--on", "明年"], 2, "不是日期"),
        (["--from", "乙局", "--to", "甲局", "--reason", "x"], 5, "没有可以移交的任务"),
        (["1", "--from", "丙局", "--to", "甲局", "--reason", "x"], 5, "没有可以移交的任务"),
    ],
)
def test_what_is_refused_writes_nothing(begun: Devzone, words: list[str], code: int, says: str) -> None:
    ran = begun("transfer", *words)
    assert (ran.code, ran.out) == (code, "")
    assert says in ran.err
    assert len(begun.ok("history").lines) == 4


def test_a_transfer_that_others_rest_on_is_not_taken_back(begun: Devzone) -> None:
    begun.ok(*TRANSFER, 1)
    begun.ok("update", 1, "--unit", "乙局", "--period", "2026-09", "--note", "补报九月")
    refused = begun("void", 5, "--reason", "弄错了")
    assert (refused.code, refused.out) == (5, "")
    assert "6 号（报进展）" in refused.err
    begun.ok("void", 6, "--reason", "弄错了")
    begun.ok("void", 5, "--reason", "弄错了")
    assert duties(begun)[1, "方案", None, "市甲局"] == ("in_progress", None)


def test_a_renamed_unit_loses_nothing(begun: Devzone) -> None:
    before, newly = figures(begun), begun.ok("report", "--json").json["overdue"]
    begun.plan(RENAMED)
    begun.ok("update", 2, "--unit", "丙局", "--note", "x")
    begun.ok("void", 5, "--reason", "只为登记新的一版")
    assert figures(begun) == before
    renamed = begun.ok("report", "--json").json["overdue"]
    assert [(item["measure"], item["period"], item["new"]) for item in renamed] == [
        (item["measure"], item["period"], item["new"]) for item in newly
    ]
    assert {unit for item in renamed for unit in item["units"]} == {"市甲新局"}
    assert begun.ok("history", "--unit", "市甲局").out == begun.ok("history", "--unit", "市甲新局").out
    assert len(begun.ok("history", "--unit", "市甲局").lines) == 4
    assert begun.ok("status", "--unit", "市甲局").out == begun.ok("status", "--unit", "市甲新局").out
    assert {key[3] for key in duties(begun, "--as-of", "2026-10-04")} == {"市甲局", "市丙局"}


def test_a_slip_and_a_form_outlive_a_renaming(begun: Devzone) -> None:
    (slip,) = begun.ok(
        *("notice", "--unit", "甲局", "--measure", 1, "--milestone", "方案", "--format", "docx", "-o", "slips")
    ).out.splitlines()
    begun.plan(RENAMED)
    begun.at("2026-10-06").ok("update", 1, "--unit", "甲新局", "--milestone", "方案", "--note", "说明情况")
    (notice,) = begun.ok("notice", "--list", "--json").json["notices"]
    assert (notice["unit"], notice["answered_on"]) == ("市甲新局", "2026-10-06")
    again = begun.ok("notice", "--reprint", 1, "-o", "again").out.splitlines()
    assert [(begun.folder / path).read_bytes() for path in again] == [(begun.folder / slip).read_bytes()]


def test_an_appointment_counts_from_its_day(begun: Devzone) -> None:
    begun.ok("assign", 1, "--unit", "丙局", "--role", "lead", "--reason", "会议纪要", "--on", "2026-09-10")
    assert {key[2] for key in duties(begun) if key[3] == "市丙局" and key[1] == "月报"} == {"2026-09", "2026-10"}
    rows = begun.ok("show", 1, "--json").json["duties"]
    assert {row["owed_from"] for row in rows if row["unit"] == "市丙局"} == {"2026-09-10", "2026-10-01"}
    assert {row["lead_unit"] for row in rows} == {"市丙局"}
    assert not [key for key in duties(begun, "--as-of", "2026-09-09") if key[3] == "市丙局" and key[0] == 1]
    already = begun.ok("assign", 1, "--unit", "丙局", "--role", "lead", "--reason", "再说一次")
    assert (already.out, "已经如此" in already.err) == ("", True)


@pytest.mark.parametrize(("on", "code"), [("2026-10-06", 5), ("2025-12-31", 5), ("2026-02-30", 2)])
def test_an_appointment_on_a_day_that_cannot_be(begun: Devzone, on: str, code: int) -> None:
    ran = begun("assign", 1, "--unit", "丙局", "--reason", "x", "--on", on)
    assert (ran.code, ran.out, len(begun.ok("history").lines)) == (code, "", 4)


def test_what_a_unit_closed_in_its_first_time_stays_when_it_comes_back(begun: Devzone) -> None:
    words = (1, "--unit", "丙局")
    begun.at("2026-08-10").ok("assign", *words, "--reason", "纪要")
    begun.at("2026-08-20").ok("update", *words, "--period", "2026-08", "--done", "--note", "报了")
    begun.ok("close", *words, "--period", "2026-08", "--note", "收到")
    begun.at("2026-09-01").ok("assign", *words, "--remove", "--reason", "调整")
    assert duties(begun)[1, "月报", "2026-08", "市丙局"] == ("closed_out", None)
    begun.at("2026-10-05").ok("assign", *words, "--reason", "又调整")
    assert duties(begun)[1, "月报", "2026-08", "市丙局"] == ("closed_out", None)
    assert (1, "月报", "2026-09", "市丙局") not in duties(begun)
    assert (1, "月报", "2026-10", "市丙局") in duties(begun)
