"""What a report says of a matter, in the same words in every format."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import Devzone
from tests.output.reading_word import text


def said(devzone: Devzone, form: str, *words: str) -> str:
    path = devzone.folder / devzone.ok("report", "--force", "--format", form, *words).out.strip()
    return text(path) if form == "docx" else Path(path).read_text("utf-8").replace("\\", "")


@pytest.mark.parametrize("form", ["docx", "md", "txt", "html"])
def test_what_waits_for_review_says_so_beside_its_date(devzone: Devzone, form: str) -> None:
    devzone.at("2026-11-20").ok("update", 4, "--unit", "三元", "--done", "--note", "挂牌")
    devzone.ok("update", 4, "--unit", "沙县", "--note", "摸底")
    shown = said(devzone, form)
    assert "11月20日报完成，待审核，超期689天" in shown
    assert "请责成限期办结" in shown  # of the others
    devzone.at("2026-11-23").ok("close", 4, "--unit", "三元", "--note", "批复在卷")
    assert "待审核，超期" not in said(devzone, form)


def test_on_the_screen_it_is_late_and_not_overdue(devzone: Devzone) -> None:
    devzone.at("2026-11-20").ok("update", 4, "--unit", "三元", "--done", "--note", "挂牌")
    assert "超期 689 天" in devzone.ok("assign", "--unit", "三元", terminal=True).out
    assert "逾期 689 天" in devzone.ok("assign", "--unit", "沙县", terminal=True).out


@pytest.mark.parametrize("form", ["docx", "md", "txt"])
def test_the_annex_tells_of_each_measure_who_how_far_and_what_stands_in_the_way(devzone: Devzone, form: str) -> None:
    devzone.at("2026-11-17").ok("assign", 5, "--unit", "发改委", "--role", "牵头", "--reason", "会议纪要")
    devzone.ok(
        "update", 5, "--unit", "三元", "--note", "下放 3 项权限", "--problem", "人手不足", "--needs", "市委组织部"
    )
    devzone.at("2026-11-18").ok("update", 5, "--unit", "沙县", "--note", "本期无变化")
    shown = said(devzone, form, "--month", "2026-11")
    for words in (
        "依法下放经济管理权限",
        "市发改委（牵头，办公室明确）、市科技局",
        "各县（市、区）人民政府、各省级及以上开发区",  # brackets as an official paper has them
        "任务19项，推进中1项，未启动18项。三元区（11月17日）：下放 3 项权限。",
        "三元区：人手不足。",
        "推进县域园区整合（时限2024年12月31日）",
        "本月没有新进展，尚未报送。",
    ):
        assert words in shown
    assert "牵头单位 | 完成时限" not in shown


def test_slips_and_letters_are_told_apart(devzone: Devzone) -> None:
    devzone.at("2026-11-09").ok("notice", "--unit", "财政局", "--measure", 4)
    devzone.ok("notice", "--unit", "税务局", "--measure", 8)
    shown = said(devzone.at("2026-11-23"), "md", "--month", "2026-11")
    assert "本月签发2件（蓝色1张、商请函1件），已回复0件；到期未回复2件。" in shown
    assert "商请函明商督〔2026〕2号：市税务局，措施8，限11月16日前回复，已过7天。" in shown
    assert "蓝色督办单明商督〔2026〕1号，措施4（推进县域园区整合）“整合”" in shown  # on the first page
    assert "请决定是否升级督办或约谈" in shown


def test_a_letter_asks_for_no_higher_colour(devzone: Devzone) -> None:
    devzone.at("2026-11-09").ok("notice", "--unit", "税务局", "--measure", 8)
    shown = said(devzone.at("2026-11-23"), "md", "--month", "2026-11")
    assert "商请函到期未回复" in shown
    assert "请决定是否由领导出面协调" in shown
    assert "升级督办" not in shown


def test_the_imprint_closes_the_paper(devzone: Devzone) -> None:
    shown = said(devzone, "docx")
    assert shown.rstrip().endswith("市商务局\t2026年11月23日印发")
    assert shown.index("附件1") < shown.index("印发")
