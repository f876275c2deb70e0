"""What fits in a window of any width: every character is shown, and lines are broken as a printer breaks them."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.console import Console

from sm_devzone.output.screen import Words
from tests.conftest import Devzone

WIDTHS = (40, 60, 79, 80, 99, 100, 110, 140)
CLOSING = tuple("，。；：！？、）”》】〕」』％…,.;:!?)]}%")
STRANGE = "".join(map(chr, range(0x9F00, 0x9F3C)))
"""Sixty characters that occur nowhere else."""
NOTE = "已整合三个园区，涉及资金1,234.5万元（含A1-B2地块）；“化工园区”边界2026-11-20前议定，另有３４５６７家。"
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
        assert not [line for line in lines if line.strip().startswith(CLOSING)]
        if words[0] not in ("status", "stats"):
            text = "".join(lines)
            assert [one for one in STRANGE if one not in text] == []
            assert all(number in text for number in ("1,234.5", "A1-B2", "2026-11-20", "３４５６７"))


def test_what_stands_outside_tables_is_broken_alike(devzone: Devzone) -> None:
    """What a change says, what a measure asks, and the totals."""
    units = "、".join(f"市第{number}局" for number in "一二三四五六七八九十")
    path = devzone.plan(f"""\
        policy: {{id: demo, title: 试点, issuer: 甲市, issued: 2026-01-01, valid_until: 2027-12-31, office: 甲局}}
        units: [{{name: 甲局}}]
        measures: [{{number: 1, title: 试点, units: [甲局], tasks: ["由甲局牵头,{units}配合"]}}]
        """)
    devzone.ok("update", 1, "--unit", "甲局", "--note", "开工")
    path.write_text(path.read_text("utf-8").replace("由甲局牵头,", "由甲局牵头,另有"), "utf-8")
    for words in (["show", 1], ["check"], ["plan"], ["status"]):
        for width in WIDTHS:
            lines = screen(devzone, words, width)
            assert max(map(cell_len, lines)) <= width
            assert not [line for line in lines if line.strip().startswith(CLOSING)]
    assert screen(devzone, ["status"], 40)[-3:] == [
        "合计  措施 1 条  任务 1 项  已销号 0",
        "待审核 0  推进中 1  未启动 0  中止 0",
        "逾期 0  临期 0  未报送 0",
    ]


def test_a_window_that_does_not_know_its_width(told: Devzone) -> None:
    assert screen(told, ["history"], 0) == screen(told, ["history"], 80)
    assert screen(told, ["history"], 7) == screen(told, ["history"], 40)


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [
        ("逾期 692 天，含中止", 8, ["逾期", "692 天，", "含中止"]),
        ("资金1,234.5万元", 10, ["资金", "1,234.5万", "元"]),
        ("完成率98.5％以上", 9, ["完成率", "98.5％以", "上"]),
        ("共３４５家", 7, ["共", "３４５", "家"]),
        ("见 interoperability 一节", 18, ["见", "interoperability", "一节"]),
        ("在 Gemäßigte 区", 12, ["在 Gemäßigte", "区"]),
        ("（甲）“乙”", 6, ["（甲）", "“乙”"]),
        ("https://a.example/1234567", 10, ["https://a.", "example/12", "34567"]),
        ("1234567890，好", 10, ["123456789", "0，好"]),
    ],
)
def test_where_a_line_is_broken(text: str, width: int, lines: list[str]) -> None:
    assert [line.plain for line in Words(text).wrap(Console(width=width), width)] == lines


@given(st.text(st.sampled_from("甲乙丙３a1Ａé ，。）“（,.-%…"), max_size=40), st.integers(4, 30))
def test_no_line_is_too_long_and_nothing_is_lost(text: str, width: int) -> None:
    lines = [line.plain for line in Words(text).wrap(Console(width=width), width)]
    assert "".join("".join(lines).split()) == "".join(text.split())
    assert all(cell_len(line) <= width for line in lines)
    joined = "\n".join(lines)
    for run in re.findall("[^ 甲乙丙]+", text):
        if cell_len(run) <= width - 4:  # with a character before and behind that a mark belongs to
            assert all(word in joined for word in re.findall("[3３a1Ａé]+", run))


@pytest.mark.parametrize("width", [80, 99, 100, 140])
def test_below_a_hundred_columns_records_stand_one_under_the_other(devzone: Devzone, width: int) -> None:
    devzone.ok("update", 4, "--unit", "三元", "--milestone", "整合", "--progress", 60, "--note", "已整合三个园区")
    devzone.ok("void", 1, "--reason", "应为沙县")
    devzone.ok("update", 4, "--unit", "沙县", "--milestone", "整合", "--done", "--note", "已挂牌")
    for words in (["history"], ["stats"], ["urge"], ["review"]):
        lines = screen(devzone, words, width)
        has_heads = any(re.search("编号 +发生日期|单位 +角色 +任务|序号 +措施 +(角色 +)?节点", line) for line in lines)
        assert has_heads == (width >= 100), words
    if width < 100:
        assert [line.rstrip() for line in screen(devzone, ["history"], width)[-5:]] == [
            "   1  2026-11-23  报进展（已被 2 号作废）  4“整合”  三元区",
            "    60%  已整合三个园区",
            "    2026-11-23 09:00 小林",
            "",
            "共 3 条",
        ]
        assert screen(devzone, ["review"], width)[3:5] == [
            "沙县区  1 项",
            "4 推进县域园区整合“整合”  2026-11-23  超期  今天报来",
        ]


def test_status_in_one_look(devzone: Devzone) -> None:
    devzone.at("2026-10-08").ok("update", 2, "--unit", "商务局", "--note", "开了会")
    devzone.at("2026-11-18").ok("update", 4, "--unit", "三元", "--done", "--note", "已挂牌", "--on", "2026-11-16")
    devzone.ok("update", 4, "--unit", "沙县", "--done", "--note", "已挂牌")
    devzone.ok("close", 4, "--unit", "沙县", "--note", "在卷")
    lines = screen(devzone.at("2026-11-23"), ["status"], 80)
    assert lines[:2] == ["《关于促进省级以上开发区管理提升的若干措施》", "截至 2026-11-23"]
    assert [line.rstrip() for line in lines[3:8]] == [
        "逾期      24 项  4“整合” 18 项（最久 692 天）  17“体检 2025” 6 项（最久 327 天）",
        "待审核    1 项  4“整合” 1 项  最早 2026-11-16 报完成",
        "未报送    319 项（31 个单位）",
        "近七天    报完成 1  销号 1",
        "最该催的  市工信局 逾期 2、未报送 16  市商务局 逾期 2、未报送 14",
    ]
    assert "没有时限的 15 条（长期推进）" in lines
    assert len(lines) <= 32
