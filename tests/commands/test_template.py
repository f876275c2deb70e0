"""`devzone template`: what there is, a copy to edit, and where a tag is wrong."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from openpyxl import load_workbook

from sm_devzone.commands.template import TEMPLATES
from sm_devzone.domain.form import HELP_SHEET
from tests.conftest import Devzone
from tests.output.reading_word import parts

SHIPPED = Path(__file__).parents[2] / "templates"


@pytest.fixture
def own(devzone: Devzone, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The office's own folder of templates, in use."""
    folder = devzone.folder / "own"
    folder.mkdir()
    monkeypatch.setenv("DEVZONE_TEMPLATES", str(folder))
    return folder


@pytest.fixture
def edited(own: Path) -> Callable[..., Path]:
    """`edited("report.docx", old, new)`: the shipped template in which someone has put `new` in the place of `old`."""

    def edit(name: str, old: str, new: str, part: str = "word/document.xml") -> Path:
        content = parts(SHIPPED / name)
        assert old.encode() in content[part]
        content[part] = content[part].replace(old.encode(), new.encode(), 1)
        with zipfile.ZipFile(own / name, "w") as file:
            for inner, text in content.items():
                file.writestr(inner, text)
        return own / name

    return edit


def test_every_shipped_template_has_its_line() -> None:
    words = {f"{name}.txt" for name in TEMPLATES if name.endswith(".docx")}  # what `make templates` puts into them
    assert sorted({*TEMPLATES, *words}) == sorted(path.name for path in SHIPPED.iterdir() if path.is_file())


def test_the_list_tells_what_is_overridden(devzone: Devzone, own: Path) -> None:
    (own / "report.md").write_text("x", encoding="utf-8")
    (own / "周报.md").write_text("x", encoding="utf-8")
    ran = devzone.ok("template", "list", "--json")
    assert {row["name"]: row["own"] for row in ran.json["templates"]} == {
        name: name == "report.md" for name in TEMPLATES
    }
    assert "周报.md 不是模板名" in ran.err
    assert str(own / "report.md") in devzone.ok("template", "list", terminal=True).out


def test_a_copy_is_what_is_shipped_and_overwrites_nothing(devzone: Devzone) -> None:
    made = devzone.ok("template", "copy", "report.docx", "notice.docx", "-o", "模板").out
    assert made == "模板/report.docx\n模板/notice.docx\n"
    copy = devzone.folder / "模板" / "report.docx"
    assert copy.read_bytes() == (SHIPPED / "report.docx").read_bytes()
    copy.write_bytes(b"edited")
    again = devzone("template", "copy", "notice.md", "report.docx", "-o", "模板")
    assert (again.code, again.out) == (2, "")
    assert copy.read_bytes() == b"edited"
    assert not (devzone.folder / "模板" / "notice.md").exists()


def test_what_is_shipped_works(devzone: Devzone) -> None:
    assert devzone.ok("template", "check").out.count("可用") == len(TEMPLATES)


