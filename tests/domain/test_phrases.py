"""How things of the trade are told; the edges as tables."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from sm_devzone.domain import phrases
from sm_devzone.domain.entry import DutyKey
from sm_devzone.domain.phrases import Told, chinese_numeral, period_in_words, sentence

YEAR, HALF = date(2026, 12, 31), date(2026, 6, 30)
BOTH = "2026年12月31日（原定2026年6月30日）"


@pytest.mark.parametrize(
    ("milestone", "period", "place", "quoted", "in_words"),
    [
        ("", "", "", "", ""),
        ("整合", "", "整合", "“整合”", "“整合”"),
        ("体检", "2026", "体检 2026", "“体检 2026”", "“2026年体检”"),
        ("季评", "2026Q3", "季评 2026Q3", "“季评 2026Q3”", "“2026年第三季度季评”"),
    ],
)
def test_a_milestone_is_told_with_its_period(
    milestone: str, period: str, place: str, quoted: str, in_words: str
) -> None:
    of = DutyKey("zone", 17, "市甲局", milestone, period)
    assert phrases.place(of) == place
    assert phrases.quoted_place(of) == str(phrases.quoted(of)) == quoted
    assert phrases.place_in_words(of) == in_words
    assert str(phrases.matter(of, "考评")) == f"措施17 考评{quoted}"
    assert phrases.matter_in_words(of, "考评") == f"措施17（考评）{in_words}"


@pytest.mark.parametrize(
    ("lead", "origin", "words"),
    [
        (None, None, "未明确"),
        ("市甲局", "policy", "市甲局"),
        ("市甲局、市乙局", "office", "市甲局、市乙局（办公室明确）"),
    ],
)
def test_a_lead_that_the_office_decided_on_is_marked(lead: str | None, origin: str | None, words: str) -> None:
    assert phrases.lead_words(lead, origin) == words


class Dated:
    def __init__(self, due: date | None, first_due: date | None, extensions: int) -> None:
        self.due, self.first_due, self.extensions = due, first_due, extensions


@pytest.mark.parametrize(
    ("due", "first", "extensions", "late", "note", "both"),
    [
        (None, None, 0, 0, "", ""),
        (YEAR, YEAR, 0, 0, "", "2026年12月31日"),
        (YEAR, HALF, 1, 0, "原定 2026-06-30，延期 1 次共 184 天", BOTH),
        (
            YEAR,
            HALF,
            2,
            1,
            "原定 2026-06-30，延期 2 次共 184 天，其中逾期后延期 1 次",
            BOTH,
        ),
    ],
)
def test_an_extension_stays_visible(
    due: date | None, first: date | None, extensions: int, late: int, note: str, both: str
) -> None:
    of = Dated(due, first, extensions)
    assert phrases.extension_note(of, late) == note
    assert phrases.due_and_first(of) == both
    if due is not None:
        words = f"2026年12月31日（政策时限{'；' if note else ''}{note}）"
        assert phrases.limit_in_words(due, "policy", note) == words


def test_the_values_of_a_sentence_are_shown_by_the_rules_of_a_paper_and_the_rest_as_it_is() -> None:
    inner = Told("- {}·", "- b")
    words = Told("- {}，{}：{}", "- a", inner, 3)
    assert str(words) == "- - a，- - b·：3"
    assert words.shown(lambda value: str(value).replace("-", "~")) == "- ~ a，- ~ b·：3"
    assert str(phrases.listed([Told("{}", name) for name in ("{甲}", "乙")])) == "{甲}、乙"
    assert str(phrases.listed([])) == ""


@pytest.mark.parametrize(
    ("said", "lines"),
    [
        ((None, None, None), []),
        (("好", None, "干"), ["好", "下一步：干"]),
        (("好", "难", None, "照片"), ["好", "问题：难", "佐证：照片"]),
    ],
)
def test_a_report_in_lines(said: Any, lines: list[str]) -> None:
    assert phrases.sentences(*said) == lines


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
