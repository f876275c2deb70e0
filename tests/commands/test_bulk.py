"""Several measures, or several entries, in one command: shown, asked, and all or none."""

from __future__ import annotations

from typing import Any

import pytest

from tests.conftest import Devzone

COUNTIES = 11


def count(devzone: Devzone) -> int:
    return len(devzone.ok("history").lines) if not devzone.is_new else 0


@pytest.mark.parametrize(
    ("measures", "numbers"),
    [
        ("1,2,5-9", [1, 2, 5, 6, 7, 8, 9]),
        ("1、2，5—9", [1, 2, 5, 6, 7, 8, 9]),
        ("１,２", [1, 2]),
        ("5~6 6", [5, 6]),
        ("sm-devzone-2024/1,2", [1, 2]),
        ("第1条、第2条", [1, 2]),
    ],
)
def test_several_measures_of_several_units(devzone: Devzone, measures: str, numbers: list[int]) -> None:
    ran = devzone.ok("update", measures, "--unit", "各县", "--note", "本期无变化", "--yes")
    assert len(ran.out.splitlines()) == len(numbers) * COUNTIES
    entries = devzone.ok("history", "--json").json["entries"]
    assert sorted({entry["measure"] for entry in entries}) == numbers
    assert {entry["kind"] for entry in entries} == {"unchanged"}


def answering(monkeypatch: pytest.MonkeyPatch, answer: bool) -> list[str]:
    """A person at a terminal who gives `answer`; what was asked."""
    asked: list[str] = []

    def confirm(question: str, err: bool) -> bool:
        asked.append(question)
        return answer and err

    monkeypatch.setattr("typer.confirm", confirm)
    monkeypatch.setattr("sm_devzone.terminal.Terminal.can_ask", True)
    return asked


@pytest.mark.parametrize("answer", [True, False])
def test_a_person_sees_how_many_facts_it_would_be(
    devzone: Devzone, monkeypatch: pytest.MonkeyPatch, answer: bool
) -> None:
    asked = answering(monkeypatch, answer)
    ran = devzone.ok("update", "2,4", "--unit", "三元、沙县", "--note", "开了会", terminal=True)
    assert asked == ["登记这 4 条吗？"]
    assert "4“整合”" in ran.err
    assert "三元区、沙县区" in ran.err
    assert "共 4 条" in ran.err
    assert (count(devzone), len(ran.out.splitlines())) == ((4, 4) if answer else (0, 0))


def test_one_measure_is_not_asked_about(devzone: Devzone) -> None:
    assert len(devzone.ok("update", 2, "--unit", "各县", "--note", "开了会").out.splitlines()) == COUNTIES


def test_where_nobody_can_be_asked_nothing_is_written(devzone: Devzone) -> None:
    ran = devzone("update", "2,4", "--unit", "三元", "--note", "开了会")
    assert (ran.code, ran.out) == (2, "")
    assert "--yes" in ran.err
    assert devzone.is_new


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (["2,5", "--unit", "商务局、三元"], 5, ["措施 5 市商务局：市商务局 不是措施 5", "一条也没有登记"]),
        (["16,17", "--unit", "gxj"], 2, ["措施 17 市工信局", "有 2 项任务", "--milestone 体检 --period 2025"]),
        (["2,99", "--unit", "三元"], 4, ["没有措施 99"]),
        (["9-5", "--unit", "三元"], 2, ["写成 5-9"]),
        (["1-999999999", "--unit", "三元"], 4, ["没有措施 18"]),
        (["2,八", "--unit", "三元"], 2, ["“八”不是措施序号"]),
        (["2,4", "--unit", "三元", "--milestone", "整合"], 4, ["措施 2 三元区"]),
    ],
)
def test_all_or_none(devzone: Devzone, words: list[str], code: int, says: list[str]) -> None:
    ran = devzone("update", *words, "--note", "x", "--yes")
    assert (ran.code, ran.out) == (code, "")
    for said in says:
        assert said in ran.err
    assert devzone.is_new


def test_what_is_already_so_is_left_out(devzone: Devzone) -> None:
    devzone.ok("update", 2, "--unit", "三元", "--note", "开了会")
    ran = devzone.ok("update", "2,3", "--unit", "三元", "--note", "开了会", "--yes")
    assert len(ran.out.splitlines()) == 1
    assert "已有同样的记录（1 号）" in ran.err


