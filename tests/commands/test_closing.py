"""From 报完成 to 销号, and the acts along the way: what each needs, what it refuses, what it leaves."""

from __future__ import annotations

from typing import Any

import pytest

from tests.conftest import Devzone

HERE = (4, "--unit", "三元")


def state(devzone: Devzone) -> tuple[Any, ...]:
    (row,) = [
        r for r in devzone.ok("show", 4, "--json").json["duties"] if r["unit"] == "三元区" and r["milestone"] == "整合"
    ]
    return row["state"], row["signal"], row["due"], row["extensions"]


def test_there_and_back(devzone: Devzone) -> None:
    devzone.at("2024-12-01")
    assert state(devzone) == ("not_started", "due_soon", "2024-12-31", 0)
    devzone.ok("update", *HERE, "--done", "--note", "完成")
    assert state(devzone)[:2] == ("submitted", "on_track")
    devzone.ok("return", *HERE, "--note", "材料不全")
    assert state(devzone)[:2] == ("in_progress", "due_soon")
    devzone.ok("extend", *HERE, "--to", "2025-01-31", "--reason", "补材料")
    assert state(devzone) == ("in_progress", "on_track", "2025-01-31", 1)
    devzone.ok("suspend", *HERE, "--note", "规划调整")
    assert state(devzone)[:2] == ("suspended", None)
    devzone.ok("resume", *HERE, "--note", "规划已批")
    assert state(devzone)[:2] == ("in_progress", "on_track")
    devzone.ok("update", *HERE, "--done", "--note", "完成")
    devzone.ok("close", *HERE, "--note", "已核实")
    assert state(devzone)[:2] == ("closed_out", None)
    devzone.ok("reopen", *HERE, "--note", "复查有问题")
    assert state(devzone)[:2] == ("in_progress", "on_track")


def test_already_so_writes_nothing(devzone: Devzone) -> None:
    devzone.ok("update", *HERE, "--done", "--note", "完成")
    devzone.ok("close", *HERE, "--note", "已核实")
    again = devzone.ok("close", *HERE, "--milestone", "整合", "--note", "再核实")
    assert again.out == ""
    assert "已销号" in again.err
    assert len(devzone.ok("history").lines) == 2


@pytest.mark.parametrize(
    ("verb", "says"),
    [
        ("close", "devzone update 4 --unit 三元区 --done"),
        ("return", "devzone update 4 --unit 三元区 --done"),
        ("reopen", "已销号的任务才能恢复"),
        ("resume", "中止的任务才能恢复推进"),
    ],
)
def test_what_the_state_does_not_allow_is_refused_with_the_way_on(devzone: Devzone, verb: str, says: str) -> None:
    ran = devzone(verb, *HERE, "--milestone", "整合", "--note", "x")
    assert ran.code == 5
    assert says in ran.err
    assert devzone.is_new


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["close", *HERE], 2),  # no words
        (["extend", *HERE, "--reason", "x"], 2),  # no date
        (["extend", *HERE, "--to", "2026-13-01", "--reason", "x"], 2),
        (["extend", *HERE, "--to", "2024-12-01", "--reason", "x"], 5),
        (["extend", *HERE, "--to", "2027-12-01", "--reason", "x"], 5),
        (["extend", 2, "--unit", "三元", "--to", "2027-01-01", "--reason", "x"], 5),
        (["urge", *HERE], 2),
        (["urge", "--by-means", "电话"], 2),
        (["close", 99, "--unit", "三元", "--note", "x"], 4),
    ],
)
def test_what_is_refused(devzone: Devzone, words: list[str], code: int) -> None:
    ran = devzone(*words)
    assert (ran.code, ran.out) == (code, "")
    assert devzone.is_new


def test_a_closed_duty_takes_no_report(devzone: Devzone) -> None:
    devzone.ok("update", *HERE, "--done", "--note", "完成")
    devzone.ok("close", *HERE, "--note", "已核实")
    refused = devzone("update", *HERE, "--milestone", "整合", "--note", "还在做")
    assert refused.code == 5
    assert "devzone reopen 4 --unit 三元区" in refused.err
    # Without the milestone the standing rest is meant, which is open.
    assert "长期" not in devzone.ok("update", *HERE, "--note", "化工园区规范化").out