def test_a_copy_works_as_it_is(devzone: Devzone, own: Path) -> None:
    devzone.ok("template", "copy", *TEMPLATES, "-o", own)
    assert devzone.ok("template", "check").out.count("自己的\t可用") == len(TEMPLATES)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("{{ b.span }}", "{{ b.nothing }}", ["第 7 段“{{ b.nothing }}”", "nothing"]),
        ("{{ b.span }}", "{{ b.span", ["第 7 段“{{ b.span”", "没有写完整"]),
        ("{%p for section in d.sections %}", "{%p fur section in d.sections %}", ["“{%p fur section", "fur"]),
        ("{{ section.title }}", "{{ b.this + 1 }}", ["“{{ b.this + 1 }}”", "算不出来"]),
        ("{{ row.title }}", "{{ row.name }}", ["{{ row.name }}", "name"]),
        ("{%tr endfor %}", "", ["写法有误"]),
        (
            "{%tr for row in d.annex %}",
            "{%tr for row in d.annex }",
            ["{%tr for row in d.annex }", "没有写完整"],
        ),
        ("{{ section.title }}", "{{ b.__class__.__mro__ }}", ["__class__"]),
        ("{{ b.span }}", "</w:t></w:r></w:p>{{ b.span }}<w:p><w:r><w:t>", []),
    ],
)
def test_a_wrong_tag_is_told_with_its_place(
    devzone: Devzone, edited: Callable[..., Path], old: str, new: str, words: list[str]
) -> None:
    path = edited("report.docx", old, new)
    if not words:  # a template that is merely laid out otherwise
        devzone.ok("template", "check", "report.docx")
        return
    ran = devzone("template", "check")
    assert (ran.code, ran.out) == (1, "")
    first, *_ = ran.err.splitlines()
    assert first.startswith(f"{path}: ")
    assert all(word in first for word in words), first
    assert " 处问题" in ran.err
    report = devzone("report", "--format", "docx")
    assert (report.code, report.out) in ((1, ""), (0, report.out))  # a week may not come by the wrong tag


@pytest.mark.parametrize(
    ("name", "old", "new", "words"),
    [
        ("letter.docx", "{{ n.notice.reference }}", "", "商请函里没有编号"),
        ("letter.docx", "{{ n.unit }}", "", "商请函里没有单位"),
        ("letter.docx", "{{ n.wanted_of_unit }}", "", "商请函里没有回复期限"),
        ("report.docx", "{{ ('《' ~ b.policies[0].title ~ '》')|balanced }}", "", "周报里没有政策标题"),
    ],
)
def test_what_matters_is_missed(
    devzone: Devzone, edited: Callable[..., Path], name: str, old: str, new: str, words: str
) -> None:
    path = edited(name, old, new)
    ran = devzone("template", "check")
    assert (ran.code, ran.out) == (1, "")
    first, *rest = ran.err.splitlines()
    assert first.startswith(f"{path}: 用样例填出来的")
    assert words in first
    assert "模板有 1 处问题" in rest[0]


def test_a_report_has_its_totals(devzone: Devzone, own: Path) -> None:
    (own / "report.md").write_text("{{ b.policies[0].title }} 任务{{ b.totals.duties }}", encoding="utf-8")
    assert "周报里没有已销号数、逾期数\n" in devzone("template", "check", "report.md").err


@pytest.mark.parametrize("tag", ["｛｛ b.kind ｝｝", "{｛ b.kind }}", "｛％ if b ％｝", "{{ b.kind }｝", "{% if b %｝"])
def test_braces_of_a_chinese_keyboard(devzone: Devzone, edited: Callable[..., Path], own: Path, tag: str) -> None:
    path = edited("report.docx", "{{ b.span }}", tag)
    (own / "report.txt").write_text(f"报告\n{tag}\n", encoding="utf-8")
    ran = devzone("template", "check")
    assert ran.code == 1
    assert ran.err.splitlines()[:2] == [
        f"{own / 'report.txt'}:2: “{tag}”用了全角的括号，标签要用半角的 {{ }} %",
        f"{path}: 第 7 段“{tag}”用了全角的括号，标签要用半角的 {{ }} %",
    ]
    assert "模板有 2 处问题" in ran.err


def test_a_template_in_another_encoding(devzone: Devzone, own: Path) -> None:
    whole = (SHIPPED / "report.txt").read_text("utf-8")
    (own / "report.txt").write_text(whole, encoding="gbk", errors="ignore")
    for words in (("template", "check", "report.txt"), ("report", "--format", "txt")):
        ran = devzone(*words)
        assert (ran.code, ran.out) == (1, "")
        assert f"{own / 'report.txt'}: 模板不是 UTF-8 编码" in ran.err
        assert "请在编辑器里另存为 UTF-8" in ran.err
    assert "模板有 1 处问题" in devzone("template", "check", "report.txt").err  # the remedy is no fault
    (own / "report.txt").write_text(whole, encoding="utf-8-sig")
    assert devzone.ok("report", "--format", "txt", "-o", "-").out.startswith("督办周报")
    (own / "report.css").write_bytes("/* 样式 */".encode("gbk"))  # a part of report.html
    assert f"{own / 'report.css'}: 模板不是 UTF-8 编码" in devzone("report", "--format", "html").err
    assert "模板有 1 处问题" in devzone("template", "check").err


