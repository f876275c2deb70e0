"""Every chapter of the guide is done word for word; what one needs lies on the clerk's desk before."""

from __future__ import annotations

import shlex
import shutil
from pathlib import Path

import pytest

from sm_devzone import files
from tests.conftest import Devzone
from tests.guide import CHAPTERS, TEXT, Story, blocks

EXAMPLES = Path(__file__).parents[1] / "docs" / "examples"
WITHOUT_COMMANDS = {"一", "七", "十五"}  # the last of them needs a server: tests/storage/test_offices.py


@pytest.fixture
def desk(devzone: Devzone) -> Devzone:
    """The clerk's folder, with the files that units and the office bring."""
    shutil.copytree(EXAMPLES, "docs/examples")
    shutil.copy(EXAMPLES / "青河市河湖管护措施.txt", "河湖管护措施.pdf")  # what it is, is told by what is in it
    Path("批复.pdf").write_bytes(b"%PDF approved")
    return devzone


def test_no_chapter_is_left_out() -> None:
    assert len(CHAPTERS) == TEXT.count("\n## ") - 1  # the last is the English summary
    assert {chapter for chapter in CHAPTERS if not any(not language for language, _ in blocks(chapter))} == (
        WITHOUT_COMMANDS
    )


def test_a_measure_with_one_date(desk: Devzone) -> None:
    story = Story(desk, "二")
    assert "大田县" in story["devzone urge"].out
    assert "逾期后延期" in desk.ok("history", 4, "--unit", "大田", terminal=True).out
    assert story["devzone report --verify 1"].out.count("一致") == 2
    states = {row["unit"]: row["state"] for row in desk.ok("show", 4, "--json").json["duties"] if row["milestone"]}
    assert [states[unit] for unit in ("三元区", "大田县", "将乐县", "永安市")] == [
        "closed_out",
        "closed_out",
        "in_progress",
        "not_started",
    ]


def test_a_measure_that_comes_every_year(desk: Devzone) -> None:
    Story(desk, "三")
    rows = [row for row in desk.ok("show", 17, "--json").json["duties"] if row["unit"] == "市科技局"]
    assert {(row["period"], row["state"]) for row in rows} == {
        ("2025", "closed_out"),
        ("2026", "not_started"),
        (None, "not_started"),
    }


def test_from_a_pdf_to_the_first_status(desk: Devzone) -> None:
    story = Story(desk, "十一", refused=["devzone --plan qzb-2025-8.yaml check"])
    said = [ran for line, ran in story.said if line.endswith("check")]
    assert [ran.code for ran in said] == [3, 0]
    assert said[0].err.splitlines()[0] == "qzb-2025-8.yaml:5: 缺少字段 office，请补上"
    assert "没有问题" in said[1].out
    assert len(story["devzone --plan qzb-2025-8.yaml status"].lines) == 6


def test_a_ledger_of_the_past(desk: Devzone) -> None:
    taken = Story(desk, "十二")["devzone takeover docs/examples/旧台账.xlsx --yes"]
    assert len(taken.lines) == 8
    assert "没有读：A 序号、J 备注" in taken.err
    states = {(row["unit"], row["milestone"]): row["state"] for row in desk.ok("show", 4, "--json").json["duties"]}
    assert [states[unit, "整合"] for unit in ("三元区", "沙县区", "大田县")] == [
        "closed_out",
        "closed_out",
        "in_progress",
    ]
    assert Path("建账表.xlsx").is_file()


def test_items_from_meetings(desk: Devzone) -> None:
    story = Story(desk, "十三")
    assert story["devzone add"].out.startswith("措施 18 园区消防整治（市应急局、三元区")
    assert "2026-11-23" in story["devzone plan"].out


def test_a_bundle_goes_up(desk: Devzone) -> None:
    export, county, city, taken = (lines for _, lines in blocks("十六"))
    Path("county").mkdir()
    shutil.copy(EXAMPLES.parents[1] / "data" / "measures.yaml", "county")
    files.save(Path("county/contacts.yaml"), "\n".join(county))
    files.save(desk.db.with_name("contacts.yaml"), "\n".join(city))
    below = ("--db", "county/devzone.db", "--plan", "county/measures.yaml")
    desk.ok(*below, "update", 4, "--unit", "商务局", "--note", "已整合")
    assert desk.ok(*below, *shlex.split(export[0])[1:]).out.strip() == "沙县区政府督查室.json"
    Path("收件夹").mkdir()
    Path("沙县区政府督查室.json").rename("收件夹/沙县区政府督查室.json")
    said = [desk.ok(*shlex.split(line)[1:]).out for line in taken]
    assert "沙县区政府督查室" in said[1]
    assert "永安市政府督查室" in said[1]
    assert "沙县区政府督查室" in said[2]


OWN_TESTS = {"二", "三", "十", "十一", "十二", "十三", "十六"}


@pytest.mark.parametrize("chapter", sorted(CHAPTERS.keys() - WITHOUT_COMMANDS - OWN_TESTS))
def test_the_other_chapters(desk: Devzone, chapter: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sm_devzone.terminal.Terminal.can_ask", True)
    monkeypatch.setattr("typer.confirm", lambda words, err: True)  # where a person is asked
    assert Story(desk, chapter).said
