"""An entry made by mistake stops counting and stays visible."""

from __future__ import annotations

import pytest

from tests.commands.plans import PLAN, RENAMED, changed
from tests.conftest import Devzone, Ran


def test_a_void_takes_an_entry_back_and_leaves_the_trace(devzone: Devzone) -> None:
    devzone.ok("update", 4, "--unit", "商务局", "--note", "写错单位")
    devzone.at("2026-11-24").ok("void", 1, "--reason", "应为财政局", "--by", "小王")
    assert devzone.ok("status", "--json").json["totals"]["in_progress"] == 0
    entries = devzone.ok("history", "--json").json["entries"]
    assert [(e["id"], e["kind"], e["voids"], e["voided_by"], e["recorded_by"]) for e in entries] == [
        (2, "void", 1, None, "小王"),
        (1, "update", None, 2, "小林"),
    ]
    # As it is known now it never happened; on the day before, nobody knew better.
    day_before = ("status", "--json", "--as-of", "2026-11-23")
    assert devzone.ok(*day_before).json["totals"]["in_progress"] == 0
    assert devzone.ok(*day_before, "--known", "2026-11-23").json["totals"]["in_progress"] == 1
    shown = devzone.ok("history", terminal=True).out
    assert "已被 2 号作废" in shown


def test_what_cannot_be_voided(devzone: Devzone) -> None:
    assert devzone("void", 1, "--reason", "x").code == 4
    assert devzone.is_new
    devzone.ok("update", 4, "--unit", "商务局", "--note", "x")
    assert devzone("void", 1).code == 2  # no reason
    assert devzone("void", "一", "--reason", "x").code == 2
    devzone.ok("void", 1, "--reason", "x")
    again = devzone.ok("void", 1, "--reason", "x")
    assert again.out == ""
    assert "已被 2 号作废" in again.err
    assert devzone("void", 2, "--reason", "x").code == 5
    assert devzone("void", 7, "--reason", "x").code == 4


def test_history_narrows(devzone: Devzone) -> None:
    devzone.ok("update", 4, "--unit", "商务局", "--note", "甲")
    devzone.ok("update", 2, "--unit", "商务局", "--note", "乙")
    devzone.ok("update", 4, "--unit", "三元", "--note", "丙")
    assert [line[0] for line in devzone.ok("history").lines] == ["3", "2", "1"]
    assert [line[0] for line in devzone.ok("history", 4).lines] == ["3", "1"]
    assert [line[0] for line in devzone.ok("history", 4, "--unit", "商务局").lines] == ["1"]


MONTHLY = changed(("office: 市督查室}", "office: 市督查室, reporting_cycle: month}"))


@pytest.mark.parametrize(
    ("voided", "view", "owed_months"),
    [
        ({}, [], 4),
        ({"2026-06-01": 1}, [], 1),  # what was taken back began nothing
        ({"2026-09-20": 1}, [], 1),
        ({"2026-09-20": 1}, ["--to", "2026-09-01"], 0),
        ({"2026-09-20": 1}, ["--to", "2026-09-01", "--known", "2026-09-01"], 3),  # nobody knew that it would be
        ({"2026-06-01": 1, "2026-09-20": 3}, [], 0),  # nothing is left
    ],
)
def test_an_entry_that_is_void_begins_no_ledger(
    devzone: Devzone, voided: dict[str, int], view: list[str], owed_months: int
) -> None:
    devzone.plan(MONTHLY)
    devzone.at("2026-06-01").ok("update", 2, "--unit", "甲局", "--note", "登错了")
    for day in sorted({"2026-06-01", "2026-09-10", "2026-09-20", *voided}):
        devzone.at(day)
        if day == "2026-09-10":
            devzone.ok("update", 2, "--unit", "甲局", "--note", "九月")
        if day in voided:
            devzone.ok("void", voided[day], "--reason", "登错了")
    devzone.at("2026-10-08")
    rows = devzone.ok("stats", "--by", "unit", "--from", "2026-06-01", "--json", *view).json["rows"]
    assert [row["cycles_due"] for row in rows if row["unit"] == "市丙局"] == [owed_months]


