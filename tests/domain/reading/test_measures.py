"""Which items of a text are measures, their numbers and titles, and what a text says of itself."""

from __future__ import annotations

import pytest

from sm_devzone.domain.reading.plan import draft_of
from sm_devzone.domain.reading.text import Line
from tests.domain.reading.reading import dates, kinds, lines, read, told


def titles(text: str) -> list[str]:
    return [f"{one.number} {one.title}" for one in read(text).measures]


def test_chapters_and_principles_are_no_measures() -> None:
    assert titles(
        """
        一、总体要求
        （一）指导思想。全面贯彻部署。
        （二）基本原则。坚持绿色发展。
        二、主要任务
        （一）清河。清理河道。（市水利局负责）
        （二）治湖。治理湖面。（市住建局负责）
        三、保障措施
        （一）加强领导。落实责任。
        """
    ) == ["1 清河", "2 治湖"]


def test_an_item_without_units_in_the_run_of_the_others_is_one() -> None:
    draft = read(
        """
        一、主要任务
        1.清河。清理河道。（市水利局负责）
        2.治湖。治理湖面。
        3.护岸。加固堤岸。（市住建局负责）
        """
    )
    assert told(draft) == ["1 清河: 市水利局", "2 治湖: ", "3 护岸: 市住建局"]
    assert kinds(draft, "measure") == ["measure 2.治湖。治理湖面。"]


def test_general_items_in_the_run_are_left_out_and_told() -> None:
    draft = read(
        """
        一、总体要求
        （一）指导思想。全面贯彻部署。
        （二）工作目标。水质变好。
        二、主要任务
        （三）清河。清理河道。（市水利局负责）
        （四）治湖。治理湖面。（市住建局负责）
        """
    )
    assert [(one.number, one.title) for one in draft.measures] == [(3, "清河"), (4, "治湖")]
    assert len(kinds(draft, "measure")) == 2


def test_numbers_that_begin_anew_are_numbered_through_and_told() -> None:
    draft = read(
        """
        一、清河
        （一）清理。清理河道。（市水利局负责）
        （二）巡查。巡查河道。（市水利局负责）
        二、治湖
        （一）清淤。清理湖底。（市住建局负责）
        """
    )
    assert [(one.number, one.printed, one.title) for one in draft.measures] == [
        (1, "（一）", "清理"),
        (2, "（二）", "巡查"),
        (3, "（一）", "清淤"),
    ]
    assert len(kinds(draft, "number")) == 1


def test_a_list_behind_the_last_sub_item_belongs_to_the_item() -> None:
    draft = read(
        """
        1.清河
        （1）清理河道垃圾。
        （2）2025年底前拆除违建。
        责任单位：市水利局
        2.治湖
        （1）清理湖底。
        （2）巡查湖面。
        责任单位：市住建局
        """
    )
    assert told(draft) == ["1 清河: 市水利局", "2 治湖: 市住建局"]
    assert dates(draft) == ["1 2025-12-31"]


def test_sub_items_with_lists_of_their_own_are_the_measures() -> None:
    assert titles(
        """
        第一条 办公支持
        提供场地。（责任单位：市住建局）
        第二条 人才支持
        （一）引才。引进人才。（责任单位：市人社局）
        （二）育才。培训人才。（责任单位：市教育局）
        附则
        （一）适用范围
        本措施适用于本市。由上述责任单位解释。
        """
    ) == ["1 办公支持", "2 引才", "3 育才"]


def test_several_lists_in_one_paragraph_are_one_measure() -> None:
    draft = read(
        "一、甲事。做甲。（责任单位：市水利局）做乙。（责任单位：市住建局）\n二、乙事。做丙。（责任单位：市财政局）"
    )
    assert told(draft) == ["1 甲事: 市水利局 市住建局", "2 乙事: 市财政局"]


def test_a_paragraph_with_title_and_units_and_no_number_is_a_measure() -> None:
    draft = read(
        """
        一、甲事。做甲。（责任单位：市水利局）
        二、乙事。做乙。（责任单位：市住建局）
        三、保障措施
        加强领导。成立专班。（责任单位：市政府办公室）
        强化考核。纳入考核。（责任单位：市委组织部）
        """
    )
    assert told(draft) == ["1 甲事: 市水利局", "2 乙事: 市住建局", "3 加强领导: 市政府办公室", "4 强化考核: 市委组织部"]


def test_a_text_without_numbers() -> None:
    draft = read("清理河道。清理垃圾。\n责任单位：市水利局\n治理湖面。巡查湖面。\n责任单位：市住建局")
    assert told(draft) == ["1 清理河道: 市水利局", "2 治理湖面: 市住建局"]


