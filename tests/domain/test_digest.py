"""A period told as it stands: the last word of each duty, one line for many, no more lines than there is room for."""

from __future__ import annotations

import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sm_devzone.domain.digest import SHARES, fitting, height, shared
from sm_devzone.domain.phrases import Told, brief
from tests.conftest import Devzone
from tests.domain.test_problems import PLAN, tell


@pytest.fixture
def office(devzone: Devzone) -> Devzone:
    devzone.plan(PLAN)
    return devzone


def text(office: Devzone, *words: str) -> str:
    return office.ok("report", *words, "--format", "txt", "-o", "-").out


def section(told: str, title: str) -> str:
    found = re.search(rf"^{title}\n(.*?)\n\n", told + "\n\n", re.DOTALL | re.MULTILINE)
    assert found, told
    return found[1]


@pytest.mark.parametrize(
    ("words", "room", "shown"),
    [
        ("已完成", 10, "已完成。"),
        ("第一句。第二句很长很长", 6, "第一句。……"),
        ("一句话就超过了给它的地方", 8, "一句话就超过……"),
        ("", 8, ""),
        (None, 8, ""),
    ],
)
def test_what_a_unit_wrote_is_shown_in_the_room_there_is(words: str | None, room: int, shown: str) -> None:
    assert brief(words, room) == shown


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.integers(1, 200), max_size=12), st.integers(0, 60))
def test_what_does_not_fit_is_counted(lengths: list[int], room: int) -> None:
    lines = [(Told("字" * length), 2) for length in lengths]
    part = fitting(lines, room)
    assert len(part.lines) * 2 + part.left == len(lines) * 2
    assert sum(map(height, part.lines)) <= room or len(part.lines) == 1


PARAGRAPHS = st.lists(st.integers(1, 9), max_size=4)


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(PARAGRAPHS, min_size=len(SHARES), max_size=len(SHARES)), st.integers(0, 300))
def test_room_that_one_section_does_not_need_goes_to_the_others(paragraphs: list[list[int]], room: int) -> None:
    heights = dict(zip(SHARES, paragraphs, strict=True))
    given_out = shared(heights, room)
    assert all(given_out[name] <= sum(heights[name]) for name in SHARES)
    least = sum(own[0] for own in paragraphs if own)
    assert sum(given_out.values()) == min(max(room, least), sum(map(sum, paragraphs)))


def test_of_each_duty_the_last_word_counts(office: Devzone) -> None:
    tell(office, "2026-03-02", "东县", "--note", "周一说的", "--problem", "旧问题", "--next", "旧打算")
    tell(office, "2026-03-05", "东县", "--note", "周四说的", "--problem", "新问题", "--next", "新打算")
    told = text(office, "--week", "2026-W10", "--as-of", "2026-03-06")
    assert "周四说的" in told
    assert "新问题" in told
    assert "新打算" in told
    assert not any(words in told for words in ("周一说的", "旧问题", "旧打算"))


def test_no_change_is_a_number_and_no_news(office: Devzone) -> None:
    tell(office, "2026-03-02", "东县", "--note", "本期无变化")
    tell(office, "2026-03-02", "西县", "--note", "本期无变化")
    told = section(text(office, "--week", "2026-W10", "--as-of", "2026-03-06"), "二、新进展")
    assert told == "（一）各单位进展：本周没有单位报送进展。\n2个单位的2项任务报本周无变化。"


def test_units_that_say_the_same_share_a_line(office: Devzone) -> None:
    for unit in ("东县", "西县", "市甲局"):
        tell(office, "2026-03-02", unit, "--note", "方案已报", "--problem", "缺经费")
    told, annex = text(office, "--week", "2026-W10", "--as-of", "2026-03-06").split("附件：")
    assert told.count("方案已报") == told.count("缺经费") == annex.count("缺经费") == 1
    assert "措施1“整合”东县、西县、市甲局（3月2日）：方案已报。" in told


