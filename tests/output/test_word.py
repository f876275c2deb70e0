"""公文 as Word files: what they say, the layout of GB/T 9704-2012, and what LibreOffice makes of them."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from docx.oxml import parse_xml
from docx.oxml.ns import qn
from docx.shared import Length, Mm
from docx.table import Table

from tests.conftest import Devzone
from tests.output.reading_word import as_pdf, blocks, disorder, pages, parts, text
from tests.output.test_golden import tell
from tools import office, templates

ROOT = Path(__file__).parents[2]
GOLDEN = Path(__file__).parent / "golden"
CHINESE = re.compile("[\u4e00-\u9fff]")


def a_report(devzone: Devzone, *words: str | int) -> Path:
    return devzone.folder / devzone.ok("report", "--format", "docx", *words).out.strip()


# What it says

FORMS: dict[str, list[str | int]] = {
    "report.week.docx.txt": ["--week", "2026-W45", "--number", 12],
    "report.month.docx.txt": ["--month", "2026-11"],
    "report.empty.docx.txt": ["--from", "2026-02-01", "--to", "2026-02-03"],
}


@pytest.mark.parametrize("name", FORMS)
def test_golden(devzone: Devzone, name: str, request: pytest.FixtureRequest) -> None:
    tell(devzone)
    check_golden(name, text(a_report(devzone, *FORMS[name], "--as-of", "2026-11-08")), request)


@pytest.mark.parametrize("name", ["notice.docx.txt", "notice.md"])
def test_golden_notice(devzone: Devzone, name: str, request: pytest.FixtureRequest) -> None:
    tell(devzone)
    devzone.ok("notice", "--unit", "乙局")
    form = name.split(".")[1]
    (path,) = devzone.at("2026-11-17").ok("notice", "--unit", "乙局", "--format", form).out.splitlines()
    check_golden(name, text(Path(path)) if form == "docx" else Path(path).read_text("utf-8"), request)


def check_golden(name: str, got: str, request: pytest.FixtureRequest) -> None:
    target = GOLDEN / name
    if request.config.getoption("--update-golden"):
        target.write_bytes(got.encode())
    assert got == target.read_text("utf-8")


@pytest.mark.parametrize(
    ("option", "value", "title", "this"),
    [
        ("--week", "2026-W48", "落实情况周报", "逾期25项，本周无新增"),
        ("--month", "2026-11", "落实情况月报", "逾期25项，本月无新增"),
        ("--quarter", "2026Q4", "落实情况季报", "逾期25项，本季度无新增"),
        ("--year", "2026", "落实情况年报", "本年新增6项"),
    ],
)
def test_every_period_has_its_words(devzone: Devzone, option: str, value: str, title: str, this: str) -> None:
    said = text(a_report(devzone, option, value))
    assert title in said
    assert this in said


def test_whom_it_goes_to_stands_in_the_plan_or_nowhere(devzone: Devzone) -> None:
    assert "报：" not in text(a_report(devzone))
    plan = (ROOT / "data/measures.yaml").read_text("utf-8")
    devzone.plan(plan.replace("  office:", "  report_to: 市政府领导\n  copy_to: [各成员单位, 各县政府]\n  office:"))
    said = text(a_report(devzone))
    assert "报：市政府领导\n送：各成员单位，各县政府\n" in said
    devzone.plan(plan.replace("  office:", "  copy_to: 各成员单位\n  office:"))
    said = text(a_report(devzone))
    assert "送：各成员单位\n" in said
    assert "报：" not in said


def test_an_ended_policy_says_so_and_nobody_owes_a_report(devzone: Devzone) -> None:
    ended = text(a_report(devzone.at("2027-07-15")))
    assert "》有效期已于2027年7月14日届满。" in ended
    assert "目前没有要求定期报送的任务。" in ended
    assert "都已报送" not in ended
    devzone.at("2027-06-10").ok("update", 4, "--unit", "商务局", "--note", "摸底")
    last_day = text(a_report(devzone.at("2027-07-14")))
    assert "届满" not in last_day
    assert "涉及31个单位" in last_day  # of the cycle of June, which is over


def test_several_policies_are_told_apart(devzone: Devzone, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = devzone.folder / "plans"
    plan = (ROOT / "data/measures.yaml").read_text("utf-8")
    devzone.plan(plan, "plans/a.yaml")
    devzone.plan(
        plan.replace("id: sm-devzone-2024", "id: b").replace("title: 关于促进", "title: 关于加快"), "plans/b.yaml"
    )
    monkeypatch.setenv("DEVZONE_PLAN", str(folder))
    path = a_report(devzone)
    said = text(path)
    first, second = (f"《关于{verb}省级以上开发区管理提升的若干措施》" for verb in ("促进", "加快"))
    for title in (first, second):
        assert f"{title}措施4（推进县域园区整合）“整合”：市商务局、" in said
    assert "等2个政策文件\n落实情况周报" in said
    annex = the_annex(path)
    assert [row.cells[0].text for row in annex.rows if row.cells[0].text.startswith("《")] == [first, second]
    assert disorder(path) == []


def test_several_units_that_owe_the_same_stand_together(devzone: Devzone) -> None:
    said = text(a_report(devzone.at("2025-01-05")))
    (line,) = [line for line in said.splitlines() if line.startswith("措施4（推进县域园区整合）“整合”：")]
    assert line == (
        "措施4（推进县域园区整合）“整合”：市商务局、市发改委、市工信局、市财政局、市生态环境局、市应急局、市自然资源局、"
        "各省级及以上开发区、各县（市、区）人民政府（11个）。时限2024年12月31日，逾期5天，本周新增。"
    )


def test_a_long_period_tells_the_last_word_of_each_duty(devzone: Devzone) -> None:
    devzone.at("2026-11-03").ok("update", 2, "--unit", "商务局", "--note", "上旬的情况")
    devzone.at("2026-11-20").ok("update", 2, "--unit", "商务局", "--note", "下旬的情况")
    devzone.ok("update", 2, "--unit", "三元", "--note", "下旬的情况")
    month = text(a_report(devzone, "--month", "2026-11"))
    assert "本月2个单位报进展3次" in month
    assert "上旬的情况" not in month
    days = text(a_report(devzone, "--from", "2026-11-01"))
    assert "措施2市商务局、三元区（11月20日）：下旬的情况。" in days
    assert "上旬的情况" not in days


def test_all_units_of_a_decision_are_named(devzone: Devzone) -> None:
    devzone.at("2026-11-20")
    for unit in ("建宁", "沙县", "大田"):
        devzone.ok("extend", 4, "--unit", unit, "--to", "2027-01-31", "--reason", "同意")
    line = "延期：措施4（推进县域园区整合）“整合”，建宁县、沙县区、大田县，延至2027年1月31日（逾期后延期）：同意。"
    assert line in text(a_report(devzone))


def test_a_day_of_another_year_bears_its_year(devzone: Devzone) -> None:
    devzone.at("2026-12-31").ok("update", 4, "--unit", "商务局", "--note", "年底办的", "--on", "2026-12-30")
    devzone.at("2027-01-02").ok("update", 4, "--unit", "发改委", "--note", "新年办的", "--on", "2027-01-01")
    said = text(a_report(devzone))
    assert "市商务局（2026年12月30日）：年底办的。" in said
    assert "市发改委（1月1日）：新年办的。" in said


@pytest.mark.parametrize("words", ["短信2026-99-99号", "见 2026-11-20 的  通知", "0000-00-00", "2026-11-311"])
def test_dates_that_people_type_stay_as_they_were_typed(devzone: Devzone, words: str) -> None:
    devzone.ok("update", 4, "--unit", "建宁", "--note", words, "--problem", words, "--next", words)
    told, annex = text(a_report(devzone)).split("附件1\n")
    assert told.count(f"：{' '.join(words.split())}。") == 3
    assert annex.count(f"：{' '.join(words.split())}。") == 2  # the progress and the problem of its measure
    (slip,) = devzone.ok(
        "notice", "--unit", "商务局", "--measure", 4, "--note", words, "--reason", words
    ).out.splitlines()
    assert f"{words}。（{words}）" in text(Path(slip))


HOSTILE = ["{{ 7 * 7 }} {%p if x %} {_{ }_}", "<w:p>&amp;</w:t>", "甲\n乙\t丙", "见“引号”"]


@pytest.mark.parametrize("words", HOSTILE)
def test_what_people_write_stays_text(devzone: Devzone, words: str) -> None:
    devzone.ok("update", 4, "--unit", "商务局", f"--note={words}")
    path = a_report(devzone)
    assert re.sub("[\n\t]", " ", words) in text(path)
    assert disorder(path) == []


def test_what_other_hands_put_into_the_journal_is_cleaned(devzone: Devzone) -> None:
    devzone.ok("update", 4, "--unit", "商务局", "--note", "好")
    with closing(sqlite3.connect(devzone.db)) as file:
        columns = "kind, policy, measure, unit, milestone, period, happened_on, recorded_at, recorded_by, source"
        evil = "\x1b[31m红\x07\x00 \u202etxt\ufffe"
        file.execute(f"INSERT INTO entry ({columns}, note) SELECT {columns}, ? FROM entry WHERE id = 1", (evil,))
        file.commit()
    (slip,) = devzone.ok("notice", "--unit", "商务局", "--measure", 4).out.splitlines()
    for path in (a_report(devzone), Path(slip)):
        assert "�[31m红�� �txt�" in text(path)


@pytest.mark.parametrize(
    ("title", "lines"),
    [
        ("关于做好三件事的若干措施", ["《关于做好三件事的若干措施》"]),
        ("关于促进省级以上开发区管理提升的若干措施", ["《关于促进省级以上开发区", "管理提升的若干措施》"]),
        ("字" * 19, ["《" + "字" * 10, "字" * 9 + "》"]),
        ("字" * 58, ["《" + "字" * 19, "字" * 20, "字" * 19 + "》"]),
        ("字" * 10 + "的" + "字" * 28, ["《" + "字" * 10 + "的", "字" * 15, "字" * 13 + "》"]),
    ],
)
def test_a_long_title_breaks_into_even_lines(devzone: Devzone, title: str, lines: list[str]) -> None:
    plan = (ROOT / "data/measures.yaml").read_text("utf-8")
    devzone.plan(plan.replace("关于促进省级以上开发区管理提升的若干措施", title))
    said = text(a_report(devzone))
    assert "\n# " + "\n".join([*lines, "落实情况周报"]) + "\n" in said


# That it is the same again


def test_the_same_report_is_the_same_bytes(devzone: Devzone) -> None:
    devzone.at("2026-11-20").ok("update", 4, "--unit", "商务局", "--note", "已整合")
    first = a_report(devzone, "--week", "2026-W47", "--number", 3).read_bytes()
    later = devzone.at("2027-03-01").ok("report", "--verify", 3).out
    assert "docx 一致" in later
    made = a_report(devzone, "--week", "2026-W47", "-o", "again")
    assert made.read_bytes() != first  # without its number
    assert devzone.ok("report", "--week", "2026-W47", "--format", "docx", "-o", "a.docx").code == 0
    assert (devzone.folder / "a.docx").read_bytes() == made.read_bytes()


def test_it_goes_to_a_pipe_and_not_to_a_screen(devzone: Devzone, run_process: Any) -> None:
    assert run_process("report", "--format", "docx", "-o", "-").stdout.startswith(b"PK")
    assert devzone("report", "--format", "docx", "-o", "-", terminal=True).code == 2


# How it is laid out


def test_page_margins_and_page_numbers(devzone: Devzone) -> None:
    document = Document(str(a_report(devzone)))
    upright, landscape = document.sections
    assert (near(upright.page_width), near(upright.page_height)) == (210, 297)
    assert (near(landscape.page_width), near(landscape.page_height)) == (297, 210)
    margins = [upright.top_margin, upright.left_margin, upright.right_margin, upright.bottom_margin]
    assert [near(margin) for margin in margins] == [37, 28, 26, 35]
    assert document.settings.odd_and_even_pages_header_footer
    assert upright.footer.paragraphs[0].alignment == 2  # right
    assert upright.even_page_footer.paragraphs[0].alignment in (0, None)
    assert "PAGE" in upright.footer._element.xml
    assert upright.footer.paragraphs[0].text == "— 1 —"


def near(length: Length | None) -> int:
    assert length is not None
    return round(length / Mm(1))


def test_fonts_sizes_and_indents(devzone: Devzone) -> None:
    devzone.ok("update", 4, "--unit", "商务局", "--note", "已整合")
    looks = {}
    for block in blocks(a_report(devzone)):
        if not isinstance(block, Table) and block.runs and block.style is not None:
            run, style = block.runs[0], block.style
            east = run._r.find(f"{qn('w:rPr')}/{qn('w:rFonts')}").get(qn("w:eastAsia"))
            of_style = style.element.rPr.rFonts.get(qn("w:eastAsia"))
            size = run.font.size.pt if run.font.size else None
            first = style.element.pPr.find(qn("w:ind")) if style.element.pPr is not None else None
            looks[str(style.name).lower()] = (
                east,
                of_style,
                size,
                first is not None and first.get(qn("w:firstLineChars")),
            )
    assert looks["title"][:3] == ("方正小标宋简体", "方正小标宋简体", 22)
    assert looks["heading 1"] == ("黑体", "黑体", 16, "200")
    assert looks["heading 2"] == ("楷体_GB2312", "楷体_GB2312", 16, "200")
    assert looks["公文正文"] == ("仿宋_GB2312", "仿宋_GB2312", 16, "200")


def test_every_chinese_run_names_its_font(devzone: Devzone) -> None:
    tell(devzone)
    for name, content in parts(a_report(devzone)).items():
        if name in ("word/document.xml", "word/footer1.xml", "word/footer2.xml"):
            for run in parse_xml(content).iter(qn("w:r")):
                if CHINESE.search("".join(run.itertext())):
                    assert run.find(f"{qn('w:rPr')}/{qn('w:rFonts')}").get(qn("w:eastAsia"))


def test_the_line_pitch_is_fixed(devzone: Devzone) -> None:
    normal = Document(str(a_report(devzone))).styles["Normal"].element.pPr.find(qn("w:spacing"))
    assert (normal.get(qn("w:line")), normal.get(qn("w:lineRule"))) == ("579", "exact")  # 28.95 pt: 22 lines on a page


def test_28_characters_stand_on_a_line(devzone: Devzone) -> None:
    closer = Document(str(a_report(devzone))).styles["Normal"].element.rPr.find(qn("w:spacing"))
    assert closer.get(qn("w:val")) == "-5"  # 156 mm hold them 0.25 pt closer


def test_slip_and_bulletin_have_one_look() -> None:
    report, notice = (parts(ROOT / "templates" / f"{name}.docx") for name in ("report", "notice"))
    assert {name for name in notice if report[name] != notice[name]} == {
        "word/document.xml",
        "word/_rels/document.xml.rels",  # page numbers of landscape pages are two footers more
        "[Content_Types].xml",
    }


def the_annex(path: Path) -> Table:
    return next(block for block in blocks(path) if isinstance(block, Table) and block.rows[0].cells[0].text == "序号")


def test_the_annex_repeats_its_header_and_splits_no_row(devzone: Devzone) -> None:
    head, *rows = the_annex(a_report(devzone))._tbl.tr_lst
    assert head.trPr is not None
    assert head.trPr.find(qn("w:tblHeader")) is not None
    assert len(rows) == 17
    assert all(row.trPr is not None and row.trPr.find(qn("w:cantSplit")) is not None for row in rows)


def test_children_stand_in_the_order_of_the_schema(devzone: Devzone) -> None:
    tell(devzone)
    assert disorder(a_report(devzone)) == []
    for template in (ROOT / "templates").glob("*.docx"):
        assert disorder(template) == []


def test_the_shipped_templates_have_the_words_of_their_texts(tmp_path: Path) -> None:
    made = templates.made()
    assert sorted(made) == sorted(path.name for path in (ROOT / "templates").glob("*.docx"))
    for name, content in made.items():
        (tmp_path / name).write_bytes(content)
        assert parts(tmp_path / name) == parts(ROOT / "templates" / name), "run `make templates`"


# As a person sees it


@pytest.mark.slow
def test_a_slip_is_one_page_with_a_band_of_its_colour_and_one_to_answer_on(devzone: Devzone, tmp_path: Path) -> None:
    four = ("notice", "--unit", "财政局", "--measure", 4)
    for at in ("2026-11-23", "2026-12-01", "2026-12-09"):
        path = devzone.folder / devzone.at(at).ok(*four).out.strip()
    slip, answer = pages(as_pdf(path, tmp_path))
    assert "红色督办单" in slip.text
    assert "联系人" in slip.text
    assert "督办单办理情况回执" in answer.text
    shade = parse_xml(parts(path)["word/document.xml"]).findall(f".//{qn('w:pPr')}/{qn('w:shd')}")
    assert [one.get(qn("w:fill")) for one in shade] == ["C00000"]
    assert disorder(path) == []


PAGES = {
    "week": ("2026-W48", "2026-11-29", 4),
    "month": ("2026-11", "2026-11-30", 6),
    "year": ("2026", "2026-11-30", 12),
}


@pytest.mark.slow
def test_the_papers_of_an_office_with_600_entries_are_short(devzone: Devzone, tmp_path: Path) -> None:
    made = office.make(tmp_path)
    assert made.entries >= 600
    for length, (period, day, most) in PAGES.items():
        words = ("report", f"--{length}", period, "--as-of", day, "--format", "docx", "-o", tmp_path / f"{length}.docx")
        path = devzone.folder / devzone.at("2026-11-30").ok("--db", made.path, *words).out.strip()
        sheets = pages(as_pdf(path, tmp_path))
        body = [sheet for sheet in sheets if sheet.width < sheet.height]  # annexes lie on their side
        assert most // 2 < len(body) <= most, length
        first, last = body[0].text, body[-1].text
        assert "请领导阅示" in first
        assert "逾期最久" in first
        signature = last.index("附件：1.各项措施落实情况表")
        assert signature > 20, last  # never alone on its page


PAPERS = """\
policy: {id: zone, title: 关于做好三件事的若干措施, issuer: 市政府办, issued: 2026-01-05, valid_until: 2028-12-31,
  office: 市甲局}
