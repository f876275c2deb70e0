"""Time words: which become due dates and cycles, and which only look like it."""

from __future__ import annotations

import pytest

from tests.domain.reading.reading import dates, kinds, read


def _dates(words: str) -> list[str]:
    return [
        one.removeprefix("1 ")
        for one in dates(read(f"一、甲事。{words}\n责任单位：市水利局\n二、乙事。做乙。\n责任单位：市住建局"))
    ]


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        ("2025年完成河道清理。", ["2025-12-31"]),
        ("2025年内完成河道清理。", ["2025-12-31"]),
        ("2025年年底前完成清理。", ["2025-12-31"]),
        ("到2026年底，建成示范河道10条。", ["2026-12-31"]),
        ("到2027年，示范河道达到30条。", ["2027-12-31"]),
        ("2025年6月底前完成清理。", ["2025-06-30"]),
        ("2026年2月底前完成清理。", ["2026-02-28"]),
        ("于2025年9月15日前报送方案。", ["2025-09-15"]),
        ("2025年上半年出台办法。", ["2025-06-30"]),
        ("2025年第三季度前出台办法。", ["2025-09-30"]),
        ("2025年6月底前完成甲河，2026年底前完成乙河。", ["2025-06-30", "2026-12-31"]),
        ("2025年6月底前完成甲河，12月底前完成乙河。", ["2025-06-30", "2025-12-31"]),
        ("今年年底前完成清理。", ["2025-12-31"]),
        ("力争2026年10月建成投用。", ["2026-10-31"]),
        ("二〇二六年底前完成清理。", ["2026-12-31"]),
        ("“十五五”末建成水网。", ["2030-12-31"]),
        ("本措施印发之日起30日内，制定实施办法。", ["2025-04-09"]),
        ("印发后3个月内出台细则。", ["2025-06-10"]),
        ("自印发之日起10个工作日内报送方案。", ["2025-03-24"]),
        ("每年开展一次评估。", ["year 2025"]),
        ("每季度通报一次。", ["quarter 2025Q2"]),
        ("每半年评估一次，每月调度。", ["half 2025H1", "month 2025-03"]),
        ("于每年2月底前报送总结。", ["year 2026 02-29"]),
        ("每月28日前报送进度。", ["month 2025-03 28"]),
        ("每年11月30日前完成考核。", ["year 2025 11-30"]),
        ("从2026年起，每年遴选一批示范河道。", ["year 2026"]),
        ("每年培育不少于20家管护企业。", ["year 2025"]),
        ("每年安排不少于500万元用于管护。", ["year 2025"]),
        ("举办年度河湖保护大赛。", ["year 2025"]),
        ("2025—2027年，每年遴选10条示范河道。", ["year 2025"]),
    ],
)
def test_what_has_to_be_done_by_a_day_or_in_each_period(words: str, wanted: list[str]) -> None:
    assert _dates(words) == wanted


@pytest.mark.parametrize(
    "words",
    [
        "5年内培育企业100家。",
        "对毕业5年内的高校毕业生给予补贴。",
        "按每年最高50万元给予补助。",
        "每月1200元发放补贴。",
        "给予每年7天免费住宿。",
        "同一企业每年奖励不超过100万元。",
        "每人每年享受一次。",
        "连续3年每年给予经费资助。",
        "给予2年且每月不超过2000元的租金优惠。",
        "实施三年行动，优先列入三年滚动计划。",
        "2025年1月1日至12月31日，对企业返还保费。",
        "从2025年1月1日起，降低水资源费。",
        "自2024年以来，管护水平持续提升。",
        "对2026年12月31日前注册的企业给予补助。",
        "2026年12月31日前，对企业减免水资源费。",
        "税收优惠政策执行至2027年12月31日。",
        "较2020年增长30%。",
        "2024年完成了甲河清理。",
        "贯彻《青河市水网规划（2024—2030年）》。",
        "按照《办法》（青政〔2026〕9号）执行。",
        "企业开办一日办结，受理后3个工作日内办结。",
        "产值年均增长8%，每年增长5%左右。",
        "贷款期限最长3年。",
        "引进人才在6个月内落户的，给予补贴。",
        "定期调度，持续推进，及时通报。",
        "用电价格每千瓦时下降5分，每年每亩补助100元。",
        "2025年度考核结果作为依据。",
    ],
)
def test_what_only_looks_like_a_deadline(words: str) -> None:
    assert _dates(words) == []


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        ("5年内培育企业100家。", "period 5年内培育企业100家"),
        ("同一企业每年奖励不超过100万元。", "trap 同一企业每年奖励不超过100万元"),
        ("2025年1月1日至12月31日，对企业返还保费。", "window 2025年1月1日至12月31日，对企业返还保费"),
        ("会后7日内报送纪要。", "relative 会后7日内报送纪要"),
        ("年底前完成清理。", "relative 年底前完成清理"),
        ("自2024年以来，管护水平提升。", "trap 自2024年以来，管护水平提升"),
        ("2024年完成了甲河清理。", "trap 2024年完成了甲河清理"),
        ("每两年开展一次评估。", "trap 每两年开展一次评估"),
    ],
)
def test_what_is_left_out_is_told(words: str, wanted: str) -> None:
    draft = read(f"一、甲事。{words}\n责任单位：市水利局\n二、乙事。做乙。\n责任单位：市住建局")
    assert wanted in kinds(draft, "period", "trap", "window", "relative")
    assert all(one.reading is None for one in draft.doubts if one.kind in ("period", "trap", "window"))