def test_a_solved_problem_is_told_apart_and_then_no_more(office: Devzone) -> None:
    tell(office, "2026-03-02", "东县", "--problem", "边界待协调", "--needs", "资源局")
    tell(office, "2026-03-09", "东县", "--problem", "已解决", "--note", "划定")
    solved = section(text(office, "--month", "2026-03", "--as-of", "2026-03-31"), "四、存在问题和需协调事项")
    assert solved == (
        "（一）需协调事项清单：目前没有需要其他单位协调的事项。\n"
        "（二）已解决的问题：本月已解决1项。\n· 措施1“整合”东县：边界待协调（3月9日解决，单位报告已解决。）"
    )
    assert "边界待协调" not in text(office, "--month", "2026-04", "--as-of", "2026-04-30")
    before = section(text(office, "--month", "2026-03", "--as-of", "2026-03-05"), "四、存在问题和需协调事项")
    assert before.endswith("· 措施1“整合”东县（3月2日起）：边界待协调。请市资源局协调。")


def test_a_long_period_is_figures_by_measure(office: Devzone) -> None:
    for day in ("2026-03-02", "2026-03-09", "2026-03-16"):
        tell(office, day, "东县", "--note", f"{day}说的")
    tell(office, "2026-03-20", "西县", "--done", "--note", "全部移交")
    office.ok("close", 1, "--unit", "西县", "--note", "验收")
    told = section(text(office, "--month", "2026-03", "--as-of", "2026-03-31"), "二、新进展")
    assert "· 措施1（园区整合）：任务3项，本月2个单位报进展4次，报完成1项，销号1项次，累计销号1项。" in told
    assert "西县（3月20日）：全部移交。" in told
    assert "说的" not in told


def test_a_rate_prints_both_numbers_and_leaves_the_suspended_out(office: Devzone) -> None:
    tell(office, "2026-03-02", "西县", "--done", "--note", "全部移交")
    office.ok("close", 1, "--unit", "西县", "--note", "验收")
    office.ok("suspend", 1, "--unit", "东县", "--note", "规划调整")
    told = section(text(office, "--month", "2026-03", "--as-of", "2026-03-31"), "一、总体情况")
    assert "有时限的任务3项，已销号1项，销号率50.0%（1/2，不含中止1项）；逾期0项，临期0项。" in told


@pytest.mark.parametrize("form", ["md", "txt", "html"])
def test_what_a_leader_has_to_decide_stands_first(office: Devzone, form: str) -> None:
    tell(office, "2026-03-02", "东县", "--problem", "边界待协调", "--needs", "资源局")
    tell(office, "2026-03-03", "西县", "--done", "--note", "全部移交")
    office.at("2027-01-15").ok("notice", "--unit", "东县")
    office.at("2027-02-01")
    told = office.ok("report", "--note", "建议约谈东县", "--format", form, "-o", "-").out
    page = re.sub(r"<(style|script)>.*?</\1>|<[^>]+>", "", told, flags=re.DOTALL)
    first = page[page.rindex("请领导阅示") : page.index("一、总体情况")]
    for sort in ("逾期最久", "督办单到期未回复", "需协调解决", "办公室待审核", "办公室意见：建议约谈东县"):
        assert sort in first
    assert "延期后仍未办结" not in first


def test_the_offices_judgement_is_part_of_what_was_issued(office: Devzone) -> None:
    tell(office, "2026-03-02", "东县", "--note", "方案已报")
    office.ok("report", "--number", 1, "--note", "建议约谈", "-o", "out")
    tell(office, "2026-03-03", "东县", "--note", "后来说的")
    assert office.ok("report", "--verify", 1).out.count("一致") == 2
    office.ok("report", "--reprint", 1, "-o", "again")
    assert "办公室意见：建议约谈" in next(office.folder.glob("again/*.md")).read_text("utf-8")