def test_a_part_that_is_not_there(devzone: Devzone, own: Path) -> None:
    (own / "report.txt").write_text("{% include '没有.txt' %}", encoding="utf-8")
    assert "devzone: 找不到模板 没有.txt" in devzone("report", "--format", "txt").err


def test_the_tag_of_a_footer(devzone: Devzone, edited: Callable[..., Path]) -> None:
    path = edited("notice.docx", "— ", "{{ n.nothing }}", part="word/footer1.xml")
    ran = devzone("template", "check", "notice.docx")
    assert ran.code == 1
    assert ran.err.startswith(f"{path}（页脚）: 第 1 段“{{{{ n.nothing }}}}”")


@pytest.mark.parametrize("words", ["{{ x", "{{ n.nope }}", "{% if %}"])
def test_the_properties_of_a_file_are_no_template(devzone: Devzone, edited: Callable[..., Path], words: str) -> None:
    core = parts(SHIPPED / "notice.docx")["docProps/core.xml"].decode()
    title = re.search("<dc:title>.*?</dc:title>", core)
    old = title[0] if title else "</cp:coreProperties>"
    edited(
        "notice.docx",
        old,
        f"<dc:title>{words}</dc:title><dc:subject>{words}</dc:subject>" + ("" if title else old),
        part="docProps/core.xml",
    )
    devzone.ok("template", "check", "notice.docx")


def test_a_tag_that_word_has_cut_in_pieces_still_works(devzone: Devzone, edited: Callable[..., Path]) -> None:
    cut = '{{ b.</w:t></w:r><w:proofErr w:type="spellStart"/><w:r><w:t>span</w:t></w:r><w:r><w:t> }}'
    edited("report.docx", "{{ b.span }}", cut)
    devzone.ok("template", "check", "report.docx")
    edited("report.docx", "{{ b.span }}", cut.replace("span", "nothing"))
    assert "{{ b.nothing }}" in devzone("template", "check", "report.docx").err


def test_faults_of_text_templates_have_their_line(devzone: Devzone, own: Path) -> None:
    (own / "report.md").write_text("好\n{{ b.nothing }}\n", encoding="utf-8")
    (own / "notice.md").write_text("{% if %}\n", encoding="utf-8")
    ran = devzone("template", "check")
    assert ran.code == 1
    assert "report.md:2: " in ran.err
    assert "notice.md:1: " in ran.err
    assert "2 处问题" in ran.err


def test_the_tags_of_the_guide_are_there(devzone: Devzone, own: Path) -> None:
    guide = (SHIPPED.parent / "docs" / "guide.md").read_text("utf-8").replace("\\|", "|")
    for name, of in (("report.md", "b"), ("notice.md", "n")):
        tags = re.findall(rf"`({{{{ {of}\..*?}}}})`", guide)
        assert len(tags) > 5
        (own / name).write_text("\n".join(tags), encoding="utf-8")
        devzone.ok("template", "check", name)