def test_closing_extending_and_urging_alike(devzone: Devzone) -> None:
    devzone.ok("update", "2-4", "--unit", "三元", "--done", "--note", "办完", "--yes")
    refused = devzone("close", "2-5", "--unit", "三元", "--note", "核实", "--yes")
    assert (refused.code, "措施 5 三元区" in refused.err) == (5, True)
    closed = devzone.ok("close", "2-4", "--unit", "三元", "--note", "核实", "--yes")
    assert [line.split(" → ")[1] for line in closed.out.splitlines()] == ["已销号"] * 3
    ran = devzone.ok("extend", "4", "--unit", "大田、尤溪", "--to", "2027-01-31", "--reason", "同意")
    assert [line.split(" → ")[1] for line in ran.out.splitlines()] == ["延期到 2027-01-31"] * 2
    assert len(devzone.ok("urge", "4,5", "--unit", "大田", "--by-means", "电话", "--yes").out.splitlines()) == 2


# void


@pytest.fixture
def with_five(devzone: Devzone) -> Devzone:
    """1 and 2 are reports, 4 closes what 3 submitted, 5 is a report."""
    devzone.ok("update", 2, "--unit", "三元", "--note", "一")
    devzone.ok("update", 3, "--unit", "三元", "--note", "二")
    devzone.ok("update", 4, "--unit", "三元", "--done", "--note", "三")
    devzone.ok("close", 4, "--unit", "三元", "--note", "四")
    devzone.ok("update", 5, "--unit", "三元", "--note", "五")
    return devzone


@pytest.mark.parametrize(
    ("numbers", "gone"),
    [("1-5", {1, 2, 3, 4, 5}), ("3,4", {3, 4}), ("#1、2号", {1, 2}), ("４－５", {4, 5}), ("5", {5})],
)
def test_entries_are_taken_back_together(with_five: Devzone, numbers: str, gone: set[int]) -> None:
    ran = with_five.ok("void", numbers, "--reason", "录错了", "--yes")
    assert len(ran.out.splitlines()) == len(gone)
    entries = with_five.ok("history", "--json").json["entries"]
    assert {entry["id"] for entry in entries if entry["voided_by"]} == gone
    if gone == {1, 2, 3, 4, 5}:
        totals = with_five.ok("status", "--json").json["totals"]
        assert totals["not_started"] == totals["duties"]


@pytest.mark.parametrize(
    ("numbers", "code", "says"),
    [
        ("1-3", 5, "后面的记录以 3 号为前提：4 号（销号）"),
        ("4-6", 4, "没有 6 号记录"),
        ("1,x", 2, "“x”不是记录编号"),
        ("1-9999", 2, "最多"),
        ("1-2", 2, "--yes"),
    ],
)
def test_entries_are_taken_back_together_or_not_at_all(with_five: Devzone, numbers: str, code: int, says: str) -> None:
    how: list[Any] = [] if says == "--yes" else ["--yes"]
    ran = with_five("void", numbers, "--reason", "录错了", *how)
    assert (ran.code, ran.out) == (code, "")
    assert says in ran.err
    assert count(with_five) == 5


def test_what_was_taken_back_before_is_passed_over(with_five: Devzone) -> None:
    with_five.ok("void", 5, "--reason", "录错了")
    ran = with_five.ok("void", "4-5", "--reason", "录错了", "--yes")
    assert len(ran.out.splitlines()) == 1
    assert "5 号记录已被 6 号作废" in ran.err


def test_an_appointment_and_what_rests_on_it(devzone: Devzone) -> None:
    devzone.ok("assign", 5, "--unit", "商务局", "--reason", "会议纪要")
    devzone.ok("update", 5, "--unit", "商务局", "--note", "开了会")
    assert devzone("void", 1, "--reason", "交办错了").code == 5
    assert len(devzone.ok("void", "1-2", "--reason", "交办错了", "--yes").out.splitlines()) == 2


def test_a_person_sees_which_entries_it_would_be(with_five: Devzone, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = answering(monkeypatch, True)
    ran = with_five.ok("void", "4-5", "--reason", "录错了", terminal=True)
    assert asked == ["作废这 2 条吗？"]
    assert "报进展" in ran.err
