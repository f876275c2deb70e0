"""Versions of a plan: which counts when, what one changed in another, and what became of numbers, keys and names."""

from __future__ import annotations

import json
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sm_devzone.domain.editions import Edition, History
from sm_devzone.domain.plan import Measure, Policy, Unit
from sm_devzone.domain.plan_history import (
    changes,
    check_succession,
    dropped_measures,
    meaning,
    meaning_sha256,
    milestone_keys,
    renumbering,
    unit_names,
)
from sm_devzone.storage.plan_file import read_policy

D = date.fromisoformat
PATIENT = settings(deadline=None)

PLAN = """\
policy:
  id: zone
  title: 若干措施
  issuer: 市政府办
  issued: 2024-07-15
  valid_until: 2027-07-14
  office: 甲局
  reporting_cycle: month
  reply_workdays: 5
units:
  - name: 甲局
    aliases: [甲]
  - name: 乙局
  - name: 丙局
  - name: 东县
  - name: 西县
groups:
  - {name: 各县, members: [东县, 西县]}
common_units: [各县]
measures:
  - number: 1
    title: 建立机制
    units: [甲局, 乙局]
  - number: 4
    title: 推进园区整合
    units: [乙局]
    lead: 乙局
    roles_as_written: 由乙局牵头
    milestones:
      - {key: 整合, title: 完成整合, origin: policy, due: 2024-12-31, as_written: 2024年完成}
      - {key: 月报, title: 每月调度, origin: office, reason: 定的, every: month, first: 2025-01}
  - number: 7
    title: 实施集聚行动
    units: [丙局]
    reporting_cycle: week
"""


def policy_of(text: str) -> Policy:
    policy, problems = read_policy(text.encode())
    assert problems == []
    assert policy
    return policy


def edited(*edits: tuple[str, str], text: str = PLAN) -> Policy:
    for old, new in edits:
        assert text.count(old) >= 1, old
        text = text.replace(old, new)
    return policy_of(text)


BEFORE = policy_of(PLAN)

