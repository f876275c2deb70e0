"""An entry made by mistake stops counting and stays visible."""

from __future__ import annotations

from tests.conftest import Devzone


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
