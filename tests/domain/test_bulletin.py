"""How a bulletin puts figures and periods into words."""

from __future__ import annotations

import pytest

from sm_devzone.domain import sample
from sm_devzone.domain.bulletin import chinese_numeral, period_in_words, sentence


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (1, "一"),
        (10, "十"),
        (11, "十一"),
        (20, "二十"),
        (99, "九十九"),
        (100, "一百"),
        (101, "一百零一"),
        (110, "一百一十"),
        (1001, "一千零一"),
        (1010, "一千零一十"),
        (9999, "九千九百九十九"),
    ],
)
def test_headings_are_numbered_in_chinese(number: int, words: str) -> None:
    assert chinese_numeral(number) == words


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("已整合", "已整合。"),
        ("已整合。", "已整合。"),
        ("完成了吗？", "完成了吗？"),
        ("一是甲；二是乙；", "一是甲；二是乙。"),
        ("ok.", "ok。"),
        ("  ", ""),
        (None, ""),
    ],
)
def test_a_sentence_ends_with_one_stop(text: str | None, said: str) -> None:
    assert sentence(text) == said


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("2026", "2026年"),
        ("2026H2", "2026年下半年"),
        ("2026Q3", "2026年第三季度"),
        ("2026-11", "2026年11月"),
        ("2026-W47", "2026年第47周（11月16日—11月22日）"),
        ("上半年", "上半年"),
    ],
)
def test_periods_have_names_that_people_read(name: str, words: str) -> None:
    assert period_in_words(name) == words


def test_a_period_is_compared_with_the_one_before() -> None:
    week, _, quiet, _ = sample.bulletins()
    assert quiet.comparison == "与上周末相比，各项数字持平"
    changed = week._replace(totals={**week.before, "closed_out": 3, "overdue": 0}, before={**week.before, "overdue": 2})
    assert changed.comparison == "与上周末相比，已销号增加3项，逾期减少2项，其余持平"


def test_units_that_owe_the_same_are_named_together() -> None:
    week, *_ = sample.bulletins()
    assert [group.who for group in week.due_next_by_unit] == ["市甲局、东县、西县（3个单位）各1项"]
    assert [group.who for group in week.overdue_by_unit] == ["市甲局、市乙局（2个单位）各1项"]