def test_a_text_without_units_is_read_by_its_numbers() -> None:
    draft = read("一、清河。清理河道。\n二、治湖。治理湖面。\n三、护岸。加固堤岸。")
    assert told(draft) == ["1 清河: ", "2 治湖: ", "3 护岸: "]
    assert len(kinds(draft, "measure")) == 1


def test_no_text_no_measure() -> None:
    assert read("河水清清，鸟语花香。\n我们去春游。", head=False).measures == ()


@pytest.mark.parametrize(
    ("item", "title", "is_own"),
    [
        ("一、清河。清理河道。", "清河", True),
        ("一、清河：清理河道，巡查堤防。", "清河", True),
        ("（一）清河行动。清理，巡查。", "清河行动", True),
        ("1．清河。清理河道。", "清河", True),
        ("1、清河。清理河道。", "清河", True),
        ("11.121清河工程。清理河道。", "121清河工程", True),
        ("第三条 清河。清理河道。", "清河", True),
        ("第三条【清河】清理河道，巡查堤防，加固堤岸。", "清河", True),
        ("二、“清河”行动。清理河道。", "“清河”行动", True),
        (
            "一、对清理河道成效明显的县（市、区），优先安排资金，并予以通报表扬。",
            "对清理河道成效明显的县（市、区）",
            False,
        ),
        ("任务一：清河。清理河道。", "清河", True),
    ],
)
def test_the_title_is_the_words_of_the_text(item: str, title: str, is_own: bool) -> None:
    draft = read(f"{item}（责任单位：市水利局）")
    assert [(one.title, one.is_own_title) for one in draft.measures] == [(title, is_own)]
    assert bool(kinds(draft, "title")) is not is_own


def test_many_items_without_titles_are_told_once() -> None:
    draft = read(
        "\n".join(f"{n}、对成效明显的第{n}类地方，给予支持，并予以通报。（市水利局负责）" for n in "一二三四五")
    )
    assert len(kinds(draft, "title")) == 1


def test_facts_of_a_document_with_all_of_them() -> None:
    draft = read("一、甲事。做甲。（市水利局负责）\n本措施自2025年5月1日起施行，有效期至2027年12月31日。")
    facts = draft.facts
    assert [
        said and said.value for said in (facts.title, facts.issuer, facts.number, facts.issued, facts.valid_until)
    ] == [
        "青河市人民政府办公室关于印发青河市河湖长效管护若干措施的通知",
        "青河市人民政府办公室",
        "青政办〔2025〕8号",
        "2025-03-10",
        "2027-12-31",
    ]
    assert facts.place == "青河市"


@pytest.mark.parametrize(
    ("words", "until"),
    [
        ("本办法自发布之日起施行，有效期3年。", "2028-03-09"),
        ("本措施自印发之日起实施，有效期三年。", "2028-03-09"),
        ("本措施自2025年4月1日起施行，有效期2年。", "2027-03-31"),
        ("本措施自印发之日起施行，有效期至2026年12月31日。", "2026-12-31"),
        ("本措施有效期为2年，自2025年4月1日起施行。", "2027-03-31"),
        ("本措施自印发之日起试行，试行期1年。", "2026-03-09"),
        ("本措施自印发之日起30日后施行，有效期5年。", None),
        ("本措施自印发之日起施行。", None),
        ("贷款贴息政策执行至2027年12月31日。", None),
    ],
)
def test_validity(words: str, until: str | None) -> None:
    said = read(f"一、甲事。做甲。（市水利局负责）\n二、乙事。做乙。（市住建局负责）\n{words}").facts.valid_until
    assert (said.value if said else None) == until


def test_a_title_on_two_lines_and_a_signature_below() -> None:
    draft = read(
        """
        青河市人民政府关于促进河湖长效管护
        高质量发展的若干意见
        青政〔2025〕3号
        各县（市、区）人民政府：
        现提出以下意见：
        一、甲事。做甲。（市水利局负责）
        二、乙事。做乙。（市住建局负责）
        青河市人民政府
        二〇二五年三月十日
        （此件公开发布）
        """,
        head=False,
    )
    facts = draft.facts
    assert [said and said.value for said in (facts.title, facts.issuer, facts.issued)] == [
        "青河市人民政府关于促进河湖长效管护高质量发展的若干意见",
        "青河市人民政府",
        "2025-03-10",
    ]


