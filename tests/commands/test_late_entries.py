"""What happened when, and known when: an office that takes over, `--known`, 补报, and figures that were issued."""

from __future__ import annotations

import re
from itertools import product
from pathlib import Path

import pytest

from tests.commands.plans import PLAN, changed
from tests.conftest import Devzone

OLD = changed(
    ("issued: 2026-01-01", "issued: 2024-01-01"),
    ("due: 2026-06-30", "due: 2024-12-31"),
    ("every: month, first: 2026-08", "every: quarter, first: 2024Q1"),
)
QUARTERS = [f"{year}Q{quarter}" for year, quarter in product((2024, 2025, 2026), (1, 2, 3, 4))][:11]


@pytest.fixture
def taken_over(devzone: Devzone) -> Devzone:
    """Two years of finished work, typed in on one day: every quarter, 2025Q3 a month late."""
    devzone.plan(OLD)
    devzone.at("2026-11-26")
    for quarter in QUARTERS:
        day = f"{quarter[:4]}-{int(quarter[-1]) * 3:02}-20" if quarter != "2025Q3" else "2025-10-30"
        words = (1, "--unit", "甲局", "--period", quarter)
        devzone.ok("update", *words, "--done", "--note", f"{quarter}报了", "--on", day)
        devzone.ok("close", *words, "--note", "收到", "--on", day)
    return devzone


@pytest.mark.parametrize(
    ("year", "closed", "on_time", "late", "total", "before"),
    [("2024", 4, 4, 0, 4, 0), ("2025", 4, 3, 1, 8, 4), ("2026", 3, 3, 0, 11, 8)],
)
def test_each_year_has_its_own_figures(
    taken_over: Devzone, year: str, closed: int, on_time: int, late: int, total: int, before: int
) -> None:
    (row, _) = taken_over.ok("stats", "--by", "measure", "--year", year, "--json").json["rows"]
    assert (row["closed"], row["on_time"], row["late"]) == (closed, on_time, late)
    report = taken_over.ok("report", "--year", year, "--json").json
    assert (report["totals"]["closed_out"], report["before"]["closed_out"]) == (total, before)
    assert len(report["news"]) == closed
    paths = taken_over.ok(
        "report",
        "--year",
        year,
        *("--format", "md", "--format", "txt", "--format", "html", "--format", "docx"),
        "-o",
        "x",
    ).out.splitlines()
    for path in paths[:3]:
        assert f"{year}Q4报了" in Path(path).read_text("utf-8") or year == "2026"
        assert ("建账时补登" in Path(path).read_text("utf-8")) == (year == "2026")  # the years before are no news of it
    day = f"{year}-12-31" if year != "2026" else "2026-11-26"
    rows = taken_over.ok("export", "duties", "--as-of", day, "--json").json["duties"]
    assert sum(row["state"] == "closed_out" for row in rows) == total


def test_what_was_typed_in_at_the_beginning_is_a_line_and_no_news(taken_over: Devzone) -> None:
    text = taken_over.ok("report", "--format", "md", "-o", "-").out
    assert "本周没有单位报送进展" in text
    assert "另有建账时补登的以前的记录22条。" in text
    assert "报了" not in text.partition("附件")[0]
    assert taken_over.ok("status", "--json").json["totals"]["unreported"] == 0


