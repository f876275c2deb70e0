"""Several policies side by side: which one a person means, how each is told, and whose a bulletin is."""

from __future__ import annotations

from pathlib import Path

import pytest

from sm_devzone.storage import fold
from tests.conftest import Devzone

ZONES = """\
policy:
  id: zones-2024
  title: 关于推进园区提质的若干措施
  short_name: 园区提质
  issuer: 甲市
  issued: 2024-01-01
  valid_until: 2027-12-31
  office: 市督查室
units: [{name: 市督查室}, {name: 甲局}, {name: 乙局}, {name: 丙局}]
measures:
  - {number: 1, title: 整合园区, units: [甲局]}
  - {number: 2, title: 清理闲置, units: [甲局, 乙局]}
  - {number: 7, title: 下放权限, units: [甲局]}
"""
RIVERS = """\
policy:
  id: rivers-2025
  title: 河湖管护办法
  short_name: 河湖管护
  issuer: 甲市
  issued: 2025-01-01
  valid_until: 2027-12-31
  office: 市督查室
units: [{name: 市督查室}, {name: 甲局}, {name: 乙局}, {name: 丁局}]
measures:
  - {number: 1, title: 巡河, units: [乙局]}
  - number: 2
    title: 清淤
    units: [乙局, 丁局]
    milestones: [{key: 清淤, title: 清淤, origin: policy, due: 2026-06-30, as_written: 2026年6月底前}]
"""


@pytest.fixture
def two(devzone: Devzone, monkeypatch: pytest.MonkeyPatch) -> Devzone:
    folder = devzone.plan(ZONES, "plans/a.yaml").parent
    devzone.plan(RIVERS, "plans/b.yaml")
    monkeypatch.setenv("DEVZONE_PLAN", str(folder))
    return devzone


@pytest.mark.parametrize("word", ["rivers-2025", "rivers", "RIVERS", "河湖管护", "河湖", "2025", "ｒｉｖｅｒｓ"])
def test_any_part_of_an_id_or_a_short_name_serves_before_the_stroke(two: Devzone, word: str) -> None:
    assert "清淤" in two.ok("show", f"{word}/2", terminal=True).out
    assert "清淤" in two.ok("show", f"{word}／２", terminal=True).out
    two.ok("update", f"{word}/2", "--unit", "丁局", "--note", "开工")
    assert [entry["policy"] for entry in two.ok("history", f"{word}/2", "--json").json["entries"]] == ["rivers-2025"]


@pytest.mark.parametrize("word", ["rivers-2025", "河湖管护", "RIVERS-2025"])
def test_a_policy_is_named_by_its_id_or_short_name(two: Devzone, word: str) -> None:
    narrowed = two.ok("status", "--policy", word, "--json").json
    assert [policy["id"] for policy in narrowed["policies"]] == ["rivers-2025"]
    assert {row["policy"] for row in narrowed["measures"]} == {"rivers-2025"}
    two.ok("update", 2, "--policy", word, "--unit", "丁局", "--note", "开工")
    for words in (["history"], ["export", "journal"], ["check"], ["stats"], ["urge"], ["plan"], ["notice", "--list"]):
        assert [own["id"] for own in two.ok(*words, "--policy", word, "--json").json["policies"]] == ["rivers-2025"]


@pytest.mark.parametrize(
    ("word", "code", "said"),
    [
        ("202", 4, "没有政策“202”"),  # a part of a number is none of an id
        ("s-", 2, "“s-”对应 2 个政策\n请写明是哪一个：zones-2024（园区提质）、rivers-2025（河湖管护）"),
        ("三十条", 4, "没有政策“三十条”\n有：zones-2024（园区提质）、rivers-2025（河湖管护）"),
        ("river-2025", 4, "没有政策“river-2025”\n最接近的：rivers-2025"),
        ("", 4, "没有政策“”"),
    ],
)
def test_what_is_no_policy_or_several(two: Devzone, word: str, code: int, said: str) -> None:
    ran = two("show", f"{word}/2")
    assert (ran.code, ran.out) == (code, "")
    assert said in ran.err


def test_a_part_is_not_enough_for_what_is_narrowed_to_a_policy(two: Devzone) -> None:
    ran = two("status", "--policy", "rivers-20")
    assert (ran.code, ran.out) == (4, "")
    assert "最接近的：rivers-2025" in ran.err


def test_a_number_is_of_the_policy_in_which_the_unit_answers_for_it(two: Devzone) -> None:
    assert two.ok("update", 2, "--unit", "丁局", "--note", "开工").out.startswith("1 号记录：措施 rivers-2025/2“清淤”")
    assert two.ok("update", 2, "--unit", "甲局", "--note", "开工").out.startswith("2 号记录：措施 zones-2024/2 ")
    assert two.ok("update", 7, "--unit", "甲局", "--note", "开工").out.startswith("3 号记录：措施 zones-2024/7 ")
    refused = two("update", 2, "--unit", "乙局", "--note", "开工")
    assert (refused.code, refused.out) == (2, "")
    assert "请写明是哪一个：zones-2024/2（园区提质）、rivers-2025/2（河湖管护）" in refused.err
    both = two("update", 2, "--unit", "甲局", "--unit", "丁局", "--note", "开工")
    assert both.code == 2
    assert len(two.ok("history", 2, "--unit", "丁局").lines) == 1
    assert two("history", 2).code == 2


