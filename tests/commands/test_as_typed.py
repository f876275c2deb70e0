"""What an input method and a hurried hand make of a command line is taken as it was meant, or answered with the way."""

from __future__ import annotations

import re
from typing import Any

import pytest

from sm_devzone.commands import VERBS, _verb
from sm_devzone.commands.as_typed import as_meant
from tests.conftest import Devzone

KNOWN = {"--unit": True, "--note": True, "--by-means": True, "--done": False, "-o": True, "--output": True}


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        (["4", "——unit", "三元"], ["4", "--unit", "三元"]),
        (["4", "—unit", "三元"], ["4", "--unit", "三元"]),
        (["4", "–-unit", "三元"], ["4", "--unit", "三元"]),
        (["4", "－－ｕｎｉｔ", "三元"], ["4", "--unit", "三元"]),
        (["4", "-unit", "三元"], ["4", "--unit", "三元"]),
        (["4", "--Unit", "三元"], ["4", "--unit", "三元"]),
        (["4", "--unit＝三元"], ["4", "--unit", "三元"]),
        (["--by—means", "电话"], ["--by-means", "电话"]),
        (["4　--unit　三元　--done"], ["4", "--unit", "三元", "--done"]),
        (["--note　完成　--unit　三元"], ["--note", "完成", "--unit", "三元"]),
        (["--note", "完成　--unit", "三元"], ["--note", "完成", "--unit", "三元"]),
        (["--note", "“已整合", "三个", "园区”", "--done"], ["--note", "已整合 三个 园区", "--done"]),
        (["--note", "“已整合”"], ["--note", "已整合"]),
        (["--unit", "「三元」"], ["--unit", "三元"]),
        (["——nota", "x"], ["--nota", "x"]),  # told by its name, and not taken for a measure
        # What is written stays as it is.
        (["--note", "——unit"], ["--note", "——unit"]),
        (["--note", "一、完成　二、推进"], ["--note", "一、完成　二、推进"]),
        (["--note", "“双随机”和“一公开”"], ["--note", "“双随机”和“一公开”"]),
        (["--note", "“没有合上", "三元"], ["--note", "“没有合上", "三元"]),
        (["收件　夹", "-o", "-"], ["收件　夹", "-o", "-"]),
        (["--", "——unit"], ["--", "——unit"]),
        (["—完成—"], ["—完成—"]),
    ],
)  # fmt: skip
def test_words_as_they_were_meant(typed: list[str], meant: list[str]) -> None:
    assert as_meant(typed, KNOWN) == meant


@pytest.mark.parametrize(
    "words",
    [
        ["update", "2", "——unit", "三元、沙县", "——note", "“按月", "报送”"],
        ["update　2　--unit　三元，沙县　--note　“按月　报送”"],
        ["update", "２", "--unit", "三元 沙县", "--note", "按月 报送"],
        ["ｕｐｄａｔｅ", "第2条", "--unit", "“三元”、“沙县”", "--note", "按月 报送"],
        ["update", "2", "--unit", "三元;沙县；三元", "--note", "按月 报送"],
    ],
)
def test_a_command_of_a_chinese_keyboard(devzone: Devzone, words: list[str]) -> None:
    devzone.ok(*words)
    entries = devzone.ok("history", "--json").json["entries"]
    assert [(e["measure"], e["unit"], " ".join(e["note"].split())) for e in entries] == [
        (2, "沙县区", "按月 报送"),
        (2, "三元区", "按月 报送"),
    ]


def test_a_name_with_a_list_in_brackets_is_one_name(devzone: Devzone) -> None:
    both = devzone.ok("assign", "--unit", "各县（市、区）人民政府，商务局", "--json").json["duties"]
    assert len({duty["unit"] for duty in both}) == 12
    ran = devzone("assign", "--unit", "三元、沙现")
    assert ran.code == 4
    assert "没有单位“沙现”" in ran.err


@pytest.mark.parametrize(
    ("words", "way_on"),
    [
        (["update", 2, "--unit", "三元", "沙县", "--note", "x"], "--unit 三元、沙县"),
        (["update", 2, 3, "--unit", "三元", "--note", "x"], "2,3"),
        (["update", 2, "——nota", "x"], "--note"),
        (["void", 3, 4, "--reason", "x"], "3,4"),
    ],
)  # fmt: skip
def test_what_is_not_taken_is_answered_with_what_to_type(devzone: Devzone, words: list[Any], way_on: str) -> None:
    ran = devzone(*words)
    assert (ran.code, ran.out) == (2, "")
    assert way_on in ran.err


@pytest.mark.parametrize("option", [["--db", "x.db"], ["--plan", "plan.yaml"], ["--by", "小王"], ["--templates", "."]])
def test_an_option_stands_on_either_side_of_the_verb(devzone: Devzone, option: list[str]) -> None:
    devzone.plan(
        """\
        policy: {id: demo, title: 示范, issuer: 甲市, issued: 2026-01-01, valid_until: 2027-12-31, office: 市督查室}
        units: [{name: 市督查室}]
        measures: [{number: 7, title: 试点, units: [市督查室]}]
        """
    )
    act = ("update", "7", "--unit", "督查室", "--note")
    seen = []
    for words in ((*option, *act, "一"), (*act, "二", *option)):
        devzone.ok(*words)
        db = option if option[0] == "--db" else []
        seen.append(devzone.ok("history", "--json", *db).json["entries"][0])
    assert [(entry["id"], entry["note"]) for entry in seen] == [(1, "一"), (2, "二")]
    assert {entry["recorded_by"] for entry in seen} == {"小王" if option[0] == "--by" else "小林"}
    assert devzone.is_new or option[0] != "--db"