def test_known_gives_what_was_known_then(devzone: Devzone) -> None:
    devzone.plan(PLAN)
    devzone.at("2026-09-01").ok("update", 2, "--unit", "甲局", "--note", "一")
    then = devzone.at("2026-09-03").ok("status", "--json").out
    devzone.at("2026-09-10").ok("update", 2, "--unit", "丙局", "--note", "二", "--on", "2026-09-02")
    as_of = ("--as-of", "2026-09-03")
    assert devzone.ok("status", "--json", *as_of).json["totals"]["in_progress"] == 2
    assert devzone.ok("status", "--json", *as_of, "--known", "2026-09-03").out == then
    assert [line[0] for line in devzone.ok("history", "--known", "2026-09-09").lines] == ["1"]
    assert [line[0] for line in devzone.ok("history", *as_of).lines] == ["2", "1"]
    known = {
        verb: [row["note"] for row in devzone.ok(*verb.split(), "--json", "--known", "2026-09-09").json["duties"]]
        for verb in ("assign --unit 丙局", "show 2", "export duties")
    }
    assert known == {
        "assign --unit 丙局": [None],
        "show 2": ["一", None],
        "export duties": [None, None, None, "一", None],
    }
    for words in (["status", "--known", "明年"], ["report", "--number", "1", "--known", "2026-09-09"]):
        assert devzone(*words).code == 2


def test_a_week_says_the_same_twice_and_the_next_does_not_repeat_it(devzone: Devzone) -> None:
    devzone.plan(PLAN)
    devzone.at("2026-09-01").ok("update", 2, "--unit", "甲局", "--note", "建账")
    devzone.at("2026-09-09").ok("update", 2, "--unit", "甲局", "--note", "本周的事")
    words = ("report", "--format", "txt", "-o", "-", "--week")
    first = devzone.at("2026-09-14").ok(*words, "2026-W37").out
    assert first.partition("附件")[0].count("本周的事") == 1
    assert devzone.at("2026-09-20").ok(*words, "2026-W37").out == first
    assert "本周的事" not in devzone.ok(*words, "2026-W38").out


def test_what_no_bulletin_told_is_told_apart_and_the_figures_are_put_right(devzone: Devzone) -> None:
    devzone.plan(PLAN)
    devzone.at("2026-09-01").ok("update", 2, "--unit", "甲局", "--note", "建账")
    devzone.at("2026-09-11").ok("report", "--number", 1, "--format", "md", "-o", "一.md")
    issued = Path("一.md").read_bytes()
    devzone.at("2026-09-14").ok(
        "update", 1, "--unit", "甲局", "--milestone", "方案", "--done", "--note", "早印发了", "--on", "2026-06-25"
    )
    devzone.ok("update", 2, "--unit", "丙局", "--note", "本周的会")
    text = devzone.at("2026-09-18").ok("report", "--number", 2, "--format", "txt", "-o", "二.txt") and Path(
        "二.txt"
    ).read_text("utf-8")
    news, late = re.split(r"^（.）补报.*$", text.partition("三、")[0], flags=re.MULTILINE)
    assert ("本周的会" in news, "早印发了" in news) == (True, False)
    assert ("本周的会" in late, "早印发了" in late) == (False, True)
    assert "逾期上期公布2项，补报后为1项" in text
    following = devzone.at("2026-09-25").ok("report", "--format", "txt", "-o", "-").out
    assert "早印发了" not in following
    assert "上期公布" not in following
    assert devzone.ok("report", "--verify", 1).out.startswith("2026 年第 1 期 md 一致")
    assert devzone.ok("report", "--reprint", 1, "-o", "again/").out
    assert [path.read_bytes() for path in Path("again").iterdir()] == [issued]


@pytest.mark.parametrize("half", ["2026H1", "2026-h1"])
def test_half_years(devzone: Devzone, half: str) -> None:
    devzone.plan(PLAN)
    devzone.at("2026-11-26").ok(
        "update", 1, "--unit", "甲局", "--milestone", "方案", "--done", "--note", "办好", "--on", "2026-06-20"
    )
    devzone.ok("close", 1, "--unit", "甲局", "--milestone", "方案", "--note", "核实", "--on", "2026-06-25")
    assert (
        devzone.ok("report", "--half", half, "--format", "md", "-o", "x").out
        == "x/督办半年报-2026H1(截至20260630).md\n"
    )
    stats = devzone.ok("stats", "--by", "measure", "--half", half, "--json").json
    assert (stats["from"], stats["as_of"], stats["rows"][0]["closed"]) == ("2026-01-01", "2026-06-30", 1)
    for wrong in (["--half", "2026"], ["--half", "2026H3"], ["--half", "2027H1"], ["--half", half, "--year", "2026"]):
        assert devzone("stats", *wrong).code == 2