def test_a_problem_is_of_the_policy_in_which_the_unit_answers_for_the_number(two: Devzone) -> None:
    two.ok("update", "rivers-2025/2", "--unit", "丁局", "--note", "开工", "--problem", "缺清淤船")
    two.ok("update", "zones-2024/2", "--unit", "甲局", "--note", "开工", "--problem", "有一块地没有腾出来")
    told = two.ok("problems", "--measure", 2, "--unit", "丁局", "--json").json["problems"]
    assert [(one["policy"], one["words"]) for one in told] == [("rivers-2025", "缺清淤船")]
    assert two("problems", "--measure", 2).code == 2


def test_who_answers_is_what_the_journal_says(two: Devzone) -> None:
    """A unit that was given the measure of one policy makes its number ambiguous; one that lost it does not."""
    two.ok("assign", "rivers-2025/2", "--unit", "甲局", "--reason", "纪要")
    assert two("update", 2, "--unit", "甲局", "--note", "开工").code == 2
    two.ok("assign", "rivers-2025/2", "--unit", "乙局", "--remove", "--reason", "纪要")
    assert "zones-2024/2 乙局" in two.ok("update", 2, "--unit", "乙局", "--note", "开工").out


def test_who_is_given_a_measure_may_be_known_to_one_policy_only(two: Devzone) -> None:
    assert "zones-2024/1 丙局" in two.ok("assign", 1, "--unit", "丙局", "--reason", "纪要").out
    assert two("assign", 1, "--unit", "甲局", "--reason", "纪要").code == 2
    assert "zones-2024/1 丙局 移出" in two.ok("assign", 1, "--unit", "丙局", "--remove", "--reason", "纪要").out


@pytest.mark.parametrize(
    ("words", "remedy"),
    [
        (["close", "rivers/2", "--unit", "丁局", "--note", "好"], "devzone update rivers-2025/2 --unit 丁局 --done"),
        (["update", "rivers/2", "--unit", "甲局", "--note", "好"], "devzone assign rivers-2025/2 --unit 甲局"),
        (["notice", "--unit", "甲局", "--measure", "河湖/2"], "devzone assign rivers-2025/2 --unit 甲局"),
    ],
)
def test_a_remedy_can_be_typed_as_it_stands(two: Devzone, words: list[str], remedy: str) -> None:
    ran = two(*words)
    assert ran.code == 5
    assert remedy in ran.err


def test_with_one_policy_no_id_is_told(devzone: Devzone) -> None:
    devzone.plan(RIVERS)
    assert "devzone update 2 --unit 丁局" in devzone("close", 2, "--unit", "丁局", "--note", "好").err
    assert devzone.ok("update", 2, "--unit", "丁局", "--note", "好").out.startswith("1 号记录：措施 2“清淤”")


def test_each_policy_stands_under_its_short_name(two: Devzone) -> None:
    for width in (80, 140):
        lines = two.ok("status", terminal=True, width=width).out.splitlines()
        assert [line for line in lines if "（zones-2024）" in line or "（rivers-2025）" in line] == [
            "\x1b[1m园区提质（zones-2024）\x1b[0m",
            "\x1b[1m河湖管护（rivers-2025）\x1b[0m",
        ]
    assert "河湖管护/2“清淤” 2 项（最久 146 天）" in two.ok("status", terminal=True).out
    assert "rivers-2025\t2\t清淤" in two.ok("status").out  # a pipe has its columns as before


def test_lists_that_mix_policies_tell_each_by_its_short_name(two: Devzone) -> None:
    Path("照片.pdf").write_bytes(b"%PDF")
    two.ok("update", 2, "--unit", "丁局", "--note", "开工", "--evidence", "照片.pdf")
    two.ok("update", 7, "--unit", "甲局", "--note", "开工")
    two.ok("notice", "--unit", "丁局")
    assert "河湖管护/2“清淤”" in two.ok("evidence", terminal=True).out
    assert "河湖管护/2" in two.ok("notice", "--list", terminal=True).out
    for width in (80, 140):
        shown = two.ok("history", terminal=True, width=width).out
        assert "河湖管护/2“清淤”" in shown
        assert "园区提质/7" in shown
    assert "园区提质/7" in two.ok("stats", "--by", "measure", terminal=True).out
    (form, *_) = two.ok("send", "--unit", "丁局", "-o", "forms").out.splitlines()
    assert Path(form).exists()