def test_what_a_template_of_0_1_0_used_is_still_there(devzone: Devzone, own: Path) -> None:
    used = """{% for item in b.news %}
{{ b.document(item.entry.policy) }}{{ item.entry.place }}{{ item.entry|place }}{{ item.entry.note|sentence }}
{% endfor %}
{% for item in b.overdue %}{{ item|place }}{{ item.limit }}{{ ORIGINS[item.due_origin] }}{% endfor %}
{% for row in b.measures %}{{ lead_words(row.lead_unit, row.lead_origin) }}{{ row.first_due|day }}{% endfor %}
{{ 3|numeral }}{% for policy in b.ended %}{{ policy.valid_until|short_day(b.day) }}{% endfor %}
"""
    (own / "report.txt").write_text((SHIPPED / "report.txt").read_text("utf-8") + used, encoding="utf-8")
    devzone.plan(
        """\
        policy: {id: zone, title: 若干措施, issuer: 市政府办, issued: 2024-07-15, valid_until: 2026-07-14, office: 甲局}
        units: [{name: 甲局}]
        measures:
          - {number: 1, title: 建立机制, units: [甲局], milestones: [{key: 建成, title: 建成, origin: policy,
             due: 2025-06-30, as_written: 6月底前}]}
        """
    )
    devzone.ok("update", 1, "--unit", "甲局", "--note", "好")
    told = devzone.ok("report", "--format", "txt", "-o", "-").out
    assert "“建成”“建成”好。" in told
    assert "“建成”2025年6月30日（政策时限）政策时限" in told
    assert "未明确2025年6月30日" in told
    assert "三7月14日" in told


@pytest.mark.parametrize("way", ["draw.date", "draw.escape", "draw.annotations", "draw.burn_up.__globals__"])
def test_a_template_gets_no_more_than_it_is_handed(devzone: Devzone, own: Path, way: str) -> None:
    (own / "report.html").write_text(f"<p>{{{{ {way} }}}}</p>", encoding="utf-8")
    ran = devzone("report", "--format", "html", "-o", "-")
    assert (ran.code, ran.out) == (1, "")
    assert "report.html:1: " in ran.err


@pytest.mark.parametrize("content", [b"", b"no zip", b"PK\x03\x04 broken"])
def test_what_is_no_word_file(devzone: Devzone, own: Path, content: bytes) -> None:
    (own / "report.docx").write_bytes(content)
    ran = devzone("report", "--format", "docx")
    assert (ran.code, ran.out) == (1, "")
    assert "不是 Word 文件" in ran.err


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["list", "-o", "x"], 2),
        (["check", "--json"], 2),
        (["copy"], 2),
        (["copy", "没有.docx"], 4),
        (["look"], 2),
    ],
)
def test_what_is_refused(devzone: Devzone, words: list[str], code: int) -> None:
    ran = devzone("template", *words)
    assert (ran.code, ran.out) == (code, "")


def test_a_folder_that_is_not_there(devzone: Devzone) -> None:
    assert devzone("--templates", "没有", "template", "check").code == 2


def test_an_office_gives_its_own_advice_on_a_form(devzone: Devzone, own: Path) -> None:
    (own / "form.txt").write_bytes("\ufeff只填蓝色表头下面的格子。\r\n\r\n电话：8222\x07333\r\n".encode())
    path = Path(devzone.ok("send", "--unit", "商务局", "-o", "表").out.strip())
    sheet = load_workbook(path)[HELP_SHEET]
    assert [row[0].value for row in sheet.iter_rows()] == [
        "填写说明",
        "1. 只填蓝色表头下面的格子。",
        "2. 电话：8222�333",
    ]
    (own / "form.txt").write_bytes(b"\xff\xfe")
    assert "form.txt: 模板读不了" in devzone("template", "check", "form.txt").err
    assert devzone("send", "--unit", "商务局", "-o", "又").code == 1
    assert not Path("又").exists()


# What Word keeps beside the text


OTHER_CORE = "http://schemas.openxmlformats.org/officedocument/2006/relationships/metadata/core-properties"
CORE = "http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def relation(kind: str, target: str, more: str = "") -> str:
    return f'<Relationship Id="rId77" Type="{OFFICE}/{kind}" Target="{target}"{more}/></Relationships>'