# -- What changed, in words -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("edits", "told"),
    [
        pytest.param([], [], id="nothing"),
        pytest.param([("policy:", "# 说明\npolicy:")], [], id="a comment"),
        pytest.param([("[甲]", "[甲, 老甲局]")], [], id="an alias"),
        pytest.param([("due: 2024-12-31", "due: '2024-12-31'")], [], id="another way to write it"),
        pytest.param([("2024-12-31", "2025-06-30")], ["措施 4“整合”时限 2024-12-31 → 2025-06-30"], id="a date"),
        pytest.param([("2027-07-14", "2029-12-31")], ["有效期止 2027-07-14 → 2029-12-31"], id="validity"),
        pytest.param(
            [("reply_workdays: 5", "repealed_on: 2026-03-01\n  repealed_reason: 明政〔2026〕3号")],
            ["废止日期 无 → 2026-03-01", "废止依据 无 → 明政〔2026〕3号"],
            id="a repeal",
        ),
        pytest.param(
            [("reporting_cycle: month", "reporting_cycle: quarter")],
            ["报送周期 月 → 季"],
            id="the cycle of all measures, once",
        ),
        pytest.param(
            [("reporting_cycle: month", "reporting_cycle: month\n  report_by: 25")],
            ["报送截止日 无 → 25"],
            id="the report day of all measures, once",
        ),
        pytest.param(
            [("reporting_cycle: week", "reporting_cycle: half")], ["措施 7 报送周期 周 → 半年"], id="a cycle of one"
        ),
        pytest.param(
            [("reply_workdays: 5", "reply_workdays: 3\n  holidays: [2027-01-01]\n  copy_to: 市领导")],
            ["通报“送”：增加 市领导", "督办单回复工作日 5 → 3", "放假日：增加 2027-01-01"],
            id="what the office sets",
        ),
        pytest.param(
            [("reply_workdays: 5", "reply_workdays: 5\n  colours: [{colour: orange, means: 警示, copied_to: 市领导}]")],
            ["橙色督办单意思 无 → 警示", "橙色督办单抄送：增加 市领导"],
            id="what a colour says",
        ),
        pytest.param([("- name: 丙局\n", "- name: 丙局\n  - name: 丁局\n")], ["增加单位“丁局”"], id="a unit more"),
        pytest.param(
            [("  - name: 丙局\n", ""), ("[丙局]", "[甲局]")],
            ["去掉单位“丙局”", "措施 7 责任单位：增加 甲局；去掉 丙局"],
            id="a unit less",
        ),
        pytest.param(
            [("丙局", "丁局"), ("- name: 丁局", "- name: 丁局\n    aliases: [丙局]")],
            ["单位“丙局”改名为“丁局”"],
            id="a unit renamed, and not told again where it is named",
        ),
        pytest.param(
            [
                ("office: 甲局", "office: 新局"),
                ("- name: 甲局\n    aliases: [甲]", "- name: 新局\n    aliases: [甲, 甲局]"),
                ("[甲局, 乙局]", "[新局, 乙局, 丙局]"),
            ],
            ["单位“甲局”改名为“新局”", "措施 1 责任单位：增加 丙局"],
            id="the office renamed, and one unit more",
        ),
        pytest.param(
            [("  - name: 丙局\n", ""), ("[甲]", "[甲, 丙局]"), ("[丙局]\n", "[甲局]\n")],
            ["单位“丙局”并入“甲局”"],
            id="a unit merged into another",
        ),
        pytest.param(
            [("- name: 西县", "- name: 西县\n  - name: 南县"), ("[东县, 西县]", "[东县, 南县]")],
            ["单位“各县”成员：增加 南县；去掉 西县", "增加单位“南县”"],
            id="members of a group",
        ),
        pytest.param(
            [("- name: 乙局", "- name: 乙局\n    vertical: true")], ["单位“乙局”垂直管理 否 → 是"], id="vertical"
        ),
        pytest.param(
            [("common_units: [各县]", "common_units: [各县, 甲局]")], ["共同责任单位：增加 甲局"], id="for all"
        ),
        pytest.param(
            [("units: [甲局, 乙局]", "units: [乙局, 甲局]")], ["措施 1 责任单位：顺序有调整"], id="the order of units"
        ),
        pytest.param(
            [("lead: 乙局", "lead: 东县"), ("由乙局牵头", "由东县牵头")],
            ["措施 4 牵头单位：增加 东县；去掉 乙局", "措施 4 牵头配合原文 由乙局牵头 → 由东县牵头"],
            id="roles",
        ),
        pytest.param(
            [("title: 建立机制", "title: 建立健全机制\n    formerly: 1")],
            ["措施 1 标题 建立机制 → 建立健全机制"],
            id="a title, said to be of the same measure",
        ),
        pytest.param(
            [("- number: 7\n    title: 实施", "- number: 5\n    formerly: 7\n    title: 实施")],
            ["措施 7 改为措施 5“实施集聚行动”"],
            id="another number",
        ),
        pytest.param([("key: 整合", "key: 完成, formerly: 整合")], ["措施 4 节点“整合”改名为“完成”"], id="another key"),
        pytest.param(
            [("key: 整合", "key: 完成")],
            [
                "措施 4 去掉节点“整合”（2024-12-31）",
                "措施 4 增加节点“完成”（2024-12-31）",
            ],
            id="another key without a word",
        ),
        pytest.param(
            [
                (
                    "first: 2025-01}",
                    "first: 2025-01, until: 2025-09}\n      - {key: 季报, title: 调度, QUARTERS",
                ),
                ("QUARTERS", "origin: office, reason: 定的, every: quarter, first: 2025Q4, until: 2026Q4}"),
            ],
            ["措施 4“月报”最后一个周期 无 → 2025-09", "措施 4 增加节点“季报”（每季一次，2025Q4 起，到 2026Q4）"],
            id="one recurrence ends and another begins",
        ),
        pytest.param(
            [
                (
                    "  - number: 7\n    title: 实施集聚行动\n    units: [丙局]\n    reporting_cycle: week\n",
                    "  - number: 8\n    title: 新措施\n    units: [丙局]\n    milestones: [{WITH A DATE}]\n",
                ),
                ("WITH A DATE", "key: 建成, title: 建成, origin: office, reason: 定的, due: 2026-12-31"),
            ],
            [
                "去掉措施 7“实施集聚行动”",
                "增加措施 8“新措施”（丙局、各县；节点“建成”2026-12-31）",
            ],
            id="a measure less and one more",
        ),
        pytest.param(
            [("origin: policy", "origin: office, reason: r")],
            ["措施 4“整合”时限依据 政策时限 → 办公室节点", "措施 4“整合”办公室理由 无 → r"],
            id="the origin of a date",
        ),
    ],
)
def test_changes_are_told_item_by_item(edits: list[tuple[str, str]], told: list[str]) -> None:
    after = edited(*edits)
    assert changes(BEFORE, after) == told
    assert check_succession(BEFORE, after) == []


