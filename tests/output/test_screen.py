"""What fits in a window of any width: every character is shown, and lines are broken as a printer breaks them."""

from __future__ import annotations

import re
from typing import Any

import pytest
from rich.cells import cell_len

from tests.conftest import Devzone

WIDTHS = (40, 60, 79, 110)
STRANGE = "".join(map(chr, range(0x9F00, 0x9F3C)))
"""Sixty characters that occur nowhere else."""
NOTE = "已整合三个园区，涉及资金1,234.5万元（含A1-B2地块）；“化工园区”边界2026-11-20前议定。"
TWO = """\
policy: {id: p2, title: 测试, issuer: 甲市, issued: 2026-01-01, valid_until: 2027-12-31, office: 市督查室}
units: [{name: 市督查室}, {name: 市商务局}]
measures: [{number: 1, title: 试点, units: [市商务局]}]
"""


@pytest.fixture(params=["one policy", "two policies"])
def told(request: pytest.FixtureRequest, devzone: Devzone, monkeypatch: pytest.MonkeyPatch) -> Devzone:
    """A journal in which one duty has long words."""
    if request.param == "two policies":
        from sm_devzone.settings import shipped

        folder = devzone.plan(TWO, "plans/p2.yaml").parent
        (folder / "a.yaml").write_bytes((shipped("data") / "measures.yaml").read_bytes())
        monkeypatch.setenv("DEVZONE_PLAN", str(folder))
    number = "sm-devzone-2024/4"
    devzone.ok("update", number, "--unit", "商务局", "--milestone", "整合", "--note", NOTE, "--problem", STRANGE)
    return devzone


def screen(devzone: Devzone, words: list[Any], width: int) -> list[str]:
    out = devzone.ok(*words, terminal=True, width=width).out
    return re.sub(r"\x1b\[[0-9;]*m", "", out).splitlines()


@pytest.mark.parametrize(
    "words",
    [["urge"], ["assign", "--unit", "商务局"], ["show", "sm-devzone-2024/4"], ["history"], ["status"], ["stats"]],
    ids=" ".join,
)
def test_nothing_is_cut_and_no_line_begins_with_a_comma(told: Devzone, words: list[str]) -> None:
    for width in WIDTHS:
        lines = screen(told, words, width)
        assert max(map(cell_len, lines)) <= width
        assert not [line for line in lines if line.strip().startswith(("，", "。", "；", "：", "、", "）", "”"))]
        if words[0] not in ("status", "stats"):
            text = "".join(lines)
            assert [one for one in STRANGE if one not in text] == []
            assert all(number in text for number in ("1,234.5", "A1-B2", "2026-11-20"))


def test_a_window_that_does_not_know_its_width(told: Devzone) -> None:
    assert screen(told, ["history"], 0) == screen(told, ["history"], 80)
    assert screen(told, ["history"], 7) == screen(told, ["history"], 40)