RELATIONS = "word/_rels/document.xml.rels"


def test_properties_under_the_other_spelling_of_their_relation(devzone: Devzone, edited: Callable[..., Path]) -> None:
    edited("report.docx", CORE, OTHER_CORE, part="_rels/.rels")
    ran = devzone.ok("report", "--format", "docx", "-o", "报告.docx")
    assert "Warning" not in ran.err
    with zipfile.ZipFile("报告.docx") as paper:
        assert paper.namelist().count("docProps/core.xml") == 1
    assert CORE in parts(Path("报告.docx"))["_rels/.rels"].decode()
    devzone.ok("template", "check", "report.docx")


@pytest.mark.parametrize(
    "dangling",
    [
        relation("image", "NULL"),
        relation("image", "../media/gone.png"),
        relation("oleObject", "embeddings/gone.bin"),
        relation("customXml", "../customXml/item9.xml"),
        relation("hyperlink", "#_Toc1"),
        relation("people", "people.xml"),
        relation("glossaryDocument", "glossary/document.xml"),
    ],
)
def test_a_relation_that_leads_nowhere_does_no_harm(
    devzone: Devzone, edited: Callable[..., Path], dangling: str
) -> None:
    edited("report.docx", "</Relationships>", dangling, part=RELATIONS)
    devzone.ok("template", "check", "report.docx")
    devzone.ok("report", "--format", "docx", "-o", "报告.docx")
    assert b"gone" not in parts(Path("报告.docx"))[RELATIONS]


def test_a_picture_that_is_lost_is_told(devzone: Devzone, edited: Callable[..., Path], own: Path) -> None:
    edited("report.docx", "</Relationships>", relation("image", "NULL"), part=RELATIONS)
    files = parts(own / "report.docx")
    drawing = f'</w:t><w:drawing xmlns:r="{OFFICE}" r:embed="rId77"/><w:t>'.encode()
    body = files["word/document.xml"].replace(b"{{ b.span }}", drawing)
    assert body != files["word/document.xml"]
    with zipfile.ZipFile(own / "report.docx", "w") as file:
        for name, content in (files | {"word/document.xml": body}).items():
            file.writestr(name, content)
    assert (
        "第 7 段的图片丢了，文件里没有\n请在 Word 里把这个图片删去" in devzone("template", "check", "report.docx").err
    )


@pytest.mark.parametrize(
    ("new", "said"),
    [
        ("{%p endif %}此处说明文字", "“{%p endif %}”这一段里的“此处说明文字”不会印出来\n请把标签单独放一段"),
        ("前言{%p endif %}", "“前言”不会印出来"),
        ("{%p endif %}</w:t></w:r><w:r><w:t>另一段文字", "“另一段文字”不会印出来"),
        ("{%p endif %}{{ b.kind }}", "“{{ b.kind }}”不会印出来"),
        ("{%p endif %}</w:t></w:r><w:r><w:drawing/></w:r><w:r><w:t>", "图片不会印出来"),
    ],
)
def test_words_in_a_paragraph_that_is_there_for_its_tag(
    devzone: Devzone, edited: Callable[..., Path], new: str, said: str
) -> None:
    path = edited("report.docx", "{%p endif %}", new)
    ran = devzone("template", "check")
    assert ran.code == 1
    assert ran.err.startswith(f"{path}: 第 4 段")
    assert said in ran.err


def test_words_in_a_row_that_is_there_for_its_tag(devzone: Devzone, edited: Callable[..., Path]) -> None:
    edited("report.docx", "{%tr endfor %}", "{%tr endfor %}合计")
    assert "“{%tr endfor %}”这一行里的“合计”不会印出来" in devzone("template", "check").err


BY = 'w:id="1" w:author="张三" w:date="2026-01-01T00:00:00Z"'