def test_a_void_is_refused_where_later_entries_rest_on_it(devzone: Devzone) -> None:
    devzone.ok("update", *HERE, "--done", "--note", "完成")
    devzone.ok("close", *HERE, "--note", "已核实")
    refused = devzone("void", 1, "--reason", "错了")
    assert refused.code == 5
    assert "2 号（销号）" in refused.err
    devzone.ok("void", 2, "--reason", "错了")
    devzone.ok("void", 1, "--reason", "错了")
    assert state(devzone)[0] == "not_started"


def test_a_second_extension_rests_on_the_first(devzone: Devzone) -> None:
    devzone.ok("extend", *HERE, "--to", "2026-12-31", "--reason", "一")
    devzone.ok("extend", *HERE, "--to", "2027-01-31", "--reason", "二")
    assert state(devzone)[2:] == ("2027-01-31", 2)
    assert devzone("void", 1, "--reason", "x").code == 5
    devzone.ok("void", 2, "--reason", "x")
    assert state(devzone)[2:] == ("2026-12-31", 1)
    shown = devzone.ok("show", 4, terminal=True, width=160).out
    assert "原定 2024-12-31" in shown
    assert "730 天" in shown


def test_a_collective_is_acted_on_all_or_none(devzone: Devzone) -> None:
    devzone.ok("update", 4, "--unit", "各县市区", "--done", "--note", "完成")
    devzone.ok("return", 4, "--unit", "永安", "--note", "不全")
    refused = devzone("close", 4, "--unit", "各县市区", "--milestone", "整合", "--note", "验收")
    assert refused.code == 5
    assert "永安市" in refused.err
    assert devzone.ok("status", "--measure", 4, "--json").json["totals"]["closed_out"] == 0


def test_reports_tell_what_the_office_did(devzone: Devzone) -> None:
    devzone.ok("update", *HERE, "--done", "--note", "完成")
    devzone.ok("close", *HERE, "--note", "已核实")
    devzone.ok("suspend", 4, "--unit", "永安", "--note", "规划调整")
    devzone.ok("extend", 4, "--unit", "大田", "--to", "2026-12-10", "--reason", "债务清理")
    text = devzone.ok("report", "-o", "-").out
    assert "中止1项" in text
    assert "已销号但缺佐证材料1项" in text
    assert "原定2024年12月31日，延期1次共709天，其中逾期后延期1次" in text
    assert "时限2026年12月10日（原定" in text


# Which duty is meant is not guessed


@pytest.mark.parametrize("verb", [["update", "--done"], ["suspend"], ["extend", "--to", "2027-01-31"], ["urge"]])
@pytest.mark.parametrize("state", ["已销号", "中止"])
def test_what_is_about_a_milestone_does_not_slip_to_the_rest(devzone: Devzone, verb: list[str], state: str) -> None:
    if state == "已销号":
        devzone.ok("update", *HERE, "--done", "--note", "完成")
        devzone.ok("close", *HERE, "--note", "已核实")
    else:
        devzone.ok("suspend", *HERE, "--note", "规划调整")
    before = len(devzone.ok("history").lines)
    words = {"extend": "--reason", "urge": "--by-means"}.get(verb[0], "--note")
    ran = devzone(verb[0], *HERE, *verb[1:], words, "再说一次")
    assert (ran.code, ran.out) == (2, "")
    assert f"--milestone 整合（{state}）" in ran.err
    assert "--milestone 长期推进" in ran.err
    assert len(devzone.ok("history").lines) == before
    if verb[0] != "extend":
        devzone.ok(verb[0], *HERE, *verb[1:], words, "说的是长期的", "--milestone", "长期推进")


@pytest.mark.parametrize(
    ("to", "on", "code"),
    [
        ("2026-11-22", None, 5),
        ("2026-11-23", None, 0),
        ("2025-03-31", "2025-02-20", 0),  # approved in time, typed in late
        ("2025-03-31", "2025-04-01", 5),
        ("2025-03-31", "2025-03-31", 0),
    ],
)
def test_an_extension_to_a_day_that_is_past(devzone: Devzone, to: str, on: str | None, code: int) -> None:
    ran = devzone("extend", *HERE, "--to", to, "--reason", "同意", *(["--on", on] if on else []))
    assert ran.code == code
    assert (f"→ 延期到 {to}" in ran.out) == (code == 0)
    assert ("已经过了" in ran.err) == (code == 5)