def test_a_field_that_a_later_program_adds_is_told_by_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(changes.__globals__["_TERMS"], "due")
    assert changes(BEFORE, edited(("2024-12-31", "2025-06-30"))) == ["措施 4“整合”due 2024-12-31 → 2025-06-30"]


# -- The meaning ------------------------------------------------------------------------------------------------------


def test_comments_layout_and_the_order_of_aliases_are_no_meaning() -> None:
    one = edited(("[甲]", "[甲, 老甲局]"))
    other = edited(("[甲]", "\n      - 老甲局 # 2020 年以前\n      - 甲"), ("policy:", "# 说明\npolicy:"))
    assert meaning(one) == meaning(other)
    assert meaning(one) != meaning(BEFORE)  # to whom an entry belongs, aliases say as well


def test_any_change_of_a_date_is_another_meaning() -> None:
    assert meaning_sha256(edited(("2024-12-31", "2025-06-30"))) != meaning_sha256(BEFORE)
    assert meaning_sha256(edited(("2024-12-31", "2024-12-31"))) == meaning_sha256(BEFORE)


def test_only_what_is_set_is_in_the_meaning_and_nothing_that_is_derived() -> None:
    day = D("2024-07-15")
    measures = (Measure(1, "一", ("甲局",), ("甲局",)),)
    units = (Unit("甲局", ("乙", "甲"), spellings=("jiaju",)),)
    policy = Policy("p", "若干措施", "市府办", day, day, None, "甲局", 30, (), units, measures)
    assert json.loads(meaning(policy)) == {
        "id": "p",
        "title": "若干措施",
        "issuer": "市府办",
        "issued": "2024-07-15",
        "valid_until": "2024-07-15",
        "office": "甲局",
        "due_soon_days": 30,
        "units": [{"name": "甲局", "aliases": ["乙", "甲"]}],
        "measures": [{"number": 1, "title": "一", "units": ["甲局"]}],
    }
    again = policy._replace(units=(Unit("甲局", ("甲", "乙"), spellings=("jiaju", "jj"), vertical=False),))
    assert meaning(again) == meaning(policy)


def test_the_hash_of_a_meaning_stays_the_same_from_program_to_program() -> None:
    assert meaning_sha256(BEFORE) == "228ab64ecda8e7f251430813e465ce1c9ab10925c34c2cbdeeb6e2df8b552682"


# -- Numbers ----------------------------------------------------------------------------------------------------------


def measures(*rows: str) -> Policy:
    """A policy of measures written `5 标题` or `5<7 标题`: number 5, formerly 7."""
    day = D("2024-07-15")
    found = []
    for row in rows:
        numbers, title = row.split()
        number, _, formerly = numbers.partition("<")
        found.append(Measure(int(number), title, ("甲局",), ("甲局",), formerly=int(formerly) if formerly else None))
    return Policy("p", "若干措施", "市府办", day, day, None, "甲局", 30, (), (Unit("甲局"),), tuple(found))