@pytest.mark.parametrize(
    ("mark", "said"),
    [
        (f"<w:del {BY}><w:r><w:delText>旧字</w:delText></w:r></w:del>", "有修订没有接受"),
        (f"<w:ins {BY}><w:r><w:t>新字</w:t></w:r></w:ins>", "有修订没有接受"),
        (f"<w:moveFrom {BY}><w:r><w:t>挪走</w:t></w:r></w:moveFrom>", "有修订没有接受"),
        (f"<w:moveTo {BY}><w:r><w:t>挪来</w:t></w:r></w:moveTo>", "有修订没有接受"),
        (f"<w:r><w:rPr><w:rPrChange {BY}><w:rPr/></w:rPrChange></w:rPr><w:t>x</w:t></w:r>", "有修订没有接受"),
        ('<w:commentRangeStart w:id="1"/>', "有批注"),
        ('<w:r><w:commentReference w:id="1"/></w:r>', "有批注"),
    ],
)  # fmt: skip
@pytest.mark.parametrize(("part", "where"), [("word/document.xml", ""), ("word/footer1.xml", "（页脚）")])
def test_what_was_changed_with_tracking_on_never_goes_out(
    devzone: Devzone, edited: Callable[..., Path], mark: str, said: str, part: str, where: str
) -> None:
    path = edited("report.docx", "</w:p>", f"{mark}</w:p>", part=part)
    for words in (("template", "check"), ("report", "--format", "docx", "-o", "报告.docx")):
        ran = devzone(*words)
        assert ran.code == 1
        assert f"{path}{where}: 第 1 段" in ran.err
        assert said in ran.err
    assert not Path("报告.docx").exists()


def test_a_smart_tag_over_half_a_tag(devzone: Devzone, edited: Callable[..., Path]) -> None:
    half = '<w:smartTag w:uri="u" w:element="place"><w:smartTagPr><w:attr w:name="a" w:val="b"/></w:smartTagPr>'
    cut = f"{{{{ b.</w:t></w:r>{half}<w:r><w:t>sp</w:t></w:r></w:smartTag><w:r><w:t>an }}}}"
    edited("report.docx", "{{ b.span }}", cut)
    devzone.ok("template", "check", "report.docx")
    edited(
        "report.docx",
        "{{ b.span }}",
        "</w:t></w:r>" + half + "<w:r><w:t>{{ b.</w:t></w:r></w:smartTag><w:r><w:t>span }}",
    )
    devzone.ok("template", "check", "report.docx")


MAIN = "wordprocessingml.document.main+xml"


def test_what_is_no_docx_by_what_it_holds(devzone: Devzone, edited: Callable[..., Path]) -> None:
    edited("report.docx", MAIN, "wordprocessingml.template.main+xml", part="[Content_Types].xml")
    devzone.ok("report", "--format", "docx", "-o", "报告.docx")
    assert MAIN in parts(Path("报告.docx"))["[Content_Types].xml"].decode()
    macros = "application/vnd.ms-word.document.macroEnabled.main+xml"
    edited("report.docx", f"application/vnd.openxmlformats-officedocument.{MAIN}", macros, part="[Content_Types].xml")
    assert (
        "是带宏的 Word 文件（.docm）\n请用 Word 另存为 .docx，不带宏" in devzone("template", "check", "report.docx").err
    )


@pytest.mark.parametrize("ending", [".dotx", ".docm", ".doc", ".wps"])
def test_what_is_no_docx_by_name(devzone: Devzone, own: Path, ending: str) -> None:
    path = own / f"report{ending}"
    path.write_bytes((SHIPPED / "report.docx").read_bytes())
    assert f"{path} 不会用到：模板要是 .docx，请用 Word 另存为 report.docx" in devzone("template", "list").err
    ran = devzone("report", "--format", "docx")
    assert ran.code == 1
    assert f"{path}: 模板要是 .docx，不是 {ending}\n请用 Word 另存为 report.docx" in ran.err