WITHOUT = changed(
    ("  - {name: 市甲局}\n", ""), ("units: [市甲局]", "units: [市乙局]"), ("units: [市甲局, 市丙局]", "units: [市丙局]")
)
WITHOUT_TWO = changed(("  - {name: 市丙局}\n", ""), ("[市丙局]", "[市乙局]"), plan=WITHOUT)


@pytest.mark.parametrize("versions", [[WITHOUT], [WITHOUT, WITHOUT_TWO]])
def test_a_unit_that_has_left_the_register_is_found_by_its_name(devzone: Devzone, versions: list[str]) -> None:
    devzone.plan(PLAN)
    done = (1, "--unit", "甲局", "--milestone", "方案")
    devzone.at("2026-02-10").ok("update", *done, "--done", "--note", "办好")
    devzone.ok("close", *done, "--note", "核实")
    devzone.ok("update", 2, "--unit", "甲局", "--note", "二")
    devzone.ok("transfer", 2, "--from", "甲局", "--to", "丙局", "--reason", "改革")
    for day, plan in enumerate(versions, 1):
        devzone.plan(plan)
        devzone.at(f"2026-03-{day:02}").ok("plan", "adopt", "--reason", "改革")
    for name in ("市甲局", "甲局", "乙局、甲局"):
        assert [line[0] for line in devzone.ok("history", "--unit", name).lines] == ["4", "3", "2", "1"]
    assert [line[0] for line in devzone.ok("history", 2, "--unit", "甲局").lines] == ["4", "3"]
    (row,) = devzone.ok("assign", "--unit", "甲局", "--json").json["duties"]
    assert (row["unit"], row["measure"], row["state"]) == ("市甲局", 1, "closed_out")
    assert len(devzone.ok("assign", "--unit", "甲局", "--as-of", "2026-02-28").lines) == 1
    # It is there to be read about, and owes nothing more.
    for words in (["update", "1", "--note", "x"], ["assign", "1", "--reason", "x"], ["close", "1", "--note", "x"]):
        assert devzone(*words, "--unit", "甲局").code == 4
    assert devzone.ok("send", "--unit", "甲局", "-o", "x").out == ""
    assert devzone("history", "--unit", "戊局").code == 4


def test_a_name_means_in_each_policy_what_that_policy_calls_so(devzone: Devzone) -> None:
    second = changed(("id: p1", "id: p2"))
    devzone.plan(PLAN, "plans/a.yaml")
    folder = devzone.plan(second, "plans/b.yaml").parent

    def run(*words: str) -> Ran:
        return devzone.ok("--plan", folder, *words)

    for policy in ("p1", "p2"):
        run("update", f"{policy}/2", "--unit", "甲局", "--note", "一")
    devzone.plan(RENAMED, "plans/a.yaml")
    run("update", "p1/2", "--unit", "甲新局", "--note", "二")
    run("update", "p2/2", "--unit", "市甲局", "--note", "三")
    found = {
        name: [line[0] for line in run("history", "--unit", name).lines]
        for name in ("市甲局", "市甲局、市乙局", "市甲新局")
    }
    assert found == {"市甲局": ["4", "3", "2", "1"], "市甲局、市乙局": ["4", "3", "2", "1"], "市甲新局": ["3", "1"]}
    assert [line[0] for line in run("history", "--policy", "p1", "--unit", "市甲局").lines] == ["3", "1"]
    rows = run("assign", "--unit", "市甲局", "--json").json["duties"]
    assert {(row["policy"], row["unit"]) for row in rows} == {("p1", "市甲新局"), ("p2", "市甲局")}
    assert run("update", "p1/2", "--unit", "市甲局", "--note", "四").out.startswith("5 号记录：措施 p1/2 市甲新局")
