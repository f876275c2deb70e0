"""上期承诺、本期兑现: what a unit had promised by its own word, and what came of it. Nobody is ever late by it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.conftest import Devzone
from tests.domain.test_problems import PLAN, tell


@pytest.fixture
def office(devzone: Devzone) -> Devzone:
    devzone.plan(PLAN)
    tell(devzone, "2026-03-02", "东县", "--next", "月底验收", "--promised", "2026-03-20")
    return devzone


def promises(office: Devzone, *words: str) -> list[Any]:
    found = office.ok("report", *words, "--json").json["promises"]
    return [(one["unit"], one["promised"], one["outcome"], one["on"]) for one in found]


AFTERWARDS: dict[str, tuple[list[tuple[str, ...]], tuple[str, str, str, str | None]]] = {
    "nothing": ([], ("东县", "2026-03-20", "silent", None)),
    "a report": ([("2026-03-18", "--note", "档案移交")], ("东县", "2026-03-20", "told", "2026-03-18")),
    "done in time": ([("2026-03-19", "--done", "--note", "完成")], ("东县", "2026-03-20", "kept", "2026-03-19")),
    "done on the day": ([("2026-03-20", "--done", "--note", "完成")], ("东县", "2026-03-20", "kept", "2026-03-20")),
    "done later": ([("2026-03-25", "--done", "--note", "完成")], ("东县", "2026-03-20", "late", "2026-03-25")),
    "another day": ([("2026-03-18", "--promised", "2026-05-01")], ("东县", "2026-03-20", "moved", "2026-05-01")),
    "the same day again": (
        [("2026-03-18", "--next", "月底验收", "--promised", "2026-03-20")],
        ("东县", "2026-03-20", "told", "2026-03-18"),
    ),
}


@pytest.mark.parametrize("name", AFTERWARDS)
def test_what_came_of_a_promise(office: Devzone, name: str) -> None:
    acts, expected = AFTERWARDS[name]
    for day, *words in acts:
        tell(office, day, "东县", *words)
    office.at("2026-03-31")
    assert promises(office, "--month", "2026-03") == [expected]


def test_a_promise_counts_in_the_period_that_its_day_lies_in(office: Devzone) -> None:
    tell(office, "2026-03-18", "东县", "--promised", "2026-05-01")
    office.at("2026-05-31")
    assert [one[2] for one in promises(office, "--month", "2026-03")] == ["moved"]
    assert promises(office, "--month", "2026-04") == []
    assert promises(office, "--month", "2026-05") == [("东县", "2026-05-01", "silent", None)]


def test_work_that_was_sent_back_is_not_done(office: Devzone) -> None:
    tell(office, "2026-03-19", "东县", "--done", "--note", "完成")
    office.ok("return", 1, "--unit", "东县", "--note", "缺批复")
    office.at("2026-03-31")
    assert promises(office, "--month", "2026-03") == [("东县", "2026-03-20", "told", "2026-03-19")]


def test_a_promise_of_a_suspended_duty_is_told_so(office: Devzone) -> None:
    office.at("2026-03-10").ok("suspend", 1, "--unit", "东县", "--note", "规划调整")
    office.at("2026-03-31")
    assert promises(office, "--month", "2026-03") == [("东县", "2026-03-20", "suspended", None)]


def test_the_paper_tells_it_by_unit(office: Devzone) -> None:
    tell(office, "2026-03-03", "西县", "--next", "签协议", "--promised", "2026-03-10")
    tell(office, "2026-03-10", "西县", "--done", "--note", "全部签完")
    office.at("2026-03-31")
    told = office.ok("report", "--month", "2026-03", "--format", "txt", "-o", "-").out
    assert "上期承诺、本期兑现：本月到预计完成日的2项，按承诺报完成1项。" in told
    assert "· 东县：承诺1项，兑现0项。措施1“整合”预计3月20日完成，没有再报。\n" in told
    assert "· 西县：承诺1项，兑现1项。措施1“整合”预计3月10日完成，按承诺报完成（3月10日）。\n" in told
