"""`devzone update`: which duty is meant, what is refused, what is not written twice."""

from __future__ import annotations

import pytest

from tests.conftest import Devzone


def test_the_open_dated_duty_is_meant_before_the_standing_one(devzone: Devzone) -> None:
    ran = devzone.ok("update", 4, "--unit", "商务局", "--progress", 60, "--note", "已整合三个园区")
    assert "措施 4“整合” 市商务局" in ran.out
    assert "推进中" in ran.out
    duties = devzone.ok("assign", "--unit", "商务局", "--json").json["duties"]
    (row,) = [d for d in duties if d["milestone"] == "整合"]
    assert (row["state"], row["progress"], row["note"]) == ("in_progress", 60, "已整合三个园区")
    assert row["reported_on"] == "2026-11-23"
    (rest,) = [d for d in duties if d["measure"] == 4 and d["milestone"] is None]
    assert rest["state"] == "not_started"


def test_the_part_without_a_date_is_named_by_its_word(devzone: Devzone) -> None:
    devzone.ok("update", 4, "--unit", "商务局", "--milestone", "长期推进", "--note", "化工园区规范化")
    states = {
        d["milestone"]: d["state"] for d in devzone.ok("show", 4, "--json").json["duties"] if d["unit"] == "市商务局"
    }
    assert states == {"整合": "not_started", None: "in_progress"}


def test_several_open_occurrences_are_listed_and_refused(devzone: Devzone) -> None:
    ran = devzone("update", 17, "--unit", "gxj", "--note", "体检完成")
    assert (ran.code, ran.out) == (2, "")
    assert "--period 2025" in ran.err
    assert "--period 2026" in ran.err
    devzone.ok("update", 17, "--unit", "gxj", "--period", "2026", "--note", "体检完成")


def test_a_collective_means_its_members(devzone: Devzone) -> None:
    ran = devzone.ok("update", 2, "--unit", "各县（市、区）人民政府", "--note", "按月报送")
    assert len(ran.out.splitlines()) == 11


def test_said_twice_is_written_once(devzone: Devzone) -> None:
    words = ("update", 2, "--unit", "商务局", "--note", "本期无变化")
    devzone.ok(*words)
    again = devzone.ok(*words)
    assert again.out == ""
    assert "没有重复登记" in again.err
    assert len(devzone.ok("history").lines) == 1


@pytest.mark.parametrize(
    ("words", "kind", "state"),
    [
        (["--note", "本期无变化"], "unchanged", "not_started"),
        (["--note", " 本期无变化\n"], "unchanged", "not_started"),
        (["--note", "本期无变化。"], "unchanged", "not_started"),
        (["--note", "本期无变化", "--progress", "0"], "update", "in_progress"),
        (["--note", "本期无变化", "--problem", "缺人"], "update", "in_progress"),
        (["--note", "本期无变化", "--next", "招人"], "update", "in_progress"),
        (["--note", "本期无变化", "--evidence", "说明.txt"], "update", "in_progress"),
        (["--note", "本期无变化", "--done"], "submit", "submitted"),
    ],
)
def test_no_change_is_a_report_that_moves_nothing(devzone: Devzone, words: list[str], kind: str, state: str) -> None:
    (devzone.folder / "说明.txt").write_text("说明")
    ran = devzone.ok("update", 2, "--unit", "商务局", *words)
    (entry,) = devzone.ok("history", "--json").json["entries"]
    (row,) = [d for d in devzone.ok("show", 2, "--json").json["duties"] if d["unit"] == "市商务局"]
    assert (entry["kind"], row["state"]) == (kind, state)
    assert (row["note"].strip("。"), row["reported_on"], row["unreported"]) == ("本期无变化", "2026-11-23", False)
    assert ("报无变化" in ran.out) == (kind == "unchanged")


def test_no_change_after_a_start_leaves_it_started(devzone: Devzone) -> None:
    def state() -> str:
        (row,) = [d for d in devzone.ok("show", 2, "--json").json["duties"] if d["unit"] == "市商务局"]
        return str(row["state"])

    devzone.at("2026-10-20").ok("update", 2, "--unit", "商务局", "--note", "开了会")
    devzone.at("2026-11-20").ok("update", 2, "--unit", "商务局", "--note", "本期无变化")
    assert state() == "in_progress"
    devzone.ok("void", 1, "--reason", "记错了")
    assert state() == "not_started"