units: [{name: 市甲局}, {name: 市乙局}, {name: 市税务局, vertical: true}]
measures:
  - number: 1
    title: 按期验收
    units: [市甲局, 市乙局, 市税务局]
    milestones:
      - {key: 验收, title: 验收, origin: policy, due: 2026-09-23, as_written: 9月底前}
      - {key: 评估, title: 评估, origin: policy, due: 2026-12-31, as_written: 年底前}
"""


@pytest.mark.parametrize(("unit", "last"), [("市税务局", "请予函复。"), ("市乙局", "将发橙色督办单。")])
def test_no_signature_stands_alone_on_a_page(devzone: Devzone, unit: str, last: str) -> None:
    devzone.plan(PAPERS)
    path = devzone.folder / devzone.ok("notice", "--unit", unit, "--measure", 1, "--milestone", "验收").out.strip()
    paragraphs = list(Document(str(path)).element.body.iter(qn("w:p")))
    texts = ["".join(words.text or "" for words in one.iter(qn("w:t"))) for one in paragraphs]
    (end,) = [place for place, words in enumerate(texts) if last in words]
    signed = texts.index("2026年11月23日")
    assert texts[signed - 1] == "市甲局"
    kept = [one.find(f"{qn('w:pPr')}/{qn('w:keepNext')}") is not None for one in paragraphs]
    assert all(kept[end:signed])  # each stays with the next, from the last words to the day


@pytest.mark.parametrize(
    ("milestone", "title"),
    [("验收", "关于商请尽快办结"), ("评估", "关于商请按期完成")],
)
def test_a_letter_has_its_subject(devzone: Devzone, milestone: str, title: str) -> None:
    devzone.plan(PAPERS)
    words = ("notice", "--unit", "市税务局", "--measure", 1, "--milestone", milestone)
    assert f"# {title}\n“按期验收”工作的函\n" in text(devzone.folder / devzone.ok(*words).out.strip())


@pytest.mark.slow
def test_a_letter_has_the_layout_of_a_letter(devzone: Devzone, tmp_path: Path) -> None:
    """GB/T 9704-2012, 10.1: the office's name 30 mm from the top, no page number on the first page."""
    devzone.plan(PAPERS)
    path = (
        devzone.folder / devzone.ok("notice", "--unit", "市税务局", "--measure", 1, "--milestone", "验收").out.strip()
    )
    assert disorder(path) == []
    lines = {
        name: (edge.get(qn("w:val")), edge.get(qn("w:color")))
        for name in ("header1", "footer3")
        for edge in parse_xml(parts(path)[f"word/{name}.xml"]).iter(qn("w:bottom"))
    }
    assert lines == {"header1": ("thickThinSmallGap", "E60012"), "footer3": ("thinThickSmallGap", "E60012")}
    (page,) = pages(as_pdf(path, tmp_path))
    masthead = next(word for word in page.words if word.text == "市甲局")
    assert 28 < masthead.top / 72 * 25.4 < 34
    number = next(word for word in page.words if "〔2026〕" in word.text)
    line = [word for word in page.words if abs(word.top - number.top) < 5]
    assert abs(max(word.right for word in line) / 72 * 25.4 - (210 - 26)) < 2  # at the right edge of the text
    assert not [word for word in page.words if "—" in word.text]


