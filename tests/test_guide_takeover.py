"""The chapters of the guide on taking over a ledger and on items without YAML are done word for word."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from tests.conftest import Devzone, Ran

ROOT = Path(__file__).parents[1]
GUIDE = (ROOT / "docs" / "guide.md").read_text("utf-8")


def done(devzone: Devzone, chapter: str) -> dict[str, Ran]:
    """Every command of a chapter, with what it said."""
    found = re.search(rf"## {chapter}\n(.*?)\n## ", GUIDE, re.DOTALL)
    assert found is not None
    lines = [line for block in re.findall(r"```\n(.*?)```", found[1], re.DOTALL) for line in block.splitlines()]
    return {line: devzone.ok(*shlex.split(line)[1:]) for line in lines}


@pytest.fixture
def devzone_at_home(devzone: Devzone) -> Devzone:
    Path("docs").symlink_to(ROOT / "docs")
    return devzone


def test_the_ledger_of_the_example_is_taken_over(devzone_at_home: Devzone) -> None:
    said = done(devzone_at_home, "十二、建账：把旧台账接过来")
    taken = said["devzone takeover docs/examples/旧台账.xlsx --yes"]
    assert len(taken.lines) == 8
    assert "没有读：A 序号、J 备注" in taken.err
    states = {(d["unit"], d["milestone"]): d["state"] for d in devzone_at_home.ok("show", 4, "--json").json["duties"]}
    assert [states[unit, "整合"] for unit in ("三元区", "沙县区", "大田县")] == [
        "closed_out",
        "closed_out",
        "in_progress",
    ]
    assert Path("建账表.xlsx").is_file()


def test_an_item_from_a_meeting(devzone_at_home: Devzone) -> None:
    said = done(devzone_at_home, "十三、批示和会议议定的事项")
    (added,) = [ran for line, ran in said.items() if line.startswith("devzone add")]
    assert added.out.startswith("措施 18 园区消防整治（市应急局、三元区")
    assert "2026-11-23" in said["devzone plan --policy directives"].out