def test_done_waits_for_review_and_is_not_overdue_when_it_was_done_in_time(devzone: Devzone) -> None:
    devzone.at("2025-01-10")
    devzone.ok("update", 4, "--unit", "三元", "--done", "--note", "整合完成", "--on", "2024-12-31")
    devzone.ok("update", 4, "--unit", "沙县", "--done", "--note", "整合完成", "--on", "2025-01-03")
    rows = {
        d["unit"]: (d["state"], d["signal"], d["days_overdue"], d["done_on"])
        for d in devzone.ok("show", 4, "--json").json["duties"]
        if d["milestone"]
    }
    assert rows["三元区"] == ("submitted", "on_track", None, "2024-12-31")
    assert rows["沙县区"] == ("submitted", "overdue", 3, "2025-01-03")
    assert rows["永安市"] == ("not_started", "overdue", 10, None)


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (["4", "--unit", "商务局"], 2, "没有可记录的内容"),
        (["4", "--note", "x"], 2, "--unit"),
        (["--unit", "商务局", "--note", "x"], 2, "缺少"),
        (["4", "--unit", "商务局", "--done"], 2, "--note"),
        (["4", "--unit", "商务局", "--progress", "101"], 2, "0 到 100"),
        (["4", "--unit", "商务局", "--progress", "八成"], 2, "0 到 100"),
        (["4", "--unit", "商务局", "--note", "x", "--on", "2026-02-30"], 2, "没有这一天"),
        (["4", "--unit", "商务局", "--note", "x", "--on", "2026-11-24"], 5, "还没有到"),
        (["4", "--unit", "商务局", "--note", "x", "--on", "2024-07-14"], 5, "早于政策印发日"),
        (["5", "--unit", "商务局", "--note", "x"], 5, "devzone assign 5 --unit 市商务局"),
        (["99", "--unit", "商务局", "--note", "x"], 4, "1–17"),
        (["4", "--unit", "../x", "--note", "x"], 4, "没有单位"),
        (["4", "--unit", "商物局", "--note", "x"], 4, "市商务局"),
        (["4", "--unit", "swj", "--note", "x"], 2, "市税务局"),
        (["4", "--unit", "商务局", "--milestone", "没有的", "--note", "x"], 4, "--milestone 整合"),
        (["17", "--unit", "gxj", "--period", "2031", "--note", "x"], 4, "--period 2026"),
        (["17", "--unit", "gxj", "--period", "二〇二六", "--note", "x"], 2, "不是周期"),
        (["4", "--unit", "商务局", "--note", "a\x1b[31mb"], 2, "U+001B"),
        (["4", "--unit", "商务局", "--nota", "x"], 2, "--note"),
    ],
)
def test_what_is_refused_writes_nothing(devzone: Devzone, words: list[str], code: int, says: str) -> None:
    ran = devzone("update", *words)
    assert (ran.code, ran.out) == (code, "")
    assert says in ran.err
    assert "Traceback" not in ran.err
    assert devzone.is_new


def test_done_twice_is_refused_with_the_way_on(devzone: Devzone) -> None:
    devzone.ok("update", 4, "--unit", "商务局", "--done", "--note", "完成")
    ran = devzone("update", 4, "--unit", "商务局", "--done", "--note", "又完成")
    assert ran.code == 5
    assert "待审核" in ran.err
    devzone.ok("update", 4, "--unit", "商务局", "--note", "补充材料")
    (row,) = [d for d in devzone.ok("assign", "--unit", "商务局", "--json").json["duties"] if d["milestone"] == "整合"]
    assert (row["state"], row["note"]) == ("submitted", "补充材料")


@pytest.mark.parametrize("stray", ["\x07", "\x1b", "\uffff", "\ufffe"])
def test_what_is_no_text_is_told_with_its_place(devzone: Devzone, stray: str) -> None:
    ran = devzone("update", 4, "--unit", "商务局", "--note", f"好{stray}的")
    assert (ran.code, ran.out) == (2, "")
    assert f"进展情况的第 2 个字符是控制字符 U+{ord(stray):04X}" in ran.err


def test_no_problem_is_none_and_what_nobody_sees_is_nothing(devzone: Devzone) -> None:
    devzone.ok("update", 4, "--unit", "市商务局\u200b", "--note", "已整合", "--problem", "无", "--next", "\u200b")
    (entry,) = devzone.ok("history", "--json").json["entries"]
    assert (entry["unit"], entry["note"], entry["problem"], entry["next_step"]) == ("市商务局", "已整合", None, None)
    assert devzone("update", 4, "--unit", "商务局", "--problem", "—").code == 2
    assert "第 3 个字符“\u2ed3”（U+2ED3）" in devzone("update", 4, "--unit", "市商\u2ed3局", "--note", "x").err