@pytest.mark.parametrize(
    ("before", "after", "numbers"),
    [
        pytest.param(["1 甲", "2 乙"], ["1 甲", "2 乙"], {1: 1, 2: 2}, id="as it was"),
        pytest.param(["1 甲", "2 乙"], ["1 甲"], {1: 1}, id="one dropped"),
        pytest.param(["1 甲"], ["1 甲", "2 乙"], {1: 1}, id="one added"),
        pytest.param(["1 甲", "2 乙"], ["1 新", "2<1 甲", "3<2 乙"], {1: 2, 2: 3}, id="one inserted in front"),
        pytest.param(["1 甲", "2 乙"], ["1<2 乙"], {2: 1}, id="one dropped, the next moved up"),
        pytest.param(["1 甲", "2 乙"], ["1<2 乙", "2<1 甲"], {1: 2, 2: 1}, id="two changed places"),
        pytest.param(["1 甲"], ["1<1 甲改"], {1: 1}, id="another title, said to be the same"),
        pytest.param(["5<7 甲", "7 乙"], ["5<7 甲", "7 乙"], {5: 5, 7: 7}, id="a former number long recorded"),
        pytest.param(["5<7 甲"], ["5<7 甲"], {5: 5}, id="the same, with nothing at that number"),
        pytest.param(["5<7 甲"], ["3<5 甲"], {5: 3}, id="moved once more"),
        pytest.param(["1<2 乙", "2<1 甲"], ["1<2 甲", "2<1 乙"], {1: 2, 2: 1}, id="two changed places again"),
        pytest.param(["1<2 乙", "2<1 甲"], ["1<2 乙", "2<1 甲"], {1: 1, 2: 2}, id="or did not"),
        pytest.param(["1 各县（市）"], ["1 各县(市)"], {1: 1}, id="a title in other brackets"),
    ],
)
def test_renumbering(before: list[str], after: list[str], numbers: dict[int, int]) -> None:
    old, new = measures(*before), measures(*after)
    assert renumbering(old, new) == numbers
    assert check_succession(old, new) == []
    assert {measure.number for measure in dropped_measures(old, new)} == {m.number for m in old.measures} - set(numbers)


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        pytest.param(
            ["1 甲", "2 乙"], ["1 甲", "2 丙"], [["措施 2", "“乙”", "“丙”", "formerly: 2"]], id="another title"
        ),
        pytest.param(
            ["1 甲", "2 乙"],
            ["1 乙", "2 甲"],
            [["措施 1", "“甲”", "“乙”"], ["措施 2", "“乙”", "“甲”"]],
            id="changed places",
        ),
        pytest.param(["1 甲"], ["1 甲", "2<9 乙"], [["措施 2", "formerly: 9", "没有措施 9"]], id="a number nobody had"),
        pytest.param(
            ["5<7 甲", "6 乙"], ["5<7 甲", "8<5 丙"], [["措施 5", "措施 8", "上一版的措施 5"]], id="two heirs of one"
        ),
        pytest.param(
            ["5<7 甲", "7 乙"], ["5<7 丙", "7 乙"], [["措施 5", "“甲”", "“丙”"]], id="an old reason says nothing"
        ),
    ],
)
def test_a_version_that_would_give_entries_to_another_measure_is_refused(
    before: list[str], after: list[str], words: list[list[str]]
) -> None:
    problems = check_succession(measures(*before), measures(*after))
    assert len(problems) == len(words), problems
    for problem, expected in zip(problems, words, strict=True):
        assert all(word in problem for word in expected), problem


def renumbered(number: int, *versions: Policy) -> int | None:
    editions = [Edition(at, version, version.issued, 0) for at, version in enumerate(versions)]
    return History(editions).measure(number, 0, len(versions) - 1)


def test_changes_of_several_versions_are_composed() -> None:
    first, second, third = measures("1 甲", "2 乙", "3 丙"), measures("1<2 乙", "2<3 丙"), measures("7<1 乙")
    assert [renumbering(first, second), renumbering(second, third)] == [{2: 1, 3: 2}, {1: 7}]
    assert [renumbered(number, first, second, third) for number in (1, 2, 3)] == [None, 7, None]


# -- Keys -------------------------------------------------------------------------------------------------------------


def test_milestone_keys_follow_their_measure_and_their_former_keys() -> None:
    after = edited(
        ("number: 4", "number: 9\n    formerly: 4"),
        ("key: 整合", "key: 完成, formerly: [整合, 旧]"),
    )
    assert milestone_keys(BEFORE, after) == {(4, "整合"): (9, "完成"), (4, "月报"): (9, "月报")}
    (problem,) = check_succession(BEFORE, after)
    assert "旧" in problem
    later = edited(("number: 4", "number: 9\n    formerly: 4"), ("key: 整合", "key: 建成, formerly: [整合, 完成]"))
    assert (
        check_succession(
            edited(("key: 整合", "key: 完成, formerly: 整合")),
            edited(("key: 整合", "key: 建成, formerly: [整合, 完成]")),
        )
        == []
    )
    then = milestone_keys(after, later)
    assert {old: then[new] for old, new in milestone_keys(BEFORE, after).items()} == {
        (4, "整合"): (9, "建成"),
        (4, "月报"): (9, "月报"),
    }


