"""All papers of one day tell the same figures: md, txt, page, Word, workbook, and the JSON of status, stats and report.

Each is read as a person reads it, by the words beside the figure; none is asked what it was made from.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from lxml import html
from openpyxl import load_workbook

from sm_devzone.domain.glossary import SIGNALS, STATES
from tests.conftest import Devzone
from tests.output.reading_word import text
from tests.output.test_golden import PLAN, tell

Figures = dict[str, int]

COUNTS = {
    "duties": "任务",
    **{name: STATES[name] for name in ("closed_out", "submitted", "in_progress", "not_started", "suspended")},
    **{name: SIGNALS[name] for name in ("overdue", "due_soon")},
    "unreported": "未报送",
}
"""What every paper counts, and the word that stands before the figure."""


def busy(devzone: Devzone) -> None:
    """Returned, extended, suspended and taken up again, closed late, with a slip that nobody answered."""
    devzone.plan(PLAN)
    devzone.at("2026-07-01").ok("update", 1, "--unit", "各县", "--note", "已部署")
    devzone.at("2026-10-12").ok("update", 2, "--unit", "东县", "--milestone", "验收", "--done", "--note", "验收通过")
    devzone.ok("return", 2, "--unit", "东县", "--milestone", "验收", "--note", "缺签字")
    devzone.at("2026-10-20").ok(
        "extend", 2, "--unit", "西县", "--milestone", "验收", "--to", "2026-11-20", "--reason", "汛期"
    )
    devzone.ok("suspend", 2, "--unit", "乙局", "--period", "2026Q3", "--note", "规划调整")
    devzone.at("2026-11-02").ok("notice", "--unit", "东县")
    devzone.ok("resume", 2, "--unit", "乙局", "--period", "2026Q3", "--note", "规划定了")
    devzone.at("2026-11-04").ok("update", 2, "--unit", "乙局", "--milestone", "验收", "--done", "--note", "补验")
    devzone.ok("close", 2, "--unit", "乙局", "--milestone", "验收", "--note", "材料齐")
    devzone.at("2026-11-05").ok("update", 1, "--unit", "各县", "--note", "本期无变化")
    devzone.ok("update", 1, "--unit", "乙局", "--note", "碰头一次", "--problem", "缺人手", "--next", "下月再碰头")
    devzone.at("2026-11-09")


def late_and_renamed(devzone: Devzone) -> None:
    """As `busy`, then what had happened before is typed in, last things first, and a unit gets another name."""
    busy(devzone)
    devzone.ok("update", 2, "--unit", "西县", "--milestone", "验收", "--note", "十月下旬自查", "--on", "2026-10-28")
    devzone.ok("update", 1, "--unit", "甲局", "--note", "七月碰头", "--on", "2026-07-15")
    devzone.plan(PLAN.replace("- name: 东县", "- name: 东城区\n        aliases: [东县]").replace("[东县,", "[东城区,"))
    devzone.ok("plan", "adopt", "--on", "2026-11-03", "--reason", "撤县设区")


def two_policies(devzone: Devzone) -> None:
    """As `busy`, beside a second policy of which nothing is known yet."""
    busy(devzone)
    Path("plans").mkdir()
    Path("plan.yaml").rename("plans/plan.yaml")
    devzone.plan(PLAN.replace("id: demo", "id: other").replace("三件事", "别的事"), "plans/other.yaml")
    devzone._monkeypatch.setenv("DEVZONE_PLAN", "plans")


@pytest.mark.parametrize("history", [tell, busy, late_and_renamed, two_policies])
@pytest.mark.parametrize("period", [("--week", "2026-W45"), ("--month", "2026-11")])
def test_every_paper_of_a_day_counts_alike(
    devzone: Devzone, history: Callable[[Devzone], None], period: tuple[str, str]
) -> None:
    history(devzone)
    asked = (*period, "--as-of", "2026-11-08")
    written = devzone.ok("report", *asked, *(word for form in FORMATS for word in ("--format", form))).out.splitlines()
    papers = {path.suffix.removeprefix("."): path for path in map(Path, written)}
    status = devzone.ok("status", "--json", "--as-of", "2026-11-08").json
    told = {name: read(papers[name]) for name, read in FORMATS.items()}
    told["status"] = {name: status["totals"][name] for name in COUNTS}
    told["report"] = {name: devzone.ok("report", *asked, "--json").json["totals"][name] for name in COUNTS}
    assert told == dict.fromkeys(told, told["status"])
    assert told["status"]["overdue"] > 0  # there is something to count

    stats = devzone.ok("stats", "--by", "measure", "--json", "--as-of", "2026-11-08").json["rows"]
    for name, key in {
        "duties": "duties",
        "suspended": "suspended",
        "overdue": "overdue",
        "closed_out": "closed",
    }.items():
        assert sum(row[key] for row in stats) == status["totals"][name], name


@pytest.mark.parametrize("history", [tell, busy, late_and_renamed])
def test_every_paper_of_a_day_says_the_same_of_each_measure(
    devzone: Devzone, history: Callable[[Devzone], None]
) -> None:
    history(devzone)
    asked = ("--week", "2026-W45", "--as-of", "2026-11-08")
    wanted = {
        row["number"]: {name: row[name] for name in ("duties", "closed_out", "overdue", "unreported")}
        for row in devzone.ok("status", "--json", "--as-of", "2026-11-08").json["measures"]
    }
    devzone.ok("report", *asked, "--format", "html", "-o", "a.html")
    devzone.ok("report", *asked, "--format", "docx", "-o", "a.docx")
    devzone.ok("report", *asked, "--format", "xlsx", "-o", "a.xlsx")
    words = {"duties": "任务", "closed_out": "销号", "overdue": "逾期", "unreported": "未报送"}
    on_page = {}
    for row in html.parse("a.html").findall(".//section[@id='measures']//tbody/tr"):
        cells = {cell.get("data-label"): cell.text_content() for cell in row}
        on_page[int(row[0].text_content())] = {name: int(cells[word]) for name, word in words.items()}
    assert on_page == wanted
    in_word = {}
    for row in (
        line.split(" | ") for line in text(Path("a.docx")).splitlines() if line[:1].isdigit() and " | " in line
    ):
        counts = {
            "duties": "任务",
            "closed_out": "已销号",
            "overdue": "逾期",
        }  # the annex does not count what is silent
        in_word[int(row[0])] = {name: _first(rf"{word}(\d+)项", row[3]) for name, word in counts.items()}
    assert in_word == {n: {name: own[name] for name in in_word[n]} for n, own in wanted.items()}
    in_book: dict[int, Counter[str]] = {}
    for duty in duties_of(Path("a.xlsx")):
        own = in_book.setdefault(duty["措施序号"], Counter())
        own["duties"] += 1
        own["closed_out"] += duty["状态"] == STATES["closed_out"]
        own["overdue"] += duty["预警"] == SIGNALS["overdue"]
        own["unreported"] += "未报送" in (duty["备注"] or "")
    assert in_book == wanted


@pytest.mark.parametrize("history", [tell, busy, late_and_renamed])
def test_every_list_of_what_is_overdue_names_the_same_units_and_days(
    devzone: Devzone, history: Callable[[Devzone], None]
) -> None:
    history(devzone)
    asked = ("--week", "2026-W45", "--as-of", "2026-11-08")
    duties = devzone.ok("export", "overdue", "--json", "--as-of", "2026-11-08").json["duties"]
    wanted = {(duty["measure"], duty["unit"], duty["days_overdue"]) for duty in duties}
    devzone.ok("report", *asked, "--format", "html", "-o", "a.html")
    on_page = set()
    for row in html.parse("a.html").xpath("//table[contains(caption/@class, 'overdue')]/tbody/tr"):
        cells = {cell.get("data-label"): cell.text or "" for cell in row}
        number = int(row[0].text_content().split()[0])
        on_page |= {(number, unit, int(cells["逾期天数"])) for unit in cells["责任单位"].split("、")}
    assert on_page == wanted
    devzone.ok("export", "overdue", "--format", "xlsx", "--as-of", "2026-11-08", "-o", "a.xlsx")
    assert {(row["措施序号"], row["责任单位"], row["逾期天数"]) for row in duties_of(Path("a.xlsx"))} == wanted


@pytest.mark.parametrize("history", [tell, busy, late_and_renamed])
@pytest.mark.parametrize("period", [("--week", "2026-W45"), ("--month", "2026-11")])
def test_every_paper_of_a_day_asks_for_the_same_and_tells_of_the_same_changes(
    devzone: Devzone, history: Callable[[Devzone], None], period: tuple[str, str]
) -> None:
    history(devzone)
    asked = (*period, "--as-of", "2026-11-08")
    written = devzone.ok("report", *asked, *(f"--format={name}" for name in TEXTS)).out.splitlines()
    said = {path.suffix: "".join(TEXTS[path.suffix[1:]](path).split()) for path in map(Path, written)}
    content = devzone.ok("report", *asked, "--json").json
    newly = sum(len(item["units"]) for item in content["overdue"] if item["new"])
    for form, words in said.items():
        for ask in content["asks"]:
            assert all(ask[name] in words for name in ("sort", "who", "since", "what", "asked")), (form, ask)
        assert _first(r"新增逾期(\d+)项|其中本[周月]新增(\d+)项", words) == newly, form
        assert _first(r"签发(\d+)件", words) == (history is not tell), form
        assert _first(r"到期未报送(\d+)项", words) == content["totals"]["unreported"], form


def _first(pattern: str, words: str) -> int:
    """The number that `pattern` finds first in `words`; none is told as none."""
    match = re.search(pattern, words)
    return int(next(filter(None, match.groups()))) if match else 0


def _in_words(said: str) -> Figures:
    """The figures of 总体情况 in a text, whatever blanks stand around them; what is not named is none."""
    section = re.split("[一二]、", "".join(said.split()))[1]
    found = {name: re.search(rf"{term}共?(\d+)项", section) for name, term in COUNTS.items()}
    return {name: int(match[1]) if match else 0 for name, match in found.items()}


def _on_page(path: Path) -> Figures:
    tiles = html.parse(path).findall(".//dl[@class]/div")
    shown = {tile.find("dt").text_content().strip(" ●◆\n"): tile.find("dd/b") for tile in tiles}
    return {name: int(shown[term].text) if term in shown else 0 for name, term in COUNTS.items()}


def duties_of(path: Path) -> list[Mapping[str, Any]]:
    """The rows of a workbook by heading."""
    sheet = load_workbook(path).worksheets[0]
    head, *rows = sheet.iter_rows(3, values_only=True)
    return [dict(zip(map(str, head), row, strict=True)) for row in rows if row[1]]


def _in_workbook(path: Path) -> Figures:
    duties = duties_of(path)
    states, signals = Counter(duty["状态"] for duty in duties), Counter(duty["预警"] for duty in duties)
    unreported = sum("未报送" in (duty["备注"] or "") for duty in duties)
    counted = {name: states[term] + signals[term] for name, term in COUNTS.items()}
    return {**counted, "duties": len(duties), "unreported": unreported}


FORMATS: dict[str, Callable[[Path], Figures]] = {
    "md": lambda path: _in_words(path.read_text("utf-8")),
    "txt": lambda path: _in_words(path.read_text("utf-8")),
    "html": _on_page,
    "docx": lambda path: _in_words(text(path)),
    "xlsx": _in_workbook,
}
"""How the figures are read out of each format."""

TEXTS: dict[str, Callable[[Path], str]] = {
    "md": lambda path: path.read_text("utf-8").replace("\\", ""),
    "txt": lambda path: path.read_text("utf-8"),
    "html": lambda path: html.parse(path).find(".//main").text_content(),
    "docx": text,
}
"""How the words are read out of each."""