def issued(devzone: Devzone, *words: str) -> None:
    devzone.ok("report", *words, "--format", "md", "-o", "out")


def test_a_bulletin_belongs_to_the_series_in_which_it_was_issued(two: Devzone) -> None:
    issued(two, "--policy", "河湖管护", "--number", "12")
    (line,) = two.ok("report", "--verify", "12").lines
    assert line[0].startswith("2026 年第 12 期 md 一致")
    issued(two, "--number", "12")  # of all policies: another series, and the one that is meant without --policy
    issued(two, "--policy", "zones-2024", "--number", "13")
    issued(two, "--policy", "rivers-2025", "--number", "13")
    for words in (["12"], ["12", "--policy", "rivers-2025"], ["13", "--policy", "园区提质"]):
        assert "一致" in two.ok("report", "--verify", *words).out
    ran = two("report", "--verify", "13")
    assert (ran.code, ran.out) == (2, "")
    assert "第 13 期有 2 个政策各发过\n请写明是哪一个：--policy rivers-2025、--policy zones-2024" in ran.err
    taken = two("report", "--policy", "rivers-2025", "--number", "13", "-o", "out")
    assert taken.code == 5
    assert "核对发过的用 --verify 13 --policy rivers-2025" in taken.err
    assert two("report", "--verify", "14").code == 4
    assert two("report", "--verify", "12", "--policy", "zones-2024").code == 4


def test_a_bulletin_of_a_policy_that_is_not_loaded(two: Devzone) -> None:
    issued(two, "--policy", "rivers-2025", "--number", "3")
    ran = two("--plan", "plans/a.yaml", "report", "--verify", "3")
    assert (ran.code, ran.out) == (4, "")
    assert "第 3 期是政策 rivers-2025 的，它的计划没有读进来" in ran.err
    assert "一致" in two.ok("--plan", "plans/b.yaml", "report", "--verify", "3").out


def test_a_policy_that_comes_later_is_not_in_what_was_issued_before(two: Devzone) -> None:
    two.ok("update", "rivers/2", "--unit", "丁局", "--note", "开工")
    issued(two, "--number", "1")
    Path("plans/c.yaml").write_text(ZONES.replace("zones-2024", "late-2026").replace("园区提质", "后来"), "utf-8")
    assert "一致" in two.ok("report", "--verify", "1").out
    two.ok("update", "late-2026/2", "--unit", "甲局", "--note", "开工", "--on", "2026-11-20")
    ran = two.ok("report", "--verify", "1")
    assert "一致" in ran.out
    assert ran.err == ""
    next_one = two.at("2026-11-30").ok("report", "--format", "md", "-o", "-").out
    assert "补报后" not in next_one


def test_many_policies_are_read_some_at_a_time(two: Devzone, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """What it looks like does not depend on how: entries of policies that are in no plan lie before and behind, too."""
    for name in ("a-2020", "s-2020", "zz-2020"):  # before rivers-2025, before zones-2024, and behind both
        two.plan(ZONES.replace("zones-2024", name), f"plans/{name}.yaml")
        two.ok("update", f"{name}/1", "--unit", "甲局", "--note", "开工")
        (tmp_path / "plans" / f"{name}.yaml").unlink()
    monkeypatch.setenv("DEVZONE_PLAN", str(tmp_path / "plans"))
    two.ok("assign", "zones-2024/1", "--unit", "丙局", "--role", "lead", "--reason", "纪要")
    two.ok("transfer", "rivers-2025/2", "--from", "丁局", "--to", "乙局", "--reason", "三定")
    two.ok("update", "rivers-2025/2", "--unit", "乙局", "--done", "--on", "2026-07-05", "--note", "清完了")
    two.ok("suspend", "zones-2024/2", "--unit", "甲局", "--note", "等批复")
    two.ok("update", "zones-2024/7", "--unit", "甲局", "--note", "那时是第七条")
    two.plan(ZONES.replace("number: 7", "number: 8, formerly: 7"), "plans/a.yaml")
    monkeypatch.setenv("DEVZONE_PLAN", str(tmp_path / "plans"))
    two.ok("update", "zones-2024/8", "--unit", "甲局", "--note", "现在是第八条")
    two.at("2026-11-25").ok("void", 7, "--reason", "记错了")
    asked = (
        ["status", "--json"],
        ["status", "--unit", "甲局"],
        ["status", "--policy", "rivers-2025"],
        ["status", "--as-of", "2026-06-30", "--known", "2026-11-24"],
        ["export", "duties", "--json"],
        ["export", "overdue"],
        ["export", "calendar", "--json"],
        ["show", "zones-2024/8"],
    )
    at_once = [two(*words) for words in asked]
    monkeypatch.setattr(fold, "_SPAN", 1)
    assert [two(*words) for words in asked] == at_once
    assert "a-2020、s-2020、zz-2020" in at_once[0].err