def test_nothing_is_invented_for_a_bare_text() -> None:
    facts = read(
        "关于加强管护的若干措施\n一、甲事。做甲。（市水利局负责）\n二、乙事。做乙。（市住建局负责）", head=False
    ).facts
    assert facts.title is not None
    assert (facts.issuer, facts.number, facts.issued, facts.valid_until, facts.place) == (None, None, None, None, None)


def test_three_years_of_a_plan_are_no_validity() -> None:
    draft = read(
        "青河市河湖管护行动方案（2025—2027年）\n一、甲事。做甲。（市水利局负责）\n二、乙事。做乙。（市住建局负责）",
        head=False,
    )
    assert draft.facts.valid_until is None
    assert [one.other for one in draft.doubts if "valid_until" in one.why] == ["2027-12-31"]


# Lines


WRAPPED = """
一、管好河道。组织清理河道两岸垃圾，巡查堤防安全隐患，拆除河道管理范围
内的违法建筑，恢复河道行洪能力，完善河道管护机制，落实管护经费和人员，
推动河道管护常态化。（责任单位：市水利局、财政局，各县（市、区）人民政
府）
二、管好湖泊。治理湖面水葫芦，清理湖底淤泥，修复湖滨湿地，提升湖泊水质，
建设智慧管护平台，2025年完成全部湖泊的清淤工作。（责任单
位：市住建局、自然资
源局）
"""


def test_wrapped_lines_are_joined_inside_words_and_labels() -> None:
    assert told(read(WRAPPED)) == [
        "1 管好河道: 市水利局 市财政局 各县（市、区）人民政府",
        "2 管好湖泊: 市住建局 市自然资源局",
    ]


def test_page_numbers_and_running_heads_go_and_are_told() -> None:
    noise = "\n— {} —\n青河市人民政府公报\n\n"
    text = (
        WRAPPED.replace("完善河道", f"完善河{noise.format(1)}道", 1)
        .replace("修复湖滨", f"修复湖{noise.format(2)}滨")
        .replace("位：市住", f"位：{noise.format(3)}市住")
    )
    draft = read(text)
    assert told(draft) == told(read(WRAPPED))
    assert kinds(draft, "dropped") == ["dropped 青河市人民政府公报"]


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.translate(str.maketrans("，：；（）", ",:;()")),
        lambda text: text.translate(str.maketrans("，：；（）。", ",:;().")),
        lambda text: "".join(mark + " " * (at % 7 == 0) for at, mark in enumerate(text)),
        lambda text: text.replace("\n", "\n\n"),
        lambda text: text.replace("市", "市\u200b"),
        lambda text: "\ufeff" + text,
    ],
)
def test_other_punctuation_and_blanks_change_nothing(change: object) -> None:
    text = """
        一、管好河道。清理垃圾。2025年完成清理。
        责任单位：市水利局、财政局，各县（市、区）人民政府
        二、管好湖泊。每年评估。
        （市住建局牵头，市财政局配合）
        """
    assert callable(change)
    changed = read(change(text))
    plain = read(text)
    assert [one.replace("(", "（").replace(")", "）") for one in told(changed)] == told(plain)
    assert dates(changed) == dates(plain)


def test_rows_of_a_table_are_measures() -> None:
    rows = [
        ("序号", "重点任务", "具体举措", "牵头单位", "配合单位", "完成时限"),
        ("1", "清河", "清理河道垃圾", "市水利局", "市财政局、住建局", "2025年9月底前"),
        ("2", "治湖", "治理湖面", "市住建局\n市园林局", "/", "长期坚持"),
        ("二、保障", "二、保障", "二、保障", "二、保障", "二、保障", "二、保障"),
        ("3", "", "", "市财政局", "", ""),
    ]
    text = [
        *lines("青河市河湖管护任务分解表"),
        *(Line(at, "\t".join(row), None, row, 1) for at, row in enumerate(rows, 2)),
    ]
    draft = draft_of(text)
    assert told(draft) == ["1 清河: *市水利局 -市财政局 -市住建局", "2 治湖: *市住建局 *市园林局"]
    assert dates(draft) == ["1 2025-09-30"]
    assert kinds(draft, "table") == ["table 3 市财政局"]


def test_a_table_of_something_else_is_told() -> None:
    rows = [("年份", "河长数"), ("2024", "300")]
    text = [
        *lines("青河市措施\n一、甲事。做甲。（市水利局负责）\n二、乙事。做乙。（市住建局负责）"),
        *(Line(at, "\t".join(row), None, row, 1) for at, row in enumerate(rows, 9)),
    ]
    assert kinds(draft_of(text), "table") == ["table 年份 河长数"]


def test_the_same_text_gives_the_same_draft() -> None:
    assert read(WRAPPED) == read(WRAPPED)