TITLE = "推进园区低效用地盘活和基础设施补短板并建立部门协同监管机制第{}方面工作"
MANY = """\
policy: {{id: many, title: 关于促进省级以上开发区管理提升的若干措施, issuer: 市政府办, issued: 2024-07-15,
  valid_until: 2027-07-14, office: 市甲局, report_to: 市政府领导, copy_to: 各成员单位, reporting_cycle: month}}
units: [{{name: 市甲局}}, {{name: 市自然资源和规划管理局}}, {{name: 东县}}, {{name: 国家金融监管总局三明监管分局}}]
measures:
{}"""
MEASURE = """\
  - number: {}
    title: {}
    units: [市甲局, 市自然资源和规划管理局, 东县, 国家金融监管总局三明监管分局]
    milestones: [{{key: 节点, title: 办成, origin: policy, due: 2025-{:02}-28, as_written: 年内}}]
"""


@pytest.mark.slow
def test_four_hundred_duties_on_paper(devzone: Devzone) -> None:
    devzone.plan(MANY.format("".join(MEASURE.format(n, TITLE.format(n), n % 12 + 1) for n in range(1, 101))))
    for number in range(1, 9):
        devzone.ok("update", number, "--unit", "东县", "--note", "已开工。" * 60, "--problem", "缺资金" * 40)
    path = a_report(devzone)
    seen = pages(as_pdf(path, devzone.folder))
    sizes = {(round(page.width / 72 * 25.4), round(page.height / 72 * 25.4)) for page in seen}
    assert sizes == {(210, 297), (297, 210)}

    for number, page in enumerate(seen, 1):
        top, right, bottom, left = [
            side * 72 / 25.4 for side in ((28, 37, 26, 35) if page.width > page.height else (37, 26, 35, 28))
        ]
        lies = page.width > page.height  # its left edge is the foot of the page as it is bound
        foot = [word for word in page.words if (word.right < left if lies else word.top > page.height - bottom)]
        assert "".join(word.text for word in foot) == f"—{number}—"
        edge = page.width - right - foot[-1].right if number % 2 else foot[0].left - left
        if lies:
            edge = page.height - bottom - foot[-1].bottom if number % 2 else foot[0].top - top
        assert edge == pytest.approx(14, abs=2)  # one character of 14 pt in from the outer edge
        for word in [word for word in page.words if word not in foot or not lies]:  # a stop may hang over the edge
            assert word.left > left - 2, word
            assert word.right < page.width - right + 17, word
            assert word.top > top - 6, word

    annex = [page for page in seen if page.width > page.height]
    assert len(annex) > 3
    assert all("序号" in page.text for page in annex[:-1])
    titles = [  # the second column of each page, from top to bottom
        "".join(word.text for word in page.words if 44 < word.left * 25.4 / 72 < 81) for page in annex
    ]
    for number in range(1, 101):  # a row is whole on one page, however many lines it has
        assert sum(TITLE.format(number) in column for column in titles) == 1
    assert "报：市政府领导" in seen[-1].text  # 版记 closes the last page
    assert "印发" in seen[-1].words[-1].text