@pytest.mark.parametrize(
    ("line", "wanted"),
    [
        ("完成时限：2025年9月底前", ["2025-09-30"]),
        ("完成时限：2025年", ["2025-12-31"]),
        ("完成时限：2025-10-15", ["2025-10-15"]),
        ("完成时限：2025年12月31日", ["2025-12-31"]),
        ("完成时限：长期坚持", []),
        ("完成时限：2025年底前，并长期坚持", ["2025-12-31"]),
        ("完成时限：每年12月底前", ["year 2025 12-31"]),
    ],
)
def test_a_label_makes_a_deadline(line: str, wanted: list[str]) -> None:
    text = f"一、甲事。做甲。\n责任单位：市水利局\n{line}\n二、乙事。做乙。\n责任单位：市住建局"
    assert [one.removeprefix("1 ") for one in dates(read(text))] == wanted


def test_a_date_past_the_validity_is_told_and_left_out() -> None:
    draft = read(
        "一、甲事。2030年底前建成水网。\n责任单位：市水利局\n二、乙事。做乙。\n责任单位：市住建局\n本措施自印发之日起施行，有效期3年。"
    )
    assert dates(draft) == []
    assert kinds(draft, "deadline") == ["deadline 2030年底前建成水网"]


def test_the_units_of_the_list_that_follows_answer_for_a_date() -> None:
    draft = read(
        """
        一、甲事。做甲。（责任单位：市水利局）2025年底前完成乙。（责任单位：市住建局、财政局）每年评估。（责任单位：市园林局）
        二、乙事。做乙。
        责任单位：市住建局
        """
    )
    assert [one.units for one in draft.measures[0].milestones] == [("市住建局", "市财政局"), ("市园林局",)]


def test_dates_outside_all_measures_are_told() -> None:
    draft = read(
        """
        一、总体目标
        到2027年，水质全面达标。
        二、主要任务
        （一）甲事。做甲。（市水利局负责）
        （二）乙事。做乙。（市住建局负责）
        三、有关要求
        各部门于2025年4月30日前报送方案，每季度报送进展。市水利局要做好牵头工作。
        """
    )
    assert dates(draft) == []
    assert kinds(draft, "outside") == [
        "outside 到2027年，水质全面达标",
        "outside 各部门于2025年4月30日前报送方案",
        "outside 每季度报送进展",
    ]


def test_without_a_day_of_issue_a_cycle_begins_when_the_office_says_so() -> None:
    draft = read(
        "青河市管护措施\n一、甲事。每年评估。\n责任单位：市水利局\n二、乙事。做乙。\n责任单位：市住建局", head=False
    )
    assert dates(draft) == ["1 year"]
    assert kinds(draft, "cycle") == ["cycle 每年评估"]


def test_a_term_whose_first_year_is_said_has_a_second_reading() -> None:
    draft = read(
        """
        一、目标。2025年起5年内，管好全部河湖。
        责任单位：市水利局
        二、企业。5年内培育企业20家。
        责任单位：市住建局
        """
    )
    assert dates(draft) == []
    assert [(one.reading, one.other) for one in draft.doubts if one.kind == "period"] == [(None, "2029-12-31")] * 2


def test_the_last_year_of_a_cycle_is_kept() -> None:
    draft = read("一、甲事。2025—2027年，每年遴选10条。\n责任单位：市水利局\n二、乙事。做乙。\n责任单位：市住建局")
    assert [one.until for one in draft.measures[0].milestones] == ["2027"]
