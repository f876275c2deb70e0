"""`devzone plan`: versions of the plan, what the first write with a changed one says, and what cannot follow."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from sm_devzone.domain.plan import Plan
from tests.commands.plans import (
    CLAIMED_TWICE,
    MOVED,
    PLAN,
    RENAMED,
    RENUMBERED,
    RETITLED,
    SHORTENED,
    changed,
)
from tests.conftest import Devzone


@pytest.fixture
def begun(devzone: Devzone) -> Devzone:
    """A ledger that was begun with the plan on 2026-09-01; now it is 2026-09-10."""
    devzone.plan(PLAN)
    devzone.at("2026-09-01").ok("update", 2, "--unit", "甲局", "--note", "开了会")
    return devzone.at("2026-09-10")


def versions(devzone: Devzone) -> list[tuple[int | None, str, str | None, list[str]]]:
    found = devzone.ok("plan", "--json").json["versions"]
    return [(one["number"], one["in_force_since"], one["reason"], one["changes"]) for one in found]


@pytest.mark.parametrize(
    ("plan", "told"),
    [
        (MOVED, "计划有改动，登记为第 2 版：措施 1“方案”时限 2026-06-30 → 2026-07-31"),
        (RENAMED, "计划有改动，登记为第 2 版：单位“市甲局”改名为“市甲新局”"),
        (RENUMBERED, "计划有改动，登记为第 2 版：措施 2 改为措施 3“日常服务”；增加措施 2“新的一条”（市丙局）"),
        (changed(("{name: 市乙局}", "{name: 市乙局, aliases: [乙]}")), ""),
        (f"# 只加了一行说明\n{PLAN}", ""),
        (PLAN, ""),
    ],
)
def test_the_first_write_with_a_changed_plan_tells_what_changed(begun: Devzone, plan: str, told: str) -> None:
    begun.plan(plan)
    ran = begun.ok("update", 1, "--unit", "甲局", "--period", "2026-09", "--note", "已布置")
    assert ran.err == (f"devzone: {told}\n" if told else "")
    assert begun.ok("update", 1, "--unit", "甲局", "--period", "2026-09", "--note", "又开了会").err == ""


def test_versions_are_listed_compared_and_adopted(begun: Devzone) -> None:
    begun.plan(MOVED)
    assert versions(begun) == [
        (1, "2026-01-01", None, []),
        (None, "2026-09-10", None, ["措施 1“方案”时限 2026-06-30 → 2026-07-31"]),  # the file, not recorded yet
    ]
    adopted = begun.ok("plan", "adopt", "--on", "2026-06-01", "--reason", "甲政办〔2026〕9号", "--by", "老王")
    assert adopted.out.splitlines() == [
        "p1 登记为第 2 版，从 2026-06-01 起算",
        "  措施 1“方案”时限 2026-06-30 → 2026-07-31",
    ]
    assert versions(begun)[1:] == [(2, "2026-06-01", "甲政办〔2026〕9号", ["措施 1“方案”时限 2026-06-30 → 2026-07-31"])]
    assert begun.ok("plan").lines[1] == [
        *("p1", "2", "2026-06-01", "2026-09-10T01:00:00Z", "老王", "甲政办〔2026〕9号"),
        "措施 1“方案”时限 2026-06-30 → 2026-07-31",
    ]
    shown = begun.ok("plan", terminal=True).out
    assert "甲政办〔2026〕9号" in shown
    assert "2026-06-01" in shown
    assert begun.ok("plan", "--diff", 1, 2).out == "措施 1“方案”时限 2026-06-30 → 2026-07-31\n"
    assert begun.ok("plan", "--diff", 2, 1, "--json").json["changes"] == ["措施 1“方案”时限 2026-07-31 → 2026-06-30"]
    assert begun.ok("plan", "--diff", 2, 2).out == ""

    again = begun.ok("plan", "adopt", "--reason", "x")
    assert (again.out, "没有改动" in again.err) == ("", True)

    def due(day: str) -> str:
        rows = begun.ok("show", 1, "--as-of", day, "--json").json["duties"]
        return next(f"{row['due']} 第{row['plan_version']}版" for row in rows if row["milestone"] == "方案")

    assert [due(day) for day in ("2026-05-31", "2026-06-01")] == ["2026-06-30 第1版", "2026-07-31 第2版"]


def test_check_tells_a_change_that_is_not_recorded(begun: Devzone) -> None:
    assert begun.ok("check", "--json").json["unrecorded"] == []
    begun.plan(MOVED)
    told = begun.ok("check").out
    assert "计划 p1 有改动，还没有登记" in told
    assert "措施 1“方案”时限 2026-06-30 → 2026-07-31" in told
    assert begun.ok("check", "--json").json["unrecorded"] == [
        {"policy": "p1", "changes": ["措施 1“方案”时限 2026-06-30 → 2026-07-31"], "obstacles": []}
    ]
    begun.plan(RETITLED)
    assert "不能登记：措施 2 上一版是“日常服务”，现在是“别的事”" in begun.ok("check").out


@pytest.mark.parametrize(
    ("plan", "words", "code", "says"),
    [
        (MOVED, ["plan", "adopt", "--on", "2025-12-31"], 5, "第 1 版从 2026-01-01 起算"),
        (MOVED, ["plan", "adopt", "--on", "2026-09-11"], 5, "日期 2026-09-11 还没有到"),
        (MOVED, ["plan", "adopt", "--on", "2026-02-30"], 2, "没有这一天"),
        (MOVED, ["plan", "adopt", "--reason", "a\x07b"], 2, "U+0007"),
        (MOVED, ["plan", "adopt", "--json"], 2, "--json"),
        (MOVED, ["plan", "adopt", "--policy", "p2"], 4, "没有政策“p2”"),
        (MOVED, ["plan", "--on", "2026-09-01"], 2, "adopt"),
        (MOVED, ["plan", "forget"], 2, "devzone plan adopt"),
        (PLAN, ["plan", "--diff", "1", "9"], 4, "计划没有第 9 版"),
        (PLAN, ["plan", "--diff", "1", "0"], 2, "不是正整数"),
        (PLAN, ["plan", "--diff", "1"], 2, "--diff"),
        (RETITLED, ["plan", "adopt", "--reason", "x"], 5, "措施 2 上一版是“日常服务”，现在是“别的事”"),
        (RETITLED, ["update", "2", "--unit", "丙局", "--note", "x"], 5, "上一版是“日常服务”，现在是“别的事”"),
        (CLAIMED_TWICE, ["update", "2", "--unit", "丙局", "--note", "x"], 3, "formerly 2 有两条措施写了"),
        (SHORTENED, ["plan", "adopt"], 5, "去掉了还没有办结的任务：措施 2"),
        (SHORTENED, ["update", "1", "--unit", "甲局", "--period", "2026-09", "--note", "x"], 5, "措施 2"),
    ],
)
def test_what_is_refused_writes_nothing(begun: Devzone, plan: str, words: list[str], code: int, says: str) -> None:
    begun.plan(plan)
    ran = begun(*words)
    assert (ran.code, ran.out) == (code, "")
    assert says in ran.err
    begun.plan(PLAN)
    assert versions(begun) == [(1, "2026-01-01", None, [])]
    assert len(begun.ok("history").lines) == 1


def test_what_is_still_owed_is_dropped_only_with_a_reason(begun: Devzone) -> None:
    begun.plan(SHORTENED)
    assert "去掉措施 2“日常服务”" in begun.ok("plan", "adopt", "--reason", "甲政办〔2026〕10号").out
    assert begun.ok("check").out.count("流水 ") == 0  # what was recorded of it is history
    assert {row["measure"] for row in begun.ok("export", "duties", "--json").json["duties"]} == {1}
    day_before = begun.ok("export", "duties", "--as-of", "2026-09-09", "--json").json["duties"]
    assert {row["measure"] for row in day_before} == {1, 2}


def test_numbers_that_shift_keep_what_was_recorded(begun: Devzone) -> None:
    begun.plan(RENUMBERED)
    begun.ok("update", 2, "--unit", "丙局", "--note", "新的一条的事")
    rows = begun.ok("export", "duties", "--json").json["duties"]
    assert [(row["measure"], row["unit"], row["note"]) for row in rows if row["measure"] > 1] == [
        (3, "市甲局", "开了会"),
        (3, "市丙局", None),
        (2, "市丙局", "新的一条的事"),
    ]
    assert [line[0] for line in begun.ok("history", 3).lines] == ["1"]
    assert [line[0] for line in begun.ok("history", 2).lines] == ["2"]
    # Measure 3 of today was 2 then; measure 2 of today was not there yet.
    assert [row[1] for row in begun.ok("show", 3, "--as-of", "2026-09-09").lines] == ["2", "2"]
    assert begun("show", 2, "--as-of", "2026-09-09").code == 4


def test_by_its_new_name_a_unit_is_found_in_what_was_known_before(begun: Devzone) -> None:
    paper = begun.folder / "批复.pdf"
    paper.write_bytes(b"%PDF")
    begun.at("2026-09-02").ok("update", 2, "--unit", "甲局", "--note", "批了", "--evidence", paper)
    begun.plan(RENAMED)
    begun.at("2026-09-10").ok("plan", "adopt", "--reason", "机构改革")
    before = ("--unit", "市甲新局", "--known", "2026-09-02")
    assert [entry["note"] for entry in begun.ok("history", *before, "--json").json["entries"]] == ["批了", "开了会"]
    assert [one["name"] for one in begun.ok("evidence", *before, "--json").json["evidence"]] == ["批复.pdf"]


def test_a_milestone_that_got_another_key_keeps_its_report(begun: Devzone) -> None:
    begun.ok("update", 1, "--unit", "甲局", "--milestone", "方案", "--done", "--note", "印发", "--on", "2026-06-20")
    begun.plan(changed(("{key: 方案, title: 方案", "{key: 实施方案, formerly: [方案], title: 实施方案")))
    told = begun.ok("close", 1, "--unit", "甲局", "--milestone", "实施方案", "--note", "核实").err
    assert "节点“方案”改名为“实施方案”" in told
    (row,) = [r for r in begun.ok("show", 1, "--json").json["duties"] if r["milestone"] == "实施方案"]
    assert (row["state"], row["done_on"], row["note"]) == ("closed_out", "2026-06-20", "印发")


def test_a_date_that_moves_changes_no_closing_of_before(begun: Devzone) -> None:
    """Whether a closing was in time is told by the date in force on the day on which the work was done."""
    words = (1, "--unit", "甲局", "--milestone", "方案")
    begun.ok("update", *words, "--done", "--note", "印发", "--on", "2026-07-10")
    begun.ok("close", *words, "--note", "核实")
    begun.plan(changed(("due: 2026-06-30", "due: 2026-08-31")))
    begun.ok("plan", "adopt", "--on", "2026-08-01", "--reason", "顺延")
    (row,) = begun.ok("stats", "--by", "measure", "--year", "2026", "--json").json["rows"][:1]
    assert (row["on_time"], row["late"]) == (0, 1)


def test_a_repealed_policy_ends_what_is_open(begun: Devzone) -> None:
    words = (1, "--unit", "甲局")
    begun.ok("update", *words, "--milestone", "方案", "--done", "--note", "印发", "--on", "2026-06-20")
    begun.plan(changed(("office: 市督查室}", "office: 市督查室, repealed_on: 2026-09-15, repealed_reason: 新文件}")))
    begun.at("2026-10-10").ok("plan", "adopt", "--on", "2026-09-15", "--reason", "新文件")
    states = {
        (row["measure"], row["milestone"], row["period"]): row["state"]
        for row in begun.ok("export", "duties", "--json").json["duties"]
    }
    assert states[1, "方案", None] == "submitted"
    assert states[1, "月报", "2026-08"] == states[2, None, None] == "terminated"
    assert begun("export", "overdue", "--exit-code").code == 0
    assert begun.ok("export", "overdue", "--as-of", "2026-09-14", "--json").json["duties"][0]["period"] == "2026-08"
    assert "《试点方案》自2026年9月15日起废止（新文件）" in begun.ok("report", "--format", "txt", "-o", "-").out
    # What was done before it ended may still be typed in; what happened after, not.
    late = ("update", *words, "--period", "2026-08", "--done", "--note", "报了")
    assert begun(*late).code == 5
    begun.ok(*late, "--on", "2026-08-30")
    begun.ok("close", *words, "--milestone", "方案", "--note", "核实")


def test_two_that_adopt_at_once_make_one_version(begun: Devzone, tmp_path: Path) -> None:
    begun.plan(MOVED)
    command = [sys.executable, "-m", "sm_devzone", "plan", "adopt", "--reason", "x"]
    both = [subprocess.Popen(command, cwd=tmp_path) for _ in range(2)]
    assert [one.wait(60) for one in both] == [0, 0]
    with sqlite3.connect(begun.db) as connection:
        assert connection.execute("SELECT number FROM plan_version ORDER BY id").fetchall() == [(1,), (2,)]


def test_a_plan_that_is_edited_meanwhile_is_not_recorded_half(begun: Devzone, monkeypatch: pytest.MonkeyPatch) -> None:
    path = begun.plan(MOVED)
    from sm_devzone.storage import plan_cache

    compiled = plan_cache.compiled

    def compile_and_edit(*given: Path) -> Callable[[], Plan]:
        plan = compiled(*given)
        path.write_text(RENAMED, "utf-8")
        return plan

    monkeypatch.setattr(plan_cache, "compiled", compile_and_edit)
    ran = begun("update", 2, "--unit", "丙局", "--note", "x")
    assert (ran.code, ran.out) == (3, "")
    assert "计划文件刚刚又改了，请再运行一次" in ran.err
    monkeypatch.undo()
    assert len(begun.ok("--plan", path, "--db", begun.db, "history").lines) == 1


def test_a_plan_file_that_is_gone_is_told(begun: Devzone) -> None:
    begun.plan(PLAN).unlink()
    for words in (["plan"], ["plan", "adopt"], ["status"], ["update", "2", "--unit", "丙局", "--note", "x"]):
        ran = begun(*words)
        assert (ran.code, ran.out) == (3, "")
        assert "plan.yaml:1: 计划文件读不了" in ran.err