LATER = changed(("due: 2026-06-30", "due: 2026-12-31"))
EARLIER = changed(("due: 2026-06-30", "due: 2026-04-30"))
ENDED = changed(("valid_until: 2027-12-31", "valid_until: 2026-12-31"))
OTHER_KEY = changed(("key: 方案,", "key: 办法, formerly: [方案],"), ("due: 2026-06-30", "due: 2026-12-31"))
YEARLY = changed(("due: 2026-06-30", 'every: year, first: 2026, by: "06-30"'))
YEARLY_LATER = changed(("due: 2026-06-30", 'every: year, first: 2026, by: "12-31"'))


@pytest.mark.parametrize(
    ("before", "after", "to", "counted"),
    [
        (PLAN, LATER, "2026-09-30", "2026-06-30"),  # the plan has gone beyond it since
        (PLAN, LATER, "2027-01-31", "2026-06-30"),
        (PLAN, LATER, "2026-06-30", None),
        (PLAN, EARLIER, "2026-05-31", None),  # it was no extension then
        (PLAN, EARLIER, "2026-09-30", "2026-06-30"),
        (PLAN, ENDED, "2027-03-31", "2026-06-30"),
        (ENDED, PLAN, "2027-03-31", None),
        (PLAN, OTHER_KEY, "2026-09-30", "2026-06-30"),
        (YEARLY, YEARLY_LATER, "2026-09-30", "2026-06-30"),
        (YEARLY_LATER, YEARLY, "2026-09-30", None),
    ],
)
def test_an_extension_typed_in_late_is_what_it_was_in_time(
    devzone: Devzone, before: str, after: str, to: str, counted: str | None
) -> None:
    def told(extend_at: str, milestone: str) -> tuple[int, list[str | None]]:
        devzone.begin_anew()
        devzone.plan(before)
        devzone.at("2026-01-05").ok("update", 2, "--unit", "甲局", "--note", "建账")
        words = ("extend", 1, "--unit", "甲局", "--to", to, "--reason", "批准", "--on", "2026-03-20", "--milestone")
        code = 0
        for day, plan in (("2026-03-20", before), ("2026-08-01", after)):
            devzone.plan(plan)
            devzone.at(day)
            devzone.ok("update", 2, "--unit", "甲局", "--note", day)
            if day == extend_at:
                code = devzone(*words, milestone).code
        entries = devzone.ok("history", "--json").json["entries"]
        return code, [entry["due_before"] for entry in entries if entry["kind"] == "extend"]

    expected = (5, []) if counted is None else (0, [counted])
    assert told("2026-03-20", "方案") == expected
    assert told("2026-08-01", "办法" if after == OTHER_KEY else "方案") == expected


@pytest.mark.parametrize(
    "words",
    [
        ("update", "--done", "--note", "提前报"),
        ("update", "--note", "在办"),
        ("extend", "--to", "2026-12-31", "--reason", "批准"),
        ("suspend", "--note", "暂停"),
    ],
)
def test_nothing_happens_to_an_occurrence_before_it_begins(devzone: Devzone, words: tuple[str, ...]) -> None:
    """Typed in late it is refused as on the day itself; it would count in the quarter and in none of its months."""
    verb, *said = words
    devzone.plan(PLAN)
    devzone.at("2026-10-05")
    ran = devzone(verb, 1, "--unit", "甲局", "--period", "2026-10", *said, "--on", "2026-09-30")
    assert (ran.code, ran.out) == (5, "")
    assert "2026-10 这一期从 2026-10-01 开始，2026-09-30 还没有它" in ran.err
    devzone.ok(verb, 1, "--unit", "甲局", "--period", "2026-10", *said, "--on", "2026-10-01")