def test_a_dropped_milestone_leads_nowhere() -> None:
    after = edited(
        ("      - {key: 月报, title: 每月调度, origin: office, reason: 定的, every: month, first: 2025-01}\n", "")
    )
    assert milestone_keys(BEFORE, after) == {(4, "整合"): (4, "整合")}


# -- Units ------------------------------------------------------------------------------------------------------------


def units(*rows: str) -> Policy:
    """A policy of units written `名称 别称 别称`."""
    day = D("2024-07-15")
    register = tuple(Unit(name, tuple(aliases)) for name, *aliases in map(str.split, rows))
    return Policy("p", "若干措施", "市府办", day, day, None, "甲局", 30, (), register, ())


@pytest.mark.parametrize(
    ("versions", "names"),
    [
        pytest.param([["甲局 甲"]], {"甲局": "甲局", "甲": "甲局"}, id="one version"),
        pytest.param([["甲局"], ["新局 甲局"]], {"甲局": "新局", "新局": "新局"}, id="renamed"),
        pytest.param(
            [["甲局 甲"], ["乙局 甲局"], ["丙局 乙局"]],
            {"甲": "丙局", "甲局": "丙局", "乙局": "丙局", "丙局": "丙局"},
            id="renamed twice, the first name forgotten",
        ),
        pytest.param(
            [["甲局", "乙局"], ["新局 甲局 乙局"]],
            {"甲局": "新局", "乙局": "新局", "新局": "新局"},
            id="two merged into a new one",
        ),
        pytest.param(
            [["甲局 甲", "乙局"], ["乙局 甲局"]],
            {"甲局": "乙局", "甲": "乙局", "乙局": "乙局"},
            id="one merged into another",
        ),
        pytest.param(
            [["甲局"], ["新局 甲局"], ["新局"]], {"甲局": "新局", "新局": "新局"}, id="the alias was tidied away"
        ),
        pytest.param(
            [["甲局 老甲"], ["新局"]], {"甲局": "甲局", "老甲": "甲局", "新局": "新局"}, id="gone keeps its name"
        ),
        pytest.param(
            [["甲局 商务", "乙局"], ["乙局 商务"]],
            {"甲局": "甲局", "商务": "乙局", "乙局": "乙局"},
            id="an alias that changed hands takes no unit along",
        ),
        pytest.param(
            [["各县（市）"], ["各县区 各县(市)"]],
            {"各县（市）": "各县区", "各县(市)": "各县区", "各县区": "各县区"},
            id="other brackets",
        ),
    ],
)
def test_every_name_that_any_version_gave_leads_to_the_unit_of_now(
    versions: list[list[str]], names: dict[str, str]
) -> None:
    assert unit_names([units(*rows) for rows in versions]) == names


# -- Laws -------------------------------------------------------------------------------------------------------------

ROWS = st.lists(st.integers(1, 6), min_size=1, max_size=6, unique=True).flatmap(
    lambda numbers: st.permutations(numbers).map(
        lambda formerly: [f"{new}<{old} 题{old}" for new, old in zip(numbers, formerly, strict=True)]
    )
)


@PATIENT
@given(ROWS)
def test_numbers_moved_at_will_keep_their_measures(rows: list[str]) -> None:
    before = measures(*(f"{number} 题{number}" for number in range(1, 7)))
    after = measures(*rows)
    numbers = renumbering(before, after)
    assert check_succession(before, after) == []
    assert len(set(numbers.values())) == len(numbers)
    for old, new in numbers.items():
        was, now = before.measure(old), after.measure(new)
        assert was
        assert now
        assert was.title == now.title
    assert renumbering(after, after) == {measure.number: measure.number for measure in after.measures}
    assert changes(after, after) == []


@PATIENT
@given(st.lists(st.sampled_from("甲乙丙丁"), min_size=1, max_size=6))
def test_no_rename_loses_a_name(names: list[str]) -> None:
    """One unit under one name after another, each time with the name before as an alias."""
    versions = [units(" ".join(dict.fromkeys([name, *names[max(0, at - 1) : at]]))) for at, name in enumerate(names)]
    assert unit_names(versions) == dict.fromkeys(names, names[-1])
