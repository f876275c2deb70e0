"""The chapter of the guide on reforms and changed plans: what its commands say."""

from __future__ import annotations

import pytest

from tests.conftest import Devzone
from tests.guide import Story


@pytest.fixture
def story(devzone: Devzone) -> Story:
    return Story(devzone, "十")


def duties(devzone: Devzone, *words: str) -> dict[tuple[str, str | None], tuple[str, str | None]]:
    rows = devzone.ok("show", *words, "--json").json["duties"]
    return {(row["unit"], row["period"]): (row["state"], row["transferred_from"]) for row in rows}


def test_a_unit_that_was_renamed(devzone: Devzone, story: Story) -> None:
    assert "单位“市科技局”改名为“市科学技术局”" in story["devzone check"].out
    assert "第 2 版，从 2026-04-01 起算" in story["devzone plan adopt"].out
    assert "市科学技术局\tresponsible\t\tclosed_out" in story["devzone show 1"].out
    assert len(story["devzone history --unit 市科技局"].lines) == 2
    assert devzone.ok("history", "--unit", "科学技术局").out == devzone.ok("history", "--unit", "市科技局").out
    assert ("市科技局", None) in duties(devzone, "1", "--as-of", "2026-03-31")
    assert ("市科学技术局", None) in duties(devzone, "1", "--as-of", "2026-04-01")


def test_two_units_that_became_one(devzone: Devzone, story: Story) -> None:
    del story
    assert duties(devzone, "2", "--as-of", "2026-06-15") == {
        ("市国土办", "2026Q1"): ("closed_out", None),  # what it closed stays its own
        ("市自然资源局", "2026Q1"): ("not_started", "市规划办"),
        ("市自然资源局", "2026Q2"): ("not_started", "市国土办"),  # both owed it: it is counted once
    }
    assert duties(devzone, "2", "--as-of", "2026-05-31") == {
        ("市国土办", "2026Q1"): ("closed_out", None),
        ("市国土办", "2026Q2"): ("not_started", None),
        ("市规划办", "2026Q1"): ("not_started", None),
        ("市规划办", "2026Q2"): ("not_started", None),
    }


def test_a_unit_that_handed_over(devzone: Devzone, story: Story) -> None:
    (row,) = story["devzone assign --unit 市投促局"].lines
    assert "市投促局 → 报进展" in story["devzone update 1 --unit 市投促局"].out  # it was in progress before
    assert row[5] == "市投促局"
    assert "移交" in devzone.ok("history", "--unit", "市招商中心", terminal=True).out
    assert len(story["devzone history --unit 市招商中心"].lines) == 2
    assert devzone.ok("assign", "--unit", "市招商中心").out == ""


def test_a_date_that_moved(devzone: Devzone, story: Story) -> None:
    told = story["devzone update 1 --unit 市投促局"].err
    assert "计划有改动，登记为第 4 版" in told
    assert "措施 1“清理”时限 2026-09-30 → 2026-12-31" in told
    assert "措施 1“清理”时限 2026-09-30 → 2026-12-31" in story["devzone plan --diff 2 4"].out
    by_day = {
        day: [row["due"] for row in devzone.ok("assign", "--unit", "投促局", "--as-of", day, "--json").json["duties"]]
        for day in ("2026-08-19", "2026-08-20")
    }
    assert by_day == {"2026-08-19": ["2026-09-30"], "2026-08-20": ["2026-12-31"]}