# 无变化


@pytest.mark.parametrize(
    "note",
    [
        "无变化",
        "没有变化",
        "同上期",
        "本期无变化。",
        "无变化！",
        "本期没有变化",
        "暂无变化",
        "和上期一样",
        "情况同上月。",
        "无进展",
        "本月无新变化",
        "無變化",
        "无",
    ],
)
def test_nothing_has_changed_in_any_words(devzone: Devzone, note: str) -> None:
    assert "报无变化" in devzone.ok("update", 2, "--unit", "商务局", "--note", note).out
    (entry,) = devzone.ok("history", "--json").json["entries"]
    assert (entry["kind"], entry["note"]) == ("unchanged", "本期无变化")
    (row,) = [d for d in devzone.ok("show", 2, "--json").json["duties"] if d["unit"] == "市商务局"]
    assert row["state"] == "not_started"


@pytest.mark.parametrize("note", ["无明显变化", "变化不大", "同上", "无法推进", "没有变化的是边界", "无变化，但缺人"])
def test_what_says_more_is_a_report(devzone: Devzone, note: str) -> None:
    devzone.ok("update", 2, "--unit", "商务局", "--note", note)
    (entry,) = devzone.ok("history", "--json").json["entries"]
    assert (entry["kind"], entry["note"]) == ("update", note)


# Days and percentages


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("2026/11/20", "2026-11-20"),
        ("2026.11.20", "2026-11-20"),
        ("2026-1-5", "2026-01-05"),
        ("2026年11月20日", "2026-11-20"),
        ("２０２６年１１月２０号", "2026-11-20"),
        ("11月20日", "2026-11-20"),
        ("11月23日", "2026-11-23"),
        ("今天", "2026-11-23"),
        (" 昨天 ", "2026-11-22"),
        ("前天", "2026-11-21"),
    ],
)
def test_a_day_as_people_write_it(devzone: Devzone, written: str, day: str) -> None:
    devzone.ok("update", 2, "--unit", "商务局", "--note", "开会", "--on", written)
    assert devzone.ok("history", "--json").json["entries"][0]["happened_on"] == day


@pytest.mark.parametrize("written", ["11月24日", "12月31日"])
def test_a_year_is_not_guessed(devzone: Devzone, written: str) -> None:
    """A day of this year that is still to come is as well one of last year."""
    for words in (["update", 2, "--unit", "商务局", "--note", "开会", "--on"], ["status", "--as-of"]):
        ran = devzone(*words, written)
        assert (ran.code, ran.out) == (2, "")
        month, day = written[:-1].split("月")
        assert f"写出年份：2025-{month}-{day} 或 2026-{month}-{day}" in ran.err
    extend = ("extend", 4, "--unit", "大田", "--reason", "同意", "--to")
    devzone.ok(*extend, written)
    refused = devzone(*extend, "11月1日")
    assert (refused.code, "2026-11-01 或 2027-11-01" in refused.err) == (2, True)


@pytest.mark.parametrize(
    "written", ["2026-W48", "2026年11月", "20261120", "2026-330", "11-20", "2月30日", "2026年11-20", "明年"]
)
def test_what_is_no_day(devzone: Devzone, written: str) -> None:
    ran = devzone("update", 2, "--unit", "商务局", "--note", "开会", "--on", written)
    assert (ran.code, "日期写成 2026-06-30" in ran.err) == (2, True)


@pytest.mark.parametrize(("written", "percent"), [("80％", 80), ("８０", 80), ("80%", 80), ("８０％", 80), ("０", 0)])
def test_a_percentage_of_a_chinese_keyboard(devzone: Devzone, written: str, percent: int) -> None:
    devzone.ok("update", 2, "--unit", "商务局", "--progress", written)
    assert devzone.ok("history", "--json").json["entries"][0]["progress"] == percent
    assert devzone("update", 2, "--unit", "商务局", "--progress", "8²").code == 2


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["plan", "--diff", "1"], "选项 --diff 后面要写 2 项内容"),
        (["plan", "--diff"], "选项 --diff 后面要写 2 项内容"),
        (["plan", "--diff", "1", "2", "3"], "没有“3”这一种"),
        (["status", "--as-of"], "选项 --as-of 后面要写内容"),
        (["status", "--json=3"], "选项 --json 后面不写内容"),
        (["status", "--nothing"], "没有选项 --nothing"),
        (["update"], "缺少 N"),
        (["check", "3"], "多出了“3”"),
        (["--db"], "选项 --db 后面要写内容"),
    ],
)
def test_wrong_usage_is_told_in_chinese(devzone: Devzone, words: list[str], said: str) -> None:
    ran = devzone(*words)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith(f"devzone: {said}\n")


@pytest.mark.parametrize("verb", VERBS)
def test_every_option_without_what_it_needs_is_told_in_chinese(devzone: Devzone, verb: str) -> None:
    options = [param for param in _verb(verb).params if param.param_type_name == "option"]
    for option in options:
        name = option.opts[0]
        for words in [[f"{name}=x"]] if option.is_flag else [[name, *["1"] * count] for count in range(option.nargs)]:
            ran = devzone(verb, *words)
            assert ran.code == 2
            told = ran.err.splitlines()[0]
            assert told.startswith(f"devzone: 选项 {name} 后面")
            assert not re.search("[A-Za-z]", told.removeprefix(f"devzone: 选项 {name}"))
